//! Facts about promises, votes, ballots and values.

use kernel::{Event, NodeId, Stimulus};

use super::{Hand, Layout, Message, Paxos, Phase, Rules, Timer, Vote, ballot, paxos};

const S1: NodeId = 0;
const S2: NodeId = 1;
const S3: NodeId = 2;

fn prepare(number: u32) -> Message {
    Message::Prepare { ballot: ballot(number) }
}

fn accept(number: u32, value: u8) -> Message {
    Message::Accept { ballot: ballot(number), value }
}

fn promise(number: u32, vote: Option<Vote>) -> Vec<Message> {
    vec![Message::Promise { ballot: ballot(number), vote }]
}

fn accepted(number: u32) -> Vec<Message> {
    vec![Message::Accepted { ballot: ballot(number) }]
}

fn refused(number: u32, promised: u32) -> Vec<Message> {
    vec![Message::Refused { ballot: ballot(number), promised: ballot(promised) }]
}

fn without(rule: &str) -> Paxos {
    Paxos { rules: Rules::without(|name| name == rule), ..paxos() }
}

#[test]
fn ballots_are_counted_in_one_row_and_belong_to_one_proposer() {
    let paxos = Paxos { layout: Layout::combined(3, 5), ..paxos() };
    let numbers: Vec<u64> = (1..4)
        .flat_map(|round| (0..3).map(move |node| (node, round)))
        .map(|(node, round)| paxos.number(paxos.ballot(node, round)))
        .collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let shared = Paxos { rules: Rules::without(|name| name == "one-value-per-ballot"), ..paxos };
    assert_eq!(shared.ballot(0, 4), shared.ballot(2, 4));
    assert_eq!(shared.number(shared.ballot(2, 4)), 4);
}

#[test]
fn an_acceptor_takes_any_ballot_that_is_not_below_its_promise() {
    let mut hand = Hand::new(paxos());
    assert_eq!(hand.tell(S1, S3, prepare(3)), promise(3, None));
    assert_eq!(hand.tell(S1, S3, prepare(3)), promise(3, None), "the answer may have been lost");
    assert_eq!(hand.tell(S2, S3, prepare(2)), refused(2, 3));
    assert_eq!(hand.tell(S2, S3, accept(2, 1)), refused(2, 3));
    assert_eq!(hand.tell(S1, S3, accept(3, 0)), accepted(3));
    assert_eq!(hand.tell(S2, S3, accept(6, 0)), accepted(6), "a ballot that it has never promised");
    assert_eq!(hand.disk(S3).promised, Some(ballot(6)), "to accept raises the promise");
    assert_eq!(hand.tell(S1, S3, prepare(5)), refused(5, 6));
    let vote = Some(Vote { ballot: ballot(6), value: 0 });
    assert_eq!(hand.tell(S1, S3, prepare(7)), promise(7, vote), "it names its latest vote");
}

#[test]
fn a_promise_survives_a_crash_only_from_the_disk() {
    for (paxos, answer) in [(paxos(), refused(1, 2)), (without("persist-promise"), promise(1, None))] {
        let mut hand = Hand::new(paxos);
        hand.tell(S2, S3, prepare(2));
        assert_eq!(hand.tell(S1, S3, prepare(1)), refused(1, 2), "until it crashes it remembers");
        hand.force(Event::Crash(S3));
        hand.force(Event::Restart(S3));
        assert_eq!(hand.tell(S1, S3, prepare(1)), answer);
    }
}

#[test]
fn a_vote_survives_a_crash_with_any_rules() {
    let mut hand = Hand::new(without("persist-promise"));
    hand.tell(S2, S3, accept(2, 1));
    hand.force(Event::Crash(S3));
    hand.force(Event::Restart(S3));
    let vote = Some(Vote { ballot: ballot(2), value: 1 });
    assert_eq!(hand.tell(S1, S3, prepare(3)), promise(3, vote));
}

#[test]
fn a_promise_that_is_not_kept_refuses_nothing() {
    let mut hand = Hand::new(without("keep-promise"));
    hand.tell(S2, S3, prepare(2));
    assert_eq!(hand.tell(S1, S3, accept(1, 0)), accepted(1));
    assert_eq!(hand.disk(S3).promised, Some(ballot(2)), "it is not lowered either");
}

/// S1 in ballot 5 hears of two votes; what it asks votes for.
fn value_taken_over(paxos: Paxos, votes: [(NodeId, u32, u8); 2]) -> u8 {
    let mut hand = Hand::new(Paxos { layout: Layout::combined(2, 5), prepare_quorum: 3, ..paxos });
    hand.now.locals[0].disk.round = 2;
    hand.ask(S1, 9);
    for (node, number, value) in votes {
        let vote = Some(Vote { ballot: ballot(number), value });
        hand.tell(node, S1, Message::Promise { ballot: ballot(5), vote });
    }
    match hand.phase(S1) {
        Some(Phase::Accept { value, .. }) => *value,
        other => panic!("three promises are a quorum: {other:?}"),
    }
}

#[test]
fn a_proposer_takes_over_the_value_of_the_highest_ballot() {
    for votes in [[(1, 2, 7), (2, 3, 8)], [(1, 3, 8), (2, 2, 7)]] {
        assert_eq!(value_taken_over(paxos(), votes), 8);
        assert_eq!(value_taken_over(without("highest-ballot"), votes), 7);
    }
}

#[test]
fn the_highest_ballot_counts_and_not_the_most_frequent_value() {
    let five = Paxos { layout: Layout::combined(2, 7), prepare_quorum: 4, ..paxos() };
    let mut hand = Hand::new(five);
    hand.now.locals[0].disk.round = 3;
    hand.ask(S1, 9);
    for (node, number, value) in [(1, 1, 4), (2, 1, 4), (3, 2, 6)] {
        let vote = Some(Vote { ballot: ballot(number), value });
        hand.tell(node, S1, Message::Promise { ballot: ballot(7), vote });
    }
    assert!(matches!(hand.phase(S1), Some(Phase::Accept { value: 6, .. })), "{:?}", hand.phase(S1));
}

#[test]
fn answers_of_another_ballot_do_not_count() {
    let mut hand = Hand::new(Paxos { layout: Layout::combined(2, 5), prepare_quorum: 3, ..paxos() });
    hand.ask(S1, 0);
    let vote = Some(Vote { ballot: ballot(2), value: 1 });
    hand.tell(1, S1, Message::Promise { ballot: ballot(3), vote });
    hand.tell(2, S1, Message::Accepted { ballot: ballot(1) });
    hand.tell(3, S1, Message::Refused { ballot: ballot(3), promised: ballot(4) });
    match hand.phase(S1) {
        Some(Phase::Prepare { promises, .. }) => assert_eq!(promises.len(), 1, "its own"),
        other => panic!("{other:?}"),
    }
    let own = Message::Promise { ballot: ballot(1), vote: None };
    hand.tell(1, S1, own.clone());
    hand.tell(1, S1, own);
    assert!(matches!(hand.phase(S1), Some(Phase::Prepare { .. })), "the same promise twice is one promise");
}

#[test]
fn chosen_is_not_learned() {
    let mut hand = Hand::new(paxos());
    hand.ask(S1, 0);
    hand.round_trip(S1, S3);
    assert!(hand.now.monitor.chosen.is_empty());
    hand.deliver(S1, S3);
    assert_eq!(hand.now.monitor.chosen.keys().collect::<Vec<_>>(), [&0], "the second vote chooses");
    assert!([S1, S2, S3].iter().all(|&node| hand.disk(node).known.is_none()), "and nobody knows");
    hand.deliver(S3, S1);
    assert_eq!([S1, S2, S3].map(|node| hand.disk(node).known), [Some(0), None, None]);
    hand.settle_all();
    assert_eq!([S1, S2, S3].map(|node| hand.disk(node).known), [Some(0); 3]);
    assert_eq!((hand.broken.len(), hand.now.locals[0].timers.len()), (0, 0));
}

#[test]
fn an_acceptor_has_one_request_at_a_time_under_way() {
    let mut hand = Hand::new(paxos());
    hand.ask(S1, 0);
    assert_eq!(hand.now.mail.len(), 2);
    assert_eq!(hand.round_trip(S1, S3), promise(1, None).pop());
    let to_s2 = hand.now.mail.values().filter(|sent| sent.to == S2).count();
    assert_eq!(to_s2, 1, "S2 owes its promise, and is not asked for a vote yet");
    hand.round_trip(S1, S2);
    assert_eq!(hand.delivered(S1, S2), Some(accept(1, 0)), "now it is");
    hand.force(Event::Fire(S1, Timer::Patience));
    let to_s3 = hand.now.mail.values().filter(|sent| sent.to == S3).count();
    assert_eq!(to_s3, 2, "when its patience ends it asks anew, whatever is owed");
}

#[test]
fn a_proposer_that_was_overtaken_goes_above_what_overtook_it() {
    let mut hand = Hand::new(paxos());
    hand.ask(S1, 0);
    hand.tell(S3, S1, Message::Refused { ballot: ballot(1), promised: ballot(8) });
    assert_eq!((hand.phase(S1), hand.timers(S1)), (Some(&Phase::Waiting), vec![Timer::Retry]));
    hand.force(Event::Fire(S1, Timer::Retry));
    assert_eq!(hand.phase(S1).and_then(Phase::ballot), Some(ballot(9)));
    // As an acceptor it hears of a higher ballot itself.
    hand.tell(S2, S1, prepare(12));
    assert_eq!((hand.phase(S1), hand.disk(S1).round), (Some(&Phase::Waiting), 6));
}

#[test]
fn a_ballot_is_not_used_again_after_a_crash() {
    let mut hand = Hand::new(paxos());
    hand.ask(S1, 0);
    hand.force(Event::Crash(S1));
    hand.force(Event::Restart(S1));
    assert_eq!(hand.phase(S1), None, "what it was doing is forgotten");
    hand.ask(S1, 1);
    assert_eq!(hand.phase(S1).and_then(Phase::ballot), Some(ballot(3)));
}

#[test]
fn others_leave_ballots_to_the_distinguished_proposer_until_their_patience_ends() {
    let mut hand = Hand::new(Paxos { leader: true, ..paxos() });
    hand.ask(S2, 1);
    assert_eq!((hand.phase(S2), hand.timers(S2)), (Some(&Phase::Waiting), vec![Timer::Patience]));
    assert_eq!(hand.delivered(S2, S1), Some(Message::Request { value: 1 }));
    assert_eq!(hand.phase(S1).and_then(Phase::ballot), Some(ballot(1)));
    hand.force(Event::Fire(S2, Timer::Patience));
    assert_eq!(hand.phase(S2).and_then(Phase::ballot), Some(ballot(2)));
    hand.deliver(S2, S1);
    assert_eq!(hand.phase(S1).and_then(Phase::ballot), Some(ballot(3)), "S1 goes on at once");
    hand.tell(S1, S2, prepare(3));
    assert_eq!(hand.phase(S2), Some(&Phase::Waiting), "S2 trusts it again");
    hand.settle_all();
    assert_eq!([S1, S2, S3].map(|node| hand.disk(node).known), [Some(1); 3]);
}

#[test]
fn a_node_that_knows_says_so_and_begins_nothing() {
    let mut hand = Hand::new(paxos());
    hand.tell(S1, S2, Message::Learn { value: 0 });
    hand.tell(S1, S2, Message::Learn { value: 1 });
    assert_eq!(hand.disk(S2).known, Some(0), "what was learned stays");
    hand.ask(S2, 1);
    assert_eq!((hand.phase(S2), hand.now.mail.len()), (None, 0));
    assert_eq!(hand.tell(S1, S2, Message::Request { value: 1 }), [Message::Learn { value: 0 }]);
}

#[test]
fn nonsense_does_nothing() {
    let apart = Layout { combined: false, clients: 1, proposers: 1, acceptors: 1, learners: 1 };
    let mut hand = Hand::new(Paxos { layout: apart, prepare_quorum: 1, accept_quorum: 1, ..paxos() });
    let before = hand.now.clone();
    let messages = [
        Message::Request { value: 0 },
        prepare(1),
        accept(1, 0),
        Message::Promise { ballot: ballot(1), vote: None },
        Message::Accepted { ballot: ballot(1) },
        Message::Refused { ballot: ballot(1), promised: ballot(2) },
    ];
    let [client, proposer, acceptor, learner] = [0, 1, 2, 3];
    for (node, understood) in
        [(client, vec![]), (proposer, vec![0]), (acceptor, vec![1, 2]), (learner, vec![])]
    {
        for (at, message) in messages.iter().enumerate().filter(|(at, _)| !understood.contains(at)) {
            assert_eq!(hand.tell(proposer, node, message.clone()), [], "message {at} at node {node}");
        }
    }
    assert_eq!(hand.now, before);
}

#[test]
fn clients_are_answered_by_learners_where_roles_are_separate() {
    let apart = Layout { combined: false, clients: 2, proposers: 1, acceptors: 3, learners: 2 };
    let mut hand = Hand::new(Paxos { layout: apart, ..paxos() });
    hand.ask(1, 4);
    hand.settle_all();
    let known: Vec<Option<u8>> = hand.now.locals.iter().map(|local| local.disk.known).collect();
    let (some, none) = (Some(4), None);
    assert_eq!(known, [some, some, some, none, none, none, some, some], "acceptors are not told");
    assert!(hand.broken.is_empty());
}

#[test]
fn a_lying_acceptor_has_three_lies() {
    let vote = Some(Vote { ballot: ballot(1), value: 0 });
    let lies = |message| kernel::Protocol::lies(&paxos(), &message);
    assert_eq!(lies(Message::Promise { ballot: ballot(2), vote }), promise(2, None));
    assert_eq!(lies(refused(1, 2).remove(0)), [promise(1, None), accepted(1)].concat());
    assert_eq!(lies(accepted(2).remove(0)), [], "beside silence");
    let mut hand = Hand::new(paxos());
    hand.system.byzantine.insert(S3);
    hand.tell(S1, S3, accept(1, 0));
    let stimulus = Stimulus::Message(S2, prepare(2));
    let identity = hand.system.identity(S3);
    let mut choices = kernel::Scripted::new([1]);
    let effects = hand.now.locals[2].step(&hand.system.protocol, identity, stimulus, &mut choices);
    assert_eq!(effects.sent, [(S2, promise(2, None).remove(0), true)]);
}
