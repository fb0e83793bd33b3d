//! The room: options, rules, and how a cluster is built from them.

use std::collections::BTreeSet;

use kernel::{Budget, Counts, Diagrams, Label, Micros, NodeId, Opt, Room, Rule, Scenario, Setup};

use super::overlay;
use super::rules::{RULES, Rules};
use super::{Layout, Synod, scenarios};
use crate::shared::network::{MISHAPS, latency, network};
use crate::shared::options::{between, choice, nodes, switch};

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

    fn search(setup: &Setup) -> Counts {
        let separate = setup.word("roles") == "separate";
        let asked = if separate && setup.number("clients") > 0 { "clients" } else { "proposers" };
        // A proposer that follows another begins a ballot only when its patience ends; others need no timer for that.
        let patience = setup.on("leader") && !separate && setup.number("patience") > 0;
        let crash = ["acceptor-restart", "chosen-not-learned"];
        Budget {
            requests: u32::try_from(setup.number(asked)).unwrap_or(u32::MAX),
            timeouts: u32::from(patience),
            crashes: u32::from(!setup.rule("persist-promise") || crash.contains(&setup.scenario.as_str())),
            ..Budget::NONE
        }
        .into()
    }

    fn options() -> Vec<Opt> {
        let mut options = vec![
            choice(
                "roles",
                "Roles",
                &["combined", "separate"],
                "combined",
                "Every server accepts and learns, and some propose; or there is a node for each role.",
            ),
            switch(
                "leader",
                "Distinguished proposer",
                "on",
                "Only the first proposer begins ballots, unless another has waited for it in vain.",
            ),
        ];
        options.extend(numbers());
        options.extend(latency(10_000, ("10", "20")));
        options.extend(MISHAPS);
        options.push(LIAR);
        options
    }

    fn rules() -> Vec<Rule> {
        RULES.to_vec()
    }

    fn scenarios() -> Vec<Scenario<Synod>> {
        scenarios::all()
    }

    fn build(setup: &Setup) -> Result<Synod, String> {
        let backoff = between(setup, "backoff")?;
        let network = network(setup)?;
        let layout = layout(setup)?;
        let rules = Rules::without(|rule| !setup.rule(rule));
        let paxos = super::Paxos {
            layout,
            prepare_quorum: quorum(setup, "prepare-quorum", rules.majority)?,
            accept_quorum: quorum(setup, "accept-quorum", rules.majority)?,
            leader: setup.on("leader"),
            patience: Micros::ms(setup.number("patience")),
            backoff,
            rules,
        };
        let mut cluster = Synod::new(paxos, layout.size());
        cluster.network = network;
        cluster.budget = Budget::TIMED;
        let liar = nodes(setup, "liar");
        if liar > layout.acceptors {
            return Err(format!(
                "names acceptor {liar} as the lying one, and there are {}",
                layout.acceptors
            ));
        }
        let liars = liar.checked_sub(1).map(|place| layout.acceptors().start + place);
        cluster.byzantine = liars.into_iter().collect::<BTreeSet<NodeId>>();
        Ok(cluster)
    }
}

/// How many nodes there are of each role, how many of them are a quorum, and how long proposers wait.
fn numbers() -> Vec<Opt> {
    let number = Opt::number;
    vec![
        number("proposers", "Proposers", (1, 8, ""), "2", "How many nodes propose."),
        number(
            "acceptors",
            "Acceptors",
            (1, 25, ""),
            "3",
            "How many nodes accept; with combined roles, how many servers there are.",
        ),
        number("learners", "Learners", (1, 8, ""), "2", "How many nodes learn, where roles are separate."),
        number(
            "clients",
            "Clients",
            (0, 8, ""),
            "2",
            "How many nodes are clients, where roles are separate.",
        ),
        number(
            "prepare-quorum",
            "Quorum of phase 1",
            (0, 25, ""),
            "0",
            "So many acceptors must promise; 0: more than half.",
        ),
        number(
            "accept-quorum",
            "Quorum of phase 2",
            (0, 25, ""),
            "0",
            "So many acceptors must accept; 0: more than half.",
        ),
        number(
            "patience",
            "Patience",
            (0, 60_000, "ms"),
            "200",
            "A proposer that gets no further starts over after so long, or up to twice as long; 0: never.",
        ),
        number(
            "backoff-min",
            "Pause, least",
            (0, 60_000, "ms"),
            "20",
            "A proposer that was overtaken waits at least so long; not the distinguished one.",
        ),
        number(
            "backoff-max",
            "Pause, most",
            (0, 60_000, "ms"),
            "120",
            "A proposer that was overtaken waits at most so long; 0: not at all.",
        ),
    ]
}

const LIAR: Opt =
    Opt::number("liar", "Lying acceptor", (0, 25, ""), "0", "The number of an acceptor that lies; 0: none.");

fn layout(setup: &Setup) -> Result<Layout, String> {
    let [clients, proposers, acceptors, learners] =
        ["clients", "proposers", "acceptors", "learners"].map(|name| nodes(setup, name));
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
    let (set, acceptors) = (nodes(setup, name), nodes(setup, "acceptors"));
    if set > acceptors {
        return Err(format!("has a {name} of {set} among {acceptors} acceptors"));
    }
    let usual = if majority { acceptors / 2 + 1 } else { (acceptors / 2).max(1) };
    Ok(usize::from(if set > 0 { set } else { usual }))
}
