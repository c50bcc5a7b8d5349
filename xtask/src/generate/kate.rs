//! The syntax definition for Kate: the mode of `.hsl` files, and colours before the server's arrive.
//!
//! Words come from `hsl-syntax`; only the shapes of tokens are written here.
//!
//! *Sources.* The format of KSyntaxHighlighting, version 5 (KDE Frameworks 5.62 and later).

use hsl_syntax::words::{FUTURE, KEYWORDS};

use super::files::File;
use super::textmate::CONSTANTS;

const BEFORE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE language>
<!-- Generated from the grammar. -->
<language name="HSL" section="Scripts" version="1" kateversion="5.62" extensions="*.hsl" license="MIT">
  <highlighting>
"#;

const AFTER: &str = r###"    <contexts>
      <context name="Script" attribute="Text" lineEndContext="#stay">
        <DetectSpaces/>
        <Detect2Chars char="/" char1="/" attribute="Comment" context="Line"/>
        <Detect2Chars char="/" char1="*" attribute="Comment" context="Block" beginRegion="comment"/>
        <RegExpr String="^#!.*$" attribute="Comment" context="#stay" column="0"/>
        <RegExpr String="#/(?:\\.|[^\\/])*/[imusxUX]*" attribute="Regular expression" context="#stay"/>
        <DetectChar char="&quot;" attribute="String" context="Text"/>
        <RegExpr String="&apos;([!-&amp;(-~]*)&apos;" attribute="Raw text" context="Raw"/>
        <DetectChar char="{" attribute="Operator" context="#stay" beginRegion="block"/>
        <DetectChar char="}" attribute="Operator" context="#stay" endRegion="block"/>
        <RegExpr String="\$[A-Za-z_]\w*" attribute="Variable" context="#stay"/>
        <RegExpr String="(?:-&gt;|::)\s*[A-Za-z_]\w*" attribute="Member" context="#stay"/>
        <keyword String="constants" attribute="Constant" context="#stay"/>
        <keyword String="keywords" attribute="Keyword" context="#stay"/>
        <keyword String="reserved" attribute="Error" context="#stay"/>
        <RegExpr String="\b(?:0x[0-9A-Fa-f_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?)\b" attribute="Number" context="#stay"/>
        <RegExpr String="\b[A-Za-z_]\w*(?=\s*\()" attribute="Function" context="#stay"/>
        <DetectIdentifier/>
      </context>
      <context name="Line" attribute="Comment" lineEndContext="#pop">
        <IncludeRules context="##Comments"/>
      </context>
      <context name="Block" attribute="Comment" lineEndContext="#stay">
        <Detect2Chars char="*" char1="/" attribute="Comment" context="#pop" endRegion="comment"/>
        <IncludeRules context="##Comments"/>
      </context>
      <context name="Text" attribute="String" lineEndContext="#stay">
        <RegExpr String="\\(?:x[0-9A-Fa-f]{2}|.)" attribute="Escape" context="#stay"/>
        <RegExpr String="\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})" attribute="Variable" context="#stay"/>
        <DetectChar char="&quot;" attribute="String" context="#pop"/>
      </context>
      <context name="Raw" attribute="Raw text" lineEndContext="#stay" dynamic="true">
        <StringDetect String="&apos;%1&apos;" attribute="Raw text" context="#pop" dynamic="true"/>
      </context>
    </contexts>
    <itemDatas>
      <itemData name="Text" defStyleNum="dsNormal"/>
      <itemData name="Comment" defStyleNum="dsComment"/>
      <itemData name="Keyword" defStyleNum="dsControlFlow"/>
      <itemData name="Constant" defStyleNum="dsConstant"/>
      <itemData name="Number" defStyleNum="dsDecVal"/>
      <itemData name="String" defStyleNum="dsString"/>
      <itemData name="Raw text" defStyleNum="dsVerbatimString"/>
      <itemData name="Regular expression" defStyleNum="dsSpecialString"/>
      <itemData name="Escape" defStyleNum="dsSpecialChar"/>
      <itemData name="Variable" defStyleNum="dsVariable"/>
      <itemData name="Function" defStyleNum="dsFunction"/>
      <itemData name="Member" defStyleNum="dsAttribute"/>
      <itemData name="Operator" defStyleNum="dsOperator"/>
      <itemData name="Error" defStyleNum="dsError"/>
    </itemDatas>
  </highlighting>
  <general>
    <comments>
      <comment name="singleLine" start="//"/>
      <comment name="multiLine" start="/*" end="*/"/>
    </comments>
    <keywords casesensitive="1"/>
  </general>
</language>
"###;

/// `editors/kate/hsl.xml`.
pub(super) fn file() -> File {
    let keywords = KEYWORDS.iter().copied().filter(|word| !CONSTANTS.contains(word));
    let lists = list("constants", CONSTANTS.iter().copied())
        + &list("keywords", keywords)
        + &list("reserved", FUTURE.iter().copied());
    File { path: "editors/kate/hsl.xml".into(), text: format!("{BEFORE}{lists}{AFTER}") }
}

fn list(name: &str, words: impl Iterator<Item = &'static str>) -> String {
    let items: String = words.map(|word| format!("      <item>{word}</item>\n")).collect();
    format!("    <list name=\"{name}\">\n{items}    </list>\n")
}
