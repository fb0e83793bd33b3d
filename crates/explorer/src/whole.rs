//! States stored whole: for any system, and where states that are alike are to be one.

use std::rc::Rc;

use kernel::{Alike, Odometer, Report, System, Touched, Turn};

use crate::intern::{Interner, list_bytes};
use crate::search::{LabelOf, Veto};
use crate::shelf::Shelf;
use crate::space::{Found, Label, NO_LABEL, Space};
use crate::symmetry::Symmetry;

/// Which states are taken for one.
pub(crate) trait Forms<S: System> {
    /// Whether nodes change places.
    fn exchange(&self) -> bool;

    /// The state that stands for all that are like this one, and whether names were given anew for it.
    fn form(&self, system: &S, state: S::State) -> (S::State, bool);
}

impl<S: Alike> Forms<S> for Symmetry {
    fn exchange(&self) -> bool {
        !self.is_trivial()
    }

    fn form(&self, system: &S, state: S::State) -> (S::State, bool) {
        let named = system.canonical(&state);
        let anew = named.is_some();
        (self.least(system, named.unwrap_or(state)), anew)
    }
}

/// What makes an event the same in two states.
#[derive(PartialEq, Eq, Hash)]
enum Same<E> {
    /// What the system says of an event that must happen at last. Events of a cluster need not be equal to be the same:
    /// a message has another number in another state.
    Key(u64),
    /// The event itself.
    Event(E),
}

/// Events by number.
struct Labels<S: System> {
    of: LabelOf<S>,
    events: Interner<Same<S::Event>>,
    /// What each of them is.
    meanings: Vec<Label>,
}

impl<S: System> Labels<S> {
    fn label(&mut self, system: &S, state: &S::State, event: &S::Event) -> u32 {
        let Some(meaning) = (self.of)(system, state, event) else { return NO_LABEL };
        let key = system.fair_key(state, event);
        let number = self.events.number(key.map_or_else(|| Same::Event(event.clone()), Same::Key));
        if number as usize == self.meanings.len() {
            self.meanings.push(meaning);
        }
        number
    }

    fn bytes(&self) -> usize {
        self.events.bytes() + list_bytes(&self.meanings)
    }
}

/// Each state as the system has it.
pub(crate) struct Whole<S: System> {
    system: Rc<S>,
    states: Box<dyn Shelf<S>>,
    forms: Option<Box<dyn Forms<S>>>,
    veto: Option<Veto<S>>,
    labels: Option<Labels<S>>,
    report: Report<S::Event>,
    most: usize,
    full: bool,
    /// A state stands for others too.
    merges: bool,
}

impl<S: System> Whole<S> {
    /// `forms` says which states are alike; `None`: each is itself.
    pub(crate) fn new(
        system: Rc<S>,
        states: Box<dyn Shelf<S>>,
        forms: Option<Box<dyn Forms<S>>>,
        veto: Option<Veto<S>>,
    ) -> Self {
        let merges = forms.as_ref().is_some_and(|forms| forms.exchange());
        let report = Report::default();
        Self { system, states, forms, veto, labels: None, report, most: usize::MAX, full: false, merges }
    }

    fn put(&mut self, state: S::State, touched: Touched, label: u32, found: &mut Vec<Found>) {
        let (state, named) = self.formed(state);
        self.merges |= named;
        // The node that the step touched may stand in another place now.
        let touched = if self.merges && touched.any() { Touched::EVERYTHING } else { touched };
        let room = self.states.len() < self.most;
        match self.states.find_or_put(state, room) {
            Some((index, new)) => found.push(Found { index, new, touched, label }),
            None => self.full = true,
        }
    }

    /// The state by which this one is known, and whether that has other names.
    fn formed(&self, state: S::State) -> (S::State, bool) {
        match &self.forms {
            Some(forms) => forms.form(&self.system, state),
            None => (state, false),
        }
    }
}

impl<S: System> Space<S> for Whole<S> {
    fn system(&self) -> &S {
        &self.system
    }

    fn label_by(&mut self, of: LabelOf<S>) {
        self.labels = Some(Labels { of, events: Interner::default(), meanings: Vec::new() });
    }

    fn begin(&mut self, from: Option<&S::State>, found: &mut Vec<Found>) {
        if let Some(state) = from {
            self.put(state.clone(), Touched::EVERYTHING, NO_LABEL, found);
            return;
        }
        let mut odometer = Odometer::default();
        loop {
            let mut report = std::mem::take(&mut self.report);
            report.clear();
            let state = self.system.initial(&mut Turn { choices: &mut odometer, report: &mut report });
            self.report = report;
            self.put(state, Touched::EVERYTHING, NO_LABEL, found);
            if !odometer.next_run() {
                return;
            }
        }
    }

    fn limit(&mut self, states: usize) {
        self.most = states;
    }

    fn expand(&mut self, index: u32, found: &mut Vec<Found>) {
        let system = Rc::clone(&self.system);
        let parent = self.states.state(index);
        let mut report = std::mem::take(&mut self.report);
        for event in system.enabled(&parent) {
            if self.veto.as_ref().is_some_and(|veto| veto(&system, &parent, &event)) {
                continue;
            }
            let labels = self.labels.as_mut();
            let label = labels.map_or(NO_LABEL, |labels| labels.label(&system, &parent, &event));
            let mut odometer = Odometer::default();
            loop {
                let mut state = parent.clone();
                report.clear();
                system.apply(&mut state, &event, &mut Turn { choices: &mut odometer, report: &mut report });
                self.put(state, report.touched, label, found);
                if !odometer.next_run() {
                    break;
                }
            }
        }
        self.report = report;
    }

    fn len(&self) -> usize {
        self.states.len()
    }

    fn bytes(&self) -> usize {
        self.states.bytes() + self.labels.as_ref().map_or(0, Labels::bytes)
    }

    fn full(&self) -> bool {
        self.full
    }

    fn close(&mut self) {
        self.states.close();
    }

    fn state(&self, index: u32) -> S::State {
        self.states.state(index)
    }

    fn form(&self, state: &S::State) -> S::State {
        self.formed(state.clone()).0
    }

    fn merges(&self) -> bool {
        self.merges
    }

    fn holds(&mut self, index: u32, property: usize, touched: Touched) -> bool {
        self.system.check(self.states.look(index), property, touched).is_ok()
    }

    fn outcomes(&mut self, index: u32) -> u16 {
        self.system.outcomes(self.states.look(index))
    }

    fn messages(&self, index: u32) -> usize {
        self.states.messages(index)
    }

    fn meaning(&self, label: u32) -> Option<Label> {
        self.labels.as_ref()?.meanings.get(label as usize).copied()
    }
}

/// Whether the system has names that are only compared.
pub(crate) fn has_names<S: Alike>(system: &S, from: Option<&S::State>) -> bool {
    let mut report = kernel::Report::default();
    let mut turn = kernel::Turn { choices: &mut kernel::Scripted::default(), report: &mut report };
    from.map_or_else(|| system.canonical(&system.initial(&mut turn)), |state| system.canonical(state))
        .is_some()
}
