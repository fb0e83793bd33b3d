//! `cargo xtask`: everything that is done to this project, as one command.
//!
//! It needs a Rust toolchain and Node.js; what else a task needs, it installs into `target/tools` and says so. It
//! depends on no other crate of the workspace, so that it runs while they do not compile.

mod bench;
mod figures;
mod page;
mod serve;
mod shell;
mod split;
mod stamp;
mod test;
mod tidy;
mod tools;

use shell::{Failure, Shell};
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  serve [--port N] [--no-open] [--dev]   build the page and serve it on this machine
  build [--dev]                          write dist/, a folder for any static host
  test [--quick]                         run every check and test; --quick: those that need no browser
  tidy                                   check the arrows between crates and the invariants
  figures                                redraw the pictures of the README and the documentation
  bench simulator|tree|hash|crdt|page    measure steps, the valency tree, nonces, edits, or frames
  bench explorer [--large]               measure states per second, beside Stateright; --large: for minutes

--dev builds without optimisation: quicker to build, slower to run.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = if split::stands_in() {
        split::bindgen()
    } else {
        Task::parse(&arguments).and_then(|task| run(&task))
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(sentence)) => {
            eprintln!("{sentence}\n\n{USAGE}");
            ExitCode::from(2)
        }
        Err(Failure::Task(sentence)) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<(), Failure> {
    let shell = Shell::new();
    match task {
        Task::Help => {
            println!("{USAGE}");
            Ok(())
        }
        Task::Serve { port, open, profile } => serve::run(&shell, *port, *open, *profile),
        Task::Build { profile } => page::run(&shell, *profile),
        Task::Test { quick } => test::run(&shell, *quick),
        Task::Tidy => tidy::run(&shell),
        Task::Figures => figures::run(&shell),
        Task::Bench(bench) => bench::run(&shell, *bench),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Task {
    Help,
    Serve { port: Option<u16>, open: bool, profile: page::Profile },
    Build { profile: page::Profile },
    Test { quick: bool },
    Tidy,
    Figures,
    Bench(bench::Bench),
}

impl Task {
    fn parse(arguments: &[String]) -> Result<Task, Failure> {
        let Some((command, options)) = arguments.split_first() else {
            return Err(Failure::Usage("Which task?".into()));
        };
        let mut options = Options { command, left: options.to_vec() };
        let task = match command.as_str() {
            "help" | "-h" | "--help" => Task::Help,
            "serve" => Task::Serve {
                port: options.port()?,
                open: !options.flag("--no-open"),
                profile: options.profile(),
            },
            "build" => Task::Build { profile: options.profile() },
            "test" => Task::Test { quick: options.flag("--quick") },
            "tidy" => Task::Tidy,
            "figures" => Task::Figures,
            "bench" => Task::Bench(options.bench()?),
            unknown => return Err(Failure::Usage(format!("There is no task `{unknown}`."))),
        };
        options.none_left()?;
        Ok(task)
    }
}

/// What stands behind the command. Each question takes away what it has understood.
struct Options<'a> {
    command: &'a str,
    left: Vec<String>,
}

impl Options<'_> {
    fn flag(&mut self, name: &str) -> bool {
        let before = self.left.len();
        self.left.retain(|option| option != name);
        self.left.len() < before
    }

    fn profile(&mut self) -> page::Profile {
        self.flag("--release");
        if self.flag("--dev") { page::Profile::Dev } else { page::Profile::Release }
    }

    fn port(&mut self) -> Result<Option<u16>, Failure> {
        let Some(at) =
            self.left.iter().position(|option| option == "--port" || option.starts_with("--port="))
        else {
            return Ok(None);
        };
        let option = self.left.remove(at);
        let value = match option.strip_prefix("--port=") {
            Some(value) => value.to_string(),
            None if at < self.left.len() => self.left.remove(at),
            None => return Err(Failure::Usage("`--port` needs a number behind it.".into())),
        };
        let port = value.parse().map_err(|_| {
            Failure::Usage(format!("`{value}` is no port: a port is a number from 0 to 65535."))
        })?;
        Ok(Some(port))
    }

    fn bench(&mut self) -> Result<bench::Bench, Failure> {
        let known = "`bench` measures `simulator`, `explorer`, `tree`, `hash`, `crdt` or `page`";
        match self.left.first().cloned().as_deref() {
            Some("simulator") => {
                self.left.remove(0);
                Ok(bench::Bench::Simulator)
            }
            Some("explorer") => {
                self.left.remove(0);
                Ok(bench::Bench::Explorer { large: self.flag("--large") })
            }
            Some("tree") => {
                self.left.remove(0);
                Ok(bench::Bench::Tree)
            }
            Some("hash") => {
                self.left.remove(0);
                Ok(bench::Bench::Hash)
            }
            Some("crdt") => {
                self.left.remove(0);
                Ok(bench::Bench::Crdt)
            }
            Some("page") => {
                self.left.remove(0);
                Ok(bench::Bench::Page)
            }
            Some(other) => Err(Failure::Usage(format!("{known}, not `{other}`."))),
            None => Err(Failure::Usage(format!("{known}: which?"))),
        }
    }

    fn none_left(&self) -> Result<(), Failure> {
        match self.left.first() {
            None => Ok(()),
            Some(option) => Err(Failure::Usage(format!("`{}` has no option `{option}`.", self.command))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use page::Profile;

    #[test]
    fn the_command_line_is_understood() {
        let serve = Task::Serve { port: None, open: true, profile: Profile::Release };
        assert_eq!(parse("serve"), Ok(serve));
        let serve = Task::Serve { port: Some(8000), open: false, profile: Profile::Dev };
        assert_eq!(parse("serve --port 8000 --no-open --dev"), Ok(serve));
        let serve = Task::Serve { port: Some(0), open: true, profile: Profile::Release };
        assert_eq!(parse("serve --port=0"), Ok(serve));
        assert_eq!(parse("build --release"), Ok(Task::Build { profile: Profile::Release }));
        assert_eq!(parse("test --quick"), Ok(Task::Test { quick: true }));
        assert_eq!(parse("bench page"), Ok(Task::Bench(bench::Bench::Page)));
        assert_eq!(parse("bench hash"), Ok(Task::Bench(bench::Bench::Hash)));
        assert_eq!(parse("bench tree"), Ok(Task::Bench(bench::Bench::Tree)));
        let bench = |large| Ok(Task::Bench(bench::Bench::Explorer { large }));
        assert_eq!([parse("bench explorer"), parse("bench explorer --large")], [bench(false), bench(true)]);
    }

    #[test]
    fn what_is_not_known_is_named() {
        assert_eq!(parse(""), usage("Which task?"));
        assert_eq!(parse("sevre"), usage("There is no task `sevre`."));
        assert_eq!(parse("test --quik"), usage("`test` has no option `--quik`."));
        assert_eq!(parse("tidy up"), usage("`tidy` has no option `up`."));
        assert_eq!(parse("serve --port"), usage("`--port` needs a number behind it."));
        assert_eq!(
            parse("serve --port 70000"),
            usage("`70000` is no port: a port is a number from 0 to 65535.")
        );
        assert_eq!(
            parse("bench"),
            usage("`bench` measures `simulator`, `explorer`, `tree`, `hash`, `crdt` or `page`: which?")
        );
        assert_eq!(
            parse("bench it"),
            usage("`bench` measures `simulator`, `explorer`, `tree`, `hash`, `crdt` or `page`, not `it`.")
        );
    }

    fn parse(line: &str) -> Result<Task, Failure> {
        Task::parse(&line.split_whitespace().map(String::from).collect::<Vec<_>>())
    }

    fn usage(sentence: &str) -> Result<Task, Failure> {
        Err(Failure::Usage(sentence.into()))
    }
}
