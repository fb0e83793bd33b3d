//! SHA-256, twice.

use std::fmt;

use sha2::{Digest, Sha256};

/// What SHA-256 makes of something, twice: 32 bytes, and as a number the first byte counts least. It is shown as that
/// number, so its bytes stand in the reverse order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

/// SHA-256 of SHA-256.
#[must_use]
pub fn double(bytes: &[u8]) -> Hash {
    Hash(Sha256::digest(Sha256::digest(bytes)).into())
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Pictures are full of them: digit by digit, the formatter would take most of a frame.
        let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
        let digits = self.0.iter().rev().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
        f.write_str(&digits.collect::<String>())
    }
}

impl Hash {
    /// Its last four digits as it is shown: enough to tell blocks of a picture apart. The first ones are zeros.
    #[must_use]
    pub fn short(&self) -> String {
        format!("{:02x}{:02x}", self.0[1], self.0[0])
    }

    /// A number that is another for another hash, as good as always.
    #[must_use]
    pub fn word(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    /// From 64 hexadecimal digits, as it is shown.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut bytes: [u8; 32] = bytes(text)?.try_into().ok()?;
        bytes.reverse();
        Some(Self(bytes))
    }
}

/// From hexadecimal digits, two a byte.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect();
    let (pairs, rest) = digits.as_ref()?.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
