//! The room: options, rules, and how a cluster is built from them.

use kernel::cluster::Network;
use kernel::{Budget, Delay, Diagrams, Label, Micros, NodeId, Opt, OptKind, Room, Rule, Scenario, Setup};

use super::describe::logs;
use super::rules::{RULES, Rules};
use super::{Ballot, Disk, Servers, Slot, Vote, scenarios};
use crate::store::Command;

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
        NUMBERS.iter().map(number_option).chain(SWITCHES.iter().map(switch_option)).collect()
    }

    fn rules() -> Vec<Rule> {
        RULES.to_vec()
    }

    fn scenarios() -> Vec<Scenario<Servers>> {
        scenarios::all()
    }

    fn search(setup: &Setup) -> Budget {
        scenarios::search(&setup.scenario)
    }

    fn build(setup: &Setup) -> Result<Servers, String> {
        let ms = |name| Micros::ms(setup.number(name));
        for (least, most) in [("election-min", "election-max"), ("latency-min", "latency-max")] {
            if setup.number(least) > setup.number(most) {
                return Err(format!("has {least} above {most}"));
            }
        }
        let servers = number(setup, "servers");
        if messages_in_flight(setup) > IN_FLIGHT_MAX {
            return Err(format!(
                "asks for more than {IN_FLIGHT_MAX} messages in flight at once; fewer servers, less latency or longer \
                 timeouts would do"
            ));
        }
        let protocol = super::MultiPaxos {
            election_timeout: (ms("election-min"), ms("election-max")),
            heartbeat: ms("heartbeat"),
            window: setup.number("window"),
            twice: setup.on("twice"),
            rules: Rules::without(|rule| !setup.rule(rule)),
        };
        let mut cluster = Servers::new(protocol, servers);
        let ppm = |name| u32::try_from(setup.number(name) * 10_000).unwrap_or(u32::MAX);
        cluster.network = Network {
            latency: (ms("latency-min"), ms("latency-max")),
            loss_ppm: ppm("loss"),
            duplication_ppm: ppm("duplication"),
        };
        cluster.budget = Budget::TIMED;
        let every = ms("requests").0;
        if every > 0 {
            cluster.workload = Delay::Between(Micros(every / 2), Micros(every + every / 2));
        }
        let liar = number(setup, "liar");
        if liar > servers {
            return Err(format!("names S{liar} as the lying server, and there are {servers} servers"));
        }
        cluster.byzantine.extend(liar.checked_sub(1));
        cluster.disks = disks(&setup.scenario);
        Ok(cluster)
    }
}

type Number = (&'static str, &'static str, (u64, u64, &'static str), &'static str, &'static str);

/// Name, title, range and unit, default, help.
const NUMBERS: &[Number] = &[
    ("servers", "Servers", (1, 500, ""), "3", "How many servers there are."),
    (
        "window",
        "Window",
        (1, 64, "slots"),
        "4",
        "So many slots after the last executed one may be open at once.",
    ),
    (
        "election-min",
        "Election timeout, least",
        (1, 60_000, "ms"),
        "150",
        "A server waits at least so long for a leader.",
    ),
    (
        "election-max",
        "Election timeout, most",
        (1, 60_000, "ms"),
        "300",
        "A server waits at most so long for a leader.",
    ),
    ("heartbeat", "Heartbeat", (1, 60_000, "ms"), "50", "A leader gives a sign this often."),
    ("latency-min", "Latency, least", (0, 10_000, "ms"), "10", "A message takes at least so long."),
    ("latency-max", "Latency, most", (0, 10_000, "ms"), "20", "A message takes at most so long."),
    ("loss", "Loss", (0, 90, "%"), "0", "So many in a hundred messages are lost."),
    ("duplication", "Duplication", (0, 90, "%"), "0", "So many in a hundred messages arrive twice."),
    ("requests", "A request every", (0, 60_000, "ms"), "0", "Clients ask this often; 0: only when you do."),
    ("liar", "Lying server", (0, 500, ""), "0", "The number of a server that lies; 0: none."),
];

/// Name, title, default, help.
const SWITCHES: &[(&str, &str, &str, &str)] = &[(
    "twice",
    "Clients ask twice",
    "off",
    "Clients send each request again, as if its answer had been lost.",
)];

fn number_option(&(name, title, (least, most, unit), default, help): &Number) -> Opt {
    Opt { name, title, kind: OptKind::Number { least, most, unit }, default, help }
}

fn switch_option(
    &(name, title, default, help): &(&'static str, &'static str, &'static str, &'static str),
) -> Opt {
    Opt { name, title, kind: OptKind::Switch, default, help }
}

/// A run with more messages in flight than this is too slow to look at.
const IN_FLIGHT_MAX: u64 = 200_000;

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

fn number(setup: &Setup, name: &str) -> NodeId {
    NodeId::try_from(setup.number(name)).unwrap_or(NodeId::MAX)
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
