//! `dns_query` against nsd with a signed zone.

use hsl_host::{DnsOptions, Dnssec, LocalRecord, ServiceOptions};

use crate::peers::listening;
use crate::zones::Signed;
use crate::{host, on_worker, printed};

const ZONE: &str = r#"$ORIGIN example.
$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
@ MX 10 mail
ns A 127.0.0.1
mail A 192.0.2.1
mail AAAA 2001:db8::1
mail TXT "one " "two"
www CNAME mail
_25._tcp.mail TLSA 3 1 1 0011223344556677889900112233445566778899001122334455667788990011
_x._tcp SRV 1 2 3 mail
@ CAA 0 issue "ca.example"
plain NS ns
far CNAME host.plain
further CNAME far
nowhere CNAME none.plain
"#;

/// The zone below it, which is delegated without a signature.
const PLAIN: &str = r#"$ORIGIN plain.example.
$TTL 300
@ SOA ns.example. hostmaster.example. 1 3600 600 86400 60
@ NS ns.example.
host A 192.0.2.9
back CNAME mail.example.
"#;

fn local(records: &[(&str, &str, &str, bool)]) -> Vec<LocalRecord> {
    let made = records.iter().map(|(name, kind, value, secure)| {
        LocalRecord::new((name, kind, value), 60, *secure).expect("a record")
    });
    made.collect()
}

#[test]
fn local_records_answer_without_any_server() {
    on_worker(async {
        let dns = DnsOptions {
            local: local(&[
                ("a.example", "A", "192.0.2.7", true),
                ("example", "MX", "5 a.example.", false),
            ]),
            only_local: true,
            ..DnsOptions::default()
        };
        let host = host(ServiceOptions { dns, ..ServiceOptions::default() });
        let text = r#"echo dns_query("a.example"); echo dns_query("example", ["type" => "mx"]);
            echo dns_query("other.example");"#;
        assert_eq!(
            printed(&host, text).await,
            [
                r#"["result"=>[0=>"192.0.2.7"],"dnssec"=>true]"#,
                r#"["result"=>[0=>["result"=>"a.example","preference"=>5]],"dnssec"=>false]"#,
                r#"["error"=>"NXDOMAIN","dnssec"=>false]"#,
            ]
        );
    });
}

#[test]
fn spf_is_asked_of_the_resolver() {
    on_worker(async {
        let dns = DnsOptions {
            local: local(&[
                (
                    "a.example",
                    "TXT",
                    "v=spf1 mx include:%{l}._spf.a.example exp=why.a.example -all",
                    false,
                ),
                ("a.example", "MX", "5 mx.a.example.", false),
                ("mx.a.example", "A", "192.0.2.1", false),
                ("mx.a.example", "AAAA", "2001:db8::1", false),
                ("tag+x=y._spf.a.example", "TXT", "v=spf1 ptr:b.example -all", false),
                ("jane._spf.a.example", "TXT", "v=spf1 mx:b.example ?all", false),
                ("b.example", "MX", "5 xn--mx-wka.b.example.", false),
                ("xn--mx-wka.b.example", "A", "192.0.2.5", false),
                ("192.0.2.3", "PTR", "xn--mx-wka.b.example.", false),
                ("xn--mx-wka.b.example", "A", "192.0.2.3", false),
                ("why.a.example", "TXT", "%{c} is not ours, says %{r}", false),
                ("xn--bcher-kva.example", "TXT", "v=spf1 ~all", false),
            ]),
            only_local: true,
            ..DnsOptions::default()
        };
        let host = host(ServiceOptions { dns, ..ServiceOptions::default() });
        let text = r#"foreach ([["192.0.2.1", "jane@a.example"], ["2001:db8::1", "jane@a.example"],
                ["192.0.2.3", "tag+x=y@a.example"], ["192.0.2.5", "jane@a.example"], ["192.0.2.4", "jane@a.example"],
                ["192.0.2.4", "x@b\xc3\xbccher.example"], ["192.0.2.4", "x@none.example"],
                ["192.0.2", "jane@a.example"]] as $each)
            echo spf_query($each[0], "mx.example", $each[1]);"#;
        let found =
            |result: &str, reason: &str| format!(r#"["result"=>"{result}","reason"=>"{reason}"]"#);
        let expected = [
            found("pass", "`mx` in the SPF record of a.example matches"),
            found("pass", "`mx` in the SPF record of a.example matches"),
            found("pass", "`include:%{l}._spf.a.example` in the SPF record of a.example matches"),
            found("pass", "`include:%{l}._spf.a.example` in the SPF record of a.example matches"),
            found("fail", "192.0.2.4 is not ours, says mx.example"),
            found("softfail", "`~all` in the SPF record of xn--bcher-kva.example matches"),
            found("none", "none.example has no SPF record"),
            found("permerror", "`192.0.2` is no IP address"),
        ];
        assert_eq!(printed(&host, text).await, expected);
    });
}

#[test]
fn signed_zones_are_validated_and_forged_ones_are_refused() {
    let Some(zone) = Signed::new(ZONE) else { return };
    let forged = zone.text().replace("192.0.2.1\n", "192.0.2.66\n");
    let ((good, _one), (bad, _two)) = (zone.serve(&zone.text(), None), zone.serve(&forged, None));
    on_worker(async {
        listening(good).await;
        listening(bad).await;
        let dns = |port: u16, dnssec| DnsOptions {
            servers: vec![format!("127.0.0.1:{port}")],
            anchors: zone.anchors(),
            dnssec,
            ..DnsOptions::default()
        };
        let ask = |dns| host(ServiceOptions { dns, ..ServiceOptions::default() });
        let text = r#"foreach ([["mail.example", "a"], ["mail.example", "aaaa"], ["mail.example", "txt"],
                ["www.example", "cname"], ["www.example", "a"], ["example", "mx"], ["example", "ns"],
                ["example", "caa"], ["_x._tcp.example", "srv"], ["_25._tcp.mail.example", "tlsa"],
                ["example", "soa"], ["none.example", "a"], ["mail.example", "mx"]] as $each)
            echo dns_query($each[0], ["type" => $each[1]]);"#;
        let lines = printed(&ask(dns(good, Dnssec::Require)), text).await;
        let expected = [
            r#"["result"=>[0=>"192.0.2.1"],"dnssec"=>true]"#,
            r#"["result"=>[0=>"2001:db8::1"],"dnssec"=>true]"#,
            r#"["result"=>[0=>"one two"],"dnssec"=>true]"#,
            r#"["result"=>[0=>"mail.example"],"dnssec"=>true]"#,
            r#"["result"=>[0=>"192.0.2.1"],"dnssec"=>true]"#,
            r#"["result"=>[0=>["result"=>"mail.example","preference"=>10]],"dnssec"=>true]"#,
            r#"["result"=>[0=>"ns.example"],"dnssec"=>true]"#,
        ];
        assert_eq!(&lines[..7], expected, "{lines:#?}");
        assert!(lines[7..11].iter().all(|line| line.contains(r#""dnssec"=>true"#)), "{lines:#?}");
        assert!(lines[11].contains("NXDOMAIN") && lines[12].contains("NO_DATA"), "{lines:#?}");
        let one = r#"echo dns_query("mail.example");"#;
        let forged = printed(&ask(dns(bad, Dnssec::Require)), one).await;
        assert_eq!(forged, [r#"["error"=>"SERVFAIL","dnssec"=>false]"#]);
        let unchecked = printed(&ask(dns(bad, Dnssec::Off)), one).await;
        assert_eq!(unchecked, [r#"["result"=>[0=>"192.0.2.66"],"dnssec"=>false]"#]);
    });
}

#[test]
fn an_alias_is_as_secure_as_where_it_leads() {
    let Some(zone) = Signed::new(ZONE) else { return };
    let (port, _server) = zone.serve(&zone.text(), Some(("plain.example", PLAIN)));
    on_worker(async {
        listening(port).await;
        let text = r#"foreach ([["far.example", "a"], ["further.example", "a"], ["far.example", "cname"],
                ["host.plain.example", "a"], ["back.plain.example", "a"], ["far.example", "mx"],
                ["nowhere.example", "a"], ["www.example", "a"]] as $each)
            echo dns_query($each[0], ["type" => $each[1]]);"#;
        for dnssec in [Dnssec::Require, Dnssec::Auto] {
            let dns = DnsOptions {
                servers: vec![format!("127.0.0.1:{port}")],
                anchors: zone.anchors(),
                dnssec,
                ..DnsOptions::default()
            };
            let host = host(ServiceOptions { dns, ..ServiceOptions::default() });
            let expected = [
                r#"["result"=>[0=>"192.0.2.9"],"dnssec"=>false]"#,
                r#"["result"=>[0=>"192.0.2.9"],"dnssec"=>false]"#,
                r#"["result"=>[0=>"host.plain.example"],"dnssec"=>true]"#,
                r#"["result"=>[0=>"192.0.2.9"],"dnssec"=>false]"#,
                r#"["result"=>[0=>"192.0.2.1"],"dnssec"=>false]"#,
                r#"["error"=>"NO_DATA","dnssec"=>false]"#,
                r#"["error"=>"NXDOMAIN","dnssec"=>false]"#,
                r#"["result"=>[0=>"192.0.2.1"],"dnssec"=>true]"#,
            ];
            assert_eq!(printed(&host, text).await, expected, "{dnssec:?}");
        }
    });
}
