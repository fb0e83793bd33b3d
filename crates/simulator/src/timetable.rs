//! The dates of the enabled events.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hash::Hash;

use kernel::Micros;
use rustc_hash::FxHashMap;

/// Which event happens when. Setting, dropping and taking a date cost O(log n) in the number of dates; equal dates
/// happen in the order in which they were set.
#[derive(Clone, Debug)]
pub(crate) struct Timetable<E> {
    /// (due, order, slot); an entry whose order is not the slot's is out of date and is skipped.
    heap: BinaryHeap<Reverse<(Micros, u64, u32)>>,
    slots: Vec<Slot<E>>,
    free: Vec<u32>,
    places: FxHashMap<E, u32>,
    order: u64,
}

#[derive(Clone, Debug)]
struct Slot<E> {
    event: Option<E>,
    since: Micros,
    due: Micros,
    order: u64,
}

impl<E: Clone + Eq + Hash> Timetable<E> {
    pub(crate) fn new() -> Self {
        Self {
            heap: BinaryHeap::new(),
            slots: Vec::new(),
            free: Vec::new(),
            places: FxHashMap::default(),
            order: 0,
        }
    }

    /// Gives the event a date, in place of the one it may have.
    pub(crate) fn set(&mut self, event: &E, since: Micros, due: Micros) {
        // Never used twice, so an entry left in the heap can be told from the one that stands, even where
        // another event has the slot by now.
        self.order += 1;
        let order = self.order;
        let slot = match self.places.get(event) {
            Some(&slot) => {
                let entry = &mut self.slots[slot as usize];
                (entry.since, entry.due, entry.order) = (since, due, order);
                slot
            }
            None => self.insert(Slot { event: Some(event.clone()), since, due, order }),
        };
        // The old entry stays: a heap finds nothing but its least. It is skipped when it comes up.
        self.heap.push(Reverse((due, order, slot)));
        // A timer that is set again before it fires leaves an entry each time, and with a far date none of
        // them comes up.
        if self.heap.len() > 2 * self.places.len() + 64 {
            self.tidy();
        }
        self.settle();
    }

    fn insert(&mut self, slot: Slot<E>) -> u32 {
        let event = slot.event.clone().expect("a slot is inserted with its event");
        let place = match self.free.pop() {
            Some(place) => {
                self.slots[place as usize] = slot;
                place
            }
            None => {
                self.slots.push(slot);
                self.slots.len() as u32 - 1
            }
        };
        self.places.insert(event, place);
        place
    }

    /// The event has no date any more.
    pub(crate) fn drop(&mut self, event: &E) {
        if let Some(place) = self.places.remove(event) {
            let slot = &mut self.slots[place as usize];
            slot.event = None;
            // Orders begin at 1: no entry is of an empty slot.
            slot.order = 0;
            self.free.push(place);
            self.settle();
        }
    }

    /// All events but these have no date any more.
    pub(crate) fn keep(&mut self, events: &[E]) {
        let mut kept = vec![false; self.slots.len()];
        for event in events {
            if let Some(&place) = self.places.get(event) {
                kept[place as usize] = true;
            }
        }
        for (place, kept) in kept.into_iter().enumerate() {
            if let Some(event) = self.slots[place].event.clone().filter(|_| !kept) {
                self.drop(&event);
            }
        }
    }

    /// Since when the event has its date, and the date.
    pub(crate) fn span(&self, event: &E) -> Option<(Micros, Micros)> {
        let slot = &self.slots[*self.places.get(event)? as usize];
        Some((slot.since, slot.due))
    }

    /// The least date.
    pub(crate) fn next(&self) -> Option<Micros> {
        self.heap.peek().map(|Reverse((due, ..))| *due)
    }

    /// Drops entries that are out of date from the top, so that the top is always a date that stands.
    fn settle(&mut self) {
        while let Some(Reverse((_, order, place))) = self.heap.peek()
            // Done after each change, so that `next` can say the least date without changing anything.
            && self.slots[*place as usize].order != *order
        {
            self.heap.pop();
        }
    }

    /// Takes the event with the least date, which loses it.
    pub(crate) fn take(&mut self) -> Option<E> {
        let Reverse((_, _, place)) = self.heap.pop()?;
        let slot = &mut self.slots[place as usize];
        let event = slot.event.take()?;
        slot.order = 0;
        self.places.remove(&event);
        self.free.push(place);
        self.settle();
        Some(event)
    }

    /// How many events have a date.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// All events with a date, in no order that matters.
    pub(crate) fn events(&self) -> impl Iterator<Item = &E> {
        self.slots.iter().filter_map(|slot| slot.event.as_ref())
    }

    /// Drops the entries that are out of date.
    fn tidy(&mut self) {
        let slots = &self.slots;
        self.heap.retain(|Reverse((_, order, place))| slots[*place as usize].order == *order);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn equal_dates_happen_in_the_order_in_which_they_were_set() {
        let mut timetable = Timetable::new();
        for event in ["b", "a", "c"] {
            timetable.set(&event, Micros(0), Micros(5));
        }
        timetable.set(&"a", Micros(1), Micros(5));
        assert_eq!(timetable.span(&"a"), Some((Micros(1), Micros(5))));
        let order: Vec<_> = std::iter::from_fn(|| timetable.take()).collect();
        assert_eq!(order, ["b", "c", "a"]);
    }

    proptest! {
        /// Against a plain list that is sorted when asked.
        #[test]
        fn it_agrees_with_a_list(deeds in prop::collection::vec((0_u8..3, 0_u16..12, 0_u64..50), 1..300)) {
            let mut timetable = Timetable::new();
            let mut list: Vec<(u64, usize, u16)> = Vec::new();
            for (n, (deed, event, due)) in deeds.into_iter().enumerate() {
                match deed {
                    0 => {
                        list.retain(|entry| entry.2 != event);
                        list.push((due, n, event));
                        timetable.set(&event, Micros(0), Micros(due));
                    }
                    1 => {
                        list.retain(|entry| entry.2 != event);
                        timetable.drop(&event);
                    }
                    _ => {
                        list.sort_unstable();
                        let expected = (!list.is_empty()).then(|| list.remove(0));
                        prop_assert_eq!(timetable.next().map(|due| due.0), expected.map(|entry| entry.0));
                        prop_assert_eq!(timetable.take(), expected.map(|entry| entry.2));
                    }
                }
                let mut events: Vec<_> = timetable.events().copied().collect();
                events.sort_unstable();
                let mut expected: Vec<_> = list.iter().map(|entry| entry.2).collect();
                expected.sort_unstable();
                prop_assert_eq!(events, expected);
                prop_assert!(timetable.heap.len() <= 2 * timetable.places.len() + 65);
            }
        }
    }
}
