//! # Proof of stake
//!
//! Validators have put down deposits. Time goes in slots; for each a lottery chooses one of them, with a chance in
//! proportion to its deposit, to make a block. Nothing is worked for: a block costs one hash and one signature, and so a
//! validator could just as well make two, or build on every branch (*nothing at stake*).
//!
//! What settles a branch is votes, as in Casper (Buterin and Griffith, *Casper the Friendly Finality Gadget*, 2017). Every
//! so many blocks there is a *checkpoint*. A validator votes for a link from a justified checkpoint to a later one. A
//! checkpoint is *justified* when validators with two thirds of the deposits voted for one link to it from a justified
//! one, and *final* when it is justified and two thirds voted for a link from it to the next one. Two rules (section 2,
//! figure 2) have a vote cost the whole deposit: nobody may give two distinct votes for one target height, whatever their
//! sources, and no vote may lie within the span of another of the same validator. Two final checkpoints on different branches take the votes of two
//! thirds each, so one third at least voted for both and broke a rule, by name (theorem 1).
//!
//! Blocks carry the votes, the proofs of offences and the wishes to leave. So what a vote weighs follows from the branch
//! that it is for: a proved offence takes the deposit with all its weight; who leaves has no weight after two dynasties, and
//! gets the deposit back after a time in which an offence still costs it; and where the inactivity leak is on, who does
//! not vote loses weight until the others are two thirds (section 4.2). The leak gives safety for liveness: two halves that
//! are cut off for long both become final, and nobody broke a rule.
//!
//! The seed of the lottery is fixed before anybody knows who gains by it. Where it is the hash of the block before, who
//! makes that block tries several until the next slot is its own.
//!
//! What is simpler here than in the paper: nobody joins later; rewards are paid beside the deposit and weigh nothing in
//! votes; and a checkpoint is final for a validator by the votes that it knows, whether they stand in blocks yet or not.
//! Validators keep votes for as many epochs behind the last final checkpoint as a deposit stays locked after an exit:
//! who has left was paid by then, and of those who stay an older offence goes unpunished. The property *Accountable safety*
//! reads all votes that were ever given.
//!
//! - `vote`: signed votes, what two of them prove, and what follows from all;
//! - `deposits`: what the blocks of a branch say of deposits;
//! - `lottery`: who makes the block of a slot;
//! - `node`: the blocks and votes that a validator knows, and what it does with them;
//! - `finality`: what follows from votes;
//! - `history`: another history, written by those who have nothing to lose any more, and what protects from it;
//! - `ballot`: votes alone, for a search.

mod ballot;
mod deposits;
mod describe;
mod finality;
mod history;
mod lottery;
mod monitor;
mod node;
mod panels;
mod room;
mod rules;
mod scenarios;
#[cfg(test)]
mod tests;
mod vote;

use std::hash::{DefaultHasher, Hash as _, Hasher};

use kernel::{Cluster, Context, Local, Micros, Node, NodeId, Protocol};
use serde::{Deserialize, Serialize};

use super::block::{Block, Terms};
use super::hash::Hash;

pub use deposits::{DepositState, Deposits, Exit, Law, Record};
pub use lottery::{draw, winner};
pub use monitor::Watch;
pub use node::{Memory, Store};
pub use room::StakeRoom;
pub use rules::{RULES, Rules};
pub use vote::{Checkpoint, Offence, Vote};

/// Validators and what they are watched for.
pub type Validators = Cluster<Staking, Watch>;

/// The configuration of a validator; all have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Staking {
    /// The first block.
    pub genesis: Block,
    /// The rules that blocks are made by.
    pub terms: Terms,
    /// The deposit of each validator at first, as far as votes go.
    pub stakes: Vec<u64>,
    /// How long a slot is.
    pub slot: Micros,
    /// There is a checkpoint every so many blocks.
    pub epoch: u64,
    /// A deposit stays locked for so many epochs after its owner left, and votes are kept for so many behind the last
    /// final checkpoint: older offences are not punished any more.
    pub locked: u64,
    /// What the lottery begins with.
    pub seed: Hash,
    /// So many of the validators, the first ones, keep to no rule: each makes two blocks where it may make one, shows
    /// different ones to different others, and votes for every checkpoint.
    pub faulty: NodeId,
    /// The faulty keep to the rules until they are asked to write another history.
    pub patient: bool,
    /// The first validator tries so many blocks for each that it makes, to win the next slot too.
    pub tries: u32,
    /// Two branches of so many blocks are given, and validators only vote; 0: they make the blocks themselves.
    pub given: u32,
    /// Which rules are on.
    pub rules: Rules,
}

/// What validators send each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// A new block, and the votes that its maker knows of.
    Block(Block, Vec<Vote>),
    /// Blocks that were asked for, the first first.
    Chain(Vec<Block>),
    /// Send me the blocks up to this one, after the latest of those that you know too.
    Ask {
        /// The block wanted: height and hash.
        want: (u64, Hash),
        /// Some that the sender has, the latest first.
        have: Vec<(u64, Hash)>,
    },
    /// A vote.
    Vote(Vote),
    /// I want to leave.
    Exit(Exit),
    /// Two votes, or one, that prove an offence.
    Proof(NodeId, Offence),
    /// I was away: which checkpoint is final?
    Away,
    /// This one is; the sender is trusted.
    Trust(Block),
}

/// What a validator waits for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// Its next slot.
    Slot,
    /// An answer from somebody it trusts.
    Ask,
}

/// What is asked of a validator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// If it is faulty, to write a second history from the first block on, with the keys of all faulty ones, and show it to everybody.
    Rewrite,
    /// To leave.
    Leave,
}

/// What others may know of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output {
    /// It made a block.
    Made(Block),
    /// It refuses a block.
    Refused(Block),
    /// It voted.
    Voted(Vote),
    /// A checkpoint is justified.
    Justified(Block),
    /// A checkpoint is final.
    Final(Block),
    /// Somebody is caught.
    Caught(NodeId, Offence),
    /// It builds on another branch now.
    Reorganised(u64),
    /// It asks to leave.
    Leaves,
    /// It wrote another history up to this block, with these votes.
    Rewrote(Block, Vec<Vote>),
}

/// What a handler has at hand.
type Cx<'a, 'b> = &'a mut Context<'b, Staking>;

impl Staking {
    /// Whether the validator keeps to the rules.
    fn honest(&self, node: NodeId) -> bool {
        node >= self.faulty && !(node == 0 && self.tries > 1)
    }

    /// Whether the validator breaks rules all the time.
    fn reckless(&self, node: NodeId) -> bool {
        node < self.faulty && !self.patient
    }

    fn stake(&self, node: NodeId) -> u64 {
        self.stakes.get(usize::from(node)).copied().unwrap_or(0)
    }
}

impl Protocol for Staking {
    type Message = Message;
    type Timer = Timer;
    type Input = Input;
    type Output = Output;
    type Disk = Store;
    type Ram = Memory;

    fn boot(&self, disk: &mut Store, cx: &mut Context<'_, Self>) -> Memory {
        disk.begin(&self.genesis);
        let mut memory = Memory::default();
        if self.rules.recent_checkpoint && disk.boots > 0 && self.honest(cx.me()) {
            self.ask(&mut memory, cx);
        }
        disk.boots += 1;
        if self.given > 0 {
            self.give(disk, cx);
            return memory;
        }
        // Where its branch ends it knows when it has an answer.
        if !memory.asks {
            self.await_slot(disk, &mut memory, cx);
        }
        memory
    }

    fn on_message(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        message: Message,
        cx: &mut Context<'_, Self>,
    ) {
        match message {
            Message::Block(block, votes) => {
                for vote in votes {
                    self.count(node, vote, cx);
                }
                self.hear(node, from, &[block], cx);
            }
            Message::Chain(blocks) => self.hear(node, from, &blocks, cx),
            Message::Ask { want, have } => {
                let blocks = node.disk.leaves.way(&self.genesis, want, &have);
                if !blocks.is_empty() {
                    cx.send(from, Message::Chain(blocks));
                }
            }
            Message::Vote(vote) => self.count(node, vote, cx),
            Message::Away => {
                let last = node.disk.last_final(self).clone();
                cx.send(from, Message::Trust(last));
            }
            Message::Trust(block) => self.trust(node, from, block, cx),
            Message::Proof(who, offence) => {
                self.hear_proof(node, who, offence, cx);
            }
            Message::Exit(exit) => self.leaves(node, exit),
        }
    }

    fn on_timer(&self, node: &mut Node<'_, Self>, timer: Timer, cx: &mut Context<'_, Self>) {
        match timer {
            Timer::Slot if self.given > 0 => self.poll(node, cx),
            Timer::Slot => self.make(node, cx),
            Timer::Ask if node.ram.asks => self.ask(node.ram, cx),
            Timer::Ask => {}
        }
    }

    fn on_input(&self, node: &mut Node<'_, Self>, input: Input, cx: &mut Context<'_, Self>) {
        match input {
            Input::Rewrite if cx.me() < self.faulty && self.given == 0 => self.rewrite(node, cx),
            Input::Leave if self.given == 0 => self.leave(node, cx),
            Input::Rewrite | Input::Leave => {}
        }
    }

    fn lies(&self, honest: &Message) -> Vec<Message> {
        match honest {
            Message::Block(block, votes) => {
                self.twins(block).into_iter().map(|twin| Message::Block(twin, votes.clone())).collect()
            }
            Message::Chain(_)
            | Message::Ask { .. }
            | Message::Vote(_)
            | Message::Exit(_)
            | Message::Proof(..)
            | Message::Away
            | Message::Trust(_) => Vec::new(),
        }
    }

    fn watch(&self, local: &Local<Self>) -> u64 {
        let disk = &local.disk;
        let mut hasher = DefaultHasher::new();
        (disk.tip(self).hash().word(), local.up(), disk.caught.len()).hash(&mut hasher);
        // Of the votes, that one more is there, or that the oldest are gone.
        (disk.votes.len(), disk.votes.first(), disk.votes.last()).hash(&mut hasher);
        disk.finals.iter().for_each(|last| last.hash().word().hash(&mut hasher));
        hasher.finish()
    }

    fn kind(&self, me: NodeId, local: &Local<Self>) -> u64 {
        // Properties of pairs speak of honest validators.
        self.watch(local) ^ u64::from(self.honest(me))
    }
}
