//! Signatures of a message, as it was received or as it is now.

use std::borrow::Cow;
use std::io;

use super::{Message, head};
use crate::dkim::{
    BodyHash, Failure, SignError, SignOptions, Signed, SigningKey, Unsigned, Verification,
};
use crate::edits::Edits;

impl Message {
    /// What has to be signed of the message with its changes.
    ///
    /// # Errors
    /// The message cannot be read; inside, why there can be no signature.
    pub fn unsigned(&self, options: &SignOptions) -> io::Result<Result<Unsigned, SignError>> {
        let header = match self.state.edits.is_unchanged() {
            true => Cow::Borrowed(&self.header[..]),
            false => Cow::Owned(head(&self.state.edits, &*self.source)?),
        };
        let mut body = options.body_hash();
        self.hash(&self.state.edits, header.len() as u64, &mut body)?;
        Ok(options.unsigned(&header, body))
    }

    /// Makes a signature of the message with its changes. Nothing is added to it.
    ///
    /// # Errors
    /// The message cannot be read; inside, why there is no signature.
    pub fn sign(
        &self,
        options: &SignOptions,
        key: &SigningKey,
    ) -> io::Result<Result<Signed, SignError>> {
        Ok(self.unsigned(options)?.and_then(|unsigned| unsigned.sign(key)))
    }

    /// Checks a signature of the message as it was received, with the record of its key.
    ///
    /// # Errors
    /// The message cannot be read; inside, why the signature does not hold.
    pub fn verify(
        &self,
        signature: &Verification,
        record: &[u8],
    ) -> io::Result<Result<(), Failure>> {
        let mut body = signature.body_hash();
        let received = Edits::new(self.size());
        self.hash(&received, self.header.len() as u64, &mut body)?;
        Ok(signature.finish(record, &self.header, body))
    }

    fn hash(&self, edits: &Edits, from: u64, body: &mut BodyHash) -> io::Result<()> {
        edits.chunks(&*self.source, from..edits.size(), &mut |bytes| body.push(bytes))
    }
}
