//! What the machine tells: its clock, and the memory that this process takes.

use std::time::Instant;

/// The time on the wall: how long something takes is for its reader to know.
#[expect(clippy::disallowed_methods, reason = "only the core has no clock; this is the command")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The most memory that this process has held, where the system tells.
pub(crate) fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1_024)
}
