//! What one function writes, its inverse reads again: for any bytes.

mod support;

use std::sync::LazyLock;

use hsl_vm::{Array, Cx, Key, Library, NativeStep, Value};
use proptest::prelude::*;

fn call(name: &str, mut args: Vec<Value>) -> Value {
    static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
        let mut library = Library::new();
        hsl_std::bind(&mut library);
        library
    });
    let native = LIBRARY.find(name).and_then(|id| LIBRARY.native(id)).expect("is bound");
    match native(&mut Cx::new(&support::Stage::default()), &mut args) {
        Ok(NativeStep::Return(value)) => value,
        _ => panic!("{name} does not return"),
    }
}

fn same(found: &Value, expect: &Value) -> Result<(), TestCaseError> {
    prop_assert!(found.strict_eq(expect), "{:?} is not {:?}", found.to_text(), expect.to_text());
    Ok(())
}

fn list(values: Vec<Value>) -> Value {
    Array::list(values).into()
}

fn options(pairs: &[(&str, Value)]) -> Value {
    pairs.iter().map(|(name, value)| (Key::from(*name), value.clone())).collect::<Array>().into()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn codecs(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let text = Value::from(&bytes[..]);
        for (write, read) in [
            ("base64_encode", "base64_decode"),
            ("base64url_encode", "base64url_decode"),
            ("base32_encode", "base32_decode"),
            ("url_encode", "url_decode"),
            ("xtext_encode", "xtext_decode"),
        ] {
            let written = call(write, vec![text.clone()]);
            prop_assert!(written.to_text().is_ascii(), "{write}");
            same(&call(read, vec![written]), &text)?;
        }
        let hex = call("unpack", vec!["H*".into(), text.clone()]);
        let hex = hex.as_array().and_then(|values| values.get(&Key::Int(0)).cloned());
        same(&call("pack", vec!["H*".into(), hex.unwrap_or_default()]), &text)?;
    }

    #[test]
    fn compression(bytes in prop::collection::vec(0..4_u8, 0..3000), level in 0..10, window in 9..16_i32) {
        let text = Value::from(&bytes[..]);
        for bits in [window, -window, window + 16] {
            let bits = Value::from(f64::from(bits));
            let packed = call("zlib_compress", vec![text.clone(), f64::from(level).into(), bits.clone()]);
            same(&call("zlib_uncompress", vec![packed, bits]), &text)?;
        }
    }

    #[test]
    fn no_compressed_data_breaks_anything(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for bits in [15.0, -15.0, 31.0, 47.0] {
            call("zlib_uncompress", vec![Value::from(&bytes[..]), bits.into()]);
        }
    }

    #[test]
    fn encoded_words(text in "\\PC{0,60}") {
        let text = Value::from(text.as_str());
        same(&call("mimeword_decode", vec![call("mimeword_encode", vec![text.clone()])]), &text)?;
    }

    #[test]
    fn records(fields in prop::collection::vec("[a-c,;\"\\r\\n é]{0,6}", 1..5), at in 0..3_usize) {
        let delimiter = Value::from([",", ";", "\t"][at]);
        let row = list(fields.iter().map(|field| Value::from(field.as_str())).collect());
        let line = call("csv_encode", vec![row.clone(), options(&[("delimiter", delimiter.clone())])]);
        // A record of one empty field has no text.
        if !line.to_text().is_empty() {
            let given = options(&[("delimiter", delimiter), ("header", false.into())]);
            same(&call("csv_decode", vec![line, given]), &list(vec![row]))?;
        }
    }

    #[test]
    fn address_lists(names in prop::collection::vec("[ -~é€]{0,20}", 1..4)) {
        let entry = |name: &str| options(&[("name", name.into()), ("address", "a.b@example.com".into())]);
        let names: Vec<_> = names.iter().map(|name| name.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let entries = list(names.iter().map(|name| entry(name)).collect());
        let written = call("header_addresslist_compile", vec![entries.clone()]);
        same(&call("header_addresslist_extract", vec![written, options(&[("name", true.into())])]), &entries)?;
    }

    #[test]
    fn domains(labels in prop::collection::vec("[a-z0-9äöéжあ]{1,8}", 1..4)) {
        let name = Value::from(labels.join(".").as_str());
        let ascii = call("idna_encode", vec![name.clone()]);
        if !ascii.is_none() {
            prop_assert!(ascii.to_text().is_ascii());
            same(&call("idna_decode", vec![ascii]), &name)?;
        }
    }

    #[test]
    fn times(seconds in -30_000_000_000_i64..250_000_000_000) {
        let time = Value::from(seconds as f64);
        for format in ["%Y-%m-%d %H:%M:%S", "%a %d %b %Y %I:%M:%S %p %z", "%G %V %u %T", "%s", "%j %Y %R:%S"] {
            let text = call("strftime", vec![format.into(), time.clone()]);
            same(&call("strptime", vec![text, format.into()]), &time)?;
        }
    }

    #[test]
    fn no_text_breaks_a_reader(text in "\\PC{0,40}", format in "[%a-zA-Z 0-9:-]{0,12}") {
        call("strptime", vec![text.as_str().into(), format.as_str().into()]);
        call("strftime", vec![format.as_str().into(), 0.0.into()]);
        for name in ["domain_publicsuffix", "idna_encode", "idna_decode", "url_parse", "mimeword_decode", "header_addresslist_extract", "header_dkim_decode"] {
            call(name, vec![text.as_str().into()]);
        }
    }
}
