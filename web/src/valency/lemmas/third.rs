//! Lemma 3: one can go on and stay bivalent.

use impossibility::{Configurations, Neighbours, Sets, Third};
use yew::prelude::*;

use super::{PartProps, part};
use crate::valency::figure::{Figure, FigureFrame, draw};
use crate::valency::{ExploredHandle, kind_of, number};

/// Lemma 3: the sets C and D of the configuration that is looked at.
#[component]
pub(in crate::valency) fn ThirdLemma(props: &PartProps) -> Html {
    let shown = &props.shown;
    let picked = use_state_eq(|| None::<u32>);
    let mathematics = html! {
        <math display="block"><mrow><mi>{ "D" }</mi><mo>{ "=" }</mo><mi>{ "e" }</mi><mo>{ "(" }</mo><mi>{ "C" }</mi><mo>{ ")" }</mo>
            <mo>{ "," }</mo><mspace width="1em" /><mo>{ "∃" }</mo><mi>{ "d" }</mi><mo>{ "∈" }</mo><mi>{ "D" }</mi><mo>{ ":" }</mo>
            <mi>{ "V" }</mi><mo>{ "(" }</mo><mi>{ "d" }</mi><mo>{ ")" }</mo><mo>{ "=" }</mo><mo>{ "{" }</mo><mn>{ "0" }</mn>
            <mo>{ "," }</mo><mn>{ "1" }</mn><mo>{ "}" }</mo></mrow></math>
    };
    let words = "C is what can be reached from a bivalent configuration without the event e, and D what e makes of it. \
                 The lemma: D has a bivalent member, so e can be delayed until it does no harm. In the paper e can happen \
                 in every member of C: messages wait, and a process can always receive nothing. Here a first step or a \
                 suspicion can be overtaken by a message; then D comes from a part of C, and the lemma does not apply as \
                 it stands.";
    part("Lemma 3: stay bivalent", mathematics, words, third_body(shown, &picked))
}

fn third_body(shown: &ExploredHandle, picked: &UseStateHandle<Option<u32>>) -> Html {
    let from = shown.selected().filter(|&state| {
        shown.whole(|configurations| configurations.proof().valency[state as usize] & 0b11 == 0b11)
            == Some(true)
    });
    let Some(from) = from else {
        let first = shown.whole(|configurations| {
            let proof = configurations.proof();
            let state =
                (0..proof.valency.len() as u32).find(|&state| proof.valency[state as usize] & 0b11 == 0b11);
            state.map(|state| configurations.way(state))
        });
        return match first.flatten() {
            None => {
                html! { <p>{ "This protocol has no bivalent configuration: its decision follows from the inputs." }</p> }
            }
            Some(way) => {
                let shown = shown.clone();
                let onclick = Callback::from(move |_| shown.follow(&way));
                html! { <div class="acts"><button type="button" class="btn small-btn" {onclick} data-test="to-bivalent">
                { "Go to a bivalent configuration" }</button></div> }
            }
        };
    };
    let events = shown.whole(|configurations| {
        let proof = configurations.proof();
        let mut events: Vec<(u32, String)> = Vec::new();
        for (label, next) in proof.events(from).filter(|(label, _)| proof.is_step(*label)) {
            if events.iter().all(|(known, _)| *known != label) {
                events.push((label, configurations.event(from, next).title));
            }
        }
        // Messages wait, so they first: a step of the process itself can be overtaken.
        events.sort_by_key(|(label, _)| proof.meaning(*label).is_none_or(|meaning| meaning.from.is_none()));
        events
    });
    let events = events.unwrap_or_default();
    let Some(event) = picked
        .filter(|label| events.iter().any(|(known, _)| known == label))
        .or_else(|| events.first().map(|event| event.0))
    else {
        return html! { <p>{ "Nothing is pending here." }</p> };
    };
    let choose = {
        let picked = picked.setter();
        Callback::from(move |input: Event| {
            let select: Option<web_sys::HtmlSelectElement> = input.target_dyn_into();
            picked.set(select.and_then(|select| select.value().parse().ok()));
        })
    };
    html! {
        <>
            <label class="small">{ "e: " }<select onchange={choose} data-test="lemma-event">
                { for events.iter().map(|(label, title)| html! { <option value={label.to_string()} selected={*label == event}>{ title }</option> }) }
            </select></label>
            { third_result(shown, from, event) }
        </>
    }
}

/// What becomes of the sets.
fn third_result(shown: &ExploredHandle, from: u32, event: u32) -> Html {
    let found = shown.whole(|configurations| {
        let proof = configurations.proof();
        let sets = proof.sets(from, event);
        let kinds = [1, 2, 3, 0].map(|kind| sets.d.iter().filter(|(_, state)| proof.valency[*state as usize] & 0b11 == kind).count());
        let third = proof.third(&sets, event);
        let (words, walk) = match &third {
            Third::Bivalent(walk) => (
                format!("A bivalent member of D is {} away, e being the last of them.", crate::words::count(walk.len() - 1, "step")),
                Some(walk.clone()),
            ),
            Third::Neighbours(two) => {
                let kinds = (kind_of(proof.valency[two.d.0 as usize]), kind_of(proof.valency[two.d.1 as usize]));
                let process = proof.meaning(event).and_then(|label| configurations.processes().get(usize::from(label.node)));
                let name = process.cloned().unwrap_or_default();
                let without = proof.meaning(event).map(|label| proof.without(two.c.0, label.node));
                let escape = match (two.same, without.flatten()) {
                    (false, _) => "They differ by an event of another process, which commutes with e: nothing more is decided after it.".to_owned(),
                    (true, None) => format!("They differ by an event of {name} itself (case p = p′), and from there nothing is decided unless {name} takes a step: the protocol waits for {name}, so it does not survive its crash."),
                    (true, Some(walk)) => format!("They differ by an event of {name} itself (case p = p′), and {} without {name} decide: so the same decision must follow from both, which only a protocol that breaks agreement escapes.", crate::words::count(walk.len() - 1, "step")),
                };
                (format!("D has no bivalent member. Neighbours in C lead to {} and {}. {escape}", kinds.0, kinds.1), Some(two.walk.clone()))
            }
            Third::Uniform(set) => (format!("All of D is {}: whenever e happens, the decision has fallen.", kind_of(*set)), None),
        };
        let cases = if let Third::Neighbours(two) = &third { Some(cases_figure(configurations, two, event)) } else { None };
        let figures = (sets_figure(configurations, &sets), cases);
        ((sets.c.len(), sets.d.len(), sets.lost), kinds, words, (walk, figures))
    });
    let Some(((c, d, lost), [zero, one, both, stuck], words, (walk, figures))) = found else {
        return html! {};
    };
    let go = walk.map(|walk| {
        let shown = shown.clone();
        let before = shown.selected_walk().unwrap_or_default();
        Callback::from(move |_: MouseEvent| {
            let mut whole = before.clone();
            whole.extend(&walk[1..]);
            shown.follow(&whole);
        })
    });
    html! {
        <div class="stack" data-test="lemma-result">
            <p class="small">{ format!("|C| = {}, |D| = {}: {} 0-valent, {} 1-valent, {} bivalent, {} stuck.",
                number(c as u64), number(d as u64), number(zero as u64), number(one as u64), number(both as u64), number(stuck as u64)) }</p>
            if lost > 0 {
                <p class="small" data-test="lemma-lost">{ format!("In {} of the {} configurations of C the event e can no longer \
                    happen: a message has overtaken it, or it would change nothing and idle deliveries are off. The paper excludes \
                    that. What follows is about the others.",
                    number(lost as u64), number(c as u64)) }</p>
            }
            { draw(shown, &figures.0) }
            <p role="status" data-test="lemma-said">{ words }</p>
            if let Some(cases) = &figures.1 { <div data-test="lemma-case">{ draw(shown, cases) }</div> }
            if let Some(onclick) = go {
                <div class="acts"><button type="button" class="btn small-btn" {onclick} data-test="lemma-go">{ "Go there" }</button></div>
            }
        </div>
    }
}

/// So many members of the sets are drawn.
const DRAWN: usize = 7;

/// The sets: the nearest members of C from which e can happen, and where it leads.
fn sets_figure(configurations: &dyn Configurations, sets: &Sets) -> Figure {
    let shown = sets.d.len().min(DRAWN);
    let mut figure = Figure {
        size: (300.0, 196.0),
        label: format!("C has {} members, and D has {}.", sets.c.len(), sets.d.len()),
        ..Figure::default()
    };
    let more = |all: usize| {
        if all > shown { format!(", {} more", number((all - shown) as u64)) } else { String::new() }
    };
    for (y, name) in
        [(2.0, format!("C{}", more(sets.c.len()))), (112.0, format!("D = e(C){}", more(sets.d.len())))]
    {
        figure.frames.push(FigureFrame { corner: (2.0, y), size: (296.0, 80.0), name });
    }
    let x = |place: usize| 24.0 + 42.0 * place as f64;
    let members: Vec<(u32, u32)> =
        sets.d.iter().take(DRAWN).map(|&(place, to)| (sets.c[place as usize], to)).collect();
    let above: Vec<usize> = members
        .iter()
        .enumerate()
        .map(|(place, &(from, _))| {
            // Neighbours in C stand at different heights, so that the events between them can be seen.
            let depth = if place % 2 == 0 { 40.0 } else { 62.0 };
            figure.circle((x(place), depth), Some(from), "")
        })
        .collect();
    for (place, &(from, to)) in members.iter().enumerate() {
        let below = figure.circle((x(place), 160.0), Some(to), "");
        figure.arrow(above[place], below, if place == 0 { "e" } else { "" });
        for (other, &(next, _)) in members.iter().enumerate() {
            let near = other == place + 1 || place == other + 1;
            if near && configurations.proof().events(from).any(|(_, found)| found == next) {
                figure.arrow(above[place], above[other], "");
            }
        }
    }
    figure
}

/// The two cases of the proof: the step between the neighbours is of another process, or of the same.
fn cases_figure(configurations: &dyn Configurations, two: &Neighbours, event: u32) -> Figure {
    let proof = configurations.proof();
    let mut figure = Figure { size: (300.0, 150.0), ..Figure::default() };
    let c0 = figure.circle((50.0, 34.0), Some(two.c.0), "C₀");
    let c1 = figure.circle((250.0, 34.0), Some(two.c.1), "C₁");
    let d0 = figure.circle((50.0, 122.0), Some(two.d.0), "D₀");
    let d1 = figure.circle((250.0, 122.0), Some(two.d.1), "D₁");
    figure.arrow(c0, c1, "e′");
    figure.arrow(c0, d0, "e");
    figure.arrow(c1, d1, "e");
    if !two.same {
        figure.label = "The first case: e and e′ are of different processes.".to_owned();
        let closes = proof.after(two.d.0, two.between).any(|state| state == two.d.1);
        figure.arrow(d0, d1, "e′");
        if let Some(arrow) = figure.arrows.last_mut() {
            arrow.missing = !closes;
        }
        return figure;
    }
    figure.label = "The second case: e and e′ are of the same process, and σ is a run without it.".to_owned();
    figure.size.1 = 226.0;
    // A run in which the process takes no step, and what e, and e′ with e, make of its end.
    let run = proof.meaning(event).and_then(|label| proof.without(two.c.0, label.node));
    let end = run.and_then(|walk| walk.last().copied());
    let after = |state: Option<u32>, label: u32| state.and_then(|state| proof.after(state, label).next());
    let a = figure.circle((150.0, 102.0), end, "A");
    let e0 = figure.circle((100.0, 204.0), after(end, event), "E₀");
    let e1 = figure.circle((200.0, 204.0), after(after(end, two.between), event), "E₁");
    figure.arrow(c0, a, "σ");
    figure.arrow(a, e0, "e");
    figure.arrow(a, e1, "e′, e");
    figure.arrow(d0, e0, "σ");
    figure.arrow(d1, e1, "σ");
    figure
}
