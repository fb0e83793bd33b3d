//! What can be decided from a state, and how that looks.

use scene::{Hatch, Ink, Theme};

/// Which outcomes can still be decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Shade {
    /// 0 alone.
    Zero,
    /// 1 alone.
    One,
    /// 0 and 1.
    Both,
    /// Neither.
    Stuck,
    /// Nobody has looked, or not far enough.
    #[default]
    Unknown,
}

impl Shade {
    /// All shades, as they are numbered.
    pub const ALL: [Self; 5] = [Self::Zero, Self::One, Self::Both, Self::Stuck, Self::Unknown];

    /// Of a set of outcomes; `whole`: everything that can follow was looked at.
    pub const fn of(outcomes: u16, whole: bool) -> Self {
        match (outcomes & 0b11, whole) {
            (0b11, _) => Self::Both,
            (_, false) => Self::Unknown,
            (0b01, true) => Self::Zero,
            (0b10, true) => Self::One,
            (_, true) => Self::Stuck,
        }
    }

    /// The ink it is drawn with.
    pub const fn ink(self) -> Ink {
        match self {
            Self::Zero => Ink::Zero,
            Self::One => Ink::One,
            Self::Both => Ink::Both,
            Self::Stuck => Ink::Stuck,
            Self::Unknown => Ink::Quiet,
        }
    }

    /// What stands in a node.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Zero => "0",
            Self::One => "1",
            Self::Both => "0|1",
            Self::Stuck => "✕",
            Self::Unknown => "?",
        }
    }

    /// What it is, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Zero => "only 0 can be decided",
            Self::One => "only 1 can be decided",
            Self::Both => "bivalent: 0 and 1 can both be decided",
            Self::Stuck => "stuck: nothing can be decided",
            Self::Unknown => "not known",
        }
    }
}

/// The colours of a raster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Of each shade, in the order of [`Shade::ALL`].
    pub shades: [[u8; 3]; 5],
    /// Of the lines between nodes.
    pub line: [u8; 3],
    /// Of the ground.
    pub ground: [u8; 3],
}

impl Palette {
    /// The inks of a theme.
    pub fn of(theme: Theme) -> Self {
        let colour = |ink| {
            let digits = u32::from_str_radix(&theme.colour(ink)[1..], 16).unwrap_or_default();
            [16, 8, 0].map(|bits| (digits >> bits) as u8)
        };
        Self {
            shades: Shade::ALL.map(|shade| colour(shade.ink())),
            line: colour(Ink::Hair),
            ground: colour(Ink::Paper),
        }
    }

    /// The colour of a shade at each place of a pattern that repeats every four pixels: the inks' own hatches, in
    /// a colour halfway to the ground. Rows first.
    pub(super) fn pattern(&self, shade: Shade, hatched: bool) -> [[[u8; 4]; 4]; 4] {
        let full = self.shades[shade as usize];
        let light = [0, 1, 2].map(|i| full[i].midpoint(self.ground[i]));
        let (rising, falling) = match shade.ink().hatch().filter(|_| hatched) {
            None => (false, false),
            Some(Hatch::Rising) => (true, false),
            Some(Hatch::Falling) => (false, true),
            Some(Hatch::Crossed) => (true, true),
        };
        let at = |x: usize, y: usize| {
            let lit = rising && (x + y).is_multiple_of(4) || falling && (x + 4 - y).is_multiple_of(4);
            let [r, g, b] = if lit { light } else { full };
            [r, g, b, 255]
        };
        [0, 1, 2, 3].map(|y| [0, 1, 2, 3].map(|x| at(x, y)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shade_claims_no_more_than_was_seen() {
        assert_eq!(
            [0b00, 0b01, 0b10, 0b11].map(|set| Shade::of(set, true)),
            [Shade::Stuck, Shade::Zero, Shade::One, Shade::Both]
        );
        assert_eq!(
            [0b00, 0b01, 0b10, 0b11].map(|set| Shade::of(set, false)),
            [Shade::Unknown, Shade::Unknown, Shade::Unknown, Shade::Both]
        );
    }

    #[test]
    fn colours_are_those_of_the_theme() {
        let palette = Palette::of(Theme::Light);
        assert_eq!((palette.shades[0], palette.ground), ([0x0a, 0x6e, 0xbd], [0xfb, 0xfa, 0xf6]));
    }
}
