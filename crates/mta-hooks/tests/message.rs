//! `EODMailMessage` as scripts use it, without a script.

use std::rc::Rc;

use hsl_vm::{Array, Cx, NativeObject, NativeStep, Thrown, Value, World};
use mail_message::{HeaderScanner, MemorySource, Message};
use mta_hooks::message::EodMessage;

const TEXT: &str = "Received: one\r\nSubject: =?utf-8?Q?gr=C3=BC=C3=9Fe?=\r\n there\r\n\
                    Received: two\r\n\r\nbody\r\n";

struct Nowhere;

impl World for Nowhere {
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
        String::new()
    }
}

fn mail() -> Rc<EodMessage> {
    let mut scanner = HeaderScanner::default();
    scanner.push(TEXT.as_bytes());
    let source = Rc::new(MemorySource(TEXT.as_bytes().to_vec()));
    let message = Message::new(scanner.into_bytes(), source);
    EodMessage::new("5d6f".into(), message, Box::new(|transport| transport == "mx"))
}

fn call(mail: &Rc<EodMessage>, method: &str, args: &[Value]) -> Result<Value, String> {
    let object: Rc<dyn NativeObject> = mail.clone();
    let (_, native) = EodMessage::CLASS.method(method).expect(method);
    match native(&mut Cx::new(&Nowhere), &object, &mut args.to_vec()) {
        Ok(NativeStep::Return(value)) => Ok(value),
        Ok(_) => panic!("{method} did not return"),
        Err(Thrown::Error(message)) => Err(message),
        Err(Thrown::Value(_)) => panic!("{method} threw a value"),
    }
}

fn text(mail: &Rc<EodMessage>, method: &str, args: &[Value]) -> String {
    let value = call(mail, method, args).expect(method);
    value.to_text().to_lossy().into_owned()
}

fn s(text: &str) -> Value {
    Value::string(text)
}

fn options<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::array(Array::record(pairs))
}

fn queue(mail: &Rc<EodMessage>, recipient: &str) -> Result<Value, String> {
    call(mail, "queue", &[s("a@b.example"), s(recipient), s("mx")])
}

#[test]
fn headers_are_read_by_name_index_and_form() {
    let mail = mail();
    assert_eq!(text(&mail, "getHeader", &[s("subject")]), "grüße there");
    let raw = options([("decode", Value::boolean(false))]);
    assert_eq!(text(&mail, "getHeader", &[s("Subject"), raw]), "=?utf-8?Q?gr=C3=BC=C3=9Fe?= there");
    let field = options([("index", Value::number(1.0)), ("field", Value::boolean(true))]);
    assert_eq!(text(&mail, "getHeader", &[s("RECEIVED"), field]), "Received: two\r\n");
    assert!(call(&mail, "getHeader", &[s("To")]).expect("call").is_none());
    for index in [-1.0, f64::NAN, f64::INFINITY, 2.0] {
        let index = options([("index", Value::number(index))]);
        assert!(call(&mail, "getHeader", &[s("Received"), index]).expect("call").is_none());
    }
    assert_eq!(text(&mail, "getHeaders", &[s("received")]), r#"[0=>"one",1=>"two"]"#);
    assert_eq!(text(&mail, "getHeaderNames", &[]), r#"[0=>"received",1=>"subject",2=>"received"]"#);
    assert_eq!(text(&mail, "getSize", &[]), TEXT.len().to_string());
}

#[test]
fn changes_show_in_the_text_and_not_in_getters() {
    let mail = mail();
    call(&mail, "addHeader", &[s("X-A"), s("1\r\nX-Evil: 2")]).expect("add");
    assert_eq!(text(&mail, "setHeader", &[s("Received"), s("x")]), "2");
    assert_eq!(text(&mail, "delHeader", &[s("Subject")]), "1");
    assert_eq!(text(&mail, "getHeaders", &[s("Received")]), r#"[0=>"one",1=>"two"]"#);
    let expected = "X-A: 1 X-Evil: 2\r\nReceived: x\r\nReceived: x\r\n\r\nbody\r\n";
    assert_eq!(text(&mail, "toString", &[]), expected);
    assert_eq!(text(&mail, "reset", &[]), "4");
    assert_eq!(text(&mail, "toString", &[]), TEXT);
}

#[test]
fn each_copy_has_the_changes_of_its_moment() {
    let mail = mail();
    let clean = call(&mail, "snapshot", &[]).expect("snapshot");
    call(&mail, "addHeader", &[s("X-For"), s("first")]).expect("add");
    let first = queue(&mail, "c@d.example").expect("queue").to_text();
    assert_eq!(first.to_lossy(), r#"["transaction"=>"5d6f","queue"=>1]"#);
    queue(&mail, "e@f.example").expect("queue");
    assert!(call(&mail, "restore", &[clean]).expect("restore").truthy());
    queue(&mail, "g@h.example").expect("queue");
    let copies = mail.close();
    let inserted: Vec<_> = copies.iter().map(|copy| copy.patches.len()).collect();
    assert_eq!(inserted, [1, 1, 0]);
    assert!(std::sync::Arc::ptr_eq(&copies[0].patches, &copies[1].patches));
    assert_eq!(copies[2].number, 3);
}

#[test]
fn nothing_is_queued_after_the_hook() {
    let mail = mail();
    assert!(mail.close().is_empty());
    assert!(queue(&mail, "c@d.example").unwrap_err().contains("already"));
    assert!(mail.close().is_empty());
}

#[test]
fn bad_arguments_are_exceptions() {
    let mail = mail();
    let bad = [
        call(&mail, "queue", &[s("a@b"), s("c@d"), s("nowhere")]),
        call(&mail, "queue", &[s("a@b"), s(""), s("mx")]),
        call(&mail, "queue", &[s("a@b"), s("c@d\r\nDATA"), s("mx")]),
        call(&mail, "queue", &[s("nodomain"), s("c@d"), s("mx")]),
        call(
            &mail,
            "queue",
            &[s("a@b"), s("c@d"), s("mx"), options([("priority", Value::number(2.0))])],
        ),
        call(
            &mail,
            "queue",
            &[s("a@b"), s("c@d"), s("mx"), options([("delay", Value::number(-1.0))])],
        ),
        call(&mail, "setHeader", &[s("a b"), s("x")]),
        call(
            &mail,
            "addHeader",
            &[s("X"), s("a\r\nb"), options([("encode", Value::boolean(false))])],
        ),
        call(&mail, "modifyContent", &[Value::number(0.0), Value::number(1e9), s("")]),
        call(&mail, "modifyContent", &[Value::number(f64::NAN), Value::number(0.0), s("")]),
    ];
    for result in bad {
        assert!(result.is_err(), "{:?}", result.map(|value| value.to_text()));
    }
    assert!(mail.close().is_empty());
}

#[test]
fn options_travel_with_the_copy() {
    let mail = mail();
    let given = options([
        ("metadata", options([("k", s("v"))])),
        ("hold", Value::boolean(true)),
        ("jobid", s("job")),
        ("priority", Value::number(1.0)),
        ("delay", Value::number(60.0)),
        (
            "dsn",
            options([("envid", s("e")), ("notify", Value::array(Array::list([s("FAILURE")])))]),
        ),
    ]);
    let parts = options([("localpart", s("a b")), ("domain", s("c.example"))]);
    call(&mail, "queue", &[s(""), parts, s("mx"), given]).expect("queue");
    let copy = mail.close().remove(0);
    assert_eq!(copy.sender, None);
    assert_eq!(copy.recipient.to_string(), "\"a b\"@c.example");
    assert_eq!(copy.metadata, [("k".to_owned(), "v".to_owned())]);
    assert_eq!((copy.hold, copy.priority, copy.delay), (true, 1, 60.0));
    assert_eq!(copy.jobid.as_deref(), Some("job"));
    let dsn = copy.dsn.expect("options");
    assert_eq!((dsn.envid.as_deref(), &*dsn.notify), (Some("e"), &["FAILURE".to_owned()][..]));
}
