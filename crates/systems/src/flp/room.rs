//! The room: options, and how processes are built from them.

use kernel::{Budget, Counts, Micros, NodeId, Opt, Room, Rule, Scenario, Setup, Tool};

use super::{Algorithm, Bit, Consensus, Detector, Processes, scenarios};
use crate::shared::network::{latency, timed};
use crate::shared::options::{choice, nodes, switch};

/// The FLP room. Each protocol is a scenario.
#[derive(Debug)]
pub struct Flp;

const PROTOCOLS: &[&str] =
    &["wait-for-all", "first-heard", "majority", "rotating-coordinator", "paxos", "ben-or-no-coin", "ben-or"];

/// Every choice of inputs, by the number of processes.
const INPUTS: &[&str] = &[
    "any", "00", "01", "10", "11", "000", "001", "010", "011", "100", "101", "110", "111", "0000", "0001",
    "0010", "0011", "0100", "0101", "0110", "0111", "1000", "1001", "1010", "1011", "1100", "1101", "1110",
    "1111",
];

impl Room for Flp {
    type System = Processes;

    const NAME: &'static str = "flp";
    const TITLE: &'static str = "FLP impossibility";
    const SHELF: &'static str = "Impossibility";
    const ABOUT: &'static str = "No deterministic protocol reaches consensus if messages may be late and one process \
                                 may crash. The tree of all schedules, computed, shows where each one fails.";
    const SOURCE: &'static str = "Fischer, Lynch and Paterson 1985";

    const TOOLS: &'static [Tool] = &[Tool::Valency];

    fn search(setup: &Setup) -> Counts {
        let suspicions = match setup.word("detector") {
            "none" => 0,
            // Everybody else may come to suspect the one that crashes.
            "accurate" => setup.number("processes") - 1,
            _ => 1,
        };
        Budget {
            crashes: u32::from(setup.on("crash")),
            timeouts: u32::try_from(suspicions).unwrap_or(0),
            ..Budget::NONE
        }
        .into()
    }

    fn options() -> Vec<Opt> {
        let mut options = what();
        options.extend(how_long());
        options
    }

    fn endless() -> &'static [(&'static str, &'static str)] {
        &[("bound", "60"), ("crash", "off"), ("idle", "on")]
    }

    fn rules() -> Vec<Rule> {
        Vec::new()
    }

    fn scenarios() -> Vec<Scenario<Processes>> {
        scenarios::all()
    }

    fn begun(setup: &Setup, answers: &[u32]) -> Option<Vec<(&'static str, String)>> {
        let any = setup.word("inputs") == "any" && answers.len() as u64 == setup.number("processes");
        any.then(|| vec![("inputs", answers.iter().map(u32::to_string).collect())])
    }

    fn build(setup: &Setup) -> Result<Processes, String> {
        let network = timed(setup, "latency")?;
        let size = nodes(setup, "processes");
        let consensus = Consensus {
            algorithm: algorithm(setup.word("protocol")),
            inputs: inputs(setup.word("inputs"), size)?,
            bound: u8::try_from(setup.number("bound")).unwrap_or(u8::MAX),
            all_promise: setup.word("promises") == "all",
            detector: match setup.word("detector") {
                "accurate" => Detector::Accurate,
                "eventual" => Detector::Eventual,
                _ => Detector::None,
            },
            wrong: u8::try_from(setup.number("wrong")).unwrap_or(u8::MAX),
            patience: Micros::ms(setup.number("patience")),
        };
        let mut processes = Processes::new(consensus, size);
        processes.network = network;
        processes.budget = Budget::TIMED;
        processes.crash_is_final = true;
        processes.leave_ignored = !setup.on("idle");
        Ok(processes)
    }
}

/// What runs, and what may happen to it.
fn what() -> Vec<Opt> {
    let number = Opt::number;
    vec![
        choice("protocol", "Protocol", PROTOCOLS, "wait-for-all", "What every process runs."),
        number("processes", "Processes", (2, 4, ""), "3", "How many processes there are."),
        choice(
            "inputs",
            "Inputs",
            INPUTS,
            "any",
            "What each process begins with, in order; any: a coin in a run, and all of them in a search.",
        ),
        switch("crash", "One may crash", "on", "A search lets any one process crash at any moment."),
        switch(
            "idle",
            "Idle deliveries",
            "on",
            "A message that would change nothing can be delivered, as in the paper; off: it stays in flight, and there \
             are fewer configurations.",
        ),
        number(
            "bound",
            "Rounds or ballots",
            (1, 60, ""),
            "2",
            "A process that would begin another stops there, which is this model's end and not the protocol's.",
        ),
        choice(
            "promises",
            "Promises needed",
            &["majority", "all"],
            "majority",
            "How many processes must promise before a ballot of Paxos goes on. With all, one crash blocks it.",
        ),
        choice(
            "detector",
            "Failure detector",
            &["none", "accurate", "eventual"],
            "none",
            "Who is suspected: nobody; only who has crashed; or, for a while, anybody. For the rotating coordinator.",
        ),
        number(
            "wrong",
            "Wrong suspicions",
            (0, 10, ""),
            "1",
            "In a search with the detector that may be wrong: so many suspicions of each process can be wrong, as far as its limit of timeouts allows.",
        ),
    ]
}

/// How long things take.
fn how_long() -> Vec<Opt> {
    let patience = Opt::number(
        "patience",
        "Patience",
        (1, 60_000, "ms"),
        "60",
        "A process suspects a coordinator that it has waited for so long, in round 1; twice as long in round 2.",
    );
    [patience].into_iter().chain(latency(10_000, ("10", "60"))).collect()
}

fn algorithm(word: &str) -> Algorithm {
    match word {
        "first-heard" => Algorithm::FirstHeard,
        "majority" => Algorithm::Majority,
        "rotating-coordinator" => Algorithm::Coordinator,
        "paxos" => Algorithm::Ballots,
        "ben-or-no-coin" => Algorithm::Rounds { coin: false },
        "ben-or" => Algorithm::Rounds { coin: true },
        _ => Algorithm::WaitForAll,
    }
}

fn inputs(word: &str, size: NodeId) -> Result<Option<Vec<Bit>>, String> {
    if word == "any" {
        return Ok(None);
    }
    if word.len() != usize::from(size) {
        return Err(format!("gives {} inputs, {word}, for {size} processes", word.len()));
    }
    Ok(Some(word.bytes().map(|digit| digit - b'0').collect()))
}
