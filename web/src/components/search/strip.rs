//! The strip under the scrubber: which outcomes were still open when.

use catalog::Micros;
use yew::prelude::*;

use crate::hooks::Desk;
use crate::lab::{Stage, use_lab};
use crate::words;

/// Properties of [`FateStrip`].
#[derive(Clone, PartialEq, Properties)]
pub struct StripProps {
    /// The run.
    pub desk: Desk,
    /// What the time bar covers.
    pub span: Micros,
}

/// Under the rail: which outcomes were still open when, once that has been asked about this run.
#[component]
pub fn FateStrip(props: &StripProps) -> Html {
    let (desk, span) = (&props.desk, props.span);
    let lab = use_lab();
    let slot = lab.fate();
    let found = slot.as_ref().filter(|task| task.stage == Stage::Done).and_then(|task| {
        let same = desk.look(|run| task.subject.same_run(&run.session().recording()));
        task.found.as_ref().filter(|_| same).map(|found| (found, task.subject.recording.at))
    });
    let Some((found, asked)) = found else {
        return html! { <svg key="fate" class="fate" hidden=true></svg> };
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
        let (x, width) = (format!("{}%", words::fixed(from, 3)), format!("{}%", words::fixed(wide.max(0.0), 3)));
        html! {
            <svg key={one.from_step.to_string()} {x} {width} y="0" height="14" class={if open { "open" } else { "settled" }}>
                <title>{ format!("From {} on: {words}", words::time(Micros(one.from_at), false)) }</title>
                <rect width="100%" height="14" />
                <text x="4" y="11">{ words }</text>
            </svg>
        }
    });
    html! { <svg key="fate" class="fate" width="100%" height="14" aria-hidden="true" data-test="fate-strip">{ for stretches }</svg> }
}
