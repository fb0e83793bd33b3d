//! A schedule that a run follows: exactly these steps, at even dates.

use std::rc::Rc;

use kernel::{Micros, ScheduleStep};

/// Where a run stands in a schedule. Part of a moment: it goes back when the run does.
#[derive(Clone, Debug)]
pub(crate) struct Schedule<E> {
    steps: Rc<[ScheduleStep<E>]>,
    /// How many steps are behind.
    at: usize,
    start: Micros,
    every: Micros,
}

impl<E: Clone + PartialEq> Schedule<E> {
    pub(crate) fn new(steps: &[ScheduleStep<E>], start: Micros, every: Micros) -> Self {
        // At least one apart, since the dates of steps grow strictly.
        Self { steps: steps.into(), at: 0, start, every: every.max(Micros(1)) }
    }

    fn date_of(&self, place: usize) -> Micros {
        // The first step one interval after the start, which is shown by itself.
        Micros(self.start.0.saturating_add(self.every.0.saturating_mul(place as u64 + 1)))
    }

    /// When the next step is; `None` after the last.
    pub(crate) fn next(&self) -> Option<Micros> {
        (self.at < self.steps.len()).then(|| self.date_of(self.at))
    }

    /// The next step, which is behind then.
    pub(crate) fn take(&mut self) -> Option<ScheduleStep<E>> {
        let step = self.steps.get(self.at).cloned();
        self.at += 1;
        step
    }

    /// When the event happens, if it does.
    pub(crate) fn date(&self, event: &E) -> Option<Micros> {
        // Only what is still to come: the same event may have happened before.
        let place = (self.at..self.steps.len()).find(|&place| self.steps[place].event == *event)?;
        Some(self.date_of(place))
    }

    /// When the last step is.
    pub(crate) fn end(&self) -> Micros {
        self.date_of(self.steps.len().saturating_sub(1))
    }
}
