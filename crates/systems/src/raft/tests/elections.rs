//! Facts about terms, votes and leaders.

use kernel::Event;

use super::{Hand, Message, Raft, Role, Term, Timer, raft};

fn ask(term: Term, pre: bool, last: (Term, u64)) -> Message {
    Message::RequestVote { term, pre, last_log_term: last.0, last_log_index: last.1 }
}

fn yes(term: Term) -> Vec<Message> {
    vec![Message::Vote { term, pre: false, granted: true }]
}

fn no(term: Term) -> Vec<Message> {
    vec![Message::Vote { term, pre: false, granted: false }]
}

fn heartbeat(term: Term) -> Message {
    Message::AppendEntries {
        term,
        prev_log_index: 0,
        prev_log_term: 0,
        entries: Vec::new(),
        leader_commit: 0,
        round: 1,
    }
}

#[test]
fn a_server_votes_once_in_a_term_and_again_for_the_same() {
    let mut hand = Hand::new(raft(), 5);
    assert_eq!(hand.tell(0, 4, ask(3, false, (0, 0))), yes(3));
    assert_eq!(hand.disk(4).voted_for, Some(0));
    assert_eq!(hand.tell(1, 4, ask(3, false, (0, 0))), no(3));
    assert_eq!(hand.tell(0, 4, ask(3, false, (0, 0))), yes(3), "its answer may have been lost");
    assert_eq!(hand.tell(1, 4, ask(2, false, (9, 9))), no(3), "an old term");
    assert_eq!(hand.tell(1, 4, ask(4, false, (0, 0))), yes(4), "a new term, a new vote");
}

#[test]
fn a_vote_is_on_disk_and_survives_a_crash() {
    let mut hand = Hand::new(raft(), 3);
    hand.tell(0, 2, ask(1, false, (0, 0)));
    hand.force(Event::Crash(2));
    hand.force(Event::Restart(2));
    assert_eq!(hand.tell(1, 2, ask(1, false, (0, 0))), no(1));
    let mut forgetful = raft();
    forgetful.rules.persist_vote = false;
    let mut hand = Hand::new(forgetful, 3);
    hand.tell(0, 2, ask(1, false, (0, 0)));
    assert_eq!(hand.tell(1, 2, ask(1, false, (0, 0))), no(1), "it remembers until it crashes");
    hand.force(Event::Crash(2));
    hand.force(Event::Restart(2));
    assert_eq!(hand.tell(1, 2, ask(1, false, (0, 0))), yes(1));
}

#[test]
fn up_to_date_is_the_later_last_term_and_then_the_longer_log() {
    for (last, granted) in [((3, 1), true), ((2, 3), true), ((2, 4), true), ((2, 2), false), ((1, 9), false)]
    {
        let mut hand = Hand::with_logs(raft(), 3, &[&[], &[], &[1, 1, 2]]);
        let answer = hand.tell(0, 2, ask(5, false, last));
        assert_eq!(answer, if granted { yes(5) } else { no(5) }, "{last:?}");
        assert_eq!(hand.term(2), 5, "a refused candidate raises the term all the same");
    }
}

#[test]
fn a_higher_term_makes_a_follower_of_anybody() {
    let mut hand = Hand::new(raft(), 3);
    hand.stand(0);
    hand.settle(&[0, 1, 2]);
    assert!(hand.leads(0));
    for message in [
        ask(2, false, (0, 0)),
        Message::Vote { term: 3, pre: false, granted: false },
        heartbeat(4),
        Message::Appended { term: 5, outcome: super::super::Outcome::OldTerm, round: 0 },
    ] {
        hand.tell(1, 0, message);
        assert!(!hand.leads(0));
        let timers: Vec<Timer> = hand.local(0).timers.iter().map(|(timer, _)| *timer).collect();
        assert_eq!(timers, [Timer::Election], "a follower waits for a leader and sends no heartbeats");
    }
    assert_eq!((hand.term(0), hand.disk(0).voted_for), (5, None));
}

#[test]
fn a_candidate_follows_a_leader_of_its_own_term_and_not_of_an_older_one() {
    let mut hand = Hand::new(raft(), 3);
    hand.stand(0);
    hand.tell(1, 0, heartbeat(0));
    assert!(matches!(hand.local(0).ram.as_ref().unwrap().role, Role::Candidate { .. }));
    hand.tell(1, 0, heartbeat(1));
    assert_eq!(hand.local(0).ram.as_ref().unwrap().role, Role::Follower);
    assert_eq!(hand.local(0).ram.as_ref().unwrap().leader, Some(1));
}

#[test]
fn two_of_four_are_no_majority_and_a_late_vote_is_not_counted() {
    let mut hand = Hand::new(raft(), 4);
    hand.stand(0);
    hand.tell(1, 0, Message::Vote { term: 1, pre: false, granted: true });
    assert!(!hand.leads(0));
    hand.tell(1, 0, Message::Vote { term: 1, pre: false, granted: true });
    assert!(!hand.leads(0), "the same vote twice is one vote");
    hand.stand(0);
    hand.tell(2, 0, Message::Vote { term: 1, pre: false, granted: true });
    hand.tell(3, 0, Message::Vote { term: 1, pre: false, granted: true });
    assert!(!hand.leads(0), "votes of an older election");
    hand.tell(2, 0, Message::Vote { term: 2, pre: false, granted: true });
    hand.tell(3, 0, Message::Vote { term: 2, pre: false, granted: true });
    assert!(hand.leads(0));
}

#[test]
fn a_single_server_leads_alone() {
    let mut hand = Hand::new(raft(), 1);
    hand.stand(0);
    hand.write(0, 1);
    assert_eq!((hand.leads(0), hand.commit(0), hand.answers().len()), (true, 2, 1));
}

fn with_pre_vote() -> Raft {
    Raft { pre_vote: true, ..raft() }
}

#[test]
fn a_pre_vote_changes_no_term_and_no_vote() {
    let mut hand = Hand::new(with_pre_vote(), 5);
    hand.stand(0);
    assert!(matches!(hand.local(0).ram.as_ref().unwrap().role, Role::PreCandidate { .. }));
    let granted = vec![Message::Vote { term: 8, pre: true, granted: true }];
    assert_eq!(hand.tell(1, 4, ask(8, true, (0, 0))), granted);
    assert_eq!(hand.tell(2, 4, ask(8, true, (0, 0))), granted, "it costs nothing to say so twice");
    assert_eq!([0, 4].map(|server| (hand.term(server), hand.disk(server).voted_for)), [(0, None); 2]);
    // The answer names the term asked about, and does not raise the candidate's either.
    hand.tell(1, 0, Message::Vote { term: 1, pre: true, granted: true });
    assert_eq!(hand.term(0), 0);
    hand.tell(2, 0, Message::Vote { term: 1, pre: true, granted: true });
    assert_eq!((hand.term(0), hand.disk(0).voted_for), (1, Some(0)), "a majority: now it stands");
    // A refusal carries the voter's own term, which does count.
    hand.tell(3, 0, Message::Vote { term: 6, pre: true, granted: false });
    assert_eq!(hand.term(0), 6);
}

#[test]
fn a_pre_vote_is_refused_while_a_leader_is_heard_and_to_a_worse_log() {
    let mut hand = Hand::with_logs(with_pre_vote(), 3, &[&[1], &[1], &[1]]);
    let refused = |term| vec![Message::Vote { term, pre: true, granted: false }];
    assert_eq!(hand.tell(0, 2, ask(2, true, (0, 0))), refused(1));
    assert_eq!(hand.tell(0, 2, ask(1, true, (1, 1))), refused(1), "it asks about a term that has come");
    hand.tell(1, 2, heartbeat(1));
    assert_eq!(hand.tell(0, 2, ask(2, true, (1, 1))), refused(1));
    hand.force(Event::Fire(2, Timer::Lease));
    let granted = vec![Message::Vote { term: 2, pre: true, granted: true }];
    assert_eq!(hand.tell(0, 2, ask(2, true, (1, 1))), granted);
}

#[test]
fn a_leader_that_does_not_hear_a_majority_steps_down() {
    let mut hand = Hand::new(Raft { check_quorum: true, ..raft() }, 5);
    hand.stand(0);
    hand.settle(&[0, 1, 2, 3, 4]);
    hand.force(Event::Fire(0, Timer::Quorum));
    assert!(hand.leads(0), "it has just heard from all");
    hand.beat(0);
    hand.settle(&[0, 1, 2]);
    hand.force(Event::Fire(0, Timer::Quorum));
    assert!(hand.leads(0), "two and itself are a majority");
    hand.beat(0);
    hand.settle(&[0, 1]);
    hand.force(Event::Fire(0, Timer::Quorum));
    assert!(!hand.leads(0));
    assert_eq!(hand.term(0), 1, "its term stays");
}

#[test]
fn a_server_that_hears_a_leader_ignores_a_candidate() {
    let mut hand = Hand::new(Raft { check_quorum: true, ..raft() }, 3);
    hand.tell(0, 2, heartbeat(1));
    assert_eq!(hand.tell(1, 2, ask(7, false, (9, 9))), []);
    assert_eq!(hand.term(2), 1);
    hand.force(Event::Fire(2, Timer::Lease));
    assert_eq!(hand.tell(1, 2, ask(7, false, (9, 9))), yes(7));
}
