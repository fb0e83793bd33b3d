//! Valency from its definition, forward from each configuration, against the fast computation.

use std::rc::Rc;

use explorer::{Graph, Plan, run};
use kernel::System;

use super::{DETECTORS, ROUNDS, SIMPLE, open};

/// What is decided anywhere from here on: every configuration that can be reached is looked at.
fn slow(graph: &Graph, decided: &[u16], from: u32) -> u16 {
    let (mut seen, mut open, mut found) = (vec![false; decided.len()], vec![from], 0);
    seen[from as usize] = true;
    while let Some(state) = open.pop() {
        found |= decided[state as usize];
        for &next in graph.successors(state) {
            if !std::mem::replace(&mut seen[next as usize], true) {
                open.push(next);
            }
        }
    }
    found
}

/// On every graph of the room below 5,000 configurations.
#[test]
fn the_slow_computation_of_valency_agrees() {
    let mut graphs = 0;
    for scenario in [SIMPLE, ROUNDS, DETECTORS].concat() {
        for (processes, inputs) in [("2", "any"), ("3", "any"), ("3", "001"), ("3", "011"), ("4", "0111")] {
            for crash in ["on", "off"] {
                let set = [("processes", processes), ("inputs", inputs), ("crash", crash)];
                let system = Rc::new(open(scenario, &set));
                let limits = explorer::Limits { states: 5_000, ..explorer::Limits::default() };
                let plan = Plan { edges: true, limits, ..Plan::default() };
                let mut search = run(Rc::clone(&system), plan);
                let states = search.progress().states as u32;
                if !search.report().complete {
                    continue;
                }
                graphs += 1;
                let decided: Vec<u16> =
                    (0..states).map(|state| system.outcomes(&search.state(state))).collect();
                let graph = search.graph().expect("the edges were asked for");
                let fast = graph.valency(decided.clone());
                for state in 0..states {
                    let name = format!("{scenario} {set:?}, configuration {state}");
                    assert_eq!(slow(graph, &decided, state), fast[state as usize], "{name}");
                }
            }
        }
    }
    assert!(graphs > 50, "{graphs} graphs");
}
