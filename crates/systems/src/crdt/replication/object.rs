//! An object of any of the types, as one replica holds it.

use std::collections::BTreeSet;
use std::mem::discriminant;

use super::text::Text;
use crate::crdt::dots::Dot;
use crate::crdt::lattice::{
    AddingCounter, Agent, Breach, Cart, GCounter, GSet, HistoryStep, Law, LwwMap, LwwRegister, MvRegister,
    OrSet, PnCounter, Replicated, SkewedRegister, TiedRegister, TwoPhaseSet, UnobservedSet, Version,
    try_laws,
};
use crate::crdt::sequence;
use crate::crdt::update::{Content, Element, Update, VisibleValue};

/// What trying the laws has shown: how many histories of each size there are, and for each law that is broken the shortest
/// history and what comes of it.
pub type Trial = (Vec<u64>, Vec<(Law, Vec<String>, String)>);

/// Makes the enumerations of the types, and what has to be said of each.
macro_rules! types {
    ($($kind:ident: $state:ty, $word:literal;)+) => {
        /// A data type.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Type {
            $(#[doc = $word] $kind,)+
            /// Text in which later characters stand further left.
            Rga,
            /// Text as a tree, with siblings by replica.
            Fugue,
            /// Text as a tree, with siblings on the right by how far right they reach.
            FugueMax,
        }

        /// An object, as one replica holds it.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Object {
            $(#[doc = $word] $kind($state),)+
            /// A text.
            Text(Text),
        }

        impl Type {
            /// Its name, as in the literature.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => <$state>::NAME,)+
                    Self::Rga => "RGA",
                    Self::Fugue => "Fugue",
                    Self::FugueMax => "FugueMax",
                }
            }

            /// Tries the laws of a lattice on all histories of [`TRIED`](crate::crdt::lattice::TRIED). `None`: its
            /// states are not joined.
            #[must_use]
            pub fn laws(self) -> Option<Trial> {
                fn words<T: Replicated>((histories, breaches): (Vec<u64>, Vec<Breach<T>>)) -> Trial {
                    let breach = |breach: &Breach<T>| {
                        (breach.law, breach.history.iter().map(HistoryStep::to_string).collect(), breach.words())
                    };
                    (histories, breaches.iter().map(breach).collect())
                }
                match self {
                    $(Self::$kind => Some(words(try_laws::<$state>())),)+
                    Self::Rga | Self::Fugue | Self::FugueMax => None,
                }
            }

            /// A few updates, enough to meet everything that matters.
            #[must_use]
            pub fn updates(self) -> Vec<Update> {
                match self {
                    $(Self::$kind => <$state>::updates(),)+
                    Self::Rga | Self::Fugue | Self::FugueMax => Vec::new(),
                }
            }
        }

        impl Object {
            /// A new one, of a replica.
            #[must_use]
            pub fn new(kind: Type, me: Agent) -> Self {
                match kind {
                    $(Type::$kind => Self::$kind(<$state>::default()),)+
                    Type::Rga => Self::Text(Text::new(sequence::Kind::Rga, me)),
                    Type::Fugue => Self::Text(Text::new(sequence::Kind::Fugue, me)),
                    Type::FugueMax => Self::Text(Text::new(sequence::Kind::FugueMax, me)),
                }
            }

            /// A replica updates its own state.
            pub fn update(&mut self, by: Agent, update: &Update) {
                match self {
                    $(Self::$kind(state) => state.update(by, update),)+
                    Self::Text(_) => {}
                }
            }

            /// The part of the state after an update that is new.
            #[must_use]
            pub fn delta(&self, by: Agent, update: &Update) -> Self {
                match self {
                    $(Self::$kind(state) => Self::$kind(state.delta(by, update)),)+
                    Self::Text(_) => self.clone(),
                }
            }

            /// Becomes the join with another one. Nothing comes of an object of another type, nor of text, which is
            /// not told in states.
            pub fn join(&mut self, other: &Self) {
                match (self, other) {
                    $((Self::$kind(state), Self::$kind(other)) => *state = state.join(other),)+
                    ($(Self::$kind(_))|+ | Self::Text(_), _) => {}
                }
            }

            /// What is to be seen.
            #[must_use]
            pub fn value(&self) -> VisibleValue {
                match self {
                    $(Self::$kind(state) => state.value(),)+
                    Self::Text(text) => VisibleValue::Text(text.text()),
                }
            }

            /// How many bytes its state takes when it is sent.
            #[must_use]
            pub fn weight(&self) -> usize {
                match self {
                    $(Self::$kind(state) => state.weight(),)+
                    Self::Text(text) => text.weight(),
                }
            }
        }
    };
}

types! {
    GCounter: GCounter, "A counter that only grows.";
    PnCounter: PnCounter, "A counter that goes up and down.";
    GSet: GSet, "A set that only grows.";
    TwoPhaseSet: TwoPhaseSet, "A set to which nothing comes back.";
    OrSet: OrSet, "A set in which additions win.";
    LwwRegister: LwwRegister, "A register in which the last write wins.";
    MvRegister: MvRegister, "A register that keeps concurrent writes.";
    LwwMap: LwwMap, "A map of registers in which the last write wins.";
    Cart: Cart, "One cart as objects of several types.";
    AddingCounter: AddingCounter, "Broken: a counter that adds up what it hears.";
    TiedRegister: TiedRegister, "Broken: a register without a tie-break.";
    SkewedRegister: SkewedRegister, "Broken: a register by wall clocks.";
    UnobservedSet: UnobservedSet, "Broken: a set that removes what it has not seen.";
}

impl Type {
    /// Whether it is one of those that break a law.
    #[must_use]
    pub const fn is_broken(self) -> bool {
        matches!(self, Self::AddingCounter | Self::TiedRegister | Self::SkewedRegister | Self::UnobservedSet)
    }

    /// Whether it is a text.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Rga | Self::Fugue | Self::FugueMax)
    }

    /// Whether the type has such an update.
    #[must_use]
    pub fn takes(self, update: &Update) -> bool {
        match update {
            Update::Count(_) => self.updates().contains(update),
            Update::Splice { .. } => self.is_text(),
            Update::Add(_) | Update::Remove(_) | Update::Write(_) | Update::Put(..) => {
                self.updates().iter().any(|known| discriminant(known) == discriminant(update))
            }
        }
    }
}

/// What is told of an update where operations are told, and carried out once by everybody (Shapiro and others 2011, section
/// 2.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// The update changes nothing.
    Nothing,
    /// Counts, up or down (specification 5).
    Count(bool),
    /// Adds for good (specification 11, 12).
    Add(Element),
    /// Removes for good (specification 12).
    Remove(Element),
    /// Adds under a tag, which is the name of the update (specification 15).
    Tag(Element),
    /// Removes these tags, which are those that were seen (specification 15).
    Untag(Element, BTreeSet<Dot>),
    /// Writes at a Lamport clock (specification 9).
    Write(u32, Content),
    /// Writes over what was seen (specification 10, told as an operation).
    Assign(Version, Content),
    /// Writes under a key at a Lamport clock.
    Put(Element, u32, Content),
    /// Edits a text: what was deleted, and what was typed.
    Edit(Vec<sequence::Operation>),
}

impl Operation {
    /// How many bytes it takes: as a state does, and two for what kind it is.
    #[must_use]
    pub fn weight(&self) -> usize {
        2 + match self {
            Self::Nothing | Self::Count(_) => 0,
            Self::Add(_) | Self::Remove(_) | Self::Tag(_) => 1,
            Self::Untag(_, tags) => 1 + tags.len() * (1 + 4),
            Self::Write(..) => 4 + 1,
            Self::Assign(version, _) => version.len() * (1 + 4) + 1,
            Self::Put(..) => 1 + 4 + 1,
            Self::Edit(edits) => edits.iter().map(edit_weight).sum(),
        }
    }
}

/// A character's name takes five bytes, a character as many as in UTF-8.
fn edit_weight(edit: &sequence::Operation) -> usize {
    match edit {
        sequence::Operation::Insert { left, right, text, .. } => {
            let beside = left.iter().chain(right).count();
            (1 + 4) * (1 + beside) + 4 + text.iter().map(|letter| letter.len_utf8()).sum::<usize>()
        }
        sequence::Operation::Delete { runs } => runs.len() * (1 + 4 + 4),
    }
}

impl Object {
    /// What a replica tells of its update, before it is carried out. The object changes only where it is a text, whose
    /// edits are carried out as they are made; `Err` says why there is nothing to tell.
    pub fn prepare(&mut self, by: Agent, update: &Update) -> Result<Operation, String> {
        let none = Operation::Nothing;
        Ok(match (self, update) {
            (Self::Text(text), Update::Splice { at, delete, insert }) => {
                Operation::Edit(text.splice(*at, *delete, insert)?)
            }
            (Self::GCounter(_), Update::Count(true)) => Operation::Count(true),
            (Self::PnCounter(_), Update::Count(up)) => Operation::Count(*up),
            (Self::GSet(_) | Self::TwoPhaseSet(_), Update::Add(element)) => Operation::Add(*element),
            (Self::TwoPhaseSet(set), Update::Remove(element)) if set.contains(*element) => {
                Operation::Remove(*element)
            }
            (Self::OrSet(_), Update::Add(element)) => Operation::Tag(*element),
            (Self::OrSet(set), Update::Remove(element)) => {
                let tags = set.tags.get(element);
                tags.map_or(none, |tags| Operation::Untag(*element, tags.clone()))
            }
            (Self::LwwRegister(register), Update::Write(content)) => {
                Operation::Write(register.write.0 + 1, *content)
            }
            (Self::MvRegister(register), Update::Write(_)) => {
                let written = register.delta(by, update).writes.into_iter().next();
                written.map_or(none, |(version, content)| Operation::Assign(version, content))
            }
            (Self::LwwMap(map), Update::Put(key, content)) => {
                let clock = map.0.get(key).map_or(0, |register| register.write.0);
                Operation::Put(*key, clock + 1, *content)
            }
            _ => none,
        })
    }

    /// Carries out what was told of the update of this name.
    pub fn effect(&mut self, dot: Dot, operation: &Operation) {
        match (self, operation) {
            (Self::GCounter(counter), Operation::Count(true)) => *counter.0.entry(dot.0).or_default() += 1,
            (Self::PnCounter(counter), Operation::Count(up)) => {
                let side = if *up { &mut counter.up } else { &mut counter.down };
                *side.0.entry(dot.0).or_default() += 1;
            }
            (Self::GSet(set), Operation::Add(element)) => drop(set.0.insert(*element)),
            (Self::TwoPhaseSet(set), Operation::Add(element)) => drop(set.added.0.insert(*element)),
            (Self::TwoPhaseSet(set), Operation::Remove(element)) => drop(set.removed.0.insert(*element)),
            (Self::OrSet(set), Operation::Tag(element)) => {
                set.tags.entry(*element).or_default().insert(dot);
            }
            (Self::OrSet(set), Operation::Untag(element, tags)) => {
                if let Some(known) = set.tags.get_mut(element) {
                    known.retain(|tag| !tags.contains(tag));
                    if known.is_empty() {
                        set.tags.remove(element);
                    }
                }
            }
            (Self::LwwRegister(register), Operation::Write(clock, content)) => {
                register.write = register.write.max((*clock, dot.0, *content));
            }
            (Self::MvRegister(register), Operation::Assign(version, content)) => {
                let write = MvRegister { writes: vec![(version.clone(), *content)] };
                *register = register.join(&write);
            }
            (Self::LwwMap(map), Operation::Put(key, clock, content)) => {
                let known = map.0.entry(*key).or_default();
                known.write = known.write.max((*clock, dot.0, *content));
            }
            (Self::Text(text), Operation::Edit(edits)) => text.hear(edits),
            _ => {}
        }
    }
}
