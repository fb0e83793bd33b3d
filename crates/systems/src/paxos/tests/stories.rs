//! The scripts of the folder `scripts`, one a scenario. What they can say is told at the head of `shared/testing/stories`;
//! these nodes also know:
//!
//! ```text
//! run to="a choice"            goes on until a value is chosen
//! nodes                        a line a node: what it is, its promise, its vote, what it knows
//! ballots                      what could still be chosen, a line a ballot
//! quorums                      where quorums meet
//! fire S1 patience             or `retry`
//! ```

use std::fmt::Write;

use goldenscript::ArgumentConsumer;
use kernel::cluster::State;
use kernel::view::Panel;
use kernel::{Event, Local, NodeId};

use super::super::{describe, overlay};
use super::{Paxos, PaxosRoom, Synod, Timer, Watch};
use crate::shared::testing::stories::{Answer, Stories, every_run, node};

#[test]
fn every_scenario_has_a_story() {
    every_run::<PaxosRoom, _, _>("paxos/scripts");
}

impl Stories<Paxos, Watch> for PaxosRoom {
    fn opened(synod: &Synod) -> String {
        let paxos = &synod.protocol;
        let (prepare, accept) = (paxos.prepare_quorum, paxos.accept_quorum);
        let quorums = if prepare == accept {
            format!("quorums of {prepare}")
        } else {
            format!("quorums of {prepare} and {accept}")
        };
        format!("{} acceptors, {quorums}", paxos.layout.acceptors)
    }

    fn look(synod: &Synod, now: &State<Paxos, Watch>, what: &str) -> Option<String> {
        match what {
            "nodes" => Some(nodes(synod, now)),
            "ballots" => Some(ballots(synod, now)),
            "quorums" => Some(quorums(synod, now)),
            _ => None,
        }
    }

    fn has_come(_: &Synod, now: &State<Paxos, Watch>, to: &str) -> Option<bool> {
        (to == "a choice").then_some(!now.monitor.chosen.is_empty())
    }

    fn event(
        synod: &Synod,
        command: (&str, &[&str]),
        _: &mut ArgumentConsumer<'_>,
    ) -> Answer<Option<Event<Paxos>>> {
        Ok(match command {
            ("fire", [name, "patience"]) => Some(Event::Fire(node(synod, name)?, Timer::Patience)),
            ("fire", [name, "retry"]) => Some(Event::Fire(node(synod, name)?, Timer::Retry)),
            _ => None,
        })
    }
}

/// A line a node.
fn nodes(synod: &Synod, now: &State<Paxos, Watch>) -> String {
    let locals = (0..).zip(&now.locals);
    locals.map(|(node, local)| words(&synod.protocol, node, local)).collect::<Vec<_>>().join("\n")
}

fn words(paxos: &Paxos, node: NodeId, local: &Local<Paxos>) -> String {
    let (role, ballot) = describe::role(paxos, node, local);
    let mut text = format!("{} {}", paxos.layout.name(node), role.word);
    if let Some(ballot) = ballot.filter(|_| ["preparing", "proposing"].contains(&&*role.word)) {
        write!(text, " in ballot {ballot}").unwrap();
    }
    if let Some(promised) = paxos.promised(local) {
        write!(text, ", promised {}", paxos.number(promised)).unwrap();
    }
    if let Some(vote) = local.disk.vote {
        write!(text, ", accepted {}", describe::vote_words(paxos, vote)).unwrap();
    }
    if let Some(value) = local.disk.known {
        write!(text, ", knows {value}").unwrap();
    }
    text
}

fn panels(synod: &Synod, now: &State<Paxos, Watch>) -> Vec<Panel> {
    overlay::panels(&now.monitor, &synod.protocol, &now.locals)
}

fn ballots(synod: &Synod, now: &State<Paxos, Watch>) -> String {
    let mut text = String::new();
    for panel in panels(synod, now) {
        let Panel::Table(table) = panel else { continue };
        for row in table.rows {
            let cells = table.head.iter().zip(row).map(|(head, cell)| match head.as_str() {
                "can be chosen" => format!("can be chosen: {cell}"),
                head => format!("{head} {cell}"),
            });
            writeln!(text, "{}", cells.collect::<Vec<_>>().join(", ")).unwrap();
        }
    }
    if text.is_empty() { "no ballot".to_owned() } else { text }
}

fn quorums(synod: &Synod, now: &State<Paxos, Watch>) -> String {
    let texts = panels(synod, now).into_iter().filter_map(|panel| match panel {
        Panel::Text { body, .. } => Some(body),
        Panel::Table(_) => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}
