//! A register in one place.

use std::borrow::Cow;

use stateright::actor::register::RegisterMsg;
use stateright::actor::{Actor, Id, Out};

use super::{Request, Value};

#[derive(Clone)]
pub(super) struct Server;

impl Actor for Server {
    type Msg = RegisterMsg<Request, Value, ()>;
    type State = Value;
    type Timer = ();
    type Random = ();
    type Storage = ();

    fn on_start(&self, _: Id, _: &Option<()>, _: &mut Out<Self>) -> Value {
        Value::default()
    }

    fn on_msg(&self, _: Id, copy: &mut Cow<'_, Value>, from: Id, message: Self::Msg, out: &mut Out<Self>) {
        match message {
            RegisterMsg::Put(request, value) => {
                *copy.to_mut() = value;
                out.send(from, RegisterMsg::PutOk(request));
            }
            RegisterMsg::Get(request) => out.send(from, RegisterMsg::GetOk(request, **copy)),
            RegisterMsg::Internal(()) | RegisterMsg::PutOk(_) | RegisterMsg::GetOk(..) => {}
        }
    }
}
