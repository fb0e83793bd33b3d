//! The scripts of the folders `scripts`, one a scenario. What they can say is told at the head of `shared/testing/stories`;
//! these nodes also know:
//!
//! ```text
//! run to="a decision"      goes on until somebody has decided; `to="all decided"`; `to="all in doubt"`
//! nodes   logs             a line a node: what it is; its log, what is not on the disk in brackets
//! begin T1                 a client asks the coordinator
//! read P1 client=A         a client asks a participant
//! ```

use goldenscript::ArgumentConsumer;
use kernel::cluster::State;
use kernel::{Cluster, Describe, Event, Local, NodeId};

use super::super::moments::{all_in_doubt, decided};
use super::super::three_phase::ThreePhaseRoom;
use super::super::two_phase::TwoPhaseRoom;
use super::super::{COORDINATOR, Commit, Input, Record, Watch, records, words};
use super::CommitRoom;
use crate::shared::testing::stories::{Answer, Stories, client, every_run, line_each, node};

#[test]
fn every_scenario_of_two_phase_commit_has_a_story() {
    every_run::<TwoPhaseRoom, _, _>("commit/two_phase/scripts");
}

#[test]
fn every_scenario_of_three_phase_commit_has_a_story() {
    every_run::<ThreePhaseRoom, _, _>("commit/three_phase/scripts");
}

impl<P: Commit + Describe, R: CommitRoom<Protocol = P>> Stories<P, Watch> for R {
    const UNBROKEN: &'static str = "nothing is broken";

    fn opened(nodes: &Nodes<P>) -> String {
        format!("{} participants", nodes.size - 1)
    }

    fn look(nodes: &Nodes<P>, now: &State<P, Watch>, what: &str) -> Option<String> {
        match what {
            "nodes" => Some(line_each(nodes, now, role)),
            "logs" => Some(line_each(nodes, now, log)),
            _ => None,
        }
    }

    fn has_come(_: &Nodes<P>, now: &State<P, Watch>, to: &str) -> Option<bool> {
        let decided =
            (0..).zip(&now.locals).filter(|(node, _)| decided(now, *node, now.monitor.tx).is_some());
        match to {
            "a decision" => Some(decided.count() > 0),
            "all decided" => Some(decided.count() == now.locals.len()),
            "all in doubt" => Some(all_in_doubt(now)),
            _ => None,
        }
    }

    fn event(
        nodes: &Nodes<P>,
        command: (&str, &[&str]),
        args: &mut ArgumentConsumer<'_>,
    ) -> Answer<Option<Event<P>>> {
        Ok(match command {
            ("begin", [tx]) => {
                let tx = tx.strip_prefix('T').ok_or("a transaction is written T1")?.parse()?;
                Some(Event::Input(COORDINATOR, Input::Begin { tx }))
            }
            ("read", [name]) => Some(Event::Input(node(nodes, name)?, Input::Read { client: client(args)? })),
            _ => None,
        })
    }
}

type Nodes<P> = Cluster<P, Watch>;

fn role<P: Commit>(node: NodeId, local: &Local<P>) -> String {
    let (role, _) = words::role(node, local);
    let waiting = local.ram.as_ref().map_or(&[][..], |ram| &P::memory(ram).waiting);
    let waiting = match waiting.len() {
        0 => String::new(),
        1 => ", one waits for its lock".to_owned(),
        many => format!(", {many} wait for its lock"),
    };
    let version = records(local).version();
    let data = if version > 0 && node > 0 { format!(", data of T{version}") } else { String::new() };
    format!("{}{data}{waiting}", role.word)
}

fn log<P: Commit>(_: NodeId, local: &Local<P>) -> String {
    let records = records(local);
    let one = |record: &Record| format!("T{} {}", record.tx, words::says(record.says));
    let disk = records.disk.iter().map(one);
    let unsaved = records.unsaved.iter().map(|record| format!("({})", one(record)));
    disk.chain(unsaved).collect::<Vec<_>>().join(", ")
}
