//! The scripts of the folder `scripts`, one a scenario. What they can say is told at the head of `shared/testing/stories`;
//! these servers also know:
//!
//! ```text
//! run to="a leader"            goes on until somebody leads; `to=S3`: until S3 does
//! roles   logs   store         a line a server: what it is; its log; its state machine
//! stand S1                     S1 stands for election
//! write S1 x=1 client=A seq=1  a client asks; `read S1 x client=A seq=2`
//! ```
//!
//! In a log, `2:x=1` is a write made in term 2; a star follows the last entry that is known to be committed.

use goldenscript::ArgumentConsumer;
use kernel::cluster::State;
use kernel::{Event, Explain, Local, NodeId};

use super::super::describe;
use super::{Index, Input, Raft, RaftRoom, Servers, Timer, Watch, leads};
use crate::shared::testing::stories::{Answer, Stories, client, every_run, line_each, node};

#[test]
fn every_scenario_has_a_story() {
    every_run::<RaftRoom, _, _>("raft/scripts");
}

impl Stories<Raft, Watch> for RaftRoom {
    fn opened(servers: &Servers) -> String {
        format!("{} servers", servers.nodes())
    }

    fn look(servers: &Servers, now: &State<Raft, Watch>, what: &str) -> Option<String> {
        let line: fn(NodeId, &Local<Raft>) -> String = match what {
            "roles" => role,
            "logs" => log,
            "store" => store,
            _ => return None,
        };
        Some(line_each(servers, now, line))
    }

    fn has_come(servers: &Servers, now: &State<Raft, Watch>, to: &str) -> Option<bool> {
        match to {
            "a leader" => Some(now.locals.iter().any(leads)),
            name => node(servers, name).ok().map(|node| leads(&now.locals[usize::from(node)])),
        }
    }

    fn event(
        servers: &Servers,
        command: (&str, &[&str]),
        args: &mut ArgumentConsumer<'_>,
    ) -> Answer<Option<Event<Raft>>> {
        Ok(match command {
            ("stand", [name]) => Some(Event::Fire(node(servers, name)?, Timer::Election)),
            ("write" | "read", [name, key @ ..]) => {
                Some(Event::Input(node(servers, name)?, input(key, args)?))
            }
            _ => None,
        })
    }
}

fn committed(local: &Local<Raft>) -> Index {
    local.ram.as_ref().map_or(0, |ram| ram.commit_index)
}

fn role(_: NodeId, local: &Local<Raft>) -> String {
    let disk = &local.disk;
    let vote = disk.voted_for.map_or(String::new(), |node| format!(", voted for {}", describe::server(node)));
    let commit = if local.up() { format!(", committed {}", committed(local)) } else { String::new() };
    format!("{} of term {}{vote}{commit}", describe::role(local).0.word, disk.current_term)
}

fn log(_: NodeId, local: &Local<Raft>) -> String {
    let mut words = Vec::new();
    for (index, entry) in (1..).zip(local.disk.log.from(1, usize::MAX)) {
        words.push(format!("{}:{}", entry.term, entry.command.words()));
        if index == committed(local) {
            words.push("*".to_owned());
        }
    }
    words.join(" ")
}

fn store(_: NodeId, local: &Local<Raft>) -> String {
    local.ram.as_ref().map_or(String::new(), |ram| ram.machine.words())
}

fn input(read: &[&str], args: &mut ArgumentConsumer<'_>) -> Answer<Input> {
    let client = client(args)?;
    let seq = args.take_key("seq").unwrap_or("1").parse()?;
    let letter = |word: &str| word.chars().next().ok_or("a key is a letter");
    Ok(match (read, args.next_key()) {
        ([key], None) => Input::Read { client, seq, key: letter(key)? },
        ([], Some((key, value))) => Input::Write { client, seq, key: letter(key)?, value: value.parse()? },
        _ => return Err("write S1 x=1, or read S1 x".into()),
    })
}
