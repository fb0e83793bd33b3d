//! `bivalent draw`: a moment of a run as SVG.

use catalog::{Micros, Picture, open};
use scene::svg;

use crate::arguments::{Draw, Refusal, Source};
use crate::{output, play};

pub(crate) fn draw(drawing: &Draw) -> Result<(), Refusal> {
    let source = drawing.source();
    let (recording, shown) = match &source {
        Source::Scenario(recording) => (recording.clone(), None),
        Source::File(file) => {
            let recording = play::read(file)?;
            let shown = Micros(recording.at);
            (recording, Some(shown))
        }
    };
    let mut session = open(&recording).map_err(|error| match &source {
        Source::Scenario(_) => error.into(),
        Source::File(file) => play::damaged(file, &error),
    })?;
    let at = drawing.at.or(shown).unwrap_or(session.about().length);
    if !session.seek(at) {
        let reached = session.position().now;
        return Err(Refusal(format!(
            "The run is too long to be drawn at {at}: after a million steps it is at {reached}."
        )));
    }
    let Some(diagram) = session.diagram(&drawing.view) else {
        let known: Vec<&str> = session.diagrams().iter().map(|diagram| diagram.key).collect();
        let title = session.about().room.title;
        return Err(Refusal(format!("{title} has no view “{}”; it has {}.", drawing.view, known.join(", "))));
    };
    let picture = Picture::new(diagram, drawing.size.0, drawing.size.1);
    let about = session.about();
    let title = format!("{}, {}, at {at}", about.room.title, about.scenario.title);
    let options =
        svg::Options { title: &title, desc: about.scenario.story, margin: 12, ..svg::Options::default() };
    let text = svg::write(&session.scene(&picture), drawing.theme, &options);
    match drawing.output() {
        None => output::print(text),
        Some(file) => std::fs::write(file, text)
            .map_err(|error| Refusal(format!("The picture {} cannot be written: {error}.", file.display()))),
    }
}
