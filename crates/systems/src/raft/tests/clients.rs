//! Facts about clients: what is answered, when, and how often.

use kernel::Event;

use super::{Hand, Input, Raft, raft};

const ALL: [u16; 3] = [0, 1, 2];

fn led(raft: Raft) -> Hand {
    let mut hand = Hand::new(raft, 3);
    hand.stand(0);
    hand.settle(&ALL);
    hand
}

fn read(hand: &mut Hand, node: u16) {
    assert!(hand.force(Event::Input(node, Input::Read { client: 0, seq: 9, key: 'x' })));
}

fn value(hand: &Hand, node: u16) -> Option<u32> {
    hand.local(node).ram.as_ref()?.machine.data.get(&'x').copied()
}

#[test]
fn a_write_is_answered_once_a_majority_has_it() {
    let mut hand = led(raft());
    hand.write(0, 1);
    hand.deliver(0, 1);
    assert!(hand.words().is_empty());
    hand.deliver(1, 0);
    assert_eq!(hand.words(), ["S1 answers client A (request 1): written, it was not set"]);
}

#[test]
fn a_write_that_is_sent_again_is_applied_once() {
    let mut hand = led(raft());
    for _ in 0..2 {
        hand.write(0, 1);
    }
    hand.settle(&ALL);
    hand.write(0, 2);
    hand.settle(&ALL);
    hand.write(0, 2);
    assert_eq!(hand.words(), ["S1 answers client A (request 2): written, it was 1"], "at once, and the same");
    assert_eq!((hand.disk(0).log.last_index(), value(&hand, 0)), (4, Some(2)));
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}

#[test]
fn who_does_not_lead_sends_the_client_to_the_leader() {
    let mut hand = led(raft());
    hand.write(1, 1);
    assert_eq!(hand.report.words, ["S2 sends client A to S1"]);
    read(&mut hand, 2);
    assert_eq!(hand.report.words, ["S3 sends client A to S1"]);
    let mut nobody = Hand::new(raft(), 3);
    nobody.write(1, 1);
    assert_eq!(nobody.report.words, ["S2 knows no leader and refuses client A"]);
}

#[test]
fn a_read_waits_until_a_majority_confirms_the_leader() {
    let mut hand = led(raft());
    hand.write(0, 1);
    hand.settle(&ALL);
    hand.beat(0);
    read(&mut hand, 0);
    assert!(hand.words().is_empty());
    // The answer to the heartbeat before the read confirms nothing.
    hand.deliver(0, 1);
    hand.deliver(1, 0);
    assert!(hand.words().is_empty());
    hand.deliver(0, 1);
    hand.deliver(1, 0);
    assert_eq!(hand.words(), ["S1 answers client A (request 9): it is 1"]);
}

#[test]
fn a_read_waits_until_an_entry_of_the_own_term_is_committed() {
    let mut hand = led(raft());
    hand.write(0, 1);
    hand.settle(&ALL);
    hand.lose_all();
    // S2 leads term 2 and does not know yet that the write is committed.
    hand.stand(1);
    hand.deliver(1, 2);
    hand.deliver(2, 1);
    assert_eq!((hand.leads(1), hand.commit(1)), (true, 1));
    hand.lose_all();
    read(&mut hand, 1);
    hand.deliver(1, 2);
    hand.deliver(2, 1);
    // The message that confirms the leadership also brings the no-op, which commits what came before it too.
    let words = [
        "S2 answers client A (request 1): written, it was not set",
        "S2 answers client A (request 9): it is 1",
    ];
    assert_eq!((hand.commit(1), hand.words()), (3, words.to_vec()));
    let mut hand = led(Raft { no_op: false, ..raft() });
    read(&mut hand, 0);
    hand.settle(&ALL);
    assert!(hand.words().is_empty(), "without a no-op it waits for the first write of the term");
    hand.write(0, 1);
    hand.deliver(0, 1);
    hand.deliver(1, 0);
    assert_eq!(hand.words().len(), 2, "{:?}", hand.report.words);
}

#[test]
fn a_leader_that_was_cut_off_answers_no_read() {
    let mut hand = led(raft());
    hand.write(0, 1);
    hand.settle(&ALL);
    hand.lose_all();
    hand.stand(1);
    hand.settle(&[1, 2]);
    hand.write(1, 2);
    hand.settle(&[1, 2]);
    assert!(hand.leads(0) && hand.leads(1), "S1 does not know");
    hand.lose_all();
    read(&mut hand, 0);
    assert!(hand.words().is_empty());
    hand.settle(&ALL);
    assert!(!hand.leads(0));
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}
