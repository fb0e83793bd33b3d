//! Votes, what two of them prove, and what follows from all of them.

use std::collections::{BTreeMap, BTreeSet};

use kernel::NodeId;

use super::Staking;
use crate::chain::block::{Block, Flaws, Terms};
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

    /// What is voted for: the link from the source to the target.
    #[must_use]
    pub const fn link(&self) -> (Checkpoint, Checkpoint) {
        (self.source, self.target)
    }

    fn signed(&self) -> Vec<u8> {
        let mut bytes = self.by.to_le_bytes().to_vec();
        for (height, hash) in [self.source, self.target] {
            bytes.extend(height.to_le_bytes());
            bytes.extend(hash.0);
        }
        bytes
    }

    /// All of it, as a block has it.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.signed();
        bytes.extend(self.signature);
        bytes
    }

    /// Whether it is signed by who it says, and goes forward.
    #[must_use]
    pub fn is_sound(&self, terms: &Terms) -> bool {
        let account = terms.accounts.get(usize::from(self.by));
        self.source.0 < self.target.0
            && account.is_some_and(|account| account.signed(&self.signed(), &self.signature))
    }
}

/// What costs a validator its deposit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offence {
    /// Two distinct votes for one target height, whatever their sources and targets.
    Double(Vote, Vote),
    /// The first vote lies around the second.
    Surround(Vote, Vote),
    /// A vote for a block that breaks a rule.
    Invalid(Vote, Block),
}

impl Offence {
    /// What two votes of one validator prove.
    ///
    /// "Distinct" is said of what is voted for and not of the signature: who signs one vote twice may get two signatures.
    #[must_use]
    pub fn of(one: &Vote, other: &Vote) -> Option<Self> {
        let around = |a: &Vote, b: &Vote| a.source.0 < b.source.0 && b.target.0 < a.target.0;
        if one.by != other.by || one.link() == other.link() {
            None
        } else if one.target.0 == other.target.0 {
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
    pub fn proves(&self, terms: &Terms, who: NodeId) -> bool {
        match self {
            Self::Double(one, other) | Self::Surround(one, other) => {
                let said = Self::of(one, other);
                // Worked out anew: what the offence calls itself proves nothing, and a forged vote has no
                // valid signature.
                one.by == who && said.as_ref() == Some(self) && one.is_sound(terms) && other.is_sound(terms)
            }
            // The block itself is the proof, and the vote names its hash: neither can be put on anybody else.
            Self::Invalid(vote, block) => {
                vote.by == who && vote.is_sound(terms) && vote.target.1 == block.hash() && is_invalid(block)
            }
        }
    }

    /// All of it, as a block has it; of a block its hash.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Double(one, other) => [vec![0], one.bytes(), other.bytes()].concat(),
            Self::Surround(one, other) => [vec![1], one.bytes(), other.bytes()].concat(),
            Self::Invalid(vote, block) => [vec![2], vote.bytes(), block.hash().0.to_vec()].concat(),
        }
    }

    /// In a few words.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Double(..) => "voted twice for one target height",
            Self::Surround(..) => "voted within the span of its own vote",
            Self::Invalid(..) => "voted for an invalid block",
        }
    }
}

/// Whether the block, or one before it, breaks a rule of payments or of deposits.
pub(super) fn breaks(block: &Block) -> bool {
    let rules = Flaws::FORGED.and(Flaws::SPENT).and(Flaws::MALFORMED).and(Flaws::UNPROVED);
    !block.flaws().among(rules).none()
}

/// Whether the block proves by itself that whoever voted for it voted for what breaks a rule. A block whose content is not
/// the one that its header names is refused and proves nothing: anybody can put such content behind a good header.
pub(super) fn is_invalid(block: &Block) -> bool {
    breaks(block) && block.flaws().among(Flaws::MALFORMED).none()
}

/// Target and source of a link: links are counted in the order of their targets.
type Backwards = (Checkpoint, Checkpoint);

/// The links that somebody voted for, and who did.
pub(super) fn links(votes: &[Vote]) -> BTreeMap<Backwards, BTreeSet<NodeId>> {
    let mut links: BTreeMap<Backwards, BTreeSet<NodeId>> = BTreeMap::new();
    for vote in votes {
        links.entry((vote.target, vote.source)).or_default().insert(vote.by);
    }
    links
}

impl Staking {
    /// What two votes prove, as far as the rules that are on punish it.
    pub(super) fn punished(&self, one: &Vote, other: &Vote) -> Option<Offence> {
        Offence::of(one, other).filter(|offence| self.punishes(offence))
    }

    /// Whether the rule that it breaks is on.
    pub(super) fn punishes(&self, offence: &Offence) -> bool {
        match offence {
            Offence::Double(..) => self.rules.double_vote,
            Offence::Surround(..) => self.rules.surround_vote,
            Offence::Invalid(..) => self.rules.valid_only,
        }
    }
}
