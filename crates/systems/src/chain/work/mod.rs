//! # Proof of work
//!
//! Every node keeps the blocks it has heard of, and builds on the end of the chain with the most work in it: of two with
//! the same, on the one it saw first (Nakamoto 2008, section 5). To find a block takes so many hashes on average, however
//! many were tried before; so the time to the next is of the exponential distribution, and a node finds blocks in
//! proportion to its share of all hashes. When it has found one it tells its neighbours, who tell theirs.
//!
//! What a block holds is real: its header is hashed with SHA-256 twice and meets its target, its payments are signed. Only
//! the target is so easy that a page can meet it.
//!
//! A block that comes while another is under way makes a *fork*: some nodes build on the one, some on the other, until one
//! side finds the next. Then the others *reorganise*: they undo the blocks of the lost branch, and its payments wait again.
//! So a payment is never settled for good; each block on it makes it less likely that it is undone.
//!
//! - `node`: the blocks that a node knows, and what a new one does to them;
//! - `payments`: the payments that wait for a block, and those that a node was asked to make;
//! - `talk`: what nodes tell each other, blocks that come before the ones they follow among it;
//! - `plot`: those who keep to other rules: double spending (Nakamoto, section 11), selfish mining (Eyal and Sirer 2014),
//!   a miner that ignores the longest chain, one that makes blocks easy by their dates, one that does no work, and a
//!   thief;
//! - `watch`: what is claimed, and what the attacks came to;
//! - `panels`: the tree of blocks, and tables beside it.

mod adversary;
mod describe;
mod gossip;
mod monitor;
mod node;
mod panels;
mod payments;
mod room;
mod rules;
mod scenarios;
#[cfg(test)]
mod tests;

use kernel::{Cluster, Context, Delay, Local, Micros, Node, NodeId, Protocol};
use serde::{Deserialize, Serialize};

use super::block::{Block, Terms};
use super::hash::Hash;
use super::target::Target;
use super::transaction::{Account, Note, Wallet};

pub use adversary::{Conduct, Plot};
pub use monitor::{Fork, Watch};
pub use node::{Memory, Store};
pub use room::WorkRoom;
pub use rules::{RULES, Rules};

/// Nodes that find blocks.
pub type Miners = Cluster<Mining, Watch>;

/// The configuration of a node; all have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mining {
    /// The first block.
    pub genesis: Block,
    /// The rules that blocks are made by.
    pub terms: Terms,
    /// Each node's share of all hashes, in any unit.
    pub shares: Vec<u64>,
    /// How long a block takes, at the first target.
    pub interval: Micros,
    /// How long a tick of a node's clock is; there are clocks where the target is set anew.
    pub tick: Micros,
    /// Each node tells so many others what is new.
    pub degree: NodeId,
    /// A payment counts as settled under so many blocks, its own among them.
    pub confirmations: u64,
    /// What node 0 does.
    pub conduct: Conduct,
    /// Of the others' hashes, so many in a hundred are meant to work on the attacker's block where two chains are equal:
    /// see [`Mining::gamma_met`].
    pub gamma: u64,
    /// Since its secret branch began, the attacker never finds more blocks than it knows of others: what a majority of
    /// honest hashes comes to in a search, which knows no shares.
    pub minority: bool,
    /// Which rules are on.
    pub rules: Rules,
}

/// What nodes send each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// A new block.
    Block(Block),
    /// Blocks that were asked for, the first first.
    Chain(Vec<Block>),
    /// What somebody who was down asked for.
    News {
        /// What the sender's clock has counted, if it is sure of it.
        ticks: Option<u64>,
        /// The blocks since, the first first.
        blocks: Vec<Block>,
    },
    /// Send me the blocks up to this one, after the latest of those that you know too.
    Ask {
        /// The block wanted: height and hash; `None`: the last that counts for who is asked, and the time.
        want: Option<(u64, Hash)>,
        /// Some that the sender has, the latest first.
        have: Vec<(u64, Hash)>,
    },
    /// A payment that is to be made.
    Payment(Note),
}

/// What a node waits for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// A hash that meets the target.
    Find,
    /// The next tick of its clock.
    Clock,
}

/// What a client asks of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// To pay.
    Pay {
        /// Whom.
        to: NodeId,
        /// How much.
        quantity: u64,
    },
    /// To pay with the number of a payment that it has made: a double spend.
    Again {
        /// Whom.
        to: NodeId,
    },
    /// To send its latest payment once more.
    Replay,
    /// To pay with the money of another, without the other's signature.
    Forge {
        /// Whose money.
        from: NodeId,
    },
}

/// What others may know of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output {
    /// The node found a block; hidden: it tells nobody.
    Found {
        /// The block.
        block: Block,
        /// It tells nobody.
        hidden: bool,
    },
    /// Another chain counts for it after a step than before: a longer one, or another branch.
    Adopted {
        /// The last block of the chain before.
        from: Block,
        /// The last block of the chain now.
        to: Block,
        /// So many blocks count no more.
        undone: u64,
        /// So many confirmations had a payment that is not made any more, at most.
        unpaid: u64,
    },
    /// A block is refused.
    RefusedBlock(Block),
    /// A block is refused for now: its time is too far ahead of the node's clock.
    TooNew(Block),
    /// A payment is refused.
    Refused(Note, super::transaction::Unpaid),
    /// An attempt to spend twice begins.
    Attempt,
    /// It ended; whether it came to as many blocks as it needed.
    Ended {
        /// Whether the payment was undone.
        won: bool,
    },
}

/// What a handler has at hand.
type Cx<'a, 'b> = &'a mut Context<'b, Mining>;

impl Mining {
    /// The key of a node: of a seed, and no secret.
    fn wallet(node: NodeId) -> Wallet {
        Wallet::of(7, node)
    }

    /// Where each of so many nodes is paid.
    #[must_use]
    pub fn accounts(size: NodeId) -> Vec<Account> {
        (0..size).map(|node| Self::wallet(node).account()).collect()
    }

    fn account(&self, node: NodeId) -> Account {
        self.terms.accounts.get(usize::from(node)).copied().unwrap_or_default()
    }

    /// Whom a node tells what is new: rings of ever wider steps, so that everybody is near.
    fn neighbours(&self, me: NodeId, size: NodeId) -> Vec<NodeId> {
        if self.degree + 1 >= size {
            return (0..size).filter(|&node| node != me).collect();
        }
        let (half, n) = (f64::from(self.degree / 2), f64::from(size));
        let step = |k: NodeId| libm::round(libm::pow(n, f64::from(k) / (half + 1.0))) as NodeId;
        let steps = (0..self.degree / 2).map(step);
        let mut list: Vec<NodeId> =
            steps.flat_map(|step| [(me + step) % size, (me + size - step % size) % size]).collect();
        list.sort_unstable();
        list.dedup();
        list.retain(|&node| node != me);
        list
    }

    /// So many blocks at the end of a chain are not settled: the `k` of the common prefix.
    fn unsettled(&self) -> u64 {
        self.confirmations.saturating_sub(1)
    }

    /// The last block before this one, or this one, whose payments count as settled; `None`: there is none.
    fn settled(&self, tip: &Block) -> Option<Block> {
        tip.at(tip.height().checked_sub(self.unsettled())?)
    }

    /// Whether the node keeps to the protocol.
    fn honest(&self, node: NodeId) -> bool {
        node != 0 || self.conduct == Conduct::Honest
    }

    /// Whether a selfish miner's block reaches the node before the one that it is equal to. The others stand in a row, each
    /// as wide as its hashes, and those are reached whose middle lies in the first `gamma` of it: so as near to `gamma` as
    /// whole nodes allow.
    fn reached(&self, node: NodeId) -> bool {
        let node = usize::from(node);
        let sum = |part: Option<&[u64]>| {
            part.unwrap_or_default().iter().map(|&share| u128::from(share)).sum::<u128>()
        };
        let (total, before) = (sum(self.shares.get(1..)), sum(self.shares.get(1..node)));
        let own = self.shares.get(node).map_or(0, |&share| u128::from(share));
        node > 0 && (2 * before + own) * 100 <= 2 * total * u128::from(self.gamma)
    }

    /// The part of the others' hashes that works on a selfish miner's block where two chains are equal: of those that it
    /// reaches first, and half of the rest where nodes toss a coin.
    fn gamma_met(&self) -> f64 {
        let others = (1..).zip(self.shares.iter().skip(1));
        let reached: u64 = others.filter(|(node, _)| self.reached(*node)).map(|(_, share)| share).sum();
        let total: u64 = self.shares.iter().skip(1).sum();
        let first = reached as f64 / total.max(1) as f64;
        if self.rules.first_seen { first } else { first + (1.0 - first) / 2.0 }
    }

    /// How long a node takes to find a block after this one, on average.
    fn effort(&self, me: NodeId, tip: &Block) -> Delay {
        let share = self.shares.get(usize::from(me)).copied().unwrap_or(0);
        if share == 0 {
            return Delay::Never;
        }
        let work = |bits: super::Compact| bits.target().map_or(1, |target| target.work().small());
        let (now, first) = (work(tip.next_bits(&self.terms)), work(self.terms.first));
        let total: u64 = self.shares.iter().sum();
        let mean = u128::from(self.interval.0) * u128::from(now) * u128::from(total)
            / (u128::from(first) * u128::from(share));
        // Who does no work is faster.
        let faster = if me == 0 && self.conduct == Conduct::Forger { 4 } else { 1 };
        Delay::Exponential(Micros((u64::try_from(mean).unwrap_or(u64::MAX) / faster).max(1)))
    }

    /// The easiest target whose blocks take so many hashes on average.
    #[must_use]
    pub fn target(hashes: u32) -> super::Compact {
        Target::taking(hashes).compact()
    }
}

impl Protocol for Mining {
    type Message = Message;
    type Timer = Timer;
    type Input = Input;
    type Output = Output;
    type Disk = Store;
    type Ram = Memory;

    fn boot(&self, disk: &mut Store, cx: &mut Context<'_, Self>) -> Memory {
        let again = disk.begin(&self.genesis);
        cx.set_timer(Timer::Find, self.effort(cx.me(), disk.tip(self)));
        if self.terms.period > 0 {
            cx.set_timer(Timer::Clock, Delay::exactly(self.tick));
        }
        if again {
            self.catch_up(disk, cx);
        }
        let mut ram = Memory { slow: again && self.terms.period > 0, ..Memory::default() };
        for note in self.forgotten(disk, &ram) {
            cx.note("Bitcoin Core, wallet.cpp", "sends payments again that no block holds");
            ram.pool.push(note.clone());
            self.tell(None, &Message::Payment(note), cx);
        }
        ram
    }

    fn on_message(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        message: Message,
        cx: &mut Context<'_, Self>,
    ) {
        let before = node.disk.tip(self).clone();
        match message {
            Message::Block(block) => self.hear(node, from, &[block], cx),
            Message::Chain(blocks) => self.hear(node, from, &blocks, cx),
            Message::News { ticks, blocks } => {
                if let Some(ticks) = ticks.filter(|_| std::mem::take(&mut node.ram.slow)) {
                    node.disk.ticks = node.disk.ticks.max(ticks);
                }
                self.hear(node, from, &blocks, cx);
            }
            Message::Ask { want, have } => self.answer(node, from, want, &have, cx),
            Message::Payment(note) => self.take_up(node, Some(from), note, cx),
        }
        self.adopted(node, before, cx);
    }

    fn on_timer(&self, node: &mut Node<'_, Self>, timer: Timer, cx: &mut Context<'_, Self>) {
        match timer {
            Timer::Find => {
                let before = node.disk.tip(self).clone();
                self.find(node, cx);
                self.adopted(node, before, cx);
            }
            Timer::Clock => {
                node.disk.ticks += 1;
                cx.set_timer(Timer::Clock, Delay::exactly(self.tick));
            }
        }
    }

    fn on_input(&self, node: &mut Node<'_, Self>, input: Input, cx: &mut Context<'_, Self>) {
        self.ask_to_pay(node, input, cx);
    }

    fn request(&self, k: u32, nodes: &[Local<Self>]) -> Option<(NodeId, Input)> {
        // Everybody pays in turn, but for an attacker, who has other plans: a number that is far from round.
        let size = nodes.len() as u32;
        let first = u32::from(self.conduct != Conduct::Honest);
        let turn = |k: u32| NodeId::try_from(first + k % (size - first).max(1)).unwrap_or(0);
        let (from, to) = (turn(k.wrapping_mul(7)), turn(k.wrapping_mul(7) + 1 + k % 3));
        let up = nodes.get(usize::from(from))?.up();
        (up && from != to).then_some((from, Input::Pay { to, quantity: u64::from(1 + k % 5) }))
    }

    fn watch(&self, local: &Local<Self>) -> u64 {
        local.disk.tip(self).hash().word() ^ u64::from(local.up())
    }

    fn own_step(&self, timer: &Timer) -> bool {
        *timer == Timer::Clock
    }
}
