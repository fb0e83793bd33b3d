//! What a story plays: a run in time, or a state to which happens what the script says.

use std::fmt::Write;

use goldenscript::ArgumentConsumer;
use kernel::cluster::State;
use kernel::{
    Cluster, Describe, Does, Event, Explain, Kind, Micros, Monitor, Note, Report, Scripted, System, Touched,
    Turn,
};
use simulator::{Cause, History, Line};

use super::Answer;

pub(super) enum Play<P: Describe, M: Monitor<P>> {
    Run(Box<History<Cluster<P, M>>>),
    Hand(Box<(Cluster<P, M>, State<P, M>)>),
}

/// Whether a run has come to something; `None`: nothing is called so.
type HasCome<P, M> = fn(&Cluster<P, M>, &State<P, M>, &str) -> Option<bool>;

impl<P: Describe, M: Monitor<P>> Play<P, M> {
    pub(super) fn by_hand(system: Cluster<P, M>) -> Self {
        let mut turn = Turn { choices: &mut Scripted::default(), report: &mut Report::default() };
        let start = system.initial(&mut turn);
        Self::Hand(Box::new((system, start)))
    }

    pub(super) fn now(&self) -> (&Cluster<P, M>, &State<P, M>) {
        match self {
            Self::Run(run) => (run.run().system(), run.run().state()),
            Self::Hand(hand) => (&hand.0, &hand.1),
        }
    }

    /// Makes it happen, and tells what came of it.
    pub(super) fn does(&mut self, event: &Event<P>, args: &mut ArgumentConsumer<'_>) -> Answer {
        match self {
            Self::Run(run) => {
                args.reject_next()?;
                let done = run.intervene(run.run().now(), Does::Force(event.clone()));
                let line = run.lines().next_back().filter(|_| done).ok_or("this is not possible now")?;
                Ok(in_words(line))
            }
            Self::Hand(hand) => {
                let coin = coin(args)?;
                happen(hand, event, coin)
            }
        }
    }

    /// Every message arrives, the oldest first, until there is none.
    pub(super) fn everything(&mut self, args: &mut ArgumentConsumer<'_>) -> Answer {
        let Self::Hand(hand) = self else { return Err("a run delivers by itself".into()) };
        let coin = coin(args)?;
        let mut said = Vec::new();
        while let Some((&id, _)) = hand.1.mail.first_key_value() {
            match happen(hand, &Event::Deliver(id), coin) {
                Ok(words) => said.push(words),
                Err(_) => drop(hand.1.mail.remove(&id)),
            }
        }
        Ok(said.join("\n"))
    }

    /// Lets a run go on.
    pub(super) fn go(&mut self, args: &mut ArgumentConsumer<'_>, has_come: HasCome<P, M>) -> Answer {
        let Self::Run(run) = self else { return Err("only a run goes on by itself".into()) };
        let (mut until, mut most, mut to) = (Micros::ms(10_000), u64::MAX, None);
        while let Some((key, value)) = args.next_key() {
            match key {
                "until" => until = span(value)?,
                "for" => until = run.run().now().plus(span(value)?),
                "steps" => most = value.parse()?,
                "to" => to = Some(value),
                _ => return Err(format!("run knows no {key}").into()),
            }
        }
        args.reject_next()?;
        let come = |run: &History<Cluster<P, M>>, to: &str| match to {
            "a break" => Some(run.run().verdicts().any(|(_, broken)| broken.is_some())),
            to => has_come(run.run().system(), run.run().state(), to),
        };
        if let Some(to) = to {
            come(run, to).ok_or_else(|| format!("a run does not go to {to}"))?;
        }
        let arrived = |run: &History<Cluster<P, M>>| to.is_some_and(|to| come(run, to) == Some(true));
        let start = run.run().steps();
        while !arrived(run) && run.run().steps() - start < most && run.step(until) {}
        if to.is_some() && !arrived(run) {
            return Err("it never came to that".into());
        }
        Ok(format!("at {}, after {} steps", run.run().now(), run.run().steps()))
    }

    /// The latest steps of a run.
    pub(super) fn events(&self, args: &mut ArgumentConsumer<'_>) -> Answer {
        let Self::Run(run) = self else { return Err("only a run keeps its steps".into()) };
        let last: usize = args.take_key("last").unwrap_or("5").parse()?;
        args.reject_next()?;
        let skip = run.lines().len().saturating_sub(last);
        Ok(run.lines().skip(skip).map(in_words).collect::<Vec<_>>().join("\n"))
    }

    /// What is broken, a line a property; `None`: nothing is. By hand, what is told of properties of these kinds.
    pub(super) fn verdicts(&self, claims: &[Kind]) -> Option<String> {
        let lines: Vec<String> = match self {
            Self::Run(run) => {
                let broken = run.run().verdicts().filter_map(|(property, broken)| Some((property, broken?)));
                let line = |name, at, reason| format!("{name} is broken since {at}: {reason}");
                broken.map(|(property, broken)| line(property.name, broken.at, &broken.reason)).collect()
            }
            Self::Hand(hand) => {
                let (system, now) = &**hand;
                let properties = system.properties();
                let claims = (0..).zip(&properties).filter(|(_, property)| claims.contains(&property.kind));
                let broken = claims.filter_map(|(place, property)| {
                    let reason = system.check(now, place, Touched::EVERYTHING).err()?;
                    Some(format!("{}: {reason}", property.name))
                });
                broken.collect()
            }
        };
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

fn span(text: &str) -> Answer<Micros> {
    Ok(Micros::ms(text.strip_suffix("ms").ok_or("a span is written 50ms")?.parse()?))
}

/// How a coin falls, and whatever else is chosen first.
fn coin(args: &mut ArgumentConsumer<'_>) -> Answer<u32> {
    let coin = args.take_key("coin").unwrap_or("0").parse()?;
    args.reject_next()?;
    Ok(coin)
}

fn happen<P: Describe, M: Monitor<P>>(
    (system, now): &mut (Cluster<P, M>, State<P, M>),
    event: &Event<P>,
    coin: u32,
) -> Answer {
    if !system.permits(now, event) {
        return Err("this is not possible now".into());
    }
    let title = system.narrate(now, event).title;
    let mut report = Report { wordy: true, ..Report::default() };
    let mut choices = Scripted::new(vec![coin]);
    system.apply(now, event, &mut Turn { choices: &mut choices, report: &mut report });
    Ok(told(title, &report.notes, &report.words))
}

fn in_words(line: &Line) -> String {
    let by = match line.cause {
        Cause::Time => "",
        Cause::Script => " [the scenario]",
        Cause::Reader => " [you]",
        Cause::Schedule => " [the schedule]",
    };
    told(format!("{}: {}{by}", line.at, line.happening.title), &line.notes, &line.words)
}

/// A step, with what the protocol says of it.
fn told(mut text: String, notes: &[Note], words: &[String]) -> String {
    for note in notes {
        write!(text, "\n    {} ({})", note.text, note.source).expect("text can be written");
    }
    for word in words {
        write!(text, "\n    {word}").expect("text can be written");
    }
    text
}
