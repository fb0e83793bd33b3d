//! What goes wrong without a rule, and with a server that lies.

use kernel::{Event, Micros, Scenario};

use super::usual::two_copies;
use super::{
    Directive, MultiPaxosState, PATIENT, S1, S2, S3, S4, Servers, accepted, cut_off, heal, knows, leader,
    leads, promised, restart, slow, stand, write,
};

pub(super) fn all() -> Vec<Scenario<Servers>> {
    let mut list = promises();
    list.extend(commands());
    list.push(guessed_gap());
    list.push(two_halves());
    list.extend(execution());
    list.extend(liars());
    list
}

fn promises() -> Vec<Scenario<Servers>> {
    vec![
        Scenario {
            name: "broken-promise",
            title: "A promise that is not kept",
            story: "S3 has promised ballot 5 to S2, and y=2 is chosen in it. Then the proposal of ballot 4 arrives \
                    late, and S3 accepts it all the same: x=1 is chosen in the same slot.",
            source: "Paxos Made Simple, section 2.2 (P1a)",
            set: &[PATIENT[0], PATIENT[1], ("without", "keep-promise")],
            length: Micros::ms(300),
            pace: Micros::ms(15),
            script: |_| late_proposal(),
        },
        Scenario {
            name: "forgotten-promise",
            title: "A promise that is forgotten",
            story: "S3 promises ballot 5 and crashes before the promise is on its disk. It has forgotten, accepts \
                    x=1 in ballot 4, and x=1 is chosen although ballot 5 proposes y=2.",
            source: "Paxos Made Simple, section 2.5",
            set: &[PATIENT[0], PATIENT[1], ("without", "persist-promise")],
            length: Micros::ms(360),
            pace: Micros::ms(15),
            script: |_| {
                let mut steps = late_proposal();
                // The proposal of ballot 5 comes later still.
                steps.push(Directive::once(promised(S3, 5), Micros::ms(0), |_, _| vec![slow(S2, S3, 150)]));
                steps.push(Directive::after(Micros::ms(5), |_, _| vec![Event::Crash(S3)]));
                steps.push(Directive::after(Micros::ms(10), |_, now| restart(now)));
                steps
            },
        },
    ]
}

/// S1 leads in ballot 4, and its proposal is on its way to S3 for so long that S2 asks for ballot 5 meanwhile.
fn late_proposal() -> Vec<Directive> {
    vec![
        Directive::after(Micros::ms(5), |_, _| vec![Event::partition(&[S1], &[S2]), stand(S1)]),
        Directive::once(promised(S3, 4), Micros::ms(0), |_, _| vec![slow(S1, S3, 120)]),
        Directive::once(leads(S1), Micros::ms(5), |_, _| vec![stand(S2)]),
    ]
}

fn commands() -> Vec<Scenario<Servers>> {
    vec![
        Scenario {
            name: "forgotten-vote",
            title: "A vote that is forgotten",
            story: "S1 and S3 accept x=1, which is chosen. S3 crashes, and what it accepted was not on its disk. S2 \
                    leads next, with the promise of S3, hears nothing of x=1 and proposes y=2.",
            source: "Paxos Made Simple, section 2.5",
            set: &[PATIENT[0], PATIENT[1], ("without", "persist-votes")],
            length: Micros::ms(280),
            pace: Micros::ms(15),
            script: |_| {
                let mut steps = chosen_by_two();
                steps.push(Directive::once(knows(S1, 1), Micros::ms(25), |_, _| vec![Event::Crash(S3)]));
                steps.push(Directive::after(Micros::ms(20), |_, now| restart(now)));
                steps.push(Directive::after(Micros::ms(10), |_, _| vec![heal(3), cut_off(S1, 3), stand(S2)]));
                steps
            },
        },
        Scenario {
            name: "oldest-command",
            title: "The command of a lower ballot",
            story: "S1 and S3 accept x=1 in ballot 4: it is chosen. S2 finds that and its own y=2 of ballot 2, and \
                    takes the older one: y=2 overrules what is chosen.",
            source: "Paxos Made Simple, section 2.2 (P2c)",
            set: &[PATIENT[0], PATIENT[1], ("without", "highest-ballot")],
            length: Micros::ms(240),
            pace: Micros::ms(15),
            script: |_| {
                let mut steps = chosen_by_two();
                steps.push(Directive::once(knows(S1, 1), Micros::ms(25), |_, _| {
                    vec![heal(3), cut_off(S1, 3), stand(S2)]
                }));
                steps
            },
        },
        Scenario {
            name: "new-command-first",
            title: "A new command comes first",
            story: "x=1 is chosen in slot 1 by S1 and S3. S2 leads next and does not look at what S3 reports: its \
                    first request, y=2, goes to slot 1.",
            source: "Paxos Made Simple, sections 2.2 (P2c) and 3",
            set: &[PATIENT[0], PATIENT[1], ("without", "recover")],
            length: Micros::ms(260),
            pace: Micros::ms(15),
            script: |_| {
                let mut steps = chosen_by_two();
                steps.push(Directive::once(leads(S1), Micros::ms(5), |_, _| vec![write(S1, 1)]));
                steps.push(Directive::once(knows(S1, 1), Micros::ms(25), |_, _| {
                    vec![heal(3), cut_off(S1, 3), stand(S2)]
                }));
                steps.push(Directive::once(leads(S2), Micros::ms(5), |_, _| vec![write(S2, 2)]));
                steps
            },
        },
    ]
}

/// S1 leads in its next ballot with S3, and S2 hears nothing of it.
fn chosen_by_two() -> Vec<Directive> {
    vec![Directive::after(Micros::ms(5), |_, _| vec![cut_off(S2, 3), stand(S1)])]
}

fn guessed_gap() -> Scenario<Servers> {
    Scenario {
        name: "guessed-gap",
        title: "A gap that is none",
        story: "S1 leads with S2. Of slot 2 neither knows anything, and S1 takes it for empty without asking. But S3 \
                had accepted y=2 there; S3 leads next, proposes it again, and y=2 is chosen where S1 has executed \
                nothing.",
        source: "Paxos Made Simple, section 3",
        set: &[PATIENT[0], PATIENT[1], ("without", "fill-gaps")],
        length: Micros::ms(360),
        pace: Micros::ms(15),
        script: |_| {
            vec![
                Directive::after(Micros::ms(5), |_, _| vec![cut_off(S3, 3), stand(S1)]),
                // What S1 says as it begins to lead is lost; its heartbeat repeats the proposals.
                Directive::once(promised(S2, 4), Micros::ms(0), |_, _| vec![Event::Cut(vec![(S1, S2)])]),
                Directive::once(leads(S1), Micros::ms(25), |_, _| vec![Event::Heal(vec![(S1, S2)])]),
                Directive::once(accepted(S2, 3), Micros::ms(25), |_, _| vec![heal(3), cut_off(S1, 3)]),
                Directive::after(Micros::ms(5), |_, _| vec![stand(S3)]),
            ]
        },
    }
}

fn two_halves() -> Scenario<Servers> {
    Scenario {
        name: "two-halves",
        title: "Two halves",
        story: "Four servers are cut in two halves. Two promises are enough to lead and two votes to choose, and so \
                each half chooses a command of its own in slot 1.",
        source: "Paxos Made Simple, section 2.2",
        set: &[("servers", "4"), PATIENT[0], PATIENT[1], ("without", "majority")],
        length: Micros::ms(240),
        pace: Micros::ms(15),
        script: |_| {
            vec![
                Directive::after(Micros::ms(5), |_, _| vec![Event::partition(&[S1, S2], &[S3, S4])]),
                Directive::after(Micros::ms(10), |_, _| vec![stand(S1), stand(S3)]),
                Directive::once(knows(S4, 1), Micros::ms(60), |_, _| vec![heal(4)]),
            ]
        },
    }
}

fn execution() -> Vec<Scenario<Servers>> {
    vec![
        Scenario {
            name: "out-of-order",
            title: "Out of order",
            story: "Slot 2 is chosen before slot 1, and each server executes what it knows at once: S1 first x=4 \
                    and then x=1, S3 the other way round. Their stores differ for good.",
            source: "Paxos Made Simple, section 3",
            set: &[PATIENT[0], PATIENT[1], ("without", "in-order")],
            length: Micros::ms(280),
            pace: Micros::ms(15),
            script: |_| {
                vec![
                    Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
                    Directive::once(leads(S1), Micros::ms(5), |_, _| {
                        vec![slow(S1, S2, 60), slow(S1, S3, 60), write(S1, 1)]
                    }),
                    Directive::after(Micros::ms(1), |_, _| vec![heal(3), write(S1, 4)]),
                    // S3 hears of slot 1 first.
                    Directive::once(accepted(S2, 2), Micros::ms(0), |_, _| vec![slow(S1, S3, 120)]),
                    Directive::once(knows(S1, 2), Micros::ms(0), |_, _| vec![heal(3)]),
                ]
            },
        },
        Scenario {
            name: "executed-twice",
            title: "Executed twice",
            story: "The same request stands in slots 1 and 2, and is carried out in both: the client is answered \
                    that x was 1 before, by its own write.",
            source: "Moderately Complex, section 2.1",
            set: &[PATIENT[0], PATIENT[1], ("twice", "on"), ("without", "once")],
            length: Micros::ms(360),
            pace: Micros::ms(15),
            script: |_| two_copies(),
        },
    ]
}

fn liars() -> Vec<Scenario<Servers>> {
    vec![
        Scenario {
            name: "lying-leader",
            title: "A leader that lies",
            story: "S1 leads and tells the others different things. They trust the leader, execute different \
                    commands in the same slot, and no rule of Paxos can notice.",
            source: "Paxos Made Simple, section 2.1: non-Byzantine failures are assumed",
            set: &[("liar", "1"), ("requests", "60"), PATIENT[0], PATIENT[1]],
            length: Micros::ms(1200),
            pace: Micros::ms(25),
            script: |_| {
                let ask = |_: &Servers, now: &MultiPaxosState| match leader(now) {
                    None => vec![stand(S1)],
                    Some(_) => Vec::new(),
                };
                // Where it lies by silence it asks again.
                [5, 60, 60, 60, 60].map(|ms| Directive::after(Micros::ms(ms), ask)).into()
            },
        },
        Scenario {
            name: "lying-acceptor",
            title: "An acceptor that lies",
            story: "S3 is the server that every two majorities share here, and it lies about what it has accepted. \
                    S1 and S2 lead in turn, each with its promise: what the one has got chosen the other overrules.",
            source: "Paxos Made Simple, section 2.1: non-Byzantine failures are assumed",
            set: &[("liar", "3"), PATIENT[0], PATIENT[1]],
            length: Micros::ms(2000),
            pace: Micros::ms(30),
            script: |_| {
                let mut steps =
                    vec![Directive::after(Micros::ms(5), |_, _| vec![Event::partition(&[S1], &[S2])])];
                for turn in 0..16 {
                    let node = if turn % 2 == 0 { S1 } else { S2 };
                    steps.push(Directive::after(Micros::ms(60), move |_, _| vec![stand(node)]));
                    steps.push(Directive::after(Micros::ms(60), move |_, _| vec![write(node, turn + 3)]));
                }
                steps
            },
        },
    ]
}
