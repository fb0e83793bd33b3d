//! The page's WebAssembly taken apart: what every page needs, and a part for each system that only its room needs.
//!
//! The systems are most of the code and each reader looks at few of them, so the page loads a system's part when its room
//! is opened (`web/boot.js`). A part is a module of its own that shares memory, globals and the table of functions
//! with the page's: calls into it go through the table, calls out of it are imports.
//!
//! Which function belongs where its name says: with Rust's newer mangling a name holds every type that the function was
//! made for. Where two systems' functions have come out the same, the compiler keeps one of them; so a call may still
//! meet code of a part that is not there. It is loaded then and there, with the page standing still ([`Split::stub`]):
//! rare, and never wrong.

mod module;

use std::collections::{BTreeMap, BTreeSet};

use module::{Module, Read, named};

/// The page's module, and the parts by name.
pub(crate) struct Pieces {
    pub(crate) page: Vec<u8>,
    pub(crate) parts: Vec<(String, Vec<u8>)>,
}

/// The name of the import through which the page asks for a part that a call has met.
const MISSING: &str = "missing";
/// Where a part finds what the page's module gives it.
const PAGE: &str = "p";

/// Takes a module apart; `belongs` says to which part a function of this name belongs, if not to the page.
pub(crate) fn split(
    bytes: &[u8],
    belongs: &dyn Fn(&str) -> Option<String>,
    kept: &dyn Fn(&str) -> bool,
) -> Read<Pieces> {
    let module = Module::read(bytes)?;
    let missing = module.imported.iter().position(|name| name.contains(MISSING));
    let missing = missing.ok_or("it cannot ask for a part that is missing")? as u32;
    let split = Split::new(module, missing, belongs, kept)?;
    let parts = (0..split.parts.len()).map(|part| Ok((split.parts[part].clone(), split.part(part)?)));
    let parts = parts.collect::<Read<Vec<_>>>()?;
    Ok(Pieces { page: split.page()?, parts })
}

struct Split<'a> {
    module: Module<'a>,
    missing: u32,
    table: usize,
    parts: Vec<String>,
    /// The part of each function; `None`: the page's own.
    part_of: Vec<Option<usize>>,
    /// The functions that each body names.
    named: Vec<Vec<(usize, u32)>>,
    /// The new place in the table of each function of a part that somebody outside of it names.
    entries: BTreeMap<u32, u32>,
    /// The page's functions, stubs among them, that parts name.
    shared: BTreeSet<u32>,
}

impl<'a> Split<'a> {
    fn new(
        module: Module<'a>,
        missing: u32,
        belongs: &dyn Fn(&str) -> Option<String>,
        kept: &dyn Fn(&str) -> bool,
    ) -> Read<Self> {
        let named = module.bodies.iter().map(|body| named(body)).collect::<Read<Vec<_>>>()?;
        let table = module.function_table()?;
        let wanted: Vec<Option<String>> = module.names.iter().map(|name| belongs(name)).collect();
        let parts: Vec<String> =
            wanted.iter().flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        let place =
            |part: &Option<String>| part.as_ref().and_then(|part| parts.iter().position(|one| one == part));
        let part_of = wanted.iter().map(place).collect();
        let (entries, shared) = (BTreeMap::new(), BTreeSet::new());
        let mut split = Self { module, missing, table, parts, part_of, named, entries, shared };
        split.keep(kept);
        split.connect();
        Ok(split)
    }

    fn imported(&self) -> usize {
        self.module.imported.len()
    }

    /// Keeps functions in the page, and whatever they call.
    fn keep(&mut self, kept: &dyn Fn(&str) -> bool) {
        let names = self.module.names.iter().enumerate();
        let mut next: Vec<usize> =
            names.filter(|(_, name)| kept(name)).map(|(function, _)| function).collect();
        while let Some(function) = next.pop() {
            self.part_of[function] = None;
            let Some(body) = function.checked_sub(self.imported()) else { continue };
            let callees = self.named[body].iter().map(|(_, callee)| *callee as usize);
            next.extend(callees.filter(|&callee| self.part_of[callee].is_some()));
        }
    }

    /// Finds what crosses the border between the page and its parts.
    fn connect(&mut self) {
        let mut entered = BTreeSet::new();
        for (body, callees) in self.named.iter().enumerate() {
            let from = self.part_of[body + self.imported()];
            for &(_, callee) in callees {
                let to = self.part_of[callee as usize];
                if to != from && to.is_some() {
                    entered.insert(callee);
                }
                if to != from && from.is_some() {
                    self.shared.insert(callee);
                }
            }
        }
        entered.extend(
            self.module
                .places
                .iter()
                .map(|(_, function)| *function)
                .filter(|&one| self.part_of[one as usize].is_some()),
        );
        let free = self.module.tables[self.table].least;
        self.entries = entered.into_iter().zip(free..).collect();
    }

    /// The page's module: bodies of parts are gone, and stubs stand where they are called.
    fn page(&self) -> Read<Vec<u8>> {
        let mut out = b"\0asm\x01\0\0\0".to_vec();
        for &(id, section) in &self.module.sections {
            match id {
                4 => write_section(&mut out, id, &self.tables()),
                7 => write_section(&mut out, id, &self.exports()),
                10 => write_section(&mut out, id, &self.page_bodies()),
                _ => write_section(&mut out, id, section),
            }
        }
        Ok(out)
    }

    fn tables(&self) -> Vec<u8> {
        let mut out = number(self.module.tables.len() as u32);
        for table in 0..self.module.tables.len() {
            self.write_table(&mut out, table);
        }
        out
    }

    fn write_table(&self, out: &mut Vec<u8>, table: usize) {
        let more = if table == self.table { self.entries.len() as u32 } else { 0 };
        let table = &self.module.tables[table];
        out.extend(table.holds);
        out.push(u8::from(table.most.is_some()));
        out.extend(number(table.least + more));
        out.extend(table.most.into_iter().flat_map(|most| number(most + more)));
    }

    fn exports(&self) -> Vec<u8> {
        let (count, written) = self.module.exports;
        let mut out = Vec::new();
        let mut all = count;
        let mut export = |name: String, kind: u8, index: u32| {
            out.extend(text(&name));
            out.push(kind);
            out.extend(number(index));
            all += 1;
        };
        for &function in &self.shared {
            export(format!("f{function}"), 0, function);
        }
        (0..self.module.tables.len() as u32).for_each(|table| export(format!("t{table}"), 1, table));
        export("m".to_owned(), 2, 0);
        (0..self.module.globals.len() as u32).for_each(|global| export(format!("g{global}"), 3, global));
        [number(all), written.to_vec(), out].concat()
    }

    fn page_bodies(&self) -> Vec<u8> {
        let mut out = number(self.module.bodies.len() as u32);
        for (body, function) in self.module.bodies.iter().zip(self.imported()..) {
            let stub = match self.part_of[function] {
                None => body.to_vec(),
                Some(part) => self.stub(function as u32, part),
            };
            out.extend(number(stub.len() as u32));
            out.extend(stub);
        }
        out
    }

    /// What stands for a part's function in the page: it asks for the part if that is not there, and calls it through
    /// the table.
    fn stub(&self, function: u32, part: usize) -> Vec<u8> {
        let Some(&place) = self.entries.get(&function) else {
            // Nobody outside of its part names it: no locals, unreachable, end.
            return vec![0, 0x00, 0x0b];
        };
        let table = number(self.table as u32);
        let kind = self.module.types[function as usize];
        let mut out = vec![0];
        // if (table[place] is null) missing(part)
        out.extend(
            [&[0x41][..], &signed(place), &[0x25], &table, &[0xd1, 0x04, 0x40, 0x41], &signed(part as u32)]
                .concat(),
        );
        out.extend([&[0x10][..], &number(self.missing), &[0x0b]].concat());
        for value in 0..self.module.takes[kind as usize] {
            out.extend([&[0x20][..], &number(value)].concat());
        }
        out.extend([&[0x41][..], &signed(place), &[0x11], &number(kind), &table, &[0x0b]].concat());
        out
    }

    /// A part's module.
    fn part(&self, part: usize) -> Read<Vec<u8>> {
        let all = 0..self.part_of.len() as u32;
        let own: Vec<u32> = all.filter(|&function| self.part_of[function as usize] == Some(part)).collect();
        let bodies = own.iter().map(|&function| function as usize - self.imported());
        let outer: BTreeSet<u32> = bodies
            .clone()
            .flat_map(|body| self.named[body].iter().map(|(_, callee)| *callee))
            .filter(|&callee| self.part_of[callee as usize] != Some(part))
            .collect();
        let index: BTreeMap<u32, u32> = outer.iter().chain(&own).copied().zip(0..).collect();
        let mut out = b"\0asm\x01\0\0\0".to_vec();
        let types =
            self.module.sections.iter().find(|(id, _)| *id == 1).map_or(&[][..], |(_, section)| *section);
        write_section(&mut out, 1, types);
        write_section(&mut out, 2, &self.imports(&outer));
        let kinds = own.iter().map(|&function| number(self.module.types[function as usize]));
        write_section(&mut out, 3, &many(kinds.collect()));
        write_section(&mut out, 9, &self.elements(part, &index));
        let written = bodies.map(|body| {
            let moved = moved(self.module.bodies[body], &self.named[body], &index);
            [number(moved.len() as u32), moved].concat()
        });
        write_section(&mut out, 10, &many(written.collect()));
        Ok(out)
    }

    fn imports(&self, functions: &BTreeSet<u32>) -> Vec<u8> {
        let import = |name: String, kind: Vec<u8>| [text(PAGE), text(&name), kind].concat();
        let mut all: Vec<Vec<u8>> = functions
            .iter()
            .map(|&one| {
                import(format!("f{one}"), [vec![0], number(self.module.types[one as usize])].concat())
            })
            .collect();
        for table in 0..self.module.tables.len() {
            let mut kind = vec![1];
            self.write_table(&mut kind, table);
            all.push(import(format!("t{table}"), kind));
        }
        all.push(import("m".to_owned(), [&[2], self.module.memory].concat()));
        for (global, kind) in self.module.globals.iter().enumerate() {
            all.push(import(format!("g{global}"), [&[3], *kind].concat()));
        }
        many(all)
    }

    /// The places of the table that a part fills when it arrives: its entries, and where its functions stood before.
    fn elements(&self, part: usize, index: &BTreeMap<u32, u32>) -> Vec<u8> {
        let places = self
            .module
            .places
            .iter()
            .copied()
            .chain(self.entries.iter().map(|(&function, &place)| (place, function)));
        let own = places.filter(|(_, function)| self.part_of[*function as usize] == Some(part));
        let segments = own.map(|(place, function)| {
            // Active, in this table, from this place on, one function.
            [
                &[2][..],
                &number(self.table as u32),
                &[0x41],
                &signed(place),
                &[0x0b, 0, 1],
                &number(index[&function]),
            ]
            .concat()
        });
        many(segments.collect())
    }
}

/// A body in another module, where functions have other numbers.
fn moved(body: &[u8], named: &[(usize, u32)], index: &BTreeMap<u32, u32>) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut done = 0;
    for (at, function) in named {
        out.extend(&body[done..*at]);
        out.extend(number(index[function]));
        let length = body[*at..].iter().position(|byte| *byte < 0x80).map_or(0, |last| last + 1);
        done = at + length;
    }
    out.extend(&body[done..]);
    out
}

fn write_section(out: &mut Vec<u8>, id: u8, section: &[u8]) {
    out.push(id);
    out.extend(number(section.len() as u32));
    out.extend(section);
}

fn many(all: Vec<Vec<u8>>) -> Vec<u8> {
    [number(all.len() as u32), all.concat()].concat()
}

fn text(text: &str) -> Vec<u8> {
    [number(text.len() as u32), text.as_bytes().to_vec()].concat()
}

/// Unsigned LEB128.
fn number(mut value: u32) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 & 0x7f | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// Signed LEB128, of a number that is not negative.
fn signed(mut value: u32) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x40 {
        out.push(value as u8 & 0x7f | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

#[cfg(test)]
mod tests;
