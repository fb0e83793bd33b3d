//! What is said to be interchangeable is: a step and a relabelling come to the same in either order, and a search that
//! takes states for one that differ in nothing else says what one says that does not.

mod toys;

use std::collections::BTreeSet;
use std::rc::Rc;

use explorer::{End, Limits, Plan, Verdict, open};
use kernel::{
    Alike, Budget, Faults, Kind, NodeId, Odometer, Report, Room, Setup, Subject, Touched, Turn, Visit,
};
use systems::paxos::{Disk, PaxosRoom, Synod};

/// Settings in which nodes are alike, with a liar among them and without, and without each rule.
fn setups<R: Room>() -> Vec<Setup> {
    let mut setups = Vec::new();
    let liars: &[Option<&str>] = if options::<R>().contains(&"liar") { &[None, Some("3")] } else { &[None] };
    for liar in liars {
        let mut setup = Setup { scenario: R::scenarios()[0].name.to_owned(), ..Setup::default() };
        for option in R::options() {
            setup.options.insert(option.name.to_owned(), option.default.to_owned());
        }
        // A proposer, and servers that only accept.
        let set = [("proposers", "1"), ("acceptors", "3"), ("liar", liar.unwrap_or("0"))];
        for (name, value) in set.into_iter().filter(|(name, _)| options::<R>().contains(name)) {
            setup.options.insert(name.to_owned(), value.to_owned());
        }
        if liar.is_some() && options::<R>().contains(&"acceptors") {
            setup.options.insert("acceptors".to_owned(), "4".to_owned());
        }
        setups.extend(R::rules().iter().map(|rule| {
            let without = vec![rule.name.to_owned()];
            Setup { without, scenario: setup.scenario.clone(), options: setup.options.clone() }
        }));
        setups.push(setup);
    }
    setups
}

fn options<R: Room>() -> Vec<&'static str> {
    R::options().into_iter().map(|option| option.name).collect()
}

const LITTLE: Budget = Budget { timeouts: 2, requests: 1, ..NOTHING };
const NOTHING: Budget = Budget { timeouts: 0, requests: 0, crashes: 0, losses: 0, duplicates: 0, cuts: 0 };

#[derive(Default)]
struct Commutes {
    steps: usize,
    rooms: BTreeSet<&'static str>,
}

impl Visit for Commutes {
    fn visit<R: Room>(&mut self) {
        for setup in setups::<R>().into_iter().filter(|setup| setup.without.is_empty()) {
            for budget in [LITTLE, Budget { crashes: 1, losses: 1, cuts: 1, ..LITTLE }] {
                let system = R::build(&setup).expect("the setting can be built").bounded(budget.into());
                if !swaps(&system).is_empty() {
                    self.rooms.insert(R::NAME);
                    self.steps += every_step(system, R::NAME);
                }
            }
        }
    }
}

/// Every exchange of two neighbours of a group; all others are made of these.
fn swaps<S: Subject>(system: &S) -> Vec<Vec<NodeId>> {
    let groups = system.interchangeable();
    let pairs = groups.iter().flat_map(|group| group.windows(2));
    let swap = |pair: &[NodeId]| {
        let mut map: Vec<NodeId> = (0..system.nodes()).collect();
        map.swap(usize::from(pair[0]), usize::from(pair[1]));
        map
    };
    pairs.map(swap).collect()
}

fn every_step<S: Subject>(system: S, name: &str) -> usize {
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
fn one_state<S: Subject>(system: &S, state: &S::State, map: &[NodeId], name: &str) -> usize {
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
        let there = after(system, state, event).into_iter().map(|next| system.relabel(&next, map));
        let here = after(system, &image, &system.relabel_event(event, map));
        assert!(
            same(system, there.collect(), here),
            "{name}: {event:?} under {map:?} does not come to the same in {state:?}"
        );
    }
    events.len()
}

/// Whether these are the same states, in any order.
fn same<S: Subject>(system: &S, one: Vec<S::State>, mut other: Vec<S::State>) -> bool {
    one.len() == other.len()
        && one.iter().all(|state| {
            let state = formed(system, state);
            let place = other.iter().position(|next| formed(system, next) == state);
            place.is_some_and(|place| {
                other.swap_remove(place);
                true
            })
        })
}

/// The states that the event leads to, one for each answer to its questions.
fn after<S: Subject>(system: &S, state: &S::State, event: &S::Event) -> Vec<S::State> {
    let (mut odometer, mut report, mut states) = (Odometer::default(), Report::default(), Vec::new());
    loop {
        let mut next = state.clone();
        report.clear();
        system.apply(&mut next, event, &mut Turn { choices: &mut odometer, report: &mut report });
        states.push(next);
        if !odometer.next_run() {
            return states;
        }
    }
}

fn formed<S: Subject>(system: &S, state: &S::State) -> S::State {
    system.canonical(state).unwrap_or_else(|| state.clone())
}

#[test]
fn a_step_commutes_with_relabelling() {
    let mut law = Commutes::default();
    systems::each(&mut law);
    for room in ["paxos", "reference/tcommit", "reference/two-phase", "reference/voting", "reference/paxos"] {
        assert!(law.rooms.contains(room), "{room} has interchangeable nodes");
    }
    assert!(law.steps > 10_000, "only {} steps were compared", law.steps);
}

/// Two acceptors that would be alike, but for what is on the disk of one of them.
fn unequal_disks() -> Synod {
    let setup = setups::<PaxosRoom>().pop().map(|setup| Setup { without: Vec::new(), ..setup });
    let mut setup = setup.expect("there is a setting");
    setup.options.insert("liar".to_owned(), "0".to_owned());
    let mut synod = PaxosRoom::build(&setup).expect("the setting can be built");
    synod.disks = vec![Disk::default(), Disk::default(), Disk { round: 3, ..Disk::default() }];
    synod.bounded(LITTLE.into())
}

#[test]
fn nodes_that_lie_or_remember_something_else_are_not_alike() {
    let setup = setups::<PaxosRoom>().into_iter().find(|setup| setup.options["liar"] == "3");
    let liar = PaxosRoom::build(&setup.expect("one of them lies")).expect("the setting can be built");
    assert_eq!(liar.interchangeable(), [[1, 3]]);
    assert_eq!(unequal_disks().interchangeable(), [[1, 3]]);
    let mut equal = unequal_disks();
    equal.disks.clear();
    assert_eq!(equal.interchangeable(), [[1, 2, 3]]);
    assert!(every_step(unequal_disks(), "unequal disks") > 100);
}

/// What a search says of a property, without what depends on the order of states.
fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Violated { length, .. } => format!("violated after {length}"),
        Verdict::Witnessed { length, .. } => format!("witnessed after {length}"),
        Verdict::Holds | Verdict::Unreached | Verdict::Unknown => format!("{verdict:?}"),
    }
}

/// Searches with and without symmetry. Says how many states were saved.
fn compare<S: Subject>(system: S, limits: Limits, place: &str) -> usize {
    let system = Rc::new(system);
    let [plain, symmetric] = [false, true].map(|symmetric| {
        let mut search = open(Rc::clone(&system), Plan { limits, symmetric, ..Plan::default() });
        while search.advance(1_000).end.is_none() {}
        let report = search.report();
        for (number, (property, verdict)) in report.properties.iter().enumerate() {
            if let Verdict::Violated { state, walk, .. } = verdict {
                let states = walk.as_ref().map_or_else(|| search.walk(*state), |walk| walk.states.clone());
                let path = search.replay(&states).expect("a counterexample can be played");
                let said = system.check(&path.end, number, Touched::EVERYTHING);
                assert!(said.is_err(), "{place}: {} holds at the end of its path", property.name);
            }
        }
        report
    });
    assert!(matches!(plain.progress.end, Some(End::Complete | End::Depth)), "{place}: {:?}", plain.progress);
    assert_eq!(plain.complete, symmetric.complete, "{place}");
    assert_eq!(plain.progress.depth, symmetric.progress.depth, "{place}");
    for ((property, plain), (_, symmetric)) in plain.properties.iter().zip(&symmetric.properties) {
        let (plain, symmetric) = (words(plain), words(symmetric));
        let lasting = matches!(property.kind, Kind::Eventually | Kind::Recurrently);
        // A counterexample of another length is one all the same.
        let kind = |words: &str| words.split(' ').next().map(str::to_owned);
        let same = if lasting { kind(&plain) == kind(&symmetric) } else { plain == symmetric };
        assert!(
            same || (lasting && symmetric == "Unknown"),
            "{place}: {}: {plain}, and with symmetry {symmetric}",
            property.name
        );
    }
    plain.progress.states - symmetric.progress.states
}

#[derive(Default)]
struct Compared {
    searches: usize,
    saved: usize,
}

impl Visit for Compared {
    fn visit<R: Room>(&mut self) {
        for setup in setups::<R>() {
            let budget = Budget { crashes: 1, ..LITTLE };
            // Some rules belong to settings of their own.
            let Ok(system) = R::build(&setup) else { continue };
            let system = system.bounded(budget.into());
            if swaps(&system).is_empty() {
                continue;
            }
            let place = format!("{} without {:?}, {:?}", R::NAME, setup.without, setup.options.get("liar"));
            let limits = Limits { depth: 6, ..Limits::default() };
            self.saved += compare(system, limits, &place);
            self.searches += 1;
        }
    }
}

#[test]
fn a_search_with_symmetry_says_what_one_without_says() {
    let mut law = Compared::default();
    systems::each(&mut law);
    assert!(law.searches > 10 && law.saved > 1_000, "{} searches, {} states", law.searches, law.saved);
    compare(unequal_disks(), Limits { depth: 6, ..Limits::default() }, "unequal disks");
}

/// Of two workers the one whose turn it is hands on, for ever: each works again and again, and they never meet. Seen
/// without names, one name always works and the other never does.
#[test]
fn a_round_in_which_nodes_change_places_is_not_overlooked() {
    let toy = toys::Turns { phases: 1, hands_on: true };
    let [plain, symmetric] = toys::verdicts(toy);
    assert!(matches!(plain, Verdict::Violated { .. }), "{plain:?}");
    assert_eq!(symmetric, Verdict::Unknown);
}

/// Of two workers one works for ever, in several phases, and the other could at any time, which would end it. No fair
/// run puts it off for ever; seen without names, now the one works and now the other.
#[test]
fn a_round_that_starves_a_node_is_no_counterexample() {
    for phases in 1..12 {
        let toy = toys::Turns { phases, hands_on: false };
        let [plain, symmetric] = toys::verdicts(toy);
        assert_eq!((plain, symmetric), (Verdict::Holds, Verdict::Unknown), "{phases} phases");
    }
}

/// A property of one node is broken by the last step, and the node stands in another place afterwards.
#[test]
fn what_a_step_touched_is_looked_at_where_it_stands_afterwards() {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let toy = toys::Marked { words: order };
        let [plain, symmetric] = toys::verdicts(toy);
        assert_eq!([words(&plain), words(&symmetric)], ["violated after 2", "violated after 2"], "{order:?}");
    }
}
