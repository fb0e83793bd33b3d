//! The options that both rooms have.

use kernel::{Budget, Cluster, Counts, Describe, Micros, Monitor, NodeId, Opt, Setup};

use crate::shared::network::{MISHAPS, latency, network};
use crate::shared::options::{between, choice, nodes, switch};
use crate::shared::servers::workload;

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
        between(setup, "latency")?;
        if messages_in_flight(setup) > IN_FLIGHT_MAX {
            return Err(format!(
                "asks for more than {IN_FLIGHT_MAX} messages in flight at once; fewer participants, less latency or \
                 asking again later would do"
            ));
        }
        let ms = |name| Micros::ms(setup.number(name));
        Ok(Self {
            participants: nodes(setup, "participants"),
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
    pub fn cluster<P: Describe, M: Monitor<P>>(
        &self,
        protocol: P,
        setup: &Setup,
    ) -> Result<Cluster<P, M>, String> {
        let mut cluster = Cluster::new(protocol, self.participants + 1);
        cluster.network = network(setup)?;
        cluster.budget = Budget::TIMED;
        cluster.restarts = u32::try_from(setup.number("restarts")).unwrap_or(u32::MAX);
        cluster.workload = workload(setup);
        Ok(cluster)
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

/// The options, in the order of the page, with so many participants if nothing is said.
pub(super) fn options(participants: &'static str) -> Vec<Opt> {
    let help = "How many nodes take part, beside the coordinator.";
    let mut list = vec![
        Opt::number("participants", "Participants", (1, 50, ""), participants, help),
        choice(
            "votes",
            "Votes",
            &["yes", "one-no", "any"],
            "yes",
            "All vote yes, the last votes no, or each votes either way; a search tries all.",
        ),
    ];
    list.extend(latency(10_000, ("15", "30")));
    list.extend(timeouts());
    list.extend(MISHAPS);
    list.extend([TRANSACTIONS, RESTARTS, RELIABLE]);
    list
}

/// How long nodes wait, and what takes so long.
fn timeouts() -> Vec<Opt> {
    let number = Opt::number;
    vec![
        number(
            "gap",
            "Between two sends",
            (1, 1_000, "ms"),
            "5",
            "Who sends to several nodes sends to one after the other.",
        ),
        number(
            "vote-timeout",
            "Timeout for votes",
            (1, 60_000, "ms"),
            "150",
            "A coordinator waits so long for votes and other answers.",
        ),
        number(
            "patience",
            "Timeout in doubt",
            (1, 60_000, "ms"),
            "300",
            "A participant in doubt waits so long.",
        ),
        number(
            "ask-again",
            "Asks again after",
            (1, 60_000, "ms"),
            "250",
            "A participant in doubt asks again after so long.",
        ),
        number(
            "write-delay",
            "Write delay",
            (1, 60_000, "ms"),
            "100",
            "What a rule does not force to the disk stays in memory so long.",
        ),
    ]
}

const TRANSACTIONS: Opt = Opt::number(
    "requests",
    "A transaction every",
    (0, 60_000, "ms"),
    "0",
    "Clients begin transactions this often; 0: only when you do.",
);

const RESTARTS: Opt = Opt::number(
    "restarts",
    "Restarts",
    (0, 9, ""),
    "1",
    "In a search, so many of the nodes that crash come back at most. In a run, as many as you like.",
);

const RELIABLE: Opt = switch(
    "reliable-timeouts",
    "Reliable timeouts",
    "on",
    "A search lets a timeout fire only when what it waits for cannot come any more. In a run, timeouts are reliable as \
     long as no message takes longer.",
);

/// What a search may do, if nothing is said. Where timeouts are reliable, they end by themselves; where they are not,
/// they are faults enough.
pub(super) fn search(setup: &Setup, crashes: u32) -> Counts {
    let (crashes, timeouts) = if setup.on("reliable-timeouts") { (crashes, 100) } else { (0, 3) };
    Budget { crashes, timeouts, requests: 1, ..Budget::NONE }.into()
}
