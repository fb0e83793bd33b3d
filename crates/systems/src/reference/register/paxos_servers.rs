//! Single-decree Paxos that serves clients, as in Stateright's example: a server proposes what a client asks it to
//! write, a majority decides, and reads are answered with the decided value by servers that know it.
//!
//! A ballot is a round and a server. A server that has decided answers reads and ignores all else; one that has not
//! ignores reads, which wait in the network.

use std::collections::{BTreeMap, BTreeSet};

use kernel::NodeId;
use kernel::view::{Field, MessageView};
use serde::{Deserialize, Serialize};

use super::{Desk, Request, Service, Value, words};

/// A decree of Paxos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaxosServers;

/// A round and a server.
pub type Ballot = (u32, NodeId);
/// A client's request and what it writes.
pub type Proposal = (Request, NodeId, Value);
type Accepted = Option<(Ballot, Proposal)>;

/// What a server remembers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PaxosServer {
    ballot: Ballot,
    /// As a leader: what it proposes, who has promised and with what accepted, who has accepted.
    proposal: Option<Proposal>,
    promises: BTreeMap<NodeId, Accepted>,
    accepts: BTreeSet<NodeId>,
    /// As an acceptor: what it accepted last.
    accepted: Accepted,
    decided: bool,
}

/// What servers send each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaxosMessage {
    /// Phase 1a.
    Prepare(Ballot),
    /// Phase 1b, with what was accepted last.
    Prepared(Ballot, Option<(Ballot, Proposal)>),
    /// Phase 2a.
    Accept(Ballot, Proposal),
    /// Phase 2b.
    Accepted(Ballot),
    /// What a majority has accepted.
    Decided(Ballot, Proposal),
}

const SOURCE: &str = "Paxos made simple, section 2.2";

impl PaxosServer {
    fn prepared(&mut self, from: NodeId, accepted: Accepted, desk: &mut Desk<'_, '_, PaxosServers>) {
        self.promises.insert(from, accepted);
        if self.promises.len() != desk.majority() {
            return;
        }
        let latest = self.promises.values().max().copied().flatten();
        let proposal = latest.map(|(_, proposal)| proposal).or(self.proposal);
        let proposal = proposal.expect("a server with promises has asked for them with a proposal");
        self.proposal = Some(proposal);
        self.accepted = Some((self.ballot, proposal));
        self.accepts.insert(desk.me());
        desk.note(SOURCE, "phase 2a: the value of the highest ballot that the promises name, or its own");
        desk.tell_all(&PaxosMessage::Accept(self.ballot, proposal));
    }

    fn accepted(&mut self, from: NodeId, desk: &mut Desk<'_, '_, PaxosServers>) {
        self.accepts.insert(from);
        if self.accepts.len() != desk.majority() {
            return;
        }
        let proposal = self.proposal.expect("a server with votes has asked for them with a proposal");
        self.decided = true;
        desk.note(SOURCE, "a majority has accepted the proposal");
        desk.tell_all(&PaxosMessage::Decided(self.ballot, proposal));
        let (request, client, _) = proposal;
        desk.put_ok((client, request));
    }
}

impl Service for PaxosServers {
    type State = PaxosServer;
    type Message = PaxosMessage;

    fn start(&self, _: NodeId) -> PaxosServer {
        PaxosServer {
            ballot: (0, 0),
            proposal: None,
            promises: BTreeMap::new(),
            accepts: BTreeSet::new(),
            accepted: None,
            decided: false,
        }
    }

    fn put(
        &self,
        server: &mut PaxosServer,
        (client, request): (NodeId, Request),
        value: Value,
        desk: &mut Desk<'_, '_, Self>,
    ) {
        if server.decided || server.proposal.is_some() {
            return;
        }
        server.proposal = Some((request, client, value));
        server.ballot = (server.ballot.0 + 1, desk.me());
        server.promises = BTreeMap::from([(desk.me(), server.accepted)]);
        server.accepts.clear();
        desk.note(SOURCE, "phase 1a: a ballot above all that it has seen");
        desk.tell_all(&PaxosMessage::Prepare(server.ballot));
    }

    fn get(&self, server: &mut PaxosServer, asked: (NodeId, Request), desk: &mut Desk<'_, '_, Self>) {
        if let Some(value) = self.decided(server) {
            desk.get_ok(asked, value);
        }
    }

    fn heard(
        &self,
        server: &mut PaxosServer,
        from: NodeId,
        message: PaxosMessage,
        desk: &mut Desk<'_, '_, Self>,
    ) {
        if server.decided {
            return;
        }
        match message {
            PaxosMessage::Prepare(ballot) => {
                if ballot > server.ballot {
                    server.ballot = ballot;
                    desk.note(SOURCE, "phase 1b: promises, and says what it accepted last");
                    desk.tell(from, PaxosMessage::Prepared(ballot, server.accepted));
                }
            }
            PaxosMessage::Prepared(ballot, accepted) => {
                if ballot == server.ballot {
                    server.prepared(from, accepted, desk);
                }
            }
            PaxosMessage::Accept(ballot, proposal) => {
                if ballot >= server.ballot {
                    server.ballot = ballot;
                    server.accepted = Some((ballot, proposal));
                    desk.note(SOURCE, "phase 2b: accepts, having promised no higher ballot");
                    desk.tell(from, PaxosMessage::Accepted(ballot));
                }
            }
            PaxosMessage::Accepted(ballot) => {
                if ballot == server.ballot {
                    server.accepted(from, desk);
                }
            }
            PaxosMessage::Decided(ballot, proposal) => {
                server.ballot = ballot;
                server.accepted = Some((ballot, proposal));
                server.decided = true;
            }
        }
    }

    fn decided(&self, server: &PaxosServer) -> Option<Value> {
        let (_, (_, _, value)) = server.accepted.filter(|_| server.decided)?;
        Some(value)
    }

    fn describe(&self, server: &PaxosServer) -> (Option<u64>, Vec<Field>) {
        let (round, by) = server.ballot;
        let value = |proposal: Option<Proposal>| {
            proposal.map_or_else(|| "none".to_owned(), |one| words::value(one.2))
        };
        let ballot = if round == 0 { "none".to_owned() } else { format!("{round} of {}", words::server(by)) };
        let fields = [
            ("ballot", ballot),
            ("proposal", value(server.proposal)),
            ("promises", server.promises.len().to_string()),
            ("accepted", value(server.accepted.map(|(_, proposal)| proposal))),
            ("decided", if server.decided { "yes" } else { "no" }.to_owned()),
        ];
        let era = (round > 0).then_some(round.into());
        (era, fields.map(|(name, value)| Field::new(name, value)).to_vec())
    }

    fn describe_message(&self, message: &PaxosMessage, view: &mut MessageView) {
        let (kind, letter, (round, by), value) = match *message {
            PaxosMessage::Prepare(ballot) => ("Prepare", 'P', ballot, None),
            PaxosMessage::Prepared(ballot, accepted) => {
                ("Prepared", 'p', ballot, accepted.map(|(_, proposal)| proposal.2))
            }
            PaxosMessage::Accept(ballot, proposal) => ("Accept", 'A', ballot, Some(proposal.2)),
            PaxosMessage::Accepted(ballot) => ("Accepted", 'a', ballot, None),
            PaxosMessage::Decided(ballot, proposal) => ("Decided", 'D', ballot, Some(proposal.2)),
        };
        let ballot = format!("{round} of {}", words::server(by));
        let label = value.map_or(ballot.clone(), |value| format!("{} in {ballot}", words::value(value)));
        (view.kind, view.letter, view.label) = (kind.into(), letter, label);
        view.era = Some(round.into());
    }

    fn era(&self) -> &'static str {
        "round"
    }
}
