//! Seeded draws. The generator is ChaCha8 by name, and every draw is integer arithmetic or `libm`, so that the same
//! seed gives the same run on every machine.

use kernel::{Choices, Delay, Micros};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1};

/// One generator for each purpose, made when it is first used.
#[derive(Debug)]
pub(crate) struct Streams {
    seed: u64,
    /// Boxed, for most of them are never made and copies should be small.
    generators: Vec<Option<Box<ChaCha8Rng>>>,
    /// Where the generators that are not made stand, in words drawn.
    positions: Vec<u128>,
    /// Whose questions are being answered.
    asking: u32,
}

impl Streams {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, generators: Vec::new(), positions: Vec::new(), asking: 0 }
    }

    /// From now on, questions are answered from this stream.
    pub(crate) fn ask(&mut self, stream: u32) {
        self.asking = stream;
    }

    /// The delay of an event of this stream; `None`: it gets no date.
    pub(crate) fn delay(&mut self, stream: u32, delay: Delay) -> Option<Micros> {
        match delay {
            Delay::Never => None,
            Delay::Between(least, most) if least >= most => Some(least),
            Delay::Between(least, most) => Some(Micros(self.dates(stream).random_range(least.0..=most.0))),
            Delay::Exponential(mean) => {
                let factor: f64 = Exp1.sample(self.dates(stream));
                Some(Micros((factor * mean.0 as f64) as u64))
            }
            Delay::Chance(ppm, least, most) => {
                let happens = self.dates(stream).random_range(0..1_000_000_u32) < ppm;
                // Drawn in both cases, so that a chance costs the same number of words whether it happens or not.
                let at = self.dates(stream).random_range(least.0..=most.0.max(least.0));
                happens.then_some(Micros(at))
            }
        }
    }

    fn dates(&mut self, stream: u32) -> &mut ChaCha8Rng {
        self.generator(u64::from(stream) * 2)
    }

    fn generator(&mut self, stream: u64) -> &mut ChaCha8Rng {
        let index = stream as usize;
        if index >= self.generators.len() {
            self.generators.resize(index + 1, None);
            self.positions.resize(index + 1, 0);
        }
        let (seed, position) = (self.seed, self.positions[index]);
        self.generators[index].get_or_insert_with(|| {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&seed.to_le_bytes());
            key[8..16].copy_from_slice(b"bivalent");
            let mut generator = ChaCha8Rng::from_seed(key);
            generator.set_stream(stream);
            generator.set_word_pos(position);
            Box::new(generator)
        })
    }
}

impl Choices for Streams {
    fn choose(&mut self, bound: u32) -> u32 {
        let stream = u64::from(self.asking) * 2 + 1;
        let generator = self.generator(stream);
        if bound <= 1 {
            generator.next_u32();
            return 0;
        }
        generator.random_range(0..bound)
    }
}

/// A copy remembers where each generator stands, not its buffer: checkpoints stay small.
impl Clone for Streams {
    fn clone(&self) -> Self {
        let stands = self.generators.iter().zip(&self.positions);
        let positions = stands.map(|(generator, position)| match generator {
            Some(generator) => generator.get_word_pos(),
            None => *position,
        });
        Self {
            seed: self.seed,
            positions: positions.collect(),
            generators: vec![None; self.generators.len()],
            asking: self.asking,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(streams: &mut Streams, stream: u32) -> u64 {
        let most = Micros(1_000_000);
        streams.delay(stream, Delay::Between(Micros(0), most)).expect("this delay always gives a date").0
    }

    #[test]
    fn the_first_draws_are_known_so_that_an_upgrade_that_changes_them_fails() {
        let mut streams = Streams::new(7);
        let drawn: Vec<u64> = (0..4).map(|stream| draw(&mut streams, stream)).collect();
        streams.ask(3);
        let chosen: Vec<u32> = (0..4).map(|_| streams.choose(6)).collect();
        let exponential = streams.delay(0, Delay::Exponential(Micros(1000)));
        expect_test::expect!["[698030, 923765, 13663, 864423] [0, 4, 0, 3] Some(Micros(1454))"]
            .assert_eq(&format!("{drawn:?} {chosen:?} {exponential:?}"));
    }

    #[test]
    fn a_copy_goes_on_where_the_original_stood() {
        let mut original = Streams::new(1);
        for stream in [0, 1, 1, 5] {
            draw(&mut original, stream);
        }
        let mut copy = original.clone();
        let mut copy_of_copy = copy.clone();
        for stream in [1, 0, 5, 9] {
            let expected = draw(&mut original, stream);
            assert_eq!(draw(&mut copy, stream), expected);
            assert_eq!(draw(&mut copy_of_copy, stream), expected);
        }
    }

    #[test]
    fn one_stream_does_not_disturb_another() {
        let (mut one, mut other) = (Streams::new(3), Streams::new(3));
        draw(&mut one, 4);
        assert_eq!(draw(&mut one, 2), draw(&mut other, 2));
    }

    #[test]
    fn a_chance_is_kept_in_the_long_run() {
        let mut streams = Streams::new(11);
        let happened = (0..20_000)
            .filter(|_| streams.delay(0, Delay::Chance(250_000, Micros(1), Micros(2))).is_some())
            .count();
        assert!((4_700..5_300).contains(&happened), "{happened} of 20,000 at one in four");
    }
}
