//! The scenarios: what each does to the nodes, in terms of ballots and votes and not of dates.

use kernel::cluster::State;
use kernel::{Event, Local, Micros, NodeId, Scenario};

use super::{Message, Paxos, Phase, Synod, Timer, Value, Watch};

type Directive = kernel::Directive<Synod>;
type PaxosState = State<Paxos, Watch>;

const S1: NodeId = 0;
const S2: NodeId = 1;
const S3: NodeId = 2;
const S4: NodeId = 3;

/// Every scenario, in the order of the page.
pub(super) fn all() -> Vec<Scenario<Synod>> {
    let mut list = basics();
    list.extend(crashes());
    list.extend(progress());
    list.extend(quorums());
    list.extend(broken());
    list.push(lying_acceptor());
    list
}

const OFF: (&str, &str) = ("leader", "off");
const PATIENT: (&str, &str) = ("patience", "2000");

fn basics() -> Vec<Scenario<Synod>> {
    vec![
        Scenario {
            name: "first",
            title: "One proposer",
            story: "S1 asks all servers to promise its ballot, then to vote for its value. A majority is enough in both \
                    phases; the value is chosen with the second vote, and learned with the messages after that.",
            source: "Paxos Made Simple, section 2.2",
            set: &[("proposers", "1")],
            length: Micros::ms(160),
            pace: Micros::ms(12),
            script: |_| vec![ask_after(10)],
        },
        Scenario {
            name: "second-proposer",
            title: "A second proposer",
            story: "S1 has had 0 chosen, but S2 has not heard of it and wants 1. A server that promises S2’s ballot names \
                    its vote, and S2 must propose 0: there is no other value that ballot 2 may have.",
            source: "Paxos Made Simple, section 2.2, P2c",
            set: &[OFF, PATIENT],
            length: Micros::ms(320),
            pace: Micros::ms(15),
            script: |_| {
                vec![
                    Directive::after(Micros::ms(5), |_, _| vec![slow(S1, S2, 250)]),
                    ask_after(5),
                    Directive::once(|_, now| known(now, S1), Micros::ms(10), |_, _| vec![Event::Request]),
                ]
            },
        },
        Scenario {
            name: "separate-roles",
            title: "Separate roles",
            story: "Two clients, two proposers, three acceptors and two learners. P2 leaves its client’s wish to P1, the \
                    distinguished proposer; P1 counts the votes and tells the learners, who answer the clients.",
            source: "Paxos Made Simple, sections 2.3 to 2.5",
            set: &[("roles", "separate")],
            length: Micros::ms(240),
            pace: Micros::ms(15),
            script: |_| vec![ask_after(10), ask_after(20)],
        },
    ]
}

fn crashes() -> Vec<Scenario<Synod>> {
    vec![
        Scenario {
            name: "chosen-not-learned",
            title: "Chosen, and nobody knows",
            story: "S3 votes for 0 as S1 did: 0 is chosen. S1 crashes before it hears of that vote, so nobody knows. S2 \
                    wants 1, finds the vote in its first phase, and proposes 0 again.",
            source: "Paxos Made Simple, section 2.3",
            set: &[OFF, PATIENT],
            length: Micros::ms(320),
            pace: Micros::ms(15),
            script: |_| {
                vec![
                    ask_after(10),
                    Directive::once(|_, now| voted(now, S3, 0), Micros::ZERO, |_, _| vec![Event::Crash(S1)]),
                    ask_after(60),
                ]
            },
        },
        Scenario {
            name: "proposer-crash",
            title: "A proposer crashes half-way",
            story: "P1 crashes when its request for votes has reached A3 alone: one of three is no quorum, and nothing is \
                    chosen. P2 cannot tell, for others may just be slow; it takes over the vote that it finds.",
            source: "Paxos Made Simple, sections 2.2 and 2.4",
            set: &[OFF, PATIENT, ("roles", "separate"), ("clients", "0"), ("learners", "1")],
            length: Micros::ms(350),
            pace: Micros::ms(15),
            script: |_| {
                let [p1, p2, a1, a2, a3] = [0, 1, 2, 3, 4];
                vec![
                    ask_after(10),
                    Directive::once(
                        move |_, now| asks_for_votes(now, p1),
                        Micros::ZERO,
                        move |_, _| vec![Event::partition(&[p1], &[a1, a2])],
                    ),
                    Directive::once(
                        move |_, now| voted(now, a3, 0),
                        Micros::ZERO,
                        move |_, _| vec![Event::Crash(p1)],
                    ),
                    // Once what P1 sent is lost. A quorum of A1 and A2 would name no vote, and choose 1.
                    Directive::after(Micros::ms(40), |_, now| heal(now)),
                    Directive::after(Micros::ms(10), move |_, _| vec![slow(p2, a1, 90), Event::Request]),
                ]
            },
        },
        Scenario {
            name: "acceptor-restart",
            title: "A promise outlives a crash",
            story: "S3 has promised ballot 2 and crashes. Its promise is on the disk: when it is back and the request \
                    of ballot 1 arrives at last, it refuses.",
            source: "Paxos Made Simple, section 2.5",
            set: &[OFF, PATIENT],
            length: Micros::ms(450),
            pace: Micros::ms(15),
            script: |_| late_request(true),
        },
    ]
}

/// S3 has promised ballot 1 to S1 and ballot 2 to S2 before the votes are asked for: first in ballot 1, then in 2.
fn late_request(crash: bool) -> Vec<Directive> {
    let mut steps = vec![
        Directive::after(Micros::ms(5), |_, _| vec![Event::partition(&[S1], &[S2])]),
        ask_after(5),
        Directive::once(|_, now| promised(now, S3, 1), Micros::ZERO, |_, _| vec![slow(S1, S3, 120)]),
        Directive::once(|_, now| asks_for_votes(now, S1), Micros::ZERO, |_, _| vec![Event::Request]),
        Directive::once(|_, now| promised(now, S3, 2), Micros::ZERO, |_, _| vec![slow(S2, S3, 130)]),
    ];
    if crash {
        steps.push(Directive::after(Micros::ms(25), |_, _| vec![Event::Crash(S3)]));
        steps.push(Directive::after(Micros::ms(25), |_, _| vec![Event::Restart(S3)]));
    }
    steps.push(Directive::once(|_, now| known(now, S2), Micros::ms(40), |_, now| heal(now)));
    steps
}

fn progress() -> Vec<Scenario<Synod>> {
    const TWO: (&str, &str) = ("acceptors", "2");
    const NEVER: (&str, &str) = ("patience", "0");
    vec![
        Scenario {
            name: "duel",
            title: "Duelling proposers",
            story: "Two proposers overtake each other again and again: before one gets its votes, the other has begun a \
                    higher ballot. No rule is broken and nothing is ever chosen; the search finds the circle.",
            source: "Paxos Made Simple, section 2.4",
            set: &[OFF, TWO, NEVER, ("backoff-min", "0"), ("backoff-max", "0")],
            length: Micros::ms(600),
            pace: Micros::ms(20),
            script: |_| vec![ask_after(10), ask_after(2)],
        },
        Scenario {
            name: "distinguished-proposer",
            title: "A distinguished proposer",
            story: "The same two proposers, but S2 leaves ballots to S1 as long as it trusts it. Nobody overtakes S1, and \
                    its value is chosen in its first ballot.",
            source: "Paxos Made Simple, section 2.4",
            set: &[TWO, NEVER],
            length: Micros::ms(200),
            pace: Micros::ms(15),
            script: |_| vec![ask_after(10), ask_after(2)],
        },
        Scenario {
            name: "leader-suspected",
            title: "The leader is suspected",
            story: "S1, the distinguished proposer, is down. S2 waits for it until its patience ends and then begins a \
                    ballot itself. It may be wrong to suspect S1: that costs time, never agreement.",
            source: "Paxos Made Simple, section 2.4",
            set: &[("patience", "120")],
            length: Micros::ms(600),
            pace: Micros::ms(25),
            script: |_| {
                vec![
                    ask_after(10),
                    Directive::once(
                        |_, now| asks_for_votes(now, S1),
                        Micros::ZERO,
                        |_, _| vec![Event::Crash(S1), Event::Request],
                    ),
                    Directive::once(|_, now| known(now, S2), Micros::ms(60), |_, _| vec![Event::Restart(S1)]),
                ]
            },
        },
    ]
}

fn quorums() -> Vec<Scenario<Synod>> {
    vec![
        Scenario {
            name: "flexible-quorums",
            title: "Flexible quorums",
            story: "Two of four servers may choose, if three of four must promise: 3 + 2 is more than 4, so that any two \
                    such quorums still meet. S3 and S4 crash after phase 1, and S1 needs only S2.",
            source: "Howard, Malkhi and Spiegelman 2016, Flexible Paxos",
            set: &[OFF, PATIENT, ("acceptors", "4"), ("prepare-quorum", "3"), ("accept-quorum", "2")],
            length: Micros::ms(300),
            pace: Micros::ms(15),
            script: |_| {
                vec![
                    ask_after(10),
                    Directive::once(
                        |_, now| asks_for_votes(now, S1),
                        Micros::ZERO,
                        |_, _| vec![Event::Crash(S3), Event::Crash(S4)],
                    ),
                    Directive::once(
                        |_, now| known(now, S2),
                        Micros::ms(60),
                        |_, _| vec![Event::Restart(S3), Event::Restart(S4)],
                    ),
                ]
            },
        },
        Scenario {
            name: "quorums-apart",
            title: "Quorums that do not meet",
            story: "Two of three servers must promise, and one vote is enough: 2 + 1 is not more than 3. S1 chooses 0 with \
                    its own vote; S2 and S3, cut off from it, cannot hear of that, and S2 chooses 1.",
            source: "Howard, Malkhi and Spiegelman 2016, Flexible Paxos",
            set: &[OFF, PATIENT, ("prepare-quorum", "2"), ("accept-quorum", "1")],
            length: Micros::ms(300),
            pace: Micros::ms(15),
            script: |_| {
                vec![
                    ask_after(10),
                    Directive::once(
                        |_, now| known(now, S1),
                        Micros::ZERO,
                        |_, _| vec![Event::partition(&[S1], &[S2, S3]), Event::Request],
                    ),
                    Directive::once(|_, now| known(now, S2), Micros::ms(60), |_, now| heal(now)),
                ]
            },
        },
    ]
}

fn broken() -> Vec<Scenario<Synod>> {
    vec![
        Scenario {
            name: "broken-promise",
            title: "A promise that is broken",
            story: "S3 has promised ballot 2 and told S2 that it has not voted. Then it votes in ballot 1 after all: 0 is \
                    chosen behind S2’s back, and S2 has 1 chosen.",
            source: "Paxos Made Simple, section 2.2, P1a",
            set: &[OFF, PATIENT, ("without", "keep-promise")],
            length: Micros::ms(400),
            pace: Micros::ms(15),
            script: |_| late_request(false),
        },
        Scenario {
            name: "forgotten-promise",
            title: "A promise that is forgotten",
            story: "S3’s promise of ballot 2 was not on its disk. After a crash it knows nothing of it and votes in ballot \
                    1; S2, which trusted the promise, has another value chosen.",
            source: "Paxos Made Simple, section 2.5",
            set: &[OFF, PATIENT, ("without", "persist-promise")],
            length: Micros::ms(450),
            pace: Micros::ms(15),
            script: |_| late_request(true),
        },
        lowest_ballot(),
        Scenario {
            name: "shared-ballot",
            title: "Two proposers in one ballot",
            story: "Both proposers call their ballot 1. S3 cannot tell them apart, promises to both and votes for both, \
                    twice in one ballot. With its votes S1 and S3 are a quorum for one value, S2 and S3 for the other.",
            source: "Paxos Made Simple, section 2.5",
            set: &[OFF, PATIENT, ("without", "one-value-per-ballot")],
            length: Micros::ms(300),
            pace: Micros::ms(15),
            script: |_| {
                vec![
                    Directive::after(Micros::ms(5), |_, _| vec![Event::partition(&[S1], &[S2])]),
                    ask_after(5),
                    ask_after(1),
                ]
            },
        },
        Scenario {
            name: "half-is-no-quorum",
            title: "Half is no quorum",
            story: "One of two servers counts as a quorum. The link between them is cut, each asks itself alone, and two \
                    values are chosen: a split brain.",
            source: "Paxos Made Simple, section 2.2",
            set: &[OFF, PATIENT, ("acceptors", "2"), ("without", "majority")],
            length: Micros::ms(120),
            pace: Micros::ms(10),
            script: |_| {
                vec![
                    Directive::after(Micros::ms(5), |_, _| vec![Event::partition(&[S1], &[S2])]),
                    ask_after(10),
                    ask_after(15),
                    Directive::after(Micros::ms(50), |_, now| heal(now)),
                ]
            },
        },
    ]
}

fn lowest_ballot() -> Scenario<Synod> {
    Scenario {
        name: "lowest-ballot",
        title: "The wrong vote is taken over",
        story: "S1’s vote for 0 came to nothing, and 1 was chosen in ballot 2. In ballot 3 S1 hears of both votes. \
                It must take over that of the higher ballot, and takes the other.",
        source: "Paxos Made Simple, section 2.2, P2c",
        set: &[PATIENT, ("without", "highest-ballot")],
        length: Micros::ms(450),
        pace: Micros::ms(15),
        script: |_| {
            vec![
                ask_after(10),
                Directive::once(
                    |_, now| asks_for_votes(now, S1),
                    Micros::ZERO,
                    |_, _| vec![Event::partition(&[S1], &[S2, S3]), Event::Request],
                ),
                Directive::after(Micros::ms(10), |_, _| vec![Event::Fire(S2, Timer::Patience)]),
                Directive::once(|_, now| known(now, S3), Micros::ms(40), |_, now| heal(now)),
                Directive::after(Micros::ms(10), |_, _| vec![Event::Fire(S1, Timer::Patience)]),
            ]
        },
    }
}

fn lying_acceptor() -> Scenario<Synod> {
    Scenario {
        name: "lying-acceptor",
        title: "An acceptor that lies",
        story: "A1 and A3 have chosen 0. Asked by P2, A3 says so, or nothing, or that it has never voted. As long as it \
                tells the truth the network loses what P2 sends next; after one lie 1 is chosen as well.",
        source: "Paxos Made Simple, section 2: the model is not Byzantine",
        set: &[
            OFF,
            ("roles", "separate"),
            ("clients", "0"),
            ("learners", "1"),
            ("liar", "3"),
            ("patience", "60"),
        ],
        length: Micros::ms(1500),
        pace: Micros::ms(30),
        script: |_| {
            let [p1, p2, a1, a2, a3] = [0, 1, 2, 3, 4];
            let mut steps = vec![
                Directive::after(Micros::ms(5), move |_, _| {
                    vec![Event::partition(&[p1], &[p2, a2]), Event::partition(&[p2], &[a1])]
                }),
                ask_after(5),
                Directive::once(move |_, now| voted(now, a3, 0), Micros::ms(40), |_, _| vec![Event::Request]),
            ];
            let honest = || {
                Directive::once(
                    move |_, now| !asking_for(now, p2, 0).is_empty(),
                    Micros::ZERO,
                    move |_, now| asking_for(now, p2, 0),
                )
            };
            steps.extend((0..20).map(|_| honest()));
            steps
        },
    }
}

/// The next client asks.
fn ask_after(ms: u64) -> Directive {
    Directive::after(Micros::ms(ms), |_, _| vec![Event::Request])
}

fn slow(from: NodeId, to: NodeId, ms: u64) -> Event<Paxos> {
    Event::Slow(from, to, Micros::ms(ms), Micros::ms(ms))
}

fn heal(now: &PaxosState) -> Vec<Event<Paxos>> {
    vec![Event::Heal(now.wires.keys().copied().collect())]
}

/// A reader may have set fewer servers than the scenario is about.
fn local(now: &PaxosState, node: NodeId) -> Option<&Local<Paxos>> {
    now.locals.get(usize::from(node))
}

fn known(now: &PaxosState, node: NodeId) -> bool {
    local(now, node).is_some_and(|local| local.disk.known.is_some())
}

fn voted(now: &PaxosState, node: NodeId, wanted: Value) -> bool {
    local(now, node).and_then(|local| local.disk.vote).is_some_and(|vote| vote.value == wanted)
}

/// Whether the acceptor has promised the ballot that is the first (1) or the second (2) of two proposers' first.
fn promised(now: &PaxosState, node: NodeId, ballot: u16) -> bool {
    let promised = local(now, node).and_then(|local| {
        let unsaved = local.ram.as_ref().and_then(|ram| ram.unsaved_promise);
        local.disk.promised.max(unsaved)
    });
    promised.is_some_and(|promised| promised.round == 1 && promised.proposer + 1 >= ballot)
}

fn asks_for_votes(now: &PaxosState, node: NodeId) -> bool {
    let proposal = local(now, node).and_then(|local| local.ram.as_ref()?.proposal.as_ref());
    proposal.is_some_and(|proposal| matches!(proposal.phase, Phase::Accept { .. }))
}

/// The loss of each request for votes for this value that the node has under way.
fn asking_for(now: &PaxosState, node: NodeId, wanted: Value) -> Vec<Event<Paxos>> {
    let sent = now.mail.iter().filter(|(_, sent)| {
        sent.from == node && matches!(sent.message, Message::Accept { value, .. } if value == wanted)
    });
    sent.map(|(&id, _)| Event::Lose(id)).collect()
}
