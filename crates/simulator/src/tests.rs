//! Facts about a run in time, on a system of bells: whoever rings sets the next bell going, and a bell can be muffled.

use std::collections::BTreeSet;
use std::rc::Rc;

use kernel::view::{Figure, Role, Tone, View};
use kernel::{
    Action, Dates, Delay, Directive, Does, Explain, Happening, Kind, Mark, Micros, NodeId, Property, Report,
    System, Target, Touched, Turn, Verdict,
};
use serde::{Deserialize, Serialize};

use crate::{Cause, History, Intervention};

/// Bell `n` takes 10 + n µs. With `rescan` it does not say what a step enabled and disabled.
struct Bells {
    rescan: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Bell {
    Ring(u8),
    Muffle(u8),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Tower {
    swinging: BTreeSet<u8>,
    rung: Vec<u8>,
}

const BELLS: u8 = 5;

impl System for Bells {
    type State = Tower;
    type Event = Bell;

    fn initial(&self, _: &mut Turn<'_, Bell>) -> Tower {
        Tower { swinging: BTreeSet::from([0, 2]), rung: Vec::new() }
    }

    fn enabled(&self, state: &Tower) -> Vec<Bell> {
        state.swinging.iter().map(|&bell| Bell::Ring(bell)).collect()
    }

    fn permits(&self, state: &Tower, event: &Bell) -> bool {
        match event {
            Bell::Ring(bell) | Bell::Muffle(bell) => state.swinging.contains(bell),
        }
    }

    fn apply(&self, state: &mut Tower, event: &Bell, turn: &mut Turn<'_, Bell>) {
        if !self.permits(state, event) {
            return;
        }
        turn.report.rescan = self.rescan;
        turn.report.touched = Touched::EVERYTHING;
        match *event {
            Bell::Ring(bell) => {
                let next = (bell + 1) % BELLS;
                state.swinging.remove(&bell);
                state.rung.push(bell);
                if state.swinging.insert(next) && !self.rescan {
                    turn.report.enabled.push(Bell::Ring(next));
                }
            }
            Bell::Muffle(bell) => {
                state.swinging.remove(&bell);
                turn.report.marks.push(Mark::FAULT);
                if !self.rescan {
                    turn.report.disabled.push(Bell::Ring(bell));
                }
            }
        }
    }

    fn delay(&self, _: &Tower, event: &Bell) -> Delay {
        match event {
            Bell::Ring(bell) => Delay::exactly(Micros(10 + u64::from(*bell))),
            Bell::Muffle(_) => Delay::Never,
        }
    }

    fn stream(&self, _: &Tower, _: &Bell) -> u32 {
        0
    }

    fn properties(&self) -> Vec<Property> {
        vec![Property::new("few", "", "", Kind::Always)]
    }

    fn check(&self, state: &Tower, _: usize, _: Touched) -> Verdict {
        if state.rung.len() < 40 { Ok(()) } else { Err("40 bells have rung".to_owned()) }
    }

    fn fair_key(&self, _: &Tower, _: &Bell) -> Option<u64> {
        None
    }
}

impl Explain for Bells {
    fn nodes(&self) -> NodeId {
        0
    }

    fn view(&self, _: &Tower, _: &dyn Dates<Bell>) -> View {
        View::default()
    }

    fn narrate(&self, _: &Tower, event: &Bell) -> Happening {
        Happening { node: None, title: format!("{event:?}"), tone: Tone::Plain, dot: None }
    }

    fn role(&self, _: &Tower, _: NodeId) -> (Role, Option<u64>) {
        (Role { word: "".into(), figure: Figure::Circle, acting: false }, None)
    }

    fn actions(&self, _: &Tower, _: Target) -> Vec<Action<Bell>> {
        Vec::new()
    }
}

fn tower(script: Vec<Directive<Bells>>, deeds: &[(u64, Does<Bell>)]) -> History<Bells> {
    let deed = |(at, does): &(u64, Does<Bell>)| Intervention { at: Micros(*at), does: does.clone() };
    History::new(Rc::new(Bells { rescan: false }), script, 1, deeds.iter().map(deed).collect())
}

/// The steps up to a date: when, what, and who made it happen.
fn told(history: &mut History<Bells>, until: u64) -> Vec<(u64, String, Cause)> {
    history.advance(Micros(until), u64::MAX);
    history.lines().map(|line| (line.at.0, line.happening.title.clone(), line.cause)).collect()
}

fn ring(at: u64, bell: u8) -> (u64, String, Cause) {
    (at, format!("Ring({bell})"), Cause::Time)
}

#[test]
fn the_least_date_happens_first() {
    let mut history = tower(Vec::new(), &[]);
    assert_eq!(
        told(&mut history, 40),
        [ring(10, 0), ring(12, 2), ring(21, 1), ring(25, 3), ring(33, 2), ring(39, 4)]
    );
    assert_eq!(history.peek(), Some(Micros(46)));
}

#[test]
fn a_system_that_does_not_say_what_it_changed_runs_the_same() {
    let run = |rescan| {
        let deeds = vec![Intervention { at: Micros(50), does: Does::Force(Bell::Muffle(4)) }];
        let mut history = History::new(Rc::new(Bells { rescan }), Vec::new(), 1, deeds);
        history.advance(Micros(2_000), u64::MAX);
        (history.run().hash(), history.run().state().clone(), history.run().steps())
    };
    assert_eq!(run(true), run(false));
}

#[test]
fn however_many_deeds_cannot_be_done_they_are_passed_over() {
    let deeds = vec![(5, Does::Force(Bell::Ring(9))); 100_000];
    assert_eq!(told(&mut tower(Vec::new(), &deeds), 12), [ring(10, 0), ring(12, 2)]);
}

#[test]
fn of_equal_dates_the_reader_is_first_then_the_script_then_time() {
    let script = vec![Directive::after(Micros(10), |_: &Bells, _: &Tower| vec![Bell::Ring(2)])];
    let mut history = tower(script, &[(10, Does::Force(Bell::Ring(2)))]);
    // The script finds bell 2 no longer swinging: its event is left out. Dates grow strictly.
    let expected = [(10, "Ring(2)".to_owned(), Cause::Reader), ring(11, 0)];
    assert_eq!(told(&mut history, 20), expected);
    let script =
        vec![Directive::after(Micros(10), |_: &Bells, _: &Tower| vec![Bell::Muffle(2), Bell::Ring(0)])];
    let mut history = tower(script, &[]);
    let expected = [(10, "Muffle(2)".to_owned(), Cause::Script), (11, "Ring(0)".to_owned(), Cause::Script)];
    assert_eq!(told(&mut history, 20), expected);
}

#[test]
fn a_script_waits_for_its_condition_and_then_for_its_span() {
    let script = vec![
        Directive::once(
            |_: &Bells, now: &Tower| now.rung.len() == 2,
            Micros(5),
            |_, _| vec![Bell::Muffle(1)],
        ),
        Directive::after(Micros(100), |_, _| Vec::new()),
        Directive::after(Micros(0), |_, _| vec![Bell::Ring(3)]),
    ];
    let mut history = tower(script, &[]);
    let steps = told(&mut history, 24);
    assert_eq!(steps[2..], [(17, "Muffle(1)".to_owned(), Cause::Script)], "5 after the second bell");
    assert_eq!(history.run().state().swinging, BTreeSet::from([3]));
}

#[test]
fn what_follows_an_impossible_event_of_a_script_comes_no_earlier() {
    let act = |_: &Bells, _: &Tower| vec![Bell::Muffle(4), Bell::Muffle(2)];
    let mut history = tower(vec![Directive::after(Micros(5), act)], &[]);
    assert_eq!(told(&mut history, 10), [(5, "Muffle(2)".to_owned(), Cause::Script), ring(10, 0)]);
    assert!(history.seek(Micros(5), 0));
    assert_eq!(history.run().steps(), 1);
}

#[test]
fn a_deed_that_is_impossible_leaves_no_trace() {
    let mut plain = tower(Vec::new(), &[]);
    let mut other = tower(
        Vec::new(),
        &[(5, Does::Force(Bell::Ring(4))), (30, Does::Postpone(Bell::Muffle(0), Micros(9)))],
    );
    assert_eq!(told(&mut plain, 200), told(&mut other, 200));
    assert_eq!(plain.run().hash(), other.run().hash());
    assert!(!plain.intervene(Micros(200), Does::Force(Bell::Ring(9))), "and it is refused at once");
    assert_eq!(plain.branches().len(), 1);
}

#[test]
fn what_is_postponed_happens_later_and_keeps_the_part_of_its_way() {
    let mut history = tower(Vec::new(), &[(5, Does::Postpone(Bell::Ring(0), Micros(100)))]);
    history.advance(Micros(5), 1);
    let (since, due) = history.run().span(&Bell::Ring(0)).expect("it is still dated");
    assert_eq!(due, Micros(110));
    let part = (5.0 - since.0 as f64) / (due.0 - since.0) as f64;
    // It was half-way; a start before the beginning of time is the beginning.
    assert!(part <= 0.5, "{part}");
    assert!(told(&mut history, 200).contains(&ring(110, 0)));
    assert_eq!(history.marks(0), [(1, Micros(5), Mark::FAULT)]);
}

#[test]
fn a_broken_property_stays_broken_and_is_marked_once() {
    let mut history = tower(Vec::new(), &[]);
    history.advance(Micros(5_000), u64::MAX);
    let broken: Vec<(u64, String)> = history
        .run()
        .verdicts()
        .filter_map(|(_, broken)| broken.map(|it| (it.step, it.reason.clone())))
        .collect();
    assert_eq!(broken, [(40, "40 bells have rung".to_owned())]);
    let marks: Vec<u64> =
        history.marks(0).iter().filter(|mark| mark.2 == Mark::VIOLATION).map(|mark| mark.0).collect();
    assert_eq!(marks, [40]);
    history.seek_step(39);
    assert!(history.run().verdicts().all(|(_, broken)| broken.is_none()), "before it broke it held");
}

#[test]
fn a_seek_goes_no_further_than_it_may() {
    let mut history = tower(Vec::new(), &[]);
    assert!(!history.seek(Micros(1_000_000), 100));
    assert_eq!(history.run().steps(), 100);
    assert!(history.seek(Micros(50), 0), "what has been played can always be reached");
    history.seek_step(5_000);
    assert_eq!(history.run().steps(), 100, "what has not been played cannot be gone to by its number");
}

#[test]
fn a_branch_cannot_leave_where_its_parent_never_was() {
    let mut history =
        tower(Vec::new(), &[(1, Does::Force(Bell::Muffle(0))), (2, Does::Force(Bell::Muffle(2)))]);
    assert!(!history.grow(0, 3, Vec::new(), "too late", 1_000), "all bells are still after two steps");
    assert!(!history.grow(7, 0, Vec::new(), "no parent", 1_000));
    assert!(history.grow(0, 1, Vec::new(), "one", 1_000));
    assert!(!history.grow(1, 1_000, Vec::new(), "too far", 10));
    let bell = Intervention { at: Micros(4), does: Does::Force(Bell::Ring(2)) };
    assert!(history.grow(0, 1, vec![bell], "two", 1_000));
    history.advance(Micros(4), 9);
    assert_eq!(history.run().state().rung, [2]);
    assert_eq!((history.shared(1, 2), history.branches()[2].name.as_str()), (1, "two"));
}

#[test]
fn a_report_is_ready_for_the_next_step() {
    let mut report: Report<Bell> = Report { rescan: true, wordy: true, ..Report::default() };
    report.marks.push(Mark::FAULT);
    report.enabled.push(Bell::Ring(1));
    report.clear();
    assert!(report.wordy && !report.rescan && report.marks.is_empty() && report.enabled.is_empty());
}
