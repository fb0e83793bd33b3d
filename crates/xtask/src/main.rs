//! `cargo xtask`: everything that is done to this project, as one command.
//!
//! It needs a Rust toolchain and Node.js; what else a task needs, it installs into `target/tools` and says so. It
//! depends on no other crate of the workspace, so that it runs while they do not compile.

mod bench;
mod figures;
mod page;
mod pictures;
mod serve;
mod shell;
mod split;
mod stamp;
mod styles;
mod test;
mod tidy;
mod tools;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use shell::{Failure, Shell};
use std::process::ExitCode;

fn main() -> ExitCode {
    let done = if split::stands_in() {
        split::bindgen()
    } else {
        Task::parse(std::env::args().skip(1)).and_then(|task| run(&task))
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(words)) => {
            eprint!("{words}");
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
        Task::Say(words) => {
            print!("{words}");
            Ok(())
        }
        Task::Serve { port, open, profile } => serve::run(&shell, *port, *open, *profile),
        Task::Build { profile } => page::run(&shell, *profile),
        Task::Test { quick } => test::run(&shell, *quick),
        Task::Tidy => tidy::run(&shell),
        Task::Figures => figures::run(&shell),
        Task::Pictures { against } => pictures::run(&shell, against),
        Task::Bench(bench) => bench::run(&shell, *bench),
    }
}

/// The command line. Declared without clap's derive macro, which would take longer to compile than all of this program;
/// what is wrong with it clap says in its own words.
fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    let dev = || flag("dev", "Build without optimisation: quicker to build, slower to run");
    let release = || flag("release", "Build with optimisation, as usual").hide(true).conflicts_with("dev");
    let port = Arg::new("port").long("port").value_name("N").value_parser(value_parser!(u16));
    let large = flag("large", "With the searches that take minutes");
    let against = Arg::new("against").long("against").value_name("REVISION").default_value("HEAD");
    Command::new("cargo xtask")
        .bin_name("cargo xtask")
        .about("Everything that is done to this project")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([
            Command::new("serve").about("Build the page, serve it on this machine and open it").args([
                port.help("The port; 8080 or any that is free if nothing is said"),
                flag("no-open", "Do not open a browser"),
                dev(),
                release(),
            ]),
            Command::new("build").about("Write dist/, a folder for any static host").args([dev(), release()]),
            Command::new("test")
                .about("Run every check and test")
                .arg(flag("quick", "Those that need no browser")),
            Command::new("tidy").about("Check the arrows between crates and the invariants"),
            Command::new("figures").about("Redraw the pictures of the README and the documentation"),
            Command::new("pictures")
                .about("Draw the pictures of all scenarios, and those that are not as they were side by side")
                .arg(against.help("The revision of git to compare with")),
            Command::new("bench")
                .about("Measure")
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommands([
                    Command::new("simulator").about("Steps, natively and as WebAssembly"),
                    Command::new("explorer").about("States per second, beside Stateright").arg(large),
                    Command::new("tree").about("The valency tree"),
                    Command::new("hash").about("The nonces that a miner tries"),
                    Command::new("crdt").about("Sequences that several people edit"),
                    Command::new("page").about("Frames"),
                ]),
        ])
}

#[derive(Debug, PartialEq, Eq)]
enum Task {
    /// To print the help that was asked for.
    Say(String),
    Serve {
        port: Option<u16>,
        open: bool,
        profile: page::Profile,
    },
    Build {
        profile: page::Profile,
    },
    Test {
        quick: bool,
    },
    Tidy,
    Figures,
    Pictures {
        /// A revision, as git understands it.
        against: String,
    },
    Bench(bench::Bench),
}

impl Task {
    fn parse(words: impl Iterator<Item = String>) -> Result<Task, Failure> {
        let told = command().no_binary_name(true).try_get_matches_from(words);
        match told {
            Ok(told) => Ok(Task::of(&told)),
            Err(error) if error.use_stderr() => Err(Failure::Usage(error.to_string())),
            Err(help) => Ok(Task::Say(help.to_string())),
        }
    }

    fn of(told: &ArgMatches) -> Task {
        let (name, told) = told.subcommand().expect("clap demands a task");
        let profile = || if told.get_flag("dev") { page::Profile::Dev } else { page::Profile::Release };
        match name {
            "serve" => Task::Serve {
                port: told.get_one("port").copied(),
                open: !told.get_flag("no-open"),
                profile: profile(),
            },
            "build" => Task::Build { profile: profile() },
            "test" => Task::Test { quick: told.get_flag("quick") },
            "tidy" => Task::Tidy,
            "figures" => Task::Figures,
            "pictures" => Task::Pictures {
                against: told.get_one::<String>("against").expect("it has a default").clone(),
            },
            "bench" => Task::Bench(bench(told)),
            other => unreachable!("clap knows no task `{other}`"),
        }
    }
}

fn bench(told: &ArgMatches) -> bench::Bench {
    let (name, told) = told.subcommand().expect("clap demands a bench");
    match name {
        "simulator" => bench::Bench::Simulator,
        "explorer" => bench::Bench::Explorer { large: told.get_flag("large") },
        "tree" => bench::Bench::Tree,
        "hash" => bench::Bench::Hash,
        "crdt" => bench::Bench::Crdt,
        "page" => bench::Bench::Page,
        other => unreachable!("clap knows no bench `{other}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use page::Profile;

    #[test]
    fn the_declared_command_line_is_one() {
        command().debug_assert();
    }

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
        assert_eq!(parse("pictures"), Ok(Task::Pictures { against: "HEAD".into() }));
        assert_eq!(parse("pictures --against main~3"), Ok(Task::Pictures { against: "main~3".into() }));
        let bench = |name| parse(&format!("bench {name}"));
        let explorer = |large| bench::Bench::Explorer { large };
        for (name, expected) in [
            ("simulator", bench::Bench::Simulator),
            ("explorer", explorer(false)),
            ("explorer --large", explorer(true)),
            ("tree", bench::Bench::Tree),
            ("hash", bench::Bench::Hash),
            ("crdt", bench::Bench::Crdt),
            ("page", bench::Bench::Page),
        ] {
            assert_eq!(bench(name), Ok(Task::Bench(expected)));
        }
        assert!(matches!(parse("help bench"), Ok(Task::Say(words)) if words.contains("cargo xtask bench")));
    }

    #[test]
    fn what_is_not_known_is_named() {
        for (line, named) in [
            ("", "Usage: cargo xtask <COMMAND>"),
            ("sevre", "'sevre'"),
            ("test --quik", "'--quik'"),
            ("tidy up", "'up'"),
            ("serve --port", "'--port <N>'"),
            ("serve --port 70000", "'70000'"),
            ("bench", "Usage: cargo xtask bench <COMMAND>"),
            ("bench it", "'it'"),
        ] {
            let Err(Failure::Usage(words)) = parse(line) else { panic!("{line} is understood") };
            assert!(words.contains(named), "{words}");
        }
    }

    fn parse(line: &str) -> Result<Task, Failure> {
        Task::parse(line.split_whitespace().map(String::from))
    }
}
