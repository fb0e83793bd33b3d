//! How fast the simulator is: `cargo xtask bench simulator` runs this natively and as WebAssembly in Node.js.
//!
//! A cluster of Raft servers replicates what clients ask every 120 ms. Steps are counted with everything that a run
//! in the page has (branches, checkpoints, properties checked on each step), but not put in words.

mod shared;

use std::collections::BTreeMap;
use std::rc::Rc;

use kernel::{Micros, Room, Setup};
use simulator::History;
use systems::raft::RaftRoom;

use shared::{Table, host, median};

type Run = History<<RaftRoom as Room>::System>;

const SIZES: [u16; 3] = [5, 50, 500];
const WARM_UP: u64 = 20_000;
const MEASURED: u64 = 100_000;
const ROUNDS: usize = 9;
const LONG: u64 = 1_000_000;
const LONG_RUN_SECONDS: f64 = if cfg!(target_arch = "wasm32") { 3.0 } else { 2.0 };
const SEEKS: usize = 9;
const NEVER: Micros = Micros(u64::MAX);

fn main() {
    let mut table = Table::default();
    // The long run comes first, so that the peak of the memory is its own.
    long_run(&mut table);
    // The sizes take turns, so that what else the machine does meets all of them.
    let rounds: Vec<[f64; 3]> = (0..ROUNDS).map(|_| SIZES.map(short_run)).collect();
    let costs: Vec<f64> = (0..SIZES.len())
        .map(|size| median(&rounds.iter().map(|round| round[size]).collect::<Vec<_>>()))
        .collect();
    for (servers, seconds) in SIZES.iter().zip(&costs) {
        let value = format!("{:.0} steps per second", MEASURED as f64 / seconds);
        table.add(&format!("{servers} servers, median of {ROUNDS}"), &value, "");
    }
    let ratio = costs[SIZES.len() - 1] / costs[0];
    table.check("a step of 500 servers, in steps of 5", ratio, "", 3.0);
    host::print(&table.text());
}

fn short_run(servers: u16) -> f64 {
    let mut run = cluster(servers);
    play(&mut run, WARM_UP);
    let start = host::seconds();
    play(&mut run, MEASURED);
    host::seconds() - start
}

fn long_run(table: &mut Table) {
    let mut run = cluster(SIZES[0]);
    let start = host::seconds();
    play(&mut run, LONG);
    let seconds = host::seconds() - start;
    table.check("1,000,000 steps of 5 servers", seconds, " s", LONG_RUN_SECONDS);
    table.add("  trace hash", &format!("{:016x}", run.run().hash()), "the same everywhere");
    table.check("  peak memory", host::peak_bytes() / 1e6, " MB", 400.0);
    let end = run.run().now().0;
    let middle = median(&(0..SEEKS).map(|turn| seek(&mut run, end, turn % 2, 2)).collect::<Vec<_>>());
    table.check("  seek to its middle, from far away", middle, " ms", 50.0);
    // Places all over the run, in no order: multiples of a step that shares no factor with their number.
    let places: Vec<f64> = (0..101).map(|turn| seek(&mut run, end, turn * 37 % 101, 101)).collect();
    table.check("  seek anywhere, median of 101", median(&places), " ms", 50.0);
    table.check("  seek anywhere, slowest of 101", places.iter().copied().fold(0.0, f64::max), " ms", 50.0);
}

/// How many milliseconds it takes to go to this part of the run.
fn seek(run: &mut Run, end: u64, part: usize, parts: usize) -> f64 {
    // The middle of two parts is reached from the start, which is as far away as the end.
    if parts == 2 {
        run.seek(Micros::ZERO, 0);
    }
    let place = if parts == 2 { end / 2 + part as u64 } else { end / parts as u64 * part as u64 };
    let start = host::seconds();
    run.seek(Micros(place), 0);
    (host::seconds() - start) * 1000.0
}

fn play(run: &mut Run, steps: u64) {
    let made = run.advance_silently(NEVER, steps);
    assert_eq!(made, steps, "heartbeats go on for ever");
}

/// The scenario `replication`, of so many servers.
fn cluster(servers: u16) -> Run {
    let mut options: BTreeMap<String, String> = RaftRoom::options()
        .into_iter()
        .map(|option| (option.name.to_owned(), option.default.to_owned()))
        .collect();
    options.insert("servers".to_owned(), servers.to_string());
    options.insert("requests".to_owned(), "120".to_owned());
    let setup = Setup { scenario: "replication".to_owned(), options, without: Vec::new() };
    let system = RaftRoom::build(&setup).expect("these options fit together");
    let scenario = RaftRoom::scenarios().into_iter().find(|scenario| scenario.name == "replication");
    let script = (scenario.expect("the room has this scenario").script)(&system);
    History::new(Rc::new(system), script, 7, Vec::new())
}
