//! `Eventually` and `Recurrently`, decided on strongly connected components under weak fairness.
//!
//! A property that is to hold sooner or later in every fair run is broken by a fair run that never fulfils it. Such a
//! run either stops (nothing that must happen can happen), or ends up going round among some states for ever. A run
//! is fair if nothing that must happen (a delivery, a timer, a request) stays possible for ever and never happens.
//! Where a whole component gives no fair run, no part of it does: what is possible in all of it is possible in all of
//! each part, and what never happens in it never happens in a part. (Baier and Katoen 2008, section 5.1; Tarjan 1972.)
//! A property that is to hold again and again is broken in the same way, but by any way to such states: it may have
//! been fulfilled before.
//!
//! A search has limits that the system has not ([`System::withheld`]): a timer may be running, and only the budget of
//! timeouts keeps it from firing. That counts twice. What is withheld all the way round a cycle, or where a run stops,
//! would happen in the system, so such a run breaks nothing. And where something is withheld there are runs that the
//! search has not followed, so as long as they could still break the property nothing can be said of it: for one that
//! is to hold sooner or later, from states in which it has not held yet; for one that is to hold again and again, from
//! any state.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use kernel::{Kind, Limit, Odometer, Report, System, Touched, Turn};

use crate::graph::Graph;
use crate::space::Space;

/// A run that never fulfils the property.
pub(crate) enum Lasso {
    /// There is none.
    None,
    /// There is none as far as can be seen, and a limit ends runs that go on in the system: such a run, and the limit.
    Beyond(Vec<u32>, Limit),
    /// A run that stops, or goes round for ever.
    Walk(Walk),
}

/// A way through states that ends where nothing more must happen, or goes round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// The states, from one to start from on.
    pub states: Vec<u32>,
    /// Where in the list the round begins that the last state closes; `None`: the run stops.
    pub back_to: Option<usize>,
}

/// What must happen in a state, and to which states it can lead.
type Duties = BTreeMap<u64, BTreeSet<u32>>;

pub(crate) fn decide<S: System, Sp: Space<S>>(
    space: &mut Sp,
    graph: &Graph,
    (property, kind): (usize, Kind),
    starts: &[u32],
) -> Lasso {
    let open: Vec<bool> =
        (0..graph.len() as u32).map(|state| !space.holds(state, property, Touched::EVERYTHING)).collect();
    let is_open = |state: u32| open.get(state as usize).copied().unwrap_or(false);
    // Of a search that was cut short: a state that was not expanded seems to stop, and is no counterexample.
    let known = |state: u32| (state as usize) < graph.len();
    // A run fulfils “sooner or later” for good once the property has held, so only runs count on which it never
    // did. “Again and again” is broken by how a run ends, whatever was before.
    let parents = reach(graph, starts, |state| known(state) && (kind == Kind::Recurrently || is_open(state)));
    let mut shortest: Option<Walk> = None;
    // What a cycle or a stop would break in the system too, if nothing were withheld there.
    let mut waiting: Option<(u32, Limit)> = None;
    for component in graph.components(|state| is_open(state) && parents[state as usize] != UNREACHED) {
        match unfulfilled(space, graph, &parents, &component) {
            Ending::Fair(walk) => {
                if shortest.as_ref().is_none_or(|other| walk.states.len() < other.states.len()) {
                    shortest = Some(walk);
                }
            }
            Ending::Withheld(state, by) => waiting = waiting.or(Some((state, by))),
            Ending::None => {}
        }
    }
    if let Some(walk) = shortest {
        return Lasso::Walk(walk);
    }
    let mut reached = (0..graph.len() as u32).filter(|&state| parents[state as usize] != UNREACHED);
    let limit = |state| {
        let mut withheld = space.withheld(state).into_iter().map(|one| one.by);
        // A timer that waits for what was lost is due once everything is quiet, and is followed there. So it
        // matters only where a run never gets quiet, which `waiting` tells.
        withheld.find(|&by| by != Limit::Patience).map(|by| (state, by))
    };
    // The runs beyond a limit are not in the graph. Only if nothing is withheld in any state reached is the
    // absence of a counterexample a proof.
    match reached.find_map(limit).or(waiting) {
        Some((state, by)) => Lasso::Beyond(back(&parents, state), by),
        None => Lasso::None,
    }
}

/// How a run can stay among the states of a component for ever.
enum Ending {
    /// It cannot, or not fairly.
    None,
    /// So.
    Fair(Walk),
    /// Only if something never happens that would in the system: from this state on, for this limit.
    Withheld(u32, Limit),
}

fn unfulfilled<S: System, Sp: Space<S>>(
    space: &mut Sp,
    graph: &Graph,
    parents: &[u32],
    component: &[u32],
) -> Ending {
    let state = component[0];
    // Nothing must happen here, so a run may end here: that is fair, and the property never comes to hold.
    if component.len() == 1 && may_stop(space, state) {
        return match space.withheld(state).first() {
            Some(one) => Ending::Withheld(state, one.by),
            None => Ending::Fair(Walk { states: back(parents, state), back_to: None }),
        };
    }
    // A single state without a way back to itself is left at once.
    if component.len() == 1 && !graph.successors(state).contains(&state) {
        return Ending::None;
    }
    let members: BTreeSet<u32> = component.iter().copied().collect();
    let mut withheld = None;
    let mut duties: Vec<(u32, Duties)> =
        members.iter().map(|&state| (state, duties(space, graph, state))).collect();
    for (state, duties) in &mut duties {
        for one in space.withheld(*state) {
            // It leads nowhere that is known, so no round can do it: where all states of the component have
            // it, none is fair.
            duties.entry(one.key).or_default();
            withheld = withheld.or(Some((*state, one.by)));
        }
    }
    match (fair_round(graph, &members, &duties), withheld) {
        (Some(round), _) => {
            let mut states = back(parents, round[0]);
            let back_to = Some(states.len() - 1);
            states.extend(&round[1..]);
            Ending::Fair(Walk { states, back_to })
        }
        // Perhaps only what is withheld keeps the round from being fair: then it is the limit's doing.
        (None, Some((state, by))) => Ending::Withheld(state, by),
        (None, None) => Ending::None,
    }
}

/// Whether a run can go round for ever, fair or not, in states that do not fulfil the property.
pub(crate) fn open_round<S: System, Sp: Space<S>>(
    space: &mut Sp,
    graph: &Graph,
    (property, kind): (usize, Kind),
    starts: &[u32],
) -> bool {
    let states = 0..graph.len() as u32;
    let open: Vec<bool> = states.map(|state| !space.holds(state, property, Touched::EVERYTHING)).collect();
    let is_open = |state: u32| open.get(state as usize).copied().unwrap_or(false);
    let known = |state: u32| (state as usize) < graph.len();
    let parents = reach(graph, starts, |state| known(state) && (kind == Kind::Recurrently || is_open(state)));
    let components = graph.components(|state| is_open(state) && parents[state as usize] != UNREACHED);
    components.iter().any(|one| one.len() > 1 || graph.successors(one[0]).contains(&one[0]))
}

const UNREACHED: u32 = u32::MAX;

/// The states reached through open states alone, each with the one before it; a start with itself.
fn reach(graph: &Graph, starts: &[u32], is_open: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut parents = vec![UNREACHED; graph.len()];
    let mut queue = VecDeque::new();
    for &start in starts.iter().filter(|start| is_open(**start)) {
        parents[start as usize] = start;
        queue.push_back(start);
    }
    while let Some(state) = queue.pop_front() {
        for &next in graph.successors(state).iter().filter(|next| is_open(**next)) {
            if parents[next as usize] == UNREACHED {
                parents[next as usize] = state;
                queue.push_back(next);
            }
        }
    }
    parents
}

fn back(parents: &[u32], to: u32) -> Vec<u32> {
    let mut walk = vec![to];
    while let Some(&here) = walk.last()
        && parents[here as usize] != here
    {
        walk.push(parents[here as usize]);
    }
    walk.reverse();
    walk
}

/// Whether nothing must happen in a state.
fn may_stop<S: System, Sp: Space<S>>(space: &Sp, index: u32) -> bool {
    let (system, state) = (space.system(), space.state(index));
    system.enabled(&state).iter().all(|event| system.fair_key(&state, event).is_none())
}

fn duties<S: System, Sp: Space<S>>(space: &Sp, graph: &Graph, index: u32) -> Duties {
    let system = space.system();
    let state = space.state(index);
    let successors: BTreeSet<u32> = graph.successors(index).iter().copied().collect();
    let known: Vec<(u32, S::State)> = successors.iter().map(|&next| (next, space.state(next))).collect();
    let mut duties = Duties::new();
    let mut report = Report::default();
    for event in system.enabled(&state) {
        let Some(key) = system.fair_key(&state, &event) else { continue };
        let targets = duties.entry(key).or_default();
        let mut odometer = Odometer::default();
        loop {
            let mut next = state.clone();
            report.clear();
            system.apply(&mut next, &event, &mut Turn { choices: &mut odometer, report: &mut report });
            let next = space.form(&next);
            // By comparing states: the graph keeps where transitions lead, and not what happens on them.
            targets.extend(known.iter().filter(|(_, state)| *state == next).map(|(index, _)| *index));
            if !odometer.next_run() {
                break;
            }
        }
    }
    duties
}

/// A closed walk in the component that does, or finds impossible, everything that must happen.
fn fair_round(graph: &Graph, members: &BTreeSet<u32>, duties: &[(u32, Duties)]) -> Option<Vec<u32>> {
    let keys: BTreeSet<u64> = duties.iter().flat_map(|(_, own)| own.keys().copied()).collect();
    // What each key asks of the walk: to visit a state, or to go a way.
    let mut wanted: BTreeSet<(u32, Option<u32>)> = BTreeSet::new();
    for key in keys {
        // Weak fairness asks only for what stays possible all the time. To pass a state in which it is not
        // possible is enough.
        if let Some((state, _)) = duties.iter().find(|(_, own)| !own.contains_key(&key)) {
            wanted.insert((*state, None));
            continue;
        }
        // Possible in every state: it must be done, by a step that stays in the component.
        let done = duties.iter().find_map(|(state, own)| {
            own[&key].iter().find(|next| members.contains(next)).map(|&next| (*state, Some(next)))
        });
        // It stays possible wherever the run goes in here, and each way of doing it leads out: no run that
        // stays is fair.
        wanted.insert(done?);
    }
    let first = wanted.first().map_or(*members.first()?, |(state, _)| *state);
    let mut walk = vec![first];
    for (state, next) in wanted {
        go(graph, members, &mut walk, state);
        walk.extend(next);
    }
    // Nothing was asked for, but a round must have a step.
    if walk.len() == 1 {
        let next = graph.successors(first).iter().copied().find(|next| members.contains(next))?;
        walk.push(next);
    }
    go(graph, members, &mut walk, first);
    Some(walk)
}

/// Goes on to a state, the shortest way inside the component.
fn go(graph: &Graph, members: &BTreeSet<u32>, walk: &mut Vec<u32>, to: u32) {
    let from = walk[walk.len() - 1];
    let mut before = BTreeMap::from([(from, from)]);
    let mut queue = VecDeque::from([from]);
    while let Some(state) = queue.pop_front() {
        if state == to {
            break;
        }
        for &next in graph.successors(state).iter().filter(|next| members.contains(next)) {
            before.entry(next).or_insert_with(|| {
                queue.push_back(next);
                state
            });
        }
    }
    let mut way = vec![to];
    while let Some(&here) = way.last()
        && here != from
    {
        way.push(before[&here]);
    }
    way.pop();
    walk.extend(way.into_iter().rev());
}
