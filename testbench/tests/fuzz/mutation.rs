//! Bad input made of good input: parts of a text are removed, repeated, exchanged, or replaced by extremes.

use std::fmt;
use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Longer texts are not made; parsers take them as they take shorter ones, only later.
const LONGEST: usize = 1 << 18;

/// Numbers at which something ends, or that nobody expects.
const NUMBERS: &[&[u8]] = &[
    b"0",
    b"-1",
    b"1",
    b"2",
    b"3",
    b"19",
    b"20",
    b"99",
    b"100",
    b"101",
    b"255",
    b"256",
    b"1000",
    b"10000",
    b"1000001",
    b"16777216",
    b"16777217",
    b"2147483648",
    b"4294967295",
    b"4294967296",
    b"9223372036854775807",
    b"9223372036854775808",
    b"-9223372036854775808",
    b"18446744073709551615",
    b"18446744073709551616",
    b"0xFFFFFFFF",
    b"1.5",
    b"1e308",
    b"-1e308",
    b"1e999999999",
    b"nan",
    b"inf",
    b"-0",
    b"",
];

/// What may stand anywhere and mostly should not.
const OTHERS: &[&[u8]] = &[
    b"true",
    b"null",
    b"1979-05-27",
    b"\"\"",
    b"''",
    b"{}",
    b"[]",
    b"[0, 0]",
    b"[9, 1]",
    b"[4294967295, 4294967295]",
    b"{ full = 1 }",
    b"{ full = 9223372036854775807, plus = -9223372036854775808 }",
    b"\"\\u0000\"",
    b"\"\\u001b[2J\"",
    b"\"\\u202e\"",
    b"\"\\ud800\"",
    "\"\u{1f4a5}\u{e9}\"".as_bytes(),
    b"\0",
    b"\x1b",
    b"\x7f",
    b"\xff",
    b"\xc3\x28",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
    b"#",
    b"=",
    b".",
    b",",
    b"[",
    b"]",
    b"{",
    b"}",
    b"[[",
    b"]]",
    b"\"",
    b"\"\"\"",
    b"\\",
];

/// What is changed as one.
#[derive(Clone, Copy, Debug)]
enum Grain {
    Byte,
    Number,
    /// A key, a number, a name.
    Word,
    /// What stands between commas and ends of lines: mostly a key with its value.
    Item,
    /// A table or an array with its brackets.
    Group,
}

/// What is done with it.
#[derive(Clone, Debug)]
enum Change {
    Remove,
    /// It comes so many times.
    Repeat(usize),
    /// It changes places with another one of its kind.
    Swap(Index),
    /// One of its kind from another text takes its place.
    Take(Index),
    Put(&'static [u8]),
    /// It is put into so many arrays or tables.
    Nest(usize, &'static str, &'static str),
    /// It and what follows is gone.
    Truncate,
    FlipBit(u8),
}

/// One change of one part.
#[derive(Clone, Debug)]
struct Mutation {
    grain: Grain,
    at: Index,
    change: Change,
}

/// A text with some changes made, in which it need not be text any more.
#[derive(Clone)]
pub struct Changed(pub Vec<u8>);

impl fmt::Debug for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.0.split_inclusive(|byte| *byte == b'\n');
        lines.take(200).try_for_each(|line| write!(f, "\n{}", line.escape_ascii()))
    }
}

/// One of the texts with some changes, one after the other; parts are taken from another one.
pub fn changed(texts: &'static [String]) -> impl Strategy<Value = Changed> {
    (any::<Index>(), any::<Index>(), mutations()).prop_map(|(text, other, mutations)| {
        let [text, other] = [text, other].map(|at| texts[at.index(texts.len())].as_bytes());
        Changed(mutations.iter().fold(text.to_vec(), |text, mutation| {
            let changed = mutation.apply(&text, other);
            changed.filter(|changed| changed.len() <= LONGEST).unwrap_or(text)
        }))
    })
}

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let grain = prop_oneof![
        1 => Just(Grain::Byte),
        3 => Just(Grain::Word),
        2 => Just(Grain::Item),
        1 => Just(Grain::Group),
    ];
    let brackets = select(&[("[", "]"), ("{a=", "}"), ("{\"a\":", "}"), ("{ full = ", "}")][..]);
    let change = prop_oneof![
        3 => Just(Change::Remove),
        3 => prop_oneof![8 => 2..4usize, 1 => Just(5000)].prop_map(Change::Repeat),
        4 => any::<Index>().prop_map(Change::Swap),
        6 => any::<Index>().prop_map(Change::Take),
        3 => select(OTHERS).prop_map(Change::Put),
        1 => (prop_oneof![1..4usize, Just(100), Just(20_000)], brackets)
            .prop_map(|(depth, (open, close))| Change::Nest(depth, open, close)),
        1 => Just(Change::Truncate),
        1 => (0..8u8).prop_map(Change::FlipBit),
    ];
    let number = (Just(Grain::Number), any::<Index>(), select(NUMBERS).prop_map(Change::Put));
    let mutation = prop_oneof![number, (grain, any::<Index>(), change)];
    prop::collection::vec(mutation.prop_map(|(grain, at, change)| Mutation { grain, at, change }), 1..5)
}

impl Mutation {
    /// Nothing if the text has no such part.
    fn apply(&self, text: &[u8], other: &[u8]) -> Option<Vec<u8>> {
        let part = pick(text, self.grain, &self.at)?;
        let (before, this, after) = (&text[..part.start], &text[part.clone()], &text[part.end..]);
        let with = |what: &[u8]| [before, what, after].concat();
        Some(match &self.change {
            Change::Remove => with(b""),
            Change::Repeat(times) => with(&vec![this; *times].join(&b","[..])),
            Change::Swap(with) => swapped(text, part, pick(text, self.grain, with)?),
            Change::Take(from) => with(&other[pick(other, self.grain, from)?]),
            Change::Put(what) => with(what),
            Change::Nest(depth, open, close) => {
                with(&[open.repeat(*depth).as_bytes(), this, close.repeat(*depth).as_bytes()].concat())
            }
            Change::Truncate => before.to_vec(),
            Change::FlipBit(bit) => [before, &[this.first()? ^ 1 << bit], &this[1..], after].concat(),
        })
    }
}

fn swapped(text: &[u8], one: Range<usize>, two: Range<usize>) -> Vec<u8> {
    let (first, second) = if one.start <= two.start { (one, two) } else { (two, one) };
    if second.start < first.end {
        return text.to_vec(); // one holds the other
    }
    let between = &text[first.end..second.start];
    [&text[..first.start], &text[second.clone()], between, &text[first], &text[second.end..]].concat()
}

fn pick(text: &[u8], grain: Grain, at: &Index) -> Option<Range<usize>> {
    let parts = parts(text, grain);
    (!parts.is_empty()).then(|| parts[at.index(parts.len())].clone())
}

fn parts(text: &[u8], grain: Grain) -> Vec<Range<usize>> {
    match grain {
        Grain::Byte => (0..text.len()).map(|at| at..at + 1).collect(),
        Grain::Number => runs(text, |byte| byte.is_ascii_digit()),
        Grain::Word => runs(text, |byte| byte.is_ascii_alphanumeric() || b"-_+".contains(&byte)),
        Grain::Item => runs(text, |byte| !b",\n".contains(&byte)),
        Grain::Group => groups(text),
    }
}

/// The longest runs of bytes of a kind.
fn runs(text: &[u8], kind: impl Fn(u8) -> bool) -> Vec<Range<usize>> {
    let ends = text.chunk_by(|left, right| kind(*left) == kind(*right)).scan(0, |end, run| {
        let start = *end;
        *end += run.len();
        Some(start..*end)
    });
    ends.filter(|run| kind(text[run.start])).collect()
}

/// From each opening bracket to the one that closes it.
fn groups(text: &[u8]) -> Vec<Range<usize>> {
    let mut open = Vec::new();
    let mut groups = Vec::new();
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'{' | b'[' => open.push(at),
            b'}' | b']' => groups.extend(open.pop().map(|start| start..at + 1)),
            _ => {}
        }
    }
    groups
}

/// As many cases as `PROPTEST_CASES` says, else so many; nothing is written into the source tree.
pub fn cases(cases: u32) -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if asked { config } else { ProptestConfig { cases, ..config } }
}
