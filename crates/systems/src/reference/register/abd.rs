//! A register at a majority (Attiya, Bar-Noy and Dolev, *Sharing memory robustly in message-passing systems*, 1995).
//!
//! A server that is asked queries all others for what they hold and, once a majority has answered, takes the latest
//! value, or the client's with a later sequencer. Then it has a majority record it before it answers, a reader too: that
//! is what keeps a later reader from seeing an older value. A server serves one client at a time, and lets others wait.

use std::collections::{BTreeMap, BTreeSet};

use kernel::NodeId;
use kernel::view::{Field, MessageView};
use serde::{Deserialize, Serialize};

use super::{Desk, Request, Service, Value, words};
use crate::shared::words::counted;

/// Copies at a majority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Abd;

/// Which of two values is the later one: a count, then the server.
pub type Sequencer = (u32, NodeId);

/// What a server remembers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AbdServer {
    latest: (Sequencer, Value),
    phase: Phase,
}

/// How far it is with the client it serves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
    Idle,
    /// It asks what the others hold; `Some`: to write this.
    Query {
        asked: (NodeId, Request),
        write: Option<Value>,
        answers: BTreeMap<NodeId, (Sequencer, Value)>,
    },
    /// It has the others record the value; `Some`: to answer with it.
    Record {
        asked: (NodeId, Request),
        read: Option<Value>,
        acks: BTreeSet<NodeId>,
    },
}

/// What servers send each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AbdMessage {
    /// What do you hold?
    Query(Request),
    /// This.
    AckQuery(Request, Sequencer, Value),
    /// Hold this, unless you hold something later.
    Record(Request, Sequencer, Value),
    /// Done.
    AckRecord(Request),
}

const SOURCE: &str = "Attiya, Bar-Noy and Dolev 1995";

impl AbdServer {
    fn query(&mut self, asked: (NodeId, Request), write: Option<Value>, desk: &mut Desk<'_, '_, Abd>) {
        if self.phase == Phase::Idle {
            desk.note(SOURCE, "asks a majority for what it holds");
            desk.tell_all(&AbdMessage::Query(asked.1));
            self.phase = Phase::Query { asked, write, answers: BTreeMap::from([(desk.me(), self.latest)]) };
        }
    }

    fn keep(&mut self, sequencer: Sequencer, value: Value) {
        if sequencer > self.latest.0 {
            self.latest = (sequencer, value);
        }
    }

    fn answered(
        &mut self,
        from: NodeId,
        request: Request,
        held: (Sequencer, Value),
        desk: &mut Desk<'_, '_, Abd>,
    ) {
        let Phase::Query { asked, write, answers } = &mut self.phase else { return };
        if asked.1 != request {
            return;
        }
        answers.insert(from, held);
        if answers.len() != desk.majority() {
            return;
        }
        let (asked, write) = (*asked, *write);
        let ((count, server), latest) = answers.values().copied().max().expect("a majority is somebody");
        let (sequencer, value) =
            write.map_or(((count, server), latest), |value| ((count + 1, desk.me()), value));
        desk.note(SOURCE, "a majority has answered: it is to record the latest value");
        desk.tell_all(&AbdMessage::Record(request, sequencer, value));
        self.keep(sequencer, value);
        let read = if write.is_none() { Some(value) } else { None };
        self.phase = Phase::Record { asked, read, acks: BTreeSet::from([desk.me()]) };
    }

    fn recorded(&mut self, from: NodeId, request: Request, desk: &mut Desk<'_, '_, Abd>) {
        let Phase::Record { asked, read, acks } = &mut self.phase else { return };
        if asked.1 != request || !acks.insert(from) || acks.len() != desk.majority() {
            return;
        }
        desk.note(SOURCE, "a majority has recorded the value");
        match *read {
            Some(value) => desk.get_ok(*asked, value),
            None => desk.put_ok(*asked),
        }
        self.phase = Phase::Idle;
    }
}

impl Service for Abd {
    type State = AbdServer;
    type Message = AbdMessage;

    fn start(&self, me: NodeId) -> AbdServer {
        AbdServer { latest: ((0, me), 0), phase: Phase::Idle }
    }

    fn put(
        &self,
        server: &mut AbdServer,
        asked: (NodeId, Request),
        value: Value,
        desk: &mut Desk<'_, '_, Self>,
    ) {
        server.query(asked, Some(value), desk);
    }

    fn get(&self, server: &mut AbdServer, asked: (NodeId, Request), desk: &mut Desk<'_, '_, Self>) {
        server.query(asked, None, desk);
    }

    fn heard(
        &self,
        server: &mut AbdServer,
        from: NodeId,
        message: AbdMessage,
        desk: &mut Desk<'_, '_, Self>,
    ) {
        match message {
            AbdMessage::Query(request) => {
                let (sequencer, value) = server.latest;
                desk.tell(from, AbdMessage::AckQuery(request, sequencer, value));
            }
            AbdMessage::AckQuery(request, sequencer, value) => {
                server.answered(from, request, (sequencer, value), desk);
            }
            AbdMessage::Record(request, sequencer, value) => {
                desk.tell(from, AbdMessage::AckRecord(request));
                server.keep(sequencer, value);
            }
            AbdMessage::AckRecord(request) => server.recorded(from, request, desk),
        }
    }

    fn decided(&self, _: &AbdServer) -> Option<Value> {
        None
    }

    fn describe(&self, server: &AbdServer) -> (Option<u64>, Vec<Field>) {
        let ((count, by), value) = server.latest;
        let phase = match &server.phase {
            Phase::Idle => "idle".to_owned(),
            Phase::Query { answers, .. } => format!("query, {}", counted(answers.len() as u64, "answer")),
            Phase::Record { acks, .. } => format!("record, {}", counted(acks.len() as u64, "answer")),
        };
        let sequencer = format!("{count} by {}", words::server(by));
        let fields = [("value", words::value(value)), ("sequencer", sequencer), ("phase", phase)];
        (None, fields.map(|(name, value)| Field::new(name, value)).to_vec())
    }

    fn describe_message(&self, message: &AbdMessage, view: &mut MessageView) {
        let (kind, letter, label) = match message {
            AbdMessage::Query(_) => ("Query", 'Q', "query".to_owned()),
            AbdMessage::AckQuery(_, (count, _), value) => {
                ("AckQuery", 'q', format!("{} at {count}", words::value(*value)))
            }
            AbdMessage::Record(_, (count, _), value) => {
                ("Record", 'R', format!("{} at {count}", words::value(*value)))
            }
            AbdMessage::AckRecord(_) => ("AckRecord", 'r', "recorded".to_owned()),
        };
        (view.kind, view.letter, view.label) = (kind.into(), letter, label);
    }
}
