//! Lemma 1: events at different processes commute.

use std::cell::RefCell;
use std::rc::Rc;

use impossibility::{Configurations, Diamond};
use yew::prelude::*;

use super::{PartProps, part};
use crate::browser::Timer;
use crate::valency::figure::{Figure, draw};
use crate::valency::{ExploredHandle, kind_of, number};

/// Lemma 1: every diamond of the graph.
#[component]
pub(in crate::valency) fn First(props: &PartProps) -> Html {
    let result = use_state_eq(|| None::<(u64, u32, Option<Diamond>)>);
    let picked = use_state_eq(|| None::<(u32, u32)>);
    let timer = use_mut_ref(|| None::<Timer>);
    let check = {
        let (shown, result) = (props.shown.clone(), result.setter());
        Callback::from(move |_| slice(&shown, &timer, &result, (0, 0)))
    };
    let states =
        props.shown.whole(|configurations| configurations.extent().states as u32).unwrap_or_default();
    let said = result.as_ref().map(|(count, done, open)| match open {
        _ if *done < states => format!(
            "{} diamonds so far, {} of {} configurations…",
            number(*count),
            number((*done).into()),
            number(states.into())
        ),
        None => format!("{} diamonds, and every one closes: no exception.", number(*count)),
        Some(open) => {
            format!("{} diamonds; the one over configuration {} does not close.", number(*count), open.top)
        }
    });
    let mathematics = html! {
        <math display="block"><mrow><msub><mi>{ "e" }</mi><mn>{ "2" }</mn></msub><mo>{ "(" }</mo><msub><mi>{ "e" }</mi><mn>{ "1" }</mn></msub>
            <mo>{ "(" }</mo><mi>{ "C" }</mi><mo>{ ")" }</mo><mo>{ ")" }</mo><mo>{ "=" }</mo><msub><mi>{ "e" }</mi><mn>{ "1" }</mn></msub>
            <mo>{ "(" }</mo><msub><mi>{ "e" }</mi><mn>{ "2" }</mn></msub><mo>{ "(" }</mo><mi>{ "C" }</mi><mo>{ ")" }</mo><mo>{ ")" }</mo></mrow></math>
    };
    let body = html! {
        <>
            <div class="acts"><button type="button" class="btn small-btn" onclick={check} data-test="diamonds">
                { "Check every diamond" }</button></div>
            if let Some(said) = said { <p role="status" data-test="diamonds-said">{ said }</p> }
            { one(&props.shown, &picked) }
        </>
    };
    let words = "Two events at different processes commute: whichever comes first, the same configuration is reached. \
                 For each configuration and each two such events the graph must have both ways to the same place.";
    part("Lemma 1: events commute", mathematics, words, body)
}

type Counted = UseStateSetter<Option<(u64, u32, Option<Diamond>)>>;

/// Counts the diamonds of some configurations, and then of the next.
fn slice(
    shown: &ExploredHandle,
    timer: &Rc<RefCell<Option<Timer>>>,
    result: &Counted,
    (count, from): (u64, u32),
) {
    let found = shown.whole(|configurations: &dyn Configurations| {
        let to = (from + 20_000).min(configurations.extent().states as u32);
        let (more, open) = configurations.proof().diamonds(from..to);
        (more, to, open, to == configurations.extent().states as u32)
    });
    let Some((more, to, open, ended)) = found else { return };
    result.set(Some((count + more, to, open)));
    if !ended && open.is_none() {
        let (shown, again, result) = (shown.clone(), Rc::clone(timer), result.clone());
        *timer.borrow_mut() = Some(Timer::new(0, move || slice(&shown, &again, &result, (count + more, to))));
    }
}

/// One diamond: two events of the configuration that is looked at.
fn one(shown: &ExploredHandle, picked: &UseStateHandle<Option<(u32, u32)>>) -> Html {
    let top = shown
        .selected()
        .or_else(|| shown.whole(|configurations| configurations.roots().first().copied()).flatten());
    let Some(top) = top else { return html! {} };
    let known = shown.whole(|configurations| {
        let proof = configurations.proof();
        let events: Vec<(u32, u32)> = proof.events(top).collect();
        let pair = |one: usize, other: usize| Some((proof.diamond(top, (one, other))?, (one, other)));
        let pairs: Vec<(Diamond, (usize, usize))> = (0..events.len())
            .flat_map(|one| (one + 1..events.len()).filter_map(move |other| pair(one, other)))
            .collect();
        let names = |(one, other): (usize, usize)| {
            [one, other].map(|place| configurations.event(top, events[place].1).title)
        };
        pairs.into_iter().map(|(diamond, places)| (diamond, names(places))).collect::<Vec<_>>()
    });
    let Some(pairs) = known.filter(|pairs| !pairs.is_empty()) else {
        return html! { <p class="small">{ "In this configuration no two events at different processes are pending." }</p> };
    };
    let place = picked.filter(|(known, _)| *known == top).map_or(0, |(_, place)| place as usize);
    let place = place.min(pairs.len() - 1);
    let choose = {
        let picked = picked.setter();
        Callback::from(move |event: Event| {
            let select: Option<web_sys::HtmlSelectElement> = event.target_dyn_into();
            picked.set(select.and_then(|select| Some((top, select.value().parse().ok()?))));
        })
    };
    let (diamond, [one, other]) = &pairs[place];
    let ends = match diamond.ends {
        (Some(here), Some(there)) if here == there => shown
            .whole(|configurations| kind_of(configurations.proof().valency[here as usize]))
            .map(|kind| format!("Both orders lead to the same configuration, which is {kind}.")),
        _ => Some("The two orders do not lead to the same configuration.".to_owned()),
    };
    html! {
        <div class="stack" data-test="diamond">
            <label class="small">{ "Two events that are pending in the configuration looked at: " }
                <select onchange={choose} data-test="diamond-events">
                    { for pairs.iter().enumerate().map(|(at, (_, [one, other]))| html! {
                        <option value={at.to_string()} selected={at == place}>{ format!("{one}; {other}") }</option> }) }
                </select></label>
            { draw(shown, &diamond_figure(diamond)) }
            <p class="small">{ format!("e₁: {one}. e₂: {other}. ") }{ ends.unwrap_or_default() }</p>
        </div>
    }
}

fn diamond_figure(diamond: &Diamond) -> Figure {
    let mut figure =
        Figure { size: (300.0, 206.0), label: "A diamond of two events.".to_owned(), ..Figure::default() };
    let top = figure.circle((150.0, 34.0), Some(diamond.top), "C");
    let left = figure.circle((70.0, 108.0), Some(diamond.sides.0), "");
    let right = figure.circle((230.0, 108.0), Some(diamond.sides.1), "");
    figure.arrow(top, left, "e₁");
    figure.arrow(top, right, "e₂");
    if diamond.commutes() {
        let end = figure.circle((150.0, 184.0), diamond.ends.0, "");
        figure.arrow(left, end, "e₂");
        figure.arrow(right, end, "e₁");
    } else {
        let ends = [
            figure.circle((110.0, 184.0), diamond.ends.0, ""),
            figure.circle((190.0, 184.0), diamond.ends.1, ""),
        ];
        figure.arrow(left, ends[0], "e₂");
        figure.arrow(right, ends[1], "e₁");
    }
    figure
}
