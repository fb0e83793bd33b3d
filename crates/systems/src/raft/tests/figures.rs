//! Figures 7 and 8 of the extended paper, exactly, and etcd's unit form of the rule that Figure 8 is about.

use kernel::Event;

use super::super::room::FIGURE_7;
use super::{Hand, Raft, Rules, Term, raft};

const ALL: [u16; 5] = [0, 1, 2, 3, 4];

#[test]
fn figure_7_four_of_six_vote_for_the_leader_of_term_8() {
    let mut hand = Hand::with_logs(raft(), 7, &FIGURE_7);
    hand.stand(0);
    assert_eq!(hand.term(0), 8);
    let votes: Vec<bool> = (1..7)
        .map(|server| {
            hand.deliver(0, server);
            hand.disk(server).voted_for == Some(0)
        })
        .collect();
    // (a), (b), (e), (f) grant; the log of (c) is longer, that of (d) ends in a later term.
    assert_eq!(votes, [true, true, false, false, true, true]);
    hand.settle(&[0, 1, 2, 3, 4, 5, 6]);
    assert!(hand.leads(0));
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}

#[test]
fn figure_7_every_log_becomes_the_leaders() {
    for no_op in [true, false] {
        let mut hand = Hand::with_logs(Raft { no_op, ..raft() }, 7, &FIGURE_7);
        hand.stand(0);
        let all = [0, 1, 2, 3, 4, 5, 6];
        hand.settle(&all);
        if !no_op {
            // Without an entry of its own a leader only learns how far each log is its own; an entry brings the rest.
            hand.write(0, 1);
            hand.settle(&all);
        }
        hand.beat(0);
        hand.settle(&all);
        let expected = [FIGURE_7[0], &[8]].concat();
        for server in all {
            assert_eq!(hand.terms(server), expected, "S{}", server + 1);
            assert_eq!(hand.disk(server).log, hand.disk(0).log);
            assert_eq!(hand.commit(server), 11);
        }
        assert!(hand.broken.is_empty(), "{:?}", hand.broken);
    }
}

/// Figure 8 up to (c): S1 leads term 4, its entry of term 2 is on S1, S2 and S3, and it has an entry of term 4 alone.
fn figure_8(rules: Rules) -> Hand {
    let mut hand = Hand::with_logs(Raft { no_op: false, rules, ..raft() }, 5, &[[1].as_slice(); 5]);
    // (a)
    hand.stand(0);
    hand.settle(&ALL);
    assert_eq!((hand.leads(0), hand.term(0)), (true, 2));
    hand.write(0, 1);
    hand.deliver(0, 1);
    hand.force(Event::Crash(0));
    hand.lose_all();
    assert_eq!([0, 1, 2].map(|server| hand.terms(server)), [vec![1, 2], vec![1, 2], vec![1]]);
    // (b)
    hand.stand(4);
    hand.settle(&[2, 3, 4]);
    assert_eq!((hand.leads(4), hand.term(4)), (true, 3));
    hand.lose_all();
    hand.write(4, 2);
    hand.force(Event::Crash(4));
    hand.lose_all();
    assert_eq!(hand.terms(4), [1, 3]);
    // (c): in term 3 S3 and S4 have voted, so that S1 wins only the next.
    hand.force(Event::Restart(0));
    hand.stand(0);
    hand.settle(&[0, 1, 2, 3]);
    assert!(!hand.leads(0));
    hand.stand(0);
    hand.elect(0, &[1, 2, 3]);
    assert_eq!((hand.leads(0), hand.term(0)), (true, 4));
    hand.settle(&[0, 1, 2]);
    assert_eq!(hand.terms(2), [1, 2], "the entry of term 2 is on S3");
    hand.lose_all();
    hand.write(0, 3);
    hand
}

#[test]
fn figure_8_c_an_entry_of_an_older_term_is_not_committed_though_a_majority_has_it() {
    let hand = figure_8(Rules::default());
    assert_eq!(hand.terms(0), [1, 2, 4]);
    assert_eq!(ALL.map(|server| hand.commit(server)), [0; 5]);
}

/// (d): S1 crashes, S5 stands until it has been refused for an old term and once more.
fn d(hand: &mut Hand) {
    hand.force(Event::Crash(0));
    hand.lose_all();
    hand.force(Event::Restart(4));
    for _ in 0..2 {
        hand.stand(4);
        hand.settle(&[1, 2, 3, 4]);
    }
}

#[test]
fn figure_8_d_the_server_without_it_wins_and_overwrites_it() {
    let mut hand = figure_8(Rules::default());
    d(&mut hand);
    assert_eq!((hand.leads(4), hand.term(4)), (true, 5));
    let voted = [1, 2, 3].map(|server| hand.disk(server).voted_for);
    assert_eq!(voted, [Some(4); 3], "S2, S3 and S4 vote for S5: its last term is 3");
    hand.write(4, 4);
    hand.settle(&[1, 2, 3, 4]);
    hand.force(Event::Restart(0));
    hand.beat(4);
    hand.settle(&ALL);
    assert_eq!(ALL.map(|server| hand.terms(server)), [(); 5].map(|()| vec![1, 3, 5]));
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}

/// (a) to (d), and then S5 commits an entry of its own term.
pub(super) fn figure_8_to_its_end(rules: Rules) -> Hand {
    let mut hand = figure_8(rules);
    d(&mut hand);
    assert!(hand.leads(4), "nothing holds S5 back");
    hand.write(4, 4);
    hand.settle(&[1, 2, 3, 4]);
    hand
}

#[test]
fn figure_8_without_its_rule_two_servers_apply_different_entries() {
    let rules = Rules { own_term_commit: false, ..Rules::default() };
    assert_eq!(figure_8(rules).commit(0), 2, "(c) commits the entry of term 2");
    let broken = figure_8_to_its_end(rules).broken;
    assert_eq!(broken.keys().copied().collect::<Vec<_>>(), ["Leader Completeness", "State Machine Safety"]);
    assert!(broken["State Machine Safety"].contains("another entry at index 2"), "{broken:?}");
}

#[test]
fn figure_8_e_an_entry_of_the_own_term_commits_both_and_locks_the_other_server_out() {
    let mut hand = figure_8(Rules::default());
    hand.settle(&[0, 1, 2]);
    assert_eq!((hand.commit(0), hand.terms(2)), (3, vec![1, 2, 4]));
    d(&mut hand);
    for _ in 0..3 {
        hand.stand(4);
        hand.settle(&[1, 2, 3, 4]);
        assert!(!hand.leads(4), "S2 and S3 refuse: two of five are no majority");
    }
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}

/// etcd-io/raft, `TestCannotCommitWithoutNewTermEntry`.
#[test]
fn nothing_is_committed_without_an_entry_of_the_new_term() {
    let mut hand = Hand::new(raft(), 5);
    hand.stand(0);
    hand.settle(&ALL);
    hand.beat(0);
    hand.settle(&ALL);
    assert_eq!(ALL.map(|server| hand.commit(server)), [1; 5]);
    hand.write(0, 1);
    hand.write(0, 2);
    hand.settle(&[0, 1]);
    hand.lose_all();
    assert_eq!((hand.commit(0), hand.terms(1)), (1, vec![1, 1, 1]));
    // S2 is elected, and what it sends as a leader is lost.
    hand.stand(1);
    hand.elect(1, &[0, 2, 3, 4]);
    assert_eq!((hand.leads(1), hand.commit(1)), (true, 1));
    hand.lose_all();
    assert_eq!(hand.commit(1), 1);
    hand.write(1, 3);
    hand.settle(&ALL);
    assert_eq!(hand.commit(1), 5);
    let expected: [Term; 5] = [1, 1, 1, 2, 2];
    assert_eq!(hand.terms(1), expected);
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}
