//! A search and a timed run judge alike: what the one calls broken at a step, the other does at the same step.
//!
//! They judge in different ways. A run looks only at what a step touched, and at a pair of nodes once for each kind of
//! node; a search of a cluster takes a state apart and remembers verdicts by what they read. Each is held here to the
//! other, in every room.

use std::rc::Rc;

use explorer::{Limits, Plan, Search, Verdict, open};
use kernel::{
    Does, Explain, Faults, Kind, Micros, NodeId, Protocol, Report, Room, Scripted, Setup, Subject, System,
    Turn, Visit,
};
use simulator::{History, Intervention};
use systems::chain::stake::StakeRoom;

use crate::walk::{self, Case};

/// The scenario of the case with its options, and without a rule where one is asked for.
fn setup<R: Room>(case: &Case, without: Option<usize>) -> Setup {
    let mut setup = walk::setup::<R>(case);
    let rules = R::rules();
    let rule = without.and_then(|number| rules.get(number % (rules.len() + 1)));
    setup.without.extend(rule.map(|rule| rule.name.to_owned()));
    setup
}

/// For each property that is always to hold, whether a search that starts in this state finds it broken there.
fn broken_in<S: Subject>(system: &Rc<S>, state: &S::State) -> Vec<bool> {
    let limits = Limits { states: 1, ..Limits::default() };
    let mut search = open(Rc::clone(system), Plan { from: Some(state.clone()), limits, ..Plan::default() });
    let report = search.report();
    let broken = report.properties.iter().map(|(property, verdict)| {
        property.kind == Kind::Always && matches!(verdict, Verdict::Violated { .. })
    });
    broken.collect()
}

/// Plays a run and asks a search about each of its states. Says how many properties were broken.
fn judged<R: Room>(case: &Case, without: Option<usize>, steps: u64) -> usize {
    let setup = setup::<R>(case, without);
    let Ok(system) = R::build(&setup) else { return 0 };
    let mut scenarios = R::scenarios();
    let scenario = scenarios.swap_remove(case.scenario % scenarios.len());
    let system = Rc::new(system);
    let script = (scenario.script)(&system);
    let mut history = History::new(Rc::clone(&system), script, case.seed, Vec::new());
    let mut deeds = case.deeds.iter();
    loop {
        let run = history.run();
        let now = run.steps();
        let new = run.verdicts().any(|(_, broken)| broken.is_some_and(|broken| broken.step == now));
        // Each of the first states, then some, and each in which the run calls something broken.
        if now < 40 || now.is_multiple_of(16) || new {
            for (here, (property, said)) in broken_in(&system, run.state()).into_iter().zip(run.verdicts()) {
                let agree = match said.map(|broken| broken.step) {
                    Some(step) if step == now => here,
                    Some(_) => true,
                    None => !here,
                };
                let Setup { scenario, without, .. } = &setup;
                assert!(
                    agree,
                    "{}: {scenario} without {without:?}, seed {}, step {now}: {} is broken here: {here}; the run says {said:?}",
                    R::NAME,
                    case.seed,
                    property.name
                );
            }
        }
        // Now and then a deed of a reader, which is a step too.
        let acted = run.steps() % 8 == 7
            && deeds.next().is_some_and(|&(_, number)| {
                let now = history.run().now();
                walk::deed(&history, number).is_some_and(|does| history.intervene(now, does))
            });
        if history.run().steps() >= steps || !(acted || history.step(Micros(u64::MAX))) {
            return history.run().verdicts().filter(|(_, broken)| broken.is_some()).count();
        }
    }
}

#[derive(Default)]
struct RunToSearch {
    broken: usize,
}

impl Visit for RunToSearch {
    fn visit<R: Room>(&mut self) {
        for scenario in 0..R::scenarios().len() {
            let case = Case { scenario, seed: 1, options: Vec::new(), deeds: Vec::new() };
            self.broken += judged::<R>(&case, None, 500);
        }
        for seed in 0..8_u64 {
            let number = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let options = vec![(number as usize >> 8, number >> 16), (number as usize >> 24, number >> 32)];
            let deeds = walk::drawn(seed, 12);
            let case = Case { scenario: number as usize >> 4, seed, options, deeds };
            self.broken += judged::<R>(&case, Some(seed as usize), 60);
        }
    }
}

#[test]
fn what_a_run_calls_broken_a_search_calls_broken_at_that_step_and_no_other() {
    let mut law = RunToSearch::default();
    systems::each(&mut law);
    assert!(law.broken > 20, "only {} properties were broken", law.broken);
}

/// Rooms with more nodes than this are not searched here.
const LARGEST: NodeId = 9;

#[derive(Default)]
struct SearchToRun {
    played: usize,
}

impl SearchToRun {
    fn play<R: Room>(&mut self, setup: &Setup) {
        let Ok(system) = R::build(setup) else { return };
        // A step of a large system takes long, and says no more about who judges how. So does one that signs: of proof of
        // stake only what the room offers to search, where the blocks are given.
        let signs = R::NAME == StakeRoom::NAME && setup.number("given") == 0;
        if system.nodes() > LARGEST || signs {
            return;
        }
        let limits = Limits { states: 200, ..Limits::default() };
        let mut search = open(Rc::new(system.bounded(R::search(setup))), Plan { limits, ..Plan::default() });
        while search.advance(1_000).end.is_none() {}
        let report = search.report();
        let lengths: Vec<Option<u64>> = report
            .properties
            .iter()
            .map(|(property, verdict)| match verdict {
                Verdict::Violated { length, .. } if property.kind == Kind::Always => Some(*length as u64),
                Verdict::Violated { .. }
                | Verdict::Holds
                | Verdict::Witnessed { .. }
                | Verdict::Unreached
                | Verdict::Unknown => None,
            })
            .collect();
        for (number, (_, verdict)) in report.properties.iter().enumerate() {
            let (Some(length), Verdict::Violated { state, .. }) = (lengths[number], verdict) else {
                continue;
            };
            let Some(played) = played::<R>(setup, &*search, *state) else { continue };
            let place = format!("{}: {} without {:?}", R::NAME, setup.scenario, setup.without);
            assert_eq!(played[number], Some(length), "{place}: property {number}");
            for (other, (run, search)) in played.iter().zip(&lengths).enumerate() {
                let sooner = run.is_none_or(|run| search.is_some_and(|search| search <= run));
                assert!(
                    sooner,
                    "{place}: property {other} breaks at {run:?}, and the search says {search:?}"
                );
            }
            self.played += 1;
        }
    }
}

/// After how many steps of the path the timed run calls each property broken.
fn played<R: Room>(setup: &Setup, search: &dyn Search<R::System>, state: u32) -> Option<Vec<Option<u64>>> {
    let path = search.path(state);
    if !path.start.1.is_empty() {
        return None;
    }
    let system = R::build(setup).expect("it was built before");
    let steps = path.steps.len() as u64;
    let deeds = if steps == 0 {
        Vec::new()
    } else {
        vec![Intervention { at: Micros(1), does: Does::Follow(path.steps, Micros(10)) }]
    };
    // The schedule begins with a step of its own.
    let begun = deeds.len() as u64;
    let mut history = History::new(Rc::new(system), Vec::new(), 1, deeds);
    history.advance_silently(Micros(u64::MAX), begun + steps);
    let broken = history.run().verdicts().map(|(_, broken)| Some(broken?.step.saturating_sub(begun)));
    Some(broken.collect())
}

impl Visit for SearchToRun {
    fn visit<R: Room>(&mut self) {
        for scenario in 0..R::scenarios().len() {
            let case = Case { scenario, seed: 1, options: Vec::new(), deeds: Vec::new() };
            self.play::<R>(&setup::<R>(&case, None));
        }
        for rule in 0..R::rules().len() {
            let case = Case { scenario: 0, seed: 1, options: Vec::new(), deeds: Vec::new() };
            self.play::<R>(&setup::<R>(&case, Some(rule)));
        }
    }
}

#[test]
fn what_a_search_calls_broken_its_run_calls_broken_at_that_step_and_no_earlier() {
    let mut law = SearchToRun::default();
    systems::each(&mut law);
    assert!(law.played > 10, "only {} counterexamples were played", law.played);
}

/// Two validators in one state are of one kind only if both are honest or neither is: a run that looks at one of a kind
/// must not look at a faulty one, of whom nothing is claimed.
#[test]
fn who_is_honest_belongs_to_the_kind_of_a_validator() {
    let case = Case { scenario: 0, seed: 1, options: Vec::new(), deeds: Vec::new() };
    let mut setup = setup::<StakeRoom>(&case, None);
    setup.options.insert("faulty".to_owned(), "1".to_owned());
    let validators = StakeRoom::build(&setup).expect("one of them is faulty");
    let mut report = Report::default();
    let state = validators.initial(&mut Turn { choices: &mut Scripted::default(), report: &mut report });
    let kind = |node: NodeId| validators.protocol.kind(node, &state.locals[1]);
    assert!(kind(0) != kind(1) && kind(1) == kind(2));
}
