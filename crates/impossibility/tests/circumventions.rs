//! The ways around the impossibility: exact values, what runs do, and where the protocols stand.

use catalog::Recording;
use expect_test::expect;
use impossibility::circumventions::{Found, Game, Measured, Placed, Sampler, Way, Ways, Worst, place};

fn worst(processes: usize, in_step: bool) -> Worst {
    let mut game = Game::new(processes, in_step);
    while !game.advance() {}
    game.worst()
}

/// Against the worst scheduler that keeps all in step: 2^(n-1) + 1 rounds are expected from mixed inputs, 1 from equal
/// ones (known-answers, section 7).
#[test]
fn the_worst_scheduler_in_step() {
    for processes in [2_usize, 3] {
        let worst = worst(processes, true);
        for (inputs, rounds) in &worst.from {
            let equal = !inputs.contains('0') || !inputs.contains('1');
            let known = if equal { 1.0 } else { f64::from(1 << (processes - 1)) + 1.0 };
            assert!((rounds - known).abs() < 1e-9, "{inputs}: {rounds}, not {known}");
        }
        // Nobody decides in round 1; then all coins must fall alike.
        let alike = 1.0 / f64::from(1 << (processes - 1));
        for (rounds, chance) in worst.chances.iter().enumerate() {
            let known = if rounds == 0 { 0.0 } else { (1.0 - alike).powi(rounds as i32 - 1) * alike };
            assert!((chance - known).abs() < 1e-9, "{rounds}: {chance}, not {known}");
        }
    }
}

/// Who may leave one process behind until the coins of the two others have fallen gets a decision only if both show
/// the value that the third could still take over, and the third's coin shows it, too: 1/8 a round.
#[test]
fn the_worst_scheduler_within_a_round() {
    let worst = worst(3, false);
    let mut all = format!("{} configurations\n", worst.configurations);
    for (inputs, rounds) in &worst.from {
        all += &format!("{inputs}: {rounds:.6}\n");
    }
    expect![[r#"
        9568 configurations
        000: 1.000000
        001: 9.000000
        010: 9.000000
        011: 9.000000
        100: 9.000000
        101: 9.000000
        110: 9.000000
        111: 1.000000
    "#]]
    .assert_eq(&all);
}

fn mean(measured: &Measured) -> f64 {
    let runs = measured.runs.iter().sum::<u32>();
    let rounds =
        measured.runs.iter().enumerate().map(|(place, &runs)| (place as u32 + 1) * runs).sum::<u32>();
    f64::from(rounds) / f64::from(runs)
}

/// A scheduler that shows everybody both values is as bad as the worst one; one that draws lots is not.
#[test]
fn runs_take_as_long_as_they_should() {
    for (processes, runs) in [(3_u16, 4_000), (5, 400)] {
        let (mut hostile, mut random) = (Sampler::new(processes, true), Sampler::new(processes, false));
        for _ in 0..runs {
            hostile.run();
            random.run();
        }
        let known = f64::from(1 << (processes - 1)) + 1.0;
        // The number of rounds is geometric: its deviation is about its mean.
        let slack = 4.0 * known / f64::from(runs).sqrt();
        assert!((mean(&hostile.measured) - known).abs() < slack, "{} of {known}", mean(&hostile.measured));
        assert!(mean(&random.measured) < known - slack, "{}", mean(&random.measured));
        assert_eq!((hostile.measured.longer, random.measured.longer), (0, 0));
    }
}

/// What is known of a protocol; what does not hold is shown by a run.
fn said(one: &Placed) -> String {
    let mut all = format!("{} ({} configurations)\n", one.scenario, one.states);
    let three =
        [("agreement", &one.agreement), ("termination", &one.termination), ("tolerance", &one.tolerance)];
    for (name, held) in three {
        if let Some(run) = &held.run {
            let played = catalog::open(run).expect("a run that can be played");
            assert_eq!(played.recording().scenario, one.scenario);
        }
        assert_eq!(held.holds == Some(false), held.run.is_some(), "{} {name}", one.scenario);
        let word = held.holds.map_or("unknown", |holds| if holds { "yes" } else { "no" });
        all += &format!("  {name}: {word}: {}\n", held.words);
    }
    all
}

/// All protocols, placed by searches.
#[test]
fn where_the_protocols_stand() {
    let mut ways = Ways::open(Way::Triangle);
    while !ways.advance(50_000) {}
    let Found::Triangle { placed, of } = ways.found() else { panic!("the triangle was asked for") };
    assert_eq!(placed.len(), of);
    let all: String = placed.iter().map(said).collect();
    expect![[r#"
        wait-for-all (3158 configurations)
          agreement: yes: No two processes decide differently in any configuration.
          termination: yes: In every fair schedule without a crash all decide.
          tolerance: no: One process has crashed, and no schedule lets all others decide.
        first-heard (4190 configurations)
          agreement: no: p1 decides 1, and p3 decides 0.
          termination: yes: In every fair schedule without a crash all decide.
          tolerance: yes: Wherever one process crashes, all others can still decide.
        majority (3644 configurations)
          agreement: no: p2 decides 0, and p3 decides 1.
          termination: yes: In every fair schedule without a crash all decide.
          tolerance: yes: Wherever one process crashes, all others can still decide.
        rotating-coordinator (3576 configurations)
          agreement: yes: No two processes decide differently in any configuration.
          termination: yes: In every fair schedule without a crash all decide.
          tolerance: no: One process has crashed, and no schedule lets all others decide.
        paxos (525256 configurations)
          agreement: yes: No two processes decide differently in any configuration.
          termination: no: After 40 turns of the scheduler of the proof, which is fair, both decisions are still open.
          tolerance: yes: Wherever one process crashes, all others can still decide. In 16888 of the 285624 configurations with a crash only the bound of this search, 2 ballots, stands in the way.
        ben-or-no-coin (1090260 configurations)
          agreement: yes: No two processes decide differently in any configuration, with inputs 011.
          termination: no: After 40 turns of the scheduler of the proof, which is fair, both decisions are still open.
          tolerance: yes: Wherever one process crashes, all others can still decide, with inputs 011. In 210416 of the 654156 configurations with a crash only the bound of this search, 2 rounds, stands in the way.
        ben-or (3518284 configurations)
          agreement: yes: No two processes decide differently in any configuration, with inputs 011.
          termination: yes: With probability 1 (proved by Aguilera and Toueg 2012). 9 rounds are expected against the worst of the schedulers played here: those that see everything and may leave a process behind within a round, but not for whole rounds.
          tolerance: yes: Wherever one process crashes, all others can still decide, with inputs 011. In 1244100 of the 2108484 configurations with a crash only the bound of this search, 2 rounds, stands in the way.
        failure-detector (137025 configurations)
          agreement: yes: No two processes decide differently in any configuration, with inputs 011, if each process suspects wrongly at most once.
          termination: yes: In every fair schedule without a crash all decide, with inputs 011, if each process suspects wrongly at most once.
          tolerance: yes: Wherever one process crashes, all others can still decide, with inputs 011, if each process suspects wrongly at most once. In 14124 of the 81349 configurations with a crash only the bound of this search, 2 rounds, stands in the way.
        bounded-delays (4086 configurations)
          agreement: yes: No two processes decide differently in any configuration.
          termination: yes: In every fair schedule without a crash all decide.
          tolerance: yes: Wherever one process crashes, all others can still decide.
        first-election (111151 configurations)
          agreement: yes: No two servers commit different entries in any configuration within two timeouts.
          termination: no: The last 120 steps can repeat for ever, and nothing waits for ever: servers stand for election in the same term, and nobody wins. Only the terms grow. Random timeouts make it unlikely where messages are fast; they do not give probability 1 if the scheduler chooses the delays.
          tolerance: yes: From each of the 1999 configurations with a crash within one timeout a run was made in which the other two elect a leader that commits an entry.
    "#]].assert_eq(&all);
}

fn placed(scenario: &str, options: &[(&str, &str)]) -> Placed {
    let mut recording = Recording::new("flp", scenario, 1);
    for (name, value) in options {
        recording.options.insert((*name).to_owned(), (*value).to_owned());
    }
    place(&recording).expect("a recording of the room")
}

/// Protocols that do not survive a crash are not said to: the bound of ballots, or of suspicions, excuses nobody who
/// waits for the one that has crashed.
#[test]
fn what_waits_for_the_crashed_one_does_not_tolerate_its_crash() {
    let tolerates = |scenario, options: &[(&str, &str)]| {
        let placed = placed(scenario, &[&[("inputs", "011")], options].concat());
        assert_eq!(placed.tolerance.holds == Some(false), placed.tolerance.run.is_some());
        placed.tolerance.holds
    };
    assert_eq!(tolerates("paxos", &[]), Some(true));
    assert_eq!(tolerates("paxos", &[("promises", "all")]), Some(false));
    assert_eq!(tolerates("bounded-delays", &[]), Some(true));
    assert_eq!(tolerates("bounded-delays", &[("detector", "none")]), Some(false));
    assert_eq!(tolerates("failure-detector", &[("wrong", "0")]), Some(true));
    assert_eq!(tolerates("failure-detector", &[("detector", "none")]), Some(false));
}

/// With delays below the patience nobody is suspected wrongly; a wrong suspicion costs time.
#[test]
fn delays_cost_rounds_and_never_a_decision() {
    let measured = |most_ms, crash| {
        let mut ways = Ways::open(Way::Delays { most_ms, crash });
        while !ways.advance(1) {}
        let Found::Delays(delays) = ways.found() else { panic!("delays were asked for") };
        let decided: Vec<u64> = delays.runs.iter().map(|run| run.decided_us.expect("it decides")).collect();
        let longest = decided.iter().max().copied().unwrap_or_default() / 1_000;
        let wrong = delays.runs.iter().map(|run| run.wrong).sum::<u32>();
        let rounds = delays.runs.iter().map(|run| run.rounds).max().unwrap_or_default();
        format!(
            "up to {most_ms} ms, crash {crash}: decided after {longest} ms at most, {wrong} wrong suspicions, {rounds} rounds at most\n"
        )
    };
    let mut all = String::new();
    for most_ms in [10, 20, 60, 200, 1_000] {
        all += &measured(most_ms, false);
        all += &measured(most_ms, true);
    }
    expect![[r#"
        up to 10 ms, crash false: decided after 45 ms at most, 0 wrong suspicions, 1 rounds at most
        up to 10 ms, crash true: decided after 109 ms at most, 0 wrong suspicions, 2 rounds at most
        up to 20 ms, crash false: decided after 74 ms at most, 6 wrong suspicions, 2 rounds at most
        up to 20 ms, crash true: decided after 140 ms at most, 0 wrong suspicions, 2 rounds at most
        up to 60 ms, crash false: decided after 241 ms at most, 548 wrong suspicions, 3 rounds at most
        up to 60 ms, crash true: decided after 285 ms at most, 157 wrong suspicions, 3 rounds at most
        up to 200 ms, crash false: decided after 1515 ms at most, 1597 wrong suspicions, 7 rounds at most
        up to 200 ms, crash true: decided after 2518 ms at most, 671 wrong suspicions, 8 rounds at most
        up to 1000 ms, crash false: decided after 12196 ms at most, 4768 wrong suspicions, 17 rounds at most
        up to 1000 ms, crash true: decided after 21912 ms at most, 2289 wrong suspicions, 24 rounds at most
    "#]]
    .assert_eq(&all);
}
