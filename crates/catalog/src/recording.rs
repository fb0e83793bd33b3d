//! A run as data.

use std::collections::BTreeMap;

use kernel::Micros;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, short};
use crate::text::unmarked;

/// What this version calls itself in the files that it writes.
const THIS: &str = concat!("Bivalent ", env!("CARGO_PKG_VERSION"));

/// Everything that a run depends on. The same recording gives the same run, on every machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// The format; see [`Recording::VERSION`].
    pub version: u64,
    /// The system: `raft`.
    pub system: String,
    /// The scenario: `first-election`.
    pub scenario: String,
    /// Options that differ from the scenario's, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// Rules that are switched off beyond the scenario's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// Rules that are on although the scenario switches them off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
    /// The seed, below 2^53.
    pub seed: u64,
    /// The time shown, in microseconds.
    #[serde(default)]
    pub at: u64,
    /// The branches; none stands for one without interventions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<BranchRecord>,
    /// Which branch is shown.
    #[serde(default)]
    pub branch: usize,
}

/// A branch as data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BranchRecord {
    /// Its name.
    pub name: String,
    /// The branch it comes from, and the last step it shares with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fork: Option<(usize, u64)>,
    /// What the reader did on it beyond what it shares: `{"at": microseconds, "do": …}`.
    #[serde(default, rename = "do", skip_serializing_if = "Vec::is_empty")]
    pub interventions: Vec<Value>,
}

impl Recording {
    /// The format that this version writes.
    pub const VERSION: u64 = 1;
    /// Seeds are below this, so that JavaScript can hold them.
    pub const SEED_END: u64 = 1 << 53;
    /// A recording holds at most so many interventions and branches: what can be done while a run is played, and what a
    /// search adds to it.
    pub const LIMIT: usize = Self::ACTIONS + 100;
    /// So many can be done while a run is played, branches counted.
    pub const ACTIONS: usize = 10_000;
    /// What was done takes at most so many bytes, as [`Recording::weight`] counts them. A link with that is
    /// [`Recording::LINK_MAX`] long at most, and a file [`Recording::FILE_MAX`].
    pub const WEIGHT: usize = 1_100_000;
    /// While a run is played, only so much can be done to it: then its address stays below a megabyte, beyond which some
    /// browsers take none.
    pub const PLAYED: usize = 720_000;
    /// A link is at most so long: four letters for three bytes of what was done, and room for the options.
    pub const LINK_MAX: usize = 3 << 19;
    /// A file is at most so large: it stands in lines that are moved in, which makes the same some fifteen times as long.
    pub const FILE_MAX: usize = 1 << 24;
    /// The latest time shown: two years.
    pub const AT_MAX: u64 = 2 * 365 * 86_400_000_000;

    /// The start of a scenario.
    #[must_use]
    pub fn new(system: &str, scenario: &str, seed: u64) -> Self {
        Self {
            version: Self::VERSION,
            system: system.to_owned(),
            scenario: scenario.to_owned(),
            seed,
            ..Self::default()
        }
    }

    /// When the first thing was done on the branch shown that is not its parent's, in microseconds: a run that a search
    /// found begins there, and ends at the time shown.
    #[must_use]
    pub fn begins(&self) -> u64 {
        let branch = self.branches.get(self.branch);
        branch
            .and_then(|branch| branch.interventions.first())
            .and_then(|deed| deed["at"].as_u64())
            .unwrap_or(0)
    }

    /// As a file, which says which version wrote it.
    #[must_use]
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct File<'a> {
            written_by: &'static str,
            #[serde(flatten)]
            recording: &'a Recording,
        }
        serde_json::to_string_pretty(&File { written_by: THIS, recording: self }).unwrap_or_default()
    }

    /// Reads a file.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        if text.len() > Self::FILE_MAX {
            return Err(Error::File(Self::too_large()));
        }
        let mut value: Value = serde_json::from_str(unmarked(text))
            .map_err(|error| Error::File(short_reason(&error.to_string())))?;
        let writer = value.as_object_mut().and_then(|fields| fields.remove("written_by"));
        let whose = match writer.as_ref().and_then(Value::as_str) {
            Some(writer) if writer != THIS => format!(" ({} wrote it, and this is {THIS})", short(writer)),
            Some(_) | None => String::new(),
        };
        let wrong = |reason: &str| Error::File(short_reason(reason) + &whose);
        if let Some(version) = value.get("version").and_then(Value::as_u64)
            && version > Self::VERSION
        {
            return Err(Error::Version(version));
        }
        let recording: Self = serde_json::from_value(value).map_err(|error| wrong(&error.to_string()))?;
        recording.check().map_err(|reason| wrong(&reason))?;
        Ok(recording)
    }

    /// Why a file is refused before it is read.
    #[must_use]
    pub fn too_large() -> String {
        format!("it is larger than {} MiB", Self::FILE_MAX >> 20)
    }

    /// How many things were done, and branches.
    #[must_use]
    pub(crate) fn deeds(&self) -> usize {
        self.branches.len() + self.branches.iter().map(|branch| branch.interventions.len()).sum::<usize>()
    }

    /// How many bytes the branches take, with all that was done on them: at least as many as in a link.
    #[must_use]
    pub(crate) fn weight(&self) -> usize {
        let deeds = self.branches.iter().flat_map(|branch| &branch.interventions);
        self.branches.len() * Self::BRANCH_WEIGHT + deeds.map(deed_weight).sum::<usize>()
    }

    /// A branch takes at most so many bytes without what was done on it: 60 letters of a name, four bytes each, and the
    /// rest.
    pub(crate) const BRANCH_WEIGHT: usize = 320;

    /// What can be checked without knowing the system. An `Err` says what is wrong, as part of a sentence.
    pub fn check(&self) -> Result<(), String> {
        if self.version == 0 || self.version > Self::VERSION {
            return Err(format!("version {} is not known", self.version));
        }
        if self.seed >= Self::SEED_END {
            return Err(format!("the seed {} is not below 2^53", self.seed));
        }
        if self.at > Self::AT_MAX {
            return Err("the time shown is later than two years".to_owned());
        }
        if self.deeds() > Self::LIMIT {
            return Err(format!("it has more than {} branches and interventions", Self::LIMIT));
        }
        if self.weight() > Self::WEIGHT {
            return Err(format!("what was done takes more than {} kB", Self::WEIGHT / 1000));
        }
        if self.branch >= self.branches.len().max(1) {
            return Err(format!("there is no branch {}", self.branch));
        }
        for (number, branch) in self.branches.iter().enumerate() {
            if (number == 0) != branch.fork.is_none()
                || branch.fork.is_some_and(|(parent, _)| parent >= number)
            {
                return Err(format!("branch {number} does not come from an earlier one"));
            }
            if branch.name.chars().count() > 60 {
                return Err(format!("the name of branch {number} is longer than 60 letters"));
            }
        }
        Ok(())
    }

    /// When the schedule begins and ends that the branch shown follows, its own or one from before it forked: the run of a
    /// counterexample is one.
    #[must_use]
    pub fn schedule(&self) -> Option<(Micros, Micros)> {
        let mut branch = self.branches.get(self.branch);
        while let Some(here) = branch {
            let span = here.interventions.iter().rev().find_map(|deed| {
                let follow = deed.get("do")?.get("follow")?;
                let steps = follow.get(0)?.as_array()?.len() as u64;
                let (at, every) = (deed.get("at")?.as_u64()?, follow.get(1)?.as_u64()?);
                Some((Micros(at), Micros(at.saturating_add(every.max(1).saturating_mul(steps)))))
            });
            if span.is_some() {
                return span;
            }
            branch = here.fork.and_then(|(parent, _)| self.branches.get(parent));
        }
        None
    }
}

/// How many bytes a deed takes, and the comma behind it.
pub(crate) fn deed_weight(deed: &Value) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(1);
    // Counting never fails.
    let _ = serde_json::to_writer(&mut count, deed);
    count.0
}

/// What a parser says may repeat what it read.
pub(crate) fn short_reason(reason: &str) -> String {
    let clean: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    if reason.chars().count() > 200 { short(&clean) } else { clean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_who_wrote_it() {
        let recording = Recording::new("raft", "first-election", 7);
        let file = recording.to_json();
        assert!(file.contains(&format!("\"written_by\": \"{THIS}\"")), "{file}");
        assert_eq!(Recording::from_json(&file), Ok(recording));
        let strange = file.replace(THIS, "Bivalent 9.9.9").replace("\"seed\"", "\"sown\"");
        let said = Recording::from_json(&strange).expect_err("no field of this name").to_string();
        assert!(said.ends_with(&format!("(Bivalent 9.9.9 wrote it, and this is {THIS}).")), "{said}");
    }
}
