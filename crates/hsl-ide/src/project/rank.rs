//! How close names are to what somebody types, and which scripts can have close ones.
//!
//! A text is looked through some fifty times faster than it is read, so a search begins with the words
//! of all texts and reads the scripts that have the closest, until there are enough.

use hsl_graph::{FileNo, Graph, parallel};

/// Scripts that are read at a time.
const PART: usize = 64;
/// Letters of a text between quotes that can be a name.
const LONGEST: usize = 128;
/// How much farther a name is that has the letters apart from each other.
const APART: usize = 64;

/// How far a name is from a query in small letters, when it has all of its letters in order: what is
/// passed over, what begins with it first.
pub(super) fn distance(name: &str, query: &str) -> Option<usize> {
    let name = name.to_lowercase();
    if let Some(at) = name.find(query) {
        return Some(at + name.len() - query.len());
    }
    let mut rest = name.chars();
    let mut passed = name.len();
    for letter in query.chars() {
        passed += 1 + rest.by_ref().position(|c| c == letter)?;
    }
    Some(passed + APART)
}

/// Looks at scripts, those first whose words are closest to a query, until nothing closer can come.
/// `look` gives how far what it found is; `most` things are wanted. Of a project with more scripts than
/// there is [room](Graph::room) for, as many are read as fit there.
pub(super) fn closest<T: Send>(
    graph: &Graph,
    query: &str,
    most: usize,
    look: impl Fn(FileNo) -> Vec<(usize, T)> + Sync,
) -> Vec<(usize, T)> {
    let scripts: Vec<_> = graph.files().filter(|(_, file)| file.is_script()).collect();
    let bytes = scripts.iter().map(|(_, file)| file.text.len()).sum();
    let nearest = parallel::map(&scripts, bytes, |(_, file)| nearest(&file.text, query));
    let ranked = scripts.into_iter().zip(nearest);
    let mut ranked: Vec<_> = ranked
        .filter_map(|((number, file), near)| Some((near?, number, file.text.len())))
        .collect();
    ranked.sort_unstable();
    let (mut found, mut read): (Vec<(usize, T)>, usize) = (Vec::new(), 0);
    for part in ranked.chunks(PART) {
        let next = part.first().map_or(0, |(near, ..)| *near);
        let is_full = graph.is_large() && read > graph.room();
        if is_full || found.iter().filter(|(far, _)| *far < next).count() >= most {
            break;
        }
        let numbers: Vec<_> = part.iter().map(|(_, number, _)| *number).collect();
        let bytes = part.iter().map(|(.., bytes)| bytes).sum();
        read += bytes;
        found.extend(parallel::map(&numbers, bytes, |number| look(*number)).into_iter().flatten());
    }
    found
}

/// How far the closest word of a text is, a text between quotes counting as one.
fn nearest(text: &[u8], query: &str) -> Option<usize> {
    let words = text.split(|byte| !is_letter(*byte)).filter(|word| !word.is_empty());
    let quoted = text.split(|byte| matches!(byte, b'"' | b'\n'));
    let quoted = quoted.filter(|text| text.len() <= LONGEST && text.iter().any(|b| !is_letter(*b)));
    words.chain(quoted).filter_map(|word| far(word, query)).min()
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// The same as [`distance`], quick for the many words that are no match.
fn far(word: &[u8], query: &str) -> Option<usize> {
    // A variable has a `$` before its word, which is one letter more: as far as the word at least.
    let query = query.trim_start_matches('$');
    if word.is_ascii() && query.is_ascii() {
        let mut letters = word.iter();
        let mut wanted = query.bytes();
        let has_all = wanted.all(|want| letters.any(|letter| letter.to_ascii_lowercase() == want));
        if !has_all {
            return None;
        }
    }
    distance(&String::from_utf8_lossy(word), query)
}

#[cfg(test)]
mod tests {
    use super::{distance, far, nearest};

    #[test]
    fn a_word_is_never_farther_than_the_name_that_it_is() {
        for name in ["level_7", "$limit", "points", "Grüße", "x"] {
            for query in ["l", "lvl", "level_7", "lim", "$lim", "s", "grü", "", "x"] {
                let Some(of_name) = distance(name, query) else { continue };
                let of_word = nearest(format!("a({name}) ").as_bytes(), query);
                assert!(of_word.is_some_and(|near| near <= of_name), "{name} {query} {of_word:?}");
            }
        }
        assert_eq!(nearest(b"echo points;", "level"), None);
        assert_eq!(far(b"lev", "level"), None);
        assert!(nearest(b"f(\"a key\")", "a k").is_some());
    }
}
