//! What may happen to a system in a search, and how often: a list of data, so that whoever asks for limits, checks them or
//! puts them in words needs not know the system.

use crate::NodeId;
use crate::system::System;

/// Something that a search lets happen so many times at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fault {
    /// Its name in questions, commands and tests: `losses`. It never changes.
    pub key: &'static str,
    /// Over its number: `Lost messages`.
    pub title: &'static str,
    /// One of them, and several: `lost message`, `lost messages`.
    pub words: (&'static str, &'static str),
    /// What it limits, in a sentence without a full stop: `How many messages may be lost`.
    pub help: &'static str,
    /// Something goes wrong. Otherwise it is what the system does or is asked by itself, and must be limited for a search
    /// to end: a timeout, a request.
    pub harm: bool,
    /// How often if neither the room nor the reader says anything.
    pub usual: u32,
    /// The most that can be asked for.
    pub most: u32,
    /// What does not happen for want of more, where a fair run would do it at last: `a timer from firing`. Empty: that a
    /// limit is reached is what the search assumes of the world, and cuts no run short.
    pub withholds: &'static str,
}

impl Fault {
    /// So many of them: `2 lost messages`.
    #[must_use]
    pub fn counted(&self, number: u32) -> String {
        format!("{number} {}", if number == 1 { self.words.0 } else { self.words.1 })
    }
}

/// As many faults as a list can have.
const LONGEST: usize = 8;

/// How often each fault of a system's list may happen, or has happened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    of: &'static [Fault],
    /// In the order of the list; 0 behind its end.
    numbers: [u32; LONGEST],
}

impl Counts {
    /// Nothing at all.
    ///
    /// # Panics
    /// If the list is longer than lists can be.
    #[must_use]
    pub const fn none(of: &'static [Fault]) -> Self {
        assert!(of.len() <= LONGEST, "a system has at most eight faults");
        Self { of, numbers: [0; LONGEST] }
    }

    /// What is usual for the system.
    #[must_use]
    pub fn usual(of: &'static [Fault]) -> Self {
        Self::none(of).map(|fault, _| fault.usual)
    }

    /// These numbers, in the order of the list.
    #[must_use]
    pub fn of(of: &'static [Fault], numbers: impl IntoIterator<Item = u32>) -> Self {
        let mut counts = Self::none(of);
        for (place, number) in counts.numbers[..of.len()].iter_mut().zip(numbers) {
            *place = number;
        }
        counts
    }

    /// The list.
    #[must_use]
    pub const fn faults(&self) -> &'static [Fault] {
        self.of
    }

    /// How often the fault of this key; 0 where the system has none of this key.
    #[must_use]
    pub fn get(&self, key: &str) -> u32 {
        self.each().find(|(fault, _)| fault.key == key).map_or(0, |(_, number)| number)
    }

    /// So often the fault of this key, and the others as they are. Without effect where the system has none of this key.
    #[must_use]
    pub fn with(self, key: &str, number: u32) -> Self {
        self.map(|fault, now| if fault.key == key { number } else { now })
    }

    /// Each number as the function says.
    #[must_use]
    pub fn map(mut self, number: impl Fn(&Fault, u32) -> u32) -> Self {
        for (fault, now) in self.of.iter().zip(&mut self.numbers) {
            *now = number(fault, *now);
        }
        self
    }

    /// So much more than what has happened.
    #[must_use]
    pub fn beyond(mut self, happened: Self) -> Self {
        for (now, before) in self.numbers.iter_mut().zip(happened.numbers) {
            *now = now.saturating_add(before);
        }
        self
    }

    /// Every fault with its number.
    pub fn each(&self) -> impl Iterator<Item = (&'static Fault, u32)> {
        self.of.iter().zip(self.numbers)
    }

    /// These numbers where some are told; an `Err` says, in a sentence, which cannot be.
    pub fn told<'a>(mut self, told: impl IntoIterator<Item = (&'a str, u32)>) -> Result<Self, String> {
        for (key, number) in told {
            let fault = self.of.iter().find(|fault| fault.key == key).ok_or_else(|| {
                let known: Vec<&str> = self.of.iter().map(|fault| fault.key).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                format!("there is no limit “{key}” on a search of this system; the limits are: {known}")
            })?;
            if number > fault.most {
                let (most, words) = (fault.most, fault.words.1);
                return Err(format!("a search takes at most {most} {words}, not {number}"));
            }
            self = self.with(key, number);
        }
        Ok(self)
    }

    /// `at most 1 crash, 2 timeouts and 1 request`; `None` where nothing may happen.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let some = self.each().filter(|(_, number)| *number > 0);
        let words: Vec<String> = some.map(|(fault, number)| fault.counted(number)).collect();
        let (last, first) = words.split_last()?;
        Some(if first.is_empty() {
            format!("at most {last}")
        } else {
            format!("at most {} and {last}", first.join(", "))
        })
    }
}

impl std::fmt::Debug for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.each().map(|(fault, number)| (fault.key, number))).finish()
    }
}

/// A system that a search may do something to, within limits.
pub trait Faults: System {
    /// What a search may limit. The keys are different.
    fn faults() -> &'static [Fault] {
        &[]
    }

    /// The system within these limits, and with no fault that has no limit.
    #[must_use]
    fn bounded(self, _limits: Counts) -> Self {
        self
    }

    /// What has happened in this state of what is limited.
    fn spent(&self, _state: &Self::State) -> Counts {
        Counts::none(Self::faults())
    }

    /// The node that the event crashes (`true`) or starts again (`false`), if it does either.
    fn crashes(&self, _event: &Self::Event) -> Option<(NodeId, bool)> {
        None
    }

    /// How many nodes are running and have not decided.
    fn undecided(&self, _state: &Self::State) -> usize {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Budget;

    #[test]
    fn limits_are_told_by_key_and_refused_in_a_sentence() {
        let usual = Counts::usual(Budget::FAULTS);
        assert_eq!(usual.words().as_deref(), Some("at most 2 timeouts and 1 request"));
        let told = usual.told([("crashes", 1), ("timeouts", 0)]).expect("both are limits of a cluster");
        assert_eq!(told.words().as_deref(), Some("at most 1 crash and 1 request"));
        assert_eq!((told.get("crashes"), told.get("lies")), (1, 0));
        assert_eq!(Counts::none(Budget::FAULTS).words(), None);
        let refused = |told: &[(&str, u32)]| usual.told(told.iter().copied()).expect_err("it cannot be");
        assert!(
            refused(&[("lies", 1)]).contains("“lies” on a search of this system; the limits are: crashes, ")
        );
        assert!(refused(&[("losses", 1_000)]).contains("at most 999 lost messages, not 1000"));
    }

    #[test]
    fn a_budget_survives_as_counts() {
        let budget = Budget { crashes: 1, losses: 2, duplicates: 3, cuts: 4, timeouts: 5, requests: 6 };
        assert_eq!(Budget::from(Counts::from(budget)), budget);
        let more = Counts::from(budget).beyond(Budget { cuts: u32::MAX, ..Budget::NONE }.into());
        assert_eq!(Budget::from(more), Budget { cuts: u32::MAX, ..budget });
    }
}
