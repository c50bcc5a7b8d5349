//! Certificates and revocation lists.
//!
//! *Not here*: reading and judging them (`mail_crypto`).

mod crl;
mod shown;

use std::sync::Arc;

use hsl_macros::{Options, class};
use hsl_vm::{Array, Cx, Freezer, Frozen, FrozenObject, NativeObject, Str, Thrown, Value};
use mail_crypto::{Certificate, PrivateKey, Purpose, Trust, pem};

use crate::binding::{object, wrong_type};
use crate::resource;

pub(crate) use crl::X509Crl;
use shown::{ExtensionRecord, VerifyResult, pairs};

/// A certificate.
///
/// Made of a resource, or of text by `X509::String`.
///
/// # Errors
///
/// Raises an exception for anything but a certificate resource.
///
/// # Example
///
/// ```hsl
/// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
/// if ($certificate) echo $certificate->subject();
/// ```
///
/// Source: RFC 5280. Since: 0.1. Compat: without `toFFIValue`: there is no structure of OpenSSL behind it.
#[class(name = "X509", topic = "certificates", freeze = X509::freeze)]
impl X509 {
    /// Makes a certificate of its resource.
    ///
    /// # Errors
    ///
    /// Raises an exception for anything else.
    ///
    /// # Example
    ///
    /// ```hsl
    /// try { X509("text"); } catch ($e) { echo $e->message(); } // X509: $x509resource must be X509Resource, not string
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(constructor, effect = reads)]
    fn new(#[ty("X509Resource")] x509resource: Value) -> Result<Self, Thrown> {
        let held = resource::held::<Certificate>(&x509resource).cloned();
        held.map(Self).ok_or_else(|| {
            let given = x509resource.type_name();
            wrong_type("X509", "x509resource", "X509Resource", given)
        })
    }

    /// Returns the attributes of the subject.
    ///
    /// A list of pairs, name and value, in the order of the certificate. Names are short (`CN`, `O`,
    /// `emailAddress`), or object identifiers when there is no short one; values are UTF-8.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
    /// foreach ($certificate ? $certificate->subject() : [] as $pair) echo $pair[0] . "=" . $pair[1];
    /// ```
    ///
    /// Source: RFC 5280 §4.1.2.6. Since: 0.1. Compat: same.
    #[builtin(effect = reads, elements = "array")]
    fn subject(&self) -> Array {
        pairs(self.0.subject())
    }

    /// Returns the attributes of the issuer, as `subject` returns those of the subject.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
    /// if ($certificate) echo $certificate->issuer()[0];
    /// ```
    ///
    /// Source: RFC 5280 §4.1.2.4. Since: 0.1. Compat: same.
    #[builtin(effect = reads, elements = "array")]
    fn issuer(&self) -> Array {
        pairs(self.0.issuer())
    }

    /// Returns the alternative names of the subject by kind.
    ///
    /// Each key (`DNS`, `email`, `URI`, `IP Address`, `DirName`, `Registered ID`, `othername`) holds a
    /// list of texts. Without names the array is empty.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
    /// if ($certificate) echo $certificate->subject_alt_name()["DNS"] ?? [];
    /// ```
    ///
    /// Source: RFC 5280 §4.2.1.6. Since: 0.1. Compat: kinds other than DNS are named as OpenSSL prints them.
    #[builtin(effect = reads)]
    fn subject_alt_name(&self) -> Array {
        shown::alternative(self.0.alternative_names())
    }

    /// Returns the version of the certificate, 1 to 3.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
    /// if ($certificate) echo $certificate->version();
    /// ```
    ///
    /// Source: RFC 5280 §4.1.2.1. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn version(&self) -> u8 {
        self.0.version()
    }

    /// Returns the serial number in capital hexadecimal.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
    /// if ($certificate) echo $certificate->serial_number();
    /// ```
    ///
    /// Source: RFC 5280 §4.1.2.2. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn serial_number(&self) -> String {
        self.0.serial_number()
    }

    /// Returns the first second in which the certificate is valid, as Unix time.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
    /// if ($certificate and time() < $certificate->not_valid_before()) echo "not yet";
    /// ```
    ///
    /// Source: RFC 5280 §4.1.2.5. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn not_valid_before(&self) -> f64 {
        self.0.not_before() as f64
    }

    /// Returns the last second in which the certificate is valid, as Unix time.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
    /// if ($certificate and time() > $certificate->not_valid_after()) echo "over";
    /// ```
    ///
    /// Source: RFC 5280 §4.1.2.5. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn not_valid_after(&self) -> f64 {
        self.0.not_after() as f64
    }

    /// Returns the public key (`SubjectPublicKeyInfo`) in DER or PEM.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
    /// if ($certificate) echo sha2($certificate->public_key(), 256);
    /// ```
    ///
    /// Source: RFC 5280 §4.1.2.7. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn public_key(&self, options: FormOptions) -> Str {
        options.show(self.0.spki(), || pem("PUBLIC KEY", self.0.spki()))
    }

    /// Tells whether the certificate is trusted: whether a chain leads from it to a trusted certificate.
    ///
    /// `calist` holds trusted certificates, `intermediates` those that may stand between, as objects or
    /// resources. A chain ends at a trusted certificate that issued itself. Signatures, times, the right
    /// to issue, path lengths and name constraints count; purposes and host names do not. With
    /// `revokelist` there must be a list of the certificate's issuer, and it must be in date; lists of
    /// the other issuers count when they are there. `error` is OpenSSL's text.
    ///
    /// # Errors
    ///
    /// Raises an exception for an element that is no certificate or list.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $roots = X509::String(File::read("file://roots.pem") ?? "", ["pem" => true, "multiple" => true]);
    /// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
    /// if ($certificate) echo $certificate->verify($roots)["error"] ?? "trusted";
    /// ```
    ///
    /// Source: RFC 5280 §6. Since: 0.1. Compat: same.
    #[builtin(effect = reads, result = VerifyResult)]
    fn verify(
        &self,
        cx: &mut Cx<'_>,
        calist: Array,
        intermediates: Option<Array>,
        revokelist: Option<Array>,
    ) -> Result<VerifyResult, Thrown> {
        let trust = Trust {
            anchors: all("X509->verify", "calist", Some(&calist))?,
            intermediates: all("X509->verify", "intermediates", intermediates.as_ref())?,
            lists: crl::all("X509->verify", "revokelist", revokelist.as_ref())?,
            now: cx.world().now(),
        };
        cx.charge(trust.lists.iter().map(|list| list.der().len()).sum::<usize>() + (1 << 16));
        let error = trust.verify(&self.0, Purpose::Any).err().map(|error| error.to_string());
        Ok(VerifyResult { result: error.is_none(), error })
    }

    /// Returns the certificate in DER or PEM.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
    /// if ($certificate) echo sha2($certificate->export(), 256);
    /// ```
    ///
    /// Source: RFC 7468 §5. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn export(&self, options: FormOptions) -> Str {
        options.show(self.0.der(), || self.0.to_pem())
    }

    /// Returns all extensions.
    ///
    /// A list in the order of the certificate; `value` is DER. Without extensions it is empty.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
    /// foreach ($certificate ? $certificate->extensions() : [] as $extension) echo $extension["name"];
    /// ```
    ///
    /// Source: RFC 5280 §4.2. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn extensions(&self, options: NoOptions) -> Vec<ExtensionRecord> {
        let NoOptions {} = options;
        self.0.extensions().into_iter().map(ExtensionRecord::from).collect()
    }

    /// Returns the resource of the certificate, for functions that take one.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $certificate = X509::String(File::read("file://mail.crt") ?? "", ["pem" => true]);
    /// if ($certificate) echo cms_encrypt("secret", ["certs" => [$certificate->toResource()]])["result"];
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "toResource", effect = reads, returns = "X509Resource")]
    fn to_resource(&self) -> Value {
        resource::value(Arc::clone(&self.0))
    }

    /// Reads a certificate in DER or PEM.
    ///
    /// Of several in PEM the first is taken, or all as a list with `multiple`. With `resource` the result
    /// is a resource instead of an object.
    ///
    /// # Errors
    ///
    /// Never: gives `none` for what cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo [X509::String("no certificate") === none]; // [0=>true]
    /// ```
    ///
    /// Source: RFC 5280 §4.1, RFC 7468 §5. Since: 0.1. Compat: same.
    #[builtin(name = "String", effect = reads, returns = "X509, array or none")]
    fn string(cx: &mut Cx<'_>, data: Str, options: ReadOptions) -> Option<Value> {
        cx.charge(16 * data.len());
        let found = Certificate::all(&data, options.pem)?;
        let mut values = found.into_iter().map(|certificate| {
            let certificate = Arc::new(certificate);
            if options.resource { resource::value(certificate) } else { object(Self(certificate)) }
        });
        if options.multiple {
            return Some(Array::list(values).into());
        }
        values.next()
    }
}

/// A certificate as an object.
pub(crate) struct X509(pub(crate) Arc<Certificate>);

/// The object while it belongs to no thread.
#[derive(Debug)]
struct Still(Arc<Certificate>);

impl X509 {
    fn freeze(&self, freezer: &mut Freezer) -> Option<Arc<dyn FrozenObject>> {
        let still = Still(Arc::clone(&self.0));
        freezer.take(still.bytes())?;
        Some(Arc::new(still))
    }
}

impl FrozenObject for Still {
    fn thaw(self: Arc<Self>) -> std::rc::Rc<dyn NativeObject> {
        std::rc::Rc::new(X509(Arc::clone(&self.0)))
    }

    fn bytes(&self) -> usize {
        4 * self.0.der().len()
    }

    fn is_constant(&self) -> bool {
        true
    }
}

/// A certificate as a constant of a program: an object or a resource.
pub fn constant(certificate: &Arc<Certificate>, as_resource: bool) -> Frozen {
    let certificate = Arc::clone(certificate);
    match as_resource {
        true => resource::frozen(certificate),
        false => Frozen::Object(Arc::new(Still(certificate))),
    }
}

/// A private key as a constant of a program.
pub fn key_constant(key: &Arc<PrivateKey>) -> Frozen {
    resource::frozen(Arc::clone(key))
}

/// The certificate of an object or a resource.
pub(crate) fn of_value(value: &Value) -> Option<Arc<Certificate>> {
    let object = value.as_native::<X509>().map(|object| &object.0);
    object.or_else(|| resource::held(value)).cloned()
}

/// The certificates of a list; of no list none.
///
/// # Errors
/// An exception for an element that is none.
pub(crate) fn all(
    function: &str,
    parameter: &str,
    list: Option<&Array>,
) -> Result<Vec<Arc<Certificate>>, Thrown> {
    let values = list.into_iter().flat_map(Array::iter);
    let one = |(_, value): (_, &Value)| {
        of_value(value).ok_or_else(|| wrong_element(function, parameter, "X509Resource", value))
    };
    values.map(one).collect()
}

fn wrong_element(function: &str, parameter: &str, class: &str, given: &Value) -> Thrown {
    let given = given.type_name();
    Thrown::Error(format!("{function}: every element of {parameter} must be {class}, not {given}"))
}

/// DER or PEM.
#[derive(Options)]
struct FormOptions {
    /// PEM instead of DER.
    #[option(default = false)]
    pem: bool,
}

impl FormOptions {
    fn show(&self, der: &[u8], pem: impl FnOnce() -> String) -> Str {
        if self.pem { Str::from(pem()) } else { Str::from(der) }
    }
}

/// No option is known.
#[derive(Options)]
struct NoOptions {}

/// Options of `X509::String`.
#[derive(Options)]
struct ReadOptions {
    /// The text is PEM, not DER.
    #[option(default = false)]
    pem: bool,
    /// Return a list of all certificates.
    #[option(default = false)]
    multiple: bool,
    /// Return resources instead of objects.
    #[option(default = false)]
    resource: bool,
}
