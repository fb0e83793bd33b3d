//! Ten thousand recordings and links, valid, damaged and hostile: none panics, each refusal is a sentence, and what
//! opens can be played.

mod dice;

use catalog::{
    BranchRecord, Diagram, Error, Micros, OptKind, Picture, Recording, Session, Target, open, rooms,
};
use dice::{Dice, sentence};
use serde_json::{Value, json};

/// What became of the recordings.
#[derive(Debug, Default)]
struct Count {
    unread: u32,
    refused: u32,
    opened: u32,
}

#[test]
fn valid_recordings_open_and_say_the_same_as_links_and_files() {
    let mut count = Count::default();
    for seed in 0..3_000 {
        let recording = valid(&mut Dice(seed));
        assert_eq!(Recording::from_link(&recording.to_link()), Ok(recording.clone()));
        assert_eq!(Recording::from_json(&recording.to_json()), Ok(recording.clone()));
        attempt(&mut Dice(seed), Ok(recording), &mut count);
    }
    println!("{count:?}");
    assert!(count.opened > 1_500 && count.unread == 0, "{count:?}");
}

#[test]
fn damaged_recordings_are_refused_or_run() {
    let mut count = Count::default();
    for seed in 0..4_000 {
        let mut dice = Dice(seed ^ 0xDA3A_6ED0);
        let recording = valid(&mut dice);
        let read = if dice.below(2) == 0 {
            Recording::from_link(&damage(&mut dice, &recording.to_link()))
        } else {
            Recording::from_json(&damage(&mut dice, &recording.to_json()))
        };
        attempt(&mut dice, read, &mut count);
    }
    println!("{count:?}");
    assert!(count.opened > 150 && count.unread > 300 && count.refused > 100, "{count:?}");
}

#[test]
fn hostile_recordings_are_refused_or_run() {
    let mut count = Count::default();
    for seed in 0..3_000 {
        let mut dice = Dice(seed ^ 0x0BAD_5EED);
        let mut value = serde_json::to_value(valid(&mut dice)).expect("a recording is data");
        for _ in 0..1 + dice.below(3) {
            poison(&mut dice, &mut value);
        }
        attempt(&mut dice, Recording::from_json(&value.to_string()), &mut count);
    }
    println!("{count:?}");
    assert!(count.opened > 10 && count.unread > 300 && count.refused > 300, "{count:?}");
}

/// Opens what was read, plays a little, does something, and records it.
fn attempt(dice: &mut Dice, read: Result<Recording, Error>, count: &mut Count) {
    let mut recording = match read {
        Ok(recording) => recording,
        Err(error) => {
            sentence(&error.to_string());
            count.unread += 1;
            return;
        }
    };
    // How long an opening may take is another test's.
    recording.at %= 600_000;
    match open(&recording) {
        Err(error) => {
            sentence(&error.to_string());
            count.refused += 1;
        }
        Ok(mut session) => {
            use_it(dice, session.as_mut());
            count.opened += 1;
        }
    }
}

fn use_it(dice: &mut Dice, session: &mut dyn Session) {
    let shown = session.position().shown;
    session.play_to(Micros(shown.0 + dice.below(200_000) as u64), 100);
    let nodes = session.about().nodes.len();
    let target = match dice.below(3) {
        0 => Target::World,
        1 => Target::Node(dice.below(nodes) as u16),
        _ => Target::Message(dice.below(300) as u64),
    };
    let offers = session.offers(target);
    if !offers.is_empty() {
        let key = dice.pick(&offers).key.clone();
        session.act(target, &key).unwrap_or_else(|error| panic!("{key} was offered: {error}"));
    }
    session.seek(shown);
    assert!(session.scene(&Picture::new(Diagram::RING, 320.0, 240.0)).is_finite());
    assert!(session.scene(&Picture::new(Diagram::SPACE_TIME, 320.0, 240.0)).is_finite());
    let recording = session.recording();
    assert_eq!(Recording::from_link(&recording.to_link()), Ok(recording));
}

/// A recording of the right shape: known names, options within their ranges, deeds in order.
fn valid(dice: &mut Dice) -> Recording {
    let all = rooms();
    let room = dice.pick(&all);
    let mut recording = Recording::new(room.name, dice.pick(&room.scenarios).name, dice.next() >> 11);
    for _ in 0..dice.below(3) {
        let option = dice.pick(&room.options);
        recording.options.insert(option.name.to_owned(), option_value(dice, &option.kind));
    }
    for list in [&mut recording.without, &mut recording.with] {
        if room.rules.is_empty() {
            continue;
        }
        for _ in 0..dice.below(4).saturating_sub(1) {
            list.push(dice.pick(&room.rules).name.to_owned());
        }
    }
    recording.at = dice.below(500_000) as u64;
    if dice.below(3) > 0 {
        recording.branches = branches(dice);
        recording.branch = dice.below(recording.branches.len());
    }
    recording
}

fn option_value(dice: &mut Dice, kind: &OptKind) -> String {
    match kind {
        OptKind::Number { least, most, .. } => {
            let wide = if dice.below(200) == 0 { most - least } else { (most - least).min(15) };
            (least + dice.below(wide as usize + 1) as u64).to_string()
        }
        OptKind::Switch => (*dice.pick(&["on", "off"])).to_owned(),
        OptKind::Choice(words) => (*dice.pick(words)).to_owned(),
    }
}

fn branches(dice: &mut Dice) -> Vec<BranchRecord> {
    let names = ["main", "what if", "שלום", "\u{202e}back", "%41", "a&b=c#d", "名前"];
    (0..1 + dice.below(3))
        .map(|number| {
            let mut at = 0;
            let deed = |at: &mut u64, dice: &mut Dice| {
                *at += 1 + dice.below(100_000) as u64;
                json!({ "at": *at, "do": { "force": event(dice) } })
            };
            BranchRecord {
                name: (*dice.pick(&names)).to_owned(),
                fork: (number > 0).then(|| (dice.below(number), dice.below(60) as u64)),
                interventions: (0..dice.below(5)).map(|_| deed(&mut at, dice)).collect(),
            }
        })
        .collect()
}

/// An event that every cluster knows; the node may not exist, and the message may be nowhere.
fn event(dice: &mut Dice) -> Value {
    let node = dice.below(6);
    match dice.below(8) {
        0 => json!({ "crash": node }),
        1 => json!({ "restart": node }),
        2 => json!({ "cut": [[node, (node + 1) % 5], [node, node]] }),
        3 => json!({ "heal": [[node, (node + 1) % 5]] }),
        4 => json!({ "lose": dice.below(200) }),
        5 => json!({ "deliver": dice.below(200) }),
        6 => json!("request"),
        _ => json!({ "slow": [node, 0, 5_000, 9_000] }),
    }
}

/// A text with letters changed, removed, doubled, or cut off.
fn damage(dice: &mut Dice, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let strange =
        ['%', '&', '=', '\0', '\n', '"', '{', '9', '-', '\u{202e}', 'é', '\u{1F980}', '\\', ' ', '?', '/'];
    for _ in 0..1 + dice.below(2) {
        if letters.is_empty() {
            break;
        }
        let at = dice.below(letters.len());
        match dice.below(5) {
            0 => letters[at] = *dice.pick(&strange),
            1 => drop(letters.remove(at)),
            2 => letters.insert(at, *dice.pick(&strange)),
            3 => letters.truncate(at),
            _ => letters.swap(at, 0),
        }
    }
    letters.into_iter().collect()
}

/// Puts something hostile somewhere into a recording.
fn poison(dice: &mut Dice, value: &mut Value) {
    let places = places(value);
    let place = dice.pick(&places).clone();
    let target = value.pointer_mut(&place).expect("the place was found in it");
    let evil = evil(dice);
    let spread = dice.below(3) == 0;
    if let (true, Value::Object(fields)) = (spread, &mut *target) {
        let names = ["", "seed", "without", "x\u{0}y", "__proto__", "do", "force"];
        fields.insert((*dice.pick(&names)).to_owned(), evil);
    } else if let (true, Value::Array(list)) = (spread, &mut *target) {
        list.push(evil);
    } else {
        *target = evil;
    }
}

fn places(value: &Value) -> Vec<String> {
    let below =
        |name: String, inner: &Value| places(inner).into_iter().map(move |place| format!("/{name}{place}"));
    let mut found = vec![String::new()];
    match value {
        Value::Object(fields) => found.extend(
            fields.iter().flat_map(|(name, inner)| below(name.replace('~', "~0").replace('/', "~1"), inner)),
        ),
        Value::Array(list) => {
            found.extend(list.iter().enumerate().flat_map(|(at, inner)| below(at.to_string(), inner)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

fn evil(dice: &mut Dice) -> Value {
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    let long = "x".repeat(5_000);
    let list = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(1_u64 << 53),
        json!(65_535),
        json!(""),
        json!("\u{0}\n\r\t\u{1b}[31m"),
        json!("\u{202e}\u{2066}שלום"),
        json!("%00%zz%"),
        json!(long),
        json!({ long.clone(): 1 }),
        json!([]),
        json!({}),
        deep,
        json!({ "force": { "crash": 65_535 } }),
        json!({ "force": { "fire": [0, "no\nsuch timer"] } }),
        json!({ "force": { "fire": [65_535, "election"] } }),
        json!({ "postpone": [{ "deliver": 0 }, u64::MAX] }),
        json!({ "at": u64::MAX, "do": { "force": { "crash": 0 } } }),
        json!({ "at": 1, "do": { "force": { "cut": vec![(0, 1); 3_000] } } }),
        json!({ "at": 1, "do": { "force": { "slow": [0, 1, 0, u64::MAX] } } }),
        json!({ "at": 2, "do": { "force": { "slow": [0, 1, 0, 0] } } }),
        json!({ "at": 2, "do": { "postpone": [{ "fire": [0, "election"] }, u64::MAX] } }),
        json!({ "name": "n\u{7}", "fork": [0, u64::MAX] }),
        json!({ "name": "n".repeat(60), "fork": [0, 30], "do": [] }),
    ];
    dice.pick(&list).clone()
}

#[test]
fn deeds_that_cannot_be_done_are_passed_over_however_many() {
    let mut recording = Recording::new("raft", "first-election", 1);
    let deeds = (1..Recording::LIMIT as u64).map(|at| json!({ "at": at, "do": { "force": { "crash": 9 } } }));
    recording.branches =
        vec![BranchRecord { name: "main".to_owned(), fork: None, interventions: deeds.collect() }];
    recording.at = 300_000;
    let session = open(&recording).expect("it opens");
    let mut plain = Recording::new("raft", "first-election", 1);
    plain.at = 300_000;
    assert_eq!(session.hash(), open(&plain).expect("it opens").hash(), "and leave no trace");
}

#[test]
fn texts_that_are_no_links_are_refused_in_a_sentence() {
    let texts = [
        "",
        "/",
        "//",
        "?",
        "raft",
        "raft/",
        "raft?",
        "raft/?&&&",
        "raft/first-election?do=",
        "raft/first-election?do=!!",
        "raft/first-election?do=bnVsbA",
        "raft/first-election?do=W10",
        "raft/first-election?seed=-1",
        "raft/first-election?seed=9007199254740991",
        "raft/first-election?at=99999999999999999999",
        "raft/first-election?%=1",
        "raft/first-election?servers=0",
        "raft/first-election?servers=501",
        "raft/first-election?servers=%00",
        "raft/first-election?liar=9",
        "raft/first-election?election-min=400",
        "raft/first-election?without=",
        "raft/first-election?without=a%0Ab",
        "raft/%F0%9F%A6%80",
        "%E0%A4%A",
        "raft/first-election/more",
        "<script>alert(1)</script>",
        "raft/first-election?x=\u{202e}",
        "constructor/prototype",
    ];
    for text in texts {
        match Recording::from_link(text).and_then(|recording| open(&recording).map(drop)) {
            Ok(()) => {}
            Err(error) => sentence(&error.to_string()),
        }
    }
    let long = "raft/first-election?x=".to_owned() + &"y".repeat(2 << 20);
    sentence(&Recording::from_link(&long).expect_err("it is too long").to_string());
    sentence(
        &Recording::from_json(&" ".repeat(Recording::FILE_MAX + 1)).expect_err("it is too long").to_string(),
    );
    for depth in [100, 200, 100_000] {
        let text = "[".repeat(depth);
        sentence(&Recording::from_json(&text).expect_err("it is no recording").to_string());
    }
}
