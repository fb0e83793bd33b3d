//! A WebAssembly module as far as it must be understood to be taken apart: sections, functions and their names, and
//! which functions an instruction names.
//!
//! <https://webassembly.github.io/spec/core/binary/>. What compilers do not write for us is not read: that is an error
//! in words, not a guess.

/// What was not understood.
pub(super) type Read<T> = Result<T, String>;

/// A module. Functions are numbered as in the binary: imported ones first.
pub(super) struct Module<'a> {
    /// Every section but custom ones, with its number, in order.
    pub(super) sections: Vec<(u8, &'a [u8])>,
    /// How many values each type takes.
    pub(super) takes: Vec<u32>,
    /// The names of imported functions.
    pub(super) imported: Vec<&'a str>,
    /// The type of each function.
    pub(super) types: Vec<u32>,
    /// The tables as they are written.
    pub(super) tables: Vec<Table<'a>>,
    /// The memory's limits as they are written.
    pub(super) memory: &'a [u8],
    /// The type of each global as it is written.
    pub(super) globals: Vec<&'a [u8]>,
    /// How many exports there are, and how they are written.
    pub(super) exports: (u32, &'a [u8]),
    /// Which function stands in which place of the table of functions.
    pub(super) places: Vec<(u32, u32)>,
    /// The bodies of those functions that are not imported.
    pub(super) bodies: Vec<&'a [u8]>,
    /// The name of each function; empty where it has none.
    pub(super) names: Vec<String>,
}

/// A table.
pub(super) struct Table<'a> {
    /// What it holds, as it is written.
    pub(super) holds: &'a [u8],
    /// Places.
    pub(super) least: u32,
    /// Places at most.
    pub(super) most: Option<u32>,
}

/// What a reference to a function looks like in a table's type.
const FUNCREF: u8 = 0x70;

impl<'a> Module<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Read<Self> {
        let mut module = Self {
            sections: Vec::new(),
            takes: Vec::new(),
            imported: Vec::new(),
            types: Vec::new(),
            tables: Vec::new(),
            memory: &[],
            globals: Vec::new(),
            exports: (0, &[]),
            places: Vec::new(),
            bodies: Vec::new(),
            names: Vec::new(),
        };
        let mut all = Reader { bytes, at: 8 };
        if !bytes.starts_with(b"\0asm\x01\0\0\0") {
            return Err("it is no WebAssembly module".to_owned());
        }
        while all.at < bytes.len() {
            let id = all.byte()?;
            let section = all.sized()?;
            let mut reader = Reader { bytes: section, at: 0 };
            match id {
                0 => module.read_names(&mut reader)?,
                1 => module.read_types(&mut reader)?,
                2 => module.read_imports(&mut reader)?,
                3 => module.types.extend(reader.many(Reader::number)?),
                4 => module.tables.extend(reader.many(Reader::table)?),
                5 => module.memory = &section[1..],
                6 => module.globals.extend(reader.many(Reader::global)?),
                7 => module.exports = (reader.number()?, &section[reader.at..]),
                9 => module.places = reader.many(|one| one.elements(&module.tables))?.concat(),
                10 => module.bodies = reader.many(Reader::sized)?,
                _ => {}
            }
            if id != 0 {
                module.sections.push((id, section));
            }
        }
        module.names.resize(module.types.len(), String::new());
        Ok(module)
    }

    /// The number of the table of functions.
    pub(super) fn function_table(&self) -> Read<usize> {
        let wanted = |table: &Table<'_>| table.holds == [FUNCREF];
        self.tables.iter().position(wanted).ok_or_else(|| "it has no table of functions".to_owned())
    }

    fn read_types(&mut self, reader: &mut Reader<'a>) -> Read<()> {
        self.takes = reader.many(|reader| {
            if reader.byte()? != 0x60 {
                return Err("it has a type that is no function's".to_owned());
            }
            let takes = reader.many(Reader::value_type)?.len();
            reader.many(Reader::value_type)?;
            Ok(takes as u32)
        })?;
        Ok(())
    }

    fn read_imports(&mut self, reader: &mut Reader<'a>) -> Read<()> {
        for _ in 0..reader.number()? {
            reader.text()?;
            let name = reader.text()?;
            match reader.byte()? {
                0 => {
                    self.imported.push(name);
                    self.types.push(reader.number()?);
                }
                _ => return Err(format!("it imports {name}, which is no function")),
            }
        }
        Ok(())
    }

    fn read_names(&mut self, reader: &mut Reader<'a>) -> Read<()> {
        if reader.text()? != "name" {
            return Ok(());
        }
        while reader.at < reader.bytes.len() {
            let kind = reader.byte()?;
            let mut names = Reader { bytes: reader.sized()?, at: 0 };
            if kind == 1 {
                for (function, name) in names.many(|one| Ok((one.number()?, one.text()?)))? {
                    let function = function as usize;
                    self.names.resize(self.names.len().max(function + 1), String::new());
                    self.names[function] = name.to_owned();
                }
            }
        }
        Ok(())
    }
}

/// Reads from the front.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn byte(&mut self) -> Read<u8> {
        let byte = *self.bytes.get(self.at).ok_or("it ends too early")?;
        self.at += 1;
        Ok(byte)
    }

    /// An unsigned number in LEB128. Signed ones are skipped the same way.
    pub(super) fn number(&mut self) -> Read<u32> {
        let mut number = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Ok(number as u32);
            }
        }
        Err("a number in it is too long".to_owned())
    }

    fn skip(&mut self, count: usize) -> Read<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at + count).ok_or("it ends too early")?;
        self.at += count;
        Ok(taken)
    }

    fn sized(&mut self) -> Read<&'a [u8]> {
        let size = self.number()? as usize;
        self.skip(size)
    }

    fn text(&mut self) -> Read<&'a str> {
        std::str::from_utf8(self.sized()?).map_err(|_| "a name in it is no text".to_owned())
    }

    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        (0..self.number()?).map(|_| one(self)).collect()
    }

    /// A type of values: a byte, but for a reference to something else than functions and outer values.
    fn value_type(&mut self) -> Read<&'a [u8]> {
        let start = self.at;
        if matches!(self.byte()?, 0x63 | 0x64) {
            self.number()?;
        }
        Ok(&self.bytes[start..self.at])
    }

    fn table(&mut self) -> Read<Table<'a>> {
        let holds = self.value_type()?;
        let limited = self.byte()?;
        let least = self.number()?;
        let most = if limited == 1 { Some(self.number()?) } else { None };
        Ok(Table { holds, least, most })
    }

    fn global(&mut self) -> Read<&'a [u8]> {
        let start = self.at;
        self.value_type()?;
        self.byte()?;
        let kind = &self.bytes[start..self.at];
        while self.instruction()?.0 != 0x0b {}
        Ok(kind)
    }

    /// The places that a segment fills, each with its function.
    fn elements(&mut self, tables: &[Table<'_>]) -> Read<Vec<(u32, u32)>> {
        let kind = self.number()?;
        let table = match kind {
            0 => 0,
            2 => self.number()?,
            // Declared only, so that code may refer to them.
            3 => {
                self.byte()?;
                self.many(Self::number)?;
                return Ok(Vec::new());
            }
            _ => return Err(format!("its table is filled in way {kind}")),
        };
        if self.byte()? != 0x41 {
            return Err("its table is filled at a place that is no constant".to_owned());
        }
        let from = self.number()?;
        if self.byte()? != 0x0b {
            return Err("its table is filled at a place that is no constant".to_owned());
        }
        if kind == 2 {
            self.byte()?;
        }
        let functions = self.many(Self::number)?;
        if tables.get(table as usize).is_none_or(|table| table.holds != [FUNCREF]) {
            return Err("something else than its table of functions is filled".to_owned());
        }
        Ok((from..).zip(functions).collect())
    }

    /// Skips an instruction: its code, and where in the bytes the function stands that it names, if it names one.
    pub(super) fn instruction(&mut self) -> Read<(u8, Option<(usize, u32)>)> {
        let code = self.byte()?;
        let start = self.at;
        match code {
            0x10 | 0xd2 => {
                let function = self.number()?;
                return Ok((code, Some((start, function))));
            }
            0x02..=0x04 | 0x0c | 0x0d | 0x20..=0x26 | 0x3f..=0x42 | 0xd0 => {
                self.number()?;
            }
            0x0e => {
                self.many(Self::number)?;
                self.number()?;
            }
            0x11 | 0x28..=0x3e => {
                self.number()?;
                self.number()?;
            }
            0x1c => {
                self.many(Self::value_type)?;
            }
            0x43 => {
                self.skip(4)?;
            }
            0x44 => {
                self.skip(8)?;
            }
            0xfc => {
                let numbers = match self.number()? {
                    0..=7 => 0,
                    9 | 11 | 13 | 15..=17 => 1,
                    8 | 10 | 12 | 14 => 2,
                    more => return Err(format!("it has the unknown instruction 0xfc {more}")),
                };
                for _ in 0..numbers {
                    self.number()?;
                }
            }
            0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => {}
            _ => return Err(format!("it has the unknown instruction {code:#x}")),
        }
        Ok((code, None))
    }
}

/// The functions that a body names: where in the body, and which.
pub(super) fn named(body: &[u8]) -> Read<Vec<(usize, u32)>> {
    let mut reader = Reader { bytes: body, at: 0 };
    for _ in 0..reader.number()? {
        reader.number()?;
        reader.value_type()?;
    }
    let mut found = Vec::new();
    while reader.at < body.len() {
        found.extend(reader.instruction()?.1);
    }
    Ok(found)
}
