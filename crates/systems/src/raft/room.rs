//! The room: options, rules, and how a cluster is built from them.

use kernel::cluster::Network;
use kernel::{Budget, Delay, Diagrams, Label, Micros, NodeId, Opt, OptKind, Room, Rule, Scenario, Setup};

use super::describe::logs;
use super::log::{Command, Entry, Index, Log, Term};
use super::rules::{RULES, Rules};
use super::scenarios::{S1, S3, S5};
use super::{Clients, Disk, Servers, scenarios};

/// The Raft room.
#[derive(Debug)]
pub struct Raft;

impl Room for Raft {
    type System = Servers;

    const NAME: &'static str = "raft";
    const TITLE: &'static str = "Raft";
    const SHELF: &'static str = "Consensus";
    const ABOUT: &'static str =
        "One leader, one log: servers that agree on every committed entry while some of them crash.";
    const SOURCE: &'static str = "Ongaro and Ousterhout 2014, extended version";

    fn diagrams(list: &mut impl Diagrams<Self::System>) {
        list.ring(Label::RING);
        list.lanes(Label::SPACE_TIME);
        list.logs(Label::LOGS, logs);
        list.table(Label::TABLE);
        list.logs_beside(Label::tab("side-by-side", "Side by side"), logs);
    }

    fn options() -> Vec<Opt> {
        let mut options: Vec<Opt> = NUMBERS.iter().map(number_option).collect();
        options.extend(SWITCHES.iter().map(switch_option));
        options.push(CLIENTS);
        options
    }

    fn rules() -> Vec<Rule> {
        RULES.to_vec()
    }

    fn former_rules() -> &'static [(&'static str, &'static [&'static str])] {
        &[("confirm-reads", &["confirm-leadership", "own-term-read"])]
    }

    fn scenarios() -> Vec<Scenario<Servers>> {
        scenarios::all()
    }

    fn search(setup: &Setup) -> Budget {
        let (servers, no_op) = (setup.number("servers"), setup.on("no-op"));
        let within =
            |timeouts, requests, crashes| Budget { timeouts, requests, crashes, ..Budget::default() };
        let asks = setup.word("clients") != "write";
        match servers {
            3 if setup.scenario == "figure-7-small" => within(1, 1, 1),
            3 if setup.scenario == "figure-8-small" => within(2, 0, 1),
            // A leader, the one that deposes it, a write at the latter and a read at the former.
            3 if setup.scenario == "deposed-leader-read" => within(2, 2, 0),
            // Two leaders of one term.
            4 if setup.scenario == "two-halves" => within(2, 0, 0),
            0..=2 => within(2, 2, 1),
            3 if setup.number("liar") > 0 || setup.on("pre-vote") => within(1, 1, 0),
            3 if asks => within(1, 2, 0),
            // Two elections, with an entry of each: every way in which two leaders can meet.
            3 if no_op => within(2, 0, 1),
            3 => within(2, 1, 0),
            4 => within(1, 1, 0),
            // Too large to be searched whole, and a lie is found long before.
            5 if setup.number("liar") > 0 => within(1, 1, 0),
            5 if !setup.on("pre-vote") => within(1, 0, 1),
            _ => within(1, 0, 0),
        }
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
        let disks = disks(&setup.scenario);
        let raft = super::Raft {
            election_timeout: (ms("election-min"), ms("election-max")),
            heartbeat: ms("heartbeat"),
            no_op: setup.on("no-op"),
            pre_vote: setup.on("pre-vote"),
            check_quorum: setup.on("check-quorum"),
            clients: Clients::named(setup.word("clients")),
            open_index: open_index(&disks),
            rules: Rules::without(|rule| !setup.rule(rule)),
        };
        let mut cluster = Servers::new(raft, servers);
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
        cluster.disks = disks;
        Ok(cluster)
    }
}

type Number = (&'static str, &'static str, (u64, u64, &'static str), &'static str, &'static str);

/// Name, title, range and unit, default, help.
const NUMBERS: &[Number] = &[
    ("servers", "Servers", (1, 500, ""), "5", "How many servers there are."),
    (
        "election-min",
        "Election timeout, least",
        (1, 60_000, "ms"),
        "150",
        "A server waits at least this long for a leader.",
    ),
    (
        "election-max",
        "Election timeout, most",
        (1, 60_000, "ms"),
        "300",
        "A server waits at most this long for a leader.",
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
const SWITCHES: &[(&str, &str, &str, &str)] = &[
    ("no-op", "Leader’s no-op", "on", "A leader begins its term with an entry that does nothing."),
    (
        "pre-vote",
        "Pre-vote",
        "off",
        "A server asks whether it could win before it raises its term. A server that hears a leader says no.",
    ),
    (
        "check-quorum",
        "Check quorum",
        "off",
        "A leader that does not hear from a majority steps down, and a server that hears a leader ignores requests for votes.",
    ),
];

/// What the clients ask.
const CLIENTS: Opt = Opt {
    name: "clients",
    title: "Clients",
    kind: OptKind::Choice(&["write", "retry", "read"]),
    default: "write",
    help: "What clients ask: writes; each write twice, as if an answer had been lost; a write and a read in turn.",
};

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

/// At worst: every server asks all others for votes all the time, a leader writes to all, and copies are made.
fn messages_in_flight(setup: &Setup) -> u64 {
    let number = |name| setup.number(name);
    let (servers, latency) = (number("servers"), number("latency-max"));
    let asked = servers * servers * latency / number("election-min");
    let requests = match number("requests") {
        0 => u64::MAX,
        every => every,
    };
    let led = 2 * servers * latency / number("heartbeat").min(requests);
    (asked + led) * 100 / (100 - number("duplication"))
}

fn number(setup: &Setup, name: &str) -> NodeId {
    NodeId::try_from(setup.number(name)).unwrap_or(NodeId::MAX)
}

/// What some scenarios begin with: disks that a run of the protocol has left, votes included.
pub(super) fn disks(scenario: &str) -> Vec<Disk> {
    match scenario {
        // Extended paper, Figure 7: the logs when the server at the top comes to lead term 8. S5, which is (d), leads
        // term 7; S4, which is (c), has refused it its vote, since its own log is longer.
        "figure-7" => {
            (0..).zip(FIGURE_7).map(|(server, terms)| disk(7, (server != 3).then_some(S5), terms)).collect()
        }
        // Figure 8: S1 leads term 1, and all have its entry.
        "figure-8" | "figure-8-rule-off" => (0..5).map(|_| disk(1, Some(S1), &[1])).collect(),
        // Figure 7 among three: S3 has led term 2 and kept its entries to itself. S1 leads term 3, elected by S2, which
        // lacks an entry; S3 has refused it its vote.
        "figure-7-small" => {
            vec![disk(3, Some(S1), &[1, 3, 3]), disk(3, Some(S1), &[1, 3]), disk(3, None, &[1, 2, 2, 2])]
        }
        // Figure 8 (c) among three: S1 wrote an entry in term 2 and S3 one in term 3, both at index 2 and to themselves.
        // In term 4 S1 leads again, elected by S2, and has sent its entry there.
        "figure-8-small" => {
            vec![disk(4, Some(S1), &[1, 2]), disk(4, Some(S1), &[1, 2]), disk(3, Some(S3), &[1, 3])]
        }
        _ => Vec::new(),
    }
}

/// The first index at which not all disks hold the same entry.
fn open_index(disks: &[Disk]) -> Index {
    let Some(first) = disks.first() else { return 1 };
    let same = |index: &Index| disks.iter().all(|disk| disk.log.hash_at(*index) == first.log.hash_at(*index));
    let shared = (1..=first.log.last_index()).take_while(same).count();
    shared as Index + 1
}

/// Figure 7: the terms of the entries of the leader and of servers (a) to (f).
pub(super) const FIGURE_7: [&[Term]; 7] = [
    &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
    &[1, 1, 1, 4, 4, 5, 5, 6, 6],
    &[1, 1, 1, 4],
    &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    &[1, 1, 1, 4, 4, 4, 4],
    &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
];

/// A disk with a log of these terms. Entries of the same index and term are the same: one leader made them.
fn disk(current_term: Term, voted_for: Option<NodeId>, terms: &[Term]) -> Disk {
    let entries = (1..).zip(terms).map(|(index, &term)| Entry { term, command: written_before(index, term) });
    Disk { current_term, voted_for, log: entries.collect::<Log>() }
}

/// What stands on disks at the start: a write of client F.
pub(super) fn written_before(index: u32, term: Term) -> Command {
    Command::Write { client: 5, seq: index, key: 'x', value: term as u32 * 100 + index }
}
