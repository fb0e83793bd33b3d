//! Facts about clients: what is answered, when, and how often.

use kernel::Event;

use super::{Hand, Input, Message, Raft, Rules, raft};

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
    assert!(hand.answers().is_empty());
    hand.deliver(1, 0);
    assert_eq!(hand.answers(), ["S1 answers client A (request 1): written, it was not set"]);
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
    assert_eq!(
        hand.answers(),
        ["S1 answers client A (request 2): written, it was 1"],
        "at once, and the same"
    );
    assert_eq!((hand.disk(0).log.last_index(), value(&hand, 0)), (4, Some(2)));
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}

/// A request may be overtaken by the next one of its client. Its number says so, and nobody waits for its answer.
#[test]
fn a_request_that_comes_after_a_later_one_is_not_applied_and_the_client_is_told() {
    let mut hand = led(raft());
    hand.write(0, 2);
    hand.settle(&ALL);
    hand.write(0, 1);
    assert_eq!(hand.disk(0).log.last_index(), 3, "it is appended");
    hand.deliver(0, 1);
    hand.deliver(1, 0);
    let told = "S1 tells client A that request 1 is too old: a later request of the client was applied";
    assert_eq!(hand.report.words, ["S1 applies entry 3", told]);
    let notes: Vec<&str> = hand.report.notes.iter().map(|note| note.text).collect();
    assert!(
        notes.contains(&"does not apply the request: a later one of its client was applied"),
        "{notes:?}"
    );
    assert!(!notes.iter().any(|note| note.contains("before")), "it was never carried out: {notes:?}");
    hand.beat(0);
    hand.settle(&ALL);
    assert_eq!(ALL.map(|server| value(&hand, server)), [Some(2); 3]);
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
    assert!(hand.answers().is_empty());
    // The answer to the heartbeat before the read confirms nothing.
    hand.deliver(0, 1);
    hand.deliver(1, 0);
    assert!(hand.answers().is_empty());
    hand.deliver(0, 1);
    hand.deliver(1, 0);
    assert_eq!(hand.answers(), ["S1 answers client A (request 9): it is 1"]);
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
        "S2 answers client A (request 1): written, it was not set (a simplification: A asked an earlier leader, and \
         would have to ask again)",
        "S2 answers client A (request 9): it is 1",
    ];
    assert_eq!((hand.commit(1), hand.answers()), (3, words.to_vec()));
    let mut hand = led(Raft { no_op: false, ..raft() });
    read(&mut hand, 0);
    hand.settle(&ALL);
    assert!(hand.answers().is_empty(), "without a no-op it waits for the first write of the term");
    hand.write(0, 1);
    hand.deliver(0, 1);
    hand.deliver(1, 0);
    assert_eq!(hand.answers().len(), 2, "{:?}", hand.report.words);
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
    assert!(hand.answers().is_empty());
    hand.settle(&ALL);
    assert!(!hand.leads(0));
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}

/// A leader that was cut off before it heard of the next one, and of what that has written.
pub(super) fn deposed(rules: Rules) -> Hand {
    let mut hand = led(Raft { rules, ..raft() });
    hand.write(0, 1);
    hand.settle(&ALL);
    hand.lose_all();
    hand.stand(1);
    hand.settle(&[1, 2]);
    hand.write(1, 2);
    hand.settle(&[1, 2]);
    hand.lose_all();
    read(&mut hand, 0);
    hand
}

/// A leader that does not know yet that the write of the one before it is committed, and that has no entry of its own.
pub(super) fn early(rules: Rules) -> Hand {
    let mut hand = led(Raft { no_op: false, rules, ..raft() });
    hand.write(0, 1);
    hand.deliver(0, 1);
    hand.deliver(1, 0);
    assert_eq!(hand.answers().len(), 1, "the write is answered");
    hand.lose_all();
    hand.stand(1);
    hand.settle(&[1, 2]);
    read(&mut hand, 1);
    hand.settle(&[1, 2]);
    hand
}

#[test]
fn each_of_the_two_rules_on_reads_has_a_stale_read_of_its_own() {
    let without = |name: &'static str| Rules::without(move |rule| rule == name);
    let stale = |hand: Hand| hand.broken.into_keys().collect::<Vec<_>>() == ["Linearizable reads"];
    for (played, needed, other) in [
        (deposed as fn(Rules) -> Hand, "confirm-leadership", "own-term-read"),
        (early, "own-term-read", "confirm-leadership"),
    ] {
        assert!(played(Rules::default()).broken.is_empty(), "both rules on");
        assert!(stale(played(without(needed))), "{needed} is off");
        assert!(played(without(other)).broken.is_empty(), "{other} is off, and not needed");
    }
}

/// S1 leads term 1 for many rounds that do not arrive, then term 2. One of those rounds now reaches S2, which refuses it
/// as old: that answer is given before S3 leads term 3, and must not confirm a read that S1 is asked afterwards.
#[test]
fn a_refusal_of_an_earlier_term_confirms_no_read() {
    let first = |hand: &Hand, (from, to): (u16, u16), wanted: &dyn Fn(&Message) -> bool| {
        let mut mail = hand.now.mail.iter().rev();
        mail.find(|(_, sent)| (sent.from, sent.to) == (from, to) && wanted(&sent.message)).map(|(id, _)| *id)
    };
    let give = |hand: &mut Hand, way, wanted: &dyn Fn(&Message) -> bool| {
        first(hand, way, wanted).is_some_and(|id| hand.force(Event::Deliver(id)))
    };
    let lead = |hand: &mut Hand, node: u16, voters: &[u16], term: u64| {
        hand.stand(node);
        for &voter in voters {
            let asks = |sent: &Message| matches!(sent, Message::RequestVote { term: of, .. } if *of == term);
            assert!(give(hand, (node, voter), &asks));
            let votes = |sent: &Message| matches!(sent, Message::Vote { term: of, .. } if *of == term);
            assert!(give(hand, (voter, node), &votes));
        }
        assert!(hand.leads(node) && hand.term(node) == term);
    };
    let spread = |hand: &mut Hand, (node, to): (u16, u16), term: u64| {
        let sends = |sent: &Message| matches!(sent, Message::AppendEntries { term: of, .. } if *of == term);
        let answers = |sent: &Message| matches!(sent, Message::Appended { term: of, .. } if *of == term);
        while give(hand, (node, to), &sends) {
            while give(hand, (to, node), &answers) {}
        }
    };
    let mut hand = Hand::new(raft(), 3);
    lead(&mut hand, 0, &[2], 1);
    for _ in 0..5 {
        hand.beat(0);
    }
    let old = first(&hand, (0, 1), &|sent| matches!(sent, Message::AppendEntries { term: 1, .. }));
    assert!(hand.force(Event::Crash(0)) && hand.force(Event::Restart(0)));
    lead(&mut hand, 0, &[1, 2], 2);
    spread(&mut hand, (0, 1), 2);
    spread(&mut hand, (0, 2), 2);
    assert!(hand.force(Event::Deliver(old.expect("a round of term 1 is under way"))));
    let late = first(&hand, (1, 0), &|sent| matches!(sent, Message::Appended { .. }));
    lead(&mut hand, 2, &[1], 3);
    hand.write(2, 7);
    spread(&mut hand, (2, 1), 3);
    read(&mut hand, 0);
    assert!(hand.force(Event::Deliver(late.expect("the refusal is under way"))));
    assert!(hand.answers().is_empty(), "{:?}", hand.answers());
    assert!(hand.broken.is_empty(), "{:?}", hand.broken);
}
