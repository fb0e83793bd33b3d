//! How a path that a search found becomes a run that can be played.

use kernel::{Does, Micros, Room, System};

use explorer::Path;
use simulator::Intervention;

use crate::recording::{BranchRecord, Recording};
use crate::rooms::Entry;

/// Makes recordings of the paths of a search.
pub struct PathRecorder {
    recording: Recording,
    /// The last step of the run so far, where the search starts there.
    from: Option<u64>,
    /// The date of the first deed.
    at: Micros,
    every: Micros,
    /// Options that give the start at which questions were answered so.
    begun: Begun,
}

type Begun = Box<dyn Fn(&[u32]) -> Option<Vec<(&'static str, String)>>>;

/// A path of more steps is not made into a recording.
const STEPS_MAX: usize = 5_000;

impl PathRecorder {
    /// For paths from a start of the system: a run begins with the path.
    #[must_use]
    pub fn of<R: Room>(recording: &Recording, entry: &Entry<R>) -> Self {
        let mut recording = recording.clone();
        recording.branches.clear();
        (recording.branch, recording.at) = (0, 0);
        let setup = entry.setup.clone();
        let begun = Box::new(move |answers: &[u32]| R::begun(&setup, answers));
        Self { recording, from: None, at: Micros(1), every: spacing(entry), begun }
    }

    /// For paths from the moment that the recording shows: a run goes on with the path after so many steps, of which the
    /// last has this date.
    pub(crate) fn after<R: Room>(recording: &Recording, entry: &Entry<R>, last: (u64, Micros)) -> Self {
        let at = Micros(recording.at.max(last.1.0 + 1));
        let (recording, begun) = (recording.clone(), Box::new(|_: &[u32]| None));
        Self { recording, from: Some(last.0), at, every: spacing(entry), begun }
    }

    /// A recording that plays the path: a branch where the search began in the middle of a run. `None`: the path has no
    /// step, too many, or a start that no options give.
    #[must_use]
    pub fn record<S: System>(&self, path: Path<S>) -> Option<Recording> {
        if path.steps.is_empty() || path.steps.len() > STEPS_MAX {
            return None;
        }
        // A start that was asked questions is not the one that the seed gives.
        let options = if path.start.1.is_empty() { Vec::new() } else { (self.begun)(&path.start.1)? };
        let end = self.at.plus(Micros(self.every.0.saturating_mul(path.steps.len() as u64)));
        let deed = Intervention { at: self.at, does: Does::Follow(path.steps, self.every) };
        let deeds = vec![serde_json::to_value(deed).ok()?];
        let mut recording = self.recording.clone();
        recording.options.extend(options.into_iter().map(|(name, value)| (name.to_owned(), value)));
        if recording.branches.is_empty() {
            recording.branches.push(BranchRecord { name: "main".to_owned(), ..BranchRecord::default() });
        }
        match self.from {
            None => recording.branches[0].interventions = deeds,
            Some(step) => {
                let fork = Some((recording.branch, step));
                let name = "found by the search".to_owned();
                recording.branches.push(BranchRecord { name, fork, interventions: deeds });
                recording.branch = recording.branches.len() - 1;
            }
        }
        recording.at = end.0;
        Some(recording)
    }
}

/// The time between two steps of a path: four in the simulated time that plays in a second.
fn spacing<R: Room>(entry: &Entry<R>) -> Micros {
    Micros((entry.about.pace.0 / 4).max(1))
}
