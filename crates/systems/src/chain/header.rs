//! The header of a block.

use super::hash::{Hash, bytes, double};
use super::target::{Compact, Target};

/// The header of a block: 80 bytes, every number with its least byte first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Which rules it follows.
    pub version: i32,
    /// The hash of the header before.
    pub previous: Hash,
    /// The root of the Merkle tree of its transactions.
    pub merkle: Hash,
    /// When its miner says it was found, in seconds since 1970.
    pub time: u32,
    /// The target.
    pub bits: Compact,
    /// What the miner tried.
    pub nonce: u32,
}

impl Header {
    /// How many bytes it has.
    pub const BYTES: usize = 80;

    /// As it is hashed.
    #[must_use]
    pub fn write(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..4].copy_from_slice(&self.version.to_le_bytes());
        bytes[4..36].copy_from_slice(&self.previous.0);
        bytes[36..68].copy_from_slice(&self.merkle.0);
        bytes[68..72].copy_from_slice(&self.time.to_le_bytes());
        bytes[72..76].copy_from_slice(&self.bits.0.to_le_bytes());
        bytes[76..].copy_from_slice(&self.nonce.to_le_bytes());
        bytes
    }

    /// From its bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let word = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        let hash = |at: usize| {
            let mut hash = Hash::default();
            hash.0.copy_from_slice(&bytes[at..at + 32]);
            hash
        };
        Self {
            version: i32::from_le_bytes(word(0)),
            previous: hash(4),
            merkle: hash(36),
            time: u32::from_le_bytes(word(68)),
            bits: Compact(u32::from_le_bytes(word(72))),
            nonce: u32::from_le_bytes(word(76)),
        }
    }

    /// From 160 hexadecimal digits.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes: [u8; Self::BYTES] = bytes(text)?.try_into().ok()?;
        Some(Self::from_bytes(&bytes))
    }

    /// The same with a nonce that does not meet its target.
    #[must_use]
    pub fn without_work(self) -> Self {
        let tries = (0..u32::MAX).map(|nonce| Self { nonce, ..self });
        tries.into_iter().find(|header| !header.meets_its_target()).unwrap_or(self)
    }

    /// Its hash, which the next header names.
    #[must_use]
    pub fn hash(&self) -> Hash {
        double(&self.write())
    }

    /// Whether its hash is not above its target.
    #[must_use]
    pub fn meets_its_target(&self) -> bool {
        self.bits.target().is_some_and(|target| Target::of(self.hash()) <= target)
    }
}
