//! Facts about logs: what a follower takes and gives up, and what a leader counts.

use kernel::Event;

use super::super::Outcome;
use super::{Entry, Hand, Index, Message, Role, Term, entry, raft};

/// Entries of these terms that follow `prev`, as a leader of term 9 would send them.
fn append(prev: (Index, Term), terms: &[Term], leader_commit: Index) -> Message {
    let value = |index: Index, term: Term| entry(term, term as u32 * 100 + index as u32);
    let entries: Vec<Entry> = (prev.0 + 1..).zip(terms).map(|(index, &term)| value(index, term)).collect();
    let (prev_log_index, prev_log_term) = prev;
    Message::AppendEntries { term: 9, prev_log_index, prev_log_term, entries, leader_commit, round: 3 }
}

/// S2 with this log is told this by the leader S1; its log afterwards, its commit index and its answer.
fn told(log: &[Term], messages: &[Message]) -> (Vec<Term>, Index, Outcome) {
    let mut hand = Hand::with_logs(raft(), 3, &[&[], log]);
    let answers = messages.iter().flat_map(|message| hand.tell(0, 1, message.clone())).collect::<Vec<_>>();
    match answers.last() {
        Some(Message::Appended { term: 9, outcome, round: 3 }) => (hand.terms(1), hand.commit(1), *outcome),
        other => panic!("{other:?} is no answer to AppendEntries"),
    }
}

#[test]
fn a_late_and_shorter_message_does_not_truncate() {
    let short = append((1, 1), &[2], 0);
    assert_eq!(told(&[1, 2, 2, 2], &[short]), (vec![1, 2, 2, 2], 0, Outcome::Matches(2)));
    assert_eq!(told(&[1, 2, 2], &[append((0, 0), &[], 0)]), (vec![1, 2, 2], 0, Outcome::Matches(0)));
}

#[test]
fn a_conflict_truncates_from_there_on() {
    assert_eq!(told(&[1, 2, 2, 2], &[append((1, 1), &[2, 3], 0)]), (vec![1, 2, 3], 0, Outcome::Matches(3)));
}

#[test]
fn the_commit_index_is_no_more_than_what_is_known_to_be_the_leaders() {
    // Figure 2, AppendEntries 5: min(leaderCommit, index of last *new* entry). The rest of the log may be wrong.
    assert_eq!(told(&[1, 2, 2, 2], &[append((1, 1), &[2], 4)]).1, 2);
    assert_eq!(told(&[1, 2, 2, 2], &[append((2, 2), &[], 4)]).1, 2, "a heartbeat too");
    assert_eq!(told(&[1], &[append((1, 1), &[2, 2], 2)]).1, 2);
    let later = [append((1, 1), &[2, 2], 3), append((1, 1), &[2], 1)];
    assert_eq!(told(&[1], &later).1, 3, "it never goes back");
}

#[test]
fn a_refusal_says_where_the_conflicting_term_begins_or_where_the_log_ends() {
    assert_eq!(
        told(&[1, 4, 4, 4], &[append((4, 6), &[6], 9)]),
        (vec![1, 4, 4, 4], 0, Outcome::Conflict(4, 2))
    );
    assert_eq!(told(&[1, 4], &[append((7, 6), &[6], 9)]), (vec![1, 4], 0, Outcome::TooShort(2)));
}

#[test]
fn an_old_leader_is_refused_and_told_the_term() {
    let mut hand = Hand::with_logs(raft(), 3, &[&[], &[10]]);
    let answer = hand.tell(0, 1, append((0, 0), &[9], 5));
    assert_eq!(answer, [Message::Appended { term: 10, outcome: Outcome::OldTerm, round: 3 }]);
    assert_eq!((hand.terms(1), hand.commit(1)), (vec![10], 0));
}

/// S1 leads; where it tries next after each answer of S2.
fn tries(leader: &[Term], follower: &[Term]) -> Vec<Index> {
    let mut hand = Hand::with_logs(raft(), 3, &[leader, follower]);
    hand.stand(0);
    hand.settle(&[0, 2]);
    hand.deliver(0, 1);
    hand.deliver(1, 0);
    let next = |hand: &Hand| {
        let Some(Role::Leader(leadership)) = hand.local(0).ram.as_ref().map(|ram| &ram.role) else {
            panic!()
        };
        leadership.progress[1].next_index
    };
    let mut tries = vec![next(&hand)];
    while hand.deliver(0, 1) && hand.deliver(1, 0) {
        if tries.last() != Some(&next(&hand)) {
            tries.push(next(&hand));
        }
    }
    assert_eq!(hand.disk(1).log, hand.disk(0).log);
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
    tries
}

#[test]
fn a_leader_goes_back_by_a_whole_term() {
    // (f) of Figure 7: entries of terms 2 and 3 that the leader does not have, skipped with one refusal each.
    let leader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
    assert_eq!(tries(&leader, &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]), [11, 7, 4, 12]);
    // (e): the leader has term 4 too, and tries right after its own last entry of it.
    assert_eq!(tries(&leader, &[1, 1, 1, 4, 4, 4, 4]), [11, 8, 6, 12]);
    // (b): too short; the next try is at its end.
    assert_eq!(tries(&leader, &[1, 1, 1, 4]), [11, 5, 12]);
}

#[test]
fn a_late_refusal_does_not_move_the_leader_back_below_what_matches() {
    let mut hand = Hand::with_logs(raft(), 3, &[&[1, 1, 1], &[1, 1, 1], &[1, 1, 1]]);
    hand.stand(0);
    hand.settle(&[0, 1, 2]);
    let refusal = |outcome| Message::Appended { term: 2, outcome, round: 0 };
    for outcome in [Outcome::TooShort(0), Outcome::Conflict(1, 1), Outcome::TooShort(u64::MAX)] {
        hand.tell(1, 0, refusal(outcome));
        let Some(Role::Leader(leadership)) = hand.local(0).ram.as_ref().map(|ram| &ram.role) else {
            panic!()
        };
        assert_eq!((leadership.progress[1].match_index, leadership.progress[1].next_index), (4, 5));
    }
    hand.tell(1, 0, refusal(Outcome::Matches(u64::MAX)));
    assert_eq!(hand.commit(0), 4, "nonsense commits nothing that is not there");
}

#[test]
fn a_leader_commits_what_a_majority_has_and_followers_learn_it_with_the_next_message() {
    let mut hand = Hand::new(raft(), 5);
    hand.stand(0);
    hand.settle(&[0, 1, 2]);
    hand.lose_all();
    hand.write(0, 1);
    hand.deliver(0, 1);
    hand.deliver(1, 0);
    assert_eq!(hand.commit(0), 1, "two of five");
    hand.deliver(0, 2);
    hand.deliver(2, 0);
    assert_eq!([0, 1, 2].map(|server| hand.commit(server)), [2, 1, 1]);
    hand.beat(0);
    hand.settle(&[0, 1, 2, 3, 4]);
    assert_eq!([0, 1, 2, 3, 4].map(|server| hand.commit(server)), [2; 5]);
}

#[test]
fn a_crash_keeps_term_and_log_and_loses_what_is_committed() {
    let mut hand = Hand::new(raft(), 3);
    hand.stand(0);
    hand.settle(&[0, 1, 2]);
    hand.write(0, 1);
    hand.settle(&[0, 1, 2]);
    assert_eq!(hand.commit(0), 2);
    let disk = hand.disk(0).clone();
    hand.force(Event::Crash(0));
    hand.force(Event::Restart(0));
    let ram = hand.local(0).ram.clone().unwrap();
    assert_eq!((hand.disk(0), ram.role, ram.commit_index, ram.last_applied), (&disk, Role::Follower, 0, 0));
    assert!(ram.machine.data.is_empty(), "the state machine is made again from the log");
    hand.stand(1);
    hand.settle(&[0, 1, 2]);
    hand.beat(1);
    hand.settle(&[0, 1, 2]);
    assert_eq!(hand.local(0).ram.as_ref().unwrap().machine.data.get(&'x'), Some(&1));
}
