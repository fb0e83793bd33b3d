//! Where states lie: in chunks that never move, so that growing copies nothing.

/// A list in chunks.
#[derive(Clone, Debug)]
pub(crate) struct Chunks<T> {
    chunks: Vec<Vec<T>>,
    len: usize,
}

impl<T> Chunks<T> {
    const BITS: u32 = 14;
    const SIZE: usize = 1 << Self::BITS;

    pub(crate) const fn new() -> Self {
        Self { chunks: Vec::new(), len: 0 }
    }

    #[inline]
    pub(crate) fn push(&mut self, item: T) {
        if self.len.is_multiple_of(Self::SIZE) {
            self.chunks.push(Vec::with_capacity(Self::SIZE));
        }
        let chunk = self.chunks.len() - 1;
        self.chunks[chunk].push(item);
        self.len += 1;
    }

    #[inline]
    pub(crate) fn get(&self, index: u32) -> &T {
        &self.chunks[(index >> Self::BITS) as usize][index as usize & (Self::SIZE - 1)]
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    pub(crate) const fn bytes(&self) -> usize {
        self.chunks.len() * Self::SIZE * size_of::<T>()
    }
}

/// Slices of numbers, each number in one half-word where it fits.
#[derive(Clone, Debug)]
pub(crate) struct Slices {
    blocks: Vec<Vec<u16>>,
    /// Block and place of the start of each slice: the upper 14 bits and the lower 18.
    starts: Chunks<u32>,
}

impl Slices {
    const BITS: u32 = 18;
    /// A number from here on takes three half-words.
    const ESCAPE: u32 = 0xffff;

    pub(crate) const fn new() -> Self {
        Self { blocks: Vec::new(), starts: Chunks::new() }
    }

    pub(crate) fn encode(numbers: &[u32], words: &mut Vec<u16>) {
        words.clear();
        for &number in numbers {
            if number < Self::ESCAPE {
                words.push(number as u16);
            } else {
                words.extend([Self::ESCAPE as u16, (number >> 16) as u16, number as u16]);
            }
        }
    }

    /// The words of a slice, from its length on.
    #[inline]
    pub(crate) fn words(&self, index: u32) -> &[u16] {
        let start = *self.starts.get(index);
        let block = &self.blocks[(start >> Self::BITS) as usize];
        let at = (start & ((1 << Self::BITS) - 1)) as usize;
        let length = usize::from(block[at]);
        &block[at + 1..=at + length]
    }

    pub(crate) fn decode(&self, index: u32, numbers: &mut Vec<u32>) {
        self.head(index, usize::MAX, numbers);
    }

    /// The first so many numbers of a slice.
    #[inline]
    pub(crate) fn head(&self, index: u32, most: usize, numbers: &mut Vec<u32>) {
        numbers.clear();
        let mut words = self.words(index).iter().map(|&word| u32::from(word));
        while numbers.len() < most
            && let Some(word) = words.next()
        {
            if word < Self::ESCAPE {
                numbers.push(word);
            } else {
                let (high, low) = (words.next().unwrap_or(0), words.next().unwrap_or(0));
                numbers.push(high << 16 | low);
            }
        }
    }

    /// Adds a slice of encoded words; says whether there was room.
    pub(crate) fn push(&mut self, words: &[u16]) -> bool {
        let size = 1 << Self::BITS;
        if words.len() + 1 > size || words.len() > usize::from(u16::MAX) {
            return false;
        }
        let full = self.blocks.last().is_none_or(|block| block.len() + 1 + words.len() > size);
        if full {
            if self.blocks.len() == 1 << (32 - Self::BITS) {
                return false;
            }
            self.blocks.push(Vec::with_capacity(size));
        }
        let number = self.blocks.len() - 1;
        let block = &mut self.blocks[number];
        self.starts.push((number << Self::BITS | block.len()) as u32);
        block.push(words.len() as u16);
        block.extend_from_slice(words);
        true
    }

    pub(crate) const fn len(&self) -> usize {
        self.starts.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        (self.blocks.len() << Self::BITS) * 2 + self.starts.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_come_back_as_they_went_in() {
        let mut slices = Slices::new();
        let slice = |n: u32| (0..n % 40).map(|k| n.wrapping_mul(k).wrapping_mul(7_919)).collect::<Vec<u32>>();
        let (mut words, mut numbers) = (Vec::new(), Vec::new());
        for n in 0..30_000 {
            Slices::encode(&slice(n), &mut words);
            assert!(slices.push(&words));
        }
        for n in 0..30_000 {
            slices.decode(n, &mut numbers);
            assert_eq!(numbers, slice(n));
        }
        assert_eq!(slices.len(), 30_000);
    }

    #[test]
    fn chunks_keep_their_items() {
        let mut chunks = Chunks::new();
        for n in 0..40_000_u32 {
            chunks.push(n);
        }
        assert_eq!((*chunks.get(20_000), *chunks.get(39_999), chunks.len()), (20_000, 39_999, 40_000));
    }
}
