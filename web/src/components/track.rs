//! The scrubber: the whole run from left to right, marks where something happened, and a thumb at the time shown.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use catalog::{Mark, MarkKind, Micros, Position};
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::browser;
use crate::hooks::{RunHandle, use_frame};
use crate::playback::{Command, Playback};
use crate::tasks::{TaskStage, TasksHandle, use_tasks};
use crate::words;

/// Properties of [`Track`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub handle: RunHandle,
}

/// The scrubber.
#[component]
pub fn Track(props: &Props) -> Html {
    let (place, done, thumb) = (use_node_ref(), use_node_ref(), use_node_ref());
    let drag = use_memo((), |()| Cell::new(false));
    let span = use_span(&props.handle);
    let position = props.handle.look(|run| run.session().position());
    use_frame(&props.handle, span, {
        let movers = [done.clone(), thumb.clone()];
        move || move |run: &Playback| place_thumb(&movers, run, span)
    });
    let (down, moves, up) = pointer(&props.handle, &drag, span);
    let onkeydown = keys(&props.handle, span);
    let marks = props.handle.look(|run| run.session().marks());
    let said = said(&position);
    let tasks = use_tasks();
    let outcomes_left = outcomes_strip(&props.handle, &tasks, span);
    html! {
        <div ref={place} class="track" role="slider" tabindex="0" aria-label="Time" aria-valuemin="0"
            aria-valuemax={ms(span)} aria-valuenow={ms(position.shown)} aria-valuetext={said} {onkeydown}
            onpointerdown={down} onpointermove={moves} onpointerup={up.clone()} onpointercancel={up} data-test="track">
            <svg key="marks" class="marks" width="100%" height="100%" aria-hidden="true">
                <line class="rail" x1="0" x2="100%" y1="18" y2="18" />
                { for thinned(&marks, span).into_iter().map(|(part, at, mark)| mark_html(part, at, mark)) }
            </svg>
            { outcomes_left }
            <div key="done" ref={done} class="done"></div>
            <div key="thumb" ref={thumb} class="thumb"></div>
            <span key="zero" class="end-time start quiet">{ "0" }</span>
            <span key="end" class="end-time stop quiet">{ words::time(span, false) }</span>
        </div>
    }
}

fn ms(at: Micros) -> String {
    words::fixed(at.as_ms(), 0)
}

fn said(position: &Position) -> String {
    format!("{}, {}", words::time(position.shown, false), words::count(position.steps as usize, "step"))
}

/// What the track covers. A run that the search found is short: it fills the track until it is played beyond its end.
#[hook]
fn use_span(handle: &RunHandle) -> Micros {
    let (length, position, schedule) =
        handle.look(|run| (run.session().about().length, run.session().position(), run.schedule()));
    let reach = use_memo((handle.identity(), position.branch), |_| Cell::new(Micros::ZERO));
    reach.set(reach.get().max(position.shown));
    let Some(end) = schedule else { return span(length, position.end) };
    let beyond = if position.end > length { position.end } else { Micros::ZERO };
    span(Micros(end.0.saturating_add(end.0 / 10)), reach.get().max(beyond))
}

/// What the track covers: the scenario, and more in leaps when the run goes on beyond it, so that marks rarely move.
fn span(length: Micros, end: Micros) -> Micros {
    let mut span = length.0.max(1_000);
    while span < end.0 {
        span += span.div_ceil(2);
    }
    Micros(span)
}

/// Under the rail: which outcomes were still open when, once that has been asked about this run.
fn outcomes_strip(handle: &RunHandle, tasks: &TasksHandle, span: Micros) -> Html {
    let slot = tasks.outcomes_left();
    let found = slot.as_ref().filter(|task| task.stage == TaskStage::Done).and_then(|task| {
        let same = handle.look(|run| task.subject.same_run(&run.session().recording()));
        task.found.as_ref().filter(|_| same).map(|found| (found, task.subject.recording.at))
    });
    let Some((found, asked)) = found else {
        return html! { <svg key="outcomes-left" class="outcomes-left" hidden=true></svg> };
    };
    let percent = |at: u64| at as f64 / span.0.max(1) as f64 * 100.0;
    let ends = found.spans.iter().skip(1).map(|next| next.from_at).chain([asked.max(1)]);
    let stretches = found.spans.iter().zip(ends).map(|(one, end)| {
        let (from, wide) = (percent(one.from_at), percent(end) - percent(one.from_at));
        let open = one.outcomes.len() > 1;
        let mut words = if one.outcomes.is_empty() { "no outcome".to_owned() } else { one.outcomes.join(" or ") };
        if !one.sure {
            words.push_str(", perhaps more");
        }
        // Whoever points at a stretch wants to see where it begins.
        let step = one.from_step;
        let onpointerdown = (step > 0).then(|| {
            let handle = handle.clone();
            Callback::from(move |event: PointerEvent| {
                event.stop_propagation();
                handle.send(Command::SeekStep(step));
            })
        });
        let (x, width) = (format!("{}%", words::fixed(from, 3)), format!("{}%", words::fixed(wide.max(0.0), 3)));
        html! {
            <svg key={one.from_step.to_string()} {x} {width} y="0" height="14" class={if open { "open" } else { "settled" }}
                {onpointerdown} data-step={one.from_step.to_string()}>
                <title>{ format!("From {} on: {words}", words::time(Micros(one.from_at), false)) }</title>
                <rect width="100%" height="14" />
                <text x="4" y="11">{ words }</text>
            </svg>
        }
    });
    html! { <svg key="outcomes-left" class="outcomes-left" width="100%" height="14" aria-hidden="true" data-test="outcomes-left-strip">{ for stretches }</svg> }
}

/// Only what moves is told: told to the track, every mark on it would be styled anew in every frame.
fn place_thumb(movers: &[NodeRef], run: &Playback, span: Micros) {
    let part = run.session().position().shown.as_ms() / span.as_ms();
    let at = words::fixed(part.clamp(0.0, 1.0), 5);
    for element in movers.iter().filter_map(NodeRef::cast::<HtmlElement>) {
        browser::set_style(&element, "--at", &at);
    }
}

type Hears = (Callback<PointerEvent>, Callback<PointerEvent>, Callback<PointerEvent>);

/// Pressing seeks, moving seeks on; near a mark the press goes to the mark.
fn pointer(handle: &RunHandle, drag: &Rc<Cell<bool>>, span: Micros) -> Hears {
    let down = {
        let (handle, drag) = (handle.clone(), Rc::clone(drag));
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            let Some(track) = event.current_target_dyn() else { return };
            let _ = track.set_pointer_capture(event.pointer_id());
            drag.set(true);
            let (at, near) = time_at(&track, &event, span);
            let mark = handle.look(|run| {
                let marks = run.session().marks();
                marks.iter().map(|(step, time, _)| (time.0.abs_diff(at.0), *step)).min()
            });
            handle.send(Command::Hold(true));
            match mark {
                Some((away, step)) if away <= near.0 => handle.send(Command::SeekStep(step)),
                Some(_) | None => handle.send(Command::Seek(at)),
            }
        })
    };
    let moves = {
        let (handle, drag) = (handle.clone(), Rc::clone(drag));
        Callback::from(move |event: PointerEvent| {
            let far = event.movement_x().abs() + event.movement_y().abs() > 0;
            if let (true, true, Some(track)) = (drag.get(), far, event.current_target_dyn()) {
                handle.send(Command::Seek(time_at(&track, &event, span).0));
            }
        })
    };
    let up = {
        let (handle, drag) = (handle.clone(), Rc::clone(drag));
        Callback::from(move |_| {
            if drag.replace(false) {
                handle.send(Command::Hold(false));
            }
        })
    };
    (down, moves, up)
}

/// The time under the pointer, and how much time is near it.
fn time_at(track: &HtmlElement, event: &PointerEvent, span: Micros) -> (Micros, Micros) {
    let rect = track.get_bounding_client_rect();
    let part = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0);
    let near = 5.0 / rect.width().max(1.0);
    let micros = |part: f64| Micros((part.clamp(0.0, 1.0) * span.0 as f64).round() as u64);
    (micros(part), micros(near))
}

/// The arrow keys step, as they do everywhere; the others seek.
fn keys(handle: &RunHandle, span: Micros) -> Callback<KeyboardEvent> {
    let handle = handle.clone();
    Callback::from(move |event: KeyboardEvent| {
        let shown = handle.look(|run| run.session().position().shown);
        let tenth = span.0 / 10;
        let command = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => Command::Step,
            "ArrowLeft" | "ArrowDown" => Command::StepBack,
            "PageUp" => Command::Seek(Micros((shown.0 + tenth).min(span.0))),
            "PageDown" => Command::Seek(Micros(shown.0.saturating_sub(tenth))),
            "Home" => Command::Seek(Micros::ZERO),
            "End" => Command::Seek(span),
            _ => return,
        };
        event.prevent_default();
        handle.send(command);
    })
}

/// Marks of one kind that would lie on each other are one.
fn thinned(marks: &[(u64, Micros, Mark)], span: Micros) -> Vec<(f64, Micros, Mark)> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<(f64, Micros, Mark)> = Vec::new();
    for &(_, at, mark) in marks {
        let part = at.as_ms() / span.as_ms();
        if seen.insert(((part * 300.0) as u64, mark)) {
            // The gravest on top.
            let place = kept.partition_point(|(.., other)| *other <= mark);
            kept.insert(place, (part, at, mark));
        }
    }
    kept
}

/// The name of a kind of mark for style sheets, and its figure: no kind depends on colour alone.
#[must_use]
pub const fn mark_figure(kind: MarkKind) -> (&'static str, &'static str) {
    match kind {
        MarkKind::Era => ("era", "M0-6a6 6 0 1 1 0 12a6 6 0 1 1 0-12Z"),
        MarkKind::Decided => ("decided", "M-3.5-3.5h7v7h-7Z"),
        MarkKind::Fault => ("fault", "M-1.75-9h3.5v18h-3.5Z"),
        MarkKind::Repair => ("repair", "M-1.75-9h3.5v6.5h-3.5ZM-1.75 2.5h3.5v6.5h-3.5Z"),
        MarkKind::Request => ("request", "M0 2.5 4.5 9.5h-9Z"),
        MarkKind::Violation => ("violation", "M0-10 8 5h-16Z"),
    }
}

fn mark_html(part: f64, at: Micros, mark: Mark) -> Html {
    let (class, figure) = mark_figure(mark.kind);
    let x = format!("{}%", words::fixed(part * 100.0, 3));
    html! {
        <svg key={format!("{}-{}", mark.key, at.0)} {x} y="18" overflow="visible" class={classes!("mark-at", class)} data-mark={mark.key}>
            <title>{ format!("{}, {}", mark.word, words::time(at, false)) }</title>
            <path d={figure} />
        </svg>
    }
}

/// The track itself, whatever part of it the pointer is over.
trait CurrentTarget {
    fn current_target_dyn(&self) -> Option<HtmlElement>;
}

impl CurrentTarget for PointerEvent {
    fn current_target_dyn(&self) -> Option<HtmlElement> {
        let element = self.target_dyn_into::<web_sys::Element>()?;
        wasm_bindgen::JsCast::dyn_into(element.closest(".track").ok()??).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_span_grows_in_leaps() {
        let ms = Micros::ms;
        assert_eq!(span(ms(100), ms(0)), ms(100));
        assert_eq!(span(ms(100), ms(100)), ms(100));
        assert_eq!(span(ms(100), ms(101)), ms(150));
        assert_eq!(span(ms(100), ms(151)), ms(225));
    }

    #[test]
    fn marks_that_lie_on_each_other_are_one() {
        let marks = [
            (1, Micros(10), Mark::VIOLATION),
            (2, Micros(20), Mark::REQUEST),
            (3, Micros(30), Mark::REQUEST),
            (4, Micros(90_000), Mark::REQUEST),
        ];
        let kept: Vec<_> = thinned(&marks, Micros::ms(100)).into_iter().map(|(_, at, _)| at.0).collect();
        assert_eq!(kept, [20, 90_000, 10]);
    }
}
