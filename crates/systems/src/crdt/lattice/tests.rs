//! The laws hold of the types, and are broken by those that are meant to break them.

use std::collections::BTreeSet;

use expect_test::expect;

use super::*;

fn holds<T: Replicated>() -> String {
    let tried = laws::<T>(3, 4);
    assert_eq!(tried.breaches, [], "{}", T::NAME);
    assert_eq!(try_laws::<T>().1, [], "{}", T::NAME);
    format!("{}: {} histories of 3 replicas\n", T::NAME, tried.histories)
}

#[test]
fn the_laws_hold() {
    let all = [
        holds::<GCounter>(),
        holds::<PnCounter>(),
        holds::<GSet>(),
        holds::<TwoPhaseSet>(),
        holds::<OrSet>(),
        holds::<LwwRegister>(),
        holds::<MvRegister>(),
        holds::<LwwMap>(),
        holds::<UnionCart>(),
    ];
    expect![[r#"
        G-Counter: 7381 histories of 3 replicas
        PN-Counter: 22621 histories of 3 replicas
        G-Set: 22621 histories of 3 replicas
        2P-Set: 54241 histories of 3 replicas
        OR-Set: 54241 histories of 3 replicas
        LWW-Register: 22621 histories of 3 replicas
        MV-Register: 22621 histories of 3 replicas
        LWW-Map: 54241 histories of 3 replicas
        register, merged by union: 54241 histories of 3 replicas
    "#]]
    .assert_eq(&all.concat());
}

/// What is sent of an update alone is as good as the whole state after it.
#[test]
fn deltas_are_what_is_new() {
    fn go<T: Replicated>(one: &T, other: &T, left: usize) {
        if left == 0 {
            return;
        }
        for update in T::updates() {
            let mut after = one.clone();
            after.update(0, &update);
            let delta = one.delta(0, &update);
            assert_eq!(one.join(&delta), after, "{} {update:?} of {one:?}", T::NAME);
            go(&after, other, left - 1);
            // The other one's turn.
            let mut theirs = other.clone();
            theirs.update(1, &update);
            go(&one.join(&theirs), &theirs, left - 1);
        }
    }
    fn all<T: Replicated>() {
        go(&T::default(), &T::default(), 5);
    }
    all::<GCounter>();
    all::<PnCounter>();
    all::<GSet>();
    all::<TwoPhaseSet>();
    all::<OrSet>();
    all::<LwwRegister>();
    all::<MvRegister>();
    all::<LwwMap>();
    all::<Cart>();
}

/// Two replicas, and longer.
#[test]
fn the_laws_hold_for_longer() {
    assert_eq!(laws::<OrSet>(2, 5).breaches, []);
    assert_eq!(laws::<MvRegister>(2, 5).breaches, []);
    assert_eq!(laws::<LwwMap>(2, 5).breaches, []);
}

fn breaks<T: Replicated>() -> String {
    let (_, breaches) = try_laws::<T>();
    let breach = |breach: &Breach<T>| {
        let history: Vec<String> = breach.history.iter().map(HistoryStep::to_string).collect();
        format!("  {:?} after {}\n    {}\n", breach.law, history.join(", "), breach.words())
    };
    assert!(
        breaches.iter().any(|breach| breach.law == Law::Convergent),
        "{}: its replicas can differ for good",
        T::NAME
    );
    let breaches: String = breaches.iter().map(breach).collect();
    format!("{}:\n{breaches}", T::NAME)
}

#[test]
fn what_is_broken_is_caught() {
    let all = [
        breaks::<AddingCounter>(),
        breaks::<TiedRegister>(),
        breaks::<SkewedRegister>(),
        breaks::<UnobservedSet>(),
    ];
    expect![[r#"
        counter that adds:
          Idempotent after A: +1
            a shows 1, a ⊔ a shows 2
          Monotone after A: +1, A: +1
            a showed 1, the update makes it 2, and joined with what was before it shows 3
          Convergent after A: +1, B joins A’s state, A joins B’s state
            replicas that have seen the same show 2 and 1
        LWW-Register without a tie-break:
          Commutative after A: write red, B: write blue
            a ⊔ b shows blue, b ⊔ a shows red
          Convergent after A: write red, B: write blue, A joins B’s state, B joins A’s state
            replicas that have seen the same show red and blue
        register by wall clocks:
          Monotone after A: write red, B joins A’s state, B: write red
            a showed red, the update makes it red, and joined with what was before it shows red
          Convergent after A: write red, B joins A’s state, B: write blue, A joins B’s state
            replicas that have seen the same show red and blue
        set that removes what it has not seen:
          Monotone after A: remove milk, A: add milk
            a showed empty, the update makes it milk, and joined with what was before it shows empty
          Convergent after A: remove milk, B joins A’s state, A: add milk, B joins A’s state
            replicas that have seen the same show milk and empty
    "#]]
    .assert_eq(&all.concat());
}

/// The shopping cart: one removes what another adds again at the same time.
#[test]
fn what_was_removed_and_added_at_once() {
    fn cart<T: Replicated>() -> VisibleValue {
        let mut one = T::default();
        one.update(0, &Update::Add(7));
        let mut other = one.join(&T::default());
        one.update(0, &Update::Remove(7));
        other.update(1, &Update::Add(7));
        one.join(&other).value()
    }
    assert_eq!(cart::<OrSet>(), VisibleValue::Set(vec![7]), "the addition wins");
    assert_eq!(cart::<TwoPhaseSet>(), VisibleValue::Set(vec![]), "once removed is removed for good");
    let all = Cart::NAMES.into_iter().zip([vec![7], vec![], vec![7], vec![7], vec![7]]);
    assert_eq!(cart::<Cart>(), VisibleValue::Carts(all.collect()));
}

/// All states of replicas that count to 3 each and gossip: how many, and on how many levels.
fn gossip(replicas: usize) -> (usize, usize) {
    let start = vec![GCounter::default(); replicas];
    let (mut known, mut level, mut levels) = (BTreeSet::from([start.clone()]), vec![start], 0);
    while !level.is_empty() {
        levels += 1;
        let mut next = Vec::new();
        for state in level {
            let counts =
                (0..replicas).filter(|&me| state[me].0.get(&(me as Agent)).copied().unwrap_or(0) < 3);
            let counted = counts.map(|me| {
                let mut state = state.clone();
                state[me].update(me as Agent, &Update::Count(true));
                state
            });
            let pairs = (0..replicas * replicas).map(|pair| {
                let (from, into) = (pair / replicas, pair % replicas);
                let mut state = state.clone();
                state[into] = state[into].join(&state[from]);
                state
            });
            next.extend(counted.chain(pairs).filter(|state| known.insert(state.clone())));
        }
        level = next;
    }
    (known.len(), levels)
}

/// The TLA+ example of a G-Counter that gossips (FiniteMonotonic/MCCRDT.cfg, own count at most 3): 25,000 distinct states
/// for three nodes, depth 16 (known-answers, section 1).
#[test]
fn gossip_reaches_as_many_states_as_it_should() {
    assert_eq!(gossip(2), (100, 9));
    assert_eq!(gossip(3), (25_000, 16));
}
