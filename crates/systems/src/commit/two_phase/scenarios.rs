//! The scenarios: what each does to a cluster, in terms of who knows what and not of dates.

use kernel::{Event, Micros, NodeId, Scenario};

use super::super::moments::{
    self, all_in_doubt, begin, decided, decision, in_doubt, left, participants, read, vote_request,
};
use super::{COORDINATOR, Nodes, TwoPhase};

type Directive = kernel::Directive<Nodes>;
type TwoPhaseState = moments::CommitState<TwoPhase>;

const C: NodeId = COORDINATOR;
const P1: NodeId = 1;
const P2: NodeId = 2;
const P3: NodeId = 3;

/// Every scenario, in the order of the page.
pub(super) fn all() -> Vec<Scenario<Nodes>> {
    let mut list = basics();
    list.extend(coordinator_crashes());
    list.extend(participant_crashes());
    list.extend(broken());
    list
}

/// The client's request that most scenarios begin with.
fn start() -> Directive {
    Directive::after(Micros::ms(5), |_, _| vec![begin()])
}

/// As soon as this holds, and so many milliseconds after that, the node crashes.
fn crash(when: fn(&TwoPhaseState) -> bool, after: u64, node: NodeId) -> Directive {
    Directive::once(move |_, now| when(now), Micros::ms(after), move |_, _| vec![Event::Crash(node)])
}

/// So many milliseconds later the node is back.
fn restart(after: u64, node: NodeId) -> Directive {
    Directive::after(Micros::ms(after), move |_, _| vec![Event::Restart(node)])
}

/// So many milliseconds later a client wants to read at the node.
fn reads(after: u64, node: NodeId, client: u8) -> Directive {
    Directive::after(Micros::ms(after), move |_, _| vec![read(node, client)])
}

fn basics() -> Vec<Scenario<Nodes>> {
    vec![
        Scenario {
            name: "commit",
            title: "All vote yes",
            story: "The coordinator asks all participants to vote. All can do their part and say yes, so it decides to \
                    commit, and tells them. From its yes until it hears the decision a participant is in doubt.",
            source: "Gray 1978, two-phase commit",
            set: &[],
            length: Micros::ms(250),
            pace: Micros::ms(10),
            script: |_| vec![start()],
        },
        Scenario {
            name: "abort",
            title: "One votes no",
            story: "P3 cannot do its part. It undoes it and votes no, and that is enough: the coordinator decides to \
                    abort, whatever the others say.",
            source: "Gray 1978, two-phase commit",
            set: &[("votes", "one-no")],
            length: Micros::ms(250),
            pace: Micros::ms(10),
            script: |_| vec![start()],
        },
        Scenario {
            name: "majority",
            title: "A majority is not enough",
            story: "The rule of unanimity is off: two yes of three are taken for a decision to commit. But P3 has voted \
                    no because it could not do its part, and has undone it. Half of the transaction is there for good. \
                    A majority is enough in Raft and Paxos, where all servers store the same; here each \
                    participant has a part that no other can do, so its no is a veto.",
            source: "Babaoglu and Toueg 1993, section 2, AC3",
            set: &[("votes", "one-no"), ("without", "unanimity")],
            length: Micros::ms(250),
            pace: Micros::ms(10),
            script: |_| vec![start()],
        },
        Scenario {
            name: "many",
            title: "One transaction after another",
            story: "Clients begin transactions, and participants vote yes or no at random. Where a participant crashes in \
                    doubt, its lock outlives it, and the next transactions fail until it is back and has asked.",
            source: "Bernstein et al. 1987, section 7.4",
            set: &[("votes", "any"), ("participants", "2"), ("requests", "220")],
            length: Micros::ms(3600),
            pace: Micros::ms(40),
            script: |_| vec![crash(|now| in_doubt(now, P2), 1, P2), restart(900, P2)],
        },
    ]
}

fn coordinator_crashes() -> Vec<Scenario<Nodes>> {
    vec![
        Scenario {
            name: "blocked",
            title: "The coordinator crashes, all are in doubt",
            story: "The coordinator has decided to commit and crashes before it tells anybody. The participants ask each \
                    other, and nobody knows. They may not guess: they keep their locks, and a client that wants to read \
                    waits, until the coordinator is back.",
            source: "Skeen 1981; Bernstein et al. 1987, section 7.4",
            set: &[],
            length: Micros::ms(1500),
            pace: Micros::ms(40),
            script: |_| {
                vec![
                    start(),
                    crash(|now| decided(now, C, 1).is_some(), 1, C),
                    reads(220, P1, 0),
                    reads(300, P3, 1),
                    restart(600, C),
                ]
            },
        },
        Scenario {
            name: "told-one",
            title: "The coordinator has told one",
            story: "The coordinator crashes after it has told P1 to commit, and nobody else. P2 and P3 wait in vain, ask \
                    the other participants, and P1 knows: nobody has to wait for the coordinator.",
            source: "Bernstein et al. 1987, section 7.4, the cooperative termination protocol",
            set: &[],
            length: Micros::ms(600),
            pace: Micros::ms(20),
            script: |_| vec![start(), crash(|now| left(now, C, decision) == others(now), 1, C)],
        },
        Scenario {
            name: "asked-some",
            title: "The coordinator has not asked all",
            story: "The coordinator crashes before it has asked P3. P1 and P2 have voted yes and are in doubt, but P3 has \
                    not given its veto away: when it is asked for the decision, it aborts alone, and can tell.",
            source: "Babaoglu and Toueg 1993, section 4",
            set: &[],
            length: Micros::ms(600),
            pace: Micros::ms(20),
            script: |_| vec![start(), crash(|now| left(now, C, vote_request) == 1, 1, C)],
        },
    ]
}

fn participant_crashes() -> Vec<Scenario<Nodes>> {
    vec![
        Scenario {
            name: "missing-vote",
            title: "A participant crashes before it votes",
            story: "P3 crashes before the request reaches it. The coordinator waits for its vote as long as it may, and \
                    decides to abort. P1 and P2 have been in doubt all the time.",
            source: "Bernstein et al. 1987, section 7.4",
            set: &[],
            length: Micros::ms(450),
            pace: Micros::ms(20),
            script: |_| {
                vec![
                    start(),
                    Directive::after(Micros::ms(5), |_, _| vec![Event::Crash(P3)]),
                    restart(330, P3),
                ]
            },
        },
        Scenario {
            name: "crash-in-doubt",
            title: "A participant crashes in doubt",
            story: "P2 votes yes and crashes. Its yes is on its disk, so the others may commit. When it is back it finds \
                    a yes and no decision in its log, keeps its lock, and asks.",
            source: "Bernstein et al. 1987, section 7.4",
            set: &[],
            length: Micros::ms(500),
            pace: Micros::ms(20),
            script: |_| vec![start(), crash(|now| in_doubt(now, P2), 1, P2), restart(250, P2)],
        },
    ]
}

fn broken() -> Vec<Scenario<Nodes>> {
    vec![
        Scenario {
            name: "lost-vote",
            title: "A yes that was lost",
            story: "P1 votes yes and crashes before its yes is on the disk. It has forgotten its promise, and its part of \
                    the transaction with it. The others commit.",
            source: "Bernstein et al. 1987, section 7.4",
            set: &[("without", "force-vote")],
            length: Micros::ms(250),
            pace: Micros::ms(15),
            script: |_| vec![start(), crash(|now| has_vote_of(now, P1), 0, P1), restart(2, P1)],
        },
        Scenario {
            name: "lost-decision",
            title: "A decision that was lost",
            story: "The coordinator decides to commit, tells P1, and crashes before its decision is on the disk. Back \
                    again it finds none, takes it for an abort, and tells everybody so.",
            source: "Bernstein et al. 1987, section 7.4",
            set: &[("without", "force-decision")],
            length: Micros::ms(350),
            pace: Micros::ms(15),
            script: |_| {
                vec![start(), crash(|now| left(now, C, decision) == others(now), 1, C), restart(80, C)]
            },
        },
        Scenario {
            name: "impatient",
            title: "Participants that do not wait",
            story: "The coordinator has decided to commit and crashes before it tells anybody. The participants do not \
                    wait in doubt: they abort alone, although they have voted yes.",
            source: "Bernstein et al. 1987, section 7.4",
            set: &[("without", "wait-in-doubt")],
            length: Micros::ms(800),
            pace: Micros::ms(25),
            script: |_| vec![start(), crash(|now| decided(now, C, 1).is_some(), 1, C), restart(600, C)],
        },
        Scenario {
            name: "forgetful",
            title: "A coordinator that says nothing",
            story: "The coordinator crashes before it has decided. It comes back, finds no decision on its disk, and does \
                    not decide to abort. Everybody is up and healthy, and the participants wait for ever.",
            source: "Bernstein et al. 1987, section 7.4",
            set: &[("without", "abort-if-undecided")],
            length: Micros::ms(900),
            pace: Micros::ms(30),
            script: |_| vec![start(), crash(all_in_doubt, 0, C), restart(150, C)],
        },
    ]
}

/// How many participants there are beside one.
fn others(now: &TwoPhaseState) -> usize {
    (participants(now).count() - 1).max(1)
}

fn has_vote_of(now: &TwoPhaseState, node: NodeId) -> bool {
    let poll = now.locals.first().and_then(|local| local.ram.as_ref()?.memory.poll.as_ref());
    poll.is_some_and(|poll| poll.yes.contains(&node)) || decided(now, C, 1).is_some()
}
