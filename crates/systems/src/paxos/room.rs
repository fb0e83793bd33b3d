//! The room: options, rules, and how a cluster is built from them.

use kernel::cluster::Network;
use kernel::{Budget, Diagrams, Label, Micros, NodeId, Opt, OptKind, Room, Rule, Scenario, Setup};

use super::overlay;
use super::rules::{RULES, Rules};
use super::{Layout, Synod, scenarios};

/// The Paxos room.
#[derive(Debug)]
pub struct Paxos;

impl Room for Paxos {
    type System = Synod;

    const NAME: &'static str = "paxos";
    const TITLE: &'static str = "Paxos, single decree";
    const SHELF: &'static str = "Consensus";
    const ABOUT: &'static str =
        "One value, chosen for good: proposers ask in ballots, acceptors promise and vote, and quorums meet.";
    const SOURCE: &'static str = "Lamport 2001, Paxos Made Simple";

    fn diagrams(list: &mut impl Diagrams<Self::System>) {
        list.ring(Label::RING);
        list.lanes(Label::SPACE_TIME);
        list.panels(Label::FIGURES, |system, now| {
            overlay::panels(&now.monitor, &system.protocol, &now.locals)
        });
        list.table(Label::TABLE);
    }

    fn search(setup: &Setup) -> Budget {
        let separate = setup.word("roles") == "separate";
        let asked = if separate && setup.number("clients") > 0 { "clients" } else { "proposers" };
        // A proposer that follows another begins a ballot only when its patience ends; others need no timer for that.
        let patience = setup.on("leader") && !separate && setup.number("patience") > 0;
        let crash = ["acceptor-restart", "chosen-not-learned"];
        Budget {
            requests: u32::try_from(setup.number(asked)).unwrap_or(u32::MAX),
            timeouts: u32::from(patience),
            crashes: u32::from(!setup.rule("persist-promise") || crash.contains(&setup.scenario.as_str())),
            ..Budget::default()
        }
    }

    fn options() -> Vec<Opt> {
        let roles = Opt {
            name: "roles",
            title: "Roles",
            kind: OptKind::Choice(&["combined", "separate"]),
            default: "combined",
            help: "Every server accepts and learns, and some propose; or there is a node for each role.",
        };
        let leader = Opt {
            name: "leader",
            title: "Distinguished proposer",
            kind: OptKind::Switch,
            default: "on",
            help: "Only the first proposer begins ballots, unless another has waited for it in vain.",
        };
        [roles, leader].into_iter().chain(NUMBERS.iter().map(number_option)).collect()
    }

    fn rules() -> Vec<Rule> {
        RULES.to_vec()
    }

    fn scenarios() -> Vec<Scenario<Synod>> {
        scenarios::all()
    }

    fn build(setup: &Setup) -> Result<Synod, String> {
        let ms = |name| Micros::ms(setup.number(name));
        for (least, most) in [("backoff-min", "backoff-max"), ("latency-min", "latency-max")] {
            if setup.number(least) > setup.number(most) {
                return Err(format!("has {least} above {most}"));
            }
        }
        let layout = layout(setup)?;
        let rules = Rules::without(|rule| !setup.rule(rule));
        let paxos = super::Paxos {
            layout,
            prepare_quorum: quorum(setup, "prepare-quorum", rules.majority)?,
            accept_quorum: quorum(setup, "accept-quorum", rules.majority)?,
            leader: setup.on("leader"),
            patience: ms("patience"),
            backoff: (ms("backoff-min"), ms("backoff-max")),
            rules,
        };
        let mut cluster = Synod::new(paxos, layout.size());
        let ppm = |name| u32::try_from(setup.number(name) * 10_000).unwrap_or(u32::MAX);
        cluster.network = Network {
            latency: (ms("latency-min"), ms("latency-max")),
            loss_ppm: ppm("loss"),
            duplication_ppm: ppm("duplication"),
        };
        cluster.budget = Budget::TIMED;
        let liar = number(setup, "liar");
        if liar > layout.acceptors {
            return Err(format!(
                "names acceptor {liar} as the lying one, and there are {}",
                layout.acceptors
            ));
        }
        let liars = liar.checked_sub(1).map(|place| layout.acceptors().start + place);
        cluster.byzantine.extend(liars);
        Ok(cluster)
    }
}

type Number = (&'static str, &'static str, (u64, u64, &'static str), &'static str, &'static str);

/// Name, title, range and unit, default, help.
const NUMBERS: &[Number] = &[
    ("proposers", "Proposers", (1, 8, ""), "2", "How many nodes propose."),
    (
        "acceptors",
        "Acceptors",
        (1, 25, ""),
        "3",
        "How many nodes accept; with combined roles, how many servers there are.",
    ),
    ("learners", "Learners", (1, 8, ""), "2", "How many nodes learn, where roles are separate."),
    ("clients", "Clients", (0, 8, ""), "2", "How many nodes are clients, where roles are separate."),
    (
        "prepare-quorum",
        "Quorum of phase 1",
        (0, 25, ""),
        "0",
        "So many acceptors must promise; 0: more than half.",
    ),
    (
        "accept-quorum",
        "Quorum of phase 2",
        (0, 25, ""),
        "0",
        "So many acceptors must accept; 0: more than half.",
    ),
    (
        "patience",
        "Patience",
        (0, 60_000, "ms"),
        "200",
        "A proposer that gets no further starts over after so long, or up to twice as long; 0: never.",
    ),
    (
        "backoff-min",
        "Pause, least",
        (0, 60_000, "ms"),
        "20",
        "A proposer that was overtaken waits at least so long; not the distinguished one.",
    ),
    (
        "backoff-max",
        "Pause, most",
        (0, 60_000, "ms"),
        "120",
        "A proposer that was overtaken waits at most so long; 0: not at all.",
    ),
    ("latency-min", "Latency, least", (0, 10_000, "ms"), "10", "A message takes at least so long."),
    ("latency-max", "Latency, most", (0, 10_000, "ms"), "20", "A message takes at most so long."),
    ("loss", "Loss", (0, 90, "%"), "0", "So many in a hundred messages are lost."),
    ("duplication", "Duplication", (0, 90, "%"), "0", "So many in a hundred messages arrive twice."),
    ("liar", "Lying acceptor", (0, 25, ""), "0", "The number of an acceptor that lies; 0: none."),
];

fn number_option(&(name, title, (least, most, unit), default, help): &Number) -> Opt {
    Opt { name, title, kind: OptKind::Number { least, most, unit }, default, help }
}

fn layout(setup: &Setup) -> Result<Layout, String> {
    let [clients, proposers, acceptors, learners] =
        ["clients", "proposers", "acceptors", "learners"].map(|name| number(setup, name));
    if setup.word("roles") == "separate" {
        return Ok(Layout { combined: false, clients, proposers, acceptors, learners });
    }
    if proposers > acceptors {
        return Err(format!("asks for {proposers} proposers among {acceptors} servers"));
    }
    Ok(Layout::combined(proposers, acceptors))
}

/// How many acceptors are a quorum. Two majorities meet; two halves need not.
fn quorum(setup: &Setup, name: &str, majority: bool) -> Result<usize, String> {
    let (set, acceptors) = (number(setup, name), number(setup, "acceptors"));
    if set > acceptors {
        return Err(format!("has a {name} of {set} among {acceptors} acceptors"));
    }
    let usual = if majority { acceptors / 2 + 1 } else { (acceptors / 2).max(1) };
    Ok(usize::from(if set > 0 { set } else { usual }))
}

fn number(setup: &Setup, name: &str) -> NodeId {
    NodeId::try_from(setup.number(name)).unwrap_or(NodeId::MAX)
}
