//! Targets, difficulty and work, in 256 bits.

use std::fmt;

use ruint::aliases::{U256, U512};

use super::hash::Hash;

/// A target in 32 bits: the highest byte says how many bytes the number has, the other three are its first ones. Bit 23
/// is a sign, and a target must not be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Compact(pub u32);

/// A target: the hash of a header, as a number, must not be above it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target(pub U256);

/// How many hashes a chain takes, on average.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Work(pub U256);

/// The target is set anew after so many blocks.
pub const PERIOD: u64 = 2016;
/// They are meant to take so many seconds: two weeks. It is measured from the first of them to the last, which are 2015
/// intervals and not 2016.
const TIMESPAN: i64 = 14 * 24 * 60 * 60;

impl Compact {
    /// The easiest target of Bitcoin's main network.
    pub const EASIEST: Self = Self(0x1d00_ffff);

    /// The target; `None`: it is negative, zero, or has more than 256 bits.
    #[must_use]
    pub fn target(self) -> Option<Target> {
        let (bytes, word) = ((self.0 >> 24) as usize, self.0 & 0x007f_ffff);
        let negative = self.0 & 0x0080_0000 != 0;
        let value = if bytes <= 3 { word >> (8 * (3 - bytes)) } else { word };
        let shift = 8 * bytes.saturating_sub(3);
        let number = U256::from(value);
        let fits = number.bit_len() + shift <= 256;
        (!negative && value != 0 && fits).then(|| Target(number << shift))
    }
}

impl fmt::Display for Compact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl Target {
    /// The easiest target that takes so many hashes on average.
    #[must_use]
    pub fn taking(hashes: u32) -> Self {
        Self(U256::MAX / U256::from(hashes.max(1)))
    }

    /// A hash as the number that is compared with the target.
    #[must_use]
    pub fn of(hash: Hash) -> Self {
        Self(U256::from_le_bytes(hash.0))
    }

    /// In 32 bits: what does not fit into three bytes is cut off, and the target is lower for it.
    #[must_use]
    pub fn compact(self) -> Compact {
        let mut bytes = self.0.bit_len().div_ceil(8);
        let mut word =
            if bytes <= 3 { low(self.0) << (8 * (3 - bytes)) } else { low(self.0 >> (8 * (bytes - 3))) };
        // The sign's bit is not the number's.
        if word & 0x0080_0000 != 0 {
            word >>= 8;
            bytes += 1;
        }
        Compact(word | (bytes as u32) << 24)
    }

    /// How many hashes it takes on average to find one that is not above it: 2^256 / (target + 1).
    #[must_use]
    pub fn work(self) -> Work {
        // 2^256 is one more than fits: 2^256 / (t + 1) = (2^256 - 1 - t) / (t + 1) + 1 (Bitcoin Core, chain.cpp).
        match self.0.checked_add(U256::from(1)) {
            Some(next) => Work(!self.0 / next + U256::from(1)),
            None => Work(U256::from(1)),
        }
    }
}

/// The lowest 32 bits.
fn low(number: U256) -> u32 {
    number.as_limbs()[0] as u32
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl Work {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// So many times as much.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(U256::from(count)))
    }

    /// What this one has more; `None`: it has less.
    #[must_use]
    pub fn beyond(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// As an ordinary number, where it is one: the work of one block of a room.
    #[must_use]
    pub fn small(self) -> u64 {
        u64::try_from(self.0).unwrap_or(u64::MAX)
    }

    /// From hexadecimal digits, with `0x` before them or without.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        U256::from_str_radix(digits, 16).ok().map(Self).filter(|_| !digits.is_empty())
    }
}

/// The logarithm of work, to base 2.
#[must_use]
pub fn log2(work: Work) -> f64 {
    let bits = work.0.bit_len();
    // The first 64 bits are more than a float holds.
    let shift = bits.saturating_sub(64);
    let first = (work.0 >> shift).as_limbs()[0];
    libm::log2(first as f64) + shift as f64
}

/// How many times as hard as the easiest target of the main network a target is.
#[must_use]
pub fn difficulty(bits: Compact) -> f64 {
    let (bytes, word) = (bits.0 >> 24, bits.0 & 0x00ff_ffff);
    f64::from(0xffff_u32) / f64::from(word) * libm::exp2(8.0 * (29.0 - f64::from(bytes)))
}

/// The target of the next period: as the last one, and easier as the blocks of that period took longer, or harder; by a
/// factor of 4 at most, and never easier than the easiest. `first` and `last` are the times of the first and the last
/// block of the period. `None`: the old target is none.
#[must_use]
pub fn retarget(first: u32, last: u32, old: Compact, easiest: Target) -> Option<Compact> {
    retarget_within(TIMESPAN, i64::from(last) - i64::from(first), old, easiest)
}

/// The same for a period that is meant to take another time than Bitcoin's, and took so long, in seconds.
pub(super) fn retarget_within(meant: i64, took: i64, old: Compact, easiest: Target) -> Option<Compact> {
    let took = took.clamp(meant / 4, meant * 4);
    let old: U512 = old.target()?.0.to();
    let wide = old * U512::from(took as u64) / U512::from(meant as u64);
    let new = if wide > easiest.0.to::<U512>() { easiest } else { Target(wide.to()) };
    Some(new.compact())
}
