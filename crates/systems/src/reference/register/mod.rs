//! Clients that use a register, as in Stateright's examples: each writes its own value once, and then reads once.
//!
//! Servers come first, clients after them; all are nodes of one cluster. Client `i` sends `Put` to server `i mod S` at
//! the start, and after `PutOk` it sends `Get` to server `i + 1 mod S`. What serves them is a [`Service`]: a single copy
//! ([`SingleCopy`]), copies at a majority ([`Abd`]), or a decree of Paxos ([`PaxosServers`]). The [`History`] of
//! what was asked and answered is kept beside the nodes, and the question is whether it is linearizable.
//!
//! The network keeps every message until it is delivered, in any order, and a message that its receiver would ignore
//! stays in it for good. Nothing crashes and nothing is lost.

mod abd;
mod history;
mod paxos_servers;
mod rooms;
mod single_copy;
mod words;

use std::fmt::Debug;
use std::hash::Hash;

use kernel::view::{Field, MessageView};
use kernel::{Cluster, Context, Data, Local, Node, NodeId, Outcome, Protocol};
use serde::{Deserialize, Serialize};

pub use abd::{Abd, AbdMessage, AbdServer, Sequencer};
pub use history::{History, Op, Operation, Return};
pub use paxos_servers::{Ballot, PaxosMessage, PaxosServer, PaxosServers, Proposal};
pub use rooms::{AbdRegisterRoom, PaxosClientsRoom, SingleCopyRegisterRoom};
pub use single_copy::SingleCopy;

/// What the register holds: 0 before anybody has written, then the number of the client that wrote, from 1.
pub type Value = u8;

/// A request, told from others by a number: the client's own for `Put`, twice that for `Get`.
pub type Request = u32;

/// A service and its clients on a network.
pub type Registers<S> = Cluster<Clients<S>, History>;

/// What servers do for clients.
pub trait Service: Clone + Ord + Hash + Debug + 'static {
    /// What a server remembers.
    type State: Data;
    /// What servers send each other.
    type Message: Data;

    /// A server at the start.
    fn start(&self, me: NodeId) -> Self::State;
    /// A client writes.
    fn put(
        &self,
        server: &mut Self::State,
        asked: (NodeId, Request),
        value: Value,
        desk: &mut Desk<'_, '_, Self>,
    );
    /// A client reads.
    fn get(&self, server: &mut Self::State, asked: (NodeId, Request), desk: &mut Desk<'_, '_, Self>);
    /// Another server says something.
    fn heard(
        &self,
        server: &mut Self::State,
        from: NodeId,
        message: Self::Message,
        desk: &mut Desk<'_, '_, Self>,
    );
    /// What a server has decided for good, if it decides at all.
    fn decided(&self, server: &Self::State) -> Option<Value>;

    /// A server in words: its era, and what it remembers.
    fn describe(&self, server: &Self::State) -> (Option<u64>, Vec<Field>);
    /// A message between servers in words.
    fn describe_message(&self, message: &Self::Message, view: &mut MessageView);
    /// What an era is called.
    fn era(&self) -> &'static str {
        "era"
    }
}

/// A service, so many servers, and clients.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clients<S> {
    /// What serves them.
    pub service: S,
    /// How many servers there are.
    pub servers: NodeId,
}

/// What nodes send each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message<M> {
    /// Between servers.
    Between(M),
    /// A client writes.
    Put(Request, Value),
    /// A client reads.
    Get(Request),
    /// It has been written.
    PutOk(Request),
    /// It has been read.
    GetOk(Request, Value),
}

/// What a node is and remembers. All of it is on the disk, since nothing crashes in the models.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part<T> {
    /// It has never been started.
    #[default]
    Blank,
    /// A server.
    Server(T),
    /// A client: the request it waits for, and how many it has made.
    Client(Option<Request>, u8),
}

/// What nodes let the history know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// A client asks.
    Invoked(Op),
    /// A client has its answer.
    Returned(Return),
    /// A server answers a read with a value that somebody wrote.
    Answered(Value),
}

/// A server's way to the others.
pub struct Desk<'a, 'b, S: Service> {
    cx: &'a mut Context<'b, Clients<S>>,
    servers: NodeId,
}

impl<S: Service> Desk<'_, '_, S> {
    /// This server.
    #[must_use]
    pub fn me(&self) -> NodeId {
        self.cx.me()
    }

    /// How many servers are a majority.
    #[must_use]
    pub fn majority(&self) -> usize {
        usize::from(self.servers) / 2 + 1
    }

    /// Sends to another server.
    pub fn tell(&mut self, to: NodeId, message: S::Message) {
        self.cx.send(to, Message::Between(message));
    }

    /// Sends to all other servers.
    pub fn tell_all(&mut self, message: &S::Message) {
        let me = self.me();
        for peer in (0..self.servers).filter(|&peer| peer != me) {
            self.cx.send(peer, Message::Between(message.clone()));
        }
    }

    /// Answers a client that has written.
    pub fn put_ok(&mut self, (client, request): (NodeId, Request)) {
        self.cx.send(client, Message::PutOk(request));
    }

    /// Answers a client that reads.
    pub fn get_ok(&mut self, (client, request): (NodeId, Request), value: Value) {
        if value != 0 {
            self.cx.output(Output::Answered(value));
        }
        self.cx.send(client, Message::GetOk(request, value));
    }

    /// Says which line of the source this is.
    pub fn note(&mut self, source: &'static str, text: &'static str) {
        self.cx.note(source, text);
    }
}

impl<S: Service> Clients<S> {
    /// A client's number, from 1, which is also what it writes.
    fn value(&self, client: NodeId) -> Value {
        (client - self.servers) as Value + 1
    }

    /// The client has its answer, and reads after it has written.
    fn answered(&self, client: &mut (Option<Request>, u8), answer: Return, cx: &mut Context<'_, Self>) {
        cx.output(Output::Returned(answer));
        match answer {
            Return::WriteOk => {
                let (me, request) = (cx.me(), 2 * Request::from(cx.me()));
                cx.output(Output::Invoked(Op::Read));
                cx.send((me + 1) % self.servers, Message::Get(request));
                *client = (Some(request), client.1 + 1);
            }
            Return::ReadOk(_) => *client = (None, client.1 + 1),
        }
    }
}

impl<S: Service> Protocol for Clients<S> {
    type Message = Message<S::Message>;
    type Timer = ();
    type Input = ();
    type Output = Output;
    type Disk = Part<S::State>;
    type Ram = ();

    fn boot(&self, disk: &mut Self::Disk, cx: &mut Context<'_, Self>) {
        let me = cx.me();
        if *disk != Part::Blank {
            return;
        }
        if me < self.servers {
            *disk = Part::Server(self.service.start(me));
            return;
        }
        let (request, value) = (Request::from(me), self.value(me));
        cx.output(Output::Invoked(Op::Write(value)));
        cx.send(me % self.servers, Message::Put(request, value));
        *disk = Part::Client(Some(request), 1);
    }

    fn on_message(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        message: Self::Message,
        cx: &mut Context<'_, Self>,
    ) {
        match &mut *node.disk {
            Part::Blank => {}
            Part::Server(server) => {
                let mut desk = Desk { cx, servers: self.servers };
                match message {
                    Message::Between(message) => self.service.heard(server, from, message, &mut desk),
                    Message::Put(request, value) => {
                        self.service.put(server, (from, request), value, &mut desk)
                    }
                    Message::Get(request) => self.service.get(server, (from, request), &mut desk),
                    Message::PutOk(_) | Message::GetOk(..) => {}
                }
            }
            Part::Client(awaited, asked) => {
                let (request, answer) = match message {
                    Message::PutOk(request) => (request, Return::WriteOk),
                    Message::GetOk(request, value) => (request, Return::ReadOk(value)),
                    Message::Between(_) | Message::Put(..) | Message::Get(_) => return,
                };
                if *awaited == Some(request) {
                    let mut client = (*awaited, *asked);
                    self.answered(&mut client, answer, cx);
                    (*awaited, *asked) = client;
                }
            }
        }
    }

    fn on_timer(&self, _: &mut Node<'_, Self>, (): (), _: &mut Context<'_, Self>) {}

    fn on_input(&self, _: &mut Node<'_, Self>, (): (), _: &mut Context<'_, Self>) {}

    /// Every claim reads the history alone.
    fn watch(&self, _: &Local<Self>) -> u64 {
        0
    }

    fn decided(&self, _: NodeId, local: &Local<Self>) -> Option<Outcome> {
        match &local.disk {
            Part::Server(server) => self.service.decided(server),
            Part::Blank | Part::Client(..) => None,
        }
    }
}
