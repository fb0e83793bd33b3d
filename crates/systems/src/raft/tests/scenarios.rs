//! Every scenario makes its point: at seed 1 exactly, and under twenty other seeds.

use std::collections::BTreeSet;
use std::fmt::Write;

use expect_test::expect;
use kernel::cluster::State;
use kernel::{Explain, NodeId, Room};
use simulator::History;

use super::super::room::FIGURE_7;
use super::{Command, Index, Raft, RaftRoom, Role, Servers, Term, Watch, leads, terms};
use crate::shared::testing::{broken, open};

type RaftState = State<Raft, Watch>;

/// What a run has shown by its end, and on the way.
struct Played {
    history: History<Servers>,
    /// Who was elected, in order: server and term.
    elected: Vec<(NodeId, Term)>,
    /// The most that each server knew to be committed while the network was cut.
    committed_while_cut: Vec<Index>,
}

fn play(name: &str, seed: u64) -> Played {
    play_changed(name, seed, &[])
}

fn play_changed(name: &str, seed: u64, set: &[(&str, &str)]) -> Played {
    let (scenario, mut history) = open::<RaftRoom>(name, seed, set);
    let (mut elected, mut committed_while_cut) = (Vec::new(), vec![0; history.run().state().locals.len()]);
    while history.step(scenario.length) {
        let now = history.run().state();
        for (node, local) in (0..).zip(&now.locals).filter(|(_, local)| leads(local)) {
            if !elected.contains(&(node, local.disk.current_term)) {
                elected.push((node, local.disk.current_term));
            }
        }
        if now.wires.values().any(|wire| wire.cut) {
            for (most, node) in committed_while_cut.iter_mut().zip(0..) {
                *most = commit(now, node).max(*most);
            }
        }
    }
    Played { history, elected, committed_while_cut }
}

impl Played {
    fn now(&self) -> &RaftState {
        self.history.run().state()
    }

    fn broken(&self) -> Vec<&'static str> {
        broken(self.history.run())
    }

    fn leaders(&self) -> Vec<(NodeId, Term)> {
        let leaders = (0..).zip(&self.now().locals).filter(|(_, local)| leads(local));
        leaders.map(|(node, local)| (node, local.disk.current_term)).collect()
    }

    fn logs(&self) -> BTreeSet<Vec<Term>> {
        self.now().locals.iter().map(|local| terms(&local.disk.log)).collect()
    }

    fn commits(&self) -> Vec<Index> {
        (0..self.history.run().system().nodes()).map(|node| commit(self.now(), node)).collect()
    }

    fn least_commit(&self) -> Index {
        self.commits().into_iter().min().unwrap_or(0)
    }

    /// Whether a log holds this value.
    fn holds(&self, wanted: u32) -> bool {
        let logs = self.now().locals.iter().flat_map(|local| local.disk.log.from(1, usize::MAX));
        logs.into_iter().any(|entry| matches!(entry.command, Command::Write { value, .. } if value == wanted))
    }
}

fn commit(now: &RaftState, node: NodeId) -> Index {
    now.locals[usize::from(node)].ram.as_ref().map_or(0, |ram| ram.commit_index)
}

#[test]
fn the_standings_at_seed_1() {
    let mut table = String::new();
    for scenario in RaftRoom::scenarios() {
        standing(&mut table, scenario.name, &play(scenario.name, 1));
    }
    expect![[r#"
        first-election: led by S5 in term 1
            terms [1, 1, 1, 1, 1], committed [1, 1, 1, 1, 1]
        split-vote: led by S1 in term 2
            terms [2, 2, 2, 2], committed [1, 1, 1, 1]
        replication: led by S1 in term 1
            terms [1, 1, 1, 1, 1], committed [12, 12, 12, 12, 12]
        leader-crash: led by S1 in term 1, S4 in term 2
            terms [2, 2, 2, 2, 2], committed [16, 16, 16, 16, 16]
        follower-behind: led by S1 in term 1, S2 in term 5
            terms [5, 5, 5, 5, 5], committed [32, 33, 32, 32, 32]
        minority-partition: led by S1 in term 1, S5 in term 2
            terms [2, 2, 2, 2, 2], committed [4, 4, 4, 4, 4]
        one-way-link: led by S1 in term 1, S3 in term 4, S1 in term 6, S3 in term 8, S3 in term 11
            terms [11, 11, 11, 11, 10], committed [12, 12, 12, 12, 1]
        disruptive-server: led by S1 in term 1, S4 in term 6
            terms [6, 6, 6, 6, 6], committed [9, 9, 9, 9, 9]
        disruptive-server-pre-vote: led by S1 in term 1
            terms [1, 1, 1, 1, 1], committed [9, 9, 9, 9, 9]
        figure-7: led by S1 in term 8
            terms [8, 8, 8, 8, 8, 8, 8], committed [11, 11, 11, 11, 11, 11, 11]
        figure-8: led by S1 in term 2, S5 in term 3, S1 in term 4, S5 in term 5
            terms [5, 5, 5, 5, 5], committed [3, 3, 3, 3, 3]
        figure-8-rule-off: led by S1 in term 2, S5 in term 3, S1 in term 4, S5 in term 5
            terms [5, 5, 5, 5, 5], committed [3, 3, 3, 3, 3]
            broken at 588.459 ms: Leader Completeness: S5 leads term 5 without an entry, up to index 2, that a server took for committed in term 4
            broken at 644.836 ms: State Machine Safety: S5 applied another entry at index 2 than a server before it
        lost-vote: led by S1 in term 1, S2 in term 1
            terms [1, 1, 1], committed [1, 1, 1]
            broken at 101.158 ms: Election Safety: S1 and S2 were both elected in term 1
        lying-leader: led by S1 in term 1
            terms [1, 1, 1, 1, 1], committed [20, 20, 19, 19, 19]
            broken at 80.044 ms: Log Matching: S1 and S5 have the same term at index 2, and differ at index 2
            broken at 80.044 ms: State Machine Safety: S5 applied another entry at index 2 than a server before it
        every-schedule: led by S1 in term 1
            terms [1, 1, 1], committed [4, 3, 3]
        figure-7-small: led by S1 in term 4
            terms [4, 4, 4], committed [4, 4, 4]
        figure-8-small: led by S1 in term 5, S3 in term 6
            terms [6, 6, 6], committed [3, 3, 3]
        two-halves: led by S2 in term 1, S1 in term 1
            terms [1, 1, 1, 1], committed [1, 1, 1, 1]
            broken at 35.824 ms: Election Safety: S2 and S1 were both elected in term 1
            broken at 65.825 ms: Log Matching: S1 and S2 have the same term at index 1, and differ at index 1
            broken at 95.277 ms: State Machine Safety: S1 applied another entry at index 1 than a server before it
        stale-read: led by S1 in term 1, S2 in term 2
            terms [2, 2], committed [2, 2]
            broken at 135.049 ms: Linearizable reads: client C read x and was answered “not set”; before it asked, a client knew that entry 1 had written x
        deposed-leader-read: led by S1 in term 1, S2 in term 2
            terms [2, 2, 2], committed [4, 4, 4]
            broken at 213.336 ms: Linearizable reads: client C read x and was answered “it is 1”; before it asked, a client knew that entry 4 had written x
        lost-answer: led by S1 in term 1
            terms [1, 1, 1], committed [11, 11, 10]
            broken at 148.796 ms: Agreement of answers: client A was answered “written, it was not set” and then “written, it was 1” to its request 1
            broken at 148.796 ms: Exactly once: request 1 of client A changed the state machine by entry 2 and by entry 3
    "#]].assert_eq(&table);
}

fn standing(table: &mut String, name: &str, played: &Played) {
    let server = |(node, term): &(NodeId, Term)| format!("S{} in term {term}", node + 1);
    let elected = played.elected.iter().map(server).collect::<Vec<_>>().join(", ");
    let terms: Vec<Term> = played.now().locals.iter().map(|local| local.disk.current_term).collect();
    writeln!(table, "{name}: led by {elected}").unwrap();
    writeln!(table, "    terms {terms:?}, committed {:?}", played.commits()).unwrap();
    for (property, broken) in played.history.run().verdicts() {
        if let Some(broken) = broken {
            writeln!(table, "    broken at {}: {}: {}", broken.at, property.name, broken.reason).unwrap();
        }
    }
}

#[test]
fn every_scenario_makes_its_point_under_twenty_seeds() {
    for scenario in RaftRoom::scenarios() {
        let name = scenario.name;
        let made = (100..120).filter(|&seed| {
            let played = play(name, seed);
            let point = point(name, &played);
            if !point {
                println!("MISS {name} {seed} {:?}", played.elected);
            }
            point
        });
        assert!(made.count() >= 18, "{name}");
    }
}

/// With any number of servers a scenario that breaks nothing with its own number breaks nothing, and somebody leads. In
/// one the two candidates of the script split the votes of some numbers, and no timeout comes after.
#[test]
fn no_scenario_minds_how_many_servers_there_are() {
    let mut without_a_leader = Vec::new();
    for scenario in RaftRoom::scenarios() {
        let name = scenario.name;
        let safe = play(name, 3).broken().is_empty();
        for servers in 1..9 {
            let played = play_changed(name, 3, &[("servers", &servers.to_string())]);
            assert_eq!(played.now().locals.len(), servers);
            assert!(!safe || played.broken().is_empty(), "{name}, {servers}: {:?}", played.broken());
            if played.elected.is_empty() {
                without_a_leader.push((name, servers));
            }
        }
    }
    assert_eq!(without_a_leader, [("lost-vote", 2), ("lost-vote", 6)]);
}

#[test]
fn with_pre_vote_a_server_that_hears_nothing_brings_no_leader_down() {
    for seed in [1, 100, 101, 102, 103] {
        let played = play_changed("one-way-link", seed, &[("pre-vote", "on")]);
        assert_eq!(played.elected, [(0, 1)], "S1 leads all the time");
        assert!(played.now().locals.iter().all(|local| local.disk.current_term == 1));
        let asks = played.now().locals[4]
            .ram
            .as_ref()
            .is_some_and(|ram| matches!(ram.role, Role::PreCandidate { .. }));
        assert!(asks, "S5 asks in vain");
        assert!(played.broken().is_empty() && played.commits()[..4].iter().all(|&commit| commit >= 6));
        assert!(play("one-way-link", seed).elected.len() >= 3, "without pre-vote leaders are brought down");
    }
}

/// What a scenario is there to show.
fn point(name: &str, played: &Played) -> bool {
    let (broken, leaders) = (played.broken(), played.leaders());
    let safe = broken.is_empty();
    match name {
        "first-election" => safe && leaders.len() == 1 && played.least_commit() == 1,
        "split-vote" => safe && leaders.len() == 1 && leaders[0].1 >= 2 && played.elected.len() == 1,
        "replication" => safe && leaders == [(0, 1)] && played.least_commit() >= 7,
        "leader-crash" => {
            let others = played.elected[0] == (0, 1) && played.elected[1].0 != 0;
            safe && others && played.now().locals.iter().all(kernel::Local::up) && played.least_commit() >= 4
        }
        "follower-behind" => {
            let behind = played.committed_while_cut[4] <= 2 && played.committed_while_cut[0] >= 10;
            safe && behind && played.least_commit() >= 10
        }
        "minority-partition" => safe && minority(played),
        "one-way-link" => safe && played.elected.len() >= 3,
        "disruptive-server" => safe && played.elected.len() >= 2 && leaders[0].1 > 1,
        "disruptive-server-pre-vote" => {
            let terms = played.now().locals.iter().all(|local| local.disk.current_term == 1);
            safe && played.elected == [(0, 1)] && terms && played.least_commit() >= 6
        }
        "figure-7" => safe && played.logs() == BTreeSet::from([[FIGURE_7[0], &[8]].concat()]),
        "figure-8" => safe && leaders == [(4, 5)] && played.logs().iter().all(|log| log[..2] == [1, 3]),
        "figure-8-rule-off" => broken == ["Leader Completeness", "State Machine Safety"],
        "lost-vote" => broken == ["Election Safety"] && leaders == [(0, 1), (1, 1)],
        "every-schedule" => safe && leaders.len() == 1 && played.least_commit() >= 2,
        "figure-7-small" => safe && played.logs() == BTreeSet::from([vec![1, 3, 3, 4]]),
        "figure-8-small" => {
            let overwritten = played.logs() == BTreeSet::from([vec![1, 3, 6]]);
            safe && played.elected == [(0, 5), (2, 6)] && overwritten
        }
        "stale-read" => broken == ["Linearizable reads"] && leaders == [(1, 2)],
        "deposed-leader-read" => {
            let deposed = played.elected == [(0, 1), (1, 2)] && leaders == [(1, 2)];
            broken == ["Linearizable reads"] && deposed && played.logs().len() == 1
        }
        "two-halves" => {
            let both = leaders == [(0, 1), (1, 1)] && played.commits().iter().all(|&commit| commit >= 1);
            broken == ["Election Safety", "Log Matching", "State Machine Safety"] && both
        }
        "lost-answer" => broken == ["Agreement of answers", "Exactly once"] && leaders == [(0, 1)],
        "lying-leader" => broken.contains(&"State Machine Safety"),
        _ => panic!("{name} has no point"),
    }
}

/// The smaller half commits nothing while it is cut off; then S1 steps down, and its x=9 is nowhere.
fn minority(played: &Played) -> bool {
    let larger = played.elected.iter().any(|&(node, term)| node >= 2 && term > 1);
    let cut = &played.committed_while_cut;
    let apart = cut[..2] == [2, 2] && cut[2..].iter().all(|&commit| commit >= 4);
    let stepped_down = !leads(&played.now().locals[0]) || played.leaders()[0].1 > 1;
    larger && apart && stepped_down && !played.holds(9) && played.logs().len() == 1
}
