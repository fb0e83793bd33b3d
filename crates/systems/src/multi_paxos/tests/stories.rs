//! The scripts of the folder `scripts`, one a scenario. What they can say is told at the head of `shared/testing/stories`;
//! these servers also know:
//!
//! ```text
//! run to=S3                    goes on until S3 leads; `to="a leader"`: until somebody does; `to="slot 2"`: until
//!                              somebody knows what is chosen there
//! roles   logs   store         a line a server: what it is; its votes; its state machine
//! stand S1                     S1 wants to lead
//! write S1 x=1 client=A seq=1  a client asks
//! ```
//!
//! In a log, `2:x=1` is a command accepted in ballot 2, with a star where it is known to be chosen; `-` is a gap.

use goldenscript::ArgumentConsumer;
use kernel::cluster::State;
use kernel::{Event, Explain, Local};

use super::super::describe;
use super::{Input, MultiPaxos, MultiPaxosRoom, Servers, Timer, Watch, leads, learner, log};
use crate::shared::testing::stories::{Answer, Stories, client, every_run, line_each, node};

#[test]
fn every_scenario_has_a_story() {
    every_run::<MultiPaxosRoom, _, _>("multi_paxos/scripts");
}

impl Stories<MultiPaxos, Watch> for MultiPaxosRoom {
    fn opened(servers: &Servers) -> String {
        format!("{} servers", servers.nodes())
    }

    fn look(servers: &Servers, now: &State<MultiPaxos, Watch>, what: &str) -> Option<String> {
        let line: fn(&Local<MultiPaxos>) -> String = match what {
            "roles" => role,
            "logs" => log,
            "store" => store,
            _ => return None,
        };
        Some(line_each(servers, now, |_, local| line(local)))
    }

    fn has_come(servers: &Servers, now: &State<MultiPaxos, Watch>, to: &str) -> Option<bool> {
        match (to, to.strip_prefix("slot ").and_then(|slot| slot.parse().ok())) {
            (_, Some(slot)) => Some(now.locals.iter().any(|local| learner::chosen(local, slot).is_some())),
            ("a leader", None) => Some(now.locals.iter().any(leads)),
            (name, None) => node(servers, name).ok().map(|node| leads(&now.locals[usize::from(node)])),
        }
    }

    fn event(
        servers: &Servers,
        command: (&str, &[&str]),
        args: &mut ArgumentConsumer<'_>,
    ) -> Answer<Option<Event<MultiPaxos>>> {
        Ok(match command {
            ("stand", [name]) => Some(Event::Fire(node(servers, name)?, Timer::Election)),
            ("write", [name]) => Some(Event::Input(node(servers, name)?, input(args)?)),
            _ => None,
        })
    }
}

fn role(local: &Local<MultiPaxos>) -> String {
    let promised = local.ram.as_ref().map_or(local.disk.promised, |ram| ram.promised(&local.disk));
    let executed = local.ram.as_ref().map_or(String::new(), |ram| format!(", executed {}", ram.executed));
    format!("{}, promised {promised}{executed}", describe::role(local).0.word)
}

fn store(local: &Local<MultiPaxos>) -> String {
    local.ram.as_ref().map_or(String::new(), |ram| ram.machine.words())
}

fn input(args: &mut ArgumentConsumer<'_>) -> Answer<Input> {
    let client = client(args)?;
    let seq = args.take_key("seq").unwrap_or("1").parse()?;
    let (key, value) = args.next_key().ok_or("write S1 x=1")?;
    let key = key.chars().next().ok_or("a key is a letter")?;
    Ok(Input::Write { client, seq, key, value: value.parse()? })
}
