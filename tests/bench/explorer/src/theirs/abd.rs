//! A register at a majority (Attiya, Bar-Noy and Dolev 1995).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use stateright::actor::register::RegisterMsg;
use stateright::actor::{Actor, Id, Out, majority};

use super::{Request, Value};

type Sequencer = (u64, Id);

#[derive(Clone)]
pub(super) struct Server {
    pub(super) peers: Vec<Id>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    sequencer: Sequencer,
    value: Value,
    phase: Phase,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Idle,
    Query { request: Request, client: Id, write: Option<Value>, answers: BTreeMap<Id, (Sequencer, Value)> },
    Record { request: Request, client: Id, read: Option<Value>, acks: BTreeSet<Id> },
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Internal {
    Query(Request),
    AckQuery(Request, Sequencer, Value),
    Record(Request, Sequencer, Value),
    AckRecord(Request),
}

impl Server {
    fn quorum(&self) -> usize {
        majority(self.peers.len() + 1)
    }

    fn query(
        &self,
        id: Id,
        state: &mut Cow<'_, State>,
        (client, request): (Id, Request),
        write: Option<Value>,
        out: &mut Out<Self>,
    ) {
        if state.phase == Phase::Idle {
            out.broadcast(&self.peers, &RegisterMsg::Internal(Internal::Query(request)));
            let answers = BTreeMap::from([(id, (state.sequencer, state.value))]);
            state.to_mut().phase = Phase::Query { request, client, write, answers };
        }
    }

    fn ack_query(
        &self,
        id: Id,
        state: &mut Cow<'_, State>,
        (from, answered): (Id, Request),
        held: (Sequencer, Value),
        out: &mut Out<Self>,
    ) {
        if !matches!(state.phase, Phase::Query { request, .. } if request == answered) {
            return;
        }
        let state = state.to_mut();
        let Phase::Query { request, client, write, answers } = &mut state.phase else { return };
        answers.insert(from, held);
        if answers.len() != self.quorum() {
            return;
        }
        let (request, client, write) = (*request, *client, *write);
        let (latest, found) = answers.values().max().copied().expect("a quorum is somebody");
        let (sequencer, value) = write.map_or((latest, found), |value| ((latest.0 + 1, id), value));
        out.broadcast(&self.peers, &RegisterMsg::Internal(Internal::Record(request, sequencer, value)));
        if sequencer > state.sequencer {
            (state.sequencer, state.value) = (sequencer, value);
        }
        let read = write.is_none().then_some(value);
        state.phase = Phase::Record { request, client, read, acks: BTreeSet::from([id]) };
    }

    fn ack_record(&self, state: &mut Cow<'_, State>, from: Id, answered: Request, out: &mut Out<Self>) {
        let Phase::Record { request, acks, .. } = &state.phase else { return };
        if *request != answered || acks.contains(&from) {
            return;
        }
        let state = state.to_mut();
        let Phase::Record { request, client, read, acks } = &mut state.phase else { return };
        acks.insert(from);
        if acks.len() == self.quorum() {
            let answer =
                read.map_or(RegisterMsg::PutOk(*request), |value| RegisterMsg::GetOk(*request, value));
            out.send(*client, answer);
            state.phase = Phase::Idle;
        }
    }
}

impl Actor for Server {
    type Msg = RegisterMsg<Request, Value, Internal>;
    type State = State;
    type Timer = ();
    type Random = ();
    type Storage = ();

    fn on_start(&self, id: Id, _: &Option<()>, _: &mut Out<Self>) -> State {
        State { sequencer: (0, id), value: Value::default(), phase: Phase::Idle }
    }

    fn on_msg(&self, id: Id, state: &mut Cow<'_, State>, from: Id, message: Self::Msg, out: &mut Out<Self>) {
        match message {
            RegisterMsg::Put(request, value) => self.query(id, state, (from, request), Some(value), out),
            RegisterMsg::Get(request) => self.query(id, state, (from, request), None, out),
            RegisterMsg::Internal(Internal::Query(request)) => {
                let answer = Internal::AckQuery(request, state.sequencer, state.value);
                out.send(from, RegisterMsg::Internal(answer));
            }
            RegisterMsg::Internal(Internal::AckQuery(request, sequencer, value)) => {
                self.ack_query(id, state, (from, request), (sequencer, value), out);
            }
            RegisterMsg::Internal(Internal::Record(request, sequencer, value)) => {
                out.send(from, RegisterMsg::Internal(Internal::AckRecord(request)));
                if sequencer > state.sequencer {
                    let state = state.to_mut();
                    (state.sequencer, state.value) = (sequencer, value);
                }
            }
            RegisterMsg::Internal(Internal::AckRecord(request)) => self.ack_record(state, from, request, out),
            RegisterMsg::PutOk(_) | RegisterMsg::GetOk(..) => {}
        }
    }
}
