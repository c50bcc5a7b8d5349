//! Keys, certificates and CMS, seen from a program. The certificate is self-signed and made by
//! `openssl req -x509 -newkey rsa:2048 -nodes -days 36500` with three alternative names.

mod support;

const FILES: &[(&str, &[u8])] =
    &[("rsa.key", include_bytes!("data/rsa.key")), ("rsa.crt", include_bytes!("data/rsa.crt"))];
const IMPORTS: &str = "import $key from \"rsa.key\"; import $certificates from \"rsa.crt\";
    import $resources from \"rsa.crt\" with [\"resource\" => true];
    import $pem from \"txt!rsa.key\"; $x509 = $certificates[0]; $resource = $resources[0];";

#[track_caller]
fn check(program: &str, expect: &[&str]) {
    let printed = support::run_with(FILES, &format!("{IMPORTS}\n{program}")).expect("runs");
    assert_eq!(printed, expect);
}

#[test]
fn imported_keys_and_certificates_are_of_their_kinds() {
    check(
        "echo is_rsa_privatekey($key); echo is_ec_privatekey($key); echo $key; echo [$key];
         echo $x509; echo $resource; echo X509($resource)->subject();
         echo $x509->subject_alt_name();",
        &[
            "true",
            "false",
            "<resource>",
            "[0=><resource>]",
            "<X509>",
            "<resource>",
            r#"[0=>[0=>"C",1=>"SE"],1=>[0=>"CN",1=>"mail.example"]]"#,
            r#"["DNS"=>[0=>"mail.example",1=>"mx.example"],"email"=>[0=>"a@mail.example"]]"#,
        ],
    );
}

#[test]
fn what_is_signed_verifies() {
    check(
        "$public = $x509->public_key();
         foreach ([\"md5\", \"sha1\", \"sha256\", \"sha512\"] as $hash) {
             $spki = [\"hash\" => $hash, \"format\" => \"SubjectPublicKeyInfo\"];
             $signature = rsa_sign(\"text\", $key, [\"hash\" => $hash]);
             echo [rsa_verify(\"text\", $signature, $public, $spki),
                 rsa_verify(\"other\", $signature, $public, $spki),
                 $signature === rsa_sign(\"text\", $pem, [\"hash\" => $hash, \"pem\" => true])];
         }
         echo [rsa_sign(\"text\", $key, [\"hash\" => \"sha3\"]) === none,
             rsa_sign(\"text\", \"no key\") === none];",
        &[
            "[0=>true,1=>false,2=>true]",
            "[0=>true,1=>false,2=>true]",
            "[0=>true,1=>false,2=>true]",
            "[0=>true,1=>false,2=>true]",
            "[0=>true,1=>true]",
        ],
    );
}

#[test]
fn messages_are_signed_encrypted_and_read() {
    check(
        "$own = [\"x509\" => $resource, \"privatekey\" => $key];
         $signed = cms_sign(\"text\", $own)[\"data\"];
         $found = cms_verify($signed, \"text\", [\"store\" => [$x509]], [\"data\" => true]);
         echo [$found[\"result\"], X509($found[\"signers\"][0])->serial_number() == $x509->serial_number(),
             $found[\"data\"], cms_type($signed)];
         echo cms_verify($signed, \"other\", [\"store\" => [$x509]]);
         echo cms_verify(pkcs7_sign(\"text\", $own), \"text\", [\"certs\" => [$resource]])[\"result\"];
         $secret = cms_encrypt(\"text\", [\"certs\" => [$resource]])[\"data\"];
         echo cms_decrypt($secret, $own); echo cms_decrypt(\"x\", $own);
         echo $x509->verify([$resource]); echo $x509->verify([]);",
        &[
            r#"[0=>true,1=>true,2=>"text",3=>"pkcs7-signedData"]"#,
            r#"["result"=>false]"#,
            "true",
            r#"["result"=>true,"data"=>"text"]"#,
            r#"["result"=>false]"#,
            r#"["result"=>true]"#,
            r#"["result"=>false,"error"=>"self-signed certificate"]"#,
        ],
    );
}

#[test]
fn errors_name_types_and_never_show_keys() {
    check(
        "try { rsa_sign(\"text\", 5); } catch ($e) { echo $e->message(); }
         try { cms_sign(\"text\", \"mail\", [\"id\" => true]); } catch ($e) { echo $e->message(); }
         try { $x509->verify([5]); } catch ($e) { echo $e->message(); }",
        &[
            "rsa_sign: $privatekey must be RSAPrivateKey or string, not number",
            "cms_sign: the option \"id\" needs a server: there is no configuration with keys here",
            "X509->verify: every element of calist must be X509Resource, not number",
        ],
    );
}
