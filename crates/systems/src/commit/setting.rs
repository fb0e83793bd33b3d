//! The options that both rooms have.

use kernel::cluster::Network;
use kernel::{Budget, Cluster, Counts, Delay, Describe, Micros, Monitor, NodeId, Opt, OptKind, Setup};

/// The options of a protocol.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Setting {
    /// How many participants there are.
    pub participants: NodeId,
    /// How they vote.
    pub votes: Votes,
    /// Between sending to one and to the next.
    pub gap: Micros,
    /// How long a coordinator waits for votes and other answers.
    pub vote_timeout: Micros,
    /// How long a participant in doubt waits before it does something about it.
    pub patience: Micros,
    /// How long it waits before it asks again.
    pub ask_again: Micros,
    /// How long what is not forced stays in memory.
    pub write_delay: Micros,
    /// A search lets a timeout fire only when what it waits for cannot come any more.
    pub reliable: bool,
}

/// How participants vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Votes {
    /// All can carry out their part.
    Yes,
    /// The last cannot.
    OneNo,
    /// Each can or cannot: a coin in a run, both in a search.
    Any,
}

impl Setting {
    /// The values of a room.
    pub fn new(setup: &Setup) -> Result<Self, String> {
        if setup.number("latency-min") > setup.number("latency-max") {
            return Err("has latency-min above latency-max".to_owned());
        }
        if messages_in_flight(setup) > IN_FLIGHT_MAX {
            return Err(format!(
                "asks for more than {IN_FLIGHT_MAX} messages in flight at once; fewer participants, less latency or \
                 asking again later would do"
            ));
        }
        let ms = |name| Micros::ms(setup.number(name));
        Ok(Self {
            participants: NodeId::try_from(setup.number("participants")).unwrap_or(NodeId::MAX),
            votes: match setup.word("votes") {
                "one-no" => Votes::OneNo,
                "any" => Votes::Any,
                _ => Votes::Yes,
            },
            gap: ms("gap"),
            vote_timeout: ms("vote-timeout"),
            patience: ms("patience"),
            ask_again: ms("ask-again"),
            write_delay: ms("write-delay"),
            reliable: setup.on("reliable-timeouts"),
        })
    }

    /// A cluster that runs the protocol, with the network and the clients that the values ask for.
    pub fn cluster<P: Describe, M: Monitor<P>>(&self, protocol: P, setup: &Setup) -> Cluster<P, M> {
        let ms = |name| Micros::ms(setup.number(name));
        let ppm = |name| u32::try_from(setup.number(name) * 10_000).unwrap_or(u32::MAX);
        let mut cluster = Cluster::new(protocol, self.participants + 1);
        cluster.network = Network {
            latency: (ms("latency-min"), ms("latency-max")),
            loss_ppm: ppm("loss"),
            duplication_ppm: ppm("duplication"),
        };
        cluster.budget = Budget::TIMED;
        cluster.restarts = u32::try_from(setup.number("restarts")).unwrap_or(u32::MAX);
        let every = ms("requests").0;
        if every > 0 {
            cluster.workload = Delay::Between(Micros(every / 2), Micros(every + every / 2));
        }
        cluster
    }
}

/// A run with more messages in flight than this is too slow to look at.
const IN_FLIGHT_MAX: u64 = 100_000;

/// At worst all participants ask all others again and again, and are answered.
fn messages_in_flight(setup: &Setup) -> u64 {
    let number = |name| setup.number(name);
    let nodes = number("participants") + 1;
    let round = 2 * nodes * nodes;
    (round + round * number("latency-max") / number("ask-again")) * 100 / (100 - number("duplication"))
}

type Number = (&'static str, &'static str, (u64, u64, &'static str), &'static str, &'static str);

/// Name, title, range and unit, default, help.
const NUMBERS: &[Number] = &[
    ("participants", "Participants", (1, 50, ""), "3", "How many nodes take part, beside the coordinator."),
    ("latency-min", "Latency, least", (0, 10_000, "ms"), "15", "A message takes at least so long."),
    ("latency-max", "Latency, most", (0, 10_000, "ms"), "30", "A message takes at most so long."),
    (
        "gap",
        "Between two sends",
        (1, 1_000, "ms"),
        "5",
        "Who sends to several nodes sends to one after the other.",
    ),
    (
        "vote-timeout",
        "Timeout for votes",
        (1, 60_000, "ms"),
        "150",
        "A coordinator waits so long for votes and other answers.",
    ),
    ("patience", "Timeout in doubt", (1, 60_000, "ms"), "300", "A participant in doubt waits so long."),
    (
        "ask-again",
        "Asks again after",
        (1, 60_000, "ms"),
        "250",
        "A participant in doubt asks again after so long.",
    ),
    (
        "write-delay",
        "Write delay",
        (1, 60_000, "ms"),
        "100",
        "What a rule does not force to the disk stays in memory so long.",
    ),
    ("loss", "Loss", (0, 90, "%"), "0", "So many in a hundred messages are lost."),
    ("duplication", "Duplication", (0, 90, "%"), "0", "So many in a hundred messages arrive twice."),
    (
        "requests",
        "A transaction every",
        (0, 60_000, "ms"),
        "0",
        "Clients begin transactions this often; 0: only when you do.",
    ),
];

/// The options, in the order of the page, with so many participants if nothing is said.
pub(super) fn options(participants: &'static str) -> Vec<Opt> {
    let number = |&(name, title, (least, most, unit), default, help): &Number| Opt {
        name,
        title,
        kind: OptKind::Number { least, most, unit },
        default,
        help,
    };
    let mut list: Vec<Opt> = NUMBERS.iter().map(number).collect();
    list[0].default = participants;
    let votes = Opt {
        name: "votes",
        title: "Votes",
        kind: OptKind::Choice(&["yes", "one-no", "any"]),
        default: "yes",
        help: "All vote yes, the last votes no, or each votes either way; a search tries all.",
    };
    list.insert(1, votes);
    list.push(Opt {
        name: "restarts",
        title: "Restarts",
        kind: OptKind::Number { least: 0, most: 9, unit: "" },
        default: "1",
        help: "In a search, so many of the nodes that crash come back at most. In a run, as many as you like.",
    });
    list.push(Opt {
        name: "reliable-timeouts",
        title: "Reliable timeouts",
        kind: OptKind::Switch,
        default: "on",
        help: "A search lets a timeout fire only when what it waits for cannot come any more. In a run, timeouts are \
               reliable as long as no message takes longer.",
    });
    list
}

/// What a search may do, if nothing is said. Where timeouts are reliable, they end by themselves; where they are not,
/// they are faults enough.
pub(super) fn search(setup: &Setup, crashes: u32) -> Counts {
    let (crashes, timeouts) = if setup.on("reliable-timeouts") { (crashes, 100) } else { (0, 3) };
    Budget { crashes, timeouts, requests: 1, ..Budget::NONE }.into()
}
