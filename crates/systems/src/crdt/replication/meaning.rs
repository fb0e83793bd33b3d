//! What an object must show: a function of the updates that its replica has seen, and of what those had seen (Burckhardt,
//! Gotsman, Yang and Zawirski, *Replicated data types: specification, verification, optimality*, POPL 2014, section 3).
//! It knows nothing of states, operations or messages.

use std::collections::{BTreeMap, BTreeSet};

use super::object::Type;
use crate::crdt::dots::{Dot, Dots};
use crate::crdt::lattice::Cart;
use crate::crdt::update::{Content, Element, Update, VisibleValue};

/// An update that was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Made {
    /// What it was.
    pub update: Update,
    /// Which updates its replica had seen.
    pub seen: Dots,
    /// One more than the greatest clock of those on the same register, key or element that it had seen.
    clock: u32,
    /// It removes an element that was there.
    removes: bool,
    /// Where the whole cart is written: the cart.
    cart: BTreeSet<Element>,
}

/// All updates, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct History(pub BTreeMap<Dot, Made>);

/// What an update is about: updates about different things do not compete.
fn about(update: &Update) -> Option<Element> {
    match update {
        Update::Add(element) | Update::Remove(element) | Update::Put(element, _) => Some(*element),
        Update::Count(_) | Update::Write(_) | Update::Splice { .. } => None,
    }
}

impl History {
    /// Takes note of an update. It comes after all that it had seen.
    pub fn record(&mut self, kind: Type, dot: Dot, update: &Update, seen: &Dots) {
        let theirs = about(update);
        let clock =
            self.among(seen).filter(|(_, made)| about(&made.update) == theirs).map(|(_, made)| made.clock);
        let clock = clock.max().unwrap_or(0) + 1;
        let removes = matches!(update, Update::Remove(element) if self.two_phase(seen).contains(element));
        let mut cart = BTreeSet::new();
        if kind == Type::Cart {
            cart = self.union(seen);
            match update {
                Update::Add(element) => drop(cart.insert(*element)),
                Update::Remove(element) => drop(cart.remove(element)),
                Update::Count(_) | Update::Write(_) | Update::Put(..) | Update::Splice { .. } => {}
            }
        }
        self.0.insert(dot, Made { update: update.clone(), seen: seen.clone(), clock, removes, cart });
    }

    fn among<'a>(&'a self, seen: &'a Dots) -> impl Iterator<Item = (Dot, &'a Made)> {
        self.0.iter().filter(|(dot, _)| seen.contains(**dot)).map(|(&dot, made)| (dot, made))
    }

    /// Those that no other one has seen.
    fn latest<'a>(&'a self, seen: &'a Dots) -> impl Iterator<Item = (Dot, &'a Made)> {
        self.among(seen).filter(move |(dot, _)| !self.among(seen).any(|(_, later)| later.seen.contains(*dot)))
    }

    /// What a replica must show that has seen these updates; `None` where the type says nothing of the kind.
    #[must_use]
    pub fn shown(&self, kind: Type, seen: &Dots) -> Option<VisibleValue> {
        let list = |set: BTreeSet<Element>| VisibleValue::Set(set.into_iter().collect());
        Some(match kind {
            Type::GCounter | Type::PnCounter | Type::AddingCounter => {
                let count = |(_, made): (Dot, &Made)| match made.update {
                    Update::Count(up) => {
                        if up {
                            1
                        } else {
                            -1
                        }
                    }
                    Update::Add(_)
                    | Update::Remove(_)
                    | Update::Write(_)
                    | Update::Put(..)
                    | Update::Splice { .. } => 0,
                };
                VisibleValue::Number(self.among(seen).map(count).sum())
            }
            Type::GSet => list(self.added(seen)),
            Type::TwoPhaseSet => list(self.two_phase(seen)),
            Type::OrSet | Type::UnobservedSet => list(self.add_wins(seen)),
            Type::LwwRegister | Type::TiedRegister | Type::SkewedRegister => {
                VisibleValue::Contents(self.last(seen).into_values().collect())
            }
            Type::MvRegister => {
                let written = |(_, made): (Dot, &Made)| match made.update {
                    Update::Write(content) => Some(content),
                    Update::Count(_)
                    | Update::Add(_)
                    | Update::Remove(_)
                    | Update::Put(..)
                    | Update::Splice { .. } => None,
                };
                let contents: BTreeSet<Content> = self.latest(seen).filter_map(written).collect();
                VisibleValue::Contents(contents.into_iter().collect())
            }
            Type::LwwMap => {
                let last = self.last(seen).into_iter().filter(|(_, content)| *content != 0);
                VisibleValue::Map(last.map(|(key, content)| (key.unwrap_or(0), content)).collect())
            }
            Type::Cart => {
                let last = self.last(seen).into_iter().filter(|(_, there)| *there != 0);
                let last = last.filter_map(|(element, _)| element).collect();
                let carts =
                    [self.added(seen), self.two_phase(seen), self.union(seen), last, self.add_wins(seen)];
                let carts = carts.map(|cart| cart.into_iter().collect::<Vec<Element>>());
                VisibleValue::Carts(Cart::NAMES.into_iter().zip(carts).collect())
            }
            Type::Rga | Type::Fugue | Type::FugueMax => return None,
        })
    }

    /// Everything that was ever added.
    #[must_use]
    pub fn added(&self, seen: &Dots) -> BTreeSet<Element> {
        let added = self.among(seen).filter(|(_, made)| matches!(made.update, Update::Add(_)));
        added.filter_map(|(_, made)| about(&made.update)).collect()
    }

    /// What was added and never removed while it was there.
    fn two_phase(&self, seen: &Dots) -> BTreeSet<Element> {
        let removed: BTreeSet<Element> = self
            .among(seen)
            .filter(|(_, made)| made.removes)
            .filter_map(|(_, made)| about(&made.update))
            .collect();
        &self.added(seen) - &removed
    }

    /// What was added by an addition that no removal has seen.
    #[must_use]
    pub fn add_wins(&self, seen: &Dots) -> BTreeSet<Element> {
        let stays = |dot: Dot, element: Element| {
            !self
                .among(seen)
                .any(|(_, made)| made.update == Update::Remove(element) && made.seen.contains(dot))
        };
        let stays = |(dot, made): (Dot, &Made)| match made.update {
            Update::Add(element) => stays(dot, element).then_some(element),
            Update::Count(_)
            | Update::Remove(_)
            | Update::Write(_)
            | Update::Put(..)
            | Update::Splice { .. } => None,
        };
        self.among(seen).filter_map(stays).collect()
    }

    /// The last write to each thing: by clock, and of equally late ones that of the higher replica.
    fn last(&self, seen: &Dots) -> BTreeMap<Option<Element>, Content> {
        let mut last: BTreeMap<Option<Element>, (u32, Dot, Content)> = BTreeMap::new();
        for (dot, made) in self.among(seen) {
            let content = match made.update {
                Update::Write(content) | Update::Put(_, content) => content,
                Update::Add(_) => 1,
                Update::Remove(_) => 0,
                Update::Count(_) | Update::Splice { .. } => continue,
            };
            let written = (made.clock, dot, content);
            let known = last.entry(about(&made.update)).or_insert(written);
            *known = written.max(*known);
        }
        last.into_iter().map(|(about, (_, _, content))| (about, content)).collect()
    }

    /// The carts that were written by those that no other one has seen, in one.
    fn union(&self, seen: &Dots) -> BTreeSet<Element> {
        self.latest(seen).flat_map(|(_, made)| made.cart.iter().copied()).collect()
    }
}
