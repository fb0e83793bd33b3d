//! How fast the simulator is: `cargo xtask bench simulator` runs this natively and as WebAssembly in Node.js.
//!
//! A cluster of Raft servers replicates what clients ask every 120 ms. Steps are counted with everything that a run
//! in the page has (branches, checkpoints, properties checked on each step), but not put in words. Then miners find
//! blocks: twenty for a year, a block every ten minutes, and two hundred until there are a thousand blocks.

mod shared;

use std::collections::BTreeMap;
use std::rc::Rc;

use kernel::{Micros, Room, Setup};
use simulator::History;
use systems::chain::work::WorkRoom;
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
    blocks(&mut table);
    host::print(&table.text());
}

/// A year of blocks, with a target that is set anew every 2,016; and many miners.
fn blocks(table: &mut Table) {
    let year =
        [("miners", "20"), ("neighbours", "4"), ("interval", "600"), ("period", "2016"), ("payments", "0")];
    let mut run = history::<WorkRoom>("steady", &year, 7);
    let start = host::seconds();
    let steps = run.advance_silently(Micros::ms(365 * 86_400 * 1_000), u64::MAX);
    let words = format!("a year of 20 miners, {} blocks, {steps} steps", height(&run));
    table.check(&words, host::seconds() - start, " s", 5.0);
    let mut run = history::<WorkRoom>("many", &[("payments", "0")], 7);
    let start = host::seconds();
    let steps = run.advance_silently(Micros::ms(20_000_000), u64::MAX);
    let words = format!("200 miners, {} blocks, {steps} steps", height(&run));
    table.add(&words, &format!("{:.2} s", host::seconds() - start), "");
}

fn height(run: &History<<WorkRoom as Room>::System>) -> u64 {
    let run = run.run();
    run.state().locals[0].disk.tip(&run.system().protocol).height()
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
    history::<RaftRoom>("replication", &[("servers", &servers.to_string()), ("requests", "120")], 7)
}

fn history<R: Room>(scenario: &str, set: &[(&str, &str)], seed: u64) -> History<R::System> {
    let mut options: BTreeMap<String, String> =
        R::options().into_iter().map(|option| (option.name.to_owned(), option.default.to_owned())).collect();
    let known = R::scenarios().into_iter().find(|known| known.name == scenario);
    let known = known.expect("the room has this scenario");
    options
        .extend(known.set.iter().chain(set).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let setup = Setup { scenario: scenario.to_owned(), options, without: Vec::new() };
    let system = R::build(&setup).expect("these options fit together");
    let script = (known.script)(&system);
    History::new(Rc::new(system), script, seed, Vec::new())
}
