//! Four nonces side by side, each in a lane of a vector of 128 bits (SHA-256 is FIPS 180-4, section 6.2).
//!
//! On WebAssembly that takes `simd128`, which is switched on for these functions alone: where it is on for a whole program,
//! hashes of 64 bits become slower. Elsewhere the vector is four numbers, for the tests.

use std::array::from_fn;

use super::{LANES, START};

#[cfg(target_arch = "wasm32")]
mod vector {
    use std::arch::wasm32 as simd;

    /// The same word of four messages.
    #[derive(Clone, Copy)]
    pub(super) struct Lanes(simd::v128);

    impl Lanes {
        #[inline]
        #[target_feature(enable = "simd128")]
        pub(super) fn new([a, b, c, d]: [u32; 4]) -> Self {
            Self(simd::u32x4(a, b, c, d))
        }

        #[inline]
        #[target_feature(enable = "simd128")]
        pub(super) fn words(self) -> [u32; 4] {
            [
                simd::u32x4_extract_lane::<0>(self.0),
                simd::u32x4_extract_lane::<1>(self.0),
                simd::u32x4_extract_lane::<2>(self.0),
                simd::u32x4_extract_lane::<3>(self.0),
            ]
        }

        #[inline]
        #[target_feature(enable = "simd128")]
        pub(super) fn plus(self, other: Self) -> Self {
            Self(simd::u32x4_add(self.0, other.0))
        }

        #[inline]
        #[target_feature(enable = "simd128")]
        pub(super) fn xor(self, other: Self) -> Self {
            Self(simd::v128_xor(self.0, other.0))
        }

        #[inline]
        #[target_feature(enable = "simd128")]
        pub(super) fn and(self, other: Self) -> Self {
            Self(simd::v128_and(self.0, other.0))
        }

        #[inline]
        #[target_feature(enable = "simd128")]
        pub(super) fn shift(self, by: u32) -> Self {
            Self(simd::u32x4_shr(self.0, by))
        }

        #[inline]
        #[target_feature(enable = "simd128")]
        pub(super) fn turn(self, by: u32) -> Self {
            Self(simd::v128_or(simd::u32x4_shr(self.0, by), simd::u32x4_shl(self.0, 32 - by)))
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod vector {
    /// The same word of four messages.
    #[derive(Clone, Copy)]
    pub(super) struct Lanes([u32; 4]);

    impl Lanes {
        pub(super) fn new(words: [u32; 4]) -> Self {
            Self(words)
        }

        pub(super) fn words(self) -> [u32; 4] {
            self.0
        }

        fn each(self, other: Self, act: impl Fn(u32, u32) -> u32) -> Self {
            Self(std::array::from_fn(|lane| act(self.0[lane], other.0[lane])))
        }

        pub(super) fn plus(self, other: Self) -> Self {
            self.each(other, u32::wrapping_add)
        }

        pub(super) fn xor(self, other: Self) -> Self {
            self.each(other, |a, b| a ^ b)
        }

        pub(super) fn and(self, other: Self) -> Self {
            self.each(other, |a, b| a & b)
        }

        pub(super) fn shift(self, by: u32) -> Self {
            Self(self.0.map(|word| word >> by))
        }

        pub(super) fn turn(self, by: u32) -> Self {
            Self(self.0.map(|word| word.rotate_right(by)))
        }
    }
}

use vector::Lanes;

/// The first nonce from one to another, four at a time, whose hash begins with no more than `most`.
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub(super) fn look(middle: [u32; 8], tail: [u32; 3], most: u32, (from, until): (u64, u64)) -> Option<u64> {
    let of = |word: u32| Lanes::new([word; LANES]);
    let (middle, start, zero) = (middle.map(of), START.map(of), of(0));
    let mut nonce = from;
    while nonce < until {
        let mut block = [zero; 16];
        (block[0], block[1], block[2]) = (of(tail[0]), of(tail[1]), of(tail[2]));
        block[3] = Lanes::new(from_fn(|lane| (nonce as u32).wrapping_add(lane as u32).swap_bytes()));
        (block[4], block[15]) = (of(0x8000_0000), of(640));
        let first = compress(&middle, block);
        let mut block = [zero; 16];
        block[..8].copy_from_slice(&first);
        (block[8], block[15]) = (of(0x8000_0000), of(256));
        let last = compress(&start, block)[7].words();
        if let Some(lane) = last.iter().position(|word| word.swap_bytes() <= most) {
            return Some(nonce + lane as u64);
        }
        nonce += LANES as u64;
    }
    None
}

/// The compression function on four messages at once.
#[inline]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
fn compress(state: &[Lanes; 8], mut block: [Lanes; 16]) -> [Lanes; 8] {
    let mut v = *state;
    for base in 0..4 {
        for place in 0..16 {
            if base > 0 {
                let (far, near) = (block[(place + 1) % 16], block[(place + 14) % 16]);
                let far = far.turn(7).xor(far.turn(18)).xor(far.shift(3));
                let near = near.turn(17).xor(near.turn(19)).xor(near.shift(10));
                block[place] = block[place].plus(far).plus(block[(place + 9) % 16]).plus(near);
            }
            let [a, b, c, d, e, f, g, h] = v;
            let sum = e.turn(6).xor(e.turn(11)).xor(e.turn(25));
            let choice = g.xor(e.and(f.xor(g)));
            let constant = Lanes::new([ROUNDS[16 * base + place]; LANES]);
            let one = h.plus(sum).plus(choice).plus(constant).plus(block[place]);
            let sum = a.turn(2).xor(a.turn(13)).xor(a.turn(22));
            let majority = a.and(b).xor(c.and(a.xor(b)));
            v = [one.plus(sum).plus(majority), a, b, c, d.plus(one), e, f, g];
        }
    }
    [
        state[0].plus(v[0]),
        state[1].plus(v[1]),
        state[2].plus(v[2]),
        state[3].plus(v[3]),
        state[4].plus(v[4]),
        state[5].plus(v[5]),
        state[6].plus(v[6]),
        state[7].plus(v[7]),
    ]
}

/// Of the cube roots of the first 64 (section 4.2.2).
#[rustfmt::skip]
const ROUNDS: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];
