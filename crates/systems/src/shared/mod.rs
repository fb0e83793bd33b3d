//! What several systems have word for word alike stands here once: the switches of their rules, their options of the network,
//! the state machine behind replicated logs, words, and what their tests need. It names no system.

pub(crate) mod rules;
pub mod store;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod words;
