//! The proof that a text differs from another in nothing but the whitespace between its pieces.
//!
//! Parsing the formatted text again would prove it as well, but takes longer than formatting does.
//! The parser sees a text as tokens and comments in their order, so both texts have the same tree
//! when they hold the same pieces and the lexer cuts them where it did:
//!
//! - Between pieces with whitespace between them it always does, as no token holds any: strings,
//!   regular expressions and comments are pieces as a whole. Only what runs to the end of its line
//!   must still end there, and `#!` must stay at the start.
//! - Pieces without anything between them were two before, when there was nothing between them then.
//!   When whitespace was taken out, the last byte of the one and the first of the other must never
//!   stand next to each other in a token.
//!
//! Nothing else in the grammar or the scanner looks at whitespace: both pass over any amount of it.
//!
//! *Invariants.* An answer is a proof. Without one the texts may still be the same to the parser, and
//! whoever asks must have them parsed. Builds for tests do that in any case.

use hsl_syntax::Edit;

use crate::gaps::replace;
use crate::tokens::{Piece, is_space};

/// The replacements of whitespace that turn `old`, which has these pieces and follows the grammar, into
/// `new`; none when it is not certain that both mean the same.
pub(crate) fn respaced(
    old: &[u8],
    pieces: impl Iterator<Item = Piece>,
    new: &[u8],
) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut before: Option<Piece> = None;
    let mut behind = 0;
    for piece in pieces {
        let from = before.map_or(0, |before| before.end);
        let gap = (old.get(from..piece.start)?, blank(new, behind));
        let text = old.get(piece.start..piece.end)?;
        if !gap.0.iter().all(is_space) || !may_stand(old, before, gap, text) {
            return None;
        }
        behind += gap.1.len();
        if !new[behind..].starts_with(text) {
            return None;
        }
        behind += text.len();
        edits.extend(replace((old, from..piece.start), gap.1));
        before = Some(piece);
    }
    let from = before.map_or(0, |before| before.end);
    let gap = (old.get(from..)?, &new[behind..]);
    let is_end = gap.0.iter().chain(gap.1).all(is_space);
    edits.extend(replace((old, from..old.len()), gap.1));
    is_end.then_some(edits)
}

/// Whether the lexer still ends the piece before a gap where it did, and begins the next one there.
fn may_stand(
    old: &[u8],
    before: Option<Piece>,
    (gap, new_gap): (&[u8], &[u8]),
    next: &[u8],
) -> bool {
    let Some(before) = before else { return !next.starts_with(b"#!") || new_gap.is_empty() };
    let text = &old[before.start..before.end];
    if before.comment && (text.starts_with(b"//") || text.starts_with(b"#!")) {
        return new_gap.contains(&b'\n');
    }
    !new_gap.is_empty() || gap.is_empty() || stay_apart(text, next)
}

/// Whether two pieces cannot become one, nor begin another token, when nothing stands between them.
fn stay_apart(left: &[u8], right: &[u8]) -> bool {
    let (Some(left), Some(right)) = (left.last().copied(), right.first().copied()) else {
        return false;
    };
    // Such a mark is a token by itself, and a `$` stands at the beginning of one only.
    let is_mark = |byte: u8| b"()[]{};,".contains(&byte);
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    // Without `.`, which stands in numbers, and `/`, `#` and quotes, which begin what has an end.
    let is_sign = |byte: u8| b"+-*%<>=!&|^~?:".contains(&byte);
    is_mark(left)
        || is_mark(right)
        || right == b'$'
        || (is_word(left) && is_sign(right))
        || (is_sign(left) && is_word(right))
}

/// The whitespace that begins at an offset.
fn blank(text: &[u8], from: usize) -> &[u8] {
    let rest = &text[from..];
    &rest[..rest.iter().position(|byte| !is_space(byte)).unwrap_or(rest.len())]
}

#[cfg(test)]
mod tests {
    use hsl_syntax::parse;

    use super::respaced;
    use crate::gaps::between;
    use crate::tree::Tree;

    /// Whether it is certain that two texts mean the same, which the parser must confirm.
    fn proven(old: &str, new: &str) -> bool {
        let source = parse(old.as_bytes());
        assert_eq!(source.errors, [], "{old}");
        let tree = Tree::of(&source);
        let edits = respaced(old.as_bytes(), tree.tokens.pieces(), new.as_bytes());
        if let Some(edits) = &edits {
            let again = parse(new.as_bytes());
            assert_eq!(Some(edits), between(&tree, &again).as_ref(), "{old} to {new}");
        }
        edits.is_some()
    }

    #[test]
    fn what_only_moves_is_proven() {
        for (old, new) in [
            ("f ( $a , -1 ) ;", "f($a, -1);"),
            ("$i ++;$a=! $b;", "$i++; $a = !$b;"),
            ("f( ... $rest ) ;", "f(...$rest);"),
            ("$o -> m ( ) ; C :: f ( ) ;", "$o->m(); C::f();"),
            ("#!x\nf();// c\ng(); /* d */h();", "#!x\nf(); // c\n\n\tg();/* d */ h();\n"),
            (
                "echo\t\"a  b\" . ''x  y'' . #/a  b/i . \"$c\";",
                "echo \"a  b\" . ''x  y''\n. #/a  b/i.\"$c\";",
            ),
        ] {
            // The last text joins what is not known to stay apart.
            assert_eq!(proven(old, new), !new.contains("i.\""), "{old} to {new}");
        }
    }

    #[test]
    fn what_may_be_cut_elsewhere_is_not_proven() {
        for (old, new) in [
            ("$a = 1 - -1;", "$a = 1 --1;"),
            ("$a = 1 . 5;", "$a = 1.5;"),
            ("$a = 1 . 5;", "$a = 1. 5;"),
            ("$a = $b / $c;", "$a = $b // $c;"),
            ("$a = [$b] = ~$c;", "$a = [$b] =~$c;"),
            ("$a = ! !$b;", "$a = !!$b;"),
            ("return f;", "returnf;"),
            ("$a = not f;", "$a = notf;"),
            ("f(); // c\ng();", "f(); // c g();"),
            ("#!x\nf();", "\n#!x\nf();"),
            ("#!x\nf();", "#!x f();"),
            ("f(\"a b\");", "f(\"a  b\");"),
            ("f(1);", "f(2);"),
            ("f();", "f();g();"),
            ("f();g();", "f();"),
            ("f(); g();", "g(); f();"),
        ] {
            assert!(!proven(old, new), "{old} to {new}");
        }
    }
}
