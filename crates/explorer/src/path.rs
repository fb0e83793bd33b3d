//! From indices back to events: a path is executed again by the system itself.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Odometer, Report, ScheduleStep, System, Turn};

use crate::space::Space;

/// A way through states, as the system itself goes it: message ids are those of this execution.
#[derive(Clone, Debug)]
pub struct Path<S: System> {
    /// Where it starts, and how the questions of the start are answered.
    pub start: (S::State, Vec<u32>),
    /// What happens.
    pub steps: Vec<ScheduleStep<S::Event>>,
    /// Where it ends.
    pub end: S::State,
}

/// Executes a walk through known states; `from` is where the search started, if it was told. `None`: a state of the walk
/// does not follow from the one before. Then nodes or names were taken for alike that are not.
pub(crate) fn along<S: System, Sp: Space<S>>(
    space: &Sp,
    from: Option<&S::State>,
    walk: &[u32],
) -> Option<Path<S>> {
    let start = start(space, from, *walk.first()?);
    let mut path = Path { steps: Vec::with_capacity(walk.len()), end: start.0.clone(), start };
    for &index in &walk[1..] {
        // From where the system stands and not from the stored state: messages have the numbers that this
        // execution gave them, and only its own events fit.
        let (step, state) = step_to(space, &path.end, &space.state(index))?;
        path.steps.push(step);
        path.end = state;
    }
    Some(path)
}

/// The start of the walk, as the system makes it where it makes it itself: the ids of messages are those it gives, and
/// so are the names of nodes.
fn start<S: System, Sp: Space<S>>(space: &Sp, from: Option<&S::State>, index: u32) -> (S::State, Vec<u32>) {
    let goal = space.state(index);
    if let Some(from) = from
        // The state that the search was given may have other names than the form by which it is known.
        && space.form(from) == goal
    {
        return (from.clone(), Vec::new());
    }
    let (mut odometer, mut report) = (Odometer::default(), Report::default());
    loop {
        report.clear();
        let state = space.system().initial(&mut Turn { choices: &mut odometer, report: &mut report });
        if space.form(&state) == goal {
            return (state, odometer.answers());
        }
        if !odometer.next_run() {
            // None of the system's own: the known state itself will do as a start.
            return (goal, Vec::new());
        }
    }
}

type Stepped<S> = (ScheduleStep<<S as System>::Event>, <S as System>::State);

/// The step that leads to a known state, the oldest that does.
fn step_to<S: System, Sp: Space<S>>(space: &Sp, from: &S::State, goal: &S::State) -> Option<Stepped<S>> {
    let system = space.system();
    let mut report = Report::default();
    // Messages are listed by their numbers, so of those that are alike the oldest comes first.
    for event in system.enabled(from) {
        let mut odometer = Odometer::default();
        loop {
            let mut state = from.clone();
            report.clear();
            system.apply(&mut state, &event, &mut Turn { choices: &mut odometer, report: &mut report });
            if space.form(&state) == *goal {
                return Some((ScheduleStep { event, answers: odometer.answers() }, state));
            }
            if !odometer.next_run() {
                break;
            }
        }
    }
    None
}

/// A round through states that stand for others is followed so often.
const ROUNDS: usize = 24;

/// Whether a run of the system can go the closed round for ever and be fair. It matters where states stand for others
/// that differ in names: what goes round then is the picture, with other nodes or ballots in the same places each time,
/// and what waits under one name may be what is done under another.
///
/// The round is executed again and again, and of everything that must happen at its start it is asked whether it happens,
/// becomes impossible, or makes no difference at some time (then it can be done at that time, and the run goes on as if
/// it had not been). Once nothing is left, the names have been changed by some renaming; the rest of the run is that
/// stretch renamed, then that again, and so on: whatever must happen at the start of a stretch is served within it. Of
/// messages that are alike the oldest is delivered, so none is passed over for ever.
pub(crate) fn repeats<S: System, Sp: Space<S>>(
    space: &Sp,
    from: Option<&S::State>,
    states: &[u32],
    back_to: usize,
) -> bool {
    let Some(path) = along(space, from, &states[..=back_to]) else { return false };
    let (system, mut here) = (space.system(), path.end);
    let mut owed: Option<BTreeSet<u64>> = None;
    for &index in std::iter::repeat_n(&states[back_to + 1..], ROUNDS).flatten() {
        let duties = duties(system, &here);
        // Only once, at the start of the round: what becomes due on the way is owed by the next stretch.
        let owed = owed.get_or_insert_with(|| duties.keys().copied().collect());
        let form = space.form(&here);
        // No longer possible, or without effect up to names: in both cases the run owes it nothing more.
        owed.retain(|key| {
            duties
                .get(key)
                .is_some_and(|events| events.iter().all(|event| !idles(space, &here, event, &form)))
        });
        let Some((step, next)) = step_to(space, &here, &space.state(index)) else { return false };
        if let Some(key) = system.fair_key(&here, &step.event) {
            owed.remove(&key);
        }
        here = next;
        // Only at the end of a round, where the state is the same again up to names.
        if index == states[back_to] && owed.is_empty() {
            return true;
        }
    }
    false
}

/// What must happen in a state, by key.
fn duties<S: System>(system: &S, state: &S::State) -> BTreeMap<u64, Vec<S::Event>> {
    let mut duties = BTreeMap::<u64, Vec<S::Event>>::new();
    for event in system.enabled(state) {
        if let Some(key) = system.fair_key(state, &event) {
            duties.entry(key).or_default().push(event);
        }
    }
    duties
}

/// Whether the event can happen and leave the state what it is, up to names.
fn idles<S: System, Sp: Space<S>>(space: &Sp, from: &S::State, event: &S::Event, form: &S::State) -> bool {
    let (mut odometer, mut report) = (Odometer::default(), Report::default());
    loop {
        let mut state = from.clone();
        report.clear();
        space.system().apply(&mut state, event, &mut Turn { choices: &mut odometer, report: &mut report });
        if space.form(&state) == *form {
            return true;
        }
        if !odometer.next_run() {
            return false;
        }
    }
}
