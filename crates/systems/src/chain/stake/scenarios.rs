//! The scenarios.

use kernel::{Directive, Event, Micros, Scenario, System};

use super::{Input, Validators};

type Now = <Validators as System>::State;
type Step = Directive<Validators>;
type Set = &'static [(&'static str, &'static str)];

const SECOND: u64 = 1000;

pub(super) fn all() -> Vec<Scenario<Validators>> {
    let mut all = usual();
    all.extend(attacks());
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

fn heal(_: &Validators, now: &Now) -> Vec<Event<super::Staking>> {
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
                    Step::after(Micros::ms(50 * SECOND), |_, _| {
                        vec![Event::partition(&[0, 1, 2], &[3, 4, 5])]
                    }),
                    Step::after(Micros::ms(150 * SECOND), heal),
                ]
            },
            ..plain(
                ("halves", "A network in halves"),
                "Three of six are cut off. Both halves make blocks in their slots, and neither has two thirds: nothing \
                 becomes final until the network is whole again. It gives up progress, and never agreement.",
                "Buterin and Griffith 2017, section 4",
                &[],
                360,
            )
        },
        Scenario {
            script: |_| vec![Step::after(Micros::ms(60 * SECOND), |_, _| (0..3).map(Event::Crash).collect())],
            ..plain(
                ("too-few", "Half of the deposits are gone"),
                "Three of six validators go away for good. The others go on making blocks, in half of the slots, and \
                 nothing becomes final any more.",
                "Buterin and Griffith 2017, section 4.2",
                &[],
                300,
            )
        },
    ]
}

fn attacks() -> Vec<Scenario<Validators>> {
    vec![
        plain(
            ("one-liar", "One of six makes two blocks"),
            "V1 makes two blocks where it may make one, shows them to different others, and votes for both. Its two votes \
             for one height prove it guilty: its deposit is gone with the next block, and it wins no slot any more.",
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
        Scenario {
            script: |_| {
                vec![
                    Step::after(Micros::ms(SECOND), |_, _| vec![Event::Crash(5)]),
                    Step::after(Micros::ms(400 * SECOND), |_, _| vec![Event::Input(0, Input::Rewrite)]),
                    Step::after(Micros::ms(300), |_, _| vec![Event::Restart(5)]),
                ]
            },
            ..plain(
                ("long-range", "Another history from the first block"),
                "V6 was away. V1 to V4 had two thirds of the deposits and have nothing to lose any more: they write a second \
                 history and vote for it. V5 does not listen; V6 comes back and believes it. With the rule on it asks \
                 somebody it trusts first.",
                "Buterin 2014, weak subjectivity",
                &[("faulty", "4"), ("without", "recent-checkpoint"), ("patient", "on"), ("epoch", "2")],
                600,
            )
        },
        plain(
            ("rich", "A block that makes its maker rich"),
            "V1 makes blocks in which it pays itself what it does not have, and votes for them. The rule is off, so the \
             others build on them. With the rule on they refuse them, and the vote costs V1 its deposit.",
            "Course notes, proof of stake",
            &[("faulty", "1"), ("epoch", "1"), ("without", "valid-only")],
            240,
        ),
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
