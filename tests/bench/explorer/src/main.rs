//! The explorer beside Stateright, on the same models: `cargo xtask bench explorer`.
//!
//! Natively each search is a process of its own, so that its peak of memory is its own, with one thread; the two sides
//! take turns, and medians are told. Time is that of the processor, so that it matters less what else the machine
//! does. As WebAssembly this is the explorer alone, in a browser, by the clock.

mod host;
mod ours;
#[cfg(not(target_arch = "wasm32"))]
mod theirs;
#[cfg(not(target_arch = "wasm32"))]
mod turns;

/// What is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Model {
    PaxosClients,
    SingleCopy,
    Abd,
    TwoPhase,
}

/// A search: a model, its sizes, and what is wanted of it.
#[cfg_attr(target_arch = "wasm32", expect(dead_code, reason = "a browser has nothing to compare with"))]
#[derive(Clone, Copy, Debug)]
struct Workload {
    name: &'static str,
    model: Model,
    servers: u16,
    /// Clients, or managers.
    clients: u16,
    /// How many distinct states there are.
    states: usize,
    /// At least so many times as fast as Stateright, and at most this part of its memory.
    wanted: (f64, f64),
    /// It takes minutes.
    large: bool,
}

impl Workload {
    const fn new(
        name: &'static str,
        model: Model,
        (servers, clients): (u16, u16),
        states: usize,
        wanted: (f64, f64),
    ) -> Self {
        Self { name, model, servers, clients, states, wanted, large: false }
    }
}

const ANY: f64 = f64::INFINITY;

const WORKLOADS: &[Workload] = &[
    Workload::new("paxos, 2 clients", Model::PaxosClients, (3, 2), 16_668, (1.0, ANY)),
    Workload::new("paxos, 3 clients", Model::PaxosClients, (3, 3), 1_194_428, (15.0, 0.125)),
    Workload::new("single copy, 4 clients", Model::SingleCopy, (1, 4), 400_233, (5.0, ANY)),
    Workload::new("ABD, 2 servers, 3 clients", Model::Abd, (2, 3), 35_009, (5.0, ANY)),
    Workload::new("two-phase, 5 managers", Model::TwoPhase, (0, 5), 8_832, (1.0, ANY)),
    Workload::new("two-phase, 6 managers", Model::TwoPhase, (0, 6), 50_816, (1.0, ANY)),
    Workload::new("two-phase, 7 managers", Model::TwoPhase, (0, 7), 296_448, (1.0, ANY)),
    Workload {
        large: true,
        ..Workload::new("two-phase, 9 managers", Model::TwoPhase, (0, 9), 10_340_352, (1.0, ANY))
    },
];

/// What one search found and took.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Measured {
    states: usize,
    transitions: u64,
    depth: usize,
    seconds: f64,
    /// The bytes that the explorer counts; 0 for what does not count.
    bytes: f64,
}

/// Searches again and again for a while, at least once, and tells the median.
#[cfg(target_arch = "wasm32")]
fn measured(mut search: impl FnMut() -> Measured, most_seconds: f64) -> Measured {
    let (start, mut all) = (host::seconds(), Vec::new());
    while all.is_empty() || host::seconds() - start < most_seconds {
        all.push(search());
    }
    all.sort_by(|one: &Measured, other| one.seconds.total_cmp(&other.seconds));
    all[all.len() / 2]
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    turns::main()
}

/// Prints a line of JSON for each workload.
#[cfg(target_arch = "wasm32")]
fn main() {
    for workload in WORKLOADS.iter().filter(|workload| !workload.large || host::wants_large()) {
        let found = measured(|| ours::search(workload), 1.0);
        assert_eq!(found.states, workload.states, "{}", workload.name);
        let Measured { states, seconds, .. } = found;
        host::print(&format!(
            r#"{{"name":"{}","states":{states},"seconds":{seconds},"bytes":{}}}"#,
            workload.name,
            host::peak_bytes()
        ));
    }
}
