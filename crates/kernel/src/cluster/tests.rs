//! Facts about the cluster, on a protocol small enough to check by hand.

mod echo;

use echo::{Disk, Echo, Message, Ram, Seens, Timer};

use super::{Budget, Cluster, Event, State, Wire};
use crate::explain::{Explain, Undated};
use crate::system::{Report, System, Turn};
use crate::{Choices, Delay, Micros, NodeId, Odometer, Scripted};

type Echoes = Cluster<Echo, Seens>;
type Happens = Event<Echo>;

/// A cluster under way, and what its last step reported.
struct Story {
    cluster: Echoes,
    state: State<Echo, Seens>,
    report: Report<Happens>,
}

impl Story {
    fn new(size: NodeId, set: impl Fn(&mut Echoes)) -> Self {
        let mut cluster = Echoes::new(Echo, size);
        cluster.budget.timeouts = u32::MAX;
        set(&mut cluster);
        let mut report = Report::default();
        let state = cluster.initial(&mut Turn { choices: &mut Scripted::default(), report: &mut report });
        Self { cluster, state, report }
    }

    fn does(&mut self, event: Happens) -> &mut Self {
        self.answering(event, &mut Scripted::default())
    }

    fn answering(&mut self, event: Happens, choices: &mut dyn Choices) -> &mut Self {
        self.report.clear();
        self.cluster.apply(&mut self.state, &event, &mut Turn { choices, report: &mut self.report });
        self
    }

    fn enabled(&self, event: &Happens) -> bool {
        let enabled = self.cluster.enabled(&self.state).contains(event);
        assert!(!enabled || self.cluster.permits(&self.state, event), "what is enabled is permitted");
        enabled
    }

    fn kept(&self, node: usize) -> u32 {
        self.state.locals[node].disk.kept
    }
}

#[test]
fn a_crash_loses_the_ram_keeps_the_disk_and_stops_the_timers() {
    let mut story = Story::new(2, |_| {});
    story.does(Event::Input(0, 7)).does(Event::Deliver(0));
    assert_eq!(story.state.locals[1].ram.as_ref().unwrap().pinged, 1);
    assert!(story.enabled(&Event::Fire(1, Timer::Coin)));
    story.does(Event::Crash(1));
    let local = &story.state.locals[1];
    assert_eq!((&local.ram, local.timers.len(), local.disk.kept), (&None, 0, 7));
    assert!(story.report.disabled.contains(&Event::Fire(1, Timer::Coin)));
    assert!(!story.enabled(&Event::Fire(1, Timer::Coin)));
    assert_eq!(story.state.monitor.2, 1, "the monitor saw it");
    let down = story.state.clone();
    for event in [Event::Crash(1), Event::Input(1, 3), Event::Fire(1, Timer::Coin)] {
        story.does(event);
        assert_eq!(story.state, down, "a node that is down does nothing");
    }
}

#[test]
fn a_restart_boots_from_the_disk() {
    let mut story = Story::new(2, |cluster| cluster.disks = vec![Disk { boots: 4, kept: 3 }]);
    assert_eq!(story.state.locals[0].disk, Disk { boots: 5, kept: 3 });
    assert!(!story.enabled(&Event::Restart(0)), "it is up");
    story.does(Event::Crash(0)).does(Event::Restart(0));
    let local = &story.state.locals[0];
    assert_eq!((&local.disk, &local.ram), (&Disk { boots: 6, kept: 3 }, &Some(Ram::default())));
    let names: Vec<&Timer> = local.timers.iter().map(|(timer, _)| timer).collect();
    assert_eq!(names, [&Timer::Coin], "a timer that was cancelled does not run");
    assert!(story.report.enabled.contains(&Event::Fire(0, Timer::Coin)));
}

#[test]
fn a_message_to_a_node_that_is_down_is_lost_when_it_arrives() {
    let mut story = Story::new(2, |_| {});
    story.does(Event::Input(0, 7)).does(Event::Crash(1));
    assert!(story.enabled(&Event::Deliver(0)), "it is still under way");
    story.does(Event::Deliver(0));
    assert_eq!((story.report.lost.as_slice(), story.report.received), ([0].as_slice(), None));
    assert!(story.state.mail.is_empty());
    assert_eq!(story.state.locals[1].disk.kept, 0);
}

#[test]
fn a_node_that_restarts_in_time_receives_what_was_under_way() {
    let mut story = Story::new(2, |_| {});
    story.does(Event::Input(0, 7)).does(Event::Crash(1)).does(Event::Restart(1)).does(Event::Deliver(0));
    assert_eq!((story.report.received, story.kept(1)), (Some(0), 7));
}

#[test]
fn a_cut_link_loses_what_arrives_and_lets_pass_what_it_is_healed_for() {
    let cut = || Event::partition(&[0], &[1]);
    let mut story = Story::new(2, |_| {});
    story.does(Event::Input(0, 7)).does(cut());
    assert!(story.cluster.view(&story.state, &Undated).messages[0].doomed);
    story.does(Event::Deliver(0));
    assert_eq!((story.report.lost.as_slice(), story.kept(1)), ([0].as_slice(), 0));
    story.does(Event::Input(0, 8)).does(Event::Heal(vec![(0, 1), (1, 0)]));
    assert!(!story.cluster.view(&story.state, &Undated).messages[0].doomed);
    story.does(Event::Deliver(1));
    assert_eq!((story.report.received, story.kept(1)), (Some(1), 8));
    assert!(story.state.wires.is_empty(), "a healed link is like one that was never cut");
}

#[test]
fn a_link_can_be_cut_one_way() {
    let mut story = Story::new(2, |_| {});
    story.does(Event::Cut(vec![(1, 0)])).does(Event::Input(0, 7)).does(Event::Deliver(0));
    assert_eq!(story.kept(1), 7, "there it passes");
    story.does(Event::Deliver(1));
    assert_eq!((story.report.lost.as_slice(), story.state.monitor.1.len()), ([1].as_slice(), 0), "not back");
}

#[test]
fn a_lost_message_never_arrives_and_a_duplicated_one_arrives_twice() {
    let mut story = Story::new(2, |_| {});
    story.does(Event::Input(0, 7)).does(Event::Duplicate(0));
    assert_eq!((story.state.mail.len(), story.report.sent.as_slice()), (2, [1].as_slice()));
    story.does(Event::Deliver(1)).does(Event::Deliver(0));
    assert_eq!(story.state.locals[1].ram.as_ref().unwrap().pinged, 2);
    story.does(Event::Lose(2));
    assert_eq!((story.report.lost.as_slice(), story.state.mail.len()), ([2].as_slice(), 1));
    story.does(Event::Deliver(3));
    assert_eq!(story.state.monitor.1, [7]);
}

#[test]
fn a_slow_link_has_its_own_delay_until_it_is_healed() {
    let mut story = Story::new(3, |_| {});
    let (usual, slow) = (Delay::Between(Micros::ms(10), Micros::ms(20)), (Micros(500), Micros(900)));
    story.does(Event::Slow(0, 1, slow.0, slow.1)).does(Event::Input(0, 7));
    let delay = |story: &Story, id| story.cluster.delay(&story.state, &Event::Deliver(id));
    assert_eq!((delay(&story, 0), delay(&story, 1)), (Delay::Between(slow.0, slow.1), usual));
    story.does(Event::Cut(vec![(0, 1)]));
    assert_eq!(story.state.wire(0, 1), Wire { cut: true, slow: Some(slow) });
    story.does(Event::Heal(vec![(0, 1)]));
    assert_eq!(delay(&story, 0), usual);
    let too_slow = Event::Slow(0, 1, Micros(0), Micros(u64::MAX));
    assert!(!story.cluster.permits(&story.state, &too_slow));
}

#[test]
fn a_lossy_network_loses_and_copies_by_chance_and_before_the_arrival() {
    let mut story = Story::new(2, |cluster| {
        (cluster.network.loss_ppm, cluster.network.duplication_ppm) = (300_000, 100_000);
    });
    story.does(Event::Input(0, 7));
    let sent = [Event::Deliver(0), Event::Lose(0), Event::Duplicate(0)];
    assert_eq!(story.report.enabled, sent);
    let last = Micros(9_999);
    assert_eq!(story.cluster.delay(&story.state, &sent[1]), Delay::Chance(300_000, Micros(0), last));
    assert_eq!(story.cluster.delay(&story.state, &sent[2]), Delay::Chance(100_000, Micros(0), last));
    story.does(Event::Deliver(0));
    assert_eq!(story.report.disabled, sent, "what has arrived is neither lost nor copied");
}

/// What a budget limits: the limit, something that makes the event possible, and the event.
type Limited = (fn(&mut Budget) -> &mut u32, Option<Happens>, Happens);

#[test]
fn a_budget_limits_what_is_enabled_and_not_what_is_permitted() {
    let limited: [Limited; 6] = [
        (|budget| &mut budget.crashes, None, Event::Crash(0)),
        (|budget| &mut budget.losses, Some(Event::Input(0, 1)), Event::Lose(0)),
        (|budget| &mut budget.duplicates, Some(Event::Input(0, 1)), Event::Duplicate(0)),
        (|budget| &mut budget.cuts, None, Event::Cut(vec![(0, 1)])),
        (|budget| &mut budget.timeouts, None, Event::Fire(0, Timer::Coin)),
        (|budget| &mut budget.requests, None, Event::Request),
    ];
    for (limit, before, event) in limited {
        for (most, expected) in [(0, false), (1, true)] {
            let mut story = Story::new(2, |cluster| {
                cluster.workload = Delay::exactly(Micros(1));
                *limit(&mut cluster.budget) = most;
            });
            if let Some(event) = &before {
                story.does(event.clone());
            }
            assert_eq!(story.enabled(&event), expected, "{event:?} with {most}");
            assert!(story.cluster.permits(&story.state, &event), "{event:?} can always be forced");
            story.does(event.clone());
            assert_eq!(*limit(&mut story.state.spent), 1, "{event:?} is counted");
            let same = |other: &Happens| std::mem::discriminant(other) == std::mem::discriminant(&event);
            assert!(!story.cluster.enabled(&story.state).iter().any(same), "{event:?} with nothing left");
        }
    }
}

#[test]
fn the_workload_asks_on_until_it_ends() {
    let mut story = Story::new(2, |cluster| {
        (cluster.workload, cluster.budget) = (Delay::exactly(Micros(4)), Budget::TIMED);
    });
    for request in 0..3 {
        assert!(story.enabled(&Event::Request));
        story.does(Event::Request);
        assert_eq!(story.report.enabled.contains(&Event::Request), request < 2);
    }
    assert_eq!(story.state.monitor.0, [0, 1, 2]);
    assert!(!story.enabled(&Event::Request) && !story.cluster.permits(&story.state, &Event::Request));
}

#[test]
fn the_workload_rests_while_there_is_nobody_to_ask() {
    let mut story = Story::new(2, |cluster| {
        (cluster.workload, cluster.budget) = (Delay::exactly(Micros(4)), Budget::TIMED);
    });
    story.does(Event::Crash(1));
    assert!(!story.report.disabled.contains(&Event::Request), "the clients turn to node 0");
    story.does(Event::Crash(0));
    assert!(story.report.disabled.contains(&Event::Request) && !story.enabled(&Event::Request));
    story.does(Event::Restart(1)).does(Event::Restart(0));
    assert!(story.report.enabled.contains(&Event::Request) && story.enabled(&Event::Request));
}

#[test]
fn message_ids_mean_nothing_when_states_are_compared() {
    let (mut one, mut other) = (Story::new(2, |_| {}), Story::new(2, |_| {}));
    one.does(Event::Input(0, 7)).does(Event::Duplicate(0)).does(Event::Lose(0));
    other.does(Event::Input(0, 7)).does(Event::Duplicate(0)).does(Event::Lose(1));
    assert_ne!(one.state.mail.keys().next(), other.state.mail.keys().next());
    assert_eq!(one.state, other.state);
    assert_eq!(format!("{:?}", one.state), format!("{:?}", other.state));
    other.does(Event::Crash(1));
    assert_ne!(one.state, other.state);
    let ping = |from: NodeId| Event::Input(from, 1);
    let (mut one, mut other) = (Story::new(2, |_| {}), Story::new(2, |_| {}));
    one.does(ping(0)).does(ping(1));
    other.does(ping(1)).does(ping(0));
    assert_eq!(one.state, other.state, "a multiset has no order");
    one.does(Event::Duplicate(0));
    other.does(Event::Duplicate(0));
    assert_ne!(one.state, other.state, "it counts, and 0 names another message there");
}

#[test]
fn clocks_differ_by_no_more_than_the_skew() {
    let mut story = Story::new(3, |cluster| cluster.clocks = Some((Delay::exactly(Micros(10)), 2)));
    let mut choices = 1_u32;
    for _ in 0..500 {
        let ticks =
            story.cluster.enabled(&story.state).into_iter().filter(|event| matches!(event, Event::Tick(_)));
        let ticks: Vec<Happens> = ticks.collect();
        choices = choices.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        story.does(ticks[(choices >> 16) as usize % ticks.len()].clone());
        let clocks = story.state.locals.iter().map(|local| local.clock);
        assert!(clocks.clone().max().unwrap() - clocks.min().unwrap() <= 2);
        assert!(story.report.rescan, "one clock that moves lets others move");
    }
    story.does(Event::Crash(2));
    assert!(!story.enabled(&Event::Tick(2)), "a node that is down has no clock");
    let still = Story::new(2, |_| {});
    assert!(!still.enabled(&Event::Tick(0)), "without clocks nothing ticks");
}

#[test]
fn a_liar_sends_to_each_what_an_adversary_picks() {
    let story = Story::new(3, |cluster| cluster.byzantine = [0].into());
    let mut odometer = Odometer::default();
    let mut outboxes = Vec::new();
    loop {
        let mut state = story.state.clone();
        let mut report = Report::default();
        story.cluster.apply(
            &mut state,
            &Event::Input(0, 7),
            &mut Turn { choices: &mut odometer, report: &mut report },
        );
        outboxes.push(
            state.mail.into_values().map(|sent| (sent.to, sent.message, sent.forged)).collect::<Vec<_>>(),
        );
        if !odometer.next_run() {
            break;
        }
    }
    let picks = |to: NodeId| {
        let lies = [(7, false), (107, true), (207, true)].map(|(number, forged)| Some((to, number, forged)));
        lies.into_iter().chain([None])
    };
    let mut expected: Vec<Vec<_>> = picks(1)
        .flat_map(|one| picks(2).map(move |other| [one, other]))
        .map(|sent| {
            sent.into_iter().flatten().map(|(to, number, lie)| (to, Message::Ping(number), lie)).collect()
        })
        .collect();
    expected.sort();
    outboxes.sort();
    assert_eq!((outboxes.len(), outboxes), (16, expected));
}

#[test]
fn an_honest_node_is_asked_nothing_and_a_coin_once() {
    let mut story = Story::new(3, |cluster| cluster.byzantine = [0].into());
    let mut choices = Scripted::new([1]);
    story.answering(Event::Input(1, 7), &mut choices);
    assert_eq!(choices.asked(), []);
    story.answering(Event::Fire(0, Timer::Coin), &mut choices);
    assert_eq!((choices.asked(), story.cluster.outcomes(&story.state)), ([2].as_slice(), 0b10));
    assert!(!story.enabled(&Event::Fire(0, Timer::Coin)), "a timer that has fired no longer runs");
}

#[test]
fn nonsense_does_nothing() {
    let far = NodeId::MAX;
    let mut story = Story::new(2, |cluster| cluster.clocks = Some((Delay::Never, 1)));
    story.does(Event::Input(0, 7));
    let before = story.state.clone();
    let mut nonsense = vec![Event::Cut(Vec::new()), Event::Heal(Vec::new()), Event::Fire(0, Timer::Never)];
    nonsense.extend(
        [99, u64::MAX].into_iter().flat_map(|id| [Event::Deliver(id), Event::Lose(id), Event::Duplicate(id)]),
    );
    for node in [2, far] {
        nonsense.extend([Event::Crash(node), Event::Restart(node), Event::Tick(node), Event::Input(node, 1)]);
        nonsense.extend([Event::Fire(node, Timer::Coin), Event::Slow(0, node, Micros(1), Micros(2))]);
        nonsense.extend([Event::Cut(vec![(0, 1), (0, node)]), Event::Heal(vec![(node, 0)])]);
    }
    nonsense.extend([Event::Cut(vec![(0, 0)]), Event::Slow(0, 0, Micros(1), Micros(2))]);
    nonsense.extend([Event::Slow(0, 1, Micros(3), Micros(2)), Event::Restart(0), Event::Heal(vec![(0, 1)])]);
    for event in nonsense {
        assert!(!story.cluster.permits(&story.state, &event), "{event:?}");
        story.does(event.clone());
        assert_eq!(story.state, before, "{event:?}");
        let Report { enabled, disabled, marks, sent, lost, .. } = &story.report;
        assert!(enabled.is_empty() && disabled.is_empty() && marks.is_empty(), "{event:?}");
        assert!(sent.is_empty() && lost.is_empty(), "{event:?}");
        for target in [crate::Target::Node(far), crate::Target::Link(0, far), crate::Target::Message(99)] {
            assert_eq!(story.cluster.actions(&story.state, target), []);
        }
    }
}

#[test]
fn a_step_tells_what_a_property_could_read_and_that_is_enough() {
    let mut story = Story::new(3, |cluster| cluster.byzantine = [0].into());
    story.answering(Event::Input(0, 7), &mut Scripted::new([1]));
    assert!(story.report.touched.monitor && story.report.touched.node.is_none());
    story.does(Event::Deliver(0));
    assert_eq!(story.report.touched.node, Some(1));
    let verdicts =
        |story: &Story| [0, 1].map(|claim| story.cluster.check(&story.state, claim, story.report.touched));
    assert_eq!(verdicts(&story), [Err("1 keeps 107".to_owned()), Ok(())]);
    let echo = *story.state.mail.keys().next_back().unwrap();
    story.does(Event::Deliver(echo));
    assert_eq!(verdicts(&story), [Ok(()), Err("nobody asked for 107".to_owned())], "only what was touched");
}
