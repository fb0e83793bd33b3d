//! The ways around the impossibility: what the page asks the worker for, and shows as it comes.

mod chart;
mod coin;
mod delays;
mod triangle;

use std::cell::RefCell;
use std::rc::Rc;

use catalog::task::Report;
use impossibility::circumventions::{Found, Way};
use yew::prelude::*;

use crate::context::use_page;
use crate::tasks::{Stop, Wire};

/// The coin, time, and the triangle.
#[component]
pub(super) fn Circumventions() -> Html {
    html! {
        <>
            <h3 key="title" class="way-title">{ "The ways out" }</h3>
            <coin::Coin key="coin" />
            <delays::Time key="time" />
            <triangle::Triangle key="triangle" />
        </>
    }
}

/// How far a question is.
#[derive(Clone, Debug, Default, PartialEq)]
struct Answer {
    /// What was found so far.
    found: Option<Rc<Found>>,
    running: bool,
    /// What went wrong, in a sentence.
    refused: Option<String>,
}

/// The answer, and what asks.
struct Asked {
    answer: UseStateHandle<Answer>,
    ask: Callback<Way>,
}

/// What is under way of a component.
#[derive(Default)]
struct Latest {
    number: u64,
    stop: Option<Stop>,
}

impl Latest {
    /// Gives up what is under way; what it still says is not heard.
    fn give_up(&mut self) {
        self.number += 1;
        if let Some(stop) = self.stop.take() {
            stop.stop();
        }
    }
}

/// A question to the worker. A new one takes the place of the one before.
#[hook]
fn use_ask() -> Asked {
    let wire = use_page().wire;
    let answer = use_state_eq(Answer::default);
    let latest = use_mut_ref(Latest::default);
    use_effect_with((), {
        let latest = Rc::clone(&latest);
        move |()| move || latest.borrow_mut().give_up()
    });
    let ask = {
        let answer = answer.setter();
        Callback::from(move |way: Way| {
            latest.borrow_mut().give_up();
            answer.set(Answer { running: true, ..Answer::default() });
            begin(&wire, way, &latest, &answer);
        })
    };
    Asked { answer, ask }
}

fn begin(wire: &Wire, way: Way, latest: &Rc<RefCell<Latest>>, answer: &UseStateSetter<Answer>) {
    let number = latest.borrow().number;
    let hear = {
        let (latest, answer) = (Rc::clone(latest), answer.clone());
        move |report: Report, text: String, _: f64| {
            if latest.borrow().number == number {
                answer.set(heard(report, &text));
            }
        }
    };
    let (latest, answer) = (Rc::clone(latest), answer.clone());
    wire.ask(&way, hear, move |asked| {
        let mut latest = latest.borrow_mut();
        match asked {
            Ok(stop) if latest.number == number => latest.stop = Some(stop),
            // It was given up while the search was loaded.
            Ok(stop) => stop.stop(),
            Err(words) if latest.number == number => {
                answer.set(Answer { refused: Some(words), ..Answer::default() });
            }
            Err(_) => {}
        }
    });
}

fn heard(report: Report, text: &str) -> Answer {
    if !report.answers() {
        let words = if text.is_empty() { "It ended without an answer." } else { text };
        return Answer { refused: Some(words.to_owned()), ..Answer::default() };
    }
    let running = report == Report::Progress;
    match serde_json::from_str(text) {
        Ok(found) => Answer { found: Some(Rc::new(found)), running, refused: None },
        Err(error) => {
            Answer { refused: Some(format!("Its answer cannot be read ({error}).")), ..Answer::default() }
        }
    }
}

/// What went wrong, if anything did.
fn refused(answer: &Answer) -> Html {
    answer
        .refused
        .as_ref()
        .map_or_else(|| html! {}, |words| html! { <p key="error" role="alert">{ words }</p> })
}
