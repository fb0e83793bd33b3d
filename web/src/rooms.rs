//! What the gallery tells of the rooms before the code of any of them is there.
//!
//! `rooms.txt` and the pictures in `cards/` are what `UPDATE_EXPECT=1 cargo test -p bivalent-tests` writes from the
//! catalogue; the same test fails where they differ from it.

use std::sync::OnceLock;

use scene::Theme;

/// A room as the gallery shows it.
#[derive(Debug)]
pub struct RoomCard {
    /// Its name in links.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The shelf it stands on.
    pub shelf: &'static str,
    /// One or two sentences.
    pub about: &'static str,
    /// It is a model from elsewhere, and is listed apart.
    pub reference: bool,
    /// How many rules can be switched off.
    pub rules: usize,
    /// Its scenarios.
    pub scenarios: Vec<ScenarioCard>,
}

/// A scenario as the gallery shows it.
#[derive(Debug)]
pub struct ScenarioCard {
    /// Its name in links.
    pub name: &'static str,
    /// Its title. Its story comes with the room: the first view has no room for all of them.
    pub title: &'static str,
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
    ROOMS.get_or_init(|| read(include_str!("../rooms.txt")))
}

/// A line a room, and after it, with a tab in front, one for each of its scenarios; tabs part what they tell. No JSON: what
/// reads that would be in the first view for this alone.
fn read(text: &'static str) -> Vec<RoomCard> {
    let mut rooms: Vec<RoomCard> = Vec::new();
    for line in text.lines() {
        let mut words = line.split('\t');
        let mut next = || words.next().unwrap_or_default();
        match (next(), rooms.last_mut()) {
            ("", Some(room)) => room.scenarios.push(ScenarioCard { name: next(), title: next() }),
            (name, _) => {
                let _part = next();
                rooms.push(RoomCard {
                    name,
                    title: next(),
                    shelf: next(),
                    about: next(),
                    reference: next() == "reference",
                    rules: next().parse().unwrap_or_default(),
                    scenarios: Vec::new(),
                });
            }
        }
    }
    rooms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_room_or_a_scenario() {
        let rooms = read(
            "a/b\tpart\tA title\tA shelf\tWhat it is.\treference\t3\n\tfirst\tThe first\nc\tc\tC\tA shelf\tOf C.\troom\t0\n",
        );
        let [one, other] = &rooms[..] else { panic!("two rooms: {rooms:?}") };
        assert_eq!((one.name, one.title, one.shelf, one.about), ("a/b", "A title", "A shelf", "What it is."));
        assert_eq!((one.reference, one.rules, other.reference, other.rules), (true, 3, false, 0));
        assert_eq!((one.scenarios[0].name, one.scenarios[0].title), ("first", "The first"));
        assert!(other.scenarios.is_empty());
    }
}
