//! A small generator for tests, and what a refusal must look like.
#![allow(dead_code, reason = "each test file uses a part")]

/// A generator of 64 bits with a fixed rule, so that what fails once fails again.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// A refusal is a sentence that a reader can be shown.
pub(crate) fn sentence(text: &str) {
    assert!(text.starts_with(char::is_uppercase), "begins small: {text}");
    assert!(text.ends_with('.') && !text.ends_with(".."), "does not end with a full stop: {text}");
    assert!(text.chars().count() < 400, "{} letters: {text}", text.chars().count());
    assert!(!text.chars().any(char::is_control), "has control characters: {text:?}");
}
