//! The scenarios.

use kernel::{Event, Micros, Scenario, System};

use super::{Input, Validators};

type Directive = kernel::Directive<Validators>;
type StakeState = <Validators as System>::State;
type Set = &'static [(&'static str, &'static str)];

const SECOND: u64 = 1000;

pub(super) fn all() -> Vec<Scenario<Validators>> {
    let mut all = usual();
    all.extend(attacks());
    all.extend(sets());
    all.extend(small());
    all
}

/// A scenario that is its options.
fn plain(
    (name, title): (&'static str, &'static str),
    story: &'static str,
    source: &'static str,
    set: Set,
    seconds: u64,
) -> Scenario<Validators> {
    let (length, pace) = (Micros::ms(seconds * SECOND), Micros::ms(seconds * SECOND / 60));
    Scenario { name, title, story, source, set, length, pace, script: |_| Vec::new() }
}

fn heal(_: &Validators, now: &StakeState) -> Vec<Event<super::Staking>> {
    let links = now.wires.keys().copied().collect::<Vec<_>>();
    if links.is_empty() { Vec::new() } else { vec![Event::Heal(links)] }
}

fn usual() -> Vec<Scenario<Validators>> {
    vec![
        plain(
            ("finality", "Checkpoints become final"),
            "Six validators with the same deposit. A lottery says who makes the block of a slot; every four blocks all vote, \
             a checkpoint is justified, and when the next one is too it is final.",
            "Buterin and Griffith 2017, section 2",
            &[],
            300,
        ),
        Scenario {
            script: |_| {
                vec![
                    Directive::after(Micros::ms(50 * SECOND), |_, _| {
                        vec![Event::partition(&[0, 1, 2], &[3, 4, 5])]
                    }),
                    Directive::after(Micros::ms(150 * SECOND), heal),
                ]
            },
            ..plain(
                ("halves", "A network in halves"),
                "Three of six are cut off. Both halves make blocks in their slots, and neither has two thirds: nothing \
                 becomes final until the network is whole again. It gives up progress, and never agreement.",
                "Buterin and Griffith 2017, theorem 1",
                &[],
                360,
            )
        },
        Scenario {
            script: |_| {
                vec![Directive::after(Micros::ms(60 * SECOND), |_, _| (0..3).map(Event::Crash).collect())]
            },
            ..plain(
                ("too-few", "Half of the deposits are gone"),
                "V1, V2 and V3 crash for good, and nothing becomes final: the others have half of the deposits. But in every \
                 epoch whoever does not vote loses 20 % of its deposit, until the others have two thirds and checkpoints are \
                 final again. Set the inactivity leak to 0, and finality does not return.",
                "Buterin and Griffith 2017, section 4.2",
                &[("leak", "20"), ("epoch", "2")],
                480,
            )
        },
        Scenario {
            script: |_| {
                let leave = |_: &Validators, _: &StakeState| vec![Event::Input(5, Input::Leave)];
                vec![Directive::after(Micros::ms(60 * SECOND), leave)]
            },
            ..plain(
                ("leaving", "A validator leaves"),
                "V6 asks to leave. It goes on for two dynasties (checkpoints that become final), so that the sets of validators \
                 on two branches overlap. Then it has no slot and no vote, and its deposit is locked for 4 epochs more: as \
                 long as an offence can be punished. Watch its standing in the figures.",
                "Buterin and Griffith 2017, section 3",
                &[("epoch", "2"), ("locked", "4")],
                400,
            )
        },
    ]
}

fn attacks() -> Vec<Scenario<Validators>> {
    vec![
        plain(
            ("one-liar", "One of six makes two blocks"),
            "V1 makes two blocks where it may make one, shows them to different others, and votes for both. Its two votes \
             for one height prove it guilty. The next block has the proof and takes its deposit: then its votes weigh \
             nothing, and soon it wins no slot any more.",
            "Buterin and Griffith 2017, section 2",
            &[("faulty", "1"), ("epoch", "1")],
            240,
        ),
        plain(
            ("nothing-at-stake", "Nothing at stake"),
            "A vote for two branches costs nothing, so everybody votes for both: where news is late both become final. \
             The votes still say who it was.",
            "Buterin and Griffith 2017, section 1",
            &[("without", "double-vote"), ("epoch", "1"), ("delay-min", "6000"), ("delay-max", "24000")],
            400,
        ),
        plain(
            ("grinding", "A lottery that can be turned"),
            "The seed is the hash of the block before. V1 makes up to 32 blocks for each of its slots and takes one that \
             gives it the next slot too: with a sixth of the deposits it makes most blocks.",
            "Kiayias et al. 2017, section 1",
            &[("without", "fair-seed"), ("tries", "32")],
            600,
        ),
        plain(
            ("rich", "A block that makes its maker rich"),
            "V1 makes blocks in which it pays itself what it does not have, or that take the deposit of V6 without proof, and \
             votes for them. The rule is off, so the others build on them. With the rule on they refuse them, and the vote \
             costs V1 its deposit.",
            "Course notes, proof of stake",
            &[("faulty", "1"), ("epoch", "1"), ("without", "valid-only")],
            240,
        ),
    ]
}

/// What changes of deposits make possible.
fn sets() -> Vec<Scenario<Validators>> {
    vec![
        Scenario {
            script: |_| {
                let apart = |_: &Validators, _: &StakeState| vec![Event::partition(&[0, 1, 2], &[3, 4, 5])];
                vec![
                    Directive::after(Micros::ms(50 * SECOND), apart),
                    Directive::after(Micros::ms(500 * SECOND), heal),
                ]
            },
            ..plain(
                ("leak-in-halves", "The leak in both halves"),
                "Three of six are cut off for long, and the inactivity leak is on. In each half those of the other half lose \
                 their deposits, until each half has two thirds of what is left there: two branches become final. Nobody broke \
                 a rule, so nobody can be punished. The leak trades safety for liveness.",
                "Buterin and Griffith 2017, section 4.2",
                &[("leak", "20"), ("epoch", "2")],
                600,
            )
        },
        Scenario {
            script: |_| {
                vec![
                    Directive::after(Micros::ms(SECOND), |_, _| vec![Event::Crash(8)]),
                    Directive::after(Micros::ms(60 * SECOND), |_, _| {
                        (0..6).map(|node| Event::Input(node, Input::Leave)).collect()
                    }),
                    Directive::after(Micros::ms(440 * SECOND), |_, _| vec![Event::Input(0, Input::Rewrite)]),
                    Directive::after(Micros::ms(300), |_, _| vec![Event::Restart(8)]),
                ]
            },
            ..plain(
                ("long-range", "Another history from the first block"),
                "V1 to V6 had two thirds of the deposits. They left and were paid out, and they still have their keys: they \
                 write a second history from the first block on and vote for it. That proves them guilty and costs them \
                 nothing. V7 and V8 do not listen; V9 was away, comes back and believes it. With the rule “recent-checkpoint” \
                 on, V9 first asks somebody it trusts.",
                "Buterin 2014, weak subjectivity; Buterin and Griffith 2017, section 4.1",
                &[
                    ("validators", "9"),
                    ("faulty", "6"),
                    ("without", "recent-checkpoint"),
                    ("patient", "on"),
                    ("epoch", "2"),
                    ("locked", "4"),
                ],
                600,
            )
        },
    ]
}

/// Few validators and slots, for a search.
fn small() -> Vec<Scenario<Validators>> {
    vec![
        plain(
            ("less-than-a-third", "Less than a third is faulty"),
            "Search: two branches are given, V1 has voted for everything, and the other three vote for whatever breaks no \
             rule. In every order of votes no two checkpoints of different branches become final.",
            "Buterin and Griffith 2017, theorem 1",
            &[("validators", "4"), ("faulty", "1"), ("epoch", "1"), ("given", "2")],
            60,
        ),
        plain(
            ("a-third", "A third is faulty"),
            "Search: the same with one of three. Two branches can become final, and the votes prove V1 guilty and nobody \
             else: exactly a third of the deposits.",
            "Buterin and Griffith 2017, theorem 1",
            &[("validators", "3"), ("faulty", "1"), ("epoch", "1"), ("given", "2")],
            60,
        ),
        plain(
            ("two-votes", "Two votes for one height"),
            "Search: nobody is faulty, and nobody loses anything for voting for two branches. So all do, and both become \
             final.",
            "Buterin and Griffith 2017, section 2, commandment I",
            &[("validators", "2"), ("epoch", "1"), ("given", "2"), ("without", "double-vote")],
            60,
        ),
        plain(
            ("surrounded", "A vote around another"),
            "Search: nobody votes twice for one height. But a validator may forget what it has voted for when it changes \
             branches, and a long link over to the other branch makes both final.",
            "Buterin and Griffith 2017, section 2, commandment II",
            &[("validators", "2"), ("epoch", "1"), ("given", "4"), ("without", "surround-vote")],
            60,
        ),
    ]
}
