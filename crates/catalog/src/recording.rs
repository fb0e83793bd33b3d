//! A run as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::trouble::{Trouble, short};

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
    /// A recording holds at most so many interventions and branches.
    pub const LIMIT: usize = 2_000;
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

    /// As a file.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a file.
    pub fn from_json(text: &str) -> Result<Self, Trouble> {
        if text.len() > 1 << 20 {
            return Err(Trouble::File("it is larger than a megabyte".to_owned()));
        }
        let value: Value =
            serde_json::from_str(text).map_err(|error| Trouble::File(short_reason(&error.to_string())))?;
        if let Some(version) = value.get("version").and_then(Value::as_u64)
            && version > Self::VERSION
        {
            return Err(Trouble::Version(version));
        }
        let recording: Self =
            serde_json::from_value(value).map_err(|error| Trouble::File(short_reason(&error.to_string())))?;
        recording.check().map_err(Trouble::File)?;
        Ok(recording)
    }

    /// What can be checked without knowing the system.
    pub(crate) fn check(&self) -> Result<(), String> {
        let interventions: usize = self.branches.iter().map(|branch| branch.interventions.len()).sum();
        if self.version == 0 || self.version > Self::VERSION {
            return Err(format!("version {} is not known", self.version));
        }
        if self.seed >= Self::SEED_END {
            return Err(format!("the seed {} is not below 2^53", self.seed));
        }
        if self.at > Self::AT_MAX {
            return Err("the time shown is later than two years".to_owned());
        }
        if self.branches.len() + interventions > Self::LIMIT {
            return Err(format!("it has more than {} branches and interventions", Self::LIMIT));
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
}

/// What a parser says may repeat what it read.
pub(crate) fn short_reason(reason: &str) -> String {
    let clean: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    if reason.chars().count() > 200 { short(&clean) } else { clean }
}
