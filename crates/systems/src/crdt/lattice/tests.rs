//! The laws hold of the types, and are broken by those that are meant to break them.

use std::collections::BTreeSet;
use std::fmt::Debug;

use expect_test::expect;

use super::*;

fn holds<T: Replicated>() -> String {
    let histories = laws::<T>(3, 4).unwrap_or_else(|breach| panic!("{}: {breach:?}", T::NAME));
    format!("{}: {histories} histories of 3 replicas\n", T::NAME)
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
    "#]]
    .assert_eq(&all.concat());
}

/// Two replicas, and longer.
#[test]
fn the_laws_hold_for_longer() {
    assert!(laws::<OrSet>(2, 5).is_ok());
    assert!(laws::<MvRegister>(2, 5).is_ok());
    assert!(laws::<LwwMap>(2, 5).is_ok());
}

fn breaks<T: Replicated>() -> String
where
    T::Update: Debug,
{
    let breach = laws::<T>(3, 4).expect_err("it is broken");
    let history: Vec<String> = breach.history.iter().map(|step| format!("{step:?}")).collect();
    format!("{}: {:?} after {}\n  {:?}\n", T::NAME, breach.law, history.join(", "), breach.states)
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
        counter that adds: Idempotent after Update(0, ())
          [AddingCounter(1)]
        LWW-Register without a tie-break: Commutative after Update(0, 1), Update(1, 2)
          [TiedRegister((1, 2)), TiedRegister((1, 1))]
        register by wall clocks: Monotone after Update(0, 1), Join { into: 1, from: 0 }, Update(1, 1)
          [SkewedRegister { write: (11, 0, 1), ticks: 1 }, SkewedRegister { write: (2, 1, 1), ticks: 2 }]
        set that removes what it has not seen: Monotone after Update(0, (0, false)), Update(0, (0, true))
          [UnobservedSet { added: {}, removed: {0} }, UnobservedSet { added: {0: {0}}, removed: {} }]
    "#]]
    .assert_eq(&all.concat());
}

/// The shopping cart: one removes what another adds again at the same time.
#[test]
fn what_was_removed_and_added_at_once() {
    fn cart<T: Replicated<Update = sets::Change>>() -> T {
        let mut one = T::default();
        one.update(0, &(7, true));
        let mut other = one.join(&T::default());
        one.update(0, &(7, false));
        other.update(1, &(7, true));
        one.join(&other)
    }
    assert_eq!(cart::<OrSet>().value(), [7], "the addition wins");
    assert!(cart::<TwoPhaseSet>().value().is_empty(), "once removed is removed for good");
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
                state[me].update(me as Agent, &());
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
