//! Scenarios made for the search: small enough for every run to be tried, and with a rule that the search can miss.

use kernel::{Event, Micros, NodeId, Scenario};

use super::scenarios::{Directive, PATIENT, S1, S2, S3, S4, committed, leader, leaders, stand, write};
use super::{Input, Raft, Servers};

/// All of them.
pub(super) fn all() -> Vec<Scenario<Servers>> {
    vec![
        every_schedule(),
        figure_7_small(),
        figure_8_small(),
        two_halves(),
        stale_read(),
        deposed_leader_read(),
        lost_answer(),
    ]
}

fn every_schedule() -> Scenario<Servers> {
    Scenario {
        name: "every-schedule",
        title: "Every schedule",
        story: "Three servers, made for the search: two timeouts and one request, in every order in which timers can \
                fire and messages arrive, and all properties hold. Switch a rule on votes or on leaders off and search \
                again: the shortest run that needs the rule plays here.",
        source: "Figure 3",
        set: &[("servers", "3"), ("no-op", "off"), ("requests", "150")],
        length: Micros::ms(900),
        pace: Micros::ms(20),
        script: |_| Vec::new(),
    }
}

fn figure_7_small() -> Scenario<Servers> {
    Scenario {
        name: "figure-7-small",
        title: "Figure 7 among three servers",
        story: "S2 lacks an entry, and S3 has entries that were never committed. Once S1 leads, both logs become like its \
                own. Small enough for the search, which finds how logs go wrong without the rules on appending.",
        source: "Figure 7; section 5.3",
        set: &[("servers", "3"), PATIENT[0], PATIENT[1]],
        length: Micros::ms(250),
        pace: Micros::ms(15),
        script: |_| vec![Directive::after(Micros::ms(5), |_, _| vec![stand(S1)])],
    }
}

fn figure_8_small() -> Scenario<Servers> {
    Scenario {
        name: "figure-8-small",
        title: "Figure 8 among three servers",
        story: "S1 leads again, in term 5, and its entry of term 2 is on a majority. It must not count as committed, for \
                S3 has an entry of term 3: it wins term 6 and overwrites the other. Small enough for the search, \
                which finds what happens without the rule.",
        source: "Figure 8; section 5.4.2",
        set: &[("servers", "3"), ("no-op", "off"), PATIENT[0], PATIENT[1]],
        length: Micros::ms(500),
        pace: Micros::ms(15),
        script: |_| {
            vec![
                // S1 must not reach S3 before S3 wins: S1 would overwrite its log.
                Directive::after(Micros::ms(5), |_, _| vec![Event::partition(&[S1], &[S3]), stand(S1)]),
                // S3 begins behind, in term 4: S2 refuses and tells it of term 5, so that S3 wins the next.
                Directive::after(Micros::ms(120), |_, _| vec![stand(S3)]),
                Directive::after(Micros::ms(60), |_, _| vec![stand(S3)]),
                Directive::once(
                    |_, now| leader(now) == Some(S3),
                    Micros::ms(30),
                    |_, _| vec![Event::Heal(vec![(S1, S3), (S3, S1)]), write(S3, 1, 5)],
                ),
            ]
        },
    }
}

fn two_halves() -> Scenario<Servers> {
    Scenario {
        name: "two-halves",
        title: "Two halves elect two leaders",
        story: "Four servers are cut in two halves, and half of the votes is enough here. Both halves elect a leader for \
                term 1, and both leaders commit an entry at index 1. With the rule neither half is a majority: nobody \
                leads until the network is whole again.",
        source: "Section 5.2",
        set: &[("servers", "4"), ("no-op", "off"), PATIENT[0], PATIENT[1], ("without", "majority-quorum")],
        length: Micros::ms(400),
        pace: Micros::ms(15),
        script: |_| {
            vec![
                Directive::after(Micros::ms(5), |_, _| {
                    vec![Event::partition(&[S1, S3], &[S2, S4]), stand(S1), stand(S2)]
                }),
                Directive::once(
                    |_, now| leaders(now) == [S1, S2],
                    Micros::ms(30),
                    |_, _| vec![write(S1, 1, 1), write(S2, 2, 2)],
                ),
            ]
        },
    }
}

fn stale_read() -> Scenario<Servers> {
    Scenario {
        name: "stale-read",
        title: "A read that comes too early",
        story: "S1 has answered a write. S2, elected next, has the entry, but does not know yet that it is committed. A \
                majority confirms that S2 leads, and still its answer to a read misses the write. With the rule it \
                waits until an entry of its own term is committed, and with it all entries before.",
        source: "Section 8; thesis, section 6.4",
        set: &[
            ("servers", "2"),
            ("clients", "read"),
            ("no-op", "off"),
            PATIENT[0],
            PATIENT[1],
            ("without", "own-term-read"),
        ],
        length: Micros::ms(400),
        pace: Micros::ms(15),
        script: |_| {
            vec![
                Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
                Directive::once(
                    |_, now| leader(now) == Some(S1),
                    Micros::ms(5),
                    |_, _| vec![write(S1, 1, 1)],
                ),
                Directive::once(|_, now| committed(now, 1), Micros::ms(5), |_, _| vec![stand(S2)]),
                Directive::once(|_, now| leader(now) == Some(S2), Micros::ZERO, |_, _| vec![read(S2)]),
                // An entry of its own term tells S2 what is committed.
                Directive::after(Micros::ms(80), |_, _| vec![write(S2, 2, 2)]),
            ]
        },
    }
}

fn deposed_leader_read() -> Scenario<Servers> {
    Scenario {
        name: "deposed-leader-read",
        title: "A deposed leader answers a read",
        story: "S1 leads and is cut off. It does not know that S2 was elected and has written x=2. A client that still \
                turns to S1 is answered at once, x=1, although the newer write was answered before. With the rule S1 \
                asks a majority whether it still leads, and without their word it answers nothing.",
        source: "Section 8; thesis, section 6.4",
        set: &[
            ("servers", "3"),
            ("clients", "read"),
            PATIENT[0],
            PATIENT[1],
            ("without", "confirm-leadership"),
        ],
        length: Micros::ms(500),
        pace: Micros::ms(15),
        script: |_| {
            vec![
                Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
                Directive::once(|_, now| committed(now, 1), Micros::ms(5), |_, _| vec![write(S1, 1, 1)]),
                Directive::once(
                    |_, now| committed(now, 2),
                    Micros::ms(5),
                    |_, _| vec![Event::partition(&[S1], &[S2, S3])],
                ),
                Directive::after(Micros::ms(30), |_, _| vec![stand(S2)]),
                Directive::once(
                    |_, now| leader(now) == Some(S2),
                    Micros::ms(5),
                    |_, _| vec![write(S2, 2, 2)],
                ),
                Directive::once(|_, now| committed(now, 4), Micros::ms(20), |_, _| vec![read(S1)]),
                Directive::after(Micros::ms(60), |_, _| {
                    vec![Event::Heal(vec![(S1, S2), (S2, S1), (S1, S3), (S3, S1)])]
                }),
            ]
        },
    }
}

/// Client C reads x.
fn read(node: NodeId) -> Event<Raft> {
    Event::Input(node, Input::Read { client: 2, seq: 1, key: 'x' })
}

fn lost_answer() -> Scenario<Servers> {
    Scenario {
        name: "lost-answer",
        title: "A request that is sent again",
        story: "Each client sends its write twice, as if the answer to the first had been lost. A server that does not \
                remember whom it has answered carries the write out twice, and answers the second time that the \
                value was there before.",
        source: "Section 8; thesis, section 6.3",
        set: &[
            ("servers", "3"),
            ("clients", "retry"),
            ("requests", "60"),
            PATIENT[0],
            PATIENT[1],
            ("without", "client-sessions"),
        ],
        length: Micros::ms(700),
        pace: Micros::ms(20),
        script: |_| vec![Directive::after(Micros::ms(5), |_, _| vec![stand(S1)])],
    }
}
