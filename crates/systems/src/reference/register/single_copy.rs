//! A register in one place: a server writes down what it is told and answers at once. With more than one server each
//! has a copy of its own, and readers see that.

use kernel::NodeId;
use kernel::view::{Field, MessageView};

use super::{Desk, Request, Service, Value, words};

/// Every server by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SingleCopy;

impl Service for SingleCopy {
    type State = Value;
    /// Servers say nothing to each other.
    type Message = ();

    fn start(&self, _: NodeId) -> Value {
        0
    }

    fn put(&self, copy: &mut Value, asked: (NodeId, Request), value: Value, desk: &mut Desk<'_, '_, Self>) {
        *copy = value;
        desk.put_ok(asked);
    }

    fn get(&self, copy: &mut Value, asked: (NodeId, Request), desk: &mut Desk<'_, '_, Self>) {
        desk.get_ok(asked, *copy);
    }

    fn heard(&self, _: &mut Value, _: NodeId, (): (), _: &mut Desk<'_, '_, Self>) {}

    fn decided(&self, _: &Value) -> Option<Value> {
        None
    }

    fn describe(&self, copy: &Value) -> (Option<u64>, Vec<Field>) {
        (None, vec![Field::new("value", words::value(*copy))])
    }

    fn describe_message(&self, (): &(), view: &mut MessageView) {
        view.kind = "nothing".into();
    }
}
