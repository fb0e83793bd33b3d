//! Every key that a link, a lesson, a test or a host page may name, room by room. A key that is not there any more breaks
//! them: whoever changes words keeps it (`Word::keyed`, `Property::keyed`, `key` of a diagram, a mark or a fault).
//!
//! `UPDATE_EXPECT=1 cargo test -p bivalent-tests --test keys` writes the list anew: read the difference.

use std::collections::BTreeSet;
use std::fmt::Write;

use catalog::{Session, Target, rooms, start};
use expect_test::expect_file;

/// What names a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Scenario,
    Option,
    Rule,
    Fault,
    Diagram,
    Property,
    Role,
    Field,
    Message,
    Mark,
    Deed,
}

type Keys = BTreeSet<(Of, String)>;

/// So many of the first states of a run are looked at, and then one in so many.
const FIRST: u64 = 30;
const THEN: u64 = 60;

#[test]
fn keys_stay() {
    let mut text = String::new();
    for room in rooms() {
        let mut keys = Keys::new();
        keys.extend(room.scenarios.iter().map(|one| (Of::Scenario, one.name.to_owned())));
        keys.extend(room.options.iter().map(|one| (Of::Option, one.name.to_owned())));
        keys.extend(room.rules.iter().map(|one| (Of::Rule, one.name.to_owned())));
        keys.extend(room.faults.iter().map(|one| (Of::Fault, one.key.to_owned())));
        keys.extend(room.diagrams.iter().map(|one| (Of::Diagram, one.key.to_owned())));
        for scenario in &room.scenarios {
            let mut session = start(room.name, scenario.name, 1).expect("a scenario opens");
            played(session.as_mut(), &mut keys);
        }
        writeln!(text, "{}", room.name).expect("text can be written");
        let mut of = None;
        for (kind, key) in keys {
            assert!(is_key(&key), "{}: {key:?} is no key", room.name);
            if of != Some(kind) {
                write!(text, "\n  {kind:?}:").expect("text can be written");
                of = Some(kind);
            }
            write!(text, " {key}").expect("text can be written");
        }
        text.push_str("\n\n");
    }
    expect_file!["keys.txt"].assert_eq(&text);
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn played(session: &mut dyn Session, keys: &mut Keys) {
    let length = session.about().length;
    keys.extend(session.about().properties.iter().map(|one| (Of::Property, one.key())));
    looked_at(session, keys);
    while session.position().now < length && session.step() {
        let steps = session.position().steps;
        if steps <= FIRST || steps.is_multiple_of(THEN) {
            looked_at(session, keys);
        }
    }
    looked_at(session, keys);
    keys.extend(session.marks().into_iter().map(|(.., mark)| (Of::Mark, mark.key.to_owned())));
}

fn looked_at(session: &dyn Session, keys: &mut Keys) {
    let view = session.view();
    let nodes = view.nodes.iter().map(|node| Target::Node(node.id));
    let messages = view.messages.iter().take(1).map(|message| Target::Message(message.id));
    for target in nodes.chain(messages).chain([Target::World, Target::Link(0, 1)]) {
        keys.extend(session.offers(target).into_iter().map(|offer| (Of::Deed, shape(&offer.key))));
    }
    for node in &view.nodes {
        keys.insert((Of::Role, node.role.word.key()));
        keys.extend(node.disk.iter().chain(&node.ram).map(|field| (Of::Field, shape(&field.name.key()))));
    }
    for message in &view.messages {
        keys.insert((Of::Message, message.kind.key()));
        let whole = session.message(message.id).into_iter();
        keys.extend(whole.flat_map(|whole| whole.fields).map(|field| (Of::Field, shape(&field.name.key()))));
    }
}

/// A key with 0 in place of each number: a value, not a name.
fn shape(key: &str) -> String {
    let part = |part: &str| {
        if part.bytes().all(|byte| byte.is_ascii_digit()) { "0".to_owned() } else { part.to_owned() }
    };
    key.split('-').map(part).collect::<Vec<_>>().join("-")
}
