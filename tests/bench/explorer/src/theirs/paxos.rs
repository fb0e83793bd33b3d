//! Single-decree Paxos that serves clients.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use stateright::actor::register::RegisterMsg;
use stateright::actor::{Actor, Id, Out, majority};

use super::{Request, Value};

type Ballot = (u32, Id);
type Proposal = (Request, Id, Value);

#[derive(Clone)]
pub(super) struct Server {
    pub(super) peers: Vec<Id>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    ballot: Ballot,
    proposal: Option<Proposal>,
    promises: BTreeMap<Id, Option<(Ballot, Proposal)>>,
    accepts: BTreeSet<Id>,
    accepted: Option<(Ballot, Proposal)>,
    decided: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Internal {
    Prepare(Ballot),
    Prepared(Ballot, Option<(Ballot, Proposal)>),
    Accept(Ballot, Proposal),
    Accepted(Ballot),
    Decided(Ballot, Proposal),
}

impl Server {
    fn quorum(&self) -> usize {
        majority(self.peers.len() + 1)
    }

    fn tell_all(&self, message: Internal, out: &mut Out<Self>) {
        out.broadcast(&self.peers, &RegisterMsg::Internal(message));
    }

    fn put(&self, id: Id, state: &mut State, proposal: Proposal, out: &mut Out<Self>) {
        state.proposal = Some(proposal);
        state.ballot = (state.ballot.0 + 1, id);
        state.promises = BTreeMap::from([(id, state.accepted)]);
        state.accepts.clear();
        self.tell_all(Internal::Prepare(state.ballot), out);
    }

    fn prepared(
        &self,
        id: Id,
        state: &mut State,
        (from, accepted): (Id, Option<(Ballot, Proposal)>),
        out: &mut Out<Self>,
    ) {
        state.promises.insert(from, accepted);
        if state.promises.len() != self.quorum() {
            return;
        }
        let latest = state.promises.values().max().copied().flatten();
        let proposal = latest.map(|(_, proposal)| proposal).or(state.proposal);
        let proposal = proposal.expect("promises are asked for with a proposal");
        state.proposal = Some(proposal);
        state.accepted = Some((state.ballot, proposal));
        state.accepts.insert(id);
        self.tell_all(Internal::Accept(state.ballot, proposal), out);
    }

    fn accepted(&self, state: &mut State, from: Id, out: &mut Out<Self>) {
        state.accepts.insert(from);
        if state.accepts.len() == self.quorum() {
            state.decided = true;
            let proposal = state.proposal.expect("votes are asked for with a proposal");
            self.tell_all(Internal::Decided(state.ballot, proposal), out);
            out.send(proposal.1, RegisterMsg::PutOk(proposal.0));
        }
    }

    fn internal(&self, id: Id, state: &mut Cow<'_, State>, from: Id, message: Internal, out: &mut Out<Self>) {
        match message {
            Internal::Prepare(ballot) if ballot > state.ballot => {
                state.to_mut().ballot = ballot;
                out.send(from, RegisterMsg::Internal(Internal::Prepared(ballot, state.accepted)));
            }
            Internal::Prepared(ballot, accepted) if ballot == state.ballot => {
                self.prepared(id, state.to_mut(), (from, accepted), out);
            }
            Internal::Accept(ballot, proposal) if ballot >= state.ballot => {
                let state = state.to_mut();
                state.ballot = ballot;
                state.accepted = Some((ballot, proposal));
                out.send(from, RegisterMsg::Internal(Internal::Accepted(ballot)));
            }
            Internal::Accepted(ballot) if ballot == state.ballot => self.accepted(state.to_mut(), from, out),
            Internal::Decided(ballot, proposal) => {
                let state = state.to_mut();
                state.ballot = ballot;
                state.accepted = Some((ballot, proposal));
                state.decided = true;
            }
            Internal::Prepare(_) | Internal::Prepared(..) | Internal::Accept(..) | Internal::Accepted(_) => {}
        }
    }
}

impl Actor for Server {
    type Msg = RegisterMsg<Request, Value, Internal>;
    type State = State;
    type Timer = ();
    type Random = ();
    type Storage = ();

    fn on_start(&self, _: Id, _: &Option<()>, _: &mut Out<Self>) -> State {
        State {
            ballot: (0, Id::from(0)),
            proposal: None,
            promises: BTreeMap::new(),
            accepts: BTreeSet::new(),
            accepted: None,
            decided: false,
        }
    }

    fn on_msg(&self, id: Id, state: &mut Cow<'_, State>, from: Id, message: Self::Msg, out: &mut Out<Self>) {
        match message {
            RegisterMsg::Get(request) if state.decided => {
                let (_, (_, _, value)) = state.accepted.expect("what is decided has been accepted");
                out.send(from, RegisterMsg::GetOk(request, value));
            }
            RegisterMsg::Put(request, value) if !state.decided && state.proposal.is_none() => {
                self.put(id, state.to_mut(), (request, from, value), out);
            }
            RegisterMsg::Internal(message) if !state.decided => self.internal(id, state, from, message, out),
            RegisterMsg::Get(_)
            | RegisterMsg::Put(..)
            | RegisterMsg::Internal(_)
            | RegisterMsg::PutOk(_)
            | RegisterMsg::GetOk(..) => {}
        }
    }
}
