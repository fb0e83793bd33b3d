//! State spaces that others have counted: the specifications of the TLA+ examples and the examples of Stateright. Each
//! number stands in its source or follows from a closed form; `systems::reference` is modelled to have the same.

use std::rc::Rc;

use explorer::{Plan, Progress, Report, Search, Verdict, run};
use kernel::{Cluster, Faults, Room, Setup, Subject};
use systems::reference::register::{Abd, Clients, PaxosServers, Service, SingleCopy};
use systems::reference::{
    AbdRegisterRoom, PaxosClientsRoom, PaxosRoom, SingleCopyRegisterRoom, TCommitRoom, TwoPhaseRoom,
    VotingRoom,
};

fn build<R: Room>(set: &[(&str, u64)]) -> R::System {
    let mut setup = Setup { scenario: R::scenarios()[0].name.to_owned(), ..Setup::default() };
    for option in R::options() {
        let value = set.iter().find(|(name, _)| *name == option.name);
        let value = value.map_or_else(|| option.default.to_owned(), |(_, value)| value.to_string());
        option.check(&value).expect("the test asks for what there is");
        setup.options.insert(option.name.to_owned(), value);
    }
    let system = R::build(&setup).expect("the options fit together");
    system.bounded(R::search(&setup))
}

fn search<R: Room>(set: &[(&str, u64)], symmetric: bool) -> Box<dyn Search<R::System>> {
    run(Rc::new(build::<R>(set)), Plan { symmetric, ..Plan::default() })
}

fn count<R: Room>(set: &[(&str, u64)]) -> Progress {
    search::<R>(set, false).progress()
}

fn orbits<R: Room>(set: &[(&str, u64)]) -> usize {
    search::<R>(set, true).progress().states
}

/// Every property holds or is reached; the lengths of the shortest paths to what is to be reached.
fn lengths(report: &Report) -> Vec<usize> {
    let mut lengths = Vec::new();
    for (property, verdict) in &report.properties {
        match verdict {
            Verdict::Holds => {}
            Verdict::Witnessed { length, .. } => lengths.push(*length),
            Verdict::Violated { .. } | Verdict::Unreached | Verdict::Unknown => {
                panic!("{}: {verdict:?}", property.name)
            }
        }
    }
    lengths
}

/// Distinct states, transitions with the initial state as TLC counts them, levels.
fn with_total(progress: Progress) -> (usize, u64, usize) {
    (progress.states, progress.transitions + 1, progress.depth)
}

fn distinct(progress: Progress) -> (usize, usize) {
    (progress.states, progress.depth)
}

/// How many states stand on each level, from the lengths of the shortest paths.
fn level_widths<S: Subject>(search: &dyn Search<S>) -> Vec<usize> {
    let mut widths = Vec::new();
    for index in 0..search.progress().states as u32 {
        let level = search.path(index).steps.len();
        if widths.len() == level {
            widths.push(0);
        }
        widths[level] += 1;
    }
    widths
}

fn decided<S: Subject>(search: &mut dyn Search<S>) -> usize {
    (0..search.progress().states as u32).filter(|&index| search.outcomes(index) != 0).count()
}

/// TCommit.cfg: 34 states, 94 generated, depth 7 for three managers.
#[test]
fn transaction_commit_has_as_many_states_as_its_closed_form() {
    assert_eq!(with_total(count::<TCommitRoom>(&[("managers", 3)])), (34, 94, 7));
    for n in 1..=9_u32 {
        let mut search = search::<TCommitRoom>(&[("managers", n.into())], false);
        let closed = 3_usize.pow(n) + 2_usize.pow(n) - 1;
        assert_eq!(distinct(search.progress()), (closed, 2 * n as usize + 1), "{n} managers");
        let report = search.report();
        assert_eq!(report.deadlocks, 2, "all have committed, or all have aborted");
        assert_eq!(lengths(&report), [2 * n as usize, n as usize]);
    }
}

/// TwoPhase.cfg: 288 states, 1146 generated, depth 11 for three managers; Stateright generates as many for seven.
#[test]
fn two_phase_commit_has_as_many_states_as_its_closed_form() {
    let totals = [20, 154, 1_146, 8_258, 58_146, 402_306, 2_744_706];
    for (n, total) in (1..).zip(totals) {
        let mut search = search::<TwoPhaseRoom>(&[("managers", n.into())], false);
        let closed = 2_usize.pow(n) + 4_usize.pow(n) + 6_usize.pow(n);
        let depth = 3 * n as usize + 2;
        assert_eq!(with_total(search.progress()), (closed, total, depth), "{n} managers");
        assert_eq!(lengths(&search.report()), [depth - 1, n as usize]);
    }
}

/// States that lead nowhere else: every transition from them comes back to them.
#[test]
fn two_phase_commit_has_as_many_sinks_as_its_closed_form() {
    for n in 1..=5_u32 {
        let system = Rc::new(build::<TwoPhaseRoom>(&[("managers", n.into())]));
        let search = run(system, Plan { edges: true, ..Plan::default() });
        let graph = search.graph().expect("the edges were asked for");
        let states = 0..search.progress().states as u32;
        let sinks = states.filter(|&index| graph.successors(index).iter().all(|&next| next == index));
        assert_eq!(sinks.count(), 3_usize.pow(n) + 1, "{n} managers");
    }
}

/// TLC, with the managers as a symmetry set, counts 314 for five and 920 for seven.
#[test]
fn two_phase_commit_has_as_many_orbits_as_its_closed_form() {
    let choose = |n: usize, k: usize| (0..k).fold(1, |product, i| product * (n - i) / (i + 1));
    let closed = |n: usize| choose(n + 1, 1) + choose(n + 3, 3) + choose(n + 5, 5);
    for (n, expected) in (1..).zip([12, 34, 80, 166, 314]) {
        assert_eq!(closed(n), expected);
    }
    assert_eq!(closed(7), 920);
    for n in (1..=7).chain([15]) {
        assert_eq!(orbits::<TwoPhaseRoom>(&[("managers", n as u64)]), closed(n), "{n} managers");
    }
}

fn sizes(acceptors: u64, values: u64, ballots: u64) -> [(&'static str, u64); 3] {
    [("acceptors", acceptors), ("values", values), ("ballots", ballots)]
}

/// Paxos/MCVoting.cfg and PaxosHowToWinATuringAward/MCVoting.cfg.
#[test]
fn voting_has_as_many_states_as_tlc_counts() {
    assert_eq!(distinct(count::<VotingRoom>(&sizes(3, 2, 2))), (599, 11));
    assert_eq!(distinct(count::<VotingRoom>(&sizes(3, 2, 3))), (6_752, 16));
    assert_eq!(distinct(search::<VotingRoom>(&sizes(3, 2, 2), true).progress()), (77, 11));
}

/// MCPaxos.cfg (25), MCPaxosTiny.cfg (3921), and counts derived from the definition by an independent program.
#[test]
fn paxos_has_as_many_states_as_tlc_counts() {
    for ((acceptors, values, ballots), expected) in [
        ((1, 1, 2), (25, 9)),
        ((2, 2, 2), (145, 13)),
        ((2, 2, 3), (1_501, 19)),
        ((3, 1, 2), (1_681, 17)),
        ((3, 2, 1), (73, 9)),
        ((3, 2, 2), (3_921, 17)),
        ((3, 3, 2), (6_801, 17)),
        ((3, 1, 3), (68_921, 25)),
        ((3, 2, 3), (185_369, 25)),
    ] {
        let progress = count::<PaxosRoom>(&sizes(acceptors, values, ballots));
        assert_eq!(distinct(progress), expected, "{acceptors} acceptors, {values} values, {ballots} ballots");
    }
}

#[test]
fn the_levels_of_paxos_are_as_wide_as_they_should_be() {
    let mut search = search::<PaxosRoom>(&sizes(3, 2, 2), false);
    let widths = [1, 2, 7, 12, 29, 72, 139, 234, 341, 464, 646, 780, 670, 372, 126, 24, 2];
    assert_eq!(level_widths(&*search), widths);
    assert_eq!(decided(&mut *search), 2_432);
    assert_eq!(
        lengths(&search.report()),
        [6],
        "a ballot is opened, two promise, a value is proposed, two vote"
    );
}

#[test]
fn a_value_is_chosen_in_as_many_states_of_paxos_as_it_should_be() {
    assert_eq!(decided(&mut *search::<PaxosRoom>(&sizes(3, 2, 3), false)), 135_840);
}

fn register(servers: u64, clients: u64) -> [(&'static str, u64); 2] {
    [("servers", servers), ("clients", clients)]
}

/// The same cluster without a history, so that runs that differ in the past alone meet.
fn without_history<S: Service>(service: S, servers: u16, clients: u16) -> usize {
    let mut cluster = Cluster::<_, ()>::new(Clients { service, servers }, servers + clients);
    cluster.leave_ignored = true;
    run(Rc::new(cluster), Plan::default()).progress().states
}

/// Stateright, examples/single-copy-register.rs.
#[test]
fn a_single_copy_is_a_register_if_there_is_one_server() {
    let mut search = search::<SingleCopyRegisterRoom>(&register(1, 2), false);
    assert_eq!(search.progress().states, 93);
    assert_eq!(lengths(&search.report()), [3], "a client writes, hears so, and its read is answered");
    assert_eq!(without_history(SingleCopy, 1, 2), 49);
    assert_eq!(count::<SingleCopyRegisterRoom>(&register(1, 1)).states, 5);
}

/// Stateright stops early there, after 54 states; the whole space has 62.
#[test]
fn two_single_copies_are_not_a_register() {
    let mut search = search::<SingleCopyRegisterRoom>(&register(2, 2), false);
    assert_eq!(search.progress().states, 62);
    let verdicts: Vec<Verdict> = search.report().properties.into_iter().map(|(_, verdict)| verdict).collect();
    let [Verdict::Violated { length, reason, .. }, Verdict::Witnessed { length: chosen, .. }] = &verdicts[..]
    else {
        panic!("{verdicts:?}");
    };
    assert_eq!((*length, *chosen), (4, 4));
    assert!(reason.contains("read nothing"), "{reason}");
}

/// Stateright, examples/linearizable-register.rs.
#[test]
fn copies_at_a_majority_are_a_register() {
    let mut search = search::<AbdRegisterRoom>(&register(2, 2), false);
    assert_eq!(search.progress().states, 544);
    assert_eq!(lengths(&search.report()), [11]);
    assert_eq!(without_history(Abd, 2, 2), 325);
    assert_eq!(count::<AbdRegisterRoom>(&register(2, 1)).states, 13);
}

/// Stateright, examples/paxos.rs; 32,971 generated, with the initial state.
#[test]
fn paxos_with_clients_is_a_register_that_is_written_once() {
    let mut search = search::<PaxosClientsRoom>(&register(3, 2), false);
    assert_eq!(with_total(search.progress()), (16_668, 32_971, 21));
    assert_eq!(lengths(&search.report()), [8]);
    assert_eq!(without_history(PaxosServers, 3, 2), 16_668);
    assert_eq!(distinct(count::<PaxosClientsRoom>(&register(3, 1))), (265, 14));
}

/// 2,420,477 generated.
#[test]
fn paxos_with_three_clients_has_as_many_states_as_stateright_finds() {
    assert_eq!(with_total(count::<PaxosClientsRoom>(&register(3, 3))), (1_194_428, 2_420_477, 28));
}

/// 731,789 generated.
#[test]
fn a_single_copy_with_four_clients_has_as_many_states_as_stateright_finds() {
    let mut search = search::<SingleCopyRegisterRoom>(&register(1, 4), false);
    assert_eq!(with_total(search.progress()), (400_233, 731_789, 17));
    assert_eq!(lengths(&search.report()), [3]);
}
