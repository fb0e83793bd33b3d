//! What the gallery tells of the rooms before the code of any of them is there.
//!
//! `rooms.json` and the pictures in `cards/` are what `UPDATE_EXPECT=1 cargo test -p bivalent-tests` writes from the
//! catalogue; the same test fails where they differ from it.

use std::sync::OnceLock;

use scene::Theme;
use serde::Deserialize;

/// A room as the gallery shows it.
#[derive(Debug, Deserialize)]
pub struct RoomCard {
    /// Its name in links.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The shelf it stands on.
    pub shelf: String,
    /// One or two sentences.
    pub about: String,
    /// It is a model from elsewhere, and is listed apart.
    pub reference: bool,
    /// How many rules can be switched off.
    pub rules: usize,
    /// Its scenarios.
    pub scenarios: Vec<ScenarioCard>,
}

/// A scenario as the gallery shows it.
#[derive(Debug, Deserialize)]
pub struct ScenarioCard {
    /// Its name in links.
    pub name: String,
    /// Its title. Its story comes with the room: the first view has no room for all of them.
    pub title: String,
}

impl RoomCard {
    /// The address of its picture: a moment of a real run.
    #[must_use]
    pub fn picture(&self, theme: Theme) -> String {
        format!("cards/{}-{}.svg", self.name, theme.name())
    }
}

/// Every room, in the order of the gallery.
#[must_use]
pub fn all() -> &'static [RoomCard] {
    static ROOMS: OnceLock<Vec<RoomCard>> = OnceLock::new();
    ROOMS
        .get_or_init(|| serde_json::from_str(include_str!("../rooms.json")).expect("a test writes this file"))
}
