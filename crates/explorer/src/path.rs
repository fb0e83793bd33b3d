//! From indices back to events: a path is executed again by the system itself.

use kernel::{Odometer, Report, Step, System, Turn};

use crate::space::Space;

/// A way through states, as the system itself goes it: message ids are those of this execution.
#[derive(Clone, Debug)]
pub struct Path<S: System> {
    /// Where it starts, and how the questions of the start are answered.
    pub start: (S::State, Vec<u32>),
    /// What happens.
    pub steps: Vec<Step<S::Event>>,
    /// Where it ends.
    pub end: S::State,
}

/// Executes a walk through known states.
///
/// # Panics
/// If a state of the walk is not a successor of the one before: then the space and the system disagree, which the
/// laws exclude.
pub(crate) fn along<S: System, Sp: Space<S>>(space: &Sp, walk: &[u32]) -> Path<S> {
    let system = space.system();
    let start = start(space, walk[0]);
    let mut path = Path { steps: Vec::with_capacity(walk.len()), end: start.0.clone(), start };
    for &index in &walk[1..] {
        let goal = space.state(index);
        let (step, state) = step_to(space, &path.end, &goal).unwrap_or_else(|| {
            panic!("state {index} follows from the one before by an event of {}", system.nodes())
        });
        path.steps.push(step);
        path.end = state;
    }
    path
}

/// The start of the walk, as the system makes it where it makes it itself.
fn start<S: System, Sp: Space<S>>(space: &Sp, index: u32) -> (S::State, Vec<u32>) {
    let goal = space.state(index);
    let (mut odometer, mut report) = (Odometer::default(), Report::default());
    loop {
        report.clear();
        let state = space.system().initial(&mut Turn { choices: &mut odometer, report: &mut report });
        if space.form(&state) == goal {
            return (state, odometer.answers());
        }
        if !odometer.next_run() {
            return (goal, Vec::new());
        }
    }
}

type Stepped<S> = (Step<<S as System>::Event>, <S as System>::State);

fn step_to<S: System, Sp: Space<S>>(space: &Sp, from: &S::State, goal: &S::State) -> Option<Stepped<S>> {
    let system = space.system();
    let mut report = Report::default();
    for event in system.enabled(from) {
        let mut odometer = Odometer::default();
        loop {
            let mut state = from.clone();
            report.clear();
            system.apply(&mut state, &event, &mut Turn { choices: &mut odometer, report: &mut report });
            if space.form(&state) == *goal {
                return Some((Step { event, answers: odometer.answers() }, state));
            }
            if !odometer.next_run() {
                break;
            }
        }
    }
    None
}
