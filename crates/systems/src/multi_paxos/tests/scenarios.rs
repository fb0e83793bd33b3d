//! Every scenario makes its point: at seed 1 exactly, and under twenty other seeds.

use std::fmt::Write;

use expect_test::expect_file;
use kernel::cluster::State;
use kernel::{Explain, NodeId, Room};
use simulator::History;

use super::{Ballot, MultiPaxos, MultiPaxosRoom, Servers, Slot, Watch, acceptor, leads_in, learner};
use crate::shared::testing::{broken, open};

type MultiPaxosState = State<MultiPaxos, Watch>;

/// What a run has shown by its end, and on the way.
struct Played {
    history: History<Servers>,
    /// Who led, in order: server and ballot.
    led: Vec<(NodeId, Ballot)>,
    /// The most that each server had executed while the network was cut.
    executed_while_cut: Vec<Slot>,
    /// Somebody knew what is chosen in a slot, and not in one before it.
    out_of_order: bool,
}

fn play(name: &str, seed: u64) -> Played {
    let (scenario, mut history) = open::<MultiPaxosRoom>(name, seed, &[]);
    let (mut led, mut out_of_order) = (Vec::new(), false);
    let mut executed_while_cut = vec![0; history.run().state().locals.len()];
    while history.step(scenario.length) {
        let now = history.run().state();
        for (node, local) in (0..).zip(&now.locals) {
            let ballot = leads_in(local).filter(|ballot| !led.contains(&(node, *ballot)));
            led.extend(ballot.map(|ballot| (node, ballot)));
            out_of_order |= local.ram.as_ref().is_some_and(|ram| !ram.waiting.is_empty());
        }
        if now.wires.values().any(|wire| wire.cut) {
            for (most, node) in executed_while_cut.iter_mut().zip(0..) {
                *most = executed(now, node).max(*most);
            }
        }
    }
    Played { history, led, executed_while_cut, out_of_order }
}

fn executed(now: &MultiPaxosState, node: NodeId) -> Slot {
    now.locals[usize::from(node)].ram.as_ref().map_or(0, |ram| ram.executed)
}

impl Played {
    fn now(&self) -> &MultiPaxosState {
        self.history.run().state()
    }

    fn broken(&self) -> Vec<&'static str> {
        broken(self.history.run())
    }

    fn executed(&self) -> Vec<Slot> {
        (0..self.history.run().system().nodes()).map(|node| executed(self.now(), node)).collect()
    }

    /// What a server knows to be chosen, slot by slot.
    fn log(&self, node: NodeId) -> String {
        let local = &self.now().locals[usize::from(node)];
        let chosen = (1..).map_while(|slot| learner::chosen(local, slot));
        chosen.map(|command| command.words()).collect::<Vec<_>>().join(" ")
    }

    /// Whether every server knows this to be chosen, and nothing else.
    fn all_logs(&self, wanted: &str) -> bool {
        (0..self.history.run().system().nodes()).all(|node| self.log(node) == wanted)
    }
}

#[test]
fn the_standings_at_seed_1() {
    let mut table = String::new();
    for scenario in MultiPaxosRoom::scenarios() {
        let played = play(scenario.name, 1);
        let server = |(node, ballot): &(NodeId, Ballot)| format!("S{} in ballot {ballot}", node + 1);
        let led = played.led.iter().map(server).collect::<Vec<_>>().join(", ");
        writeln!(table, "{}: led by {led}", scenario.name).unwrap();
        writeln!(table, "    executed {:?}", played.executed()).unwrap();
        for (property, broken) in played.history.run().verdicts() {
            if let Some(broken) = broken {
                writeln!(table, "    broken at {}: {}: {}", broken.at, property.name, broken.reason).unwrap();
            }
        }
    }
    expect_file!["standings.txt"].assert_eq(&table);
}

#[test]
fn every_scenario_makes_its_point_under_twenty_seeds() {
    for scenario in MultiPaxosRoom::scenarios() {
        let name = scenario.name;
        let made = (100..120).filter(|&seed| {
            let played = play(name, seed);
            let point = point(name, &played);
            if !point {
                println!("MISS {name} {seed} {:?} {:?} {:?}", played.led, played.executed(), played.broken());
            }
            point
        });
        assert!(made.count() >= 18, "{name}");
    }
}

/// A scenario that breaks nothing with its own number of servers breaks nothing with another, and something happens.
#[test]
fn no_scenario_minds_how_many_servers_there_are() {
    for scenario in MultiPaxosRoom::scenarios() {
        let safe = play(scenario.name, 3).broken().is_empty();
        for servers in 1..9 {
            let set = [("servers", &*servers.to_string()), ("liar", "0")];
            let (_, mut history) = open::<MultiPaxosRoom>(scenario.name, 3, &set);
            history.advance(scenario.length, 5_000);
            assert_eq!(history.run().state().locals.len(), servers);
            assert!(history.run().steps() > 0, "{} with {servers}", scenario.name);
            let mut broken =
                history.run().verdicts().filter_map(|(property, broken)| broken.map(|_| property.name));
            assert_eq!(broken.next().filter(|_| safe), None, "{} with {servers}", scenario.name);
        }
    }
}

/// What a scenario is there to show.
fn point(name: &str, played: &Played) -> bool {
    let (broken, executed) = (played.broken(), played.executed());
    let safe = broken.is_empty();
    let least = executed.iter().copied().min().unwrap_or(0);
    let leaders: Vec<NodeId> = played.led.iter().map(|(node, _)| *node).collect();
    match name {
        "normal-case" => safe && leaders == [0] && least >= 7,
        "window" => safe && played.out_of_order && played.all_logs("x=1 y=2 z=3 x=4 y=5 z=6"),
        "gap" => safe && leaders == [1] && played.all_logs("x=1 no-op z=3 x=4"),
        "recovered-command" => safe && leaders == [0, 1] && played.all_logs("x=1 y=2"),
        "duplicate" => safe && leaders == [0, 1] && played.all_logs("x=1 x=1"),
        "duel" => {
            let first = acceptor::votes(&played.now().locals[0]).get(1).map(|vote| vote.ballot);
            safe && leaders == [0, 1, 0, 1, 0] && first == Some(Ballot(7)) && least >= 2
        }
        "leader-crash" => safe && leaders.len() >= 2 && leaders[..2] != [0, 0] && least >= 4,
        "minority-partition" => safe && minority(played),
        "catch-up" => safe && leaders == [0] && played.executed_while_cut[2] <= 2 && least >= 8,
        "broken-promise" | "oldest-command" => broken.contains(&"Agreement"),
        "forgotten-promise" | "forgotten-vote" | "new-command-first" => {
            broken.contains(&"Agreement") && broken.contains(&"Higher ballots")
        }
        "guessed-gap" => broken == ["No false lesson", "State machine safety"],
        "two-halves" => matches!(leaders.as_slice(), [0, 2] | [2, 0]) && broken.contains(&"Agreement"),
        "out-of-order" => broken == ["State machine safety"],
        "executed-twice" => broken == ["Exactly once"],
        "lying-leader" => broken.contains(&"State machine safety") && broken.contains(&"Validity"),
        "lying-acceptor" => broken.contains(&"Agreement"),
        _ => panic!("{name} has no point"),
    }
}

/// The smaller half executes nothing while it is cut off; y=2, which it proposed, is chosen nowhere.
fn minority(played: &Played) -> bool {
    let larger = played.led.iter().any(|&(node, _)| node >= 2);
    let cut = &played.executed_while_cut;
    larger
        && cut[..2] == [1, 1]
        && cut[2..].iter().all(|&executed| executed == 2)
        && played.all_logs("x=1 z=3")
}
