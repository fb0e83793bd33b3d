//! What is claimed of the chain, and what the attacks came to.

use kernel::view::Panel;
use kernel::{Claim, Kind, Local, Monitor, NodeId, Reads, Seen};

use super::describe::name;
use super::{Mining, Output, panels};

/// What has happened that a property or a table speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Watch {
    /// The most blocks that an honest node has undone at once, and who.
    pub deepest: (u64, NodeId),
    /// The most confirmations that a payment had which an honest node then found not made, and who.
    pub unpaid: (u64, NodeId),
    /// Payments that could be made and wait for no block any more.
    pub lost: u64,
    /// Attempts to spend twice that have ended, and how many came to their end as planned.
    pub attempts: (u32, u32),
    /// Who left a chain for one with less work.
    pub lighter: Option<NodeId>,
    /// How often blocks were undone, at all honest nodes together.
    pub reorganisations: u32,
}

impl Monitor<Mining> for Watch {
    fn observe(&mut self, mining: &Mining, node: NodeId, _: &Local<Mining>, seen: Seen<'_, Mining>) -> bool {
        let before = self.clone();
        match seen {
            Seen::Output(Output::Reorganised { undone, unpaid, lost, lighter }) if mining.honest(node) => {
                self.deepest = self.deepest.max((*undone, node));
                self.unpaid = self.unpaid.max((*unpaid, node));
                self.lost += lost;
                self.lighter = self.lighter.or(lighter.then_some(node));
                self.reorganisations += 1;
            }
            Seen::Output(Output::Ended { won }) => {
                self.attempts = (self.attempts.0 + 1, self.attempts.1 + u32::from(*won));
            }
            Seen::Output(_) | Seen::Input(_) | Seen::Crash | Seen::Failure => {}
        }
        *self != before
    }

    fn panels(&self, mining: &Mining, locals: &[Local<Mining>]) -> Vec<Panel> {
        panels::tables(mining, self, locals)
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
}

/// What has enough blocks on it stays.
fn settled() -> Vec<Claim<Mining, Watch>> {
    vec![
        Claim::new(
            "Common prefix",
            "No honest node undoes as many blocks as make a payment settled.",
            "Garay, Kiayias and Leonardos 2015, definition 3",
            Kind::Always,
            Reads::Monitor(|mining, watch| {
                let (undone, node) = watch.deepest;
                let said = || format!("{} undid {}", name(node), blocks(undone));
                if undone < mining.confirmations { Ok(()) } else { Err(said()) }
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
            "A payment whose block is undone waits for a block again, if it can still be made.",
            "Nakamoto 2008, section 5",
            Kind::Always,
            Reads::Monitor(|_, watch| {
                let said = || format!("{} payments of blocks that were undone wait for no block", watch.lost);
                if watch.lost == 0 { Ok(()) } else { Err(said()) }
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

fn blocks(count: u64) -> String {
    if count == 1 { "a block".to_owned() } else { format!("{count} blocks") }
}
