//! What is said to be interchangeable is: a step and a relabelling come to the same in either order.

use std::collections::BTreeSet;
use std::rc::Rc;

use explorer::{Limits, Plan, open};
use kernel::cluster::Budget;
use kernel::{NodeId, Report, Room, Scripted, Setup, System, Touched, Turn, Visit};

#[derive(Default)]
struct Commutes {
    steps: usize,
    rooms: BTreeSet<&'static str>,
}

impl Visit for Commutes {
    fn visit<R: Room>(&mut self) {
        let mut setup = Setup { scenario: R::scenarios()[0].name.to_owned(), ..Setup::default() };
        for option in R::options() {
            setup.options.insert(option.name.to_owned(), option.default.to_owned());
        }
        let little = Budget { timeouts: 2, requests: 1, ..Budget::default() };
        for budget in [little, Budget { crashes: 1, losses: 1, cuts: 1, ..little }] {
            let system = R::build(&setup).expect("the defaults can be built").bounded(budget);
            if swaps(&system).is_empty() {
                continue;
            }
            self.rooms.insert(R::NAME);
            self.steps += every_step(system, R::NAME);
        }
    }
}

/// Every exchange of two neighbours of a group; all others are made of these.
fn swaps<S: System>(system: &S) -> Vec<Vec<NodeId>> {
    let groups = system.interchangeable();
    let pairs = groups.iter().flat_map(|group| group.windows(2));
    let swap = |pair: &[NodeId]| {
        let mut map: Vec<NodeId> = (0..system.nodes()).collect();
        map.swap(usize::from(pair[0]), usize::from(pair[1]));
        map
    };
    pairs.map(swap).collect()
}

fn every_step<S: System>(system: S, name: &str) -> usize {
    let (swaps, system) = (swaps(&system), Rc::new(system));
    let limits = Limits { states: 3_000, ..Limits::default() };
    let mut search = open(Rc::clone(&system), Plan { limits, ..Plan::default() });
    while search.advance(1_000).end.is_none() {}
    let mut steps = 0;
    for index in (0..search.progress().states as u32).step_by(7) {
        let state = search.state(index);
        for map in &swaps {
            steps += one_state(&*system, &state, map, name);
        }
    }
    steps
}

/// A state and its image: the same events, the same successors, the same verdicts; and nodes keep their signatures.
fn one_state<S: System>(system: &S, state: &S::State, map: &[NodeId], name: &str) -> usize {
    let image = system.relabel(state, map);
    assert_eq!(
        formed(system, &system.relabel(&image, map)),
        formed(system, state),
        "{name}: {map:?} undoes itself"
    );
    for (node, &place) in (0..).zip(map) {
        assert_eq!(system.signature(&image, place), system.signature(state, node), "{name}: node {node}");
    }
    for property in 0..system.properties().len() {
        let holds = |state| system.check(state, property, Touched::EVERYTHING).is_ok();
        assert_eq!(holds(&image), holds(state), "{name}: property {property} in {state:?}");
    }
    let events = system.enabled(state);
    let images: BTreeSet<S::Event> = events.iter().map(|event| system.relabel_event(event, map)).collect();
    assert_eq!(images, system.enabled(&image).into_iter().collect(), "{name}: {state:?}");
    for event in &events {
        let there = system.relabel(&after(system, state, event), map);
        let here = after(system, &image, &system.relabel_event(event, map));
        assert_eq!(
            formed(system, &there),
            formed(system, &here),
            "{name}: {event:?} under {map:?} in {state:?}"
        );
    }
    events.len()
}

fn after<S: System>(system: &S, state: &S::State, event: &S::Event) -> S::State {
    let (mut next, mut report) = (state.clone(), Report::default());
    let mut turn = Turn { choices: &mut Scripted::default(), report: &mut report };
    system.apply(&mut next, event, &mut turn);
    next
}

fn formed<S: System>(system: &S, state: &S::State) -> S::State {
    system.canonical(state).unwrap_or_else(|| state.clone())
}

#[test]
fn a_step_commutes_with_relabelling() {
    let mut law = Commutes::default();
    systems::each(&mut law);
    for room in ["reference/tcommit", "reference/two-phase", "reference/voting", "reference/paxos"] {
        assert!(law.rooms.contains(room), "{room} has interchangeable nodes");
    }
    assert!(law.steps > 10_000, "only {} steps were compared", law.steps);
}
