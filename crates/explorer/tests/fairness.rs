//! `Eventually` on graphs small enough to decide by hand, and what a search says that was cut short.

use std::rc::Rc;

use explorer::{Beyond, End, Limits, Plan, Sample, Verdict, Walk, run_plain};
use kernel::{Delay, Kind, Limit, Property, System, Touched, Turn, Verdict as Checked, Withheld};

/// A graph: for each state its ways, each with a name (a small one must not be put off for ever, one from 10 on may)
/// and the state it leads to.
struct Toy {
    ways: Vec<Vec<(u8, u8)>>,
    /// States in which what should happen has happened.
    goals: Vec<u8>,
    /// What is withheld in which state, and by what.
    cut: Vec<(u8, u8, Limit)>,
    kind: Kind,
}

impl System for Toy {
    type State = u8;
    type Event = (u8, u8);

    fn initial(&self, _: &mut Turn<'_, Self::Event>) -> u8 {
        0
    }

    fn enabled(&self, state: &u8) -> Vec<Self::Event> {
        self.ways[usize::from(*state)].clone()
    }

    fn permits(&self, state: &u8, event: &Self::Event) -> bool {
        self.enabled(state).contains(event)
    }

    fn apply(&self, state: &mut u8, event: &Self::Event, turn: &mut Turn<'_, Self::Event>) {
        turn.report.touched = Touched::EVERYTHING;
        *state = event.1;
    }

    fn delay(&self, _: &u8, _: &Self::Event) -> Delay {
        Delay::Never
    }

    fn stream(&self, _: &u8, _: &Self::Event) -> u32 {
        0
    }

    fn properties(&self) -> Vec<Property> {
        vec![Property::new("goal", "", "", self.kind)]
    }

    fn check(&self, state: &u8, _: usize, _: Touched) -> Checked {
        if self.goals.contains(state) { Ok(()) } else { Err("not yet".to_owned()) }
    }

    fn fair_key(&self, _: &u8, event: &Self::Event) -> Option<u64> {
        (event.0 < 10).then_some(event.0.into())
    }

    fn withheld(&self, state: &u8) -> Vec<Withheld> {
        let here = self.cut.iter().filter(|(at, ..)| at == state);
        here.map(|&(_, key, by)| Withheld { key: key.into(), by }).collect()
    }
}

fn toy(ways: &[&[(u8, u8)]], goals: &[u8]) -> Toy {
    let ways = ways.iter().map(|ways| ways.to_vec()).collect();
    Toy { ways, goals: goals.to_vec(), cut: Vec::new(), kind: Kind::Eventually }
}

fn verdict(toy: Toy, limits: Limits) -> Verdict {
    let mut search = run_plain(Rc::new(toy), Plan { limits, ..Plan::default() });
    search.report().properties[0].1.clone()
}

/// Why a property is not decided in a search of all states.
fn unknown(toy: Toy) -> Vec<Beyond> {
    let report = run_plain(Rc::new(toy), Plan::default()).report();
    assert!(report.complete && report.properties[0].1 == Verdict::Unknown, "{report:?}");
    report.beyond
}

fn walk(verdict: Verdict) -> Walk {
    match verdict {
        Verdict::Violated { walk: Some(walk), .. } => walk,
        other @ (Verdict::Violated { .. }
        | Verdict::Holds
        | Verdict::Witnessed { .. }
        | Verdict::Unreached
        | Verdict::Unknown) => panic!("a walk was expected: {other:?}"),
    }
}

#[test]
fn what_stays_possible_for_ever_happens() {
    // 0 and 1 change places, and each could go to the goal at any time: a fair run does.
    let verdict = verdict(toy(&[&[(1, 1), (2, 2)], &[(3, 0), (2, 2)], &[]], &[2]), Limits::default());
    assert_eq!(verdict, Verdict::Holds);
}

#[test]
fn what_is_possible_only_now_and_then_may_never_happen() {
    let walk = walk(verdict(toy(&[&[(1, 1), (2, 2)], &[(3, 0)], &[]], &[2]), Limits::default()));
    assert_eq!((walk.back_to.is_some(), walk.states.first()), (true, Some(&0)));
    let round = &walk.states[walk.back_to.unwrap_or(0)..];
    assert_eq!((round.len(), round.first()), (3, round.last()), "round once through 0 and 1: {walk:?}");
}

#[test]
fn a_run_may_stop_where_only_faults_could_happen() {
    let walk = walk(verdict(toy(&[&[(1, 1)], &[(10, 2)], &[]], &[2]), Limits::default()));
    assert_eq!(walk, Walk { states: vec![0, 1], back_to: None });
}

#[test]
fn a_fault_need_not_be_waited_for_and_a_goal_behind_it_does_not_count() {
    // The round through 0 and 1 is fair although the fault that leads to the goal is possible all the time.
    let walk = walk(verdict(toy(&[&[(1, 1), (10, 2)], &[(3, 0), (10, 2)], &[]], &[2]), Limits::default()));
    assert!(walk.back_to.is_some());
}

#[test]
fn where_a_limit_ends_runs_nothing_is_claimed() {
    let mut toy = toy(&[&[(1, 1)], &[], &[]], &[2]);
    toy.cut = vec![(1, 2, Limit::Count("timeouts"))];
    assert_eq!(unknown(toy), [Beyond { property: 0, states: vec![0, 1], by: Limit::Count("timeouts") }]);
}

/// The timer that only the budget keeps from firing is forgotten once the run goes on: where it had fired, the run might
/// never have come to the goal.
#[test]
fn a_limit_in_the_middle_of_a_run_counts_too() {
    let ways: [&[(u8, u8)]; 3] = [&[(1, 1)], &[(1, 2)], &[]];
    assert_eq!(verdict(toy(&ways, &[2]), Limits::default()), Verdict::Holds);
    let mut cut = toy(&ways, &[2]);
    cut.cut = vec![(1, 2, Limit::Count("timeouts"))];
    assert_eq!(unknown(cut), [Beyond { property: 0, states: vec![0, 1], by: Limit::Count("timeouts") }]);
}

/// What is withheld after the goal can no longer keep a run from having come there; but it can keep it from coming there
/// again.
#[test]
fn a_limit_beyond_the_goal_counts_for_what_is_to_come_again() {
    let ways: [&[(u8, u8)]; 3] = [&[(1, 1)], &[(1, 2)], &[(1, 1)]];
    for (kind, verdict_then) in [(Kind::Eventually, Verdict::Holds), (Kind::Recurrently, Verdict::Unknown)] {
        let toy = |cut: &[(u8, u8, Limit)]| Toy { kind, cut: cut.to_vec(), ..toy(&ways, &[1]) };
        assert_eq!(verdict(toy(&[]), Limits::default()), Verdict::Holds);
        assert_eq!(verdict(toy(&[(1, 2, Limit::Count("timeouts"))]), Limits::default()), verdict_then);
    }
}

/// 0 and 1 change places for ever. If 2 is withheld in both, it would happen in the system; if only in one of them, it is
/// not always possible, and the round is fair.
#[test]
fn a_round_in_which_something_is_always_withheld_is_no_counterexample() {
    let round = |cut: &[(u8, u8, Limit)]| {
        let cut = cut.to_vec();
        Toy { cut, ..toy(&[&[(1, 1)], &[(3, 0)], &[]], &[2]) }
    };
    for by in [Limit::Count("timeouts"), Limit::Setting, Limit::Patience] {
        assert_eq!(unknown(round(&[(0, 2, by), (1, 2, by)]))[0].by, by);
        assert!(walk(verdict(round(&[(1, 2, by)]), Limits::default())).back_to.is_some());
    }
    // Another thing in each state: each is not withheld in the other.
    let both = round(&[(0, 2, Limit::Count("timeouts")), (1, 4, Limit::Count("timeouts"))]);
    assert!(walk(verdict(both, Limits::default())).back_to.is_some());
}

/// A timer that waits for what was lost would fire in the system; that it does not says nothing of other runs.
#[test]
fn a_timer_that_waits_for_what_was_lost_excuses_only_the_run_in_which_it_does() {
    let waits = |cut: &[(u8, u8, Limit)]| {
        let cut = cut.to_vec();
        Toy { cut, ..toy(&[&[(1, 1)], &[(1, 2)], &[]], &[2]) }
    };
    assert_eq!(verdict(waits(&[(1, 2, Limit::Patience)]), Limits::default()), Verdict::Holds);
    let mut stops = toy(&[&[(1, 1)], &[], &[]], &[2]);
    stops.cut = vec![(1, 2, Limit::Patience)];
    assert_eq!(unknown(stops)[0].by, Limit::Patience);
}

/// The second of two ways finds no room: that the first is all that is known does not make the state one in which
/// nothing can happen, nor do the ways of one that has none of its successors.
#[test]
fn a_state_whose_successors_have_no_room_is_no_deadlock() {
    let toy = Toy { kind: Kind::Always, ..toy(&[&[(1, 1)], &[(1, 2)], &[(1, 3)], &[]], &[0, 1, 2, 3]) };
    let limits = Limits { states: 2, ..Limits::default() };
    let mut search = run_plain(Rc::new(toy), Plan { limits, edges: true, ..Plan::default() });
    let report = search.report();
    assert_eq!((report.progress.states, report.progress.waiting, report.deadlocks), (2, 1, 0));
    assert!(!report.samples.iter().any(|(sample, ..)| *sample == Sample::Deadlock));
    assert_eq!(search.graph().map(explorer::Graph::len), Some(1));
}

#[test]
fn a_way_to_the_goal_does_not_count_for_what_comes_after_it() {
    // After the goal the run stops; that breaks nothing.
    assert_eq!(verdict(toy(&[&[(1, 1)], &[(2, 2)], &[(3, 2)]], &[1]), Limits::default()), Verdict::Holds);
}

#[test]
fn a_search_that_was_cut_short_says_why_and_claims_nothing() {
    let line: Vec<Vec<(u8, u8)>> = (0..100).map(|n| vec![(1, (n + 1).min(99))]).collect();
    let toy = |kind| Toy { ways: line.clone(), goals: vec![99], cut: Vec::new(), kind };
    for (limits, end) in [
        (Limits { states: 10, ..Limits::default() }, End::States),
        (Limits { depth: 10, ..Limits::default() }, End::Depth),
        (Limits { bytes: 1, ..Limits::default() }, End::Memory),
        (Limits::default(), End::Complete),
    ] {
        let mut search = run_plain(Rc::new(toy(Kind::Reachable)), Plan { limits, ..Plan::default() });
        let report = search.report();
        assert_eq!(report.progress.end, Some(end));
        if end == End::Complete {
            assert_eq!(report.properties[0].1, Verdict::Witnessed { state: 99, length: 99 });
        } else {
            assert!(!report.complete && report.progress.states <= 11, "{:?}", report.progress);
            assert_eq!(report.properties[0].1, Verdict::Unknown);
        }
    }
    // What was found before the end counts.
    let limits = Limits { states: 10, ..Limits::default() };
    assert!(matches!(verdict(toy(Kind::Always), limits), Verdict::Violated { length: 0, .. }));
}
