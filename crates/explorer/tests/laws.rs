//! Laws of the explorer, for every system.

use std::rc::Rc;

use explorer::{Limits, Plan, Progress, Verdict, open};
use kernel::{Budget, Faults, Room, Setup, Subject, Visit};

/// A room's first scenario with some options, within a budget.
fn build<R: Room>(set: &[(&str, &str)], budget: Budget) -> Result<R::System, String> {
    let mut setup = Setup { scenario: R::scenarios()[0].name.to_owned(), ..Setup::default() };
    setup.options =
        R::options().iter().map(|option| (option.name.to_owned(), option.default.to_owned())).collect();
    for (name, value) in R::scenarios()[0].set.iter().chain(set) {
        if let Some(option) = setup.options.get_mut(*name) {
            (*value).clone_into(option);
        }
    }
    R::build(&setup).map(|system| system.bounded(budget.into()))
}

fn search<S: Subject>(system: &Rc<S>, plan: Plan<S>) -> (Progress, Vec<Verdict>) {
    let mut search = open(Rc::clone(system), plan);
    while search.advance(10_000).end.is_none() {}
    let report = search.report();
    (report.progress, report.properties.into_iter().map(|(_, verdict)| verdict).collect())
}

/// Small budgets of every kind: each of them makes other events possible.
fn budgets() -> Vec<Budget> {
    let little = Budget { timeouts: 1, requests: 1, ..Budget::default() };
    vec![
        little,
        Budget { crashes: 1, ..little },
        Budget { losses: 1, duplicates: 1, ..little },
        Budget { cuts: 1, ..little },
    ]
}

struct PartsAndWhole(usize);

impl Visit for PartsAndWhole {
    fn visit<R: Room>(&mut self) {
        for budget in budgets() {
            let Ok(system) = build::<R>(&[("servers", "3")], budget) else { continue };
            let system = Rc::new(system);
            let limits = Limits { depth: 6, states: 20_000, ..Limits::default() };
            let parts = search(&system, Plan { limits, ..Plan::default() });
            let whole = search(&system, Plan { limits, whole: true, ..Plan::default() });
            assert_eq!(counts(&parts.0), counts(&whole.0), "{} within {budget:?}", R::NAME);
            assert_eq!(
                parts.1.iter().map(words).collect::<Vec<_>>(),
                whole.1.iter().map(words).collect::<Vec<_>>(),
                "{} within {budget:?}",
                R::NAME
            );
            self.0 += parts.0.states;
        }
    }
}

/// Copies of a message are interchangeable: whole states count a way for each copy, parts one for all of them.
fn counts(progress: &Progress) -> (usize, usize, usize) {
    (progress.states, progress.depth, progress.waiting)
}

/// A verdict without the number of its state, which depends on the order of events.
fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Violated { length, .. } => format!("violated after {length}"),
        Verdict::Witnessed { length, .. } => format!("witnessed after {length}"),
        Verdict::Holds | Verdict::Unreached | Verdict::Unknown => format!("{verdict:?}"),
    }
}

#[test]
fn parts_and_whole_give_the_same_graph() {
    let mut law = PartsAndWhole(0);
    systems::each(&mut law);
    assert!(law.0 > 1_000, "only {} states were compared", law.0);
}

/// Timers that wait for what was lost are due once everything is quiet, and both ways to store states know when that is.
#[test]
fn after_a_loss_parts_and_whole_let_the_same_timers_fire() {
    let little = Budget { timeouts: 100, requests: 1, ..Budget::default() };
    for budget in [
        Budget { losses: 2, ..little },
        Budget { cuts: 1, ..little },
        Budget { losses: 1, crashes: 1, timeouts: 2, ..little },
    ] {
        let set = [("participants", "1")];
        let system =
            build::<systems::commit::two_phase::TwoPhaseRoom>(&set, budget).expect("it can be built");
        let system = Rc::new(system);
        let parts = search(&system, Plan::default());
        let whole = search(&system, Plan { whole: true, ..Plan::default() });
        assert_eq!(counts(&parts.0), counts(&whole.0), "within {budget:?}");
        assert_eq!(
            parts.1.iter().map(words).collect::<Vec<_>>(),
            whole.1.iter().map(words).collect::<Vec<_>>()
        );
        assert!(parts.0.states > 100 && parts.0.states < 100_000, "{:?}", parts.0);
    }
}

struct Replays(usize);

impl Visit for Replays {
    fn visit<R: Room>(&mut self) {
        for budget in budgets() {
            let Ok(system) = build::<R>(&[("servers", "3")], budget) else { continue };
            let limits = Limits { depth: 8, states: 2_000, ..Limits::default() };
            let mut search = open(Rc::new(system), Plan { limits, ..Plan::default() });
            while search.advance(500).end.is_none() {}
            for index in (0..search.progress().states as u32).step_by(97) {
                let path = search.path(index);
                assert_eq!(path.end, search.state(index), "{}: state {index}", R::NAME);
                self.0 += path.steps.len();
            }
        }
    }
}

struct Lengths(usize);

impl Visit for Lengths {
    fn visit<R: Room>(&mut self) {
        for states in [20, 100, 700] {
            let budget = budgets()[0];
            let Ok(system) = build::<R>(&[("servers", "3")], budget) else { continue };
            let limits = Limits { states, ..Limits::default() };
            let mut search = open(Rc::new(system), Plan { limits, ..Plan::default() });
            let mut end = None;
            while end.is_none() {
                end = search.advance(1).end;
                for (property, verdict) in search.report().properties {
                    if let Verdict::Witnessed { state, length } = verdict {
                        assert_eq!(length, search.path(state).steps.len(), "{}: {}", R::NAME, property.name);
                        self.0 += 1;
                    }
                }
            }
        }
    }
}

#[test]
fn a_length_is_that_of_the_path_also_while_the_search_goes_on() {
    let mut law = Lengths(0);
    systems::each(&mut law);
    assert!(law.0 > 100, "only {} lengths were compared", law.0);
}

#[test]
fn every_path_replays_to_its_state() {
    let mut law = Replays(0);
    systems::each(&mut law);
    assert!(law.0 > 100, "only {} steps were replayed", law.0);
}

/// From each state forward, directly from the definition: what is decided in any state that can be reached.
fn forward(graph: &explorer::Graph, decided: &[u16]) -> Vec<u16> {
    let (mut met, mut left) = (vec![u32::MAX; decided.len()], Vec::new());
    let mut reach = |from: u32| {
        let mut set = 0;
        left.push(from);
        while let Some(state) = left.pop() {
            if met[state as usize] != from {
                met[state as usize] = from;
                set |= decided[state as usize];
                left.extend(graph.successors(state));
            }
        }
        set
    };
    (0..decided.len() as u32).map(&mut reach).collect()
}

#[derive(Default)]
struct Valency {
    states: usize,
    /// In how many several outcomes were possible.
    open: usize,
}

impl Visit for Valency {
    fn visit<R: Room>(&mut self) {
        let little = Budget { timeouts: 2, requests: 1, ..Budget::default() };
        for budget in [little, Budget { crashes: 1, timeouts: 1, ..little }] {
            let Ok(system) = build::<R>(&[("servers", "3")], budget) else { continue };
            let limits = Limits { states: 4_999, ..Limits::default() };
            let mut search = open(Rc::new(system), Plan { limits, edges: true, ..Plan::default() });
            while search.advance(1_000).end.is_none() {}
            let states = search.progress().states as u32;
            let decided: Vec<u16> = (0..states).map(|state| search.outcomes(state)).collect();
            let graph = search.graph().expect("the edges were asked for");
            let found = graph.valency(decided.clone());
            assert_eq!(found, forward(graph, &decided), "{} within {budget:?}", R::NAME);
            self.states += found.len();
            self.open += found.iter().filter(|set| set.count_ones() > 1).count();
        }
    }
}

#[test]
fn valency_is_what_the_definition_says() {
    let mut law = Valency::default();
    systems::each(&mut law);
    assert!(law.states > 10_000 && law.open > 500, "{} states, {} open", law.states, law.open);
}
