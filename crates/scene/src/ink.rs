//! Inks say what a colour means; a theme says what it is.
//!
//! The style sheet of the page is made of the same table: a test of the pictures writes `web/styles/colours.css` from it.
//! Text on its ground has a contrast of 4.5:1 or more in every theme (a test below).

/// What a colour means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ink {
    /// Words.
    Text,
    /// Words of less weight.
    Quiet,
    /// Thin lines.
    Hair,
    /// The ground.
    Paper,
    /// A ground that lies above it.
    Raised,
    /// A ground that lies below it.
    Sunken,
    /// The one accent.
    Accent,
    /// Words on the accent.
    OnAccent,
    /// As it should be.
    Good,
    /// Broken, lost, cut.
    Bad,
    /// Worth a look.
    Warn,
    /// Outcome 0.
    Zero,
    /// Outcome 1.
    One,
    /// Both outcomes are still possible.
    Both,
    /// No outcome is possible any more.
    Stuck,
    /// One of eight, counted round and round: eras.
    Series(u8),
    /// Words on a figure filled with a series, an outcome, good, bad or warn.
    OnSeries,
}

/// A pattern over a filled figure, so that an outcome does not depend on colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hatch {
    /// Strokes that rise to the right.
    Rising,
    /// Strokes that fall to the right.
    Falling,
    /// Both.
    Crossed,
}

impl Ink {
    /// Every ink that has a colour of its own.
    pub const ALL: [Self; 23] = [
        Self::Paper,
        Self::Raised,
        Self::Sunken,
        Self::Text,
        Self::Quiet,
        Self::Hair,
        Self::Accent,
        Self::OnAccent,
        Self::Zero,
        Self::One,
        Self::Both,
        Self::Stuck,
        Self::Good,
        Self::Bad,
        Self::Warn,
        Self::Series(0),
        Self::Series(1),
        Self::Series(2),
        Self::Series(3),
        Self::Series(4),
        Self::Series(5),
        Self::Series(6),
        Self::Series(7),
    ];

    /// What a style sheet calls it: `accent-ink`, `series-3`.
    pub const fn token(self) -> &'static str {
        const SERIES: [&str; 8] =
            ["series-1", "series-2", "series-3", "series-4", "series-5", "series-6", "series-7", "series-8"];
        match self {
            Self::Text => "ink",
            Self::Quiet => "quiet",
            Self::Hair => "hair",
            Self::Paper | Self::OnSeries => "paper",
            Self::Raised => "raised",
            Self::Sunken => "sunken",
            Self::Accent => "accent",
            Self::OnAccent => "accent-ink",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Warn => "warn",
            Self::Zero => "zero",
            Self::One => "one",
            Self::Both => "both",
            Self::Stuck => "stuck",
            Self::Series(n) => SERIES[(n % 8) as usize],
        }
    }

    /// The pattern of an ink: none for 0, rising for 1, both ways for both, falling for neither.
    pub const fn hatch(self) -> Option<Hatch> {
        match self {
            Self::One => Some(Hatch::Rising),
            Self::Both => Some(Hatch::Crossed),
            Self::Stuck => Some(Hatch::Falling),
            Self::Text
            | Self::Quiet
            | Self::Hair
            | Self::Paper
            | Self::Raised
            | Self::Sunken
            | Self::Accent
            | Self::OnAccent
            | Self::Good
            | Self::Bad
            | Self::Warn
            | Self::Zero
            | Self::Series(_)
            | Self::OnSeries => None,
        }
    }
}

/// What the inks are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark ink on warm paper.
    #[default]
    Light,
    /// Light ink on a dark ground.
    Dark,
    /// Greys on white: neighbours among the series are far apart.
    Print,
    /// Light, in colours that eyes of every kind tell apart.
    Safe,
}

impl Theme {
    /// All themes.
    pub const ALL: [Self; 4] = [Self::Light, Self::Dark, Self::Print, Self::Safe];

    /// Its name, in one word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Print => "print",
            Self::Safe => "safe",
        }
    }

    /// The theme of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// What an ink is, as `#rrggbb`.
    pub const fn colour(self, ink: Ink) -> &'static str {
        let palette = match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
            Self::Print => &PRINT,
            Self::Safe => &SAFE,
        };
        match ink {
            Ink::Text => palette.text,
            Ink::Quiet => palette.quiet,
            Ink::Hair => palette.hair,
            Ink::Paper | Ink::OnSeries => palette.paper,
            Ink::Raised => palette.raised,
            Ink::Sunken => palette.sunken,
            Ink::Accent => palette.accent,
            Ink::OnAccent => palette.on_accent,
            Ink::Good => palette.good,
            Ink::Bad => palette.bad,
            Ink::Warn => palette.warn,
            Ink::Zero => palette.zero,
            Ink::One => palette.one,
            Ink::Both => palette.both,
            Ink::Stuck => palette.stuck,
            Ink::Series(n) => palette.series[(n % 8) as usize],
        }
    }
}

struct Palette {
    text: &'static str,
    quiet: &'static str,
    hair: &'static str,
    paper: &'static str,
    raised: &'static str,
    sunken: &'static str,
    accent: &'static str,
    on_accent: &'static str,
    good: &'static str,
    bad: &'static str,
    warn: &'static str,
    zero: &'static str,
    one: &'static str,
    both: &'static str,
    stuck: &'static str,
    series: [&'static str; 8],
}

const LIGHT: Palette = Palette {
    text: "#1c1e22",
    quiet: "#5d6068",
    hair: "#dcd8cc",
    paper: "#fbfaf6",
    raised: "#ffffff",
    sunken: "#f1efe8",
    accent: "#3b4cc0",
    on_accent: "#ffffff",
    good: "#15734b",
    bad: "#b3261e",
    warn: "#8a5a00",
    zero: "#0a6ebd",
    one: "#b45309",
    both: "#7a3fa0",
    stuck: "#6b6f76",
    series: ["#0a6ebd", "#b45309", "#15734b", "#a3366f", "#5b5bd6", "#77720a", "#0f766e", "#7c4a2d"],
};

const DARK: Palette = Palette {
    text: "#e9e6df",
    quiet: "#a3a6ad",
    hair: "#32363e",
    paper: "#15171b",
    raised: "#1d2026",
    sunken: "#101216",
    accent: "#98a4ff",
    on_accent: "#14161b",
    good: "#5cc797",
    bad: "#ff8a80",
    warn: "#e0b25c",
    zero: "#63b3f5",
    one: "#f0a35e",
    both: "#c79be8",
    stuck: "#9a9ea6",
    series: ["#63b3f5", "#f0a35e", "#5cc797", "#ee93c0", "#a9a9ff", "#cfc95a", "#5fcfc3", "#d6a582"],
};

const PRINT: Palette = Palette {
    text: "#000000",
    quiet: "#4d4d4d",
    hair: "#bdbdbd",
    paper: "#ffffff",
    raised: "#ffffff",
    sunken: "#f2f2f2",
    accent: "#000000",
    on_accent: "#ffffff",
    good: "#333333",
    bad: "#000000",
    warn: "#333333",
    zero: "#6e6e6e",
    one: "#1f1f1f",
    both: "#474747",
    stuck: "#737373",
    series: ["#1a1a1a", "#737373", "#404040", "#6b6b6b", "#0d0d0d", "#5e5e5e", "#333333", "#707070"],
};

/// After Okabe and Ito, darkened until words in them can be read on paper.
const SAFE: Palette = Palette {
    text: "#111318",
    quiet: "#55585f",
    hair: "#d8d6cf",
    paper: "#fdfcf9",
    raised: "#ffffff",
    sunken: "#f1efe8",
    accent: "#1f3f99",
    on_accent: "#ffffff",
    good: "#00639c",
    bad: "#7a0019",
    warn: "#7a5c00",
    zero: "#0068a8",
    one: "#b84a00",
    both: "#8a2f6b",
    stuck: "#66696f",
    series: ["#0068a8", "#b84a00", "#00755a", "#a34079", "#1d2f6f", "#7a5c00", "#2f7d9c", "#3a3a3a"],
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, WCAG 2.
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn words_can_be_read_in_every_theme() {
        let mut inks =
            vec![Ink::Text, Ink::Quiet, Ink::Accent, Ink::Good, Ink::Bad, Ink::Warn, Ink::Zero, Ink::One];
        inks.extend([Ink::Both, Ink::Stuck]);
        inks.extend((0..8).map(Ink::Series));
        for theme in Theme::ALL {
            for &ink in &inks {
                for ground in [Ink::Paper, Ink::Raised] {
                    let found = contrast(theme.colour(ink), theme.colour(ground));
                    assert!(found >= 4.5, "{theme:?} {ink:?} on {ground:?}: {found:.2}");
                }
            }
            assert!(contrast(theme.colour(Ink::OnAccent), theme.colour(Ink::Accent)) >= 4.5);
        }
    }

    #[test]
    fn a_theme_has_a_name_and_a_name_a_theme() {
        assert!(Theme::ALL.into_iter().all(|theme| Theme::named(theme.name()) == Some(theme)));
        assert_eq!(Theme::named("sepia"), None);
    }

    #[test]
    fn the_series_go_round() {
        assert_eq!(Theme::Dark.colour(Ink::Series(9)), Theme::Dark.colour(Ink::Series(1)));
    }
}
