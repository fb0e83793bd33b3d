//! The deposits, as the blocks of one branch tell of them: who was punished, who did not vote, and who has left.
//!
//! All of it follows from the blocks alone. So whoever knows a branch knows what each vote on it weighs, and two who know
//! the same branch never differ about it.
//!
//! - A proved offence takes the whole deposit (Buterin and Griffith 2017, section 2).
//! - Validators may leave (section 3). The *dynasty* of a block is the number of checkpoints before it that came to be
//!   final, as its branch tells. Who asks to leave in dynasty d is in the set of validators for the last time in dynasty
//!   d + 1. Sets change only with dynasties, and a link needs two thirds both of the set of its target's dynasty and of
//!   the one before (the forward and the rear set): so sets that made checkpoints of different branches final overlap.
//!   The deposit stays locked for some epochs more, and until then it can be taken.
//! - The *inactivity leak* (section 4.2, its simplest formula): who does not vote for the checkpoint of an epoch loses a
//!   part of the deposit, until those who do vote have two thirds of what is left.

use std::collections::{BTreeMap, BTreeSet};

use kernel::NodeId;

use super::vote::{Offence, Vote};
use crate::chain::block::{Block, Terms};
use crate::chain::hash::{Hash, double};
use crate::chain::transaction::Wallet;

/// What a block says of votes and deposits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Votes for links of this branch that no block before it has.
    pub votes: Vec<Vote>,
    /// Who loses the deposit, and the proof.
    pub evidence: Vec<(NodeId, Offence)>,
    /// Who asks to leave.
    pub exits: Vec<Exit>,
}

impl Record {
    /// Everything as it is hashed, a leaf each.
    pub(in crate::chain) fn leaves(&self) -> Vec<Hash> {
        let votes = self.votes.iter().map(|vote| double(&vote.bytes()));
        let evidence = self.evidence.iter().map(|(who, offence)| {
            let mut bytes = who.to_le_bytes().to_vec();
            bytes.extend(offence.bytes());
            double(&bytes)
        });
        votes.chain(evidence).chain(self.exits.iter().map(|exit| double(&exit.bytes()))).collect()
    }

    /// Whether every vote and every wish to leave is signed, and every punishment proved.
    pub(in crate::chain) fn is_proved(&self, terms: &Terms) -> bool {
        self.votes.iter().all(|vote| vote.is_sound(terms))
            && self.evidence.iter().all(|(who, offence)| offence.proves(terms, *who))
            && self.exits.iter().all(|exit| exit.is_signed(terms))
    }
}

/// A validator wants to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exit {
    /// Which.
    pub by: NodeId,
    /// Its signature.
    pub signature: [u8; 64],
}

impl Exit {
    /// Signs the wish to leave.
    #[must_use]
    pub fn sign(by: NodeId, wallet: &Wallet) -> Self {
        Self { by, signature: wallet.seal(&Self::signed(by)) }
    }

    fn signed(by: NodeId) -> Vec<u8> {
        let mut bytes = b"leave".to_vec();
        bytes.extend(by.to_le_bytes());
        bytes
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Self::signed(self.by);
        bytes.extend(self.signature);
        bytes
    }

    /// Whether it is signed by who it says.
    #[must_use]
    pub fn is_signed(&self, terms: &Terms) -> bool {
        let account = terms.accounts.get(usize::from(self.by));
        account.is_some_and(|account| account.signed(&Self::signed(self.by), &self.signature))
    }
}

/// The rules for deposits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Law {
    /// There is a checkpoint every so many blocks.
    pub epoch: u64,
    /// Who does not vote in an epoch loses so many hundredths of the deposit.
    pub leak: u64,
    /// A deposit stays locked for so many epochs after its owner has left.
    pub locked: u64,
    /// A link needs two thirds of the deposits; otherwise half.
    pub two_thirds: bool,
}

/// How a validator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepositState {
    /// It votes and makes blocks.
    Active,
    /// It has asked to leave, and still votes.
    Leaving,
    /// It votes no more; the deposit is paid out at the checkpoint of this number, where that is known.
    Locked(Option<u64>),
    /// It has its deposit back: no punishment reaches it.
    Withdrawn,
    /// The deposit was taken.
    Slashed,
}

/// Somebody is leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Leaving {
    /// From this dynasty on it is no validator.
    end: u64,
    /// The deposit is paid out at this checkpoint.
    paid: Option<u64>,
    /// It has been.
    gone: bool,
}

/// Votes for targets so many checkpoints back are counted no more.
const COUNTED: u64 = 8;
/// Who asks to leave does so after this many dynasties.
const NOTICE: u64 = 2;

/// What all blocks up to one say of the deposits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposits {
    law: Law,
    /// Each as far as votes go: rewards are not part of it.
    left: Vec<u64>,
    slashed: BTreeSet<NodeId>,
    leaving: BTreeMap<NodeId, Leaving>,
    /// Recent votes that stand in blocks: numbers of target and source, and whose.
    votes: BTreeSet<(u64, u64, NodeId)>,
    /// The numbers of the justified checkpoints from the last final one on, as far as these votes go.
    justified: BTreeSet<u64>,
    /// The last final one.
    last: u64,
    dynasty: u64,
}

impl Deposits {
    /// Those at the first block.
    #[must_use]
    pub fn new(law: Law, stakes: Vec<u64>) -> Self {
        Self {
            law,
            left: stakes,
            slashed: BTreeSet::new(),
            leaving: BTreeMap::new(),
            votes: BTreeSet::new(),
            justified: BTreeSet::from([0]),
            last: 0,
            dynasty: 0,
        }
    }

    /// What a validator has at stake as far as votes go, whether it may vote or not.
    #[must_use]
    pub fn left(&self, node: NodeId) -> u64 {
        self.left.get(usize::from(node)).copied().unwrap_or(0)
    }

    /// How many checkpoints after the first came to be final, as the blocks tell.
    #[must_use]
    pub fn dynasty(&self) -> u64 {
        self.dynasty
    }

    /// How a validator stands.
    #[must_use]
    pub fn standing(&self, node: NodeId) -> DepositState {
        if self.slashed.contains(&node) {
            return DepositState::Slashed;
        }
        match self.leaving.get(&node) {
            None => DepositState::Active,
            Some(Leaving { gone: true, .. }) => DepositState::Withdrawn,
            Some(Leaving { end, .. }) if self.dynasty < *end => DepositState::Leaving,
            Some(Leaving { paid, .. }) => DepositState::Locked(*paid),
        }
    }

    /// Whether a proof against the validator still costs it something.
    #[must_use]
    pub fn can_be_taken(&self, node: NodeId) -> bool {
        match self.standing(node) {
            DepositState::Active | DepositState::Leaving | DepositState::Locked(_) => self.left(node) > 0,
            DepositState::Withdrawn | DepositState::Slashed => false,
        }
    }

    /// Whether the validator is in the set of this dynasty: it makes blocks.
    #[must_use]
    pub fn serves(&self, node: NodeId) -> bool {
        matches!(self.standing(node), DepositState::Active | DepositState::Leaving)
    }

    /// Whether the validator's vote for this checkpoint counts: it is in one of the two sets, and has something at stake.
    #[must_use]
    pub fn votes(&self, node: NodeId) -> bool {
        self.weight(node, false) > 0 || self.weight(node, true) > 0
    }

    /// What a vote weighs in the set of this dynasty, or of the one before. Who was paid out meanwhile still counts in the
    /// set that it belongs to: a set does not change within a dynasty but for what was taken.
    fn weight(&self, node: NodeId, rear: bool) -> u64 {
        let end = self.leaving.get(&node).map_or(u64::MAX, |leaving| leaving.end);
        // The rear set is that of the dynasty before: who ends with this one was still in it.
        let member = if rear { self.dynasty <= end } else { self.dynasty < end };
        if member { self.left(node) } else { 0 }
    }

    /// Whether these voters carry a link to the checkpoint of which these are the deposits.
    pub fn carry(&self, voters: &BTreeSet<NodeId>) -> bool {
        [false, true].into_iter().all(|rear| {
            let all: u64 = (0..).zip(&self.left).map(|(node, _)| self.weight(node, rear)).sum();
            let given: u64 = voters.iter().map(|&node| self.weight(node, rear)).sum();
            // A set without deposits carries nothing, though 0 is two thirds of 0.
            all > 0 && if self.law.two_thirds { given * 3 >= all * 2 } else { given * 2 >= all }
        })
    }

    /// Whether a block after this one may count the vote: it is for a link of this branch, recent, and new.
    #[must_use]
    pub fn wants(&self, end: &Block, vote: &Vote) -> bool {
        let there = |(number, hash): (u64, Hash)| {
            end.at(number.saturating_mul(self.law.epoch)).is_some_and(|block| block.hash() == hash)
        };
        let number = (end.height() + 1) / self.law.epoch;
        vote.target.0 + COUNTED > number
            && vote.target.0 > self.last
            && !self.votes.contains(&(vote.target.0, vote.source.0, vote.by))
            && there(vote.target)
            && there(vote.source)
    }

    /// Those after one more block, and who was punished by it.
    pub(in crate::chain) fn after(&self, end: &Block, record: &Record) -> (Self, Vec<NodeId>) {
        let mut next = self.clone();
        let height = end.height() + 1;
        // Evidence first: who is punished by this block cannot leave by it, nor be paid at it.
        let taken: Vec<NodeId> =
            record.evidence.iter().map(|(who, _)| *who).filter(|&who| next.slash(who)).collect();
        for exit in &record.exits {
            let first = !next.leaving.contains_key(&exit.by) && !next.slashed.contains(&exit.by);
            if first && usize::from(exit.by) < next.left.len() {
                let end = next.dynasty + NOTICE;
                next.leaving.insert(exit.by, Leaving { end, paid: None, gone: false });
            }
        }
        for vote in record.votes.iter().filter(|vote| self.wants(end, vote)) {
            next.votes.insert((vote.target.0, vote.source.0, vote.by));
        }
        if !record.votes.is_empty() {
            next.count(end, height);
        }
        if height.is_multiple_of(self.law.epoch) {
            next.begin(height / self.law.epoch);
        }
        (next, taken)
    }

    fn slash(&mut self, who: NodeId) -> bool {
        let can = self.can_be_taken(who);
        if can {
            self.slashed.insert(who);
            self.left[usize::from(who)] = 0;
        }
        can
    }

    /// Which checkpoints of this branch are justified and final by the votes in its blocks up to this height.
    ///
    /// A checkpoint counts as final for dynasties only if the votes stand in blocks up to the next checkpoint after the
    /// link's target (section 3 asks for something like it): otherwise somebody could keep votes back and let the sets of
    /// two branches drift apart by many dynasties at once.
    fn count(&mut self, end: &Block, height: u64) {
        let mut links: BTreeMap<(u64, u64), BTreeSet<NodeId>> = BTreeMap::new();
        for &(target, source, by) in &self.votes {
            links.entry((target, source)).or_default().insert(by);
        }
        for ((target, source), voters) in links {
            let at = end.at(target * self.law.epoch);
            // As the votes weigh at the target. What happens to deposits afterwards changes nothing, so every
            // later block of the branch finds the same links carried.
            let carried = at.as_ref().and_then(Block::deposits).is_some_and(|then| then.carry(&voters));
            if !carried || !self.justified.contains(&source) {
                continue;
            }
            self.justified.insert(target);
            if source + 1 == target && source > self.last && height <= (target + 1) * self.law.epoch {
                self.last = source;
                self.dynasty += 1;
            }
        }
        let last = self.last;
        self.justified.retain(|&number| number >= last);
        self.votes.retain(|&(target, ..)| target > last);
    }

    /// A checkpoint is reached: who did not vote for the one before it pays, and who has waited long enough is paid.
    fn begin(&mut self, number: u64) {
        let voted =
            |node: NodeId| self.votes.iter().any(|&(target, _, by)| target + 1 == number && by == node);
        // The first block is a checkpoint that nobody votes for, so nothing is due at number 1.
        let due = |node: &NodeId| self.law.leak > 0 && number > 1 && self.serves(*node) && !voted(*node);
        let late: Vec<NodeId> = (0..).take(self.left.len()).filter(due).collect();
        for node in late {
            let left = &mut self.left[usize::from(node)];
            // Rounded up, so that it comes to an end.
            *left -= (*left * self.law.leak).div_ceil(100);
        }
        self.votes.retain(|&(target, ..)| target + COUNTED > number);
        for leaving in self.leaving.values_mut().filter(|leaving| leaving.end <= self.dynasty) {
            // Counted once, from the first checkpoint after it has left.
            let paid = *leaving.paid.get_or_insert(number + self.law.locked);
            leaving.gone |= number >= paid;
        }
    }
}
