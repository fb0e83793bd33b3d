//! What several systems have word for word alike stands here once: the switches of their rules, options and how they are read,
//! the state machine behind replicated logs, words, and what their tests need. It names no system.

pub(crate) mod network;
pub(crate) mod options;
pub(crate) mod rules;
pub(crate) mod servers;
pub mod store;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod words;
