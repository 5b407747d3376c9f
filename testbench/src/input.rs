//! Files that a user names: read within a bound, and what is wrong in one is told in a few lines.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;

/// Most MiB of a file. People write some KiB, and a campaign with a thousand mismatches some hundred; but a list of numbers in
/// TOML takes 75 times its size in memory while it is read.
const MOST_MIB: usize = 16;
/// Most characters of a line that are quoted.
const QUOTED: usize = 100;

/// The text of a file.
///
/// # Errors
/// Why it cannot be read, and what to do about it. A pipe or a device is refused: it may have no end.
pub fn read(path: &Path) -> Result<String, String> {
    let told = |error: io::Error| error.to_string();
    // Looked at before it is opened, since opening a pipe waits for somebody who writes.
    if !path.metadata().map_err(told)?.is_file() {
        return Err("it is a folder, a pipe or a device; give a regular file".to_owned());
    }
    let most = MOST_MIB << 20;
    let mut bytes = Vec::new();
    File::open(path).map_err(told)?.take(most as u64 + 1).read_to_end(&mut bytes).map_err(told)?;
    if bytes.len() > most {
        return Err(format!("it is larger than {MOST_MIB} MiB, the most that is read; give a smaller file"));
    }
    String::from_utf8(bytes).map_err(|error| format!("it is not text in UTF-8: {}", error.utf8_error()))
}

/// Reads TOML.
///
/// # Errors
/// The place, the line or a piece of it, and what is wrong there.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| match error.span() {
        Some(span) => told(text, span, error.message()),
        None => error.message().to_owned(),
    })
}

/// As `toml` tells it, but of a long line only what is around the place.
fn told(text: &str, span: Range<usize>, what: &str) -> String {
    // What is missing at the end is told of the last line that there is.
    let end = text.trim_end_matches('\n').len();
    let (before, after) = text.split_at(text.floor_char_boundary(span.start.min(end)));
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let before = before.rsplit('\n').next().unwrap_or_default();
    let after = after.split('\n').next().unwrap_or_default();
    let column = before.chars().count();

    let first = if column + after.chars().count() > QUOTED { column.saturating_sub(QUOTED / 2) } else { 0 };
    let left = if first > 0 { "..." } else { "" };
    let mut rest = before.chars().chain(after.chars()).skip(first);
    let piece: String = rest.by_ref().take(QUOTED).collect();
    let right = if rest.next().is_some() { "..." } else { "" };

    let indent = left.len() + column - first;
    let marked = after.char_indices().take_while(|(at, _)| *at < span.len()).count();
    let marks = "^".repeat(marked.min(QUOTED - (column - first)).max(1));
    let gutter = " ".repeat(line.to_string().len());
    format!(
        "TOML parse error at line {line}, column {}\n{gutter} |\n{line} | {left}{piece}{right}\n{gutter} | {:indent$}{marks}\n{what}",
        column + 1,
        "",
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn refused(text: &str) -> String {
        parse::<BTreeMap<String, u32>>(text).unwrap_err()
    }

    #[test]
    fn a_short_line_is_quoted_as_toml_does() {
        let texts =
            ["a = 1 # é\nb = \"wrong\"\nc = 2\n", "a = 1\nb = 1 2", "a = [\n", "a = \"", "", "x y # é"];
        for text in texts {
            let Err(error) = toml::from_str::<BTreeMap<String, u32>>(text) else {
                assert_eq!(text, "", "it is refused");
                continue;
            };
            assert_eq!(refused(text), error.to_string().trim_end(), "{text:?}");
        }
    }

    /// By hand: 5 characters and 1000 numbers of 3, so that the wrong one is the 3006th; 50 before it begins the piece.
    #[test]
    fn of_a_long_line_the_place_is_quoted() {
        let text = format!("a = [{}x, {}]", "1, ".repeat(1000), "2, ".repeat(1000));
        let message = refused(&text);
        let lines: Vec<_> = message.lines().collect();
        assert_eq!(lines[0], "TOML parse error at line 1, column 3006");
        let piece: String = text.chars().skip(3005 - 50).take(100).collect();
        assert_eq!(lines[2], format!("1 | ...{piece}..."));
        let place = lines[3].find('^').expect("a mark");
        assert_eq!(&lines[2][place..=place], "x");
        assert_eq!(lines[3].matches('^').count(), 1);
    }

    #[test]
    fn a_long_mistake_is_quoted_as_far_as_the_line_is() {
        let message = refused(&format!("a = \"{}\"", "é".repeat(1000)));
        let lines: Vec<_> = message.lines().collect();
        assert_eq!(lines[2], format!("1 | a = \"{}...", "é".repeat(95)));
        assert_eq!(lines[3], format!("  |     {}", "^".repeat(96)));
    }
}
