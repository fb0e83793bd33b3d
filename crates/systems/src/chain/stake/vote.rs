//! Votes, what two of them prove, and what follows from all of them.

use std::collections::BTreeMap;

use kernel::NodeId;

use super::Staking;
use crate::chain::block::{Block, Flaws};
use crate::chain::hash::Hash;
use crate::chain::transaction::Wallet;

/// A checkpoint: the how many-th on its branch, and the hash of its block.
pub type Checkpoint = (u64, Hash);

/// A vote for a link from one checkpoint to a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vote {
    /// Whose.
    pub by: NodeId,
    /// From this one.
    pub source: Checkpoint,
    /// To this one.
    pub target: Checkpoint,
    /// The signature of all of it.
    pub signature: [u8; 64],
}

impl Vote {
    /// Signs a vote.
    #[must_use]
    pub fn sign(by: NodeId, source: Checkpoint, target: Checkpoint, wallet: &Wallet) -> Self {
        let mut vote = Self { by, source, target, signature: [0; 64] };
        vote.signature = wallet.seal(&vote.signed());
        vote
    }

    fn signed(&self) -> Vec<u8> {
        let mut bytes = self.by.to_le_bytes().to_vec();
        for (height, hash) in [self.source, self.target] {
            bytes.extend(height.to_le_bytes());
            bytes.extend(hash.0);
        }
        bytes
    }

    /// Whether it is signed by who it says, and goes forward.
    #[must_use]
    pub fn is_sound(&self, staking: &Staking) -> bool {
        let account = staking.terms.accounts.get(usize::from(self.by));
        self.source.0 < self.target.0
            && account.is_some_and(|account| account.signed(&self.signed(), &self.signature))
    }
}

/// What costs a validator its deposit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offence {
    /// Two votes for different targets of one height.
    Double(Vote, Vote),
    /// The first vote lies around the second.
    Surround(Vote, Vote),
    /// A vote for a block that breaks a rule.
    Invalid(Vote, Block),
}

impl Offence {
    /// What two votes of one validator prove.
    #[must_use]
    pub fn of(one: &Vote, other: &Vote) -> Option<Self> {
        let around = |a: &Vote, b: &Vote| a.source.0 < b.source.0 && b.target.0 < a.target.0;
        if one.by != other.by || one == other {
            None
        } else if one.target.0 == other.target.0 && one.target != other.target {
            Some(Self::Double(*one, *other))
        } else if around(one, other) {
            Some(Self::Surround(*one, *other))
        } else if around(other, one) {
            Some(Self::Surround(*other, *one))
        } else {
            None
        }
    }

    /// Whether it proves something against this validator.
    #[must_use]
    pub fn proves(&self, staking: &Staking, who: NodeId) -> bool {
        match self {
            Self::Double(one, other) | Self::Surround(one, other) => {
                let said = Self::of(one, other);
                one.by == who
                    && said.as_ref() == Some(self)
                    && one.is_sound(staking)
                    && other.is_sound(staking)
            }
            Self::Invalid(vote, block) => {
                vote.by == who
                    && vote.is_sound(staking)
                    && vote.target.1 == block.hash()
                    && staking.breaks(block)
            }
        }
    }

    /// In a few words.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Double(..) => "voted for two targets of one height",
            Self::Surround(..) => "voted within the span of its own vote",
            Self::Invalid(..) => "voted for an invalid block",
        }
    }
}

impl Staking {
    /// Whether the block, or one before it, breaks a rule of payments.
    pub(super) fn breaks(&self, block: &Block) -> bool {
        !block.flaws().among(Flaws::FORGED.and(Flaws::SPENT).and(Flaws::MALFORMED)).none()
    }

    /// How much of the deposits a link needs.
    fn carries(&self, stake: u64) -> bool {
        if self.rules.two_thirds { self.enough(stake) } else { stake * 2 >= self.stakes.iter().sum::<u64>() }
    }

    /// The links that have enough votes, in order.
    pub(super) fn links(&self, votes: &[Vote]) -> Vec<(Checkpoint, Checkpoint)> {
        let mut weights: BTreeMap<(Checkpoint, Checkpoint), u64> = BTreeMap::new();
        for vote in votes {
            *weights.entry((vote.target, vote.source)).or_default() += self.stake(vote.by);
        }
        let carried = weights.into_iter().filter(|(_, stake)| self.carries(*stake));
        carried.map(|((target, source), _)| (source, target)).collect()
    }
}
