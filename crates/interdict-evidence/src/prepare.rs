//! From a name view to a prepared name: folds and weights.

use interdict_text::{NameKind, NameView, Space, Token};

use crate::fold::fold;
use crate::prepared::{PreparedForm, PreparedName, PreparedReading, PreparedToken};
use crate::weights::weights;

/// Adds folded keys and weights to a name view. Query and list go through the same code; only
/// the weight of a token differs by side.
pub fn prepare(view: &NameView, kind: NameKind) -> PreparedName {
    let readings = view
        .readings
        .iter()
        .map(|reading| PreparedReading {
            tokens: reading
                .tokens
                .iter()
                .map(|t| prepare_token(t, kind))
                .collect(),
        })
        .collect();
    PreparedName { readings }
}

fn prepare_token(token: &Token, kind: NameKind) -> PreparedToken {
    let forms: smallvec::SmallVec<[PreparedForm; 3]> = token
        .forms
        .iter()
        .map(|form| PreparedForm {
            space: form.space,
            key: form.key.clone(),
            fold: match form.space {
                Space::Latin => fold(&form.key),
                _ => form.key.clone(),
            },
        })
        .collect();
    let key = forms
        .iter()
        .find(|f| f.space == Space::Latin)
        .or_else(|| forms.first())
        .map_or("", |f| f.fold.as_str());
    let (query_weight, list_weight) = weights(key, token.role, kind);
    PreparedToken {
        role: token.role,
        query_weight,
        list_weight,
        span: (token.span.start, token.span.end),
        forms,
    }
}
