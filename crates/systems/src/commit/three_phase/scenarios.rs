//! The scenarios: what each does to a cluster, in terms of who knows what and not of dates.

use kernel::{Event, Micros, NodeId, Scenario};

use super::super::moments::{
    self, all_in_doubt, begin, decided, decision, in_doubt, left, participants, pre_commit, read,
};
use super::{COORDINATOR, Nodes, Round, ThreePhase};

type Directive = kernel::Directive<Nodes>;
type ThreePhaseState = moments::CommitState<ThreePhase>;

const C: NodeId = COORDINATOR;
const P1: NodeId = 1;
const P2: NodeId = 2;
const P3: NodeId = 3;

const THREE: (&str, &str) = ("participants", "3");

/// Every scenario, in the order of the page.
pub(super) fn all() -> Vec<Scenario<Nodes>> {
    let mut list = basics();
    list.extend(crashes());
    list.extend(partition());
    list.extend(without_pre_commit());
    list.extend(without_memory());
    list
}

/// The client's request that every scenario begins with.
fn start() -> Directive {
    Directive::after(Micros::ms(5), |_, _| vec![begin()])
}

/// As soon as this holds, and so many milliseconds after that, the node crashes.
fn crash(when: fn(&ThreePhaseState) -> bool, after: u64, node: NodeId) -> Directive {
    Directive::once(move |_, now| when(now), Micros::ms(after), move |_, _| vec![Event::Crash(node)])
}

/// So many milliseconds later the node is back.
fn restart(after: u64, node: NodeId) -> Directive {
    Directive::after(Micros::ms(after), move |_, _| vec![Event::Restart(node)])
}

/// What the coordinator sends to this node takes so many milliseconds from now on.
fn late(node: NodeId, latency: u64) -> Event<ThreePhase> {
    Event::Slow(C, node, Micros::ms(latency), Micros::ms(latency))
}

fn basics() -> Vec<Scenario<Nodes>> {
    vec![
        Scenario {
            name: "commit",
            title: "All vote yes",
            story: "All vote yes, and the coordinator tells everybody so before anybody commits. Only when all have \
                    acknowledged that does it decide: nobody is in doubt any more when the first one commits.",
            source: "Skeen 1981",
            set: &[],
            length: Micros::ms(300),
            pace: Micros::ms(10),
            script: |_| vec![start()],
        },
        Scenario {
            name: "abort",
            title: "One votes no",
            story: "P3 votes no. The coordinator decides to abort at once: the phase between is for commits alone, since \
                    whoever is in doubt can always be told to abort.",
            source: "Skeen 1981",
            set: &[THREE, ("votes", "one-no")],
            length: Micros::ms(250),
            pace: Micros::ms(10),
            script: |_| vec![start()],
        },
    ]
}

fn crashes() -> Vec<Scenario<Nodes>> {
    vec![
        Scenario {
            name: "coordinator-crash",
            title: "The coordinator crashes, all are in doubt",
            story: "All have voted yes, and the coordinator crashes. With two phases all would be blocked. Here P1 takes \
                    over: nobody who is up is pre-committed, so nobody can have committed, and it is safe to abort. \
                    The client that waits at P3 does not wait for the coordinator.",
            source: "Skeen 1981",
            set: &[THREE],
            length: Micros::ms(800),
            pace: Micros::ms(30),
            script: |_| {
                vec![
                    start(),
                    crash(all_in_doubt, 0, C),
                    Directive::after(Micros::ms(150), |_, _| vec![read(P3, 0)]),
                ]
            },
        },
        Scenario {
            name: "told-one",
            title: "The coordinator has pre-committed one",
            story: "The coordinator crashes after it has told P1 alone that all have voted yes. P1 takes over, tells the \
                    others first, and then commits: it could crash itself on the way.",
            source: "Bernstein et al. 1987, section 7.5, rule TR4",
            set: &[THREE],
            length: Micros::ms(900),
            pace: Micros::ms(30),
            script: |_| vec![start(), crash(told_one, 1, C), restart(700, C)],
        },
        Scenario {
            name: "two-crashes",
            title: "The next one crashes too",
            story: "P1 alone knows that all have voted yes. It takes over and crashes before it has told anybody. P2 is \
                    next: P3 and itself are in doubt, nobody can have committed, and they abort. When P1 is back it \
                    asks, and aborts as well.",
            source: "Bernstein et al. 1987, section 7.5",
            set: &[THREE],
            length: Micros::ms(1500),
            pace: Micros::ms(40),
            script: |_| {
                vec![start(), crash(told_one, 1, C), crash(|now| leads(now, P1), 0, P1), restart(900, P1)]
            },
        },
        Scenario {
            name: "crash-in-doubt",
            title: "A participant crashes in doubt",
            story: "P2 votes yes and crashes. The coordinator waits for its acknowledgement as long as it may, and commits \
                    without it. When P2 is back, what is on its disk is no longer up to date: it asks.",
            source: "Bernstein et al. 1987, section 7.5",
            set: &[THREE],
            length: Micros::ms(700),
            pace: Micros::ms(25),
            script: |_| vec![start(), crash(|now| in_doubt(now, P2), 1, P2), restart(450, P2)],
        },
    ]
}

fn partition() -> Vec<Scenario<Nodes>> {
    vec![Scenario {
        name: "partition",
        title: "A network cut in two",
        story: "The coordinator has told P1 that all have voted yes when the network is cut: C and P1 on one side, P2 on \
                the other. Each side takes the other for dead. C commits with P1. P2 takes over, finds nobody \
                pre-committed, and aborts. Nobody has crashed.",
        source: "Skeen 1981 assumes a network that never fails",
        set: &[("reliable-timeouts", "off")],
        length: Micros::ms(1300),
        pace: Micros::ms(40),
        script: |_| {
            vec![
                start(),
                Directive::once(
                    |_, now| told_one(now),
                    Micros::ms(1),
                    |_, now| {
                        let far: Vec<NodeId> = participants(now).map(|(node, _)| node).skip(1).collect();
                        vec![Event::partition(&[C, P1], &far)]
                    },
                ),
                Directive::after(Micros::ms(1000), |_, now| {
                    vec![Event::Heal(now.wires.keys().copied().collect())]
                }),
            ]
        },
    }]
}

fn without_pre_commit() -> Vec<Scenario<Nodes>> {
    vec![
        Scenario {
            name: "no-pre-commit",
            title: "Without the phase between",
            story: "The coordinator commits as soon as all have voted yes, and crashes before it tells anybody. P1 takes \
                    over and finds everybody in doubt, as it would if nobody had committed. It aborts, and the \
                    coordinator comes back committed.",
            source: "Skeen 1981",
            set: &[("without", "pre-commit")],
            length: Micros::ms(1000),
            pace: Micros::ms(30),
            script: |_| vec![start(), crash(|now| decided(now, C, 1).is_some(), 1, C), restart(700, C)],
        },
        Scenario {
            name: "early-commit",
            title: "A commit before the acknowledgements",
            story: "The coordinator commits once it has sent the pre-commits, which are late, and crashes. P1 takes over: \
                    none has arrived, so it aborts with P2.",
            source: "Skeen 1981",
            set: &[("without", "all-acknowledge")],
            length: Micros::ms(1100),
            pace: Micros::ms(30),
            script: |_| {
                vec![
                    start(),
                    Directive::once(
                        |_, now| all_in_doubt(now),
                        Micros::ZERO,
                        |_, _| vec![late(P1, 600), late(P2, 600)],
                    ),
                    crash(|now| decided(now, C, 1).is_some(), 1, C),
                    restart(800, C),
                ]
            },
        },
        Scenario {
            name: "old-coordinator",
            title: "The word of an old coordinator",
            story: "The coordinator crashes, and its pre-commits are late. P1 takes over, decides to abort, and crashes \
                    before it tells P2. Now the old pre-commit reaches P2, which believes it, takes over, and commits.",
            source: "Bernstein et al. 1987, section 7.5",
            set: &[("without", "newest-coordinator")],
            length: Micros::ms(2000),
            pace: Micros::ms(50),
            script: |_| {
                vec![
                    start(),
                    Directive::once(
                        |_, now| all_in_doubt(now),
                        Micros::ZERO,
                        |_, _| vec![late(P1, 650), late(P2, 450)],
                    ),
                    Directive::once(|_, now| begun_to_tell(now), Micros::ZERO, |_, _| Vec::new()),
                    crash(|now| left(now, C, pre_commit) == 0, 1, C),
                    crash(|now| left(now, P1, decision) > 0, 1, P1),
                    restart(1200, P1),
                ]
            },
        },
    ]
}

fn without_memory() -> Vec<Scenario<Nodes>> {
    vec![
        Scenario {
            name: "decides-alone",
            title: "A node that does not ask",
            story: "P1 alone knew that all have voted yes when it crashed. P2 has aborted since. P1 comes back, asks \
                    nobody, and commits.",
            source: "Bernstein et al. 1987, section 7.5",
            set: &[("without", "ask-after-crash")],
            length: Micros::ms(1500),
            pace: Micros::ms(40),
            script: |_| {
                vec![start(), crash(told_one, 1, C), crash(|now| leads(now, P1), 0, P1), restart(900, P1)]
            },
        },
        Scenario {
            name: "lost-vote",
            title: "A yes that was lost",
            story: "P1 votes yes and crashes before its yes is on the disk. The coordinator commits without it, as it may. \
                    P1 comes back, has forgotten its promise, and its part of the transaction with it.",
            source: "Bernstein et al. 1987, section 7.5",
            set: &[("without", "force-vote")],
            length: Micros::ms(450),
            pace: Micros::ms(20),
            script: |_| {
                vec![
                    start(),
                    crash(|now| left(now, C, pre_commit) > 0, 0, P1),
                    Directive::once(
                        |_, now| decided(now, C, 1).is_some(),
                        Micros::ms(2),
                        |_, _| vec![Event::Restart(P1)],
                    ),
                ]
            },
        },
        Scenario {
            name: "lost-pre-commit",
            title: "A pre-commit that was lost",
            story: "The coordinator tells all that everybody has voted yes, and crashes before that is on its own disk. \
                    P1 takes over and commits with P2. The coordinator comes back, finds no pre-commit, and \
                    takes that for an abort.",
            source: "Bernstein et al. 1987, section 7.5",
            set: &[("without", "force-pre-commit")],
            length: Micros::ms(1000),
            pace: Micros::ms(30),
            script: |_| {
                vec![
                    start(),
                    Directive::once(|_, now| begun_to_tell(now), Micros::ZERO, |_, _| Vec::new()),
                    crash(|now| left(now, C, pre_commit) == 0, 0, C),
                    restart(700, C),
                ]
            },
        },
    ]
}

/// The coordinator has sent its pre-commit to one, and not to all.
fn told_one(now: &ThreePhaseState) -> bool {
    let all = participants(now).count();
    begun_to_tell(now) && left(now, C, pre_commit) == (all - 1).max(1)
}

fn begun_to_tell(now: &ThreePhaseState) -> bool {
    left(now, C, pre_commit) > 0
}

/// The node has taken over, and asks how far the others are or tells them.
fn leads(now: &ThreePhaseState, node: NodeId) -> bool {
    let local = now.locals.get(usize::from(node));
    let round = local.and_then(|local| local.ram.as_ref()?.round.as_ref());
    matches!(round, Some(Round::States { .. } | Round::Acks { .. }))
}
