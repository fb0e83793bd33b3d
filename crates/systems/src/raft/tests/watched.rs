//! Facts about the monitor: what it calls committed and when, and what it holds a read or an answer to.

use kernel::Event;

use super::{Hand, Input, Raft, Rules, raft};

fn without(name: &'static str) -> Raft {
    Raft { rules: Rules::without(|rule| rule == name), ..raft() }
}

fn broken(hand: &Hand) -> Vec<&'static str> {
    hand.broken.keys().copied().collect()
}

fn write(hand: &mut Hand, server: u16, seq: u32, value: u32) {
    assert!(hand.force(Event::Input(server, Input::Write { client: 0, seq, key: 'x', value })));
}

fn read(hand: &mut Hand, server: u16, seq: u32) {
    assert!(hand.force(Event::Input(server, Input::Read { client: 17, seq, key: 'x' })));
}

#[test]
fn an_entry_is_committed_once_a_majority_has_it_though_its_leader_never_hears_of_it() {
    let mut hand = Hand::new(Raft { no_op: false, ..without("up-to-date-log") }, 3);
    hand.stand(0);
    hand.settle(&[0, 1, 2]);
    hand.write(0, 1);
    hand.deliver(0, 1);
    hand.lose_all();
    assert_eq!([0, 1, 2].map(|server| hand.commit(server)), [0; 3], "nobody knows");
    hand.stand(2);
    hand.deliver(2, 1);
    assert!(hand.broken.is_empty());
    hand.deliver(1, 2);
    assert!(hand.leads(2));
    let reason = "S3 leads term 2 without an entry, up to index 1, that was committed in term 1";
    assert_eq!(hand.broken.into_iter().collect::<Vec<_>>(), [("Leader Completeness", reason.to_owned())]);
}

#[test]
fn what_a_leader_has_sent_is_committed_even_if_it_arrives_after_its_crash() {
    let mut hand = Hand::new(Raft { no_op: false, ..without("up-to-date-log") }, 5);
    hand.stand(0);
    hand.settle(&[0, 1, 2, 3, 4]);
    hand.write(0, 1);
    hand.deliver(0, 1);
    hand.force(Event::Crash(0));
    hand.deliver(0, 2);
    hand.lose_all();
    hand.stand(3);
    hand.elect(3, &[1, 4]);
    assert_eq!((hand.leads(3), broken(&hand)), (true, vec!["Leader Completeness"]));
    // Two of five are no majority.
    let mut hand = Hand::new(Raft { no_op: false, ..without("up-to-date-log") }, 5);
    hand.stand(0);
    hand.settle(&[0, 1, 2, 3, 4]);
    hand.write(0, 1);
    hand.deliver(0, 1);
    hand.lose_all();
    hand.stand(3);
    hand.elect(3, &[1, 4]);
    assert_eq!((hand.leads(3), broken(&hand)), (true, vec![]));
}

/// Figure 8: what a later leader spreads is on a majority, and can still be overwritten.
#[test]
fn an_old_entry_that_a_later_leader_spreads_to_a_majority_is_not_committed() {
    let mut hand = Hand::new(Raft { no_op: false, ..raft() }, 5);
    hand.stand(0);
    hand.elect(0, &[1, 2]);
    hand.write(0, 1);
    hand.force(Event::Crash(0));
    hand.force(Event::Restart(0));
    hand.lose_all();
    hand.stand(4);
    hand.lose_all();
    hand.stand(4);
    hand.elect(4, &[2, 3]);
    hand.write(4, 2);
    hand.lose_all();
    hand.stand(0);
    hand.lose_all();
    hand.stand(0);
    hand.settle(&[0, 1, 2, 3]);
    assert_eq!([1, 2, 3].map(|server| hand.terms(server)), [(); 3].map(|()| vec![1]), "four of five have it");
    hand.force(Event::Crash(4));
    hand.force(Event::Restart(4));
    hand.stand(4);
    hand.settle(&[1, 2, 3, 4]);
    hand.stand(4);
    hand.settle(&[1, 2, 3, 4]);
    assert!(hand.leads(4), "its last entry is of a later term");
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}

#[test]
fn an_older_request_that_is_carried_out_after_a_newer_one_does_not_pass_unseen() {
    for sessions in [true, false] {
        let mut hand = Hand::new(if sessions { raft() } else { without("client-sessions") }, 3);
        hand.stand(0);
        hand.settle(&[0, 1, 2]);
        for (seq, value) in [(1, 1), (2, 2), (1, 1)] {
            write(&mut hand, 0, seq, value);
            hand.settle(&[0, 1, 2]);
        }
        let expected: &[&str] = if sessions { &[] } else { &["Agreement of answers", "Exactly once"] };
        assert_eq!(broken(&hand), expected);
    }
}

#[test]
fn a_request_that_is_carried_out_twice_and_answered_the_same_is_seen() {
    let mut hand = Hand::new(without("client-sessions"), 3);
    hand.stand(0);
    hand.settle(&[0, 1, 2]);
    for (seq, value) in [(1, 5), (2, 1), (3, 5), (2, 1)] {
        write(&mut hand, 0, seq, value);
        hand.settle(&[0, 1, 2]);
    }
    let reason = "request 2 of client A changed the state machine by entry 3 and by entry 5";
    assert_eq!(hand.broken.into_iter().collect::<Vec<_>>(), [("Exactly once", reason.to_owned())]);
}

/// S1 leads and is asked for x. Its heartbeats are answered, and these answers are under way when S2 is elected and writes.
fn slow_answer(again: impl FnOnce(&mut Hand)) -> Hand {
    let mut hand = Hand::new(raft(), 3);
    hand.stand(0);
    hand.settle(&[0, 1, 2]);
    hand.lose_all();
    read(&mut hand, 0, 1);
    hand.deliver(0, 1);
    hand.deliver(0, 2);
    hand.stand(1);
    hand.deliver(1, 2);
    hand.deliver(2, 1);
    hand.settle(&[1, 2]);
    write(&mut hand, 1, 1, 5);
    hand.settle(&[1, 2]);
    again(&mut hand);
    // The answer to the heartbeat of term 1.
    hand.deliver(1, 0);
    hand
}

#[test]
fn a_read_that_is_asked_again_is_one_operation_from_its_first_asking_to_its_answer() {
    let answered = ["S1 answers client R (request 1): not set"];
    for again in [None, Some(1), Some(2)] {
        let hand = slow_answer(|hand| {
            if let Some(seq) = again {
                read(hand, 2, seq);
            }
        });
        assert_eq!(hand.answers(), answered, "{again:?}");
        assert!(hand.broken.is_empty(), "asked again as {again:?}: {:?}", hand.broken);
    }
}

/// A client is sent away by S3, and asks S1, which does not know that it leads no more. In between x was written.
#[test]
fn an_operation_begins_when_it_is_asked_first() {
    for (seq, stale) in [(1, false), (2, true)] {
        let mut hand = Hand::new(without("confirm-leadership"), 3);
        hand.stand(0);
        hand.settle(&[0, 1, 2]);
        hand.lose_all();
        hand.stand(1);
        hand.settle(&[1, 2]);
        read(&mut hand, 2, 1);
        write(&mut hand, 1, 1, 5);
        hand.settle(&[1, 2]);
        read(&mut hand, 0, seq);
        assert_eq!(hand.answers().len(), 1);
        assert_eq!(!hand.broken.is_empty(), stale, "request {seq}: {:?}", hand.broken);
    }
}

/// The read at S1 is asked after S2 has written, and S1 answers it when an old acknowledgement lets it commit an entry.
#[test]
fn each_read_of_a_client_is_judged_also_when_it_has_asked_another() {
    for again in [None, Some(1), Some(2)] {
        let mut hand = Hand::new(Raft { no_op: false, ..without("confirm-leadership") }, 3);
        hand.stand(0);
        hand.settle(&[0, 1, 2]);
        assert!(hand.force(Event::Input(0, Input::Write { client: 1, seq: 1, key: 'y', value: 1 })));
        hand.deliver(0, 1);
        hand.stand(1);
        hand.deliver(1, 2);
        hand.deliver(2, 1);
        write(&mut hand, 1, 1, 5);
        hand.settle(&[1, 2]);
        read(&mut hand, 0, 1);
        if let Some(seq) = again {
            read(&mut hand, 2, seq);
        }
        assert!(hand.broken.is_empty() && hand.leads(0), "{again:?}: {:?}", hand.broken);
        hand.deliver(1, 0);
        let reason = "client R read x and was answered “not set”; before it asked, a client knew that entry 2 had written x";
        let found: Vec<_> = hand.broken.into_iter().collect();
        assert_eq!(found, [("Linearizable reads", reason.to_owned())], "{again:?}");
    }
}

/// What a server has applied since may be of no consequence for what was read.
#[test]
fn a_read_is_held_to_what_was_written_to_its_own_key() {
    for (key, value, stale) in [('y', 7, false), ('x', 1, false), ('x', 7, true)] {
        let mut hand = Hand::new(without("confirm-leadership"), 3);
        hand.stand(0);
        hand.settle(&[0, 1, 2]);
        write(&mut hand, 0, 1, 1);
        hand.settle(&[0, 1, 2]);
        hand.lose_all();
        hand.stand(1);
        hand.settle(&[1, 2]);
        assert!(hand.force(Event::Input(1, Input::Write { client: 1, seq: 1, key, value })));
        hand.settle(&[1, 2]);
        hand.lose_all();
        read(&mut hand, 0, 1);
        assert_eq!(hand.answers(), ["S1 answers client R (request 1): it is 1"]);
        assert_eq!(!hand.broken.is_empty(), stale, "{key}={value}: {:?}", hand.broken);
    }
}
