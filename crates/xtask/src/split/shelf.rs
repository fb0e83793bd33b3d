//! Which modules that parts share go into one file.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What most rooms share, the first among them, whose run the gallery shows.
const COMMON: &str = "common";
/// What some rooms share and others do not: the name of its files, with a number.
const SHARED: &str = "shared";
/// Another file to load costs as much as so many bytes: a request, and what each module has at its head.
const FILE: usize = 8_000;
/// What stands around the run of any room, by the name of its part, and the file of what it shares: with whatever else
/// it does so, a room is never shown without it. Only the gallery is, which shows a run of the first room.
const AROUND: [&str; 2] = ["room_page", "page"];
/// What is shared otherwise: the name of its file, with that of the one room's part that shares in it, if any.
const LATE: &str = "late";

/// The modules in each file of those that are shared.
pub(super) type Shelves = BTreeMap<String, Vec<String>>;

/// Which parts need each of the modules that are shared, as the splitter's own loader has it.
pub(super) fn users(glue: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut users = BTreeMap::<String, BTreeSet<String>>::new();
    // Text, since the splitter writes no other list: a function for each part, with the chunks that it loads
    // first.
    for load in glue.split("export const __wasm_split_load_").skip(1) {
        let part = load.split(' ').next().unwrap_or_default();
        let list =
            load.split_once(", [").and_then(|(_, rest)| rest.split_once(']')).map_or("", |(list, _)| list);
        for chunk in list.split(", ").filter_map(|chunk| chunk.strip_prefix("__")) {
            users.entry(chunk.to_owned()).or_default().insert(part.to_owned());
        }
    }
    users
}

/// A file for what most rooms share, which nearly every first view needs; files for what some of them share; and for the
/// rest files of its own, so that a first view need not wait for what only the search or the proof shares with one room.
/// `weights` has the [`weight`](super::module::weight) of each module.
pub(super) fn shelves(
    weights: &BTreeMap<String, usize>,
    users: &BTreeMap<String, BTreeSet<String>>,
    rooms: &serde_json::Value,
) -> Shelves {
    let parts: Vec<&str> =
        rooms.as_array().into_iter().flatten().filter_map(|room| room["part"].as_str()).collect();
    let mut shelves = Shelves::new();
    let mut among = BTreeMap::<BTreeSet<&str>, Pile>::new();
    for (chunk, weight) in weights {
        let users = users.get(chunk);
        let uses = |part: &str| users.is_some_and(|users| users.contains(part));
        let of_rooms: BTreeSet<&str> = parts.iter().copied().filter(|part| uses(part)).collect();
        let file = match of_rooms.iter().collect::<Vec<_>>()[..] {
            _ if uses(AROUND[0]) && parts.first().is_some_and(|first| uses(first)) => COMMON.to_owned(),
            _ if uses(AROUND[0]) => AROUND[1].to_owned(),
            [] => LATE.to_owned(),
            [one] => format!("{LATE}-{one}"),
            [_, _, ..] => {
                let pile = among.entry(of_rooms).or_default();
                pile.weight += weight;
                pile.chunks.push(chunk.clone());
                continue;
            }
        };
        shelves.entry(file).or_default().push(chunk.clone());
    }
    let mut piles: Vec<(BTreeSet<&str>, Pile)> = among.into_iter().collect();
    while let Some((one, other)) = best_joined(&piles) {
        let (rooms, pile) = piles.remove(other);
        let to = &mut piles[one];
        to.0.extend(rooms);
        to.1.weight += pile.weight;
        to.1.chunks.extend(pile.chunks);
    }
    // What most of them share first.
    piles.sort_by_key(|(rooms, pile)| {
        (parts.first().is_none_or(|first| !rooms.contains(first)), Reverse(rooms.len() * pile.weight))
    });
    for (number, (_, pile)) in piles.into_iter().enumerate() {
        let file = if number == 0 { COMMON.to_owned() } else { format!("{SHARED}-{number}") };
        shelves.entry(file).or_default().extend(pile.chunks);
    }
    shelves
}

/// Modules that are loaded together, and their length.
#[derive(Default)]
struct Pile {
    weight: usize,
    chunks: Vec<String>,
}

/// The two piles whose joining saves most: as many rooms as need both load a file less, and each room that needs one of
/// them only loads the other in vain. None where nothing is saved.
fn best_joined(piles: &[(BTreeSet<&str>, Pile)]) -> Option<(usize, usize)> {
    let saved = |one: &(BTreeSet<&str>, Pile), other: &(BTreeSet<&str>, Pile)| {
        let both = one.0.intersection(&other.0).count();
        let in_vain = (other.0.len() - both) * one.1.weight + (one.0.len() - both) * other.1.weight;
        (both * FILE).checked_sub(in_vain).filter(|saved| *saved > 0)
    };
    let pairs = (0..piles.len()).flat_map(|other| (0..other).map(move |one| (one, other)));
    let best = pairs.filter_map(|(one, other)| Some((saved(&piles[one], &piles[other])?, (one, other))));
    best.max_by_key(|(saved, _)| *saved).map(|(_, pair)| pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three rooms, and modules by who needs them.
    fn files(modules: &[(&str, usize, &[&str])]) -> Vec<(String, Vec<String>)> {
        let rooms = ["first", "even", "odd"].map(|part| serde_json::json!({ "name": part, "part": part }));
        let users = modules.iter().map(|(module, _, users)| {
            ((*module).to_owned(), users.iter().map(|&user| user.to_owned()).collect())
        });
        let weights = modules.iter().map(|(module, weight, _)| ((*module).to_owned(), *weight)).collect();
        shelves(&weights, &users.collect(), &rooms.to_vec().into()).into_iter().collect()
    }

    #[test]
    fn who_needs_a_module_is_read_from_the_splitter_s_loader() {
        let glue = "export const __wasm_split_load_even = wrap(make(() => {\n}\n, [__chunk_1, __chunk_2]));\n\
                    export const __wasm_split_load_odd = wrap(make(() => {\n}\n, [__chunk_1]));\n";
        let found = users(glue);
        let of = |chunk: &str| found[chunk].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!((of("chunk_1"), of("chunk_2")), (vec!["even", "odd"], vec!["even"]));
    }

    #[test]
    fn what_some_rooms_share_has_a_file_of_its_own_if_it_is_worth_one() {
        for (weight, file) in [(FILE * 2 + 1, "shared-1"), (FILE, "common")] {
            let all: &[&str] = &["even", "first", "odd"];
            let found = files(&[("all", 100_000, all), ("some", weight, &["even", "odd"])]);
            let place = found.iter().find(|(_, modules)| modules.contains(&"some".to_owned()));
            assert_eq!(place.map(|(file, _)| &**file), Some(file), "{weight}");
        }
    }

    #[test]
    fn what_stands_around_a_room_brings_no_other_room_s_files() {
        let file = |users: &[&str]| files(&[("module", 1, users)]).remove(0).0;
        assert_eq!(file(&["odd", "room_page", "tools"]), "page");
        assert_eq!(file(&["room_page", "tools"]), "page");
        assert_eq!(file(&["first", "room_page"]), "common", "the gallery shows the first room");
        assert_eq!(file(&["odd", "tools"]), "late-odd");
        assert_eq!(file(&["editors", "tools"]), "late");
    }
}
