//! What replicas of a sequence agree on.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

const ALL: [Kind; 3] = [Kind::Rga, Kind::Fugue, Kind::FugueMax];

fn letters(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// Everything that a replica types of itself, without having heard of anybody.
fn alone(kind: Kind, agent: u32, edits: &[(usize, &str)]) -> Vec<Operation> {
    let mut replica = Replica::new(kind, agent);
    edits.iter().map(|&(at, text)| replica.insert(at, &letters(text)).unwrap().unwrap()).collect()
}

/// What a replica has that hears of all of it, in every order in which each agent's own operations may come.
fn together(kind: Kind, agents: &[Vec<Operation>]) -> String {
    fn go(kind: Kind, left: &mut Vec<&[Operation]>, done: &mut Vec<Operation>, found: &mut Vec<String>) {
        if left.iter().all(|left| left.is_empty()) {
            let mut replica = Replica::new(kind, 99);
            done.iter().for_each(|operation| replica.hear(operation.clone()).unwrap());
            found.push(replica.text());
            return;
        }
        for agent in 0..left.len() {
            if let Some((first, rest)) = left[agent].split_first() {
                let before = std::mem::replace(&mut left[agent], rest);
                done.push(first.clone());
                go(kind, left, done, found);
                done.pop();
                left[agent] = before;
            }
        }
    }
    let mut found = Vec::new();
    let mut left: Vec<&[Operation]> = agents.iter().map(Vec::as_slice).collect();
    go(kind, &mut left, &mut Vec::new(), &mut found);
    assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "{found:?}");
    found.pop().unwrap()
}

/// The cases of known-answers, section 9.2, in every order; RGA mixes what is typed backwards.
#[test]
fn ties_are_broken_as_they_should_be() {
    type Case = (&'static str, Vec<(usize, &'static str)>, [&'static str; 3]);
    let cases: [Case; 4] = [
        ("one letter each", vec![(0, "x")], ["ab"; 3]),
        ("forward", vec![(0, "x"), (1, "x"), (2, "x")], ["aaabbb"; 3]),
        ("backward", vec![(0, "x"), (0, "x"), (0, "x")], ["ababab", "aaabbb", "aaabbb"]),
        ("with tails", vec![(0, "x"), (0, "0"), (2, "1")], ["00a1b1", "0a10b1", "0a10b1"]),
    ];
    for (name, edits, known) in cases {
        for (kind, known) in ALL.into_iter().zip(known) {
            let typed = |agent: u32, letter: &str| {
                let own: Vec<(usize, &str)> =
                    edits.iter().map(|&(at, text)| (at, if text == "x" { letter } else { text })).collect();
                alone(kind, agent, &own)
            };
            assert_eq!(together(kind, &[typed(0, "a"), typed(1, "b")]), known, "{name}, {kind:?}");
        }
    }
}

/// Three type at the same place, and one more between what two of them typed.
#[test]
fn somebody_who_has_heard_of_some_of_it() {
    for kind in ALL {
        let [a, b, c] = [(0, "a"), (1, "b"), (2, "c")].map(|(agent, text)| alone(kind, agent, &[(0, text)]));
        let mut reader = Replica::new(kind, 3);
        reader.hear(a[0].clone()).unwrap();
        reader.hear(c[0].clone()).unwrap();
        assert_eq!(reader.text(), "ac");
        let d = vec![reader.insert(1, &['d']).unwrap().unwrap()];
        // d names a and, in Fugue, c; orders in which it comes first make it wait.
        let text = together(kind, &[a, b, c, d]);
        assert!(["adbc", "abdc"].contains(&text.as_str()), "{kind:?} {text}");
    }
}

/// The anomaly that the rule of Fugue is for, found by trying every way in which two people can type three letters each:
/// what one typed is cut in two by the other, although neither typed beside the other's.
#[test]
fn interleaving_is_found_in_one_and_not_in_the_other() {
    let mut found = [None, None, None];
    for ways in 0..36_usize {
        let edits = |way: usize| [(0, "x"), (way % 2, "y"), (way / 2 % 3, "z")];
        for (place, kind) in ALL.into_iter().enumerate() {
            let upper: Vec<(usize, String)> =
                edits(ways / 6).iter().map(|(at, text)| (*at, text.to_uppercase())).collect();
            let upper: Vec<(usize, &str)> = upper.iter().map(|(at, text)| (*at, text.as_str())).collect();
            let text = together(kind, &[alone(kind, 0, &edits(ways % 6)), alone(kind, 1, &upper)]);
            let small: Vec<bool> = text.chars().map(char::is_lowercase).collect();
            let turns = small.windows(2).filter(|pair| pair[0] != pair[1]).count();
            if turns > 1 && found[place].is_none() {
                found[place] = Some(text);
            }
        }
    }
    assert_eq!(found[1..], [None, None], "Fugue and FugueMax keep what each typed together");
    assert!(found[0].is_some(), "RGA does not");
}

/// The case that separates the two: somebody types between two others, one of whom the next one does not know.
#[test]
fn what_reaches_further_to_the_right_comes_first_in_fugue_max_alone() {
    for (kind, known) in [(Kind::Fugue, "ayxcb"), (Kind::FugueMax, "axycb")] {
        let b = alone(kind, 1, &[(0, "b")]);
        let next = |agent: u32, heard: &[&Operation], at: usize, letter: char| {
            let mut replica = Replica::new(kind, agent);
            heard.iter().for_each(|operation| replica.hear((*operation).clone()).unwrap());
            vec![replica.insert(at, &[letter]).unwrap().unwrap()]
        };
        let a = next(0, &[&b[0]], 0, 'a');
        let c = next(2, &[&b[0]], 0, 'c');
        let x = next(4, &[&b[0], &a[0]], 1, 'x');
        let y = next(3, &[&b[0], &a[0], &c[0]], 1, 'y');
        assert_eq!(together(kind, &[a, b, c, x, y]), known, "{kind:?}");
    }
}

/// The algorithm as the paper has it: a tree that is kept, whose children are in order, and read from left to right.
mod paper {
    use super::*;

    #[derive(Clone, Default)]
    pub(super) struct Tree {
        /// Each character with its left and right origin, in no order.
        all: Vec<(Id, Option<Id>, Option<Id>)>,
    }

    impl Tree {
        pub(super) fn add(&mut self, id: Id, left: Option<Id>, right: Option<Id>) {
            self.all.push((id, left, right));
        }

        /// Of a tree that held only what this character's author had seen, this is its parent, and its side there.
        fn parent(&self, at: usize) -> (Option<Id>, bool) {
            let (_, left, right) = self.all[at];
            // The author's tree: what is below the left origin on the right has the right origin as its first.
            let below = |mut of: Option<Id>| {
                while let Some(id) = of {
                    let place = self.all.iter().position(|known| known.0 == id).unwrap();
                    let (parent, on_right) = self.parent(place);
                    if parent == left && on_right {
                        return true;
                    }
                    of = parent;
                }
                false
            };
            if right.is_some() && below(right) { (right, false) } else { (left, true) }
        }

        pub(super) fn order(&self, kind: Kind) -> Vec<Id> {
            let parents: Vec<(Option<Id>, bool)> = (0..self.all.len()).map(|at| self.parent(at)).collect();
            let mut order: Vec<Id> = Vec::new();
            // What reaches furthest is read off the order without them: children are put in one after the other.
            for at in 0..self.all.len() {
                order = self.read(None, &parents[..=at], kind, &order);
            }
            order
        }

        fn read(&self, of: Option<Id>, parents: &[(Option<Id>, bool)], kind: Kind, before: &[Id]) -> Vec<Id> {
            let children = |on_right: bool| {
                let mut children: Vec<usize> =
                    (0..parents.len()).filter(|&at| parents[at] == (of, on_right)).collect();
                children.sort_by_key(|&at| {
                    let (id, _, right) = self.all[at];
                    let reach =
                        right.map_or(usize::MAX, |right| before.iter().position(|&id| id == right).unwrap());
                    let reach = if kind == Kind::FugueMax && on_right { reach } else { 0 };
                    (std::cmp::Reverse(reach), id.agent)
                });
                children.into_iter().flat_map(|at| self.read(Some(self.all[at].0), parents, kind, before))
            };
            let left: Vec<Id> = children(false).collect();
            left.into_iter().chain(of).chain(children(true)).collect()
        }
    }
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let mut replica = Replica::new(Kind::Fugue, 0);
    replica.insert(0, &letters("abc")).unwrap();
    assert_eq!(replica.insert(4, &['x']), Err(Refusal::Beyond { at: 4, length: 3 }));
    assert_eq!(replica.delete(2, 2), Err(Refusal::Beyond { at: 4, length: 3 }));
    assert_eq!(replica.delete(usize::MAX, usize::MAX), Err(Refusal::Beyond { at: usize::MAX, length: 3 }));
    let id = |agent, seq| Id { agent, seq };
    let insert =
        |id, left, right, text: &str| Operation::Insert { id, clock: 7, left, right, text: letters(text) };
    let bad = [
        insert(id(1, 0), None, None, ""),
        insert(id(1 << 20, 0), None, None, "x"),
        insert(id(1, 0), Some(id(1, 0)), None, "x"),
        insert(id(1, 0), Some(id(0, 1)), Some(id(0, 1)), "x"),
        Operation::Insert { id: id(1, 0), clock: u32::MAX, left: None, right: None, text: letters("x") },
        Operation::Delete { runs: vec![] },
        Operation::Delete { runs: vec![(id(0, 0), 0)] },
        Operation::Delete { runs: vec![(id(0, 0), u32::MAX)] },
    ];
    for operation in bad {
        assert!(replica.hear(operation.clone()).is_err(), "{operation:?}");
    }
    assert_eq!((replica.text().as_str(), replica.waiting()), ("abc", 0));
    // What stands to the right may even stand to the left: somebody lies, and nothing breaks.
    replica.hear(insert(id(1, 0), Some(id(0, 2)), Some(id(0, 0)), "x")).unwrap();
    assert_eq!(replica.len(), 4);
}

/// What a reader does.
#[derive(Clone, Debug)]
enum Deed {
    Insert {
        who: usize,
        at: Index,
        text: String,
    },
    Delete {
        who: usize,
        at: Index,
        count: usize,
    },
    /// Somebody hears of an operation, perhaps for the second time, perhaps too early.
    Hear {
        who: usize,
        which: Index,
    },
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        4 => (0_usize..3, any::<Index>(), "[a-z]{1,4}").prop_map(|(who, at, text)| Deed::Insert { who, at, text }),
        2 => (0_usize..3, any::<Index>(), 1_usize..6).prop_map(|(who, at, count)| Deed::Delete { who, at, count }),
        6 => (0_usize..3, any::<Index>()).prop_map(|(who, which)| Deed::Hear { who, which }),
    ];
    proptest::collection::vec(deed, 1..150)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whoever has heard of the same has the same text, whatever was lost on the way, came twice or too early; and an
    /// edit changes one's own text as it should.
    #[test]
    fn replicas_converge(deeds in deeds()) {
        for kind in ALL {
            let mut replicas: Vec<Replica> = (0..3).map(|agent| Replica::new(kind, agent)).collect();
            let mut said: Vec<Operation> = Vec::new();
            for deed in &deeds {
                match deed {
                    Deed::Insert { who, at, text } => {
                        let mut model = letters(&replicas[*who].text());
                        let at = at.index(model.len() + 1);
                        said.extend(replicas[*who].insert(at, &letters(text)).unwrap());
                        model.splice(at..at, text.chars());
                        prop_assert_eq!(letters(&replicas[*who].text()), model);
                    }
                    Deed::Delete { who, at, count } => {
                        let mut model = letters(&replicas[*who].text());
                        let at = at.index(model.len() + 1);
                        let count = (*count).min(model.len() - at);
                        said.extend(replicas[*who].delete(at, count).unwrap());
                        model.drain(at..at + count);
                        prop_assert_eq!(letters(&replicas[*who].text()), model);
                    }
                    Deed::Hear { who, which } => {
                        if !said.is_empty() {
                            replicas[*who].hear(which.get(&said).clone()).unwrap();
                        }
                    }
                }
            }
            for (agent, replica) in replicas.iter_mut().enumerate() {
                let order: Box<dyn Iterator<Item = &Operation>> =
                    if agent == 1 { Box::new(said.iter().rev()) } else { Box::new(said.iter()) };
                order.for_each(|operation| replica.hear(operation.clone()).unwrap());
                prop_assert_eq!(replica.waiting(), 0);
            }
            let texts: Vec<String> = replicas.iter().map(Replica::text).collect();
            prop_assert!(texts.iter().all(|text| *text == texts[0]), "{kind:?} {texts:?}");
            prop_assert_eq!(texts[0].chars().count(), replicas[0].len());
            prop_assert_eq!(replicas[0].tombstones(), replicas[2].tombstones());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Spans and their order are what the paper's tree is, whoever had heard of whatever.
    #[test]
    fn the_order_is_that_of_the_tree(
        deeds in proptest::collection::vec((0_usize..5, any::<Index>(), any::<bool>(), any::<Index>()), 1..40),
    ) {
        for kind in [Kind::Fugue, Kind::FugueMax] {
            let mut replicas: Vec<Replica> = (0..5).map(|agent| Replica::new(kind, agent)).collect();
            let mut said: Vec<Operation> = Vec::new();
            let mut tree = paper::Tree::default();
            for (who, at, types, which) in &deeds {
                if *types || said.is_empty() {
                    let at = at.index(replicas[*who].len() + 1);
                    let operation = replicas[*who].insert(at, &['x']).unwrap().unwrap();
                    let Operation::Insert { id, left, right, .. } = &operation else { panic!("it types") };
                    tree.add(*id, *left, *right);
                    said.push(operation);
                } else {
                    replicas[*who].hear(which.get(&said).clone()).unwrap();
                }
            }
            let mut all = Replica::new(kind, 9);
            said.iter().for_each(|operation| all.hear(operation.clone()).unwrap());
            let order: Vec<Id> = all.cells().map(|cell| cell.id).collect();
            prop_assert_eq!(order, tree.order(kind), "{:?}", kind);
        }
    }
}

/// Long enough for a tree of three layers, with edits all over it, against a plain vector.
#[test]
fn a_long_text_stays_what_it_is() {
    let (mut replica, mut other) = (Replica::new(Kind::FugueMax, 0), Replica::new(Kind::FugueMax, 1));
    let (mut model, mut seed) = (Vec::new(), 12_345_u64);
    let mut draw = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for step in 0..20_000 {
        let at = draw(model.len() + 1);
        let said = if step % 3 == 2 {
            let count = draw(4).min(model.len() - at);
            model.drain(at..at + count);
            replica.delete(at, count)
        } else {
            let text: Vec<char> = (0..=draw(3)).map(|_| (b'a' + draw(26) as u8) as char).collect();
            model.splice(at..at, text.iter().copied());
            replica.insert(at, &text)
        };
        if let Some(operation) = said.unwrap() {
            other.hear(operation).unwrap();
        }
    }
    assert_eq!(letters(&replica.text()), model);
    assert_eq!(replica.text(), other.text());
    assert_eq!((replica.len(), replica.spans() > 5_000), (model.len(), true));
}
