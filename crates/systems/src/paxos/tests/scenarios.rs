//! Every scenario makes its point: at seed 1 exactly, and under twenty other seeds.

use std::fmt::Write;

use expect_test::expect;
use kernel::cluster::State;
use kernel::{Kind, Room};
use simulator::History;

use super::{Paxos, PaxosRoom, Synod, Value, Watch};
use crate::shared::testing::{broken, open};

/// A run to the end of its scenario.
struct Played(History<Synod>);

fn play(name: &str, seed: u64) -> Played {
    let (scenario, mut history) = open::<PaxosRoom>(name, seed, &[]);
    while history.step(scenario.length) {}
    Played(history)
}

impl Played {
    fn now(&self) -> &State<Paxos, Watch> {
        self.0.run().state()
    }

    fn broken(&self) -> Vec<&'static str> {
        broken(self.0.run())
    }

    fn chosen(&self) -> Vec<Value> {
        self.now().monitor.chosen.keys().copied().collect()
    }

    fn known(&self) -> Vec<Option<Value>> {
        self.now().locals.iter().map(|local| local.disk.known).collect()
    }

    /// The highest ballot that anybody has promised.
    fn highest(&self) -> u64 {
        let paxos = &self.0.run().system().protocol;
        let promised = self.now().locals.iter().filter_map(|local| paxos.promised(local));
        promised.map(|ballot| paxos.number(ballot)).max().unwrap_or(0)
    }
}

#[test]
fn the_standings_at_seed_1() {
    let mut table = String::new();
    for scenario in PaxosRoom::scenarios() {
        let played = play(scenario.name, 1);
        let known: String =
            played.known().iter().map(|known| known.map_or('-', |value| char::from(b'0' + value))).collect();
        let (chosen, highest) = (played.chosen(), played.highest());
        writeln!(table, "{}: chosen {chosen:?}, known {known}, ballot {highest}", scenario.name).unwrap();
        for (property, broken) in played.0.run().verdicts() {
            if let Some(broken) = broken.filter(|_| property.kind == Kind::Always) {
                writeln!(table, "  {} at {}: {}", property.name, broken.at, broken.reason).unwrap();
            }
        }
    }
    expect![[r#"
        first: chosen [0], known 000, ballot 1
        second-proposer: chosen [0], known 000, ballot 2
        separate-roles: chosen [0], known 0000---00, ballot 1
        chosen-not-learned: chosen [0], known -00, ballot 2
        proposer-crash: chosen [0], known -0---0, ballot 2
        acceptor-restart: chosen [1], known 111, ballot 3
        duel: chosen [], known --, ballot 46
        distinguished-proposer: chosen [0], known 00, ballot 1
        leader-suspected: chosen [0], known -00, ballot 2
        flexible-quorums: chosen [0], known 00--, ballot 1
        quorums-apart: chosen [0, 1], known 011, ballot 2
          Agreement at 69.803 ms: 0 is chosen in ballot 1, and 1 in ballot 2
          One answer at 69.803 ms: S1 has learned 0, and S2 has learned 1
          Safe ballots at 69.803 ms: ballot 2 asks for votes for 1, and ballot 1 has chosen another value or still could
        broken-promise: chosen [0, 1], known 010, ballot 2
          Agreement at 202.552 ms: 0 is chosen in ballot 1, and 1 in ballot 2
          One answer at 220.734 ms: S1 has learned 0, and S2 has learned 1
          Safe ballots at 72.552 ms: ballot 2 asks for votes for 1, and ballot 1 has chosen another value or still could
        forgotten-promise: chosen [0, 1], known 010, ballot 2
          Agreement at 202.552 ms: 0 is chosen in ballot 1, and 1 in ballot 2
          One answer at 220.734 ms: S1 has learned 0, and S2 has learned 1
          Safe ballots at 81.396 ms: ballot 2 asks for votes for 1, and ballot 1 has chosen another value or still could
        lowest-ballot: chosen [0, 1], known 011, ballot 3
          Agreement at 228.917 ms: 0 is chosen in ballot 3, and 1 in ballot 2
          One answer at 242.174 ms: S1 has learned 0, and S2 has learned 1
          Safe ballots at 213.784 ms: ballot 3 asks for votes for 0, and ballot 2 has chosen another value or still could
        shared-ballot: chosen [0, 1], known 011, ballot 1
          Agreement at 55.549 ms: 0 is chosen in ballot 1, and 1 in ballot 1
          One answer at 73.731 ms: S1 has learned 0, and S2 has learned 1
          One value a ballot at 42.728 ms: in ballot 1 S1 voted for 0, and S2 for 1
        half-is-no-quorum: chosen [0, 1], known 01, ballot 2
          Agreement at 30 ms: 0 is chosen in ballot 1, and 1 in ballot 2
          One answer at 30 ms: S1 has learned 0, and S2 has learned 1
          Safe ballots at 30 ms: ballot 2 asks for votes for 1, and ballot 1 has chosen another value or still could
        lying-acceptor: chosen [0, 1], known 01---0, ballot 6
          Agreement at 361.043 ms: 0 is chosen in ballot 1, and 1 in ballot 6
          One answer at 377.122 ms: P1 has learned 0, and P2 has learned 1
          Safe ballots at 346.474 ms: ballot 6 asks for votes for 1, and ballot 1 has chosen another value or still could
    "#]].assert_eq(&table);
}

#[test]
fn every_scenario_makes_its_point_under_twenty_seeds() {
    for scenario in PaxosRoom::scenarios() {
        let name = scenario.name;
        let missed: Vec<u64> = (100..120).filter(|&seed| !point(name, &play(name, seed))).collect();
        assert!(missed.len() <= 2, "{name} misses its point at {missed:?}");
    }
}

/// A scenario that breaks nothing with its own number of acceptors breaks nothing with another, and something happens.
#[test]
fn no_scenario_minds_how_many_acceptors_there_are() {
    for scenario in PaxosRoom::scenarios() {
        let safe = play(scenario.name, 3).broken().is_empty();
        for acceptors in 2..8 {
            let count = acceptors.to_string();
            let set = [
                ("acceptors", count.as_str()),
                ("prepare-quorum", "0"),
                ("accept-quorum", "0"),
                ("liar", "0"),
            ];
            let (_, mut history) = open::<PaxosRoom>(scenario.name, 3, &set);
            history.advance(scenario.length, 5_000);
            assert_eq!(usize::from(history.run().system().protocol.layout.acceptors), acceptors);
            assert!(history.run().steps() > 0, "{} with {acceptors}", scenario.name);
            let broken = Played(history).broken();
            assert!(!safe || broken.is_empty(), "{} with {acceptors}: {broken:?}", scenario.name);
        }
    }
}

/// What a scenario is there to show.
fn point(name: &str, played: &Played) -> bool {
    let (broken, chosen, known) = (played.broken(), played.chosen(), played.known());
    let safe = broken.is_empty();
    let zero = safe && chosen == [0];
    match name {
        "first" => zero && known == [Some(0); 3] && played.highest() == 1,
        "second-proposer" | "leader-suspected" | "proposer-crash" => {
            zero && known[1] == Some(0) && played.highest() == 2
        }
        "chosen-not-learned" => zero && known == [None, Some(0), Some(0)] && played.highest() == 2,
        "acceptor-restart" => safe && chosen == [1] && known == [Some(1); 3],
        "separate-roles" => {
            zero && known == [Some(0), Some(0), Some(0), Some(0), None, None, None, Some(0), Some(0)]
        }
        "duel" => safe && chosen.is_empty() && played.highest() > 20,
        "distinguished-proposer" => safe && chosen.len() == 1 && played.highest() == 1,
        "flexible-quorums" => zero && known[..2] == [Some(0); 2],
        "shared-ballot" => broken.contains(&"One value a ballot") && chosen == [0, 1],
        "quorums-apart" | "broken-promise" | "forgotten-promise" | "lowest-ballot" | "half-is-no-quorum"
        | "lying-acceptor" => {
            broken.contains(&"Agreement") && broken.contains(&"Safe ballots") && chosen == [0, 1]
        }
        _ => panic!("{name} has no point"),
    }
}
