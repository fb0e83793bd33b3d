//! # Replicas that tell each other of what they did
//!
//! A client changes an object at any replica, without anybody being asked; the replica tells the others afterwards. Three
//! ways to tell are known, and for most types each will do:
//!
//! - *state-based* (Shapiro and others 2011, section 2.1): a replica sends its whole state, and who hears it joins it
//!   with its own. Messages may be lost, come twice and in any order;
//! - *operation-based* (section 2.2): what was done is told to all, and each carries it out once, after all that it had
//!   seen. What comes too early waits in a buffer;
//! - *delta-based* (Almeida, Shoker and Baquero, *Delta state replicated data types*, 2018, algorithm 2): what is new of
//!   the state is sent until it is acknowledged, and joined like a state.
//!
//! - `object`: the types, and what is told of an update to each;
//! - `node`: what a replica does in each of the three ways;
//! - `meaning`: what an object must show, by the updates that its replica has seen and what those had seen;
//! - `text`: a text as a value;
//! - `watch`: what is claimed; `mixing`: that what several people type is not mixed; `panels`: what is drawn beside the replicas.

mod describe;
mod meaning;
mod mixing;
mod monitor;
mod node;
mod object;
mod panels;
mod room;
mod rules;
mod scenarios;
#[cfg(test)]
mod tests;
mod text;
mod typing;

use kernel::{Cluster, Context, Local, Micros, Node, NodeId, Protocol};
use serde::{Deserialize, Serialize};

use super::dots::{Dot, Dots};
use super::lattice::Agent;
use super::update::Update;

pub use monitor::Watch;
pub use node::{Memory, Store, Told};
pub use object::{Object, Operation, Trial, Type};
pub use room::{CounterRoom, RegisterRoom, SetRoom, TextRoom};
pub use rules::{RULES, Rules};
pub use text::Text;

/// Replicas and what they are watched for.
pub type Replicas = Cluster<Replication, Watch>;

/// How replicas tell of what they did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// They send their states.
    State,
    /// They send what was done.
    Operation,
    /// They send what is new of their states.
    Delta,
}

/// Where simulated people type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Typing {
    /// Each behind its own last letter.
    InARow,
    /// Anywhere.
    Anywhere,
}

/// The configuration of a replica; all have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Replication {
    /// The type of the object.
    pub kind: Type,
    /// How replicas tell of what they did.
    pub form: Form,
    /// Where they type.
    pub typing: Typing,
    /// How often a replica turns to another one, whether something has happened or not; `None`: never.
    pub gossip: Option<Micros>,
    /// In a search gossip never ends, and what it sends arrives or is lost before the replica turns to the next one.
    pub fair: bool,
    /// Which rules are on.
    pub rules: Rules,
}

/// What replicas send each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// The whole state, and which updates are in it.
    State(Object, Dots),
    /// One operation.
    Operation(Told),
    /// Operations that the receiver did not have.
    Operations(Vec<Told>),
    /// These operations are here: send the others.
    Have(Dots),
    /// What is new of the state, which updates are in it, and up to which of the sender's own changes it goes.
    Delta(Object, Dots, u32),
    /// Changes up to this one have come.
    Ack(u32),
}

/// What a replica waits for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// Turning to the next replica.
    Gossip,
}

/// What is asked of a replica.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Any update, as the choices say.
    Any,
    /// This update.
    Update(Update),
    /// To tell another replica all that it may not have.
    Tell(NodeId),
}

/// What others may know of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output {
    /// An update was made: its name, what it was, and which updates its replica had seen.
    Updated(Dot, Update, Dots),
    /// An update cannot be made: why, in a sentence.
    Refused(String),
    /// An operation has come before one that it builds on.
    Waits(Dot),
}

/// What a handler has at hand.
type Cx<'a, 'b> = &'a mut Context<'b, Replication>;

/// The agent that a node is: rooms have a few replicas.
fn agent(node: NodeId) -> Agent {
    Agent::try_from(node).unwrap_or(Agent::MAX)
}

impl Protocol for Replication {
    type Message = Message;
    type Timer = Timer;
    type Input = Input;
    type Output = Output;
    type Disk = Store;
    type Ram = Memory;

    fn boot(&self, disk: &mut Store, cx: &mut Context<'_, Self>) -> Memory {
        disk.begin(self, agent(cx.me()));
        self.wait(cx);
        Memory::default()
    }

    fn on_message(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        message: Message,
        cx: &mut Context<'_, Self>,
    ) {
        self.hear(node, from, message, cx);
    }

    fn on_timer(&self, node: &mut Node<'_, Self>, timer: Timer, cx: &mut Context<'_, Self>) {
        match timer {
            Timer::Gossip => self.gossip(node, cx),
        }
    }

    fn on_input(&self, node: &mut Node<'_, Self>, input: Input, cx: &mut Context<'_, Self>) {
        match input {
            Input::Any => {
                if let Some(update) = self.any(node.disk, cx) {
                    self.update(node, update, cx);
                }
            }
            Input::Update(update) => self.update(node, update, cx),
            Input::Tell(peer) => self.tell(node, peer, cx),
        }
    }

    fn request(&self, k: u32, nodes: &[Local<Self>]) -> Option<(NodeId, Input)> {
        let size = nodes.len() as u32;
        let turn = (0..size).map(|next| (k + next) % size).find(|&node| nodes[node as usize].up())?;
        Some((NodeId::try_from(turn).unwrap_or(0), Input::Any))
    }

    /// Fair gossip is no timeout: that a replica turns to the next one says nothing of how long others take.
    fn own_step(&self, timer: &Timer) -> bool {
        match timer {
            Timer::Gossip => self.fair,
        }
    }

    fn settles(&self, timer: &Timer) -> bool {
        match timer {
            Timer::Gossip => self.fair,
        }
    }

    fn watch(&self, local: &Local<Self>) -> u64 {
        local.disk.watch()
    }
}
