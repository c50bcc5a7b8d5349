//! Resources: keys, certificates and lists, which scripts hold and pass on, and cannot look into.
//!
//! *Invariants*: what is held never changes and may cross threads; nothing shows it as text.

use std::any::Any;
use std::fmt::Debug;
use std::rc::Rc;
use std::sync::Arc;

use hsl_vm::{Freezer, Frozen, FrozenObject, NativeClass, NativeObject, Value};
use mail_crypto::{Certificate, Crl, PrivateKey};

/// What a resource may hold.
pub(crate) trait Shared: Debug + Send + Sync + 'static {
    /// Its name among types.
    fn class(&self) -> &'static NativeClass;

    /// Bytes that it holds, about.
    fn bytes(&self) -> usize;
}

/// A resource.
pub(crate) struct Resource<T>(pub(crate) Arc<T>);

/// A resource while it belongs to no thread.
#[derive(Debug)]
struct Still<T>(Arc<T>);

impl<T: Shared> NativeObject for Resource<T> {
    fn class(&self) -> &'static NativeClass {
        self.0.class()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn is_resource(&self) -> bool {
        true
    }

    fn freeze(&self, freezer: &mut Freezer) -> Option<Arc<dyn FrozenObject>> {
        freezer.take(self.0.bytes())?;
        Some(Arc::new(Still(Arc::clone(&self.0))))
    }
}

impl<T: Shared> FrozenObject for Still<T> {
    fn thaw(self: Arc<Self>) -> Rc<dyn NativeObject> {
        Rc::new(Resource(Arc::clone(&self.0)))
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }

    fn is_constant(&self) -> bool {
        true
    }
}

/// A resource as a value.
pub(crate) fn value<T: Shared>(held: Arc<T>) -> Value {
    Value::native(Rc::new(Resource(held)))
}

/// A resource as a constant of a program.
pub(crate) fn frozen<T: Shared>(held: Arc<T>) -> Frozen {
    Frozen::Object(Arc::new(Still(held)))
}

/// What a resource of this kind holds.
pub(crate) fn held<T: Shared>(value: &Value) -> Option<&Arc<T>> {
    value.as_native::<Resource<T>>().map(|resource| &resource.0)
}

/// Declares the classes of resources: a name among types and nothing that a script can call.
macro_rules! resource_classes {
    ($topic:literal: $($class:ident: $name:literal, $docs:literal;)*) => {$(
        static $class: hsl_vm::NativeClass = hsl_vm::NativeClass {
            extends: None,
            decl: &hsl_decl::Class {
                extends: None,
                name: $name,
                topic: $topic,
                constructor: None,
                methods: &[],
                properties: &[],
                contexts: hsl_decl::Contexts::Everywhere,
                docs: hsl_decl::Docs($docs),
            },
            constructor: None,
            methods: &[],
            statics: &[],
        };
    )*};
}
pub(crate) use resource_classes;

resource_classes! {
    "keys":
    RSA: "RSAPrivateKey", "An RSA private key.";
    EC: "ECPrivateKey", "A private key on an elliptic curve.";
    ED25519: "ED25519PrivateKey", "An Ed25519 private key.";
    X509: "X509Resource", "A certificate.";
    X509CRL: "X509CRLResource", "A revocation list.";
}

impl Shared for PrivateKey {
    fn class(&self) -> &'static NativeClass {
        match self {
            Self::Rsa(_) => &RSA,
            Self::Ec(_) => &EC,
            Self::Ed25519(_) => &ED25519,
        }
    }

    fn bytes(&self) -> usize {
        4096
    }
}

impl Shared for Certificate {
    fn class(&self) -> &'static NativeClass {
        &X509
    }

    fn bytes(&self) -> usize {
        4 * self.der().len()
    }
}

impl Shared for Crl {
    fn class(&self) -> &'static NativeClass {
        &X509CRL
    }

    fn bytes(&self) -> usize {
        4 * self.der().len()
    }
}
