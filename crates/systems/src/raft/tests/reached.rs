//! The disks that scenarios begin with are disks that a run of the protocol leaves.

use kernel::Event;

use super::super::room::{disks, written_before};
use super::{Hand, Index, Input, NodeId, Raft, Term, raft};

/// A term: who leads it, who is asked for a vote, who is sent what the leader already has, and for each entry of the
/// term who is sent it.
struct Reign<'a> {
    term: Term,
    leader: NodeId,
    asked: &'a [NodeId],
    spread: &'a [NodeId],
    entries: Vec<&'a [NodeId]>,
}

/// Plays these terms, one after the other, and compares the disks with those of a scenario. All else is lost.
fn reaches(scenario: &str, reigns: &[Reign<'_>]) {
    let wanted = disks(scenario);
    let mut hand = Hand::new(Raft { no_op: false, ..raft() }, wanted.len() as NodeId);
    for Reign { term, leader, asked, spread, entries } in reigns {
        if hand.leads(*leader) {
            hand.force(Event::Crash(*leader));
            hand.force(Event::Restart(*leader));
        }
        for _ in hand.term(*leader)..*term {
            hand.lose_all();
            hand.stand(*leader);
        }
        hand.elect(*leader, asked);
        assert!(hand.leads(*leader) && hand.term(*leader) == *term, "{scenario}: term {term}");
        spread.iter().for_each(|&receiver| hand.settle(&[*leader, receiver]));
        hand.lose_all();
        for receivers in entries {
            let index = hand.disk(*leader).log.last_index() as u32 + 1;
            let super::Command::Write { client, seq, key, value } = written_before(index, *term) else {
                panic!()
            };
            assert!(hand.force(Event::Input(*leader, Input::Write { client, seq, key, value })));
            for &receiver in *receivers {
                hand.settle(&[*leader, receiver]);
            }
            hand.lose_all();
        }
    }
    for (server, wanted) in (0..).zip(wanted) {
        let index: Index = wanted.log.last_index();
        assert_eq!(hand.disk(server), &wanted, "{scenario}: S{} with {index} entries", server + 1);
    }
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}

#[test]
fn the_disks_of_figure_8_are_reached() {
    let all = &[1, 2, 3, 4];
    reaches("figure-8", &[Reign { term: 1, leader: 0, asked: all, spread: &[], entries: vec![all] }]);
}

#[test]
fn the_disks_of_figure_8_among_three_are_reached() {
    reaches(
        "figure-8-small",
        &[
            Reign { term: 1, leader: 0, asked: &[1, 2], spread: &[], entries: vec![&[1, 2]] },
            Reign { term: 2, leader: 0, asked: &[1], spread: &[], entries: vec![&[]] },
            Reign { term: 3, leader: 2, asked: &[1], spread: &[], entries: vec![&[]] },
            Reign { term: 4, leader: 0, asked: &[1], spread: &[1], entries: vec![] },
        ],
    );
}

#[test]
fn the_disks_of_figure_7_among_three_are_reached() {
    reaches(
        "figure-7-small",
        &[
            Reign { term: 1, leader: 0, asked: &[1, 2], spread: &[], entries: vec![&[1, 2]] },
            Reign { term: 2, leader: 2, asked: &[1], spread: &[], entries: vec![&[], &[], &[]] },
            Reign { term: 3, leader: 0, asked: &[1, 2], spread: &[], entries: vec![&[1], &[]] },
        ],
    );
}

#[test]
fn the_disks_of_figure_7_are_reached() {
    reaches(
        "figure-7",
        &[
            Reign {
                term: 1,
                leader: 0,
                asked: &[1, 2, 3],
                spread: &[],
                entries: vec![&[1, 2, 3, 4, 5, 6]; 3],
            },
            Reign { term: 2, leader: 6, asked: &[1, 2, 3], spread: &[], entries: vec![&[]; 3] },
            Reign { term: 3, leader: 6, asked: &[1, 2, 3], spread: &[], entries: vec![&[]; 5] },
            Reign {
                term: 4,
                leader: 5,
                asked: &[1, 2, 3],
                spread: &[],
                entries: vec![&[0, 1, 2, 3, 4], &[0, 1, 3, 4], &[], &[]],
            },
            Reign { term: 5, leader: 0, asked: &[1, 2, 3], spread: &[], entries: vec![&[1, 3, 4]; 2] },
            Reign {
                term: 6,
                leader: 3,
                asked: &[0, 1, 2],
                spread: &[],
                entries: vec![&[0, 1, 4], &[0, 1, 4], &[0, 4], &[]],
            },
            Reign { term: 7, leader: 4, asked: &[0, 1, 2, 3, 5, 6], spread: &[], entries: vec![&[]; 2] },
        ],
    );
}
