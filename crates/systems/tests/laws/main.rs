//! Laws of every system in time, over (scenario, options, seed, deeds): each is checked in every room, so that a new
//! room is held to them as soon as `systems::each` visits it.
//!
//! Cases are drawn by a fixed generator: a law that fails, fails again.

mod agree;
mod spy;
mod walk;

use std::collections::BTreeSet;

use kernel::view::View;
use kernel::{Delay, Does, Event, Explain, Local, Micros, Room, System, Undated, Visit};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use simulator::{BranchId, Cause, History, Intervention};
use systems::raft::{Input, RaftRoom, Role, Servers};

use walk::{Case, build, case};

/// A law of one room.
trait Law {
    const CASES: u32;

    fn holds<R: Room>(case: &Case);
}

/// Checks a law in every room.
fn everywhere<L: Law>() {
    struct Everywhere<L>(std::marker::PhantomData<L>);
    impl<L: Law> Visit for Everywhere<L> {
        fn visit<R: Room>(&mut self) {
            let config = Config { cases: L::CASES, failure_persistence: None, ..Config::default() };
            let generator = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            let mut runner = TestRunner::new_with_rng(config, generator);
            let checked = runner.run(&case(), |case| {
                L::holds::<R>(&case);
                Ok(())
            });
            checked.unwrap_or_else(|error| panic!("{}: {error}", R::NAME));
        }
    }
    systems::each(&mut Everywhere::<L>(std::marker::PhantomData));
}

/// Everything that can be told of a moment.
type Moment<S> = (u64, u64, Micros, <S as System>::State, Vec<Option<String>>, BranchId);

fn moment<S: Explain>(history: &History<S>) -> Moment<S> {
    let run = history.run();
    let broken = run.verdicts().map(|(_, broken)| broken.map(|broken| broken.reason.clone()));
    (run.hash(), run.steps(), run.now(), run.state().clone(), broken.collect(), history.current())
}

#[test]
fn the_same_seed_and_the_same_deeds_give_the_same_run() {
    struct Same;
    impl Law for Same {
        const CASES: u32 = 250;

        fn holds<R: Room>(case: &Case) {
            let Some((mut one, mut other)) = build::<R>(case).zip(build::<R>(case)) else { return };
            case.walk(&mut one);
            case.walk(&mut other);
            assert_eq!(moment(&one), moment(&other));
            let other_seed = Case { seed: case.seed ^ 1, ..case.clone() };
            let mut other = build::<R>(&other_seed).expect("another seed changes no option");
            other.advance(Micros::ms(400), 50);
            assert_ne!(one.run().hash(), other.run().hash());
        }
    }
    everywhere::<Same>();
}

#[test]
fn seeking_there_and_back_is_identity() {
    struct Back;
    impl Law for Back {
        const CASES: u32 = 250;

        fn holds<R: Room>(case: &Case) {
            let Some(mut history) = build::<R>(case) else { return };
            case.walk(&mut history);
            let (before, line) = (moment(&history), history.lines().last().cloned());
            for part in [0, 3, 50, 99, 100] {
                let at = Micros(before.2.0 * part / 100);
                assert!(history.seek(at, 0));
                assert!(history.run().now() <= at);
                assert!(!history.step(at), "it is the last step that is not after");
                assert!(history.seek(before.2, 0));
                assert_eq!(moment(&history), before);
            }
            for back in [1, 7, 400] {
                history.seek_step(before.1.saturating_sub(back));
                assert_eq!(history.run().steps(), before.1.saturating_sub(back));
                while history.run().steps() < before.1 {
                    assert!(history.step(Micros(u64::MAX)));
                }
                assert_eq!(moment(&history), before);
                let again = history.lines().last().cloned();
                assert!(line.is_none() || again == line, "in the same words");
            }
            history.seek_step(before.1);
            assert_eq!(moment(&history), before);
        }
    }
    everywhere::<Back>();
}

#[test]
fn a_deed_in_the_past_starts_a_branch_and_the_old_future_is_kept() {
    struct Kept;
    impl Law for Kept {
        const CASES: u32 = 250;

        fn holds<R: Room>(case: &Case) {
            let Some(mut history) = build::<R>(case) else { return };
            case.walk(&mut history);
            let ends: Vec<Moment<R::System>> = (0..history.branches().len())
                .map(|branch| {
                    history.switch(branch, Micros(u64::MAX));
                    moment(&history)
                })
                .collect();
            for (branch, end) in ends.iter().enumerate() {
                assert_eq!((end.1, end.2), history.branches()[branch].end);
            }
            history.switch(0, Micros(ends[0].2.0 / 2));
            let Some(does) = walk::deed(&history, case.seed) else { return };
            let shared = history.run().steps();
            if shared == ends[0].1 || !history.intervene(history.run().now(), does) {
                return;
            }
            let new = history.current();
            assert_eq!((new, history.branches()[new].fork), (ends.len(), Some((0, shared))));
            assert_eq!([history.shared(0, new), history.shared(new, 0)], [shared; 2]);
            assert_eq!([history.shared(0, 0), history.shared(0, new + 1)], [ends[0].1, 0]);
            assert_eq!(history.narrate(0, u64::MAX, 10), [], "what has not been played cannot be told");
            history.advance(Micros(u64::MAX), 30);
            let there = moment(&history);
            for (branch, end) in ends.iter().enumerate().rev() {
                history.switch(branch, Micros(u64::MAX));
                assert_eq!(&moment(&history), end, "branch {branch} is what it was");
            }
            history.switch(new, Micros(u64::MAX));
            assert_eq!(moment(&history), there);
            let told = history.narrate(new, shared, 10_000);
            assert_eq!(told.len() as u64, there.1 - shared, "the branch can be told from the fork on");
            assert_eq!(history.narrate(0, 0, 10_000).len() as u64, ends[0].1.min(10_000));
        }
    }
    everywhere::<Kept>();
}

#[test]
fn branches_made_anew_from_their_interventions_are_the_same() {
    struct Anew;
    impl Law for Anew {
        const CASES: u32 = 250;

        fn holds<R: Room>(case: &Case) {
            let Some(mut history) = build::<R>(case) else { return };
            case.walk(&mut history);
            let first = history.branches()[0].interventions.clone();
            let mut anew = walk::with::<R>(case, first).expect("it could be built before");
            for branch in history.branches().iter().skip(1) {
                let (parent, step) = branch.fork.expect("only the first branch has no parent");
                let own = branch.interventions[branch.inherited..].to_vec();
                assert!(anew.grow(parent, step, own, &branch.name, 1_000_000));
            }
            for number in 0..history.branches().len() {
                let (steps, end) = history.branches()[number].end;
                history.switch(number, Micros(u64::MAX));
                anew.switch(number, Micros::ZERO);
                assert!(anew.seek(end, steps + 1));
                assert_eq!(moment(&anew), moment(&history), "branch {number}");
            }
        }
    }
    everywhere::<Anew>();
}

#[test]
fn every_timed_run_is_an_explored_run_and_a_step_says_what_it_changed() {
    struct Legal;
    impl Law for Legal {
        const CASES: u32 = 250;

        fn holds<R: Room>(case: &Case) {
            let Some(mut history) = spy::build::<R>(case) else { return };
            // Without seeking back, since it is every step made that is looked at.
            for &(kind, number) in &case.deeds {
                walk::does(&mut history, (kind.min(7), number));
                while history.run().steps() % 32 > 0 && history.step(Micros(u64::MAX)) {
                    let last = history.lines().next_back().expect("a step is told");
                    let enabled = history.run().system().enabled.get();
                    assert!(enabled || last.cause != Cause::Time, "{} was not enabled", last.happening.title);
                }
            }
            let run = history.run();
            for event in run.system().enabled(run.state()) {
                let always = matches!(
                    run.system().delay(run.state(), &event),
                    Delay::Between(..) | Delay::Exponential(_)
                );
                assert!(!always || run.span(&event).is_some(), "{event:?} is enabled and has no date");
            }
        }
    }
    everywhere::<Legal>();
}

fn check_view(view: &View, nodes: usize) {
    assert_eq!(
        view.nodes.iter().map(|node| usize::from(node.id)).collect::<Vec<_>>(),
        (0..nodes).collect::<Vec<_>>()
    );
    let ids: BTreeSet<u64> = view.messages.iter().map(|message| message.id).collect();
    assert_eq!(ids.len(), view.messages.len(), "the ids of messages are unique");
    let timers = view.nodes.iter().flat_map(|node| node.timers.iter().map(|timer| timer.progress));
    let messages = view.messages.iter().map(|message| message.progress);
    for progress in timers.chain(messages).flatten() {
        assert!((0.0..=1.0).contains(&progress), "{progress} is a part of the way");
    }
    for message in &view.messages {
        assert!(
            !message.kind.is_empty() && usize::from(message.to) < nodes && usize::from(message.from) < nodes
        );
    }
}

#[test]
fn every_state_can_be_described() {
    struct Described;
    impl Law for Described {
        const CASES: u32 = 250;

        fn holds<R: Room>(case: &Case) {
            let Some(mut history) = build::<R>(case) else { return };
            for deed in &case.deeds {
                walk::does(&mut history, *deed);
                let (system, now) = (history.run().system(), history.run().now());
                let nodes = usize::from(system.nodes());
                let next = history.peek().unwrap_or(now);
                for shown in [now, Micros(now.0.midpoint(next.0)), next, Micros(u64::MAX)] {
                    check_view(&history.view(shown), nodes);
                }
                check_view(&system.view(history.run().state(), &Undated), nodes);
            }
        }
    }
    everywhere::<Described>();
}

#[test]
fn events_and_interventions_survive_serde() {
    struct Survives;
    impl Law for Survives {
        const CASES: u32 = 250;

        fn holds<R: Room>(case: &Case) {
            let Some(mut history) = build::<R>(case) else { return };
            case.walk(&mut history);
            let (system, state) = (history.run().system(), history.run().state());
            let actions =
                walk::targets(&history).into_iter().flat_map(|target| system.actions(state, target));
            let forced = system.enabled(state).into_iter().map(Does::Force);
            for does in actions.map(|action| action.does).chain(forced) {
                let one = Intervention { at: Micros(case.seed), does };
                let text = serde_json::to_string(&one).expect("an intervention can be written");
                let read: Intervention<<R::System as System>::Event> =
                    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
                assert_eq!(read, one);
            }
        }
    }
    everywhere::<Survives>();
}

/// After the faults stop, a leader exists and a new write is committed everywhere, within two seconds.
#[test]
fn raft_recovers_once_the_faults_stop() {
    let slowest = (0..150_u64).map(|seed| {
        let case = Case { scenario: 0, seed, options: Vec::new(), deeds: walk::drawn(seed, 60) };
        let mut history = build::<RaftRoom>(&case).expect("the defaults can be built");
        case.forward(&mut history);
        repair(&mut history);
        let start = history.run().now();
        let deadline = start.plus(Micros::ms(2000));
        let (mut wrote, mut recovered) = (None, None);
        while recovered.is_none() && history.step(deadline) {
            let locals = &history.run().state().locals;
            let leader = (0..)
                .zip(locals)
                .filter(|(_, local)| leads(local))
                .max_by_key(|(_, local)| local.disk.current_term);
            match (leader, wrote) {
                (Some((leader, local)), _) if wrote != Some((leader, local.disk.current_term)) => {
                    wrote = Some((leader, local.disk.current_term));
                    let input =
                        Input::Write { client: 20, seq: local.disk.current_term as u32, key: 'q', value: 7 };
                    history.intervene(history.run().now(), Does::Force(Event::Input(leader, input)));
                }
                _ => {
                    let stored = |local: &Local<_>| stored(local) == Some(7);
                    recovered = locals.iter().all(stored).then(|| history.run().now().since(start));
                }
            }
        }
        assert!(history.run().verdicts().all(|(_, broken)| broken.is_none()), "seed {seed}");
        recovered.unwrap_or_else(|| panic!("seed {seed}: no new write is committed within two seconds"))
    });
    println!("the slowest recovery took {}", slowest.max().expect("there are seeds"));
}

fn leads(local: &Local<systems::raft::Raft>) -> bool {
    local.ram.as_ref().is_some_and(|ram| matches!(ram.role, Role::Leader(_)))
}

fn stored(local: &Local<systems::raft::Raft>) -> Option<u32> {
    local.ram.as_ref()?.machine.data.get(&'q').copied()
}

fn repair(history: &mut History<Servers>) {
    let state = history.run().state();
    let mut repairs = vec![Event::Heal(state.wires.keys().copied().collect())];
    repairs.extend(
        (0..).zip(&state.locals).filter(|(_, local)| !local.up()).map(|(node, _)| Event::Restart(node)),
    );
    for event in repairs {
        history.intervene(history.run().now(), Does::Force(event));
    }
}

#[test]
fn a_run_of_twenty_thousand_steps_with_thinned_checkpoints_can_be_sought_in() {
    struct Long;
    impl Law for Long {
        const CASES: u32 = 1;

        fn holds<R: Room>(case: &Case) {
            let case = Case { scenario: 0, seed: case.seed, options: Vec::new(), deeds: Vec::new() };
            let mut history = build::<R>(&case).expect("the defaults can be built");
            let mut seen = Vec::new();
            for step in [1, 63, 64, 5_000, 16_385, 19_999, 20_000] {
                history.advance_silently(Micros(u64::MAX), step - history.run().steps());
                seen.push(moment(&history));
            }
            for place in [3, 0, 6, 2, 5, 4, 1, 6] {
                let wanted: &Moment<R::System> = &seen[place];
                history.seek_step(wanted.1);
                assert_eq!(&moment(&history), wanted);
                let window = wanted.1.min(History::<R::System>::WINDOW as u64 / 2);
                assert!(history.lines().len() as u64 >= window, "the steps before are in words");
                history.seek(Micros::ZERO, 0);
                assert!(history.seek(wanted.2, 0));
                assert_eq!(&moment(&history), wanted);
            }
        }
    }
    everywhere::<Long>();
}
