//! Rust text, divided into what the checks ask about: code, the insides of literals, and comments.
//!
//! This is a reader of characters, no parser: it knows just enough of Rust's lexical rules to tell a comment from a
//! string, which is where textual checks usually go wrong.

/// A file of Rust.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) lines: Vec<Line>,
    pub(super) begins_with_doc: bool,
}

/// A line without its comments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// What is compiled, with the insides of literals left out.
    pub(super) code: String,
    /// The insides of literals.
    pub(super) literals: String,
}

/// A name or a single sign of the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) line: usize,
    pub(super) text: String,
}

impl Source {
    pub(super) fn read(path: &str, text: &str) -> Source {
        let mut reader = Reader { place: Place::Code, lines: vec![Line::default()] };
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        while at < chars.len() {
            at += reader.step(&chars[at..], at.checked_sub(1).map(|before| chars[before]));
        }
        Source { path: path.into(), lines: reader.lines, begins_with_doc: text.starts_with("//!") }
    }

    /// Lines that hold more than blanks and comments.
    pub(super) fn code_lines(&self) -> usize {
        let blank = |text: &str| text.trim().is_empty();
        self.lines.iter().filter(|line| !blank(&line.code) || !blank(&line.literals)).count()
    }

    /// The code as names and signs, in order, each with its line counted from 1.
    pub(super) fn tokens(&self) -> Vec<Token> {
        let mut tokens: Vec<Token> = Vec::new();
        for (number, line) in self.lines.iter().enumerate() {
            let mut in_name = false;
            for c in line.code.chars() {
                let of_name = c.is_alphanumeric() || c == '_';
                match tokens.last_mut() {
                    Some(token) if of_name && in_name => token.text.push(c),
                    _ if c.is_whitespace() => {}
                    _ => tokens.push(Token { line: number + 1, text: c.to_string() }),
                }
                in_name = of_name;
            }
        }
        tokens
    }
}

/// Where in the text the reader stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Code,
    LineComment,
    BlockComment { depth: usize },
    Text,
    RawText { hashes: usize },
}

struct Reader {
    place: Place,
    lines: Vec<Line>,
}

impl Reader {
    /// Reads what begins here and says how many characters that were.
    fn step(&mut self, rest: &[char], before: Option<char>) -> usize {
        let here = rest[0];
        if here == '\n' {
            self.lines.push(Line::default());
            if self.place == Place::LineComment {
                self.place = Place::Code;
            }
            return 1;
        }
        match self.place {
            Place::Code => self.step_in_code(rest, before),
            Place::LineComment => 1,
            Place::BlockComment { depth } => self.step_in_comment(rest, depth),
            Place::Text => self.step_in_text(rest),
            Place::RawText { hashes } => self.step_in_raw_text(rest, hashes),
        }
    }

    fn step_in_code(&mut self, rest: &[char], before: Option<char>) -> usize {
        let in_name = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        match rest {
            ['/', '/', ..] => self.enter(Place::LineComment, 2),
            ['/', '*', ..] => self.enter(Place::BlockComment { depth: 1 }, 2),
            ['"', ..] => self.quote(Place::Text, 1),
            ['r', ..] | ['b', 'r', ..] if !in_name => match raw_opening(rest) {
                Some((length, hashes)) => self.quote(Place::RawText { hashes }, length),
                None => self.keep(rest[0]),
            },
            ['\'', ..] => self.step_at_apostrophe(rest),
            _ => self.keep(rest[0]),
        }
    }

    /// A character literal, or else a lifetime.
    fn step_at_apostrophe(&mut self, rest: &[char]) -> usize {
        let length = match rest {
            ['\'', '\\', _, tail @ ..] => tail.iter().position(|&c| c == '\'').map(|at| at + 4),
            ['\'', _, '\'', ..] => Some(3),
            _ => None,
        };
        let Some(length) = length else { return self.keep('\'') };
        self.line().code.push_str("''");
        self.line().literals.extend(&rest[1..length - 1]);
        length
    }

    fn step_in_comment(&mut self, rest: &[char], depth: usize) -> usize {
        match rest {
            ['*', '/', ..] if depth == 1 => self.enter(Place::Code, 2),
            ['*', '/', ..] => self.enter(Place::BlockComment { depth: depth - 1 }, 2),
            ['/', '*', ..] => self.enter(Place::BlockComment { depth: depth + 1 }, 2),
            _ => 1,
        }
    }

    fn step_in_text(&mut self, rest: &[char]) -> usize {
        match rest {
            ['"', ..] => self.quote(Place::Code, 1),
            // A line that ends in a backslash goes on: its end is still the end of a line.
            ['\\', '\n', ..] => 1,
            ['\\', next, ..] => {
                self.line().literals.extend(['\\', *next]);
                2
            }
            _ => self.keep_literal(rest[0]),
        }
    }

    fn step_in_raw_text(&mut self, rest: &[char], hashes: usize) -> usize {
        let closes = rest[0] == '"' && rest[1..].iter().take(hashes).filter(|&&c| c == '#').count() == hashes;
        if closes { self.quote(Place::Code, 1 + hashes) } else { self.keep_literal(rest[0]) }
    }

    fn enter(&mut self, place: Place, length: usize) -> usize {
        self.place = place;
        length
    }

    fn quote(&mut self, place: Place, length: usize) -> usize {
        self.line().code.push('"');
        // Two literals on a line are two words.
        self.line().literals.push(' ');
        self.enter(place, length)
    }

    fn keep(&mut self, c: char) -> usize {
        self.line().code.push(c);
        1
    }

    fn keep_literal(&mut self, c: char) -> usize {
        self.line().literals.push(c);
        1
    }

    fn line(&mut self) -> &mut Line {
        self.lines.last_mut().expect("a text has a first line")
    }
}

/// `r"`, `r#"`, `br##"`: its length and its number of signs.
fn raw_opening(rest: &[char]) -> Option<(usize, usize)> {
    let prefix = if rest[0] == 'b' { 2 } else { 1 };
    let hashes = rest[prefix..].iter().take_while(|&&c| c == '#').count();
    (rest.get(prefix + hashes) == Some(&'"')).then_some((prefix + hashes + 1, hashes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_left_out_and_literals_kept_apart() {
        let text = "//! doc\nlet a = \"x // y\"; // no\n/* a /* b */ c */ let b = 'c';\n";
        let source = Source::read("a.rs", text);
        let code: Vec<&str> = source.lines.iter().map(|line| line.code.trim()).collect();
        assert_eq!(code, ["", "let a = \"\";", "let b = '';", ""]);
        assert_eq!(source.lines[1].literals.trim(), "x // y");
        assert_eq!(source.lines[2].literals, "c");
        assert!(source.begins_with_doc);
    }

    #[test]
    fn quotes_inside_of_literals_end_nothing() {
        let text =
            r####"let a = "\"//"; let b = r#"say "no" // "#; let c = '"'; let d = '\''; let e = br"\";"####;
        let source = Source::read("a.rs", text);
        assert_eq!(source.lines[0].code, "let a = \"\"; let b = \"\"; let c = ''; let d = ''; let e = \"\";");
    }

    #[test]
    fn a_lifetime_is_no_character() {
        let source = Source::read("a.rs", "fn f<'a>(x: &'a str) -> char { 'a' }");
        assert_eq!(source.lines[0].code, "fn f<'a>(x: &'a str) -> char { '' }");
    }

    #[test]
    fn a_literal_of_many_lines_counts_as_code() {
        let source = Source::read("a.rs", "const A: &str = \"\\\none\n\ntwo\";\n\n// no\n/* no\nno */\n");
        assert_eq!(source.code_lines(), 3);
    }

    #[test]
    fn code_is_names_and_signs() {
        let tokens = Source::read("a.rs", "use std::\n  fs_2;").tokens();
        let told: Vec<String> = tokens.iter().map(|token| format!("{}{}", token.line, token.text)).collect();
        assert_eq!(told, ["1use", "1std", "1:", "1:", "2fs_2", "2;"]);
    }
}
