//! "Did you mean …?"

/// The candidate closest to `name`, if it is close enough to be a typing mistake.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.len() / 3).clamp(1, 3);
    candidates
        .into_iter()
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
    }
}
