//! The tables of a generated parser as the machine reads them fastest.
//!
//! Tree-sitter writes the actions of most states as lists of symbols, which are searched through for
//! every token and every node, and the bytes that may begin a token as a list, which is searched
//! through for every byte between tokens. Both together are a tenth of the time that parsing takes.
//! Here the lists become rows of the table of the first states, and a `switch`. That is half a
//! megabyte of constants instead of a tenth, of which a text touches few.
//!
//! *Invariants.* The parser does the same: each entry is kept, only where it stands changes.

use std::collections::HashMap;
use std::fmt::Write as _;

use anyhow::{Context as _, bail};

const LISTS: &str = "static const uint16_t ts_small_parse_table[] = {\n";
const OFFSETS: &str = "};\n\nstatic const uint32_t ts_small_parse_table_map[] = {\n";
const ENDS: &str = "};\n\n";
const POINTERS: &str = "    .small_parse_table = ts_small_parse_table,
    .small_parse_table_map = ts_small_parse_table_map,\n";

/// The text of a parser whose states have rows, and whose lexer begins with a `switch`.
pub(super) fn laid_out(parser: &str) -> anyhow::Result<String> {
    let with_rows = rows(parser).context("the tables of the parser look different")?;
    Ok(switches(&with_rows))
}

fn rows(parser: &str) -> anyhow::Result<String> {
    let (first, rest) = parser.split_once(LISTS).context("no lists")?;
    let (lists, rest) = rest.split_once(OFFSETS).context("no offsets of lists")?;
    let (offsets, rest) = rest.split_once(ENDS).context("no end of offsets")?;
    let (before, after) = rest.split_once(POINTERS).context("no pointers to lists")?;
    let mut text = all_states_are_large(first.strip_suffix(ENDS).context("no table before")?)?;
    let lists = by_offset(lists)?;
    for line in offsets.lines() {
        let (state, offset) =
            between(line, "  [SMALL_STATE(", ")] = ", ",").context("an offset")?;
        let list = lists.get(offset).with_context(|| format!("no list at {offset}"))?;
        write!(text, "  [STATE({state})] = {{\n{list}  }},\n")?;
    }
    Ok(text + ENDS + before + after)
}

/// The beginning of a parser, which counts its states and those that have a row.
fn all_states_are_large(text: &str) -> anyhow::Result<String> {
    let count = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(&format!("#define {name} ")));
        line.with_context(|| format!("no {name}"))
    };
    let large = count("LARGE_STATE_COUNT")?;
    let all = count("STATE_COUNT")?.rsplit_once(' ').context("no number")?.1;
    Ok(text.replacen(large, &format!("#define LARGE_STATE_COUNT {all}"), 1))
}

/// The entries of a row by the offset of the list that holds them.
fn by_offset(lists: &str) -> anyhow::Result<HashMap<&str, String>> {
    let mut found = HashMap::<&str, String>::new();
    let (mut offset, mut action) = ("", "");
    for line in lists.lines() {
        if let Some((at, _)) = between(line, "  [", "] = ", ",") {
            offset = at;
        } else if let Some(symbol) = line.strip_prefix("      ") {
            let symbol = symbol.trim_end_matches(',');
            writeln!(found.entry(offset).or_default(), "    [{symbol}] = {action},")?;
        } else if let Some((value, _)) = between(line, "    ", ", ", ",") {
            action = value;
        } else {
            bail!("{line:?} belongs to no list");
        }
    }
    Ok(found)
}

/// What stands between the first two marks of a line, and between the last two.
fn between<'t>(line: &'t str, before: &str, middle: &str, end: &str) -> Option<(&'t str, &'t str)> {
    line.strip_prefix(before)?.strip_suffix(end)?.split_once(middle)
}

/// `ADVANCE_MAP( 'a', 1, … );` as `switch (lookahead) { case 'a': ADVANCE(1); … }`.
fn switches(parser: &str) -> String {
    let mut text = String::with_capacity(parser.len());
    let mut in_map = false;
    for line in parser.lines() {
        let (blank, words) = line.split_at(line.len() - line.trim_start().len());
        let written = match words.trim_end_matches(',').rsplit_once(", ") {
            _ if words == "ADVANCE_MAP(" => {
                in_map = true;
                "switch (lookahead) {".to_owned()
            }
            _ if in_map && words == ");" => {
                in_map = false;
                "}".to_owned()
            }
            Some((byte, state)) if in_map => format!("case {byte}: ADVANCE({state});"),
            _ => words.to_owned(),
        };
        text.extend([blank, &*written, "\n"]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::laid_out;

    const PARSER: &str = "#define STATE_COUNT 4
#define LARGE_STATE_COUNT 2
    case 0:
      ADVANCE_MAP(
        '!', 78,
        ',', 79,
      );
      END_STATE();
static const uint16_t ts_parse_table[LARGE_STATE_COUNT][SYMBOL_COUNT] = {
  [STATE(1)] = {
    [sym_a] = ACTIONS(1),
  },
};

static const uint16_t ts_small_parse_table[] = {
  [0] = 2,
    ACTIONS(7), 2,
      sym_a,
      sym_b,
    STATE(3), 1,
      sym_c,
  [8] = 1,
    ACTIONS(9), 1,
      sym_b,
};

static const uint32_t ts_small_parse_table_map[] = {
  [SMALL_STATE(2)] = 0,
  [SMALL_STATE(3)] = 8,
};

    .parse_table = &ts_parse_table[0][0],
    .small_parse_table = ts_small_parse_table,
    .small_parse_table_map = ts_small_parse_table_map,
    .parse_actions = ts_parse_actions,
";

    const LAID_OUT: &str = "#define STATE_COUNT 4
#define LARGE_STATE_COUNT 4
    case 0:
      switch (lookahead) {
        case '!': ADVANCE(78);
        case ',': ADVANCE(79);
      }
      END_STATE();
static const uint16_t ts_parse_table[LARGE_STATE_COUNT][SYMBOL_COUNT] = {
  [STATE(1)] = {
    [sym_a] = ACTIONS(1),
  },
  [STATE(2)] = {
    [sym_a] = ACTIONS(7),
    [sym_b] = ACTIONS(7),
    [sym_c] = STATE(3),
  },
  [STATE(3)] = {
    [sym_b] = ACTIONS(9),
  },
};

    .parse_table = &ts_parse_table[0][0],
    .parse_actions = ts_parse_actions,
";

    #[test]
    fn every_entry_gets_its_place() {
        assert_eq!(laid_out(PARSER).expect("has all tables"), LAID_OUT);
        assert!(laid_out("#define STATE_COUNT 4\n").is_err());
    }
}
