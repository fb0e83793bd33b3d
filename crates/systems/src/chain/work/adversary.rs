//! Those who keep to other rules. It is always node 0.

use kernel::Node;

use super::{Cx, Message, Mining, Output, Timer};
use crate::chain::block::Block;
use crate::chain::transaction::{Note, Payment};

/// What the attacker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conduct {
    /// There is none.
    Honest,
    /// It pays, and in secret builds a chain in which it has not (Nakamoto 2008, section 11; Rosenfeld 2012: it finds the
    /// first secret block before it pays).
    DoubleSpend,
    /// It keeps its blocks to itself, and shows them when others come close (Eyal and Sirer 2014, algorithm 1).
    Selfish,
    /// It builds on its own blocks, however long the others' chain is.
    Stubborn,
    /// In secret it builds a chain whose blocks are dated far apart, so that targets get easy, and shows it when it has
    /// more blocks than the others'.
    EasyBlocks,
    /// It makes blocks without looking for a hash.
    Forger,
    /// It pays itself with the money of others.
    Thief,
}

/// What an attacker is up to.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Plot {
    /// The last block of its secret branch.
    pub secret: Option<Block>,
    /// The block that the branch leaves the others' chain after.
    pub base: Option<Block>,
    /// How far the branch is known to the others: a height.
    pub shown: u64,
    /// The payment that is to be undone.
    pub paid: Option<Note>,
    /// How many blocks of others were known up to the base.
    pub others: u32,
}

/// An attempt is given up when its chance to come to anything has fallen below this.
const HOPELESS: f64 = 0.001;
/// Or when the others are so many blocks ahead.
const FAR: u64 = 60;

impl Mining {
    /// A node finds a block, and does with it what it is after.
    pub(super) fn find(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        cx.set_timer(Timer::Find, self.effort(cx.me(), node.disk.tip(self)));
        let attacker = !self.honest(cx.me());
        let tip = node.disk.tip(self).clone();
        match self.conduct {
            Conduct::DoubleSpend if attacker => self.find_in_secret(node, cx),
            Conduct::Selfish if attacker => self.find_selfishly(node, cx),
            Conduct::EasyBlocks if attacker => self.find_easily(node, cx),
            Conduct::Thief if attacker => {
                let mut payments = vec![];
                if cx.size() > 1 {
                    let own = Self::wallet(0);
                    let source = self.account(1);
                    let id = tip.ledger().next(source);
                    payments.push(Note::new(Payment { source, ..own.sign(id, own.account(), 1) }));
                }
                let block = self.make(node, &tip, payments, cx);
                self.publish(node, block, cx);
            }
            Conduct::Honest
            | Conduct::Stubborn
            | Conduct::Forger
            | Conduct::DoubleSpend
            | Conduct::Selfish
            | Conduct::EasyBlocks
            | Conduct::Thief => {
                let payments = self.ready(&node.ram.pool, &tip);
                let block = self.make(node, &tip, payments, cx);
                self.publish(node, block, cx);
            }
        }
    }

    /// Takes up a block of its own and tells the neighbours.
    fn publish(&self, node: &mut Node<'_, Self>, block: Block, cx: Cx<'_, '_>) {
        self.take(node, &block, cx);
        cx.output(Output::Found { block: block.clone(), hidden: false });
        self.tell(None, &Message::Block(block), cx);
    }

    /// What the chain that the node knows has come to may be the moment for something.
    pub(super) fn scheme(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        if self.honest(cx.me()) {
            return;
        }
        match self.conduct {
            Conduct::DoubleSpend => self.race(node, cx),
            Conduct::Selfish => self.answer_selfishly(node, cx),
            Conduct::Honest | Conduct::Stubborn | Conduct::EasyBlocks | Conduct::Forger | Conduct::Thief => {}
        }
    }

    fn find_in_secret(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        if let Some(secret) = node.ram.plot.secret.clone() {
            if self.minority && self.lags(node, &secret) {
                return;
            }
            let block = self.make(node, &secret, Vec::new(), cx);
            cx.output(Output::Found { block: block.clone(), hidden: true });
            node.ram.plot.secret = Some(block);
            return self.race(node, cx);
        }
        // In a minority it begins a block behind: the others have found one where it finds its first.
        let tip = node.disk.tip(self);
        let base = if self.minority { tip.before() } else { Some(tip) };
        let Some(tip) = base.cloned() else { return };
        let wallet = Self::wallet(cx.me());
        let (own, id) = (wallet.account(), tip.ledger().next(wallet.account()));
        let much = tip.ledger().balance(own).min(PRICE);
        if much == 0 || cx.size() < 2 {
            let block = self.make(node, &tip, Vec::new(), cx);
            return self.publish(node, block, cx);
        }
        // The same money, to itself and to the one who is to be cheated.
        let back = Note::new(wallet.sign(id, own, much));
        let block = self.make(node, &tip, vec![back], cx);
        cx.output(Output::Found { block: block.clone(), hidden: true });
        cx.output(Output::Attempt);
        cx.note("Nakamoto 2008, section 11", "pays, and builds on a chain without that payment");
        let paid = Note::new(wallet.sign(id, self.account(1), much));
        let others = node.disk.others - u32::from(self.minority);
        node.ram.plot =
            Plot { secret: Some(block), base: Some(tip), shown: 0, paid: Some(paid.clone()), others };
        self.tell(None, &Message::Payment(paid), cx);
    }

    /// One more block of the secret chain, each period of which is dated as late as makes the next as easy as can be.
    fn find_easily(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        let tip = node.disk.tip(self).clone();
        let (on, base) = match (&node.ram.plot.secret, &node.ram.plot.base) {
            (Some(secret), Some(base)) => (secret.clone(), base.clone()),
            _ => (tip.clone(), tip.clone()),
        };
        let block = self.make(node, &on, Vec::new(), cx);
        let longer = block.height() > tip.height() && on != tip;
        cx.output(Output::Found { block: block.clone(), hidden: !longer });
        if !longer {
            cx.set_timer(Timer::Find, self.effort(cx.me(), &block));
            node.ram.plot = Plot { secret: Some(block), base: Some(base), ..Plot::default() };
            return;
        }
        cx.note("Bitcoin Core, chain.h", "shows a chain of more blocks, with less work in it");
        let blocks = block.since(&base);
        node.ram.plot = Plot::default();
        for block in &blocks {
            self.take(node, block, cx);
        }
        cx.set_timer(Timer::Find, self.effort(cx.me(), node.disk.tip(self)));
        self.tell(None, &Message::Chain(blocks), cx);
    }

    /// It has found as many blocks since its branch began as the others have, and must let them find the next.
    fn lags(&self, node: &Node<'_, Self>, secret: &Block) -> bool {
        let start = node.ram.plot.base.as_ref().map_or(0, Block::height);
        secret.height() - start >= u64::from(node.disk.others - node.ram.plot.others)
    }

    /// Whether the race is won, lost, or goes on.
    fn race(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        let plot = &node.ram.plot;
        let (Some(secret), Some(base), Some(paid)) = (&plot.secret, &plot.base, &plot.paid) else { return };
        let tip = node.disk.tip(self).clone();
        let holds = |block: &&Block| block.content().payments.contains(paid);
        let confirmed = tip.back_to(base).find(holds).map_or(0, |block| tip.height() - block.height() + 1);
        if confirmed >= self.confirmations && secret.work() > tip.work() {
            let blocks = secret.since(base);
            node.ram.plot = Plot::default();
            cx.note("Nakamoto 2008, section 11", "shows the longer chain, in which it has not paid");
            cx.output(Output::Ended { won: true });
            for block in &blocks {
                self.take(node, block, cx);
            }
            self.tell(None, &Message::Chain(blocks), cx);
        } else if tip.height() >= secret.height() + self.hopeless() {
            node.ram.plot = Plot::default();
            cx.output(Output::Ended { won: false });
        }
    }

    /// So many blocks behind there is no hope: the chance to catch up is (q/p)^behind (Nakamoto 2008, section 11).
    fn hopeless(&self) -> u64 {
        let own = self.shares.first().copied().unwrap_or(0) as f64;
        let others = self.shares.iter().sum::<u64>() as f64 - own;
        if own >= others {
            FAR
        } else {
            (libm::log(HOPELESS) / libm::log(own / others)).min(FAR as f64) as u64 + 1
        }
    }

    fn find_selfishly(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        let tip = node.disk.tip(self).clone();
        let plot = &node.ram.plot;
        let (on, base) = match (&plot.secret, &plot.base) {
            (Some(secret), Some(base)) => (secret.clone(), base.clone()),
            _ => (tip.clone(), tip.clone()),
        };
        // Both chains are equally long, and its own is known: one more, and it shows it at once.
        let tie = on != tip && on.height() == tip.height();
        let shown = plot.shown.max(base.height());
        let block = self.make(node, &on, Vec::new(), cx);
        cx.output(Output::Found { block: block.clone(), hidden: !tie });
        node.ram.plot = Plot { secret: Some(block), base: Some(base), shown, paid: None, others: 0 };
        if tie {
            self.show(node, u64::MAX, cx);
        }
    }

    /// Others found a block: it shows as many as keep the others' work from counting.
    fn answer_selfishly(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        let tip = node.disk.tip(self).clone();
        let Some(secret) = node.ram.plot.secret.clone() else { return };
        if secret.leads_to(&tip) || secret.height() < tip.height() {
            // All of it counts, or the others are ahead: it builds on the chain that counts.
            node.ram.plot = Plot::default();
        } else if tip.height() > node.ram.plot.shown {
            // One ahead of them: it would lose its lead, so it shows all. Further ahead it shows as many as they have.
            let lead = secret.height() - tip.height();
            self.show(node, if lead <= 1 { u64::MAX } else { tip.height() }, cx);
        }
    }

    /// Shows the secret branch up to a height.
    fn show(&self, node: &mut Node<'_, Self>, height: u64, cx: Cx<'_, '_>) {
        let Some(secret) = node.ram.plot.secret.clone() else { return };
        let shown = node.ram.plot.shown;
        let last = secret.at(height).unwrap_or_else(|| secret.clone());
        let start = last.at(shown.min(last.height())).unwrap_or_else(|| self.genesis.clone());
        let blocks = last.since(&start);
        node.ram.plot.shown = last.height();
        for block in &blocks {
            self.take(node, block, cx);
        }
        if blocks.is_empty() {
            return;
        }
        cx.note("Eyal and Sirer 2014, algorithm 1", "shows blocks that it kept to itself");
        self.tell(None, &Message::Chain(blocks), cx);
        // All of it counts now: nothing is secret any more.
        if *node.disk.tip(self) == secret {
            node.ram.plot = Plot::default();
        }
    }
}

/// What is paid and taken back.
const PRICE: u64 = 10;
