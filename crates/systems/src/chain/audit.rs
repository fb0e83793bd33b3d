//! A file of real headers, verified line by line.
//!
//! Either each line is a header in hexadecimal digits, and each follows the one before; or the file is a table with
//! commas, whose first line names its columns: `header_hex`, and whatever of `height`, `hash`, `time`, `bits` and
//! `chainwork_hex` it states. Of a table with heights, rows follow each other only where their heights do. A height that
//! is stated must be the one that the header itself implies, where it implies one: 0 if it names none before it, and one
//! more than the row that it names.
//!
//! Which network headers are of only the first one of all says. One that begins another network is refused; of a file
//! that begins later, the report says that the network is not known.

use std::collections::VecDeque;
use std::fmt;

use super::hash::Hash;
use super::header::Header;
use super::network::{self, MAIN};
use super::target::{Compact, PERIOD, Target, Work, log2, retarget};
use crate::shared::words::counted;

/// What was verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Headers read, each of whose hashes meets its target.
    pub headers: u64,
    /// Statements in the file about single headers that were compared: hash, time, target.
    pub stated: u64,
    /// Headers that name the one before.
    pub links: u64,
    /// Headers within a period that have its target.
    pub kept: u64,
    /// Targets that follow from a whole period in the file.
    pub retargets: u64,
    /// Sums of work that were compared with what the file states, from row to row.
    pub works: u64,
    /// Sums of work that the file states and that could not be compared: the targets between two rows are not known.
    pub works_unknown: u64,
    /// The first header is that of the main network, or names it as the one before: it can be no other network.
    pub main: bool,
    /// The heights of the first and the last header, if they are known.
    pub heights: Option<(u64, u64)>,
    /// The last header.
    pub last: Option<Hash>,
    /// The work of all before the last and its own: as stated, or counted from the first block of all.
    pub work: Option<Work>,
}

impl Audit {
    /// What was verified in words: a line about the headers, then what of them, a line a kind.
    #[must_use]
    pub fn told(&self) -> (String, Vec<(&'static str, String)>) {
        let headers = counted(self.headers, "header");
        let heights = match self.heights {
            Some((first, last)) => format!("{headers}, heights {first} to {last}"),
            None => format!("{headers}, at heights that are not known"),
        };
        let easiest = Compact::EASIEST;
        let unknown = match self.works_unknown {
            0 => String::new(),
            more => format!(", {more} cannot be added up from the rows before"),
        };
        let network = if self.main {
            "the main network: the file begins with its first header, or with the next"
        } else {
            "not known: the file begins later than with the first header of a network"
        };
        let mut rows = vec![
            ("network", network.to_owned()),
            (
                "proof of work",
                format!("{} hashes meet their targets, none of which is easier than {easiest}", self.headers),
            ),
            ("links", format!("{} headers name the one before", self.links)),
            (
                "targets",
                format!(
                    "{} are those of their periods, {} follow from whole periods",
                    self.kept, self.retargets
                ),
            ),
            ("statements", format!("{} hashes, times and targets are as stated", self.stated)),
            ("chain work", format!("{} sums are as stated{unknown}", self.works)),
        ];
        if let (Some(last), Some(work)) = (self.last, self.work) {
            rows.push(("last", format!("{last}, chain work {work} (2^{:.6})", log2(work))));
        }
        (heights, rows)
    }
}

/// What is wrong, and in which line, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line.
    pub line: usize,
    /// In a sentence without its full stop.
    pub words: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.words)
    }
}

/// Verifies a file of headers of the main network: what holds up to its end, or up to the first fault.
#[must_use]
pub fn audit(text: &str) -> (Audit, Option<Fault>) {
    audit_below(text, Compact::EASIEST, Hash::read(MAIN))
}

/// The same with another easiest target, which is also that of the first period, and another first hash; `None`: any.
pub(super) fn audit_below(text: &str, easiest: Compact, first: Option<Hash>) -> (Audit, Option<Fault>) {
    let mut auditor = Auditor { easiest, first, ..Auditor::default() };
    for (line, row) in (1..).zip(text.lines()) {
        if let Err(words) = auditor.line(row.trim()) {
            return (auditor.audit, Some(Fault { line, words }));
        }
    }
    let fault =
        (auditor.audit.headers == 0).then(|| Fault { line: 1, words: "there is no header in it".to_owned() });
    (auditor.audit, fault)
}

/// What a row of a table states.
#[derive(Clone, Copy, Debug, Default)]
struct Stated<'a> {
    header: &'a str,
    height: Option<u64>,
    hash: Option<&'a str>,
    time: Option<&'a str>,
    bits: Option<&'a str>,
    work: Option<&'a str>,
}

/// The header before.
#[derive(Clone, Copy, Debug)]
struct Before {
    hash: Hash,
    bits: Compact,
    height: Option<u64>,
    work: Option<Work>,
}

#[derive(Default)]
struct Auditor {
    audit: Audit,
    /// No target is easier.
    easiest: Compact,
    /// The hash of the first header of the network; `None`: it may be any.
    first: Option<Hash>,
    /// The names of the columns, of a table.
    columns: Option<Vec<String>>,
    before: Option<Before>,
    /// The times of the last headers without a gap, at most a period and one more.
    times: VecDeque<u32>,
}

impl Auditor {
    fn line(&mut self, row: &str) -> Result<(), String> {
        if row.is_empty() {
            return Ok(());
        }
        if self.columns.is_none() && self.audit.headers == 0 && !row.contains(',') {
            let other =
                [(';', "semicolons"), ('\t', "tabs")].into_iter().find(|(sign, _)| row.contains(*sign));
            if let Some((_, signs)) = other {
                return Err(format!("{signs} stand between its columns; a table here has commas"));
            }
        }
        if self.columns.is_none() && self.audit.headers == 0 && row.contains(',') {
            let names: Vec<String> = row.split(',').map(|name| name.trim().to_owned()).collect();
            if !names.iter().any(|name| name == "header_hex") {
                return Err(
                    "a table needs a column header_hex, and its first line names the columns".to_owned()
                );
            }
            self.columns = Some(names);
            return Ok(());
        }
        let names = self.columns.take();
        let result = stated(names.as_deref(), row).and_then(|stated| self.row(&stated));
        self.columns = names;
        result
    }

    fn row(&mut self, stated: &Stated<'_>) -> Result<(), String> {
        let header = read(stated.header)?;
        let hash = header.hash();
        foreign(&header, hash)?;
        let target = header.bits.target().filter(|&target| Some(target) <= self.easiest.target());
        let target =
            target.ok_or_else(|| format!("its target {} is none that the network allows", header.bits))?;
        if Target::of(hash) > target {
            return Err(format!("its hash {hash} is above its target {}", header.bits));
        }
        self.begin(&header, hash)?;
        self.compare(stated, &header, hash)?;
        let height = self.height(stated, &header)?;
        self.link(&header, height)?;
        let work = self.work(stated, &header, height)?;
        self.audit.headers += 1;
        let first = self.audit.heights.map(|heights| heights.0);
        self.audit.heights = height.map(|height| (first.unwrap_or(height), height));
        (self.audit.last, self.audit.work) = (Some(hash), work);
        self.before = Some(Before { hash, bits: header.bits, height, work });
        Ok(())
    }

    /// What is stated of this header alone.
    fn compare(&mut self, stated: &Stated<'_>, header: &Header, hash: Hash) -> Result<(), String> {
        let facts = [
            ("hash", stated.hash, hash.to_string()),
            ("time", stated.time, header.time.to_string()),
            ("target", stated.bits, header.bits.to_string()),
        ];
        for (name, said, is) in facts {
            let Some(said) = said.filter(|said| !said.is_empty()) else { continue };
            if !said.trim_start_matches("0x").eq_ignore_ascii_case(&is) {
                return Err(format!("it states the {name} {said}, and the header has {is}"));
            }
            self.audit.stated += 1;
        }
        Ok(())
    }

    /// That it is the first of its network, if it names none before it.
    fn begin(&mut self, header: &Header, hash: Hash) -> Result<(), String> {
        let Some(first) = self.first else { return Ok(()) };
        if header.previous == Hash::default() && hash != first {
            return Err(format!(
                "it names none before it, and the main network begins with {first}, not with {hash}"
            ));
        }
        self.audit.main |= self.audit.headers == 0 && (hash == first || header.previous == first);
        Ok(())
    }

    /// The height: stated, or one more than that of the header before, or what the header itself implies.
    fn height(&self, stated: &Stated<'_>, header: &Header) -> Result<Option<u64>, String> {
        let before = self.before.and_then(|before| before.height);
        let implied = self.implied(header);
        let Some(height) = stated.height else {
            let follows = before.map(|before| before + 1);
            return Ok(follows.or(implied.map(|(height, _)| height)));
        };
        if let Some((implied, why)) = implied.filter(|(implied, _)| *implied != height) {
            return Err(format!("its height is stated as {height}, and it is {implied}: {why}"));
        }
        if height == 0 && header.previous != Hash::default() {
            return Err(format!(
                "its height is stated as 0, and it names {} as the one before",
                header.previous
            ));
        }
        if let Some(before) = before.filter(|&before| height <= before) {
            return Err(format!("its height {height} does not come after {before}"));
        }
        Ok(Some(height))
    }

    /// The height that a header itself implies, and why.
    fn implied(&self, header: &Header) -> Option<(u64, &'static str)> {
        let named = self.before.filter(|before| before.hash == header.previous);
        let after = named.and_then(|before| before.height).map(|height| height + 1);
        if header.previous == Hash::default() {
            Some((0, "it names none before it"))
        } else if Some(header.previous) == self.first {
            Some((1, "it names the first header of all as the one before"))
        } else {
            after.map(|height| (height, "it names the header of the row before as the one before"))
        }
    }

    /// That it names the one before, and has the target that it must have.
    fn link(&mut self, header: &Header, height: Option<u64>) -> Result<(), String> {
        if height.is_some_and(|height| height < PERIOD) {
            within(header, self.easiest)?;
        }
        let Some(before) = self.before else {
            self.times = VecDeque::from([header.time]);
            return Ok(());
        };
        // A table may leave blocks out.
        let gap = height.zip(before.height).filter(|(here, there)| *here != there + 1);
        if let Some((here, there)) = gap {
            if here / PERIOD == there / PERIOD {
                within(header, before.bits)?;
                self.audit.kept += 1;
            }
            self.times = VecDeque::from([header.time]);
            return Ok(());
        }
        if header.previous != before.hash {
            return Err(format!(
                "it names {} as the one before, and that is {}",
                header.previous, before.hash
            ));
        }
        self.audit.links += 1;
        self.follow(header, before, height)?;
        self.times.push_back(header.time);
        if self.times.len() as u64 > PERIOD {
            self.times.pop_front();
        }
        Ok(())
    }

    /// The target, where the height says which it must be.
    fn follow(&mut self, header: &Header, before: Before, height: Option<u64>) -> Result<(), String> {
        let Some(height) = height else { return Ok(()) };
        if !height.is_multiple_of(PERIOD) {
            within(header, before.bits)?;
            self.audit.kept += 1;
            return Ok(());
        }
        if (self.times.len() as u64) < PERIOD {
            return Ok(());
        }
        let (first, last) = (self.times[0], self.times[self.times.len() - 1]);
        let easiest = self.easiest.target().unwrap_or_default();
        let due = retarget(first, last, before.bits, easiest);
        if due != Some(header.bits) {
            let due = due.map_or("none".to_owned(), |due| due.to_string());
            return Err(format!("its target is {}, and after the last period it must be {due}", header.bits));
        }
        self.audit.retargets += 1;
        Ok(())
    }

    /// The work up to here: counted on from the header before where the targets between are known.
    fn work(
        &mut self,
        stated: &Stated<'_>,
        header: &Header,
        height: Option<u64>,
    ) -> Result<Option<Work>, String> {
        let own = header.bits.target().map(Target::work).unwrap_or_default();
        let counted = match (self.before, height) {
            (None, Some(height)) => since_the_first(self.easiest, header, height),
            (None, None) => None,
            (Some(before), _) => {
                before.work.and_then(|work| Some(work.plus(between(&before, header, height)?).plus(own)))
            }
        };
        let Some(said) = stated.work.filter(|said| !said.is_empty()) else { return Ok(counted) };
        let said = Work::read(said).ok_or_else(|| format!("the work {said} that it states is no number"))?;
        match counted {
            Some(counted) if counted != said => {
                return Err(format!("it states the work {said}, and the targets add up to {counted}"));
            }
            Some(_) => self.audit.works += 1,
            None => self.audit.works_unknown += 1,
        }
        Ok(Some(said))
    }
}

/// That it does not begin another network, or follow the first header of one.
fn foreign(header: &Header, hash: Hash) -> Result<(), String> {
    let named = |what: &str, name: &str| {
        Err(format!(
            "it {what} the first header of {name}, another network: the main network begins with {MAIN}"
        ))
    };
    if let Some(name) = network::other(&hash.to_string()) {
        return named("is", name);
    }
    network::other(&header.previous.to_string()).map_or(Ok(()), |name| named("follows", name))
}

/// That it has the target of its period.
fn within(header: &Header, bits: Compact) -> Result<(), String> {
    let wrong = || format!("its target {} is not the {bits} of its period", header.bits);
    if header.bits == bits { Ok(()) } else { Err(wrong()) }
}

/// The work of the blocks that stand between two, which are at most a period apart: they have the one's target or the
/// other's.
fn between(before: &Before, header: &Header, height: Option<u64>) -> Option<Work> {
    let (Some(from), Some(to)) = (before.height, height) else { return Some(Work::default()) };
    let (old, new) = (before.bits.target()?.work(), header.bits.target()?.work());
    let periods = to / PERIOD - from / PERIOD;
    let edge = to / PERIOD * PERIOD;
    match periods {
        0 => Some(new.times(to - from - 1)),
        1 => Some(old.times(edge - from - 1).plus(new.times(to - edge))),
        _ => None,
    }
}

/// The work of all blocks up to one of the first two periods: the first has the easiest target.
fn since_the_first(easiest: Compact, header: &Header, height: u64) -> Option<Work> {
    let (easy, own) = (easiest.target()?.work(), header.bits.target()?.work());
    let first = height.min(PERIOD);
    (height < 2 * PERIOD).then(|| easy.times(first).plus(own.times(height - first + 1)))
}

fn stated<'a>(columns: Option<&[String]>, row: &'a str) -> Result<Stated<'a>, String> {
    let Some(columns) = columns else { return Ok(Stated { header: row, ..Stated::default() }) };
    let cells: Vec<&str> = row.split(',').map(str::trim).collect();
    if cells.len() != columns.len() {
        return Err(format!("it has {} cells, and the table {} columns", cells.len(), columns.len()));
    }
    let mut stated = Stated::default();
    for (name, &cell) in columns.iter().zip(&cells) {
        match name.as_str() {
            "header_hex" => stated.header = cell,
            "hash" => stated.hash = Some(cell),
            "time" => stated.time = Some(cell),
            "bits" => stated.bits = Some(cell),
            "chainwork_hex" => stated.work = Some(cell),
            "height" => {
                let height = cell.parse().ok().filter(|&height| height <= u64::from(u32::MAX));
                stated.height =
                    Some(height.ok_or_else(|| format!("its height “{}” is no number", shown(cell)))?);
            }
            _ => {}
        }
    }
    Ok(stated)
}

fn read(text: &str) -> Result<Header, String> {
    let digits = text.chars().count();
    if let Some(other) = text.chars().find(|digit| !digit.is_ascii_hexdigit()) {
        return Err(format!("“{}” is no hexadecimal digit", other.escape_default()));
    }
    Header::read(text).ok_or_else(|| format!("a header is 160 hexadecimal digits, and these are {digits}"))
}

/// The beginning of what stands in a file, for a sentence.
fn shown(text: &str) -> String {
    text.chars().take(20).flat_map(char::escape_default).collect()
}
