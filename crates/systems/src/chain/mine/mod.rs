//! Looking for a nonce: the one loop of a miner that has to be fast.
//!
//! Of the 80 bytes of a header only the last four change from try to try, so the first 64 are hashed once. Natively the
//! library's compression function does the rest, which uses what the processor has for it. On WebAssembly there is nothing
//! of the kind, and `lanes` tries four nonces side by side.

#[cfg(any(test, target_arch = "wasm32"))]
mod lanes;

use sha2::block_api::compress256;

use super::header::Header;
use super::target::Target;

#[cfg(target_arch = "wasm32")]
use lanes::look;

/// A search for the nonce of a header that meets its target.
#[derive(Clone, Debug)]
pub struct Search {
    header: Header,
    target: Target,
    /// What SHA-256 has come to after the first 64 bytes.
    middle: [u32; 8],
    /// The next nonce to try.
    next: u64,
}

/// The nonces that there are.
const NONCES: u64 = 1 << 32;

impl Search {
    /// From the first nonce on. `None`: the header has no target.
    #[must_use]
    pub fn new(header: Header) -> Option<Self> {
        let target = header.bits.target()?;
        let bytes = header.write();
        let mut middle = START;
        let (blocks, _) = bytes.as_chunks::<64>();
        compress256(&mut middle, blocks);
        Some(Self { header, target, middle, next: 0 })
    }

    /// How many nonces were tried.
    #[must_use]
    pub fn tries(&self) -> u64 {
        self.next
    }

    /// All nonces were tried: only another header can meet the target.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.next >= NONCES
    }

    /// Tries so many nonces, and a few more where that is no multiple of four; the header with the first that is right.
    pub fn advance(&mut self, count: u64) -> Option<Header> {
        let until = (self.next + count.next_multiple_of(LANES as u64)).min(NONCES);
        let bytes = self.header.write();
        let tail = [word(&bytes, 16), word(&bytes, 17), word(&bytes, 18)];
        // A hash begins with its last word: where that is too large nothing else matters.
        let most = (self.target.0 >> 224_usize).as_limbs()[0] as u32;
        while let Some(nonce) = look(self.middle, tail, most, (self.next, until)) {
            self.next = nonce + 1;
            let header = Header { nonce: nonce as u32, ..self.header };
            if header.meets_its_target() {
                return Some(header);
            }
            // The lanes begin at multiples of four again.
            while !self.next.is_multiple_of(LANES as u64) {
                let header = Header { nonce: self.next as u32, ..self.header };
                self.next += 1;
                if header.meets_its_target() {
                    return Some(header);
                }
            }
        }
        self.next = until;
        None
    }
}

/// The word of a message: four bytes, the first counts most.
fn word(bytes: &[u8; Header::BYTES], k: usize) -> u32 {
    u32::from_be_bytes([bytes[4 * k], bytes[4 * k + 1], bytes[4 * k + 2], bytes[4 * k + 3]])
}

/// The first nonce from one to another whose hash begins with no more than `most`.
#[cfg(not(target_arch = "wasm32"))]
fn look(middle: [u32; 8], tail: [u32; 3], most: u32, (from, until): (u64, u64)) -> Option<u64> {
    let mut block = [0; 64];
    for (place, word) in block.chunks_exact_mut(4).zip(tail) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    block[16] = 0x80;
    block[62..].copy_from_slice(&640_u16.to_be_bytes());
    let mut second = [0; 64];
    second[32] = 0x80;
    second[62..].copy_from_slice(&256_u16.to_be_bytes());
    (from..until).find(|&nonce| {
        block[12..16].copy_from_slice(&(nonce as u32).to_le_bytes());
        let mut state = middle;
        compress256(&mut state, &[block]);
        for (place, word) in second.chunks_exact_mut(4).zip(state) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        let mut state = START;
        compress256(&mut state, &[second]);
        state[7].swap_bytes() <= most
    })
}

/// The first 32 bits of the fractions of the square roots of the first eight primes (section 5.3.3).
const START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Nonces are looked at in fours.
const LANES: usize = 4;

#[cfg(test)]
mod tests {
    use super::super::{Hash, work::Mining};
    use super::*;

    fn header(hashes: u32) -> Header {
        let merkle = Hash([3; 32]);
        Header { version: 1, merkle, time: 77, bits: Mining::target(hashes), ..Header::default() }
    }

    /// Four nonces side by side are what one after the other is.
    #[test]
    fn lanes_find_what_the_library_finds() {
        let bytes = header(1).write();
        let (blocks, _) = bytes.as_chunks::<64>();
        let mut middle = START;
        compress256(&mut middle, blocks);
        let tail = [word(&bytes, 16), word(&bytes, 17), word(&bytes, 18)];
        for (most, span) in [(u32::MAX, (8, 9)), (1 << 28, (0, 400)), (1 << 24, (4, 4_000)), (0, (0, 64))] {
            assert_eq!(lanes::look(middle, tail, most, span), look(middle, tail, most, span));
        }
    }

    /// The first header of all is found where it was found, from a little before it.
    #[test]
    fn it_finds_the_nonce_of_the_first_block() {
        let text = "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f61\
                    7fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c";
        let first = Header::read(text).expect("a header");
        let mut search = Search::new(first).expect("it has a target");
        search.next = u64::from(first.nonce) / 4 * 4 - 4_000;
        assert_eq!(search.advance(10_000), Some(first));
    }

    #[test]
    fn it_finds_the_first_nonce_as_one_by_one() {
        for hashes in [1, 2, 3, 10, 500, 20_000] {
            let header = header(hashes);
            let slow = (0..).map(|nonce| Header { nonce, ..header }).find(Header::meets_its_target);
            let mut search = Search::new(header).expect("it has a target");
            let found = std::iter::repeat_with(|| search.advance(100)).find_map(|found| found);
            assert_eq!(found, slow, "{hashes}");
            assert!(search.tries() > u64::from(found.map_or(0, |header| header.nonce)));
        }
    }

    #[test]
    fn it_ends_where_there_are_no_more_nonces() {
        let mut search = Search::new(header(1 << 31)).expect("it has a target");
        search.next = NONCES - 8;
        let found = search.advance(1_000);
        assert!(found.is_some() || search.is_over());
        assert!(Search::new(Header::default()).is_none());
    }
}
