//! What the machine tells: its clock, what memory it has free, and what this process takes of it.

use std::fs::read_to_string;
use std::time::Instant;

/// The time on the wall: how long something takes is for its reader to know.
#[expect(clippy::disallowed_methods, reason = "only the core has no clock; this is the command")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The most memory that this process has held, where the system tells.
pub(crate) fn peak_bytes() -> Option<u64> {
    kilobytes(&read_to_string("/proc/self/status").ok()?, "VmHWM:")
}

/// The memory that this process holds now, where the system tells.
pub(crate) fn held_bytes() -> Option<u64> {
    kilobytes(&read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// The memory that this process can still have without anything being swapped or killed, where the system tells: the
/// least of what the machine has, of what its control group may still take, and of what its own limit leaves.
pub(crate) fn free_bytes() -> Option<u64> {
    let machine = kilobytes(&read_to_string("/proc/meminfo").ok()?, "MemAvailable:");
    machine.into_iter().chain(group()).chain(address_space()).min()
}

/// What the control group leaves, of either version; one without a limit says `max`, or a number beyond any machine's.
/// What it holds of files can be given up and is as good as free.
fn group() -> Option<u64> {
    let groups = [
        ("memory.max", "memory.current", "memory.stat"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat"),
    ];
    let left = groups.iter().filter_map(|(most, now, kinds)| {
        let read = |file: &str| read_to_string(format!("/sys/fs/cgroup/{file}")).ok();
        let number = |file| read(file)?.trim().parse::<u64>().ok();
        let kinds = read(kinds).unwrap_or_default();
        let files = kinds.lines().find_map(|line| line.strip_prefix("inactive_file "));
        let files = files.and_then(|files| files.parse().ok()).unwrap_or(0);
        Some(number(most)?.saturating_sub(number(now)?.saturating_sub(files)))
    });
    left.min()
}

/// What the limit on this process's address space leaves, as `ulimit -v` sets it.
fn address_space() -> Option<u64> {
    let limits = read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    let most = line.split_whitespace().next()?.parse::<u64>().ok()?;
    let taken = kilobytes(&read_to_string("/proc/self/status").ok()?, "VmSize:")?;
    Some(most.saturating_sub(taken))
}

/// A figure of a file in which each line is a name, a number and `kB`, in bytes.
fn kilobytes(file: &str, name: &str) -> Option<u64> {
    let line = file.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_found_by_its_name() {
        let file = "MemTotal:       24683820 kB\nMemAvailable:   1000 kB\nHugePages_Total:       0\n";
        assert_eq!(kilobytes(file, "MemAvailable:"), Some(1_024_000));
        assert_eq!((kilobytes(file, "MemFree:"), kilobytes(file, "HugePages_Total:")), (None, None));
    }
}
