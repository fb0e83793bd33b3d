//! The payments that a node knows: those that wait for a block, and those that it was asked to make.

use kernel::{Node, NodeId};

use super::node::{Memory, REFUSALS, Store};
use super::{Cx, Input, Message, Mining, Output};
use crate::chain::block::Block;
use crate::chain::transaction::{Ledger, Note, Unpaid};

/// A block holds so many payments at most.
const PAYMENTS: usize = 20;
/// A payment waits at most for so many before it.
const EARLY: u64 = 20;

impl Mining {
    /// What waits now: what was undone and what waited before, as far as it can still be made.
    pub(super) fn sort_pool(
        &self,
        node: &mut Node<'_, Self>,
        tip: &Block,
        undone: Vec<Note>,
        cx: Cx<'_, '_>,
    ) {
        if undone.is_empty() && node.ram.pool.is_empty() {
            return;
        }
        let mut ledger = tip.ledger().clone();
        let back = undone.len();
        let waited = std::mem::take(&mut node.ram.pool);
        for (place, note) in undone.into_iter().chain(waited).enumerate() {
            match self.pass(&mut ledger, &note) {
                Ok(()) if place < back && !self.rules.back_to_pool => {}
                Ok(()) | Err(Unpaid::Early { .. }) => node.ram.pool.push(note),
                Err(Unpaid::Replayed) => {}
                Err(why) => self.refuse(node, note, why, cx),
            }
        }
    }

    /// Payments that the node was asked to make wait again where they could be made and do not wait, as a wallet sends
    /// what no block holds once more. So a crash, which empties the pool, and a payment that could not be made for a
    /// while lose nothing.
    pub(super) fn offer_again(&self, node: &mut Node<'_, Self>, tip: &Block, cx: Cx<'_, '_>) {
        if node.disk.own.is_empty() {
            return;
        }
        let deep = self.settled(tip);
        let settled = |note: &Note| deep.as_ref().is_some_and(|deep| deep.ledger().has_made(note));
        let replaced = |note: &Note| tip.ledger().check(note) == Err(Unpaid::DoubleSpend);
        node.disk.own.retain(|note| !settled(note) && !replaced(note));
        if !self.rules.back_to_pool {
            return;
        }
        for note in self.forgotten(node.disk, node.ram) {
            node.ram.pool.push(note.clone());
            self.tell(None, &Message::Payment(note), cx);
        }
    }

    /// The payments that a node was asked to make, that could be made, and that do not wait.
    pub(super) fn forgotten(&self, disk: &Store, ram: &Memory) -> Vec<Note> {
        let mut idle = disk.own.iter().filter(|note| !ram.pool.contains(note)).peekable();
        if idle.peek().is_none() {
            return Vec::new();
        }
        let mut ledger = self.expected(disk, ram);
        idle.filter(|note| matches!(self.pass(&mut ledger, note), Ok(()) | Err(Unpaid::Early { .. })))
            .cloned()
            .collect()
    }

    /// Makes a payment if the rules that are on allow it.
    fn pass(&self, ledger: &mut Ledger, note: &Note) -> Result<(), Unpaid> {
        let allowed = match ledger.check(note) {
            Err(Unpaid::Forged) => !self.rules.signatures,
            Err(Unpaid::DoubleSpend | Unpaid::Poor { .. }) => !self.rules.no_double_spends,
            checked => checked.is_ok(),
        };
        if allowed {
            ledger.force(note);
            return Ok(());
        }
        ledger.check(note)
    }

    /// Who has how much when all that waits at a node is made, as far as it can be.
    pub(super) fn expected(&self, disk: &Store, ram: &Memory) -> Ledger {
        let mut ledger = disk.tip(self).ledger().clone();
        for waiting in &ram.pool {
            // One that cannot be made yet stays out.
            let _ = self.pass(&mut ledger, waiting);
        }
        ledger
    }

    fn refuse(&self, node: &mut Node<'_, Self>, note: Note, why: Unpaid, cx: Cx<'_, '_>) {
        if node.ram.refused.iter().any(|(known, _)| *known == note) {
            return;
        }
        if node.ram.refused.len() == REFUSALS {
            node.ram.refused.remove(0);
        }
        node.ram.refused.push((note.clone(), why));
        cx.output(Output::Refused(note, why));
    }

    /// Takes up a payment, and tells the neighbours if it is new and can be made.
    pub(super) fn take_up(
        &self,
        node: &mut Node<'_, Self>,
        from: Option<NodeId>,
        note: Note,
        cx: Cx<'_, '_>,
    ) {
        // Who spends twice does not help the one payment that is to be undone.
        let mine = node.ram.plot.paid.as_ref() == Some(&note);
        if mine || node.ram.pool.contains(&note) {
            return;
        }
        let mut ledger = self.expected(node.disk, node.ram);
        match self.pass(&mut ledger, &note) {
            Ok(()) => {}
            Err(Unpaid::Early { next }) if note.payment().id < next + EARLY => {}
            // It came by another way already.
            Err(Unpaid::Replayed) if from.is_some() => return,
            Err(why) => return self.refuse(node, note, why, cx),
        }
        node.ram.pool.push(note.clone());
        self.tell(from, &Message::Payment(note), cx);
    }

    /// A client asks the node to pay.
    pub(super) fn ask_to_pay(&self, node: &mut Node<'_, Self>, input: Input, cx: Cx<'_, '_>) {
        let (me, wallet) = (cx.me(), Self::wallet(cx.me()));
        let ledger = self.expected(node.disk, node.ram);
        let next = ledger.next(wallet.account());
        let payment = match input {
            Input::Pay { to, quantity } => wallet.sign(next, self.account(to), quantity),
            Input::Again { to } => wallet.sign(next.saturating_sub(1), self.account(to), 1),
            Input::Replay => match self.latest(node, me) {
                Some(note) => return self.take_up(node, None, note, cx),
                None => return,
            },
            Input::Forge { from } => {
                let (source, id) = (self.account(from), ledger.next(self.account(from)));
                crate::chain::Payment { source, ..wallet.sign(id, wallet.account(), 1) }
            }
        };
        let (note, keeps) = (Note::new(payment), matches!(input, Input::Pay { .. }) && self.honest(me));
        self.take_up(node, None, note.clone(), cx);
        if keeps && node.ram.pool.contains(&note) && !node.disk.own.contains(&note) {
            node.disk.own.push(note);
        }
    }

    /// The latest payment of a node that is made.
    fn latest(&self, node: &Node<'_, Self>, of: NodeId) -> Option<Note> {
        let account = self.account(of);
        let mut chain = std::iter::successors(Some(node.disk.tip(self)), |block| block.before());
        chain.find_map(|block| {
            let payments = block.content().payments.iter().rev();
            payments.into_iter().find(|note| note.payment().source == account).cloned()
        })
    }

    /// The payments that can be made after this block, of those that wait.
    pub(super) fn ready(&self, pool: &[Note], tip: &Block) -> Vec<Note> {
        let mut ledger = tip.ledger().clone();
        let ready = pool.iter().filter(|note| self.pass(&mut ledger, note).is_ok());
        ready.take(PAYMENTS).cloned().collect()
    }
}
