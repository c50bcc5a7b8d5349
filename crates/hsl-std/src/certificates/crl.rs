//! Revocation lists.

#![allow(non_snake_case, reason = "the documentation names an argument x509CRLresource")]

use std::rc::Rc;
use std::sync::Arc;

use hsl_macros::class;
use hsl_vm::{Array, Cx, Freezer, FrozenObject, NativeObject, Str, Thrown, Value};
use mail_crypto::Crl;

use super::shown::{ExtensionRecord, RevokedRecord, pairs};
use super::{FormOptions, NoOptions, wrong_element};
use crate::binding::{object, wrong_type};
use crate::resource;

/// A certificate revocation list.
///
/// Made of a resource, or of text by `X509CRL::String`.
///
/// # Errors
///
/// Raises an exception for anything but a resource of a list.
///
/// # Example
///
/// ```hsl
/// $list = X509CRL::String(File::read("file://ca.crl") ?? "", ["pem" => true]);
/// if ($list) echo length($list->revoked());
/// ```
///
/// Source: RFC 5280 §5. Since: 0.1. Compat: same.
#[class(name = "X509CRL", topic = "certificates", freeze = X509Crl::freeze)]
impl X509Crl {
    /// Makes a list of its resource.
    ///
    /// # Errors
    ///
    /// Raises an exception for anything else.
    ///
    /// # Example
    ///
    /// ```hsl
    /// try { X509CRL(5); } catch ($e) { echo $e->message(); } // X509CRL: $x509CRLresource must be X509CRLResource, not number
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(constructor, effect = reads)]
    fn new(#[ty("X509CRLResource")] x509CRLresource: Value) -> Result<Self, Thrown> {
        let held = resource::held::<Crl>(&x509CRLresource).cloned();
        let (name, class) = ("x509CRLresource", "X509CRLResource");
        let wrong = || wrong_type("X509CRL", name, class, x509CRLresource.type_name());
        held.map(Self).ok_or_else(wrong)
    }

    /// Returns the attributes of the issuer as a list of pairs, name and value.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $list = X509CRL::String(File::read("file://ca.crl") ?? "", ["pem" => true]);
    /// if ($list) echo $list->issuer()[0];
    /// ```
    ///
    /// Source: RFC 5280 §5.1.2.3. Since: 0.1. Compat: same.
    #[builtin(effect = reads, elements = "array")]
    fn issuer(&self) -> Array {
        pairs(self.0.issuer())
    }

    /// Returns the entries: which certificates are revoked, and why.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $list = X509CRL::String(File::read("file://ca.crl") ?? "", ["pem" => true]);
    /// foreach ($list ? $list->revoked() : [] as $entry) echo $entry["serial_number"];
    /// ```
    ///
    /// Source: RFC 5280 §5.1.2.6, §5.3.1. Since: 0.1. Compat: reasons are texts.
    #[builtin(effect = reads)]
    fn revoked(&self, cx: &mut Cx<'_>) -> Vec<RevokedRecord> {
        cx.charge(16 * self.0.der().len());
        self.0.revoked().into_iter().map(RevokedRecord::from).collect()
    }

    /// Returns the version of the list, 1 or 2.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $list = X509CRL::String(File::read("file://ca.crl") ?? "", ["pem" => true]);
    /// if ($list) echo $list->version();
    /// ```
    ///
    /// Source: RFC 5280 §5.1.2.1. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn version(&self) -> u8 {
        self.0.version()
    }

    /// Returns when the list was made, as Unix time.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $list = X509CRL::String(File::read("file://ca.crl") ?? "", ["pem" => true]);
    /// if ($list) echo time() - $list->last_update();
    /// ```
    ///
    /// Source: RFC 5280 §5.1.2.4. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn last_update(&self) -> f64 {
        self.0.last_update() as f64
    }

    /// Returns when the next list is due, as Unix time; `none` when the list does not say.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $list = X509CRL::String(File::read("file://ca.crl") ?? "", ["pem" => true]);
    /// if ($list and time() > $list->next_update()) echo "out of date";
    /// ```
    ///
    /// Source: RFC 5280 §5.1.2.5. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn next_update(&self) -> Option<f64> {
        self.0.next_update().map(|time| time as f64)
    }

    /// Returns the list in DER or PEM.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $list = X509CRL::String(File::read("file://ca.crl") ?? "", ["pem" => true]);
    /// if ($list) echo length($list->export());
    /// ```
    ///
    /// Source: RFC 7468 §6. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn export(&self, options: FormOptions) -> Str {
        options.show(self.0.der(), || self.0.to_pem())
    }

    /// Returns all extensions of the list; `value` is DER.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $list = X509CRL::String(File::read("file://ca.crl") ?? "", ["pem" => true]);
    /// foreach ($list ? $list->extensions() : [] as $extension) echo $extension["name"];
    /// ```
    ///
    /// Source: RFC 5280 §5.2. Since: 0.1. Compat: with `critical`.
    #[builtin(effect = reads)]
    fn extensions(&self, options: NoOptions) -> Vec<ExtensionRecord> {
        let NoOptions {} = options;
        self.0.extensions().into_iter().map(ExtensionRecord::from).collect()
    }

    /// Returns the resource of the list.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $list = X509CRL::String(File::read("file://ca.crl") ?? "", ["pem" => true]);
    /// if ($list) X509CRL($list->toResource());
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "toResource", effect = reads, returns = "X509CRLResource")]
    fn to_resource(&self) -> Value {
        resource::value(Arc::clone(&self.0))
    }

    /// Reads a list in DER or PEM; of several in PEM the first.
    ///
    /// # Errors
    ///
    /// Never: gives `none` for what cannot be read.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo [X509CRL::String("no list") === none]; // [0=>true]
    /// ```
    ///
    /// Source: RFC 5280 §5.1, RFC 7468 §6. Since: 0.1. Compat: same.
    #[builtin(name = "String", effect = reads, returns = "X509CRL or none")]
    fn string(cx: &mut Cx<'_>, data: Str, options: FormOptions) -> Option<Value> {
        cx.charge(16 * data.len());
        let list = if options.pem { Crl::from_pem(&data) } else { Crl::from_der(&data) };
        list.map(|list| object(Self(Arc::new(list))))
    }
}

/// A revocation list as an object.
pub(crate) struct X509Crl(Arc<Crl>);

/// The object while it belongs to no thread.
#[derive(Debug)]
struct Still(Arc<Crl>);

impl X509Crl {
    fn freeze(&self, freezer: &mut Freezer) -> Option<Arc<dyn FrozenObject>> {
        let still = Still(Arc::clone(&self.0));
        freezer.take(still.bytes())?;
        Some(Arc::new(still))
    }
}

impl FrozenObject for Still {
    fn thaw(self: Arc<Self>) -> Rc<dyn NativeObject> {
        Rc::new(X509Crl(Arc::clone(&self.0)))
    }

    fn bytes(&self) -> usize {
        4 * self.0.der().len()
    }

    fn is_constant(&self) -> bool {
        true
    }
}

/// The lists of an array of objects or resources; of no array none.
///
/// # Errors
/// An exception for an element that is none.
pub(crate) fn all(
    function: &str,
    parameter: &str,
    list: Option<&Array>,
) -> Result<Vec<Arc<Crl>>, Thrown> {
    let values = list.into_iter().flat_map(Array::iter);
    let one = |(_, value): (_, &Value)| {
        let object = value.as_native::<X509Crl>().map(|object| &object.0);
        let held = object.or_else(|| resource::held(value)).cloned();
        held.ok_or_else(|| wrong_element(function, parameter, "X509CRLResource", value))
    };
    values.map(one).collect()
}
