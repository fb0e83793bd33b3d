//! A system that looks at each of its own steps: whether it was allowed, whether it says what it changed, and whether
//! it would be the same if it were made again.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use kernel::view::{MessageView, Role, View};
use kernel::{
    Action, Choices, Dates, Delay, Directive, Explain, Happening, MessageId, NodeId, Property, Report, Room,
    Scripted, System, Target, Touched, Turn, Verdict, When,
};
use simulator::History;

use crate::walk::{self, Case};

pub(crate) struct Spy<S> {
    inner: S,
    /// Whether the last step was enabled: an exploration could make it too.
    pub(crate) enabled: Cell<bool>,
}

/// Keeps what was asked and answered.
struct Recorder<'a> {
    choices: &'a mut dyn Choices,
    answers: Vec<u32>,
    bounds: Vec<u32>,
}

impl Choices for Recorder<'_> {
    fn choose(&mut self, bound: u32) -> u32 {
        let answer = self.choices.choose(bound);
        assert!(answer < bound.max(1), "{answer} is no answer to a question with {bound} answers");
        self.answers.push(answer);
        self.bounds.push(bound);
        answer
    }
}

impl<S: System> Spy<S> {
    /// The enabled events that may have a date.
    fn dated(&self, state: &S::State) -> BTreeSet<S::Event> {
        let enabled = self.inner.enabled(state).into_iter();
        enabled.filter(|event| self.inner.delay(state, event) != Delay::Never).collect()
    }

    /// The lists of the report against what can be seen of the states.
    fn check_report(&self, before: &S::State, event: &S::Event, after: &S::State, report: &Report<S::Event>) {
        if report.rescan {
            return;
        }
        let (had, has) = (self.dated(before), self.dated(after));
        for new in has.difference(&had) {
            assert!(report.enabled.contains(new), "{new:?} is enabled by {event:?}, which does not say so");
        }
        for gone in had.difference(&has).filter(|gone| *gone != event) {
            assert!(
                report.disabled.contains(gone),
                "{gone:?} is disabled by {event:?}, which does not say so"
            );
        }
        for told in &report.enabled {
            let dated = self.inner.permits(after, told) && self.inner.delay(after, told) != Delay::Never;
            assert!(!dated || has.contains(told), "{told:?} is said to be enabled by {event:?}");
        }
        for told in report.disabled.iter().filter(|told| !report.enabled.contains(told)) {
            assert!(!has.contains(told), "{told:?} is said to be disabled by {event:?}");
        }
    }

    /// The questions of a property's author: what was not touched has not changed its verdict.
    fn check_touched(&self, before: &S::State, after: &S::State, touched: Touched) {
        for property in 0..self.inner.properties().len() {
            let was = self.inner.check(before, property, Touched::EVERYTHING);
            let is = self.inner.check(after, property, Touched::EVERYTHING);
            if was.is_ok() && is.is_err() {
                assert_eq!(
                    self.inner.check(after, property, touched).is_err(),
                    is.is_err(),
                    "{is:?} goes unnoticed"
                );
            }
        }
    }
}

impl<S: System> System for Spy<S> {
    type State = S::State;
    type Event = S::Event;

    fn apply(&self, state: &mut S::State, event: &S::Event, turn: &mut Turn<'_, S::Event>) {
        assert!(self.inner.permits(state, event), "{event:?} happens and is not possible");
        self.enabled.set(self.inner.enabled(state).contains(event));
        let before = state.clone();
        let mut recorder = Recorder { choices: turn.choices, answers: Vec::new(), bounds: Vec::new() };
        self.inner.apply(state, event, &mut Turn { choices: &mut recorder, report: turn.report });
        let Recorder { answers, bounds, .. } = recorder;
        let (mut again, mut report, mut script) = (before.clone(), Report::default(), Scripted::new(answers));
        report.wordy = turn.report.wordy;
        self.inner.apply(&mut again, event, &mut Turn { choices: &mut script, report: &mut report });
        assert_eq!(script.asked(), bounds, "{event:?} made again asks the same questions");
        assert_eq!(&again, state, "{event:?} made again does the same");
        assert_eq!(format!("{report:?}"), format!("{:?}", turn.report), "{event:?} made again says the same");
        self.check_report(&before, event, state, turn.report);
        self.check_touched(&before, state, turn.report.touched);
    }

    fn initial(&self, turn: &mut Turn<'_, S::Event>) -> S::State {
        self.inner.initial(turn)
    }

    fn enabled(&self, state: &S::State) -> Vec<S::Event> {
        let enabled = self.inner.enabled(state);
        let unique: BTreeSet<&S::Event> = enabled.iter().collect();
        assert_eq!(unique.len(), enabled.len(), "each event is enabled once");
        assert!(enabled.iter().all(|event| self.inner.permits(state, event)), "what is enabled is possible");
        enabled
    }

    fn permits(&self, state: &S::State, event: &S::Event) -> bool {
        self.inner.permits(state, event)
    }

    fn delay(&self, state: &S::State, event: &S::Event) -> Delay {
        self.inner.delay(state, event)
    }

    fn stream(&self, state: &S::State, event: &S::Event) -> u32 {
        self.inner.stream(state, event)
    }

    fn properties(&self) -> Vec<Property> {
        self.inner.properties()
    }

    fn check(&self, state: &S::State, property: usize, touched: Touched) -> Verdict {
        self.inner.check(state, property, touched)
    }

    fn outcomes(&self, state: &S::State) -> u16 {
        self.inner.outcomes(state)
    }

    fn fair_key(&self, state: &S::State, event: &S::Event) -> Option<u64> {
        self.inner.fair_key(state, event)
    }
}

impl<S: Explain> Explain for Spy<S> {
    fn nodes(&self) -> NodeId {
        self.inner.nodes()
    }

    fn view(&self, state: &S::State, dates: &dyn Dates<S::Event>) -> View {
        self.inner.view(state, dates)
    }

    fn narrate(&self, state: &S::State, event: &S::Event) -> Happening {
        self.inner.narrate(state, event)
    }

    fn role(&self, state: &S::State, node: NodeId) -> (Role, Option<u64>) {
        self.inner.role(state, node)
    }

    fn message(&self, state: &S::State, id: MessageId) -> Option<MessageView> {
        self.inner.message(state, id)
    }

    fn actions(&self, state: &S::State, target: Target) -> Vec<Action<S::Event>> {
        let actions = self.inner.actions(state, target);
        let titles: BTreeSet<&String> = actions.iter().map(|action| &action.title).collect();
        assert_eq!(titles.len(), actions.len(), "a title names one deed");
        let keys: BTreeSet<&String> = actions.iter().map(|action| &action.key).collect();
        assert_eq!(keys.len(), actions.len(), "a key names one deed");
        actions
    }
}

/// The start of the run under the eyes of a spy.
pub(crate) fn build<R: Room>(case: &Case) -> Option<History<Spy<R::System>>> {
    let inner = R::build(&walk::setup::<R>(case)).ok()?;
    let mut scenarios = R::scenarios();
    let scenario = scenarios.swap_remove(case.scenario % scenarios.len());
    let script = (scenario.script)(&inner).into_iter().map(directive).collect();
    Some(History::new(Rc::new(Spy { inner, enabled: Cell::new(true) }), script, case.seed, Vec::new()))
}

fn directive<S: System>(directive: Directive<S>) -> Directive<Spy<S>> {
    let Directive { when, after, act } = directive;
    let when = match when {
        When::Now => When::Now,
        When::Holds(holds) => {
            When::Holds(Box::new(move |spy: &Spy<S>, state: &S::State| holds(&spy.inner, state)))
        }
    };
    Directive { when, after, act: Box::new(move |spy, state| act(&spy.inner, state)) }
}
