//! The side: nodes, events, rules, the search.

use yew::prelude::*;

use super::coming::or_why;
use super::events::Events;
use super::nodes::nodes;
use super::tabs::Tabs;
use crate::context::use_room;
use crate::lazy::{self, use_tools, use_valency};

/// The tabs that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Nodes,
    Events,
    Rules,
    Search,
    Proof,
}

impl Tab {
    const ALL: [Self; 5] = [Self::Nodes, Self::Events, Self::Rules, Self::Search, Self::Proof];

    const fn name(self) -> &'static str {
        match self {
            Self::Nodes => "nodes",
            Self::Events => "events",
            Self::Rules => "rules",
            Self::Search => "search",
            Self::Proof => "proof",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Nodes => "Nodes",
            Self::Events => "Events",
            Self::Rules => "Rules",
            Self::Search => "Search",
            Self::Proof => "Proof",
        }
    }
}

/// The side.
#[component]
pub fn Side() -> Html {
    let shared = &use_room();
    let tab = use_state_eq(|| Tab::Nodes);
    let (binary, ruled) = shared.handle.look(|run| {
        let about = run.session().about();
        (about.room.has(catalog::Tool::Valency), !about.rules.is_empty() || !about.options.is_empty())
    });
    let there = |tab: &&Tab| match tab {
        Tab::Proof => binary,
        Tab::Rules => ruled,
        Tab::Nodes | Tab::Events | Tab::Search => true,
    };
    let tabs: Vec<_> =
        Tab::ALL.iter().filter(there).map(|tab| (tab.name().into(), tab.title().into())).collect();
    let on_choose = {
        let set = tab.setter();
        Callback::from(move |name: String| {
            if let Some(tab) = Tab::ALL.into_iter().find(|tab| tab.name() == name) {
                set.set(tab);
            }
        })
    };
    let tools = use_tools(matches!(*tab, Tab::Search | Tab::Rules));
    let valency = use_valency(*tab == Tab::Proof);
    let panel = match *tab {
        Tab::Proof => {
            or_why(&valency, || lazy::valency().map_or_else(|| html! {}, |valency| (valency.side)()))
        }
        Tab::Nodes => nodes(shared),
        Tab::Events => html! { <Events handle={shared.handle.clone()} /> },
        Tab::Rules => {
            or_why(&tools, || lazy::tools().map_or_else(|| html! {}, |tools| (tools.rules)(&shared.handle)))
        }
        Tab::Search => {
            let show_rules = {
                let set = tab.setter();
                Callback::from(move |()| set.set(Tab::Rules))
            };
            or_why(&tools, || {
                lazy::tools().map_or_else(|| html! {}, |tools| (tools.search)(&shared.handle, show_rules))
            })
        }
    };
    html! {
        <aside class="side" aria-label="Details">
            <h2 key="title" class="hidden">{ "Details" }</h2>
            <Tabs key="tabs" class="underlined" label="Details" controls="details" {tabs} current={tab.name()} {on_choose} />
            <div key="panel" class="panel" id="details" role="tabpanel" aria-labelledby={format!("details-tab-{}", tab.name())}
                tabindex="0">
                <div key={tab.name()} class="panel-body">{ panel }</div>
            </div>
        </aside>
    }
}
