//! The room: options, rules, and how a cluster is built from them.

use kernel::{Budget, Counts, Diagrams, Label, Micros, Opt, Room, Rule, Scenario, Setup};

use super::describe::logs;
use super::rules::{RULES, Rules};
use super::{Ballot, Disk, Servers, Slot, Vote, scenarios};
use crate::shared::network::{MISHAPS, latency, network};
use crate::shared::options::{between, nodes, switch};
use crate::shared::servers::{LIAR, REQUESTS, few_in_flight, liar, servers, workload};
use crate::shared::store::Command;

/// The Multi-Paxos room.
#[derive(Debug)]
pub struct MultiPaxos;

impl Room for MultiPaxos {
    type System = Servers;

    const NAME: &'static str = "multi-paxos";
    const TITLE: &'static str = "Multi-Paxos";
    const SHELF: &'static str = "Consensus";
    const ABOUT: &'static str =
        "Paxos in every slot of a log, with one leader: its first phase holds for all slots at once.";
    const SOURCE: &'static str = "Lamport 2001, section 3; van Renesse and Altinbuken 2015";

    fn diagrams(list: &mut impl Diagrams<Self::System>) {
        list.ring(Label::RING);
        list.lanes(Label::SPACE_TIME);
        list.logs(Label::LOGS, logs);
        list.table(Label::TABLE);
        list.logs_beside(Label::tab("side-by-side", "Side by side"), logs);
    }

    fn options() -> Vec<Opt> {
        let number = Opt::number;
        let mut options = vec![
            servers("3"),
            number(
                "window",
                "Window",
                (1, 64, "slots"),
                "4",
                "So many slots after the last executed one may be open at once.",
            ),
            number(
                "election-min",
                "Election timeout, least",
                (1, 60_000, "ms"),
                "150",
                "A server waits at least so long for a leader.",
            ),
            number(
                "election-max",
                "Election timeout, most",
                (1, 60_000, "ms"),
                "300",
                "A server waits at most so long for a leader.",
            ),
            number("heartbeat", "Heartbeat", (1, 60_000, "ms"), "50", "A leader gives a sign this often."),
        ];
        options.extend(latency(10_000, ("10", "20")));
        options.extend(MISHAPS);
        options.extend([REQUESTS, LIAR, TWICE]);
        options
    }

    fn rules() -> Vec<Rule> {
        RULES.to_vec()
    }

    fn scenarios() -> Vec<Scenario<Servers>> {
        scenarios::all()
    }

    fn search(setup: &Setup) -> Counts {
        scenarios::search(&setup.scenario)
    }

    fn build(setup: &Setup) -> Result<Servers, String> {
        let election_timeout = between(setup, "election")?;
        let network = network(setup)?;
        let servers = nodes(setup, "servers");
        few_in_flight(messages_in_flight(setup))?;
        let protocol = super::MultiPaxos {
            election_timeout,
            heartbeat: Micros::ms(setup.number("heartbeat")),
            window: setup.number("window"),
            twice: setup.on("twice"),
            rules: Rules::without(|rule| !setup.rule(rule)),
        };
        let mut cluster = Servers::new(protocol, servers);
        cluster.network = network;
        cluster.budget = Budget::TIMED;
        cluster.workload = workload(setup);
        cluster.byzantine = liar(setup, servers)?;
        cluster.disks = disks(&setup.scenario);
        Ok(cluster)
    }
}

const TWICE: Opt = switch(
    "twice",
    "Clients ask twice",
    "off",
    "Clients send each request again, as if its answer had been lost.",
);

/// At worst: every server asks all others for promises all the time, a leader sends a heartbeat and the whole window
/// to all and is answered, and copies are made.
fn messages_in_flight(setup: &Setup) -> u64 {
    let number = |name| setup.number(name);
    let (servers, latency) = (number("servers"), number("latency-max"));
    let asked = 2 * servers * servers * latency / number("election-min");
    let led = 2 * servers * (1 + number("window")) * latency / number("heartbeat");
    let requested = match number("requests") {
        0 => 0,
        every => 3 * servers * latency / every,
    };
    (asked + led + requested) * 100 / (100 - number("duplication"))
}

/// The client that asked before the run began: its commands stand on the disks of some scenarios.
pub(super) const BEFORE: u8 = 5;

/// What some scenarios begin with.
fn disks(scenario: &str) -> Vec<Disk> {
    let disk = |promised, votes: &[(Slot, u64, u32)]| Disk {
        promised: Ballot(promised),
        votes: votes.iter().map(|&(slot, ballot, number)| (slot, before(ballot, number))).collect(),
    };
    match scenarios::disks(scenario) {
        Some(disks) => disks.iter().map(|(promised, votes)| disk(*promised, votes)).collect(),
        None => Vec::new(),
    }
}

/// A vote for request number `number`, from 1, asked before the run began.
pub(super) fn before(ballot: u64, number: u32) -> Vote {
    let command = match Command::request(number - 1) {
        Command::Write { key, value, .. } => Command::Write { client: BEFORE, seq: number, key, value },
        Command::NoOp => Command::NoOp,
    };
    Vote { ballot: Ballot(ballot), command }
}
