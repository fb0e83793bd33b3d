//! What is claimed of the chain, and what the attacks came to.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Claim, Kind, Local, Monitor, NodeId, Premise, Reads, Seen, not_yet};

use super::describe::name;
use super::{Mining, Output};
use crate::chain::block::Block;

/// What has happened that a property or a table speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Watch {
    /// The last blocks of the chains that honest nodes have adopted, and whose they are. Empty: all are at the first block.
    adopted: BTreeMap<Block, BTreeSet<NodeId>>,
    /// What [`Fork`] was worst.
    pub fork: Option<Fork>,
    /// The most confirmations that a payment had which an honest node then found not made, and who.
    pub unpaid: (u64, NodeId),
    /// Attempts to spend twice that have ended, and how many came to their end as planned.
    pub attempts: (u32, u32),
    /// Who left a chain for one with less work.
    pub lighter: Option<NodeId>,
    /// How often blocks were undone, at all honest nodes together.
    pub reorganisations: u32,
}

/// An honest node has adopted a chain in which the last blocks are missing of one that an honest node, perhaps itself, had
/// adopted before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fork {
    /// So many are missing. With as many or more for `k` the common prefix holds.
    pub missing: u64,
    /// Whose chain they are of.
    pub of: NodeId,
    /// Who adopted the other one.
    pub by: NodeId,
}

impl Watch {
    /// The least `k` with which the common prefix has held so far.
    pub fn prefix(&self) -> u64 {
        self.fork.map_or(0, |fork| fork.missing)
    }

    /// The most blocks of a chain that counts for an honest node, or did before a lower one.
    fn highest(&self) -> u64 {
        self.adopted.keys().map(Block::height).max().unwrap_or(0)
    }

    /// An honest node adopts a chain.
    ///
    /// The common prefix property of Garay, Kiayias and Leonardos compares it with every chain that an honest node has
    /// adopted so far. To compare it with the latest of each is enough, as long as a node's chain gets no lower. Take
    /// one that its owner has left, and the owner's latest. Either the new chain leaves both at the same block: then it
    /// misses as many blocks of the latest, or more. Or it leaves the old one where the latest left it, or later: then
    /// it misses no more than the owner's own chains did when the owner came from the old one to the latest. A chain
    /// that is left for a lower one, which targets that differ allow, stays in the list.
    fn adopt(&mut self, mining: &Mining, node: NodeId, from: &Block, to: &Block) {
        // Filled in only now, so that a state in which nobody has adopted anything stays small.
        if self.adopted.is_empty() {
            let nodes = (0..).zip(&mining.shares).map(|(node, _)| node);
            self.adopted.insert(mining.genesis.clone(), nodes.filter(|&node| mining.honest(node)).collect());
        }
        for (tip, nodes) in &self.adopted {
            let missing = tip.height() - tip.shared(to).height();
            let fork = nodes.last().map(|&of| Fork { missing, of, by: node });
            // `missing` is compared first, so the worst fork stays.
            self.fork = self.fork.max(fork.filter(|_| missing > 0));
        }
        if let Some(nodes) = self.adopted.get_mut(from).filter(|_| to.height() >= from.height()) {
            nodes.remove(&node);
            if nodes.is_empty() {
                self.adopted.remove(from);
            }
        }
        self.adopted.entry(to.clone()).or_default().insert(node);
    }
}

impl Monitor<Mining> for Watch {
    fn observe(&mut self, mining: &Mining, node: NodeId, _: &Local<Mining>, seen: Seen<'_, Mining>) -> bool {
        match seen {
            Seen::Output(Output::Adopted { from, to, undone, unpaid }) if mining.honest(node) => {
                self.adopt(mining, node, from, to);
                self.unpaid = self.unpaid.max((*unpaid, node));
                self.lighter = self.lighter.or((to.work() < from.work()).then_some(node));
                self.reorganisations += u32::from(*undone > 0);
                true
            }
            Seen::Output(Output::Ended { won }) => {
                self.attempts = (self.attempts.0 + 1, self.attempts.1 + u32::from(*won));
                true
            }
            Seen::Output(_) | Seen::Input(_) | Seen::Crash | Seen::Failure => false,
        }
    }

    fn claims(_: &Mining) -> Vec<Claim<Mining, Self>> {
        let mut claims = settled();
        claims.extend(sound());
        claims.push(Claim::new(
            "Reorganisation",
            "A node can come to undo a block, since another was found while that one was under way.",
            "Nakamoto 2008, section 5",
            Kind::Reachable,
            Reads::Monitor(|_, watch| {
                if watch.reorganisations > 0 { Ok(()) } else { Err("no block was undone yet".to_owned()) }
            }),
        ));
        claims
    }

    fn premises(_: &Mining) -> Vec<Premise<Mining, Self>> {
        vec![
            Premise::new(
                "Common prefix",
                "no honest node adopted a chain of more than k blocks",
                Reads::Monitor(|mining, watch| not_yet(watch.highest() > mining.unsettled())),
            ),
            Premise::new(
                "Settled payments stay",
                "no payment had enough confirmations at an honest node",
                Reads::Node(|mining, me, local| {
                    let settled = mining.settled(local.disk.tip(mining));
                    not_yet(mining.honest(me) && settled.is_some_and(|last| pays(mining, &last)))
                }),
            ),
            Premise::new(
                "No payment is lost",
                "no honest node was asked to pay",
                Reads::Node(|_, _, local| not_yet(!local.disk.own.is_empty())),
            ),
            Premise::new(
                "Most work counts",
                "no honest node left a branch for another one",
                Reads::Monitor(|_, watch| not_yet(watch.reorganisations > 0)),
            ),
            Premise::new(
                "Only valid blocks",
                "nobody made a block that breaks a rule",
                Reads::Node(|_, _, local| not_yet(local.disk.leaves.ends().any(|end| !end.flaws().none()))),
            ),
            Premise::new(
                "Money adds up",
                "no honest node built on a block with a payment",
                Reads::Node(|mining, me, local| {
                    not_yet(mining.honest(me) && pays(mining, local.disk.tip(mining)))
                }),
            ),
        ]
    }
}

/// Whether the block, or one before it, holds a payment.
fn pays(mining: &Mining, block: &Block) -> bool {
    block.back_to(&mining.genesis).any(|block| !block.content().payments.is_empty())
}

/// What has enough blocks on it stays.
fn settled() -> Vec<Claim<Mining, Watch>> {
    vec![
        Claim::new(
            "Common prefix",
            "A chain that an honest node has adopted, without its last k blocks, begins every chain that an honest node \
             adopts then or later. Here k is one less than the confirmations of a settled payment.",
            "Garay, Kiayias and Leonardos 2015, the common prefix property",
            Kind::Always,
            Reads::Monitor(|mining, watch| {
                let k = mining.unsettled();
                let Some(Fork { missing, of, by }) = watch.fork.filter(|fork| fork.missing > k) else {
                    return Ok(());
                };
                let whose = if of == by {
                    "its own chain before".to_owned()
                } else {
                    format!("{}'s chain", name(of))
                };
                let what = if missing == 1 { "block is" } else { "blocks are" };
                Err(format!(
                    "k is {k}, and {missing} {what} missing of {whose} in the one that {} adopted",
                    name(by)
                ))
            }),
        ),
        Claim::new(
            "Settled payments stay",
            "No payment with enough confirmations at an honest node is undone and not made.",
            "Nakamoto 2008, section 11",
            Kind::Always,
            Reads::Monitor(|mining, watch| {
                let (confirmed, node) = watch.unpaid;
                let said = || {
                    format!("a payment with {confirmed} confirmations at {} is not made any more", name(node))
                };
                if confirmed < mining.confirmations { Ok(()) } else { Err(said()) }
            }),
        ),
        Claim::new(
            "No payment is lost",
            "A payment that an honest node was asked to make is in its chain or waits there, until it is settled or cannot \
             be made any more. A node that is down sends it again when it is back.",
            "Nakamoto 2008, section 5",
            Kind::Always,
            Reads::Node(|mining, me, local| {
                let Some(ram) = &local.ram else { return Ok(()) };
                let forgotten = mining.forgotten(&local.disk, ram);
                let said = |note| {
                    format!(
                        "at {} a payment could be made and does not wait: {}",
                        name(me),
                        mining.payment(note)
                    )
                };
                forgotten.first().map_or(Ok(()), |note| Err(said(note)))
            }),
        ),
    ]
}

/// What an honest node builds on.
fn sound() -> Vec<Claim<Mining, Watch>> {
    vec![
        Claim::new(
            "Most work counts",
            "No honest node leaves a chain for one with less work in it.",
            "Nakamoto 2008, section 4",
            Kind::Always,
            Reads::Monitor(|_, watch| {
                let said = |node| format!("{} left a chain for one with less work", name(node));
                watch.lighter.map_or(Ok(()), |node| Err(said(node)))
            }),
        ),
        Claim::new(
            "Only valid blocks",
            "No honest node builds on a block that breaks a rule.",
            "Nakamoto 2008, section 5",
            Kind::Always,
            Reads::Node(|mining, me, local| {
                let tip = local.disk.tip(mining);
                let flaws = tip.flaws();
                let said =
                    || format!("{} builds on block {}: {}", name(me), tip.hash().short(), flaws.words());
                if flaws.none() || !mining.honest(me) { Ok(()) } else { Err(said()) }
            }),
        ),
        Claim::new(
            "Money adds up",
            "What all accounts have together is what blocks have granted.",
            "Nakamoto 2008, section 6",
            Kind::Always,
            Reads::Node(|mining, me, local| {
                let said = || format!("at {} there is more money than was made", name(me));
                let adds_up = local.disk.tip(mining).ledger().adds_up();
                if adds_up || !mining.honest(me) { Ok(()) } else { Err(said()) }
            }),
        ),
    ]
}
