//! Each search in a process of its own, the two sides in turn.

use std::fmt::Write;
use std::process::{Command, ExitCode};

use crate::{Measured, WORKLOADS, Workload, host, ours, theirs};

/// A small search is made again and again for so long.
const SECONDS: f64 = 0.5;
const ROUNDS: usize = 5;
/// Searches that take minutes are not made so often.
const LARGE_ROUNDS: usize = 1;

/// What a process told of its search.
#[derive(Clone, Copy)]
struct Run {
    found: Measured,
    bytes: f64,
    /// The part of its time for which it had no processor.
    waited: f64,
}

pub(crate) fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, side, number] = &arguments[..]
        && word == "one"
    {
        return one(side, number);
    }
    if let [word, number, bytes] = &arguments[..]
        && word == "within"
    {
        return within(number, bytes);
    }
    let large = take_flag(&mut arguments, "--large");
    let only_ours = take_flag(&mut arguments, "--ours");
    let figures = arguments.pop();
    let mut lines = String::new();
    for (number, workload) in WORKLOADS.iter().enumerate().filter(|(_, workload)| large || !workload.large) {
        let rounds = if workload.large { LARGE_ROUNDS } else { ROUNDS };
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            here.push(child("ours", number));
            if !only_ours {
                there.push(child("theirs", number));
            }
        }
        tell(workload, &here, &there);
        bound(workload, number, &here);
        writeln!(lines, "{}\t{}", workload.name, rate(&here)).unwrap_or_default();
    }
    if let Some(file) = figures
        && let Err(error) = std::fs::write(&file, lines)
    {
        eprintln!("{file} cannot be written: {error}.");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn take_flag(arguments: &mut Vec<String>, flag: &str) -> bool {
    let before = arguments.len();
    arguments.retain(|argument| argument != flag);
    arguments.len() < before
}

/// The child: one search, and a line of figures.
fn one(side: &str, number: &str) -> ExitCode {
    let Some(workload) = number.parse().ok().and_then(|number: usize| WORKLOADS.get(number)) else {
        eprintln!("There is no workload {number}.");
        return ExitCode::from(2);
    };
    let search = || if side == "ours" { ours::search(workload) } else { theirs::search(workload) };
    let mut clock = Clock::start();
    let found = search();
    // The peak is that of one search; what is left over from it would add to the next.
    let bytes = host::peak_bytes();
    let mut rounds = 1;
    if clock.had() < SECONDS {
        (clock, rounds) = (Clock::start(), 0);
        while clock.had() < SECONDS {
            search();
            rounds += 1;
        }
    }
    let (seconds, waited) = (clock.had() / f64::from(rounds), clock.waited());
    let Measured { states, transitions, depth, bytes: counted, .. } = found;
    println!("{states} {transitions} {depth} {seconds} {bytes} {waited} {counted}");
    ExitCode::SUCCESS
}

/// The child: a search that may take so many bytes, and its peak.
fn within(number: &str, bytes: &str) -> ExitCode {
    let workload = number.parse().ok().and_then(|number: usize| WORKLOADS.get(number));
    let (Some(workload), Ok(bytes)) = (workload, bytes.parse()) else {
        eprintln!("There is no workload {number} within {bytes}.");
        return ExitCode::from(2);
    };
    let states = ours::search_within(workload, bytes).states;
    println!("{states} {}", host::peak_bytes());
    ExitCode::SUCCESS
}

/// What a program takes before it searches, and what an allocator keeps back.
const BESIDES: f64 = 16e6;

/// What the explorer counts is what the process really takes, nearly; and a limit of half of that holds.
fn bound(workload: &Workload, number: usize, here: &[Run]) {
    let (counted, peak) = (here[0].found.bytes, bytes(here));
    if peak.is_nan() || counted < BESIDES {
        return;
    }
    let name = workload.name;
    assert!(peak < 1.2 * counted + BESIDES, "{name}: {counted} bytes are counted, and {peak} are taken");
    // A table that is about to double counts with what it will take.
    assert!(counted < 3.0 * peak, "{name}: {counted} bytes are counted, and only {peak} are taken");
    let most = counted / 2.0;
    let program = std::env::current_exe().expect("a program knows where it lies");
    let arguments = ["within".to_owned(), number.to_string(), format!("{most:.0}")];
    let output = Command::new(program).args(arguments).output().expect("a program can be started again");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let figures: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [states, peak] = figures[..] else {
        panic!("{name} within {most} bytes failed: {}", String::from_utf8_lossy(&output.stderr));
    };
    assert!(peak < most + BESIDES, "{name}: it may take {most} bytes, and takes {peak}");
    println!("    within {:.0} MB: {states} states, and at most {:.0} MB were held", most / 1e6, peak / 1e6);
}

/// Since when, by the wall and by the processor.
struct Clock {
    wall: f64,
    processor: f64,
}

impl Clock {
    fn start() -> Self {
        Self { wall: host::seconds(), processor: host::processor_seconds() }
    }

    /// How long the process has had a processor since; how much time has passed, where the system does not say.
    fn had(&self) -> f64 {
        let had = host::processor_seconds() - self.processor;
        if had.is_nan() { host::seconds() - self.wall } else { had }
    }

    /// The part of the time for which it had none.
    fn waited(&self) -> f64 {
        (1.0 - self.had() / (host::seconds() - self.wall)).max(0.0)
    }
}

fn child(side: &str, number: usize) -> Run {
    let program = std::env::current_exe().expect("a program knows where it lies");
    let output = Command::new(program).args(["one", side, &number.to_string()]).output();
    let output = output.expect("a program can be started again");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let figures: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [states, transitions, depth, seconds, bytes, waited, counted] = figures[..] else {
        panic!("{side} of workload {number} failed: {}", String::from_utf8_lossy(&output.stderr));
    };
    let (states, transitions, depth) = (states as usize, transitions as u64, depth as usize);
    let found = Measured { states, transitions, depth, seconds, bytes: counted };
    Run { found, bytes, waited }
}

fn tell(workload: &Workload, here: &[Run], there: &[Run]) {
    let name = workload.name;
    let ours = here[0].found;
    assert_eq!(ours.states, workload.states, "{name}: the explorer finds all states");
    let mut line = format!("{name}: {} states/s", millions(rate(here)));
    if let Some(theirs) = there.first() {
        let counts = |found: Measured| (found.states, found.transitions, found.depth);
        assert_eq!(counts(ours), counts(theirs.found), "{name}: both find the same");
        let (times, memory) = (rate(here) / rate(there), bytes(here) / bytes(there));
        let (faster, less) = workload.wanted;
        let verdict =
            if times >= faster && (memory <= less || memory.is_nan()) { "reached" } else { "MISSED" };
        write!(
            line,
            ", stateright {} states/s, {times:.1}x, memory {memory:.2}x   wanted {}: {verdict}",
            millions(rate(there)),
            wanted(workload)
        )
        .unwrap_or_default();
    }
    let megabytes = bytes(here) / 1e6;
    write!(line, "   ({:.3} s, {megabytes:.0} MB)", median(here, |run| run.found.seconds))
        .unwrap_or_default();
    let waited = here.iter().chain(there).map(|run| run.waited).fold(0.0, f64::max);
    if waited > 0.2 {
        write!(line, "   the machine was busy").unwrap_or_default();
    }
    println!("{line}");
}

fn wanted(workload: &Workload) -> String {
    let (faster, less) = workload.wanted;
    if less.is_finite() { format!("{faster:.0}x, {less}x") } else { format!("{faster:.0}x") }
}

fn millions(rate: f64) -> String {
    format!("{:.2} M", rate / 1e6)
}

fn rate(runs: &[Run]) -> f64 {
    median(runs, |run| run.found.states as f64 / run.found.seconds)
}

fn bytes(runs: &[Run]) -> f64 {
    median(runs, |run| run.bytes)
}

fn median(runs: &[Run], of: impl Fn(&Run) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
