//! Scripted faults: what a scenario does to a run, in terms of its states and not of its dates.

use crate::system::System;
use crate::time::Micros;

/// A scenario of a room: how it starts, what it does to the run, and what it is about.
pub struct Scenario<S: System> {
    /// Its name in links: `minority-partition`.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Two sentences.
    pub story: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Values that differ from the room's defaults: options and rules, by name.
    pub set: &'static [(&'static str, &'static str)],
    /// How much of the run the scenario is about.
    pub length: Micros,
    /// How fast it plays at first: simulated microseconds in a real second.
    pub pace: Micros,
    /// What it does, in order.
    pub script: fn(&S) -> Vec<Directive<S>>,
}

/// One thing that a scenario does: wait for the condition, then for the span, then act. Directives follow each
/// other; the wait of the next begins when this one has acted.
pub struct Directive<S: System> {
    /// What it waits for.
    pub when: When<S>,
    /// How long after that.
    pub after: Micros,
    /// What it does then.
    pub act: Act<S>,
}

/// Whether the state is as awaited.
pub type Condition<S> = Box<dyn Fn(&S, &<S as System>::State) -> bool>;

/// What a directive waits for.
pub enum When<S: System> {
    /// At once.
    Now,
    /// As soon as this holds after a step.
    Holds(Condition<S>),
}

/// Events to force, chosen in the state as it is. An event that is not permitted then is left out.
pub type Act<S> = Box<dyn Fn(&S, &<S as System>::State) -> Vec<<S as System>::Event>>;

impl<S: System> Directive<S> {
    /// After so long, force these.
    pub fn after(span: Micros, act: impl Fn(&S, &S::State) -> Vec<S::Event> + 'static) -> Self {
        Self { when: When::Now, after: span, act: Box::new(act) }
    }

    /// As soon as the condition holds, and so long after that, force these.
    pub fn once(
        condition: impl Fn(&S, &S::State) -> bool + 'static,
        span: Micros,
        act: impl Fn(&S, &S::State) -> Vec<S::Event> + 'static,
    ) -> Self {
        Self { when: When::Holds(Box::new(condition)), after: span, act: Box::new(act) }
    }
}
