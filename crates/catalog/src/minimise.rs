//! A failing run, shortened to the interventions that matter: delta debugging (Zeller and Hildebrandt 2002, section 3.2)
//! over what the reader did, with the same seed.

use std::marker::PhantomData;

use kernel::{Micros, Room};
use simulator::Intervention;

use crate::atlas::{Enter, with_room};
use crate::live::{EventOf, Live, open_room};
use crate::recording::{BranchRecord, Recording};
use crate::session::{Session, open};
use crate::trouble::Trouble;

/// A failing run and what is left of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Minimised {
    /// The run with only the interventions that matter, up to the moment at which it fails.
    pub recording: Recording,
    /// How many interventions there were.
    pub before: usize,
    /// How many are left. Without any one of them the property is not broken in that time.
    pub after: usize,
    /// The property that is broken first.
    pub property: &'static str,
}

/// Shortens the run on the branch shown. `None`: no property is broken up to the time shown.
pub fn minimise(recording: &Recording) -> Result<Option<Minimised>, Trouble> {
    struct Shorten<'a>(&'a Recording);
    impl Enter for Shorten<'_> {
        type Out = Option<Minimised>;
        fn enter<R: Room>(self) -> Result<Self::Out, Trouble> {
            let live = open_room::<R>(self.0, open)?;
            let first = live
                .verdicts()
                .into_iter()
                .filter_map(|standing| Some((standing.broken?, standing.property)));
            let Some(((_, at, _), property)) = first.min_by_key(|((step, ..), _)| *step) else {
                return Ok(None);
            };
            Failing::<R> { recording: self.0, property: property.name, until: at, room: PhantomData }
                .shorten(&live)
                .map(Some)
        }
    }
    recording.check().map_err(Trouble::File)?;
    with_room(&recording.system, Shorten(recording))
}

struct Failing<'a, R: Room> {
    recording: &'a Recording,
    property: &'static str,
    until: Micros,
    room: PhantomData<R>,
}

type Deeds<R> = Vec<Intervention<EventOf<R>>>;

impl<R: Room> Failing<'_, R> {
    fn shorten(&self, live: &Live<R>) -> Result<Minimised, Trouble> {
        let mut deeds: Deeds<R> = live.deeds().to_vec();
        deeds.retain(|deed| deed.at <= self.until);
        let before = deeds.len();
        let mut parts = 2;
        while !deeds.is_empty() {
            let size = deeds.len().div_ceil(parts);
            let without = (0..deeds.len()).step_by(size).find_map(|start| {
                let mut fewer = deeds.clone();
                fewer.drain(start..(start + size).min(deeds.len()));
                self.fails(&fewer).then_some(fewer)
            });
            match without {
                Some(fewer) => {
                    deeds = fewer;
                    parts = parts.saturating_sub(1).max(2);
                }
                None if size == 1 => break,
                None => parts = (parts * 2).min(deeds.len()),
            }
        }
        let recording = self.record(&deeds, self.until);
        Ok(Minimised { recording, before, after: deeds.len(), property: self.property })
    }

    /// Whether the property is broken in the same time with these deeds alone.
    fn fails(&self, deeds: &Deeds<R>) -> bool {
        let Ok(mut live) = open_room::<R>(&self.record(deeds, Micros::ZERO), open) else { return false };
        live.seek(self.until);
        live.verdicts()
            .iter()
            .any(|standing| standing.property.name == self.property && standing.broken.is_some())
    }

    fn record(&self, deeds: &Deeds<R>, at: Micros) -> Recording {
        let deeds = deeds.iter().map(|deed| serde_json::to_value(deed).unwrap_or_default()).collect();
        let main = BranchRecord { name: "main".to_owned(), fork: None, interventions: deeds };
        Recording { branches: vec![main], branch: 0, at: at.0, ..self.recording.clone() }
    }
}
