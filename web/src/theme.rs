//! Light or dark: what the reader wants, what the link wants, what the system wants.

use scene::Theme;

use crate::browser;

/// Which colours the page has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// Those of the system.
    #[default]
    System,
    /// These.
    Only(Theme),
}

impl Choice {
    /// What a reader can choose from.
    pub const ALL: [Self; 4] =
        [Self::System, Self::Only(Theme::Light), Self::Only(Theme::Dark), Self::Only(Theme::Safe)];

    /// Its name in links: `dark`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "auto",
            Self::Only(theme) => theme.name(),
        }
    }

    /// Its name in words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Only(Theme::Light) => "Light",
            Self::Only(Theme::Dark) => "Dark",
            Self::Only(Theme::Safe) => "Colour-blind safe",
            Self::Only(Theme::Print) => "Print",
        }
    }

    /// The choice of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if name == "auto" { Some(Self::System) } else { Theme::named(name).map(Self::Only) }
    }

    /// What it comes to.
    #[must_use]
    pub fn theme(self) -> Theme {
        match self {
            Self::System if browser::matches("(prefers-color-scheme: dark)") => Theme::Dark,
            Self::System => Theme::Light,
            Self::Only(theme) => theme,
        }
    }

    /// The choice of an earlier visit.
    #[must_use]
    pub fn remembered() -> Self {
        browser::remembered(KEY).and_then(|name| Self::named(&name)).unwrap_or_default()
    }

    /// Keeps it for the next visit.
    pub fn remember(self) {
        browser::remember(KEY, self.name());
    }

    /// Tells the style sheet.
    pub fn show(self) {
        let Some(root) = browser::document().document_element() else { return };
        let _ = match self {
            Self::System => root.remove_attribute("data-theme"),
            Self::Only(Theme::Dark) => root.set_attribute("data-theme", "dark"),
            Self::Only(Theme::Light | Theme::Print | Theme::Safe) => {
                root.set_attribute("data-theme", "light")
            }
        };
    }
}

const KEY: &str = "bivalent-theme";
