//! The scripted faults of a scenario, one after the other.

use std::collections::VecDeque;

use kernel::{Directive, Micros, System, When};

/// How far a script has come. Part of a moment: it goes back when the run does.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<E> {
    /// Which directive is next.
    at: usize,
    /// When it acts; `None`: its condition has not held yet.
    armed: Option<Micros>,
    /// Events of the directive that acts, still to be forced.
    queue: VecDeque<E>,
    /// Since when it acts: its events do not come earlier where the first of them is impossible.
    acting: Micros,
}

impl<E: Clone> Cursor<E> {
    pub(crate) fn new() -> Self {
        Self { at: 0, armed: None, queue: VecDeque::new(), acting: Micros::ZERO }
    }

    /// Behind the last of so many directives.
    pub(crate) fn ended(directives: usize) -> Self {
        Self { at: directives, ..Self::new() }
    }

    /// Looks whether the next directive's condition holds now.
    pub(crate) fn watch<S: System<Event = E>>(
        &mut self,
        script: &[Directive<S>],
        system: &S,
        state: &S::State,
        now: Micros,
    ) {
        if self.armed.is_some() {
            return;
        }
        let Some(directive) = script.get(self.at) else { return };
        let holds = match &directive.when {
            When::Now => true,
            When::Holds(condition) => condition(system, state),
        };
        if holds {
            self.armed = Some(now.plus(directive.after));
        }
    }

    /// When the script acts next, as far as it is known.
    pub(crate) fn next(&self) -> Option<Micros> {
        if self.queue.is_empty() { self.armed } else { Some(self.acting) }
    }

    /// The event to force now; asks the directive when its time has come.
    pub(crate) fn take<S: System<Event = E>>(
        &mut self,
        script: &[Directive<S>],
        system: &S,
        state: &S::State,
    ) -> Option<E> {
        if self.queue.is_empty() {
            self.acting = self.armed?;
            self.queue.extend((script[self.at].act)(system, state));
            self.at += 1;
            self.armed = None;
        }
        self.queue.pop_front()
    }
}
