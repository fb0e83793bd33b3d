//! The scenarios.

use kernel::{Event, Micros, NodeId, Scenario, System};

use super::{Input, Miners};

type Directive = kernel::Directive<Miners>;
type WorkState = <Miners as System>::State;

const SECOND: u64 = 1000;

pub(super) fn all() -> Vec<Scenario<Miners>> {
    let mut all = usual();
    all.extend(attacks());
    all.extend(broken());
    all.extend(small());
    all
}

type Set = &'static [(&'static str, &'static str)];

/// A scenario that is its options.
fn plain(
    (name, title): (&'static str, &'static str),
    story: &'static str,
    source: &'static str,
    set: Set,
    seconds: u64,
) -> Scenario<Miners> {
    let (length, pace) = (Micros::ms(seconds * SECOND), Micros::ms(seconds * SECOND / 60));
    Scenario { name, title, story, source, set, length, pace, script: |_| Vec::new() }
}

/// The chain of every node has so many blocks.
fn height(blocks: u64) -> impl Fn(&Miners, &WorkState) -> bool + 'static {
    move |system, now| {
        now.locals
            .iter()
            .filter(|local| local.up())
            .all(|local| local.disk.tip(&system.protocol).height() >= blocks)
    }
}

/// All links.
fn heal(system: &Miners, now: &WorkState) -> Vec<Event<super::Mining>> {
    let links = now.wires.keys().copied().collect::<Vec<_>>();
    if links.is_empty() || system.size == 0 { Vec::new() } else { vec![Event::Heal(links)] }
}

fn usual() -> Vec<Scenario<Miners>> {
    let fork = plain(
        ("slow-network", "Forks in a slow network"),
        "News takes a third as long as a block. Again and again two miners find a block at nearly the same time: some \
         build on the one, some on the other, until one branch is longer and the others come over to it.",
        "Nakamoto 2008, section 5; Decker and Wattenhofer 2013",
        &[("delay-min", "3000"), ("delay-max", "9000")],
        400,
    );
    vec![
        plain(
            ("steady", "Blocks and payments"),
            "Six miners with equal shares. Payments go round, wait, and come into blocks; each block on top makes it less \
             likely that they are undone.",
            "Nakamoto 2008",
            &[],
            300,
        ),
        plain(
            ("uneven", "Large and small miners"),
            "The first of twelve miners has twice as many hashes as the second and twelve times as many as the last. How \
             long anybody has looked in vain makes no difference: on the long run each finds its share of the blocks.",
            "Nakamoto 2008, sections 4 and 6",
            &[("miners", "12"), ("power", "uneven")],
            600,
        ),
        fork,
        Scenario {
            script: |_| {
                vec![
                    Directive::once(height(3), Micros::ms(SECOND), |_, _| {
                        vec![Event::partition(&[0, 1], &[2, 3, 4, 5])]
                    }),
                    Directive::after(Micros::ms(160 * SECOND), heal),
                ]
            },
            ..plain(
                ("partition", "Partition and healing"),
                "Two of six miners are cut off. Both sides go on and take payments. When the network is whole again the \
                 side with more work wins: the other undoes its blocks, and their payments wait once more.",
                "Nakamoto 2008, section 5",
                &[("confirmations", "3")],
                420,
            )
        },
        retarget(),
        plain(
            ("many", "Two hundred miners"),
            "Two hundred miners who each know eight others. A block goes through the network in three or four hops.",
            "Nakamoto 2008, section 5",
            &[("miners", "200"), ("neighbours", "8"), ("payments", "20")],
            400,
        ),
    ]
}

fn retarget() -> Scenario<Miners> {
    Scenario {
        script: |_| {
            vec![
                Directive::once(height(16), Micros::ms(SECOND), |_, _| (3..6).map(Event::Crash).collect()),
                Directive::once(height(48), Micros::ms(SECOND), |_, _| (3..6).map(Event::Restart).collect()),
            ]
        },
        ..plain(
            ("retarget", "The target follows the hashes"),
            "The target is set anew every eight blocks. Half of the miners go away and blocks take twice as long, until \
             the target is easier; they come back, and it is harder again.",
            "Bitcoin Core, pow.cpp",
            &[("period", "8"), ("payments", "60")],
            1600,
        )
    }
}

fn attacks() -> Vec<Scenario<Miners>> {
    vec![
        plain(
            ("double-spend", "Double spend"),
            "M1 pays M2 and mines a branch in secret in which it has not. When M2 sees two confirmations and the secret \
             branch is longer, M1 shows it. Wait for more confirmations, and it works less often.",
            "Nakamoto 2008, section 11; Rosenfeld 2012",
            &[("attack", "double-spend"), ("confirmations", "2"), ("payments", "0")],
            1200,
        ),
        plain(
            ("one-of-seven", "One of seven has most of the hashes"),
            "One miner of seven attacks, so six of seven are honest; but it has 60 % of the hashes. However many \
             confirmations others wait for, its branch overtakes theirs: what counts is hashes and not heads.",
            "Nakamoto 2008, section 4",
            &[("miners", "7"), ("attack", "double-spend"), ("share", "60"), ("payments", "0")],
            1200,
        ),
        plain(
            ("selfish", "Selfish mining"),
            "A pool with 40 % of the hashes keeps its blocks to itself and shows them when the others come close. They \
             work in vain more often than the pool does, and it finds more than 40 % of the blocks that count.",
            "Eyal and Sirer 2014",
            &[("attack", "selfish"), ("share", "40"), ("payments", "0")],
            2400,
        ),
        plain(
            ("stubborn", "A miner that ignores the longest chain"),
            "M1 builds on its own blocks only, with 30 % of the hashes. The others' chain grows faster and nobody comes \
             over: its work is lost.",
            "Nakamoto 2008, section 4",
            &[("attack", "stubborn")],
            600,
        ),
    ]
}

fn broken() -> Vec<Scenario<Miners>> {
    vec![
        plain(
            ("easy-blocks", "More blocks with less work"),
            "M1 has 30 % of the hashes. In secret it dates every fourth block as late as others accept (12 blocks ahead; in \
             Bitcoin two hours) and the rest as early, so its target gets easier until a block costs next to nothing. The \
             rule that the most work counts is off, so the others come over to its many easy blocks; with the rule on, they \
             do not.",
            "Bitcoin Core, chain.h",
            &[("attack", "easy-blocks"), ("period", "4"), ("without", "most-work")],
            1200,
        ),
        plain(
            ("no-work", "Blocks without work"),
            "M1 makes blocks without looking for a hash. The rule is off, so the others take them: M1 finds most blocks \
             and undoes what it likes. With the rule on, its blocks are refused.",
            "Nakamoto 2008, section 4",
            &[("attack", "no-work"), ("without", "proof-of-work")],
            300,
        ),
        plain(
            ("stolen", "Payments without signatures"),
            "M1 puts payments into its blocks in which M2 pays it, without M2's signature. The rule is off, so the others \
             build on them. With the rule on, such a block is refused however much work is in it.",
            "Nakamoto 2008, section 2",
            &[("attack", "thief"), ("without", "signatures")],
            300,
        ),
        Scenario {
            script: |_| {
                let pay = |to: NodeId| Event::Input(1, Input::Pay { to, quantity: 60 });
                vec![
                    Directive::after(Micros::ms(SECOND), move |_, _| vec![pay(2)]),
                    Directive::once(height(2), Micros::ms(SECOND), move |_, _| {
                        vec![Event::Input(1, Input::Again { to: 3 })]
                    }),
                    Directive::after(Micros::ms(SECOND), move |_, _| {
                        vec![Event::Input(1, Input::Pay { to: 3, quantity: 90 })]
                    }),
                ]
            },
            ..plain(
                ("spent-twice", "The same money twice"),
                "M2 has 100, pays 60, pays 1 with the same number, and pays 90 more. The rule is off, so blocks take each of \
                 the three once, and there is more money than was ever made.",
                "Nakamoto 2008, section 2",
                &[("without", "no-double-spends"), ("payments", "0")],
                300,
            )
        },
        plain(
            ("forgotten", "Payments of lost blocks are forgotten"),
            "In a slow network blocks are undone now and then. The rule that their payments wait again is off: a payment \
             that its source saw confirmed is never made.",
            "Nakamoto 2008, section 5",
            &[("without", "back-to-pool"), ("delay-min", "5000"), ("delay-max", "15000"), ("payments", "2")],
            900,
        ),
    ]
}

/// Few nodes and blocks, for a search.
fn small() -> Vec<Scenario<Miners>> {
    vec![
        plain(
            ("one-confirmation", "A payment with one confirmation"),
            "M1 pays M2, who takes one confirmation for enough. Search: the shortest way to undo the payment takes M1 two \
             secret blocks against one of the others.",
            "Nakamoto 2008, section 11",
            &[
                ("miners", "3"),
                ("attack", "double-spend"),
                ("share", "45"),
                ("confirmations", "1"),
                ("payments", "0"),
                ("hashes", "2"),
            ],
            300,
        ),
        plain(
            ("honest-majority", "A majority in step"),
            "All honest miners are one node, and the search never gives the attacker more blocks than they find. Then no \
             payment is undone, by counting alone; that a majority of the hashes finds more blocks, but for a chance that \
             falls as k grows, is what the theorem adds, and a search knows no chances. Switch Minority off, and the \
             payment is undone.",
            "Garay, Kiayias and Leonardos 2015",
            &[
                ("miners", "2"),
                ("attack", "double-spend"),
                ("share", "45"),
                ("confirmations", "2"),
                ("payments", "0"),
                ("hashes", "2"),
                ("minority", "on"),
                ("blocks", "8"),
            ],
            300,
        ),
        plain(
            ("late-majority", "A majority that hears late"),
            "Two honest miners, and the attacker finds no more blocks than both together. But they build on different \
             blocks while news is under way, and one of the two is lost. Search: a majority is not enough where news is \
             late.",
            "Pass, Seeman and shelat 2017",
            &[
                ("miners", "3"),
                ("attack", "double-spend"),
                ("share", "45"),
                ("confirmations", "1"),
                ("payments", "0"),
                ("hashes", "2"),
                ("minority", "on"),
                ("blocks", "4"),
                ("delay-max", "30000"),
            ],
            300,
        ),
    ]
}
