//! What a verdict makes of its arguments, and what each hook decides without one.

use hsl_decl::Hook;
use hsl_vm::{Array, Cx, NativeStep, Value, Verdict, World};
use mta_hooks::reply::Reply;
use mta_hooks::{
    Phase, auth, connect, eod, helo, mailfrom, postdelivery, predelivery, proxy, rcptto,
};

struct Still;

impl World for Still {
    fn now(&self) -> f64 {
        0.0
    }
    fn elapsed(&self) -> f64 {
        0.0
    }
    fn random(&self) -> u64 {
        0
    }
    fn echo(&self, _: &[u8]) {}
    fn hostname(&self) -> String {
        "host.example".into()
    }
}

/// Calls a function of a hook; gives its verdict or the message of its exception.
fn call(hook: Hook, name: &str, args: &[Value]) -> Result<Verdict, String> {
    let library = mta_hooks::library(Some(hook));
    let native = library.find(name).and_then(|id| library.native(id)).expect("bound");
    match native(&mut Cx::new(&Still), &mut args.to_vec()) {
        Ok(NativeStep::Terminate(verdict)) => Ok(*verdict),
        Ok(_) => Err("did not end the script".into()),
        Err(thrown) => Err(thrown.message().to_lossy().into_owned()),
    }
}

fn decide<P: Phase>(name: &str, args: &[Value]) -> P::Decision {
    P::decode(&call(P::HOOK, name, args).expect("a verdict"))
}

#[track_caller]
fn refused(hook: Hook, name: &str, args: &[Value], message: &str) {
    assert_eq!(call(hook, name, args).expect_err("an exception"), message);
}

fn options<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::array(Array::record(pairs))
}

fn list<const N: usize>(values: [Value; N]) -> Value {
    Value::array(Array::list(values))
}

fn numbers<const N: usize>(values: [f64; N]) -> Value {
    list(values.map(Value::number))
}

fn code(code: f64) -> Value {
    options([("reply_codes", options([("code", code.into())]))])
}

#[test]
fn scripts_without_a_verdict_take_the_documented_action() {
    use mta_hooks::eod::Decision as Eod;
    assert!(matches!(connect::Connect::implicit(), connect::Decision::Accept { .. }));
    assert!(matches!(
        proxy::Proxy::implicit(),
        proxy::Decision::Pass { command: None, next: false }
    ));
    assert!(matches!(helo::Helo::implicit(), helo::Decision::Accept { .. }));
    assert!(matches!(auth::Auth::implicit(), auth::Decision::Reject(r) if r.reply.code == 535));
    assert!(matches!(mailfrom::MailFrom::implicit(), mailfrom::Decision::Accept { .. }));
    assert!(matches!(rcptto::RcptTo::implicit(), rcptto::Decision::Accept { .. }));
    assert!(matches!(eod::Eod::implicit(), Eod::Defer(r) if r.reply.code == 421));
    assert!(matches!(predelivery::PreDelivery::implicit(), predelivery::Decision::Try(_)));
    assert!(matches!(postdelivery::PostDelivery::implicit(), postdelivery::Decision::Default));
}

#[test]
fn failed_scripts_never_accept() {
    use mta_hooks::auth::Decision as Auth;
    assert!(matches!(connect::Connect::on_error(), connect::Decision::Defer(r) if r.code == 421));
    assert!(matches!(
        proxy::Proxy::on_error(),
        proxy::Decision::Reply { reply: Reply { code: 421, .. }, disconnect: true, .. }
    ));
    assert!(matches!(helo::Helo::on_error(), helo::Decision::Defer(r) if r.reply.code == 450));
    assert!(matches!(auth::Auth::on_error(), Auth::Defer(r) if r.reply.code == 454));
    assert!(
        matches!(mailfrom::MailFrom::on_error(), mailfrom::Decision::Defer(r) if r.reply.code == 450)
    );
    assert!(
        matches!(rcptto::RcptTo::on_error(), rcptto::Decision::Defer(r) if r.reply.code == 450)
    );
    assert!(matches!(eod::Eod::on_error(), eod::Decision::Defer(r) if r.reply.code == 421));
    let predelivery::Decision::Queue(again) = predelivery::PreDelivery::on_error() else {
        panic!("not queued again");
    };
    assert_eq!((again.delay, again.increment_retry), (Some(300.0), false));
    assert!(matches!(postdelivery::PostDelivery::on_error(), postdelivery::Decision::Default));
}

#[test]
fn a_verdict_of_another_hook_counts_as_an_error() {
    let verdict = Verdict { name: "Try", args: Vec::new() };
    assert_eq!(rcptto::RcptTo::decode(&verdict), rcptto::RcptTo::on_error());
}

#[test]
fn reasons_are_lines_that_cannot_break_the_reply() {
    let long = "x".repeat(600);
    let reason = format!("one\r\ntwo\0\n{long}");
    let rcptto::Decision::Reject(refusal) =
        decide::<rcptto::RcptTo>("Reject", &[reason.as_str().into()])
    else {
        panic!("not rejected");
    };
    let expected = [b"one".to_vec(), b"two".to_vec(), vec![b'x'; 500]];
    assert_eq!(refusal.reply.lines, expected);
    assert_eq!((refusal.reply.code, refusal.disconnect), (554, false));
}

#[test]
fn a_list_of_reasons_makes_several_lines() {
    let reason = list(["one".into(), Value::number(2.0)]);
    let connect::Decision::Defer(reply) = decide::<connect::Connect>("Defer", &[reason]) else {
        panic!("not deferred");
    };
    assert_eq!(reply.lines, [b"one".to_vec(), b"2".to_vec()]);
    assert_eq!((reply.code, reply.enhanced), (421, None));
}

#[test]
fn codes_replace_the_default_within_their_class() {
    let codes = options([("code", 550.0.into()), ("enhanced", numbers([5.0, 1.0, 1.0]))]);
    let given = options([("reply_codes", codes), ("disconnect", true.into())]);
    let rcptto::Decision::Reject(refusal) =
        decide::<rcptto::RcptTo>("Reject", &["gone".into(), given])
    else {
        panic!("not rejected");
    };
    assert_eq!((refusal.reply.code, refusal.reply.enhanced), (550, Some([5, 1, 1])));
    assert!(refusal.disconnect);
}

#[test]
fn codes_of_another_class_raise_an_exception() {
    let none = Value::string("");
    let message = "reply_codes: code 450 must be 5xx here";
    refused(Hook::RcptTo, "Reject", &[none.clone(), code(450.0)], message);
    let message = "reply_codes: code 554 must be 4xx here";
    refused(Hook::Eod, "Defer", &[none.clone(), code(554.0)], message);
    let message = "reply_codes: code 550 must be 2xx or 3xx here";
    refused(Hook::MailFrom, "Accept", &[code(550.0)], message);
    let message = "reply_codes: \"code\" must be a number from 200 to 599";
    refused(Hook::MailFrom, "Accept", &[code(99.5)], message);
    let enhanced = options([("reply_codes", options([("enhanced", numbers([4.0, 1.0, 1.0]))]))]);
    let message = "reply_codes: \"enhanced\" must be a list of three numbers whose first is 5";
    refused(Hook::RcptTo, "Reject", &[none, enhanced], message);
}

#[test]
fn wrong_types_name_function_parameter_and_types() {
    let message = "Reject: $reason must be string or array, not number";
    refused(Hook::RcptTo, "Reject", &[5.0.into()], message);
    let given = options([("disconnect", "yes".into())]);
    let message = "Reject: option \"disconnect\" must be boolean, not string";
    refused(Hook::RcptTo, "Reject", &["".into(), given], message);
    let given = options([("tls", "maybe".into())]);
    let message = "Try: option \"tls\" must be one of disabled, optional, optional_verify, dane, \
                   dane_require, require, require_verify, dane_fallback_require_verify";
    refused(Hook::PreDelivery, "Try", &[given], message);
}

#[test]
fn senders_are_text_or_parts() {
    let parts = options([("localpart", "a".into()), ("domain", "example.com".into())]);
    for (given, localpart, domain) in [
        (options([("sender", "A.b@Example.com".into())]), "A.b", "Example.com"),
        (options([("sender", "\"a b\"@example.com".into())]), "a b", "example.com"),
        (options([("sender", "".into())]), "", ""),
        (options([("sender", parts)]), "a", "example.com"),
    ] {
        let mailfrom::Decision::Accept { sender: Some(sender), .. } =
            decide::<mailfrom::MailFrom>("Accept", &[given])
        else {
            panic!("not replaced");
        };
        assert_eq!(sender.address.localpart.to_lossy(), localpart);
        assert_eq!(sender.address.domain.to_lossy(), domain);
    }
}

#[test]
fn addresses_that_would_break_the_command_are_refused() {
    let message = "option \"recipient\" is not an envelope address";
    for bad in ["a@b\r\nDATA", "a@b>", "a\0@b", "a b@c", "a@b@c", "nobody"] {
        refused(Hook::RcptTo, "Accept", &[options([("recipient", bad.into())])], message);
    }
}

#[test]
fn the_end_of_data_takes_options_or_a_reason_first() {
    let codes =
        options([("reason", "kept".into()), ("reply_codes", options([("code", 251.0.into())]))]);
    assert_eq!(
        decide::<eod::Eod>("Accept", &[codes]),
        eod::Decision::Accept(Reply::new(251, Some([2, 0, 0])).text("kept"))
    );
    assert_eq!(
        decide::<eod::Eod>("Accept", &["kept".into()]),
        eod::Decision::Accept(Reply::new(250, Some([2, 0, 0])).text("kept"))
    );
    assert_eq!(
        decide::<eod::Eod>("Accept", &[]),
        eod::Decision::Accept(Reply::new(250, Some([2, 0, 0])))
    );
}

#[test]
fn attempts_carry_what_the_script_overrides() {
    let given = options([
        ("host", "192.0.2.9".into()),
        ("port", 2525.0.into()),
        ("saslusername", "u".into()),
        ("saslpassword", "geheim".into()),
        ("tls_sni", true.into()),
    ]);
    let predelivery::Decision::Try(overrides) = decide::<predelivery::PreDelivery>("Try", &[given])
    else {
        panic!("not tried");
    };
    assert_eq!(overrides.port, Some(2525));
    assert_eq!(overrides.tls.sni, Some(mta_hooks::attempt::ServerName::Host(true)));
    assert!(!format!("{overrides:?}").contains("geheim"), "passwords stay out of logs");
}

#[test]
fn hooks_have_their_own_verdicts() {
    let found: Vec<String> = mta_hooks::HOOKS
        .iter()
        .map(|decl| {
            let names: Vec<_> = decl.verdicts.iter().map(|f| f.name).collect();
            format!("{}: {}", decl.hook, names.join(" "))
        })
        .collect();
    assert_eq!(
        found,
        [
            "connect: Accept Reject Defer",
            "proxy: Pass Reply",
            "helo: Accept Reject Defer",
            "auth: Accept Reject Defer Reply",
            "mailfrom: Accept Reject Defer",
            "rcptto: Accept Reject Defer",
            "eod: Accept Reject Defer",
            "disconnect: Pass",
            "predelivery: Try Queue Bounce Delete",
            "postdelivery: Queue Bounce Delete Default",
        ]
    );
}

#[test]
fn only_credentials_are_secret() {
    let secret: Vec<_> = mta_hooks::HOOKS
        .iter()
        .flat_map(|decl| decl.variables)
        .flat_map(|variable| variable.keys)
        .filter(|key| key.secret)
        .map(|key| key.name)
        .collect();
    assert_eq!(secret, ["password", "response"]);
}
