//! Mining by hand: four blocks whose words and nonces can be changed, and files of real headers.

use std::cell::RefCell;
use std::rc::Rc;

use catalog::{MinedBlock, Mining, verify_headers};
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::dialog::Modal;
use crate::browser::{self, Timer};
use crate::files;
use crate::words;

/// Properties of [`MineDialog`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// A file that was dropped on the page.
    pub file: Option<File>,
    /// Closes it.
    pub on_close: Callback<()>,
}

/// What the blocks hold at first.
const WORDS: [&str; 4] = ["Alice pays Bob 5", "Bob pays Carol 2", "Carol pays Dave 1", "Dave pays Alice 1"];
/// How many zeros a hash must begin with at first: enough to be seen searching, and no longer.
const ZEROS: u32 = 16;
/// A slice of a search lasts so long, in milliseconds, so that the page stays alive.
const SLICE: f64 = 12.0;
/// So many nonces between two looks at the clock.
const STRIDE: u64 = 4_096;

/// A search that goes on.
struct Running {
    began: f64,
    /// The next slice.
    timer: Option<Timer>,
}

/// The blocks, and the search there may be.
struct Bench {
    mining: Mining,
    running: Option<Running>,
    /// Nonces a second, of the last search.
    speed: Option<f64>,
}

impl Bench {
    fn stop(&mut self) {
        self.mining.stop();
        self.running = None;
    }
}

#[derive(Clone)]
struct BenchHandle {
    bench: Rc<RefCell<Bench>>,
    update: UseForceUpdateHandle,
}

impl BenchHandle {
    /// Changes something and shows it.
    fn change(&self, act: impl FnOnce(&mut Bench)) {
        act(&mut self.bench.borrow_mut());
        self.update.force_update();
    }

    fn start(&self, place: usize) {
        self.change(|bench| {
            bench.mining.start(place);
            bench.running = Some(Running { began: browser::now(), timer: None });
        });
        self.later();
    }

    /// The next slice comes when the page has done what it has to do.
    fn later(&self) {
        let next = self.clone();
        let timer = Timer::new(0, move || next.slice());
        if let Some(running) = &mut self.bench.borrow_mut().running {
            running.timer = Some(timer);
        }
    }

    fn slice(&self) {
        let mut over = false;
        self.change(|bench| {
            let Some(running) = &mut bench.running else { return };
            let until = browser::now() + SLICE;
            let mut ended = None;
            while ended.is_none() && browser::now() < until {
                ended = bench.mining.advance(STRIDE);
            }
            if let Some(tries) = ended {
                over = true;
                let took = (browser::now() - running.began).max(1.0);
                bench.speed = Some(tries as f64 / took * 1_000.0).filter(|_| took > 20.0).or(bench.speed);
                bench.running = None;
            }
        });
        if !over {
            self.later();
        }
    }
}

/// The dialog.
#[component]
pub fn MineDialog(props: &Props) -> Html {
    let bench = use_memo((), |()| {
        Rc::new(RefCell::new(Bench { mining: Mining::new(&WORDS, ZEROS), running: None, speed: None }))
    });
    let shared = BenchHandle { bench: (*bench).clone(), update: use_force_update() };
    let blocks = shared.bench.borrow().mining.blocks();
    html! {
        <Modal title="Mine by hand" name="mine" wide=true on_close={props.on_close.clone()}>
            <p key="why" class="small">{ "The hash of a block must begin with enough zeros. Change a word or a nonce: the hash is \
                another, and every block after it names one that is not there any more. Mine them again, one after the \
                other." }</p>
            { zeros(&shared) }
            <div key="leaves" class="leaves">{ for blocks.iter().enumerate().map(|(place, block)| leaf(&shared, place, block)) }</div>
            { tries(&shared, &blocks) }
            <Real key="real" file={props.file.clone()} />
        </Modal>
    }
}

fn zeros(shared: &BenchHandle) -> Html {
    let bench = shared.bench.borrow();
    let zeros = bench.mining.zeros();
    let oninput = {
        let shared = shared.clone();
        Callback::from(move |event: InputEvent| {
            let value = event.target_dyn_into::<HtmlInputElement>().map(|input| input.value_as_number());
            if let Some(zeros) = value.filter(|value| value.is_finite()) {
                shared.change(|bench| bench.mining.ask(zeros as u32));
            }
        })
    };
    let said = format!("{zeros} zeros in bits: one try in {}", words::grouped(bench.mining.expected()));
    html! {
        <label key="zeros" class="field"><span>{ said }</span>
            <input type="range" min={Mining::ZEROS.0.to_string()} max={Mining::ZEROS.1.to_string()} value={zeros.to_string()}
                aria-label="Zeros" {oninput} disabled={bench.running.is_some()} data-test="zeros" /></label>
    }
}

/// One block.
fn leaf(shared: &BenchHandle, place: usize, block: &MinedBlock) -> Html {
    let running = shared.bench.borrow().mining.running();
    let busy = running.is_some();
    let tries = running.filter(|(at, _)| *at == place).map(|(_, tries)| tries);
    let on_words = input(shared, move |bench, text| bench.mining.write(place, &text));
    let on_nonce = input(shared, move |bench, text| {
        if let Ok(nonce) = text.trim().parse() {
            bench.mining.turn(place, nonce);
        }
    });
    let said = block.wrong.unwrap_or("right");
    let start = {
        let shared = shared.clone();
        Callback::from(move |_| shared.start(place))
    };
    let stop = {
        let shared = shared.clone();
        Callback::from(move |_| shared.change(Bench::stop))
    };
    let number = place + 1;
    html! {
        <section key={place} class={classes!("leaf", block.wrong.map(|_| "wrong"))} aria-label={format!("Block {number}")}
            data-test={format!("leaf-{number}")} data-wrong={block.wrong.is_some().to_string()}>
            <h3 key="title">{ format!("Block {number}") }</h3>
            <label key="words"><span class="quiet small">{ "holds" }</span>
                <input type="text" maxlength="80" value={block.words.clone()} oninput={on_words} disabled={busy} /></label>
            <label key="nonce"><span class="quiet small">{ "nonce" }</span>
                <input type="text" inputmode="numeric" class="mono" value={block.nonce.to_string()} oninput={on_nonce}
                    disabled={busy} /></label>
            <p key="previous" class="small"><span class="quiet">{ "names " }</span>
                <span class="mono hash">{ &block.previous }</span></p>
            <p key="hash" class="small"><span class="quiet">{ "hash " }</span>
                <span class="mono hash" data-test="hash">{ &block.hash }</span></p>
            <p key="said" class="small said" role="status">{ said }</p>
            if let Some(tries) = tries {
                <button key="stop" type="button" class="btn small-btn" onclick={stop} data-test="stop-mining">
                    { format!("Stop after {} tries", words::grouped(tries)) }</button>
            } else {
                <button key="mine" type="button" class="btn small-btn" onclick={start} disabled={busy} data-test="start-mining">{ "Mine" }</button>
            }
        </section>
    }
}

/// Does something with what is typed.
fn input(shared: &BenchHandle, act: impl Fn(&mut Bench, String) + 'static) -> Callback<InputEvent> {
    let shared = shared.clone();
    Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            shared.change(|bench| act(bench, input.value()));
        }
    })
}

/// Tries, expected and made.
fn tries(shared: &BenchHandle, blocks: &[MinedBlock]) -> Html {
    let bench = shared.bench.borrow();
    let expected = bench.mining.expected();
    let row = |(place, block): (usize, &MinedBlock)| {
        let part = words::fixed(block.tries as f64 / expected as f64, 2);
        html! {
            <tr key={place}><th scope="row">{ format!("Block {}", place + 1) }</th>
                <td>{ words::grouped(block.tries) }</td><td>{ part }</td></tr>
        }
    };
    let mean = blocks.iter().map(|block| block.tries).sum::<u64>() / blocks.len().max(1) as u64;
    html! {
        <div key="tries" class="tries">
            <table class="way-table" data-test="tries">
                <thead><tr><th scope="col">{ "tries" }</th><th scope="col">{ "made" }</th><th scope="col">{ "of what is expected" }</th></tr></thead>
                <tbody>{ for blocks.iter().enumerate().map(row) }
                    <tr key="mean"><th scope="row">{ "on average" }</th><td>{ words::grouped(mean) }</td>
                        <td>{ format!("expected: {}", words::grouped(expected)) }</td></tr></tbody>
            </table>
            if let Some(speed) = bench.speed {
                <p class="quiet small">{ format!("This machine tries {} hashes a second.", words::grouped(speed as u64)) }</p>
            }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct RealProps {
    file: Option<File>,
}

/// A file of real headers, and what was verified in it.
#[component]
fn Real(props: &RealProps) -> Html {
    let found = use_state_eq(|| None::<Result<Found, String>>);
    let read = {
        let found = found.setter();
        Callback::from(move |file: File| {
            let found = found.clone();
            spawn_local(async move {
                found.set(Some(files::read(&file).await.and_then(|text| verify(&text))));
            });
        })
    };
    use_effect_with(props.file.clone(), {
        let read = read.clone();
        move |file| {
            if let Some(file) = file.clone() {
                read.emit(file);
            }
        }
    });
    let onchange = Callback::from(move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        if let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) {
            read.emit(file);
        }
    });
    html! {
        <section class="real">
            <h3 key="title">{ "Real headers" }</h3>
            <label key="file" class="field"><span class="quiet small">{ "A file of headers, one a line in hexadecimal digits, or a table with a column header_hex; or drop it on the page." }</span>
                <input type="file" accept=".csv,.txt,text/plain,text/csv" {onchange} data-test="headers-file" /></label>
            if let Some(found) = &*found { <div key="found" role="status" data-test="headers-found">{ told(found) }</div> }
        </section>
    }
}

/// What was verified, and the first fault.
#[derive(Clone, PartialEq)]
struct Found {
    headers: String,
    rows: Vec<(&'static str, String)>,
    fault: Option<String>,
}

fn verify(text: &str) -> Result<Found, String> {
    let found = verify_headers(text);
    let fault = found.fault.map(|fault| format!("{}.", words::sentence(&fault)));
    match fault {
        Some(fault) if found.count == 0 => Err(fault),
        fault => Ok(Found { headers: found.title, rows: found.rows, fault }),
    }
}

fn told(found: &Result<Found, String>) -> Html {
    match found {
        Err(words) => html! { <p class="bad">{ words }</p> },
        Ok(found) => html! {
            <>
                <p key="headers"><strong>{ &found.headers }</strong></p>
                <table key="rows" class="way-table"><tbody>
                    { for found.rows.iter().map(|(name, words)| html! {
                        <tr key={*name}><th scope="row">{ *name }</th><td class="hash">{ words }</td></tr>
                    }) }
                </tbody></table>
                if let Some(fault) = &found.fault { <p key="fault" class="bad">{ fault }</p> }
                else { <p key="fine">{ "Nothing is wrong with it." }</p> }
            </>
        },
    }
}
