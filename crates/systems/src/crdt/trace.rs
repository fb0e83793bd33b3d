//! What people really typed, replayed: the format of `editing-traces`.
//!
//! A trace is a text to begin with, transactions, and the text at the end. A transaction has patches: so many characters
//! are deleted at a place, and others are typed there; places count Unicode code points. In a trace of several people a
//! transaction also says whose it is, and by `parents` which transactions it had seen: these and all that they had.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

use super::sequence::{Kind, Operation, Refusal, Replica};

/// A trace, as it stands in a file.
#[derive(Clone, Debug, Deserialize)]
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
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// Place, how many characters are deleted there, and what is typed there instead.
    pub patches: Vec<(usize, usize, String)>,
    /// The transactions that it had seen, by number; without it, all before it.
    #[serde(default)]
    pub parents: Option<Vec<usize>>,
    /// Whose it is.
    #[serde(default)]
    pub agent: u32,
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
        for (place, (at, deleted, typed)) in txn.patches.iter().enumerate() {
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
