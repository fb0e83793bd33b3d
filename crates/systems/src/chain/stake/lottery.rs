//! Who makes the block of a slot.

use kernel::NodeId;

use crate::chain::hash::{Hash, double};

/// A number below `bound`, of a seed and a slot: the first 64 bits of their hash as a fraction of 2^64, drawn again where
/// that would favour some (Lemire 2019, section 4). So the same ticket wins where the stakes have hardly changed.
#[must_use]
pub fn draw(seed: Hash, slot: u32, bound: u64) -> u64 {
    let bound = bound.max(1);
    let mut bytes = seed.0.to_vec();
    bytes.extend(slot.to_le_bytes());
    loop {
        let hash = double(&bytes);
        let product = u128::from(hash.word()) * u128::from(bound);
        // 2^64 is no multiple of most bounds, so some numbers would have one chance more. The remainder of
        // that division, which `wrapping_neg` gives without 65 bits, is how many low halves have to be drawn
        // again.
        if product as u64 >= bound.wrapping_neg() % bound {
            return (product >> 64) as u64;
        }
        bytes = hash.0.to_vec();
    }
}

/// The validator whose slot it is: each with a chance in proportion to its stake. `None`: nobody has any.
#[must_use]
pub fn winner(seed: Hash, slot: u32, stakes: &[u64]) -> Option<NodeId> {
    let all = stakes.iter().sum();
    let mut ticket = draw(seed, slot, all);
    // The stakes lie end to end, and the ticket falls into one of them: each is hit in proportion to its
    // length.
    let has = |&stake: &u64| {
        let mine = ticket < stake;
        ticket = ticket.saturating_sub(stake);
        mine
    };
    stakes.iter().position(has).and_then(|place| NodeId::try_from(place).ok())
}
