//! Clients, servers and what they say, in words.

use kernel::view::{Field, Figure, MessageView, NodeView, Role};
use kernel::{Local, NodeId};

use super::{Clients, Message, Op, Output, Part, Return, Service, Value};

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

pub(super) fn node(node: NodeId, servers: NodeId) -> String {
    node.checked_sub(servers).map_or_else(|| server(node), |number| client(number as u8))
}

pub(super) fn role<S: Service>(clients: &Clients<S>, local: &Local<Clients<S>>) -> (Role, Option<u64>) {
    let (word, figure, acting, era) = match &local.disk {
        _ if !local.up() => ("down", Figure::Broken, false, None),
        Part::Blank => ("server", Figure::Circle, false, None),
        Part::Server(server) => {
            let era = clients.service.describe(server).0;
            match clients.service.decided(server) {
                Some(_) => ("decided", Figure::Hexagon, true, era),
                None => ("server", Figure::Circle, false, era),
            }
        }
        Part::Client(None, _) => ("served", Figure::Square, false, None),
        Part::Client(Some(_), 1) => ("writing", Figure::Square, true, None),
        Part::Client(Some(_), _) => ("reading", Figure::Square, true, None),
    };
    (Role { word: word.to_owned(), figure, acting }, era)
}

pub(super) fn describe_node<S: Service>(
    clients: &Clients<S>,
    local: &Local<Clients<S>>,
    view: &mut NodeView,
) {
    match &local.disk {
        Part::Blank => {}
        Part::Server(server) => view.disk = clients.service.describe(server).1,
        Part::Client(awaited, asked) => {
            let waits =
                awaited.map_or_else(|| "for nothing".to_owned(), |request| format!("for request {request}"));
            view.disk = vec![Field::new("waits", waits), Field::new("requests made", asked)];
        }
    }
}

pub(super) fn describe_message<S: Service>(
    clients: &Clients<S>,
    message: &Message<S::Message>,
    view: &mut MessageView,
) {
    let (kind, letter, label, request) = match message {
        Message::Between(message) => {
            clients.service.describe_message(message, view);
            view.reply = view.letter.is_lowercase();
            return;
        }
        Message::Put(request, written) => ("Put", 'W', format!("write {}", value(*written)), request),
        Message::Get(request) => ("Get", 'R', "read".to_owned(), request),
        Message::PutOk(request) => ("PutOk", 'w', "written".to_owned(), request),
        Message::GetOk(request, read) => ("GetOk", 'r', format!("read {}", value(*read)), request),
    };
    (view.kind, view.letter, view.label, view.reply) =
        (kind.to_owned(), letter, label, letter.is_lowercase());
    view.fields.push(Field::new("request", request));
}

pub(super) fn output(name: &str, output: Output) -> String {
    match output {
        Output::Invoked(Op::Write(written)) => format!("{name} asks to write {}", value(written)),
        Output::Invoked(Op::Read) => format!("{name} asks to read"),
        Output::Returned(Return::WriteOk) => format!("{name} has written"),
        Output::Returned(Return::ReadOk(read)) => format!("{name} has read {}", value(read)),
        Output::Answered(read) => format!("{name} answers a read with {}", value(read)),
    }
}
