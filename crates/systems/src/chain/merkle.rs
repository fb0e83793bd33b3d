//! The Merkle tree of a block's transactions.

use super::hash::{Hash, double};

/// The root of the tree over these hashes: two become one, layer by layer, and the last of an odd number is paired with
/// itself. Of nothing it is zero.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    let mut layer = leaves.to_vec();
    while layer.len() > 1 {
        layer = layer.chunks(2).map(|pair| both(pair[0], pair[pair.len() - 1])).collect();
    }
    layer.first().copied().unwrap_or_default()
}

fn both(left: Hash, right: Hash) -> Hash {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&left.0);
    bytes[32..].copy_from_slice(&right.0);
    double(&bytes)
}
