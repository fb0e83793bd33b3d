//! The other libraries, each as its users call it, with one edit at a time.

use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjType, ROOT, ReadDoc};
use diamond_types::list::ListCRDT;
use loro::LoroDoc;
use yrs::{Doc, GetString, OffsetKind, Options, Text, Transact};

use crate::Patch;

pub(crate) fn diamond(patches: &[Patch]) -> usize {
    let mut doc = ListCRDT::new();
    let agent = doc.get_or_create_agent_id("a");
    for (at, deleted, typed) in patches {
        if *deleted > 0 {
            doc.delete_without_content(agent, *at..*at + *deleted);
        }
        if !typed.is_empty() {
            let text: String = typed.iter().collect();
            doc.insert(agent, *at, &text);
        }
    }
    doc.branch.len()
}

pub(crate) fn loro(patches: &[Patch]) -> usize {
    let doc = LoroDoc::new();
    let text = doc.get_text("text");
    for (at, deleted, typed) in patches {
        if *deleted > 0 {
            text.delete(*at, *deleted).expect("a place in the text");
        }
        if !typed.is_empty() {
            let typed: String = typed.iter().collect();
            text.insert(*at, &typed).expect("a place in the text");
        }
    }
    doc.commit();
    text.len_unicode()
}

pub(crate) fn automerge(patches: &[Patch]) -> usize {
    let mut doc = AutoCommit::new();
    let text = doc.put_object(ROOT, "text", ObjType::Text).expect("a new document");
    for (at, deleted, typed) in patches {
        let typed: String = typed.iter().collect();
        doc.splice_text(&text, *at, *deleted as isize, &typed).expect("a place in the text");
    }
    doc.length(&text)
}

pub(crate) fn yrs(patches: &[Patch]) -> usize {
    let doc = Doc::with_options(Options { offset_kind: OffsetKind::Utf16, ..Options::default() });
    let text = doc.get_or_insert_text("text");
    for (at, deleted, typed) in patches {
        let mut transaction = doc.transact_mut();
        if *deleted > 0 {
            text.remove_range(&mut transaction, *at as u32, *deleted as u32);
        }
        if !typed.is_empty() {
            let typed: String = typed.iter().collect();
            text.insert(&mut transaction, *at as u32, &typed);
        }
    }
    text.get_string(&doc.transact()).chars().count()
}
