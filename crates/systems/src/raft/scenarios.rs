//! The scenarios: what each does to a cluster, in terms of who leads and not of dates.

use kernel::cluster::State;
use kernel::{Event, Micros, NodeId, Scenario};

use super::log::Index;
use super::{Input, Raft, Role, Servers, Timer, Watch, searched};

pub(super) type Directive = kernel::Directive<Servers>;
type RaftState = State<Raft, Watch>;

pub(super) const S1: NodeId = 0;
pub(super) const S2: NodeId = 1;
pub(super) const S3: NodeId = 2;
pub(super) const S4: NodeId = 3;
pub(super) const S5: NodeId = 4;

/// Every scenario, in the order of the page.
pub(super) fn all() -> Vec<Scenario<Servers>> {
    let mut list = basics();
    list.extend(faults());
    list.extend(figures());
    list.extend(broken());
    list.extend(searched::all());
    list
}

fn basics() -> Vec<Scenario<Servers>> {
    vec![
        Scenario {
            name: "first-election",
            title: "First election",
            story: "Nobody leads. The server whose election timeout ends first asks for votes, and a majority makes it the leader.",
            source: "Section 5.2",
            set: &[],
            length: Micros::ms(600),
            pace: Micros::ms(20),
            script: |_| Vec::new(),
        },
        Scenario {
            name: "split-vote",
            title: "Split vote",
            story: "Two of four servers stand at the same moment, and each gets two votes: no majority. Timeouts are \
                    random, so that most often one server stands again before the other, and wins.",
            source: "Section 5.2",
            set: &[("servers", "4")],
            length: Micros::ms(900),
            pace: Micros::ms(20),
            script: |_| {
                vec![
                    Directive::after(Micros::ms(10), |_, _| vec![slow(S1, S4), slow(S2, S3)]),
                    Directive::after(Micros::ms(10), |_, _| vec![stand(S1), stand(S2)]),
                    Directive::after(Micros::ms(70), |_, _| vec![Event::Heal(vec![(S1, S4), (S2, S3)])]),
                ]
            },
        },
        Scenario {
            name: "replication",
            title: "Replication",
            story: "Clients write to the leader, which sends each entry to the others. An entry is committed once the \
                    leader that made it has it on the disks of a majority; only then is the client answered.",
            source: "Section 5.3",
            set: &[("requests", "120")],
            length: Micros::ms(1500),
            pace: Micros::ms(20),
            script: |_| vec![Directive::after(Micros::ms(5), |_, _| vec![stand(S1)])],
        },
    ]
}

fn faults() -> Vec<Scenario<Servers>> {
    let mut list = vec![
        Scenario {
            name: "leader-crash",
            title: "Leader crash",
            story: "The leader crashes in the middle of its work. Another server with all committed entries takes \
                    over, and the old leader comes back as a follower.",
            source: "Sections 5.2 and 5.4",
            set: &[("requests", "120")],
            length: Micros::ms(2000),
            pace: Micros::ms(25),
            script: |_| {
                vec![
                    Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
                    Directive::once(
                        |_, now| committed(now, 4),
                        Micros::ms(5),
                        |_, now| each(leader(now), Event::Crash),
                    ),
                    Directive::once(|_, now| leader(now).is_some(), Micros::ms(300), |_, now| down(now)),
                ]
            },
        },
        Scenario {
            name: "follower-behind",
            title: "Follower behind",
            story: "S5 is cut off while the others go on. It stands for election again and again, so that its high term \
                    ends the leader’s when it is back. The leader elected next finds the last entry that its log and \
                    S5’s share, and sends everything after it.",
            source: "Sections 5.1 and 5.3",
            set: &[("requests", "60")],
            length: Micros::ms(2200),
            pace: Micros::ms(25),
            script: |_| {
                vec![
                    Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
                    Directive::once(|_, now| committed(now, 2), Micros::ms(1), |_, _| vec![cut_off(S5, 5)]),
                    Directive::once(|_, now| committed(now, 10), Micros::ms(1), |_, _| vec![heal(5)]),
                ]
            },
        },
    ];
    list.push(minority_partition());
    list.extend(one_way());
    list
}

fn minority_partition() -> Scenario<Servers> {
    Scenario {
        name: "minority-partition",
        title: "Minority partition",
        story: "The leader is cut off with one follower: two of five are no majority, and nothing they accept can \
                be committed, while the other three elect a leader and go on. After healing the older leader \
                steps down, and its uncommitted entries are overwritten.",
        source: "Sections 5.2 to 5.4",
        set: &[],
        length: Micros::ms(2000),
        pace: Micros::ms(25),
        script: |_| {
            let larger = |now: &RaftState| leader(now).filter(|&node| node > S2);
            vec![
                Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
                Directive::once(|_, now| committed(now, 1), Micros::ms(20), |_, _| vec![write(S1, 1, 1)]),
                Directive::once(
                    |_, now| committed(now, 2),
                    Micros::ms(60),
                    |_, _| vec![Event::partition(&[S1, S2], &[S3, S4, S5])],
                ),
                Directive::after(Micros::ms(10), |_, _| vec![write(S1, 2, 9)]),
                Directive::once(
                    move |_, now| larger(now).is_some(),
                    Micros::ms(40),
                    move |_, now| larger(now).map(|node| write(node, 3, 2)).into_iter().collect(),
                ),
                Directive::once(|_, now| committed(now, 4), Micros::ms(120), |_, _| vec![heal(5)]),
            ]
        },
    }
}

fn one_way() -> Vec<Scenario<Servers>> {
    const DISRUPTION: fn(&Servers) -> Vec<Directive> = |_| {
        vec![
            Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
            Directive::once(|_, now| committed(now, 2), Micros::ms(5), |_, _| vec![cut_off(S5, 5)]),
            Directive::after(Micros::ms(900), |_, _| vec![heal(5)]),
        ]
    };
    vec![
        Scenario {
            name: "one-way-link",
            title: "One-way link",
            story: "S5 hears nothing from the others, but they hear S5. Again and again it asks for votes in a higher \
                    term and brings a leader down that works; with pre-vote it could not.",
            source: "Thesis, sections 4.2.3 and 9.6",
            set: &[("requests", "200")],
            length: Micros::ms(2500),
            pace: Micros::ms(30),
            script: |_| {
                vec![
                    Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
                    Directive::once(
                        |_, now| committed(now, 2),
                        Micros::ms(5),
                        |_, _| vec![Event::Cut([S1, S2, S3, S4].map(|peer| (peer, S5)).to_vec())],
                    ),
                ]
            },
        },
        Scenario {
            name: "disruptive-server",
            title: "Disruptive server",
            story: "A follower that was cut off has raised its term alone. When it is back, its high term brings down \
                    the leader of the majority, although nothing was wrong with it.",
            source: "Thesis, section 9.6",
            set: &[("requests", "200")],
            length: Micros::ms(2000),
            pace: Micros::ms(30),
            script: DISRUPTION,
        },
        Scenario {
            name: "disruptive-server-pre-vote",
            title: "Disruptive server, with pre-vote",
            story: "The same, but a server first asks whether it could win. Cut off it never gets a yes, so its term \
                    stays, and the leader keeps its place when it is back.",
            source: "Thesis, section 9.6",
            set: &[("requests", "200"), ("pre-vote", "on")],
            length: Micros::ms(2000),
            pace: Micros::ms(30),
            script: DISRUPTION,
        },
    ]
}

/// Elections only when the script says so.
pub(super) const PATIENT: [(&str, &str); 2] = [("election-min", "20000"), ("election-max", "30000")];

fn figures() -> Vec<Scenario<Servers>> {
    vec![
        Scenario {
            name: "figure-7",
            title: "Figure 7: logs that differ",
            story: "Followers may lack entries, or have entries that were never committed. The leader of term 8 is \
                    elected by four of them, and makes every log like its own, one conflicting term at a time.",
            source: "Figure 7; section 5.3",
            set: &[("servers", "7"), PATIENT[0], PATIENT[1]],
            length: Micros::ms(400),
            pace: Micros::ms(20),
            script: |_| vec![Directive::after(Micros::ms(5), |_, _| vec![stand(S1)])],
        },
        Scenario {
            name: "figure-8",
            title: "Figure 8: an old entry",
            story: "An entry of term 2 reaches a majority only in term 4. Counting replicas must not commit it, for a \
                    server without it can still win, and does.",
            source: "Figure 8; section 5.4.2",
            set: &[("no-op", "off"), PATIENT[0], PATIENT[1]],
            length: Micros::ms(1300),
            pace: Micros::ms(25),
            script: |_| figure_8(),
        },
        Scenario {
            name: "figure-8-rule-off",
            title: "Figure 8 without its rule",
            story: "The same run where counting replicas commits entries of any term: S1 takes the entry of term 2 for \
                    committed in term 4 and answers its client, and the entry is overwritten in term 5.",
            source: "Figure 8; section 5.4.2",
            set: &[("no-op", "off"), PATIENT[0], PATIENT[1], ("without", "own-term-commit")],
            length: Micros::ms(1300),
            pace: Micros::ms(25),
            script: |_| figure_8(),
        },
    ]
}

/// (a) to (d) of Figure 8, with cuts in place of luck.
fn figure_8() -> Vec<Directive> {
    let away = |node, peers: &[NodeId]| Event::partition(&[node], peers);
    let leads = |node: NodeId, term: u64| {
        move |_: &Servers, now: &RaftState| {
            leader(now) == Some(node) && now.locals[usize::from(node)].disk.current_term == term
        }
    };
    vec![
        // (a) S1 leads term 2 and replicates index 2 to S2 alone.
        Directive::after(Micros::ms(5), |_, _| vec![stand(S1)]),
        Directive::once(leads(S1, 2), Micros::ms(25), move |_, _| {
            vec![away(S1, &[S3, S4, S5]), write(S1, 1, 2)]
        }),
        Directive::once(|_, now| last(now, S2) == 2, Micros::ms(25), |_, _| vec![Event::Crash(S1)]),
        // (b) S5 leads term 3, elected by S3 and S4, and accepts another entry at index 2.
        Directive::after(Micros::ms(30), move |_, _| vec![heal(5), away(S5, &[S1, S2]), stand(S5)]),
        Directive::once(leads(S5, 3), Micros::ms(0), move |_, _| vec![away(S5, &[S3, S4]), write(S5, 2, 3)]),
        Directive::after(Micros::ms(40), |_, _| vec![Event::Crash(S5), heal(5), Event::Restart(S1)]),
        // (c) S1 leads term 4, sends its entry of term 2 to S3, and appends an entry of term 4.
        Directive::after(Micros::ms(10), move |_, _| vec![stand(S1)]),
        Directive::after(Micros::ms(60), move |_, _| vec![stand(S1)]),
        Directive::once(leads(S1, 4), Micros::ms(0), move |_, _| vec![away(S1, &[S4])]),
        Directive::once(
            |_, now| last(now, S3) == 2,
            Micros::ms(25),
            move |_, _| vec![away(S1, &[S2, S3]), write(S1, 3, 4)],
        ),
        // (d) S1 crashes; S5 can still win, with the votes of S2, S3 and S4, and overwrites index 2.
        Directive::after(Micros::ms(60), |_, _| vec![Event::Crash(S1)]),
        // What S1 sent is lost at the cut before the cut heals.
        Directive::after(Micros::ms(40), |_, _| vec![heal(5), Event::Restart(S5)]),
        Directive::after(Micros::ms(20), move |_, _| vec![stand(S5)]),
        Directive::after(
            Micros::ms(60),
            move |_, now| {
                if leader(now).is_none() { vec![stand(S5)] } else { Vec::new() }
            },
        ),
        // Once it leads term 5, an entry of its own term commits what it has.
        Directive::once(leads(S5, 5), Micros::ms(60), |_, _| vec![write(S5, 4, 5)]),
        // S1 comes back, and its entries of terms 2 and 4 are overwritten too.
        Directive::after(Micros::ms(150), |_, _| vec![Event::Restart(S1)]),
    ]
}

fn broken() -> Vec<Scenario<Servers>> {
    vec![
        Scenario {
            name: "lost-vote",
            title: "A vote that was lost",
            story: "S3 votes for S1 and crashes before the vote is on its disk. It has forgotten, votes for S2 in the \
                    same term, and there are two leaders.",
            source: "Figure 2, Persistent state; section 5.2",
            set: &[("servers", "3"), PATIENT[0], PATIENT[1], ("without", "persist-vote")],
            length: Micros::ms(400),
            pace: Micros::ms(15),
            script: |_| {
                vec![
                    Directive::after(Micros::ms(5), |_, _| {
                        vec![
                            Event::partition(&[S1], &[S2]),
                            // Before S1 could send S3 an entry that S2 does not have.
                            Event::Slow(S2, S3, Micros::ms(70), Micros::ms(70)),
                        ]
                    }),
                    Directive::after(Micros::ms(10), |_, _| vec![stand(S1), stand(S2)]),
                    Directive::once(
                        |_, now| leader(now) == Some(S1),
                        Micros::ms(5),
                        |_, _| vec![Event::Crash(S3)],
                    ),
                    Directive::after(Micros::ms(15), |_, _| vec![Event::Restart(S3)]),
                ]
            },
        },
        Scenario {
            name: "lying-leader",
            title: "A leader that lies",
            story: "S1 leads and tells its followers different things. Raft trusts its leader: servers apply different \
                    entries, and no rule of Raft can notice.",
            source: "Section 2: safety under non-Byzantine conditions",
            set: &[("liar", "1"), ("requests", "60")],
            length: Micros::ms(1200),
            pace: Micros::ms(25),
            script: |_| vec![Directive::after(Micros::ms(5), |_, _| vec![stand(S1)])],
        },
    ]
}

/// The server that leads the highest term.
pub(super) fn leader(now: &RaftState) -> Option<NodeId> {
    leaders(now).into_iter().max_by_key(|&node| now.locals[usize::from(node)].disk.current_term)
}

/// The servers that lead.
pub(super) fn leaders(now: &RaftState) -> Vec<NodeId> {
    let leads = |local: &kernel::Local<Raft>| {
        local.ram.as_ref().is_some_and(|ram| matches!(ram.role, Role::Leader(_)))
    };
    (0..).zip(&now.locals).filter(|(_, local)| leads(local)).map(|(node, _)| node).collect()
}

/// Whether somebody knows that so many entries are committed.
pub(super) fn committed(now: &RaftState, index: Index) -> bool {
    now.locals.iter().any(|local| local.ram.as_ref().is_some_and(|ram| ram.commit_index >= index))
}

/// The last index of a server's log; a reader may have set fewer servers than the scenario is about.
fn last(now: &RaftState, node: NodeId) -> Index {
    now.locals.get(usize::from(node)).map_or(0, |local| local.disk.log.last_index())
}

pub(super) fn stand(node: NodeId) -> Event<Raft> {
    Event::Fire(node, Timer::Election)
}

pub(super) fn write(node: NodeId, seq: u32, value: u32) -> Event<Raft> {
    Event::Input(node, Input::Write { client: 0, seq, key: 'x', value })
}

fn slow(from: NodeId, to: NodeId) -> Event<Raft> {
    Event::Slow(from, to, Micros::ms(60), Micros::ms(60))
}

fn cut_off(node: NodeId, servers: NodeId) -> Event<Raft> {
    let peers: Vec<NodeId> = (0..servers).filter(|&peer| peer != node).collect();
    Event::partition(&[node], &peers)
}

fn heal(servers: NodeId) -> Event<Raft> {
    let all = (0..servers).flat_map(|a| (0..servers).map(move |b| (a, b)));
    Event::Heal(all.filter(|(a, b)| a != b).collect())
}

fn each(node: Option<NodeId>, event: fn(NodeId) -> Event<Raft>) -> Vec<Event<Raft>> {
    node.into_iter().map(event).collect()
}

fn down(now: &RaftState) -> Vec<Event<Raft>> {
    (0..).zip(&now.locals).filter(|(_, local)| !local.up()).map(|(node, _)| Event::Restart(node)).collect()
}
