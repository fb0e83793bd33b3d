//! A failing run, shortened to the interventions that matter: delta debugging (Zeller and Hildebrandt 2002, section 3.2)
//! over what the reader did, with the same seed.

use std::marker::PhantomData;

use kernel::{Micros, Room};
use serde::{Deserialize, Serialize};
use simulator::Intervention;

use crate::error::Error;
use crate::recording::{BranchRecord, Recording};
use crate::room_session::{EventOf, RoomSession, open_room};
use crate::rooms::{Enter, with_room};
use crate::session::{Session, alone};

/// A failing run and what is left of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Minimised {
    /// The run with only the interventions that matter, up to the moment at which it fails.
    pub recording: Recording,
    /// How many interventions there were.
    pub before: usize,
    /// How many are left. Without any one of them the property is not broken in that time.
    pub after: usize,
    /// The property that is broken first.
    pub property: String,
}

/// A failing run that is being shortened.
pub trait Shorten {
    /// Plays the run once, without some of what is left; says whether nothing more can be left out.
    fn advance(&mut self) -> bool;

    /// What is left so far.
    fn left(&self) -> Minimised;
}

/// Begins to shorten the run on the branch shown. `None`: no property is broken up to the time shown.
pub fn shorten(recording: &Recording) -> Result<Option<Box<dyn Shorten>>, Error> {
    struct Open<'a>(&'a Recording);
    impl Enter for Open<'_> {
        type Out = Option<Box<dyn Shorten>>;
        fn enter<R: Room>(self) -> Result<Self::Out, Error> {
            shorten_in::<R>(self.0)
        }
    }
    with_room(&recording.system, Open(recording))
}

/// Begins to shorten a run of this room.
pub(crate) fn shorten_in<R: Room>(recording: &Recording) -> Result<Option<Box<dyn Shorten>>, Error> {
    recording.check().map_err(Error::File)?;
    let session = open_room::<R>(recording, alone)?;
    Ok(Failing::new(recording, &session).map(|failing| Box::new(failing) as Box<dyn Shorten>))
}

/// Shortens the run on the branch shown. `None`: no property is broken up to the time shown.
pub fn minimise(recording: &Recording) -> Result<Option<Minimised>, Error> {
    let Some(mut failing) = shorten(recording)? else { return Ok(None) };
    while !failing.advance() {}
    Ok(Some(failing.left()))
}

struct Failing<R: Room> {
    recording: Recording,
    property: &'static str,
    until: Micros,
    before: usize,
    /// What is left.
    deeds: Deeds<R>,
    /// In so many parts, one of which is left out at a time; the next one begins with this deed.
    parts: usize,
    next: usize,
    room: PhantomData<R>,
}

type Deeds<R> = Vec<Intervention<EventOf<R>>>;

impl<R: Room> Failing<R> {
    fn new(recording: &Recording, session: &RoomSession<R>) -> Option<Self> {
        let broken = session.verdicts().into_iter().filter_map(|one| Some((one.broken?, one.property)));
        let ((_, until, _), property) = broken.min_by_key(|((step, ..), _)| *step)?;
        let mut deeds: Deeds<R> = session.deeds().to_vec();
        deeds.retain(|deed| deed.at <= until);
        Some(Self {
            recording: recording.clone(),
            property: property.name,
            until,
            before: deeds.len(),
            deeds,
            parts: 2,
            next: 0,
            room: PhantomData,
        })
    }

    /// Whether the property is broken in the same time with these deeds alone.
    fn fails(&self, deeds: &Deeds<R>) -> bool {
        let Ok(mut session) = open_room::<R>(&self.record(deeds, Micros::ZERO), alone) else { return false };
        session.seek(self.until);
        session
            .verdicts()
            .iter()
            .any(|standing| standing.property.name == self.property && standing.broken.is_some())
    }

    fn record(&self, deeds: &Deeds<R>, at: Micros) -> Recording {
        let deeds = deeds.iter().map(|deed| serde_json::to_value(deed).unwrap_or_default()).collect();
        let main = BranchRecord { name: "main".to_owned(), fork: None, interventions: deeds };
        Recording { branches: vec![main], branch: 0, at: at.0, ..self.recording.clone() }
    }
}

impl<R: Room> Shorten for Failing<R> {
    fn advance(&mut self) -> bool {
        if self.deeds.is_empty() {
            return true;
        }
        let size = self.deeds.len().div_ceil(self.parts);
        if self.next >= self.deeds.len() {
            self.next = 0;
            self.parts = (self.parts * 2).min(self.deeds.len());
            return size == 1;
        }
        let mut fewer = self.deeds.clone();
        fewer.drain(self.next..(self.next + size).min(self.deeds.len()));
        if self.fails(&fewer) {
            self.deeds = fewer;
            self.parts = self.parts.saturating_sub(1).max(2);
            self.next = 0;
        } else {
            self.next += size;
        }
        false
    }

    fn left(&self) -> Minimised {
        Minimised {
            recording: self.record(&self.deeds, self.until),
            before: self.before,
            after: self.deeds.len(),
            property: self.property.to_owned(),
        }
    }
}
