//! The rules that can be switched off.

use kernel::Rule;

use crate::chain::block::Flaws;
use crate::rules::rules;

rules! {
    most_work "most-work"
        "Of two chains, the one with more work counts"
        "Nakamoto 2008, section 5"
        "Off, the one with more blocks counts: where targets differ, few hashes make many easy blocks."
    first_seen "first-seen"
        "Of two chains with the same work, the one that was seen first counts"
        "Nakamoto 2008, section 5"
        "Off, a node tosses a coin, as Eyal and Sirer (section 6) ask for against selfish miners."
    proof_of_work "proof-of-work"
        "The hash of a block must meet its target"
        "Nakamoto 2008, section 4"
        "Off, a block costs nothing, and who makes blocks without work overtakes everybody."
    signatures "signatures"
        "A payment must be signed by who pays"
        "Nakamoto 2008, section 2"
        "Off, anybody can spend anybody's money."
    no_double_spends "no-double-spends"
        "The number of a payment must be new, and its source must have the money"
        "Nakamoto 2008, section 2"
        "Off, blocks take a second payment with a number that is used, and one of more than its source has: money comes \
         from nowhere."
    back_to_pool "back-to-pool"
        "Payments of blocks that are undone wait for a block again"
        "Nakamoto 2008, section 5"
        "Off, a payment whose block loses the race is never made."
}

impl Rules {
    /// What a node that keeps to these rules refuses a block for.
    #[must_use]
    pub fn refused(&self) -> Flaws {
        let all = [
            (self.proof_of_work, Flaws::NO_WORK),
            (self.signatures, Flaws::FORGED),
            (self.no_double_spends, Flaws::SPENT),
        ];
        all.into_iter().filter(|(on, _)| *on).fold(Flaws::MALFORMED, |flaws, (_, flaw)| flaws.and(flaw))
    }
}
