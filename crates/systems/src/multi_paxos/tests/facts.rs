//! Facts about servers: promises, what a leader recovers, the window, learning, clients.

use kernel::Event;

use super::hand::{Hand, protocol};
use super::{Ballot, Message, MultiPaxos};

const ALL: [u16; 3] = [0, 1, 2];

fn led(protocol: MultiPaxos) -> Hand {
    let mut hand = Hand::new(protocol, 3);
    hand.stand(0);
    hand.settle(&ALL);
    hand
}

#[test]
fn a_single_server_leads_and_chooses_alone() {
    let mut hand = Hand::new(protocol(), 1);
    hand.stand(0);
    for number in 1..=6 {
        hand.write(0, number);
        assert_eq!(hand.answers().len(), 1);
    }
    assert_eq!((hand.executed(0), hand.store(0).as_str()), (6, "x=4 y=5 z=6"));
}

#[test]
fn two_of_four_are_no_majority() {
    let mut hand = Hand::new(protocol(), 4);
    hand.stand(0);
    hand.settle(&[0, 1]);
    assert!(!hand.leads(0));
    hand.settle(&[0, 1, 2]);
    assert!(hand.leads(0));
    hand.lose_all();
    hand.write(0, 1);
    hand.settle(&[0, 1]);
    assert_eq!(hand.log(0), "1:x=1");
    hand.settle(&[0, 1, 2]);
    assert_eq!(hand.log(0), "1:x=1*");
}

#[test]
fn the_same_promise_counts_once() {
    let mut hand = Hand::new(protocol(), 5);
    hand.stand(0);
    let id = *hand.now.mail.keys().next().expect("it has asked");
    hand.force(Event::Duplicate(id));
    hand.settle(&[0, 1]);
    assert!(!hand.leads(0), "two promises of one server are one");
}

#[test]
fn an_old_leader_is_refused_and_told_the_ballot() {
    let mut hand = led(protocol());
    hand.stand(1);
    hand.settle(&[1, 2]);
    assert!(hand.leads(0) && hand.leads(1), "S1 does not know");
    hand.lose_all();
    hand.write(0, 1);
    hand.deliver(0, 2);
    assert_eq!(hand.under_way(2, 0), [Message::Refuse { promised: Ballot(2) }]);
    hand.deliver(2, 0);
    assert!(!hand.leads(0));
    hand.stand(0);
    assert_eq!(hand.promised(0), 4, "its next ballot is higher than all it knows of");
}

#[test]
fn a_promise_says_what_was_accepted_from_the_slot_asked_about_on() {
    let mut hand = led(protocol());
    hand.write(0, 1);
    hand.settle(&ALL);
    hand.write(0, 2);
    hand.deliver(0, 2);
    hand.lose_all();
    hand.stand(1);
    hand.deliver(1, 2);
    let promise = hand.under_way(2, 1);
    let [Message::Promise { ballot, votes }] = promise.as_slice() else { panic!("{promise:?}") };
    let words: Vec<String> =
        votes.iter().map(|(slot, vote)| format!("{slot}: {}", vote.command.words())).collect();
    assert_eq!((ballot.0, words), (2, vec!["2: y=2".to_owned()]), "S2 knows slot 1 to be chosen");
}

#[test]
fn of_what_is_reported_the_highest_ballot_counts_gaps_are_filled_and_requests_come_last() {
    let disks: [&[_]; 3] = [&[(4, 1, 4)], &[(1, 2, 2)], &[(1, 1, 1), (2, 3, 3)]];
    let mut hand = Hand::with_votes(protocol(), 3, &disks);
    hand.stand(1);
    hand.deliver(1, 2);
    hand.deliver(2, 1);
    assert!(hand.leads(1));
    hand.write(1, 5);
    assert_eq!(hand.log(1), "5:y=2 5:z=3 5:y=5", "S1 was not asked");
    hand.settle(&[1, 2]);
    hand.lose_all();
    hand.stand(0);
    hand.settle(&ALL);
    assert!(!hand.leads(0), "S2 and S3 have promised ballot 5");
    hand.stand(0);
    hand.settle(&ALL);
    assert_eq!(
        hand.log(0),
        "7:y=2* 7:z=3* 7:y=5* 7:x=4*",
        "what was chosen stands, and its own comes after it"
    );
    let mut gap = Hand::with_votes(protocol(), 3, &[&[(1, 1, 1), (3, 1, 3)]]);
    gap.stand(0);
    gap.settle(&ALL);
    assert_eq!(gap.log(2), "4:x=1* 4:no-op* 4:z=3*");
    assert_eq!(hand.broken.len() + gap.broken.len(), 0);
}

#[test]
fn the_window_keeps_requests_waiting_until_an_earlier_slot_is_executed() {
    let mut hand = led(MultiPaxos { window: 2, ..protocol() });
    for number in 1..=3 {
        hand.write(0, number);
    }
    assert_eq!(hand.log(0), "1:x=1 1:y=2");
    // Slot 2 is chosen first: nothing is executed, and the window does not move.
    let second = Message::Accept { ballot: Ballot(1), slot: 2, command: super::Command::request(1) };
    let id = hand.now.mail.iter().find(|(_, sent)| sent.to == 1 && sent.message == second).map(|(id, _)| *id);
    hand.force(Event::Deliver(id.expect("slot 2 is proposed")));
    hand.deliver(1, 0);
    assert_eq!((hand.log(0).as_str(), hand.executed(0)), ("1:x=1 1:y=2*", 0));
    hand.settle(&[0, 1]);
    assert_eq!((hand.log(0).as_str(), hand.store(0).as_str()), ("1:x=1* 1:y=2* 1:z=3*", "x=1 y=2 z=3"));
}

#[test]
fn a_crash_keeps_promise_and_votes_and_loses_what_is_chosen() {
    let mut hand = led(protocol());
    hand.write(0, 1);
    hand.settle(&ALL);
    hand.force(Event::Crash(2));
    hand.force(Event::Restart(2));
    assert_eq!((hand.promised(2), hand.log(2).as_str(), hand.executed(2)), (1, "1:x=1", 0));
    // The heartbeat after the next says how far the leader is.
    hand.beat(0);
    hand.settle(&ALL);
    hand.beat(0);
    hand.settle(&ALL);
    assert_eq!((hand.log(2).as_str(), hand.store(2).as_str()), ("1:x=1*", "x=1"));
}

#[test]
fn a_server_far_behind_learns_in_parts() {
    let mut hand = led(protocol());
    for number in 1..=40 {
        hand.write(0, number);
        hand.settle(&[0, 1]);
    }
    hand.lose_all();
    let mut steps = Vec::new();
    for _ in 0..3 {
        hand.beat(0);
        hand.settle(&ALL);
        steps.push(hand.executed(2));
    }
    assert_eq!(steps, [0, 32, 40]);
}

#[test]
fn a_heartbeat_repeats_what_a_server_has_not_accepted_and_nothing_else() {
    let mut hand = led(protocol());
    hand.lose_all();
    hand.write(0, 1);
    hand.write(0, 2);
    hand.lose_all();
    let proposals = |hand: &Hand, to| {
        let slot = |message| if let Message::Accept { slot, .. } = message { Some(slot) } else { None };
        hand.under_way(0, to).into_iter().filter_map(slot).collect::<Vec<_>>()
    };
    hand.beat(0);
    assert!(proposals(&hand, 1).is_empty(), "it may still be under way");
    hand.beat(0);
    assert_eq!([proposals(&hand, 1), proposals(&hand, 2)], [[1, 2], [1, 2]]);
    hand.settle(&[0, 1]);
    assert_eq!(hand.log(0), "1:x=1* 1:y=2*");
    hand.lose_all();
    hand.beat(0);
    assert!(proposals(&hand, 2).is_empty(), "what is chosen is learnt, not accepted");
}

#[test]
fn a_write_that_is_sent_again_is_carried_out_once() {
    let mut hand = led(protocol());
    hand.write(0, 1);
    hand.write(0, 1);
    hand.settle(&ALL);
    assert_eq!((hand.log(1).as_str(), hand.store(1).as_str()), ("1:x=1* 1:x=1*", "x=1"));
    hand.write(0, 1);
    assert_eq!(
        hand.answers(),
        ["S1 answers client A (request 1): written, it was not set"],
        "at once, and the same"
    );
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}

/// A request may be overtaken by the next one of its client. Its number says so, and nobody waits for its answer.
#[test]
fn a_request_that_comes_after_a_later_one_is_chosen_and_not_executed_and_the_client_is_told() {
    let mut hand = led(protocol());
    // The second request of client A, and then its first.
    hand.write(0, 3);
    hand.settle(&ALL);
    hand.write(0, 1);
    hand.deliver(0, 1);
    hand.deliver(1, 0);
    let told = "S1 tells client A that request 1 is too old: a later request of the client was executed";
    assert_eq!(hand.report.words, ["x=1 is chosen in slot 2", "S1 executes slot 2", told]);
    let notes: Vec<&str> = hand.report.notes.iter().map(|note| note.text).collect();
    assert!(notes.contains(&"has executed a later request of this client: does nothing"), "{notes:?}");
    assert!(!notes.iter().any(|note| note.contains("this request")), "it was never executed: {notes:?}");
    assert_eq!(hand.store(0), "z=3");
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}

#[test]
fn who_does_not_lead_sends_the_client_to_whom_it_has_promised() {
    let mut hand = led(protocol());
    hand.write(1, 1);
    assert_eq!(hand.report.words, ["S2 sends client A to S1"]);
    let mut nobody = Hand::new(protocol(), 3);
    nobody.write(1, 1);
    assert_eq!(nobody.report.words, ["S2 knows no leader and refuses client A"]);
}

#[test]
fn a_leader_forgets_requests_beyond_what_it_can_keep() {
    let mut hand = led(protocol());
    for number in 1..=200 {
        hand.write(0, number);
    }
    hand.settle(&ALL);
    assert_eq!(hand.executed(1), 4 + 64, "the window and the queue");
}
