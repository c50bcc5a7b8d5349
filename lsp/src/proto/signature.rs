//! Signatures of calls.

use gen_lsp_types as lsp;
use hsl_ide::{Signature, SignatureParameter};

use super::markdown;
use crate::position::{Encoding, Lines};

/// Signatures, the first of them chosen; places of parameters are counted in the editor's unit.
pub(crate) fn signatures(found: Vec<Signature>, encoding: Encoding) -> lsp::SignatureHelp {
    let signatures = found.into_iter().map(|found| signature(found, encoding)).collect();
    lsp::SignatureHelp { signatures, active_signature: Some(0), active_parameter: None }
}

fn signature(found: Signature, encoding: Encoding) -> lsp::SignatureInformation {
    let lines = Lines::new(found.label.as_bytes(), encoding);
    let parameter = |parameter: SignatureParameter| {
        let range = lines.range(parameter.label);
        let place = (range.start.character, range.end.character);
        let docs = parameter.docs.map(|text| markdown(text).into());
        lsp::ParameterInformation::new(lsp::ParameterInformationLabel::Tuple(place), docs)
    };
    let parameters = found.parameters.into_iter().map(parameter).collect();
    let active = found.active.map(|at| (at as u32).into());
    lsp::SignatureInformation {
        label: found.label.clone(),
        documentation: found.docs.map(|text| markdown(text).into()),
        parameters: Some(parameters),
        active_parameter: active,
    }
}
