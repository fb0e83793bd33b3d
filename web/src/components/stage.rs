//! The stage: the pictures, the menu of what is pointed at, and under the ring logs, chain, lattice or windows to type
//! into, where there is room.

use catalog::{Place, Target, Tool};
use yew::prelude::*;

use super::coming::or_why;
use super::dialogs::Dialog;
use super::menu::Menu;
use super::narration::narration;
use super::picture::{Pick, PictureCanvas};
use super::tabs::Tabs;
use super::targets::target_of;
use crate::context::{RoomContext, use_room};
use crate::lazy::{self, use_editors, use_part, use_valency};
use crate::route::{TREE, View};
use crate::words::count;

/// Properties of [`Stage`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Shows another picture, or the valency tree.
    pub show: Callback<View>,
}

/// The stage.
#[component]
pub fn Stage(props: &Props) -> Html {
    let shared = &use_room();
    let handle = &shared.handle;
    let menu = use_state_eq(|| None::<(usize, Pick, Target)>);
    let cutting = use_state_eq(|| !shared.embed);
    let nodes = handle.look(|run| run.session().about().nodes.len());
    let on_pick = {
        let (menu, look_at, run) = (menu.setter(), shared.look_at.clone(), handle.identity());
        Callback::from(move |pick: Pick| {
            let Some(target) = target_of(&pick.id) else { return };
            if let Target::Node(node) = target {
                look_at.emit(node);
            }
            menu.set(Some((run, pick, target)));
        })
    };
    let on_close = {
        let menu = menu.setter();
        Callback::from(move |()| menu.set(None))
    };
    let valency = use_valency(shared.tree);
    let ring = shared.view.network && !shared.tree;
    let cuts = ring && handle.look(|run| run.session().about().room.cuts());
    let under = shared.diagrams.iter().find_map(|&diagram| match diagram.place {
        Place::UnderRing(most) => Some((diagram, most)),
        Place::Tab => None,
    });
    let strip = under.filter(|&(_, most)| ring && !shared.embed && nodes <= most).map(|(diagram, _)| diagram);
    // What stands beside this run needs the code of the other system.
    let beside = use_part(shared.view.beside.filter(|_| !shared.tree));
    let text = handle.look(|run| run.session().about().room.has(Tool::EditText))
        && !shared.tree
        && (shared.view.fills || shared.view.key == "text");
    let editors = use_editors(text);
    let label = label(shared);
    let class = classes!("stage", (strip.is_some() || text).then_some("with-strip"));
    html! {
        <section {class} aria-label="Stage" data-view={shared.shown()}>
            { views(shared, &props.show, &cutting) }
            <div key="picture" class="picture-place" id="picture" role="tabpanel"
                aria-labelledby={format!("picture-tab-{}", shared.shown())}>
                if shared.tree {
                    { or_why(&valency, || lazy::valency().map_or_else(|| html! {}, |valency| (valency.stage)())) }
                } else {
                { or_why(&beside, || html! {
                    <PictureCanvas key={shared.view.key} handle={handle.clone()} diagram={shared.view} label={label}
                        cuts={cuts && *cutting} on_pick={on_pick.clone()} />
                }) }
                }
                if let Some((_, pick, target)) = menu.as_ref().filter(|(run, ..)| *run == handle.identity()) {
                    <Menu key={format!("menu-{}", pick.id)} handle={handle.clone()} pick={pick.clone()} target={*target}
                        {on_close} />
                }
            </div>
            if !shared.embed && !shared.tree { { narration(shared) } }
            if text {
                <div key="editors" class="strip">
                    { or_why(&editors, || lazy::editors().map_or_else(|| html! {}, |editors| editors())) }
                </div>
            }
            if let Some(diagram) = strip {
                <div key="strip" class="strip" data-test="logs-strip" role="group" aria-label={diagram.title} tabindex="0">
                    <PictureCanvas key={diagram.key} handle={handle.clone()} {diagram} label={diagram.title}
                        on_pick={on_pick} />
                </div>
            }
        </section>
    }
}

/// What the picture shows, in a sentence for those who do not see it.
fn label(shared: &RoomContext) -> String {
    shared.handle.look(|run| {
        let view = run.session().sketch();
        let cut = view.links.iter().filter(|link| link.cut).count();
        let names = view.nodes.iter().take(9).map(|node| format!("{} {}", node.name, node.role.word));
        let names = names.collect::<Vec<_>>().join(", ");
        let more =
            if view.nodes.len() > 9 { format!(", and {} more", view.nodes.len() - 9) } else { String::new() };
        let cuts = if cut > 0 { format!("; {} cut", count(cut, "link")) } else { String::new() };
        let messages = count(view.messages.len(), "message");
        format!("{}: {names}{more}; {messages} under way{cuts}", shared.view.title)
    })
}

/// The tabs over the picture, and beside them how to cut.
fn views(shared: &RoomContext, show: &Callback<View>, cutting: &UseStateHandle<bool>) -> Html {
    let on = **cutting;
    let mut tabs: Vec<_> =
        shared.diagrams.iter().map(|diagram| (diagram.key.into(), diagram.title.into())).collect();
    if shared.handle.look(|run| run.session().about().room.has(Tool::Valency)) {
        tabs.push((TREE.into(), "Valency tree".into()));
    }
    let on_choose = {
        let show = show.clone();
        Callback::from(move |name: String| {
            if let Some(view) = View::named(&name) {
                show.emit(view);
            }
        })
    };
    let ask = shared.asks::<MouseEvent>(Dialog::Cut);
    let (work, tells, cuts) = shared.handle.look(|run| {
        let room = &run.session().about().room;
        (room.has(Tool::MineByHand), room.has(Tool::Tell), room.cuts())
    });
    let mine = shared.asks::<MouseEvent>(Dialog::Mine(None));
    let toggle = {
        let set = cutting.setter();
        Callback::from(move |_| set.set(!on))
    };
    html! {
        <div key="views" class="views">
            <Tabs key="tabs" label="Pictures" controls="picture" {tabs} current={shared.shown()} {on_choose} />
            if work && shared.view.key == "chain" {
                <div key="mine" class="views-end">
                    <button key="ask" type="button" class="btn small-btn" onclick={mine} data-test="mine-by-hand">{ "Mine by hand…" }</button>
                </div>
            }
            if shared.view.network && cuts && !shared.tree {
                <div key="cut" class="views-end">
                    if shared.embed {
                        <button key="toggle" type="button" class="btn small-btn" aria-pressed={on.to_string()}
                            onclick={toggle} title="Draw a line across the network">{ "Cut" }</button>
                    } else {
                        <span key="hint" class="hint quiet small">{ if tells { "Draw one replica onto another to merge; a line across the network cuts it, or " } else { "Draw a line across the network to cut it, or " } }</span>
                        <button key="ask" type="button" class="btn small-btn" onclick={ask} aria-label="Cut the network…"
                            data-test="cut"><span>{ "Cut" }<span class="cut-more">{ " the network" }</span>{ "…" }</span></button>
                    }
                </div>
            }
        </div>
    }
}
