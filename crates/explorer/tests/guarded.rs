//! Guarded actions: a system without nodes, messages or a cluster, searched as it is and with what is said of it.

use std::rc::Rc;

use explorer::{Plan, Verdict, run, run_plain};
use kernel::guarded::{ActionClaim, Actions, DescribeActions, Guarded};
use kernel::{Alike, Explain, Kind, NodeId, Property, Report, Scripted, System, Target, Turn, Undated};
use serde::{Deserialize, Serialize};

/// Two who share an account with one coin in it: each looks first, and takes a coin if there was one.
struct Account {
    /// Nobody looks while the other is between looking and taking.
    locked: bool,
}

/// How far somebody is: has not looked, has seen so many coins, has taken one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Idle,
    Saw(i8),
    Took,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Deed {
    Look(NodeId),
    Take(NodeId),
}

impl Guarded for Account {
    type State = ([Phase; 2], i8);
    type Action = Deed;

    fn starts(&self) -> Vec<Self::State> {
        vec![([Phase::Idle; 2], 1)]
    }

    fn enabled(&self, state: &Self::State) -> Vec<Deed> {
        let all = [Deed::Look(0), Deed::Take(0), Deed::Look(1), Deed::Take(1)];
        all.into_iter().filter(|deed| self.after(state, deed).is_some()).collect()
    }

    fn after(&self, &(mut phases, mut coins): &Self::State, deed: &Deed) -> Option<Self::State> {
        let (Deed::Look(actor) | Deed::Take(actor)) = *deed;
        let other = phases[1 - usize::from(actor)];
        let mine = &mut phases[usize::from(actor)];
        match (deed, *mine) {
            (Deed::Look(_), Phase::Idle) if !(self.locked && matches!(other, Phase::Saw(1..))) => {
                *mine = Phase::Saw(coins);
            }
            (Deed::Take(_), Phase::Saw(1..)) => {
                *mine = Phase::Took;
                coins -= 1;
            }
            _ => return None,
        }
        Some((phases, coins))
    }

    fn claims(&self) -> Vec<ActionClaim<Self>> {
        let property = Property::new("No debt", "", "", Kind::Always);
        vec![(property, |_, state| if state.1 < 0 { Err(format!("{} coins", state.1)) } else { Ok(()) })]
    }

    fn actors(&self) -> NodeId {
        2
    }

    fn actor(&self, &(Deed::Look(actor) | Deed::Take(actor)): &Deed) -> NodeId {
        actor
    }

    fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        vec![vec![0, 1]]
    }

    fn relabel(&self, &([one, other], coins): &Self::State, map: &[NodeId]) -> Self::State {
        if map[0] == 0 { ([one, other], coins) } else { ([other, one], coins) }
    }
}

impl DescribeActions for Account {}

/// Without a lock (idle, idle), (saw 1, idle) and its mirror, (saw 1, saw 1), (took, idle), (took, saw 1), (took, saw 0) and
/// their mirrors, and (took, took) with a debt of one coin: eleven states, and seven up to who is who.
#[test]
fn who_looks_first_and_takes_then_makes_a_debt() {
    let bare = |locked| Rc::new(Actions::undescribed(Account { locked }));
    let report = run_plain(bare(false), Plan::default()).report();
    let Verdict::Violated { length, .. } = report.properties[0].1 else { panic!("{:?}", report.properties) };
    assert_eq!((report.progress.states, length), (11, 4));
    let alike = run(bare(false), Plan { symmetric: true, whole: true, ..Plan::default() }).report();
    assert_eq!(alike.progress.states, 7);
    let locked = run_plain(bare(true), Plan::default()).report();
    assert_eq!((locked.complete, &locked.properties[0].1), (true, &Verdict::Holds));
}

/// Nobody wrote a word for it, and it can be told, drawn and played.
#[test]
fn what_is_not_described_is_told_as_it_is_written() {
    let account = Actions::new(Account { locked: false });
    let mut report = Report::default();
    let mut turn = Turn { choices: &mut Scripted::default(), report: &mut report };
    let mut state = account.initial(&mut turn);
    assert_eq!((account.nodes(), account.places(), account.view(&state, &Undated).nodes.len()), (2, 2, 2));
    assert_eq!(account.narrate(&state, &Deed::Look(1)).title, "A2: Look(1)");
    let offered = account.actions(&state, Target::Node(1));
    assert_eq!(offered.iter().map(|action| action.key.as_str()).collect::<Vec<_>>(), ["look-1"]);
    account.apply(&mut state, &Deed::Look(1), &mut turn);
    assert_eq!(state, ([Phase::Idle, Phase::Saw(1)], 1));
}
