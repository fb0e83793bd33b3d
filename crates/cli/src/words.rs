//! What `--help` says.

pub(crate) const HELP: &str = "\
bivalent: distributed protocols, run, broken and drawn

  bivalent list [--json]
  bivalent run SYSTEM/SCENARIO [--seed N] [--until MS | --steps N]
               [--set NAME=VALUE]… [--without RULE]… [--with RULE]… [--json]
  bivalent check SYSTEM/SCENARIO [--set NAME=VALUE]… [--without RULE]… [--with RULE]… [--max-states N]
                 [--symmetry] [--json] [--counterexample FILE.json]
  bivalent replay RECORDING.json [--json | --shorten FILE.json]
  bivalent draw SYSTEM/SCENARIO | RECORDING.json [--at MS] [--view ring|space-time|logs|table|side-by-side]
               [-o FILE.svg] [--theme light|dark|print|safe] [--size WIDTHxHEIGHT]
               [--seed N] [--set NAME=VALUE]… [--without RULE]… [--with RULE]…
  bivalent headers FILE
  bivalent edit FILE.json[.gz] [--type rga|fugue|fugue-max] [--replicas N]

`bivalent COMMAND --help` tells more. Exit codes: 0, all properties hold; 1, a property is broken; 2, bad input; 3, a
search was cut short.
";

pub(crate) const LIST: &str = "\
bivalent list [--json]

Prints the systems with their scenarios, options and rules, and for each rule the command that shows what it is for.
";

pub(crate) const RUN: &str = "\
bivalent run SYSTEM/SCENARIO [OPTIONS]

Plays a scenario and prints every event, why it happened, and a verdict a property.

  --seed N           the seed, 1 if nothing is said; the same seed gives the same run
  --until MS         play to this time; the length of the scenario if nothing is said
  --steps N          play so many steps instead
  --set NAME=VALUE   set an option; `bivalent list` names them
  --without RULE     switch a rule off
  --with RULE        switch a rule on that the scenario switches off
  --json             one JSON object a line for each event; the last line holds the hash of the run and the verdicts
";

pub(crate) const CHECK: &str = "\
bivalent check SYSTEM/SCENARIO [OPTIONS]

Tries every order of deliveries, timeouts, requests and faults within the budgets, and prints a verdict a property:
holds (in every state; or, of what is to come true at last, in every fair run), violated (with the length of the shortest
run), witnessed, unreached, untested (it holds, but what it speaks of happens in no run), or unknown, where the search was
cut short or a limit ends runs that would go on.

  --set NAME=VALUE   set an option; `bivalent list` names them
  --without RULE     switch a rule off
  --with RULE        switch a rule on that the scenario switches off
  --crashes N, --losses N, --duplicates N, --cuts N, --timeouts N, --requests N
                     how often each may happen; what the system thinks enough if nothing is said
  --symmetry         take states that differ only in which interchangeable node is which for one
  --max-states N, --max-depth N, --max-memory MB
                     end the search there; if nothing is said, at half of the memory that is free when it starts
  --json             one JSON object
  --counterexample FILE
                     write the shortest counterexample as a recording, for `replay`, `draw` and the page

Exit codes: 0, all properties hold; 1, one does not; 2, bad input; 3, the search was cut short, or one is unknown: what
it had found by then is printed.
";

pub(crate) const REPLAY: &str = "\
bivalent replay RECORDING.json [--json | --shorten FILE.json]

Plays a recording, as the page downloads it, to the time it shows, and prints it like `run`. One that shows its
start is played to the end of its scenario.

  --json             one JSON object a line for each event; the last line holds the hash of the run and the verdicts
  --shorten FILE     instead, of a run that breaks a property, write only what was done that matters for it
";

pub(crate) const DRAW: &str = "\
bivalent draw SYSTEM/SCENARIO | RECORDING.json [OPTIONS]

Draws a moment of a run as SVG.

  --at MS            the moment; the end of the scenario, or what the recording shows, if nothing is said
  --view VIEW        ring (if nothing is said), space-time, logs, table or side-by-side
  -o FILE            where to write it; to the terminal if nothing is said, or for -
  --theme THEME      light (if nothing is said), dark, print or safe (for the colour-blind)
  --size WxH         in pixels, 720x480 if nothing is said; logs and tables are as high as they need
  --seed, --set, --without, --with   as for `run`
";

pub(crate) const HEADERS: &str = "\
bivalent headers FILE

Verifies headers of Bitcoin's main network: that each hash meets its target, that each header names the one before, that
targets are those of their periods and follow from the period before where the file has all of it, and that the sums of
work are those that the file states. Prints what was verified, and the first fault with its line.

FILE has a header a line, in 160 hexadecimal digits; or it is a table with commas whose first line names the columns:
header_hex, and any of height, hash, time, bits and chainwork_hex.

Exit codes: 0, all of it holds; 1, there is a fault; 2, bad input.
";

pub(crate) const EDIT: &str = "\
bivalent edit FILE.json[.gz] [OPTIONS]

Replays what people typed, in the format of editing-traces: startContent, endContent and txns, each with patches
[place, deleted, typed] or [place, deleted, typed, time], and where several people type with agent and parents; places
count Unicode code points. Prints how many edits there were, how long
they took, the peak memory, and the length and SHA-256 of the final text, and compares it with what the file states.

  --type TYPE        the rule for what is typed at the same place at the same time: rga, fugue or fugue-max; fugue-max
                     if nothing is said
  --replicas N       so many replicas at least, 1 if nothing is said: each person has one, and others hear of everything

Exit codes: 0, every replica ends with the text that the file states; 1, one does not; 2, bad input.
";
