//! Shapes of trees: precedence, associativity and the corners of the grammar.

use hsl_syntax::parse;
use hsl_syntax::tree_sitter::Node;

/// Each expression with its operands in brackets, one statement a line.
fn shape(source: &str) -> String {
    let parse = parse(source.as_bytes());
    assert_eq!(parse.errors, [], "{source}");
    let mut out = String::new();
    for statement in parse.root().statements() {
        let node = hsl_syntax::ast::AstNode::syntax(statement);
        out += &render(node, source.as_bytes());
        out.push('\n');
    }
    out
}

fn render(node: Node<'_>, text: &[u8]) -> String {
    let mut cursor = node.walk();
    let whole = node.child_count() == 0
        || ["string", "raw_string", "regex", "scoped_expression"].contains(&node.kind());
    if whole {
        return String::from_utf8_lossy(&text[node.byte_range()]).into_owned();
    }
    let parts: Vec<_> = node
        .children(&mut cursor)
        .filter(|child| child.end_byte() > child.start_byte())
        .map(|child| render(child, text))
        .collect();
    if node.kind().ends_with("_expression")
        || node.kind().ends_with("assignment")
        || node.kind() == "array_pattern"
    {
        format!("‹{}›", parts.join(" "))
    } else {
        parts.join(" ")
    }
}

#[test]
fn precedence_follows_the_table() {
    insta::assert_snapshot!(shape(r#"
        3 + 4 . "x"; 2 + 3 * 4 ** 2; 2 ** 3 ** 2; "a" . 1 + 2 . "b";
        false or true ? "yes" : "no"; 1 ? 2 : 3 ? 4 : 5; 1 ?: 2 ?: 3; 0 ? : "spaced";
        $a ?? 500 * 1024; $a ?? $b ?? $c; $a or $b ?? $c; $a or $b and $c == $d < $e;
        $m & 1 ? 2 : 3; 1 | 2 ^ 3 & 4 << 5 . 6; 1 == 2 | 3; 1 - 2 - 3; 8 % 3 * 2;
        -2 ** 2; 2 ** -1; !$a == $b; not $a and $b; - - 1; -$i++; ++$i + 1; ~1 & 2; !f()["x"]->y;
    "#), @r#"
    ‹‹3 + 4› . "x"› ;
    ‹2 + ‹3 * ‹4 ** 2››› ;
    ‹2 ** ‹3 ** 2›› ;
    ‹‹"a" . ‹1 + 2›› . "b"› ;
    ‹‹false or true› ? "yes" : "no"› ;
    ‹1 ? 2 : ‹3 ? 4 : 5›› ;
    ‹1 ? : ‹2 ? : 3›› ;
    ‹0 ? : "spaced"› ;
    ‹$a ?? ‹500 * 1024›› ;
    ‹$a ?? ‹$b ?? $c›› ;
    ‹‹$a or $b› ?? $c› ;
    ‹$a or ‹$b and ‹$c == ‹$d < $e›››› ;
    ‹‹$m & 1› ? 2 : 3› ;
    ‹1 | ‹2 ^ ‹3 & ‹4 << ‹5 . 6››››› ;
    ‹1 == ‹2 | 3›› ;
    ‹‹1 - 2› - 3› ;
    ‹‹8 % 3› * 2› ;
    ‹- ‹2 ** 2›› ;
    ‹2 ** ‹- 1›› ;
    ‹‹! $a› == $b› ;
    ‹‹not $a› and $b› ;
    ‹- ‹- 1›› ;
    ‹- ‹$i ++›› ;
    ‹‹++ $i› + 1› ;
    ‹‹~ 1› & 2› ;
    ‹! ‹‹‹f ( )› [ "x" ]› -> y›› ;
    "#);
}

#[test]
fn assignments_take_the_nearest_target() {
    insta::assert_snapshot!(shape(r#"
        $a = $b = $c = 7; 1 + ($q = 2) . $q; !$x = f(); $a and $x = f(); $a and $x = f() or $y;
        $c ? ++$s["a"] : $s["a"] = 0; $x = $c ? 1 : 2; $a + $b .= 1 . 2; $x ??= $y ?? 1;
        [$a, $b] = [1, 2]; [$k => $a = 1, ...$r] = f(); [$a, [$b, $c] = f()]; [$a = 3, $b];
        [$m, $n] = [$n, $m]; $v[1:2] = ["b"]; $a[] = 1; static::$x[] += [1]; A::$x = 2; $a->b->c = 1;
        f() = 1;
    "#), @r#"
    ‹$a = ‹$b = ‹$c = 7››› ;
    ‹‹1 + ‹( ‹$q = 2› )›› . $q› ;
    ‹! ‹$x = ‹f ( )››› ;
    ‹$a and ‹$x = ‹f ( )››› ;
    ‹$a and ‹$x = ‹‹f ( )› or $y››› ;
    ‹$c ? ‹++ ‹$s [ "a" ]›› : ‹‹$s [ "a" ]› = 0›› ;
    ‹$x = ‹$c ? 1 : 2›› ;
    ‹$a + ‹$b .= ‹1 . 2››› ;
    ‹$x ??= ‹$y ?? 1›› ;
    ‹‹[ $a , $b ]› = [ 1 , 2 ]› ;
    ‹‹[ $k => $a = 1 , ... $r ]› = ‹f ( )›› ;
    [ $a , ‹‹[ $b , $c ]› = ‹f ( )›› ] ;
    [ ‹$a = 3› , $b ] ;
    ‹‹[ $m , $n ]› = [ $n , $m ]› ;
    ‹‹$v [ 1 : 2 ]› = [ "b" ]› ;
    ‹‹$a [ ]› = 1› ;
    ‹‹static::$x [ ]› += [ 1 ]› ;
    ‹A::$x = 2› ;
    ‹‹‹$a -> b› -> c› = 1› ;
    ‹‹f ( )› = 1› ;
    "#);
}

#[test]
fn postfix_operators_chain() {
    insta::assert_snapshot!(shape(r#"
        $o->n["m"]->p()(1)[0]; $w[:]; $w[4:]; $w[:4]; $w[1:3]; $w[::-1]; $w[5:1:-2]; $w[1::2]; $w[: :2];
        $p[-(length($p) > 2 ? 2 : 1):]; $w[a::b]; $x[$a ? 1 : 2]; $x[$a ? 1 : 2 : 3]; $this->s[$this->p++];
        cache ["ttl" => 1] f(1)["v"] + 1; cache [] builtin f(1); cache [] K::store($k)["v"]; builtin f;
        function ($n) { return $n; }("now"); $o->and->default->class(); X::new; array(1, "k" => 2)[0];
        yield $i++; 1 + yield $x + 1; $z = yield; match (1) { 1, 2 => "a", default => 1 + 2, };
    "#), @r#"
    ‹‹‹‹‹‹$o -> n› [ "m" ]› -> p› ( )› ( 1 )› [ 0 ]› ;
    ‹$w [ : ]› ;
    ‹$w [ 4 : ]› ;
    ‹$w [ : 4 ]› ;
    ‹$w [ 1 : 3 ]› ;
    ‹$w [ :: ‹- 1› ]› ;
    ‹$w [ 5 : 1 : ‹- 2› ]› ;
    ‹$w [ 1 :: 2 ]› ;
    ‹$w [ : : 2 ]› ;
    ‹$p [ ‹- ‹( ‹‹‹length ( $p )› > 2› ? 2 : 1› )›› : ]› ;
    ‹$w [ a::b ]› ;
    ‹$x [ ‹$a ? 1 : 2› ]› ;
    ‹$x [ ‹$a ? 1 : 2› : 3 ]› ;
    ‹‹$this -> s› [ ‹‹$this -> p› ++› ]› ;
    ‹‹‹cache [ "ttl" => 1 ] ‹f ( 1 )›› [ "v" ]› + 1› ;
    ‹cache [ ] ‹‹builtin f› ( 1 )›› ;
    ‹‹cache [ ] ‹K::store ( $k )›› [ "v" ]› ;
    ‹builtin f› ;
    ‹‹function ( $n ) { return $n ; }› ( "now" )› ;
    ‹‹‹‹$o -> and› -> default› -> class› ( )› ;
    X::new ;
    ‹array ( 1 , "k" => 2 ) [ 0 ]› ;
    ‹yield ‹$i ++›› ;
    ‹1 + ‹yield ‹$x + 1››› ;
    ‹$z = ‹yield›› ;
    ‹match ( 1 ) { 1 , 2 => "a" , default => ‹1 + 2› , }› ;
    "#);
}

#[test]
fn statements_may_end_without_a_semicolon_before_a_brace_only() {
    insta::assert_snapshot!(shape(r#"
        function f() { if ($a) return 1 } function g() { return 1 /* one */ } { return } { break // x
        }
    "#), @r"
    function f ( ) { if ( $a ) return 1 }
    function g ( ) { return 1 /* one */ }
    { return }
    { break // x }
    ");
    assert!(!parse(&b"return 1"[..]).errors.is_empty());
    assert!(!parse(&b"{ echo 1 echo 2; }"[..]).errors.is_empty());
}

#[test]
fn literals_keep_their_text() {
    insta::assert_snapshot!(shape(concat!(
        "''text''; ''''; 'END'it's ''quoted'''END'; '#'raw'#'; ''a'b''; 'x'''x'; 'ab'''a'ab'; ",
        "#/a\\/b[ ]/imusxUX; #/x/; #//; #//i; \"a // b /* \\\" ${x} $y->z $ $1 ${1} \\q\"; ",
        "\"  \"; \"\"; \"a\nb\"; // comment\n 1; /* a ** / */ 2; /**/ 3; 1.5; 0xf_f;",
    )), @r#"
    ''text'' ;
    '''' ;
    'END'it's ''quoted'''END' ;
    '#'raw'#' ;
    ''a'b'' ;
    'x'''x' ;
    'ab'''a'ab' ;
    #/a\/b[ ]/imusxUX ;
    #/x/ ;
    #// ;
    #//i ;
    "a // b /* \" ${x} $y->z $ $1 ${1} \q" ;
    "  " ;
    "" ;
    "a
    b" ;
    1 ;
    2 ;
    3 ;
    1.5 ;
    0xf_f ;
    "#);
}
