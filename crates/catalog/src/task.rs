//! What the page asks of a run beside playing it: questions, answers, and the work on one, slice by slice.
//!
//! The work is done by a program of its own (`web/worker`), so that a page that plays goes on playing. Questions and
//! answers go between the two as JSON; both sides read and write what is declared here.

use kernel::Room;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::grid::{Cell, Grid, grid_in};
use crate::minimise::{Shorten, shorten_in};
use crate::outcomes_left::{OutcomesLeft, outcomes_left_in};
use crate::recording::Recording;
use crate::search::{Question, RoomSearch, search_in};

/// A question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ask {
    /// Every run, and every property. The answer is [`Findings`](crate::Findings).
    Search {
        /// Of which system, and from where.
        recording: Recording,
        /// How far.
        question: Question,
    },
    /// What comes of each crash. The answer is a [`GridFindings`].
    Grid {
        /// Of which system.
        recording: Recording,
    },
    /// When it was decided. The answer is a [`OutcomesLeftFindings`](crate::OutcomesLeftFindings).
    OutcomesLeft {
        /// In which run.
        recording: Recording,
    },
    /// A failing run, without what does not matter. The answer is a [`Minimised`](crate::Minimised).
    Shorten {
        /// Which run.
        recording: Recording,
    },
}

impl Ask {
    /// The run that it is about.
    #[must_use]
    pub const fn recording(&self) -> &Recording {
        match self {
            Self::Search { recording, .. }
            | Self::Grid { recording }
            | Self::OutcomesLeft { recording }
            | Self::Shorten { recording } => recording,
        }
    }
}

/// The crash grid as far as it is computed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GridFindings {
    /// The nodes.
    pub rows: Vec<String>,
    /// The moments.
    pub columns: Vec<String>,
    /// What comes of each.
    pub cells: Vec<Cell>,
}

/// What a report on a question is. Its name is what `web/search.js` calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// An answer so far; more is to come.
    Progress,
    /// The whole answer, up to a limit of the question.
    Done,
    /// The answer so far, after it was asked to stop.
    Cut,
    /// It ended without an answer; the words of the report say why, if that is known.
    Lost,
    /// It cannot be asked; the words of the report are a sentence.
    Refused,
}

impl Report {
    /// The report of a name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "progress" => Self::Progress,
            "done" => Self::Done,
            "cut" => Self::Cut,
            "lost" => Self::Lost,
            _ => Self::Refused,
        }
    }

    /// Whether it comes with an answer.
    #[must_use]
    pub const fn answers(self) -> bool {
        matches!(self, Self::Progress | Self::Done | Self::Cut)
    }
}

/// An answer as JSON.
///
/// # Panics
/// If a map in it has keys that are no text; answers are made of plain data.
#[must_use]
pub fn written(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).expect("an answer is plain data, which can be written as JSON")
}

/// The work on a question.
pub trait Job {
    /// Goes on: the transitions of at most so many states, one cell, or one run. Says whether it has ended.
    fn advance(&mut self, most: usize) -> bool;

    /// Tells it how many bytes it really holds, where its host can measure that.
    fn weigh(&mut self, _held: usize) {}

    /// How far it is, as JSON of the type of the answer, which who has asked knows: cheap.
    fn progress(&self) -> String;

    /// Everything that can be said now, at the end or before it, as JSON of the same type.
    fn findings(&mut self) -> String {
        self.progress()
    }
}

/// What can be asked of the runs of one room: for a program that loads the code of its rooms when they are asked about,
/// see [`parts!`](crate::parts).
#[derive(Clone, Copy, Debug)]
pub struct RoomJobs {
    /// The room's name in links.
    pub name: &'static str,
    open: fn(&Ask) -> Result<Box<dyn Job>, Error>,
}

impl RoomJobs {
    /// What can be asked about this room.
    #[must_use]
    pub const fn of<R: Room>() -> Self {
        Self { name: R::NAME, open: job::<R> }
    }

    /// Takes up a question about a run of this room.
    pub fn open(&self, ask: &Ask) -> Result<Box<dyn Job>, Error> {
        (self.open)(ask)
    }
}

fn job<R: Room>(ask: &Ask) -> Result<Box<dyn Job>, Error> {
    match ask {
        Ask::Search { recording, question } => Ok(Box::new(Searching(search_in::<R>(recording, question)?))),
        Ask::Grid { recording } => Ok(Box::new(Filling::new(grid_in::<R>(recording)?))),
        Ask::OutcomesLeft { recording } => Ok(Box::new(Halving(outcomes_left_in::<R>(recording)?))),
        Ask::Shorten { recording } => {
            let sound = || Error::NotNow("no property is broken up to the time shown".to_owned());
            Ok(Box::new(Shortening(shorten_in::<R>(recording)?.ok_or_else(sound)?)))
        }
    }
}

struct Searching(Box<dyn RoomSearch>);

impl Job for Searching {
    fn advance(&mut self, most: usize) -> bool {
        self.0.advance(most)
    }

    fn weigh(&mut self, held: usize) {
        self.0.weigh(held);
    }

    fn progress(&self) -> String {
        written(&self.0.progress())
    }

    fn findings(&mut self) -> String {
        written(&self.0.findings())
    }
}

struct Filling {
    grid: Box<dyn Grid>,
    found: GridFindings,
}

impl Filling {
    fn new(grid: Box<dyn Grid>) -> Self {
        let found = GridFindings { rows: grid.rows(), columns: grid.columns(), cells: Vec::new() };
        Self { grid, found }
    }
}

impl Job for Filling {
    fn advance(&mut self, _most: usize) -> bool {
        let cell = self.grid.next();
        let ended = cell.is_none();
        self.found.cells.extend(cell);
        ended
    }

    fn progress(&self) -> String {
        written(&self.found)
    }
}

struct Halving(Box<dyn OutcomesLeft>);

impl Job for Halving {
    fn advance(&mut self, most: usize) -> bool {
        self.0.advance(most)
    }

    fn progress(&self) -> String {
        written(&self.0.verdict())
    }
}

struct Shortening(Box<dyn Shorten>);

impl Job for Shortening {
    fn advance(&mut self, _most: usize) -> bool {
        self.0.advance()
    }

    fn progress(&self) -> String {
        written(&self.0.left())
    }
}

#[cfg(test)]
mod tests {
    use systems::flp::Flp;
    use systems::raft::RaftRoom;

    use super::*;
    use crate::search::Findings;

    /// As the page asks and as the worker reads, and the other way round.
    #[test]
    fn a_question_and_its_answer_go_over_as_json() {
        let recording = Recording::new(RoomJobs::of::<Flp>().name, "", 1);
        let ask = Ask::Search { recording, question: Question { states: 40, ..Question::default() } };
        let text = serde_json::to_string(&ask).expect("a question is JSON");
        let read: Ask = serde_json::from_str(&text).expect("it was written so");
        assert_eq!(read, ask);
        let mut job = RoomJobs::of::<Flp>().open(&read).expect("a question that can be asked");
        while !job.advance(16) {}
        let answer = job.findings();
        let found: Findings = serde_json::from_str(&answer).expect("the answer to a search");
        assert_eq!(found.end, "states");
        assert_eq!(written(&found), answer);
    }

    #[test]
    fn what_a_room_cannot_answer_is_refused_in_a_sentence() {
        let refused = |ask: Ask| RoomJobs::of::<RaftRoom>().open(&ask).err().map(|error| error.to_string());
        let recording = Recording::new("raft", "", 1);
        let grid = refused(Ask::Grid { recording: recording.clone() });
        assert!(grid.is_some_and(|words| words.contains("no grid of crash points")));
        let shorten = refused(Ask::Shorten { recording });
        assert!(shorten.is_some_and(|words| words.contains("no property is broken")));
    }
}
