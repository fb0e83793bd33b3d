//! Payments that a rule let through, and payments that a node forgets.

use std::rc::Rc;

use kernel::view::Panel;
use kernel::{Claim, Directive, Event, Local, Micros, Monitor, Reads, Scripted, Stimulus};
use simulator::Run;

use super::super::super::transaction::{Ledger, Note, Unpaid};
use super::super::{Input, Message, Miners, Mining, Store, Watch, panels};
use super::blocks::grow;
use super::{open, play};

/// How often each payment stands in the chain of the last node.
fn made(run: &Run<Miners>) -> Vec<(Note, usize)> {
    let mining = &run.system().protocol;
    let tip = run.state().locals.last().expect("there are nodes").disk.tip(mining).clone();
    let blocks = tip.since(&mining.genesis);
    let all: Vec<Note> = blocks.iter().flat_map(|block| block.content().payments.clone()).collect();
    let mut each = all.clone();
    each.sort();
    each.dedup();
    each.into_iter().map(|note| (note.clone(), all.iter().filter(|other| **other == note).count())).collect()
}

/// What the table of payments says of their confirmations.
fn confirmations(run: &Run<Miners>) -> Vec<String> {
    let (mining, now) = (&run.system().protocol, run.state());
    let tables = panels::tables(mining, &now.monitor, &now.locals);
    let table = tables.into_iter().find_map(|panel| match panel {
        Panel::Table(table) if table.title.starts_with("Payments") => Some(table),
        Panel::Table(_) | Panel::Text { .. } => None,
    });
    table.expect("a table of payments").rows.into_iter().map(|row| row[1].clone()).collect()
}

#[test]
fn a_payment_with_a_used_number_is_made_once_and_gets_confirmations() {
    let run = play("spent-twice", &[], 1, None);
    let made = made(&run);
    let mut ids: Vec<u64> = made.iter().map(|(note, _)| note.payment().id).collect();
    ids.sort_unstable();
    assert_eq!(ids, [0, 0, 1], "one with a used number, and the next is the next");
    assert!(made.iter().all(|(_, times)| *times == 1), "{made:?}");
    let confirmed = confirmations(&run);
    assert!(confirmed.len() == 3 && confirmed.iter().all(|count| count != "0"), "{confirmed:?}");
}

#[test]
fn a_forged_payment_is_made_once_where_signatures_do_not_matter() {
    let (_, system) = open("steady", &[("payments", "0"), ("without", "signatures")]);
    let forge = Directive::after(Micros::ms(1_000), |_: &Miners, _: &_| {
        vec![Event::Input(1, Input::Forge { from: 2 })]
    });
    let mut run = Run::new(Rc::new(system), vec![forge], 1);
    while run.step(&[], Micros::ms(300_000)) {}
    let made = made(&run);
    assert!(matches!(&made[..], [(note, 1)] if !note.is_signed()), "{made:?}");
    assert!(confirmations(&run).iter().all(|count| count != "0"));
}

#[test]
fn what_was_forced_is_known_and_uses_no_number_up() {
    let (alice, bob) = (Mining::wallet(0), Mining::wallet(1));
    let mut ledger = Ledger::default();
    ledger.grant(alice.account(), 10);
    let pay = |id, quantity| Note::new(alice.sign(id, bob.account(), quantity));
    assert_eq!(ledger.make(&pay(0, 3)), Ok(()));
    assert_eq!(ledger.check(&pay(0, 4)), Err(Unpaid::DoubleSpend));
    ledger.force(&pay(0, 4));
    assert_eq!(
        (ledger.check(&pay(0, 4)), ledger.check(&pay(0, 3))),
        (Err(Unpaid::Replayed), Err(Unpaid::Replayed))
    );
    assert_eq!(ledger.check(&pay(0, 5)), Err(Unpaid::DoubleSpend));
    assert_eq!((ledger.next(alice.account()), ledger.check(&pay(1, 3))), (1, Ok(())));
    ledger.force(&pay(0, 4));
    assert_eq!(ledger.next(alice.account()), 1, "nor does the same again");
}

/// Whether no payment is lost at a node, in words.
fn kept(mining: &Mining, local: &Local<Mining>) -> Result<(), String> {
    let claim = Watch::claims(mining).into_iter().find(|claim| claim.property.name == "No payment is lost");
    match claim {
        Some(Claim { reads: Reads::Node(check), .. }) => check(mining, 1, local),
        other => panic!("{other:?} is another claim"),
    }
}

#[test]
fn a_crash_empties_the_pool_and_the_wallet_sends_again() {
    let mining = open("steady", &[]).1.protocol;
    let mut local = Local::off(Store::default());
    let step = |local: &mut Local<Mining>, stimulus| {
        let sent = local.step(&mining, (1, 3, false), stimulus, &mut Scripted::default()).sent;
        sent.into_iter().filter(|(_, message, _)| matches!(message, Message::Payment(_))).count()
    };
    step(&mut local, Stimulus::Boot);
    assert_eq!(step(&mut local, Stimulus::Input(Input::Pay { to: 2, quantity: 5 })), 2);
    assert_eq!(kept(&mining, &local), Ok(()));
    step(&mut local, Stimulus::Crash);
    assert_eq!(step(&mut local, Stimulus::Boot), 2, "it tells its neighbours again");
    assert_eq!(kept(&mining, &local), Ok(()));
    // Were it not so, the property would say so.
    local.ram.as_mut().expect("it is up").pool.clear();
    let words = "at M2 a payment could be made and does not wait: M2 pays M3 5 (no. 0)";
    assert_eq!(kept(&mining, &local), Err(words.to_owned()));
}

/// A payment that could not be made for a while is not in the pool any more: the next block makes it wait again.
#[test]
fn a_wallet_offers_again_what_could_be_made_and_does_not_wait() {
    for (on, sent_again) in [(true, 2), (false, 0)] {
        let mut mining = open("steady", &[]).1.protocol;
        mining.rules.back_to_pool = on;
        let mut local = Local::off(Store::default());
        let mut choices = Scripted::default();
        local.step(&mining, (1, 3, false), Stimulus::Boot, &mut choices);
        let pay = Stimulus::Input(Input::Pay { to: 2, quantity: 5 });
        local.step(&mining, (1, 3, false), pay, &mut choices);
        local.ram.as_mut().expect("it is up").pool.clear();
        let block = Message::Block(grow(&mining.terms, &mining.genesis, 0, (1, 20)));
        let sent = local.step(&mining, (1, 3, false), Stimulus::Message(0, block), &mut choices).sent;
        let payments = sent.iter().filter(|(_, message, _)| matches!(message, Message::Payment(_)));
        assert_eq!((payments.count(), kept(&mining, &local).is_ok()), (sent_again, on));
    }
}
