//! The stretch of a run that a space-time diagram draws, from the steps in words.

use std::collections::BTreeMap;

use kernel::view::{Arrow, Chart, Delivery, Dot, Span, View};
use kernel::{MessageId, Micros, Subject};
use simulator::{Line, Run};

/// The last `window` of the run, up to the time shown.
pub(crate) fn chart<'a, S: Subject>(
    run: &Run<S>,
    view: &View,
    lines: impl Iterator<Item = &'a Line>,
    shown: Micros,
    window: Micros,
) -> Chart {
    let from = shown.since(window);
    let lines: Vec<&Line> = lines.filter(|line| line.at >= from).collect();
    let mut chart = Chart {
        names: (0..run.system().nodes()).map(|node| run.system().node_name(node)).collect(),
        era: run.system().era(),
        from,
        until: from.plus(window),
        now: shown,
        spans: spans(run, &lines, from),
        arrows: arrows(&lines, view, shown),
        dots: Vec::new(),
    };
    for line in lines {
        if let (Some(node), Some(text)) = (line.happening.node, &line.happening.dot) {
            chart.dots.push(Dot { node, at: line.at, text: text.clone(), tone: line.happening.tone });
        }
    }
    chart
}

fn spans<S: Subject>(run: &Run<S>, lines: &[&Line], from: Micros) -> Vec<Span> {
    let mut spans = Vec::new();
    for node in 0..run.system().nodes() {
        let turns = lines.iter().filter_map(|line| Some((line.at, line.turned.as_ref()?)));
        let mut since = from;
        for (at, turned) in turns.filter(|(_, turned)| turned.node == node) {
            let (role, era) = turned.was.clone();
            spans.push(Span { node, from: since, until: Some(at), role, era });
            since = at;
        }
        let (role, era) = run.system().role(run.state(), node);
        spans.push(Span { node, from: since, until: None, role, era });
    }
    spans
}

fn arrows(lines: &[&Line], view: &View, shown: Micros) -> Vec<Arrow> {
    let mut ends: BTreeMap<MessageId, (Micros, Delivery)> = BTreeMap::new();
    for line in lines {
        ends.extend(line.received.map(|id| (id, (line.at, Delivery::Delivered))));
        ends.extend(line.lost.iter().map(|&id| (id, (line.at, Delivery::Lost))));
    }
    // Not collected: that brings a sort of its own.
    let mut flying: BTreeMap<MessageId, Option<f64>> = BTreeMap::new();
    for message in &view.messages {
        flying.insert(message.id, message.progress);
    }
    let mut arrows = Vec::new();
    for line in lines {
        for message in &line.sent {
            let (end, delivery) = match ends.get(&message.id) {
                Some(&(at, delivery)) => (Some(at), delivery),
                None => {
                    let progress = flying.get(&message.id).copied().flatten();
                    (progress.and_then(|progress| arrival(line.at, shown, progress)), Delivery::InFlight)
                }
            };
            arrows.push(Arrow {
                id: message.id,
                from: message.from,
                to: message.to,
                sent: line.at,
                ends: end,
                delivery,
                kind: message.kind.clone(),
                label: message.label.clone(),
                era: message.era,
                reply: message.reply,
            });
        }
    }
    arrows
}

/// When a message arrives that has this part of its way behind it.
fn arrival(sent: Micros, shown: Micros, progress: f64) -> Option<Micros> {
    (progress > 0.0).then(|| sent.plus(Micros((shown.since(sent).0 as f64 / progress) as u64)))
}
