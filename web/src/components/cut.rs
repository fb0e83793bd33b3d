//! Cutting the network without drawing a line: who stands on this side, and which ways are cut.

use std::collections::BTreeSet;

use catalog::NodeId;
use yew::prelude::*;

use super::dialog::Modal;
use crate::context::use_room;
use crate::playback::Command;

/// Properties of [`CutDialog`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Closes it.
    pub on_close: Callback<()>,
}

/// Which ways are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ways {
    Both,
    Out,
    In,
}

impl Ways {
    const ALL: [Self; 3] = [Self::Both, Self::Out, Self::In];

    const fn title(self) -> &'static str {
        match self {
            Self::Both => "Both ways",
            Self::Out => "Only what this side sends",
            Self::In => "Only what this side receives",
        }
    }
}

/// The dialog.
#[component]
pub fn CutDialog(props: &Props) -> Html {
    let handle = use_room().handle;
    let names = handle.look(|run| run.session().about().nodes.clone());
    let side = use_state_eq(BTreeSet::<NodeId>::new);
    let ways = use_state_eq(|| Ways::Both);
    let count = names.len() as NodeId;
    let none = side.is_empty() || side.len() == names.len();
    let onclick = {
        let (close, side, ways) = (props.on_close.clone(), side.clone(), *ways);
        Callback::from(move |_| {
            handle.send(Command::Cut(links(&side, count, ways)));
            close.emit(());
        })
    };
    let node = |(id, name): (usize, &String)| {
        let id = id as NodeId;
        let checked = side.contains(&id);
        let onchange = {
            let side = side.clone();
            Callback::from(move |_| {
                let mut next = (*side).clone();
                if !next.remove(&id) {
                    next.insert(id);
                }
                side.set(next);
            })
        };
        html! { <label key={name.clone()} class="check chip"><input type="checkbox" {checked} {onchange} /><span>{ name }</span></label> }
    };
    let way = |one: Ways| {
        let set = ways.setter();
        let onchange = Callback::from(move |_| set.set(one));
        html! {
            <label key={one.title()} class="check"><input type="radio" name="ways" checked={*ways == one} {onchange} />
                <span>{ one.title() }</span></label>
        }
    };
    html! {
        <Modal title="Cut the network" name="cut-dialog" on_close={props.on_close.clone()}>
            <fieldset key="side"><legend>{ "On this side of the cut" }</legend>
                <div class="chips">{ for names.iter().enumerate().map(node) }</div>
            </fieldset>
            <fieldset key="ways"><legend>{ "What is lost" }</legend>{ for Ways::ALL.into_iter().map(way) }</fieldset>
            <div key="acts" class="acts">
                <button type="button" class="btn main" disabled={none} {onclick}>{ "Cut" }</button>
            </div>
        </Modal>
    }
}

fn links(side: &BTreeSet<NodeId>, count: NodeId, ways: Ways) -> Vec<(NodeId, NodeId)> {
    let others = (0..count).filter(|node| !side.contains(node));
    let pairs = others.flat_map(|other| side.iter().map(move |&own| (own, other)));
    let mut links: Vec<_> = pairs
        .flat_map(|(own, other)| match ways {
            Ways::Both => vec![(own, other), (other, own)],
            Ways::Out => vec![(own, other)],
            Ways::In => vec![(other, own)],
        })
        .collect();
    links.sort_unstable();
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_parts_one_side_from_the_other() {
        let side = BTreeSet::from([0, 2]);
        assert_eq!(links(&side, 3, Ways::Out), [(0, 1), (2, 1)]);
        assert_eq!(links(&side, 3, Ways::In), [(1, 0), (1, 2)]);
        assert_eq!(links(&side, 3, Ways::Both).len(), 4);
        assert_eq!(links(&BTreeSet::new(), 3, Ways::Both), []);
    }
}
