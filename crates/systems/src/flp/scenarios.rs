//! The protocols, each as a scenario.

use kernel::{Micros, Scenario};

use super::Processes;

pub(super) fn all() -> Vec<Scenario<Processes>> {
    let mut all = without_rounds();
    all.extend(with_rounds());
    all.extend(with_more());
    all
}

/// A single exchange of values.
fn without_rounds() -> Vec<Scenario<Processes>> {
    vec![
        protocol(
            "wait-for-all",
            "Wait for all",
            "Every process tells its input, waits for the inputs of all others, and decides what most of them are. \
             One crash before the first step, and everybody waits for ever.",
            "FLP, section 1",
            &[("protocol", "wait-for-all")],
        ),
        protocol(
            "first-heard",
            "First value heard",
            "Every process decides the first value that another sends. No crash can stop it, and two processes hear \
             different values first.",
            "FLP, section 1",
            &[("protocol", "first-heard")],
        ),
        protocol(
            "majority",
            "Majority without waiting",
            "Every process decides on the first majority of values it has, its own among them. It waits for nobody \
             in particular, and two majorities need not say the same.",
            "FLP, section 1",
            &[("protocol", "majority")],
        ),
    ]
}

/// Rounds or ballots, of which there may be ever more.
fn with_rounds() -> Vec<Scenario<Processes>> {
    vec![
        protocol(
            "rotating-coordinator",
            "Rotating coordinator",
            "The coordinator takes one of a majority of estimates and asks all to adopt it. Without a failure \
             detector nobody ever gives it up, so its crash stops all.",
            "Chandra and Toueg 1996, figure 6",
            &[("protocol", "rotating-coordinator")],
        ),
        protocol(
            "paxos",
            "Paxos, two ballots",
            "Two processes begin a ballot each, and every process votes. Agreement holds in every schedule. Who is \
             refused would begin another ballot, which is beyond the bound here; with ballots for ever the two could \
             go on overtaking each other.",
            "Lamport 2001, section 2.2",
            &[("protocol", "paxos")],
        ),
        protocol(
            "ben-or-no-coin",
            "Ben-Or without its coin",
            "In each round a process proposes what all of a majority say, and decides what all of a majority \
             propose. Who sees no proposal takes 0. The scheduler can repeat the same round for ever.",
            "Ben-Or 1983; algorithm 16.15",
            &[("protocol", "ben-or-no-coin"), ("inputs", "011"), ("idle", "off")],
        ),
    ]
}

/// The ways out: a coin, a detector of failures, time.
fn with_more() -> Vec<Scenario<Processes>> {
    vec![
        protocol(
            "ben-or",
            "Ben-Or with its coin",
            "Who sees no proposal tosses a coin. The scheduler can still delay the decision, but in each round all \
             coins fall alike with some chance, so it comes with probability 1.",
            "Ben-Or 1983; algorithm 16.15",
            &[("protocol", "ben-or"), ("inputs", "011"), ("idle", "off"), ("crash", "off")],
        ),
        protocol(
            "failure-detector",
            "A failure detector",
            "The rotating coordinator with a detector that is wrong for a while: a coordinator that is suspected \
             wrongly loses its round, which costs time and never agreement. With one that is wrong for ever, no run \
             need ever decide.",
            "Chandra and Toueg 1996, figure 6",
            &[("protocol", "rotating-coordinator"), ("detector", "eventual"), ("bound", "3")],
        ),
        protocol(
            "bounded-delays",
            "Bounded delays",
            "Every message takes 30 ms at most, and who has waited longer than that takes the coordinator for \
             crashed and is right. Then the rotating coordinator decides whoever crashes.",
            "FLP, section 5; Dwork, Lynch and Stockmeyer 1988",
            &[
                ("protocol", "rotating-coordinator"),
                ("detector", "accurate"),
                ("bound", "3"),
                ("latency-max", "30"),
                ("patience", "150"),
            ],
        ),
    ]
}

fn protocol(
    name: &'static str,
    title: &'static str,
    story: &'static str,
    source: &'static str,
    set: &'static [(&'static str, &'static str)],
) -> Scenario<Processes> {
    Scenario {
        name,
        title,
        story,
        source,
        set,
        length: Micros::ms(400),
        pace: Micros::ms(40),
        script: |_| Vec::new(),
    }
}
