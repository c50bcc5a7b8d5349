//! What is written for a character that a character set does not have.
//!
//! *Sources.* Compatibility decomposition of the Unicode Standard (annex 15), and the usual ASCII forms
//! of characters that have none.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// A similar text of characters that the character set has: the usual form, else the base characters,
/// else a question mark.
pub(super) fn similar(character: char, has: impl Fn(char) -> bool) -> Option<String> {
    let fits = |text: &str| text.chars().all(&has);
    if let Some(usual) = usual(character).filter(|text| fits(text)) {
        return Some(usual.to_owned());
    }
    let parts =
        DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(std::iter::once(character));
    // Marks of the blocks that combine stand for themselves nowhere but in Unicode.
    let base: String = parts.filter(|part| !is_mark(*part)).map(simple).collect();
    let found = base.chars().all(|part| part != character) && fits(&base);
    Some(if found { base } else { "?".to_owned() })
}

fn is_mark(character: char) -> bool {
    matches!(u32::from(character), 0x300..=0x36f | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe20..=0xfe2f)
}

/// Signs that decompositions consist of.
fn simple(character: char) -> char {
    match character {
        '\u{2044}' => '/',
        '\u{2212}' | '\u{2010}' => '-',
        other => other,
    }
}

fn usual(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => " ",
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => "",
        '‘' | '’' | '‛' | 'ʼ' | '′' => "'",
        '‚' => ",",
        '“' | '”' | '‟' | '″' => "\"",
        '„' => ",,",
        '«' => "<<",
        '»' => ">>",
        '‹' => "<",
        '›' => ">",
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => "-",
        '…' => "...",
        '•' | '‣' | '·' => "*",
        '©' => "(C)",
        '®' => "(R)",
        '™' => "TM",
        '€' => "EUR",
        '£' => "GBP",
        '¥' => "JPY",
        '×' => "x",
        '÷' => ":",
        '→' => "->",
        '←' => "<-",
        'ß' => "ss",
        'ẞ' => "SS",
        'Æ' => "AE",
        'æ' => "ae",
        'Œ' => "OE",
        'œ' => "oe",
        'Ø' => "O",
        'ø' => "o",
        'Đ' | 'Ð' => "D",
        'đ' | 'ð' => "d",
        'Þ' => "TH",
        'þ' => "th",
        'Ł' => "L",
        'ł' => "l",
        'ı' => "i",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_forms() {
        let ascii = |text: &str| {
            text.chars().filter_map(|c| similar(c, |c| c.is_ascii())).collect::<String>()
        };
        assert_eq!(ascii("éÅñ"), "eAn");
        assert_eq!(ascii("“–…€”"), "\"-...EUR\"");
        assert_eq!(ascii("ﬁ½²"), "fi1/22");
        assert_eq!(ascii("Straße".trim_matches(|c: char| c.is_ascii())), "ss");
        assert_eq!(ascii("日😀"), "??");
    }
}
