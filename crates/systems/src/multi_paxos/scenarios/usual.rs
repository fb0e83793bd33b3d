//! What the protocol is for: the normal case, several slots at once, and what a new leader does.

use kernel::{Event, Micros, Scenario};

use super::{
    Directive, PATIENT, S1, S2, S3, Servers, accepted, heal, known, knows, leads, restart, slow, stand, write,
};

pub(super) fn all() -> Vec<Scenario<Servers>> {
    let mut list = normal();
    list.push(gap());
    list.extend(recovered());
    list.push(duel());
    list
}

fn normal() -> Vec<Scenario<Servers>> {
    vec![
        Scenario {
            name: "normal-case",
            title: "Normal case",
            story: "S1 takes a ballot and gets the promises of a majority, once for all slots. Then each request \
                    costs one round trip: proposed in the next slot, accepted by a majority, chosen, executed.",
            source: "Paxos Made Simple, section 3",
            set: &[("requests", "120")],
            length: Micros::ms(1500),
            pace: Micros::ms(20),
            script: |_| vec![Directive::after(Micros::ms(5), |_, _| vec![stand(S1)])],
        },
        Scenario {
            name: "window",
            title: "Several slots at once",
            story: "The leader does not wait for one slot before it opens the next: up to four are open at once, and \
                    slots 2 and 3 are chosen before slot 1. They are executed in order all the same.",
            source: "Paxos Made Simple, section 3; Moderately Complex, section 2.1",
            set: PATIENT_SET,
            length: Micros::ms(240),
            pace: Micros::ms(15),
            script: |_| {
                vec![
                    Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
                    Directive::once(leads(S1), Micros::ms(5), |_, _| {
                        vec![slow(S1, S2, 60), slow(S1, S3, 65), write(S1, 1)]
                    }),
                    Directive::after(Micros::ms(1), |_, _| vec![heal(3)]),
                    Directive::after(Micros::ms(1), |_, _| (2..=6).map(|number| write(S1, number)).collect()),
                ]
            },
        },
    ]
}

/// Elections only when the script says so.
const PATIENT_SET: &[(&str, &str)] = &PATIENT;

fn gap() -> Scenario<Servers> {
    Scenario {
        name: "gap",
        title: "A new leader finds a gap",
        story: "S1 led, proposed in three slots and crashed; of slot 2 only S1 itself knows. The new leader finds \
                commands in slots 1 and 3 and proposes them again; in slot 2 it proposes a no-op, since slot 3 \
                cannot be executed before it.",
        source: "Paxos Made Simple, section 3",
        set: PATIENT_SET,
        length: Micros::ms(360),
        pace: Micros::ms(15),
        script: |_| {
            vec![
                Directive::after(Micros::ms(5), |_, _| vec![Event::Crash(S1)]),
                Directive::after(Micros::ms(20), |_, _| vec![stand(S2)]),
                Directive::once(leads(S2), Micros::ms(10), |_, _| vec![write(S2, 4)]),
                Directive::once(knows(S2, 4), Micros::ms(80), |_, now| restart(now)),
            ]
        },
    }
}

fn recovered() -> Vec<Scenario<Servers>> {
    vec![
        Scenario {
            name: "recovered-command",
            title: "A recovered command",
            story: "S1 and S2 have accepted x=1, and S1 crashes before it can tell anybody: x=1 is chosen, and nobody \
                    knows. S2 leads next, finds x=1 among what it has accepted itself, and proposes it again before \
                    the request y=2 that waits.",
            source: "Paxos Made Simple, sections 2.2 (P2c) and 3",
            set: PATIENT_SET,
            length: Micros::ms(360),
            pace: Micros::ms(15),
            script: |_| {
                vec![
                    Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
                    Directive::once(leads(S1), Micros::ms(15), |_, _| {
                        vec![Event::partition(&[S1], &[S3]), write(S1, 1)]
                    }),
                    Directive::once(accepted(S2, 1), Micros::ms(1), |_, _| vec![Event::Crash(S1)]),
                    Directive::after(Micros::ms(30), |_, _| vec![heal(3), stand(S2)]),
                    Directive::once(leads(S2), Micros::ms(1), |_, _| vec![write(S2, 2)]),
                    Directive::once(known(2), Micros::ms(60), |_, now| restart(now)),
                ]
            },
        },
        Scenario {
            name: "duplicate",
            title: "A command in two slots",
            story: "S1 crashes with x=1 accepted by S2. The client has no answer and asks S2, the new leader, which \
                    has just proposed x=1 again: the command comes to stand in slots 1 and 2. It is executed once, \
                    and answered the same both times.",
            source: "Moderately Complex, section 2.1",
            set: &[PATIENT[0], PATIENT[1], ("twice", "on")],
            length: Micros::ms(360),
            pace: Micros::ms(15),
            script: |_| two_copies(),
        },
    ]
}

/// The request x=1 in slot 1 by S1, and again in slot 2 by S2.
pub(super) fn two_copies() -> Vec<Directive> {
    vec![
        Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
        Directive::once(leads(S1), Micros::ms(15), |_, _| vec![write(S1, 1)]),
        Directive::once(accepted(S2, 1), Micros::ms(1), |_, _| vec![Event::Crash(S1)]),
        Directive::after(Micros::ms(30), |_, _| vec![stand(S2)]),
        Directive::once(leads(S2), Micros::ms(1), |_, _| vec![write(S2, 1)]),
        Directive::once(known(2), Micros::ms(60), |_, now| restart(now)),
    ]
}

fn duel() -> Scenario<Servers> {
    Scenario {
        name: "duel",
        title: "Two leaders preempt each other",
        story: "Again and again a server takes a higher ballot before the other’s command is accepted. Nothing is \
                lost and nobody crashes, and yet nothing is chosen: Paxos is safe without a single leader, and only \
                with one does it come to an end.",
        source: "Paxos Made Simple, section 2.4",
        set: PATIENT_SET,
        length: Micros::ms(400),
        pace: Micros::ms(20),
        script: |_| {
            // What a server sends after it has asked for promises is on its way for long.
            let take_a_ballot =
                |node, other| vec![heal(3), stand(node), slow(node, other, 90), slow(node, S3, 90)];
            let mut steps = vec![Directive::after(Micros::ms(5), move |_, _| take_a_ballot(S1, S2))];
            for (turn, (leading, next)) in (1..).zip([(S1, S2), (S2, S1), (S1, S2)]) {
                steps.push(Directive::once(leads(leading), Micros::ms(15), move |_, _| {
                    let asked = (turn < 3).then(|| write(leading, turn));
                    asked.into_iter().chain(take_a_ballot(next, leading)).collect()
                }));
            }
            // At last one of them is left alone.
            steps.push(Directive::once(leads(S2), Micros::ms(15), |_, _| vec![heal(3), stand(S1)]));
            steps.push(Directive::once(known(1), Micros::ms(40), |_, _| vec![write(S1, 3)]));
            steps
        },
    }
}
