//! The address: which page, which run, and how the page shows it.
//!
//! `#/` is the gallery, `#/raft` a room, `#/raft/minority-partition?seed=7` a run. The run's part is the catalogue's
//! ([`Recording::from_link`]); `view`, `play`, `speed`, `theme` and `embed` are the page's own. `?embed` may stand
//! before the fragment, too.

use arrayvec::ArrayString;
use catalog::Recording;

use crate::theme::Choice;
use crate::words;

/// Where the reader is.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The page.
    pub route: Route,
    /// How it is shown.
    pub look: Look,
}

/// The pages that there are.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    /// All rooms.
    Gallery,
    /// A run, by the fragment of its link, without `#/`: what reads it comes with the rooms.
    Run(String),
}

/// How a run is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    /// Which picture.
    pub view: Option<View>,
    /// Whether it plays at first.
    pub play: Option<bool>,
    /// How fast, as a part of real time.
    pub speed: Option<f64>,
    /// In which colours.
    pub theme: Option<Choice>,
    /// The stage and the time bar alone, for a frame in another page.
    pub embed: bool,
}

/// What the stage can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// A diagram of the run, by its name; whether the room has one of this name is seen when it is open.
    Diagram(ArrayString<32>),
    /// The valency tree of its protocol.
    Tree,
}

/// The valency tree's name in links.
pub const TREE: &str = "tree";

impl View {
    fn name(&self) -> &str {
        match self {
            Self::Diagram(key) => key,
            Self::Tree => TREE,
        }
    }

    /// What a link calls so; `None`: nothing can be called so.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if name == TREE {
            return Some(Self::Tree);
        }
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        ArrayString::from(name).ok().map(Self::Diagram)
    }
}

/// Reads an address: what stands after `?` and what stands after `#`, each with its sign.
#[must_use]
pub fn parse(search: &str, hash: &str) -> Place {
    let link = catalog::mended(hash.trim_start_matches('#').trim_start_matches('/'));
    let (path, query) = link.split_once('?').unwrap_or((&link, ""));
    let mut look = Look::default();
    look.read(search.trim_start_matches('?'));
    look.read(query);
    let route = if path.trim_matches('/').is_empty() { Route::Gallery } else { Route::Run(link) };
    Place { route, look }
}

/// The room that a link seems to be of; whether it is, is seen when it is read.
#[must_use]
pub fn room_of(link: &str) -> String {
    let path = link.split('?').next().unwrap_or_default().trim_matches('/');
    let path = js_sys::decode_uri_component(path).map_or_else(|_| path.to_owned(), String::from);
    catalog::split_place(&path).0.to_owned()
}

/// The address of a run, from `#` on.
#[must_use]
pub fn write(recording: &Recording, look: &Look) -> String {
    let mut hash = format!("#/{}", recording.to_link());
    let mut add = |name: &str, value: &str| {
        hash.push(if hash.contains('?') { '&' } else { '?' });
        hash.push_str(name);
        if !value.is_empty() {
            hash.push('=');
            hash.push_str(value);
        }
    };
    if let Some(view) = look.view {
        add("view", view.name());
    }
    if let Some(play) = look.play {
        add("play", if play { "1" } else { "0" });
    }
    if let Some(speed) = look.speed {
        add("speed", &speed_word(speed));
    }
    if let Some(theme) = look.theme {
        add("theme", theme.name());
    }
    if look.embed {
        add("embed", "");
    }
    hash
}

impl Look {
    /// What is not understood is as if it were not there: the page can show the run without it.
    fn read(&mut self, query: &str) {
        for (name, value) in catalog::pairs(query) {
            match name {
                "view" => self.view = View::named(value).or(self.view),
                "play" => self.play = switch(value).or(self.play),
                "speed" => self.speed = speed(value).or(self.speed),
                "theme" => self.theme = Choice::named(value).or(self.theme),
                "embed" => self.embed = switch(value).unwrap_or(true),
                _ => {}
            }
        }
    }
}

fn switch(value: &str) -> Option<bool> {
    match value {
        "1" | "true" | "on" => Some(true),
        "0" | "false" | "off" => Some(false),
        _ => None,
    }
}

/// `0.02` or `1/50`.
fn speed(value: &str) -> Option<f64> {
    let number = |text: &str| words::number(text).filter(|number| *number > 0.0);
    match value.replace("%2F", "/").replace("%2f", "/").split_once('/') {
        Some((part, whole)) => Some(number(part)? / number(whole)?),
        None => number(value),
    }
}

fn speed_word(speed: f64) -> String {
    let whole = (1.0 / speed).round();
    if speed < 1.0 && (1.0 / whole / speed - 1.0).abs() < 0.001 {
        format!("1/{}", words::fixed(whole, 0))
    } else {
        words::fixed(speed, 5).trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(hash: &str) -> Result<Recording, catalog::Error> {
        let Route::Run(link) = parse("", hash).route else { panic!("{hash} is the gallery") };
        Recording::from_link(&link)
    }

    #[test]
    fn the_gallery_has_many_names() {
        for hash in ["", "#", "#/", "#/?theme=dark"] {
            assert_eq!(parse("", hash).route, Route::Gallery, "{hash}");
        }
    }

    #[test]
    fn a_run_survives_its_address() {
        let recording = Recording { at: 412_000, ..Recording::new("raft", "minority-partition", 7) };
        let look = Look {
            view: View::named("space-time"),
            play: Some(false),
            speed: Some(0.02),
            theme: Some(Choice::Only(scene::Theme::Dark)),
            embed: true,
        };
        let hash = write(&recording, &look);
        assert_eq!(
            hash,
            "#/raft/minority-partition?seed=7&at=412&view=space-time&play=0&speed=1/50&theme=dark&embed"
        );
        assert_eq!(run(&hash), Ok(recording));
        assert_eq!(parse("", &hash).look, look);
    }

    /// What others do to addresses on the way, to the page's own part too.
    #[test]
    fn a_changed_address_shows_what_was_meant() {
        let meant = "#/raft/figure-8?seed=7&view=logs&speed=1/50&theme=dark&embed";
        assert_eq!(parse("", meant).look.speed, Some(0.02));
        for hash in [
            "#/raft/figure-8%3Fseed%3D7%26view%3Dlogs%26speed%3D1%2F50%26theme%3Ddark%26embed",
            "#/raft/figure-8?seed=7&amp;view=logs&amp;speed=1/50&amp;theme=dark&amp;embed",
            "#/raft/figure-8?seed%3D7&view%3Dlogs&speed%3D1/50&theme%3Ddark&embed",
            "#/raft/figure-8?seed=7&view=logs&speed=1%2F50&theme=dark&embed&fbclid=IwAR0&utm_source=x",
            "#/raft/figure-8?seed=7&view=logs&speed=1/50&theme=dark&embed).",
        ] {
            assert_eq!(run(hash), run(meant), "{hash}");
            assert_eq!(parse("", hash).look, parse("", meant).look, "{hash}");
        }
        assert_eq!(
            parse("?embed&amp;theme=dark&fbclid=x", "#/raft").look,
            parse("?embed&theme=dark", "#/raft").look
        );
        assert_eq!(parse("", "#/%3Ftheme%3Ddark").look.theme, parse("", "#/?theme=dark").look.theme);
    }

    #[test]
    fn embed_may_stand_before_the_fragment() {
        let embeds = |search, hash| parse(search, hash).look.embed;
        assert!(embeds("?embed", "#/raft"));
        assert!(embeds("?theme=dark&embed=1", "#/raft"));
        assert!(embeds("", "#/raft?embed"));
        assert!(!embeds("?embed=0", "#/raft"));
        assert!(!embeds("", "#/raft"));
    }

    #[test]
    fn a_damaged_link_says_what_is_wrong() {
        let error = run("#/raft/a/b").map_err(|error| error.to_string());
        assert_eq!(error.unwrap_err(), "This link is damaged: “b” stands after the scenario.");
    }

    #[test]
    fn nonsense_of_the_page_s_own_is_left_out() {
        let look = parse("?view=a%20moon&speed=0&play=maybe", "#/raft?speed=1/0&theme=pink").look;
        assert_eq!(look, Look::default());
    }
}
