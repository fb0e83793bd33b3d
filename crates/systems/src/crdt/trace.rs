//! What people really typed, replayed: the format of `editing-traces`.
//!
//! A trace is a text to begin with, transactions, and the text at the end. A transaction has patches: so many characters
//! are deleted at a place, and others are typed there; it may say when. Places count Unicode code points. In a trace of
//! several people a transaction also says whose it is, and by `parents` which transactions it had seen: these and all
//! that they had.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, SeqAccess, Visitor};

use super::sequence::{Kind, Operation, Refusal, Replica};

/// A trace, as it stands in a file.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// What is there before anybody types.
    #[serde(default)]
    pub start_content: String,
    /// What is there at the end.
    pub end_content: String,
    /// What was done, in an order in which everything comes after what it had seen.
    pub txns: Vec<Transaction>,
}

/// What one person did at once.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// What was changed, one after the other.
    pub patches: Vec<Patch>,
    /// The transactions that it had seen, by number; without it, all before it.
    #[serde(default)]
    pub parents: Option<Vec<usize>>,
    /// Whose it is.
    #[serde(default)]
    pub agent: u32,
}

/// A change at one place: in a file `[place, deleted, typed]`, and perhaps a time behind it, of which nothing depends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Before which character, counted from 0.
    pub at: usize,
    /// How many characters are deleted from there on.
    pub deleted: usize,
    /// What is typed there instead.
    pub typed: String,
}

impl<'de> Deserialize<'de> for Patch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Patch;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a patch: [place, deleted, typed], and perhaps a time")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<Patch, A::Error> {
                let missing = |known: usize| A::Error::invalid_length(known, &self);
                let at = fields.next_element()?.ok_or_else(|| missing(0))?;
                let deleted = fields.next_element()?.ok_or_else(|| missing(1))?;
                let typed = fields.next_element()?.ok_or_else(|| missing(2))?;
                let _time: Option<String> = fields.next_element()?;
                let mut more = 0;
                while fields.next_element::<IgnoredAny>()?.is_some() {
                    more += 1;
                }
                if more > 0 { Err(missing(4 + more)) } else { Ok(Patch { at, deleted, typed }) }
            }
        }
        deserializer.deserialize_seq(Fields)
    }
}

/// What the places of a trace may count instead of code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// UTF-16 code units, as in JavaScript: a character above U+FFFF is two.
    Utf16,
    /// Bytes of UTF-8.
    Bytes,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf16 => "UTF-16 code units, of which a character above U+FFFF takes two",
            Self::Bytes => "bytes of UTF-8",
        })
    }
}

impl Unit {
    /// The text with a character for each unit. Units that are no characters themselves get some from the last private
    /// plane, where no text of ours can have any: those are above U+FFFF.
    fn spell(self, text: &str) -> String {
        let private = |unit: u32| char::from_u32(0x10_0000 + unit).unwrap_or(char::REPLACEMENT_CHARACTER);
        match self {
            Self::Utf16 => text
                .encode_utf16()
                .map(|unit| char::from_u32(u32::from(unit)).unwrap_or_else(|| private(u32::from(unit))))
                .collect(),
            Self::Bytes => text
                .bytes()
                .map(|byte| if byte.is_ascii() { char::from(byte) } else { private(u32::from(byte)) })
                .collect(),
        }
    }
}

/// What the places of a trace count that cannot be replayed to the text it states: the unit with which it can be, if there
/// is one.
#[must_use]
pub fn other_unit(trace: &Trace, kind: Kind) -> Option<Unit> {
    [Unit::Utf16, Unit::Bytes].into_iter().find(|unit| {
        let mut spelt = trace.clone();
        for text in [&mut spelt.start_content, &mut spelt.end_content] {
            *text = unit.spell(text);
        }
        for patch in spelt.txns.iter_mut().flat_map(|txn| &mut txn.patches) {
            patch.typed = unit.spell(&patch.typed);
        }
        replay(&spelt, kind, 1)
            .is_ok_and(|replayed| replayed.replicas.iter().all(|replica| replica.text() == spelt.end_content))
    })
}

/// Why a trace cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// In which transaction, from 0.
    pub transaction: usize,
    /// Why, in a sentence without its full stop.
    pub words: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "transaction {}: {}", self.transaction, self.words)
    }
}

/// The replicas at the end.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// How many characters were typed and deleted, each in how many patches.
    pub edits: u64,
    /// Characters typed.
    pub typed: u64,
    /// Characters deleted.
    pub deleted: u64,
    /// All of them, each of which has heard of everything.
    pub replicas: Vec<Replica>,
}

/// A line of transactions, each of which had seen the one before: a person's, unless the trace has that person type at
/// two places at once. It has a replica, which types under a name of its own.
struct Line {
    /// Whose it is.
    agent: u32,
    replica: Replica,
    /// Of each line, how many transactions the replica has heard of.
    seen: Version,
    /// What was done.
    done: Vec<Vec<Arc<Operation>>>,
}

/// Of each line, how many of its transactions; of those that are not there, none.
type Version = Vec<usize>;

struct Replay {
    kind: Kind,
    lines: Vec<Line>,
    /// What had been seen after each transaction.
    versions: Vec<Version>,
    /// Nobody will ever want to hear of anything.
    alone: bool,
    /// The text to begin with, typed by nobody who types later.
    start: Option<Operation>,
    counts: [u64; 3],
}

/// Replays a trace. Each person has a replica; if that makes fewer than `replicas`, others hear of everything at the end.
pub fn replay(trace: &Trace, kind: Kind, replicas: usize) -> Result<Replayed, Damage> {
    let first: Vec<char> = trace.start_content.chars().collect();
    let mut replay = Replay {
        kind,
        lines: Vec::new(),
        versions: Vec::new(),
        alone: replicas < 2 && trace.txns.iter().all(|txn| txn.parents.is_none() && txn.agent == 0),
        start: Replica::new(kind, 0).insert(0, &first).ok().flatten(),
        counts: [0; 3],
    };
    if trace.txns.is_empty() {
        replay.line(0);
    }
    for (number, txn) in trace.txns.iter().enumerate() {
        replay.transaction(txn).map_err(|words| Damage { transaction: number, words })?;
    }
    let end = trace.txns.len();
    replay.end(replicas).map_err(|words| Damage { transaction: end, words })
}

impl Replay {
    /// Somebody who has heard of nothing yet; the number of the line.
    fn line(&mut self, agent: u32) -> usize {
        let number = self.lines.len();
        self.lines.push(Line { agent, replica: self.newcomer(number), seen: Vec::new(), done: Vec::new() });
        number
    }

    fn newcomer(&self, line: usize) -> Replica {
        let mut replica = Replica::new(self.kind, line as u32 + 1);
        if let Some(start) = self.start.clone() {
            // It is the first thing that is heard, and builds on nothing.
            let _ = replica.hear(start);
        }
        replica
    }

    fn transaction(&mut self, txn: &Transaction) -> Result<(), String> {
        let version = self.version(txn)?;
        let who = self.whose(txn.agent, &version);
        if !self.alone {
            self.bring_to(who, &version)?;
        }
        let mut operations = Vec::new();
        for (place, Patch { at, deleted, typed }) in txn.patches.iter().enumerate() {
            let wrong = |refusal: Refusal| format!("patch {place}: {refusal}");
            let replica = &mut self.lines[who].replica;
            let gone = replica.delete(*at, *deleted).map_err(wrong)?;
            let text: Vec<char> = typed.chars().collect();
            let new = replica.insert(*at, &text).map_err(wrong)?;
            for (count, more) in self.counts.iter_mut().zip([1, text.len(), *deleted]) {
                *count += more as u64;
            }
            if !self.alone {
                operations.extend([gone, new].into_iter().flatten().map(Arc::new));
            }
        }
        if !self.alone {
            self.lines[who].done.push(operations);
            let mut after = version;
            after.resize(after.len().max(who + 1), 0);
            after[who] += 1;
            self.lines[who].seen.clone_from(&after);
            self.versions.push(after);
        }
        Ok(())
    }

    /// What a transaction had seen.
    fn version(&self, txn: &Transaction) -> Result<Version, String> {
        let Some(parents) = &txn.parents else {
            return Ok(self.lines.iter().map(|line| line.done.len()).collect());
        };
        let mut version = vec![0; self.lines.len()];
        for &parent in parents {
            let known = self.versions.get(parent);
            let known = known.ok_or_else(|| format!("its parent {parent} does not come before it"))?;
            for (most, &seen) in version.iter_mut().zip(known) {
                *most = seen.max(*most);
            }
        }
        Ok(version)
    }

    /// The line that a transaction continues: one of its agent of which it has seen all.
    fn whose(&mut self, agent: u32, version: &Version) -> usize {
        let seen = |line: usize| version.get(line).copied().unwrap_or(0);
        let found = (0..self.lines.len())
            .find(|&line| self.lines[line].agent == agent && self.lines[line].done.len() == seen(line));
        found.unwrap_or_else(|| self.line(agent))
    }

    /// Lets somebody hear of all of a version. It had heard of a part of it: whoever has seen a transaction has seen all
    /// that it had seen.
    fn bring_to(&mut self, who: usize, version: &Version) -> Result<(), String> {
        let mut seen = std::mem::take(&mut self.lines[who].seen);
        seen.resize(version.len().max(seen.len()), 0);
        for (line, (seen, &wanted)) in seen.iter_mut().zip(version).enumerate() {
            for transaction in *seen..wanted {
                for operation in self.lines[line].done[transaction].clone() {
                    let heard = self.lines[who].replica.hear((*operation).clone());
                    heard.map_err(|refusal| refusal.to_string())?;
                }
            }
            *seen = wanted.max(*seen);
        }
        self.lines[who].seen = seen;
        Ok(())
    }

    /// Lets everybody hear of everything.
    fn end(mut self, replicas: usize) -> Result<Replayed, String> {
        while self.lines.len() < replicas {
            self.line(u32::MAX);
        }
        let all: Version = self.lines.iter().map(|line| line.done.len()).collect();
        for who in 0..self.lines.len() {
            self.bring_to(who, &all)?;
        }
        let [edits, typed, deleted] = self.counts;
        let replicas = self.lines.into_iter().map(|line| line.replica).collect();
        Ok(Replayed { edits, typed, deleted, replicas })
    }
}
