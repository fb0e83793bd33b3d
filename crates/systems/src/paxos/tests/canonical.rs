//! The states that a search takes for one have the same future.

use std::collections::{BTreeSet, HashSet, VecDeque};

use kernel::cluster::State;
use kernel::{Alike, Budget, Faults, Micros, Odometer, Report, System, Turn};

use super::{Layout, Paxos, Synod, Watch, paxos};

type PaxosState = State<Paxos, Watch>;

fn duel(servers: u16) -> Synod {
    let impatient = Paxos {
        layout: Layout::combined(2, servers),
        prepare_quorum: usize::from(servers / 2 + 1),
        accept_quorum: usize::from(servers / 2 + 1),
        patience: Micros::ZERO,
        backoff: (Micros::ZERO, Micros::ZERO),
        ..paxos()
    };
    Synod::new(impatient, servers).bounded(Budget { requests: 2, ..Budget::NONE }.into())
}

fn canonical(synod: &Synod, state: &PaxosState) -> PaxosState {
    synod.canonical(state).expect("ballots of two proposers without patience are only compared")
}

/// What can come next, each in the one form of all that are alike.
fn futures(synod: &Synod, state: &PaxosState) -> (Vec<PaxosState>, Vec<PaxosState>) {
    let mut next = Vec::new();
    for event in synod.enabled(state) {
        let mut odometer = Odometer::default();
        loop {
            let (mut after, mut report) = (state.clone(), Report::default());
            let mut turn = Turn { choices: &mut odometer, report: &mut report };
            synod.apply(&mut after, &event, &mut turn);
            next.push(after);
            if !odometer.next_run() {
                break;
            }
        }
    }
    let forms = next.iter().map(|state| canonical(synod, state)).collect();
    (next, forms)
}

fn as_text(forms: &[PaxosState]) -> BTreeSet<String> {
    forms.iter().map(|form| format!("{form:?}")).collect()
}

/// The state and its form have the same futures and verdicts; gives the former.
fn compare(synod: &Synod, state: &PaxosState) -> Vec<PaxosState> {
    let form = canonical(synod, state);
    assert_eq!(canonical(synod, &form), form, "a form is its own form");
    let (next, forms) = futures(synod, state);
    let (_, from_form) = futures(synod, &form);
    assert_eq!(as_text(&forms), as_text(&from_form), "after {state:?}");
    for (property, claim) in synod.properties().iter().enumerate() {
        let verdict = |state| synod.check(state, property, kernel::Touched::EVERYTHING).is_ok();
        assert_eq!(verdict(state), verdict(&form), "{}", claim.name);
    }
    next
}

fn start(synod: &Synod) -> PaxosState {
    synod.initial(&mut Turn { choices: &mut Odometer::default(), report: &mut Report::default() })
}

#[test]
fn a_form_stands_for_every_state_of_a_duel_however_high_its_ballots() {
    let synod = duel(2);
    let mut seen: HashSet<(PaxosState, u32)> = HashSet::new();
    let mut queue = VecDeque::from([start(&synod)]);
    while let Some(state) = queue.pop_front() {
        for after in compare(&synod, &state) {
            let height = after.locals.iter().map(|local| local.disk.round).max().unwrap_or(0);
            if height < 20 && seen.insert((canonical(&synod, &after), height)) {
                queue.push_back(after);
            }
        }
    }
    assert_eq!(seen.len(), 1937);
}

#[test]
fn a_form_stands_for_the_states_along_many_ways_through_a_duel_of_three() {
    let synod = duel(3);
    let mut number = 1_u64;
    let mut draw = |bound: usize| {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (number >> 33) as usize % bound
    };
    for walk in 0..150 {
        let mut state = start(&synod);
        // Each way has a message that it is slow to deliver, so that some nodes fall far behind.
        for _ in 0..80 {
            let mut next = compare(&synod, &state);
            if next.is_empty() {
                break;
            }
            let at = draw(next.len()).max(draw(next.len())).max(draw(1 + walk % next.len()));
            state = next.swap_remove(at);
        }
    }
}

#[test]
fn ballots_are_not_renumbered_where_their_numbers_matter() {
    let mut turn = Turn { choices: &mut Odometer::default(), report: &mut Report::default() };
    for change in [
        |paxos: &mut Paxos| paxos.patience = Micros::ms(1),
        |paxos: &mut Paxos| paxos.layout = Layout::combined(3, 3),
        |paxos: &mut Paxos| paxos.rules.one_value_per_ballot = false,
        |paxos: &mut Paxos| paxos.rules.keep_promise = false,
    ] {
        let mut paxos = duel(3).protocol;
        change(&mut paxos);
        let synod = Synod::new(paxos, 3);
        let start = synod.initial(&mut turn);
        assert_eq!(synod.canonical(&start), None);
    }
}
