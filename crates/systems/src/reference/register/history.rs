//! What clients asked and what they were answered, and whether it could have happened one after the other.
//!
//! A history is linearizable (Herlihy and Wing 1990) if its operations can be put in an order that a register could
//! have carried out, and that keeps every operation after all that had returned before it was asked. An operation
//! without an answer may have had its effect or not.
//!
//! For each operation the history keeps how many operations of every client had returned when it was asked: exactly
//! as much of the past as matters, so that two runs that differ in nothing else meet in one state.

use std::collections::BTreeSet;

use kernel::view::{Panel, Table};
use kernel::{Claim, Kind, Local, Monitor, NodeId, Property, Reads, Seen, Verdict};
use serde::{Deserialize, Serialize};

use super::{Clients, Output, Service, Value, words};

/// What a client asks of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// To write.
    Write(Value),
    /// To read.
    Read,
}

/// What a client is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Return {
    /// It has been written.
    WriteOk,
    /// It has been read.
    ReadOk(Value),
}

/// One operation of one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Operation {
    /// Whose.
    pub client: u8,
    /// What was asked.
    pub op: Op,
    /// What was answered, if it was.
    pub answer: Option<Return>,
    /// How many operations of each client had returned when it was asked: four bits a client.
    pub after: u32,
}

/// How many clients a history has room for.
pub(super) const CLIENTS_MAX: u64 = 8;
const COUNT_BITS: u32 = 4;

/// Every operation, by client and then in the order in which it was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct History {
    operations: Vec<Operation>,
    /// A read has been answered with a value that somebody wrote. The answer is on its way or has been received, so
    /// that this tells no states apart.
    answered: bool,
}

impl History {
    /// A client asks.
    pub fn invoke(&mut self, client: u8, op: Op) {
        let returned = self.operations.iter().filter(|operation| operation.answer.is_some());
        let after =
            returned.fold(0, |sum, operation| sum + (1 << (COUNT_BITS * u32::from(operation.client))));
        let place = self.operations.partition_point(|operation| operation.client <= client);
        self.operations.insert(place, Operation { client, op, answer: None, after });
    }

    /// A client is answered. An answer to nothing is left out.
    pub fn answer(&mut self, client: u8, answer: Return) {
        let open = self.operations.iter_mut().rfind(|operation| operation.client == client);
        if let Some(operation) = open.filter(|operation| operation.answer.is_none()) {
            operation.answer = Some(answer);
        }
    }

    /// Whether some order of the operations explains all answers.
    #[must_use]
    pub fn is_linearizable(&self) -> bool {
        let before: Vec<u64> = (0..self.operations.len()).map(|index| self.before(index)).collect();
        let answered = (0..).zip(&self.operations).filter(|(_, operation)| operation.answer.is_some());
        let answered = answered.fold(0_u64, |set, (index, _): (u32, _)| set | 1 << index);
        self.goes_on((0, 0), answered, &before, &mut BTreeSet::new())
    }

    /// The operations that must come before this one, as bits.
    fn before(&self, index: usize) -> u64 {
        let (own, mut set) = (self.operations[index], 0);
        let mut number = [0; 1 << COUNT_BITS];
        for (at, other) in self.operations.iter().enumerate() {
            let client = usize::from(other.client);
            let returned = own.after >> (COUNT_BITS * u32::from(other.client)) & 0xf;
            let earlier = other.client == own.client && at < index;
            if earlier || number[client] < returned {
                set |= 1 << at;
            }
            number[client] += 1;
        }
        set
    }

    /// Whether the order can be completed: these operations are done (as bits), and the register holds this value. What
    /// has failed is remembered by both (Wing and Gong 1993, Lowe 2017).
    fn goes_on(
        &self,
        (done, value): (u64, Value),
        answered: u64,
        before: &[u64],
        failed: &mut BTreeSet<(u64, Value)>,
    ) -> bool {
        if answered & !done == 0 {
            return true;
        }
        if failed.contains(&(done, value)) {
            return false;
        }
        let found = (0..self.operations.len()).any(|index| {
            if done >> index & 1 == 1 || before[index] & !done != 0 {
                return false;
            }
            let operation = self.operations[index];
            let value = match (operation.op, operation.answer) {
                (Op::Write(written), None | Some(Return::WriteOk)) => written,
                (Op::Read, None) => value,
                (Op::Read, Some(Return::ReadOk(read))) if read == value => value,
                (Op::Read, Some(_)) | (Op::Write(_), Some(Return::ReadOk(_))) => return false,
            };
            self.goes_on((done | 1 << index, value), answered, before, failed)
        });
        if !found {
            failed.insert((done, value));
        }
        found
    }

    fn in_words(&self) -> String {
        let told = self.operations.iter().filter_map(|operation| {
            let client = words::client(operation.client);
            match (operation.op, operation.answer?) {
                (Op::Write(value), _) => Some(format!("{client} wrote {}", words::value(value))),
                (Op::Read, Return::ReadOk(value)) => Some(format!("{client} read {}", words::value(value))),
                (Op::Read, Return::WriteOk) => None,
            }
        });
        told.collect::<Vec<_>>().join(", ")
    }

    fn linearizable(&self) -> Verdict {
        if self.is_linearizable() {
            return Ok(());
        }
        Err(format!("No order of the operations explains the answers: {}.", self.in_words()))
    }

    fn value_chosen(&self) -> Verdict {
        if self.answered { Ok(()) } else { Err("No read has been answered with a written value.".to_owned()) }
    }
}

/// What was asked and answered, in a table.
pub(super) fn table(history: &History) -> Vec<Panel> {
    let row = |operation: &Operation| {
        let (what, answer) = match operation.op {
            Op::Write(value) => (format!("write {}", words::value(value)), "written".to_owned()),
            Op::Read => match operation.answer {
                Some(Return::ReadOk(value)) => ("read".to_owned(), words::value(value)),
                Some(Return::WriteOk) | None => ("read".to_owned(), String::new()),
            },
        };
        let answer = if operation.answer.is_some() { answer } else { "waiting".to_owned() };
        vec![words::client(operation.client), what, answer]
    };
    vec![Panel::Table(Table {
        title: "History".to_owned(),
        head: ["client", "asked", "answered"].map(str::to_owned).to_vec(),
        rows: history.operations.iter().map(row).collect(),
    })]
}

impl<S: Service> Monitor<Clients<S>> for History {
    fn observe(
        &mut self,
        protocol: &Clients<S>,
        node: NodeId,
        _: &Local<Clients<S>>,
        seen: Seen<'_, Clients<S>>,
    ) -> bool {
        let client = || (node - protocol.servers) as u8;
        match seen {
            Seen::Output(Output::Invoked(op)) => self.invoke(client(), *op),
            Seen::Output(Output::Returned(answer)) => self.answer(client(), *answer),
            Seen::Output(Output::Answered(_)) => return !std::mem::replace(&mut self.answered, true),
            Seen::Input(()) | Seen::Crash | Seen::Failure => return false,
        }
        true
    }

    fn claims(_: &Clients<S>) -> Vec<Claim<Clients<S>, Self>> {
        let claim = |name, statement, source, kind, reads| Claim {
            property: Property::new(name, statement, source, kind),
            reads,
        };
        vec![
            claim(
                "Linearizable",
                "The answers could have come from one register that does one operation after the other.",
                "Herlihy and Wing 1990",
                Kind::Always,
                Reads::Monitor(|_, history: &Self| history.linearizable()),
            ),
            claim(
                "Value chosen",
                "It is possible that a read is answered with a value that somebody wrote.",
                "Stateright, examples",
                Kind::Reachable,
                Reads::Monitor(|_, history: &Self| history.value_chosen()),
            ),
        ]
    }
}

/// The cases of Stateright's `semantics/linearizability.rs`, for a register that holds A at the start.
#[cfg(test)]
mod tests {
    use super::*;

    const A: Value = 0;
    const B: Value = 1;

    fn history(tell: impl FnOnce(&mut History)) -> bool {
        let mut history = History::default();
        tell(&mut history);
        history.is_linearizable()
    }

    fn read(history: &mut History, client: u8, value: Value) {
        history.invoke(client, Op::Read);
        history.answer(client, Return::ReadOk(value));
    }

    fn write(history: &mut History, client: u8, value: Value) {
        history.invoke(client, Op::Write(value));
        history.answer(client, Return::WriteOk);
    }

    #[test]
    fn a_read_beside_a_write_without_an_answer_may_see_the_old_value_or_the_new_one() {
        for seen in [A, B] {
            assert!(history(|history| {
                history.invoke(0, Op::Write(B));
                read(history, 1, seen);
            }));
        }
    }

    #[test]
    fn a_read_may_return_what_was_asked_to_be_written_after_it() {
        assert!(history(|history| {
            history.invoke(0, Op::Read);
            history.invoke(1, Op::Write(B));
            history.answer(0, Return::ReadOk(B));
        }));
    }

    #[test]
    fn a_read_sees_no_value_that_nobody_has_written() {
        assert!(!history(|history| read(history, 0, B)));
    }

    /// Sequentially consistent, but not linearizable.
    #[test]
    fn a_read_sees_no_value_that_is_written_only_after_it_has_returned() {
        assert!(!history(|history| {
            read(history, 0, B);
            history.invoke(1, Op::Write(B));
        }));
    }

    #[test]
    fn a_read_sees_a_write_that_returned_before_it_was_asked() {
        assert!(!history(|history| {
            write(history, 0, B);
            read(history, 1, A);
        }));
        assert!(history(|history| {
            history.invoke(1, Op::Read);
            write(history, 0, B);
            history.answer(1, Return::ReadOk(A));
        }));
    }

    #[test]
    fn two_reads_do_not_see_two_writes_in_different_orders() {
        const C: Value = 2;
        let seen = |first: [Value; 2], second: [Value; 2]| {
            history(|history| {
                history.invoke(0, Op::Write(B));
                history.invoke(1, Op::Write(C));
                for (client, values) in [(2, first), (3, second)] {
                    values.into_iter().for_each(|value| read(history, client, value));
                }
            })
        };
        assert!(seen([B, C], [C, C]));
        assert!(!seen([B, C], [C, B]), "the first client saw C replace B, the second the reverse");
    }
}
