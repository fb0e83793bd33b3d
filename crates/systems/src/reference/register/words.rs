//! Clients, servers and what they say, in words.

use kernel::view::{Field, Figure, MessageView, NodeView, Role};
use kernel::{Describe, Local, NodeId, Outcome};

use super::{Clients, Message, Op, Output, Part, Return, Service, Value};

impl<S: Service> Describe for Clients<S> {
    fn outcome_name(&self, outcome: Outcome) -> String {
        value(outcome)
    }

    fn node_name(&self, node: NodeId) -> String {
        node.checked_sub(self.servers).map_or_else(|| server(node), |number| client(number as u8))
    }

    fn era(&self) -> &'static str {
        self.service.era()
    }

    fn role(&self, _: NodeId, local: &Local<Self>) -> (Role, Option<u64>) {
        let (word, figure, acting, era) = match &local.disk {
            _ if !local.up() => ("down", Figure::Broken, false, None),
            Part::Blank => ("server", Figure::Circle, false, None),
            Part::Server(server) => {
                let era = self.service.describe(server).0;
                match self.service.decided(server) {
                    Some(_) => ("decided", Figure::Hexagon, true, era),
                    None => ("server", Figure::Circle, false, era),
                }
            }
            Part::Client(None, _) => ("served", Figure::Square, false, None),
            Part::Client(Some(_), 1) => ("writing", Figure::Square, true, None),
            Part::Client(Some(_), _) => ("reading", Figure::Square, true, None),
        };
        (Role { word: word.into(), figure, acting }, era)
    }

    fn describe_node(&self, _: NodeId, local: &Local<Self>, view: &mut NodeView) {
        match &local.disk {
            Part::Blank => {}
            Part::Server(server) => view.disk = self.service.describe(server).1,
            Part::Client(awaited, asked) => {
                let waits = awaited
                    .map_or_else(|| "for nothing".to_owned(), |request| format!("for request {request}"));
                view.disk = vec![Field::new("waits", waits), Field::new("requests made", asked)];
            }
        }
    }

    fn describe_message(&self, message: &Self::Message, view: &mut MessageView) {
        let (kind, letter, label, request) = match message {
            Message::Between(message) => {
                self.service.describe_message(message, view);
                view.reply = view.letter.is_lowercase();
                return;
            }
            Message::Put(request, written) => ("Put", 'W', format!("write {}", value(*written)), request),
            Message::Get(request) => ("Get", 'R', "read".to_owned(), request),
            Message::PutOk(request) => ("PutOk", 'w', "written".to_owned(), request),
            Message::GetOk(request, read) => ("GetOk", 'r', format!("read {}", value(*read)), request),
        };
        (view.kind, view.letter, view.label, view.reply) =
            (kind.into(), letter, label, letter.is_lowercase());
        view.fields.push(Field::new("request", request));
    }

    fn describe_input(&self, (): &()) -> String {
        "nothing".to_owned()
    }

    fn describe_output(&self, me: NodeId, output: &Output) -> Option<String> {
        let name = self.node_name(me);
        Some(match *output {
            Output::Invoked(Op::Write(written)) => format!("{name} asks to write {}", value(written)),
            Output::Invoked(Op::Read) => format!("{name} asks to read"),
            Output::Returned(Return::WriteOk) => format!("{name} has written"),
            Output::Returned(Return::ReadOk(read)) => format!("{name} has read {}", value(read)),
            Output::Answered(read) => format!("{name} answers a read with {}", value(read)),
        })
    }
}

/// `A` for what the first client writes.
pub(super) fn value(value: Value) -> String {
    value
        .checked_sub(1)
        .map_or_else(|| "nothing".to_owned(), |letter| char::from(b'A' + letter % 26).to_string())
}

pub(super) fn server(server: NodeId) -> String {
    format!("S{}", u32::from(server) + 1)
}

/// A client by its number among the clients, from 0.
pub(super) fn client(client: u8) -> String {
    format!("C{}", u32::from(client) + 1)
}
