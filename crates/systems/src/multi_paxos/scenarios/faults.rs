//! Crashes, partitions and lost messages: what the protocol bears.

use kernel::{Event, Micros, NodeId, Scenario};

use super::{
    Directive, MultiPaxosState, S1, S2, S3, S4, S5, Servers, cut_off, heal, known, knows, leader, restart,
    stand, write,
};

pub(super) fn all() -> Vec<Scenario<Servers>> {
    vec![leader_crash(), minority_partition(), catch_up()]
}

fn leader_crash() -> Scenario<Servers> {
    Scenario {
        name: "leader-crash",
        title: "Leader crash",
        story: "The leader crashes in the middle of its work. Another server takes a higher ballot, proposes again \
                what may have been chosen, and goes on; the old leader comes back and learns what it has missed.",
        source: "Paxos Made Simple, section 3",
        set: &[("servers", "5"), ("requests", "120")],
        length: Micros::ms(2000),
        pace: Micros::ms(25),
        script: |_| {
            vec![
                Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
                Directive::once(known(4), Micros::ms(5), |_, now| {
                    leader(now).map(Event::Crash).into_iter().collect()
                }),
                Directive::once(|_, now| leader(now).is_some(), Micros::ms(300), |_, now| restart(now)),
            ]
        },
    }
}

fn minority_partition() -> Scenario<Servers> {
    Scenario {
        name: "minority-partition",
        title: "Minority partition",
        story: "The leader is cut off with one other server: two of five are no majority, and nothing they accept \
                is chosen, while the other three make a leader in a higher ballot and go on. After healing the old \
                leader is refused, and the command it proposed is overtaken.",
        source: "Paxos Made Simple, sections 2.2 and 3",
        set: &[("servers", "5")],
        length: Micros::ms(1000),
        pace: Micros::ms(25),
        script: |_| {
            let larger = |now: &MultiPaxosState| leader(now).filter(|&node| node > S2);
            vec![
                Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
                Directive::once(|_, now| leader(now).is_some(), Micros::ms(20), |_, _| vec![write(S1, 1)]),
                Directive::once(knows(S2, 1), Micros::ms(60), |_, _| {
                    vec![Event::partition(&[S1, S2], &[S3, S4, S5])]
                }),
                Directive::after(Micros::ms(10), |_, _| vec![write(S1, 2)]),
                Directive::once(
                    move |_, now| larger(now).is_some(),
                    Micros::ms(40),
                    move |_, now| larger(now).map(|node: NodeId| write(node, 3)).into_iter().collect(),
                ),
                Directive::once(known(2), Micros::ms(120), |_, _| vec![heal(5)]),
            ]
        },
    }
}

fn catch_up() -> Scenario<Servers> {
    Scenario {
        name: "catch-up",
        title: "Catching up",
        story: "All messages to S3 are lost for a while, and the others go on without it. When it is back, the next \
                heartbeat says how far the leader has executed, S3 asks for what it has missed, and executes it.",
        source: "Paxos Made Simple, section 2.3",
        set: &[("requests", "60"), super::PATIENT[0], super::PATIENT[1]],
        length: Micros::ms(1200),
        pace: Micros::ms(20),
        script: |_| {
            vec![
                Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
                Directive::once(knows(S3, 1), Micros::ms(1), |_, _| vec![cut_off(S3, 3)]),
                Directive::once(known(8), Micros::ms(1), |_, _| vec![heal(3)]),
            ]
        },
    }
}
