//! "Did you mean …?"

/// Longer names are nobody's typing mistake, and comparing them would take the square of their
/// length.
const LONGEST: usize = 64;

/// Candidates of about the right length that are compared; of more, the first ones.
const MOST: usize = 2_000;

/// The candidate closest to `name`, if it is close enough to be a typing mistake.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let limit = (name.len() / 3).clamp(1, 3);
    let length = name.chars().count();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= 4 * limit)
        .take(MOST)
        // Each letter more is a mistake of its own.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, candidate)| (*distance, candidate.len()))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_typing_mistakes_and_nothing_else() {
        let names = ["dns_query", "domain_includes", "http"];
        assert_eq!(nearest("dns_qery", names), Some("dns_query"));
        assert_eq!(nearest("htpt", names), Some("http"));
        assert_eq!(nearest("frobnicate", names), None);
        let long = "a".repeat(1 << 20);
        assert_eq!(nearest(&long, [&*long]), None);
    }
}
