//! Long lists, a page at a time.

use interdict_store::hex;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::problem::{Code, Problem};

/// Items of a page where nothing is said, and the most that may be asked for.
const USUAL: u32 = 100;
const MOST: u32 = 1_000;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// Most items; 100 where nothing is said.
    #[param(minimum = 1, maximum = 1000)]
    pub(crate) limit: Option<u32>,
    /// `next` of the page before.
    pub(crate) cursor: Option<String>,
}

/// How many items a page has.
///
/// # Errors
/// [`Code::Invalid`] beyond what may be asked for.
pub(crate) fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked {
        None => Ok(USUAL),
        Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
        Some(_) => Err(Problem::new(Code::Invalid, format!("expected 1 to {MOST}")).at("limit")),
    }
}

/// A place in a list as callers see it: a word that means nothing to them.
pub(crate) fn write<T: Serialize>(place: &T) -> Option<String> {
    serde_json::to_vec(place).ok().map(|bytes| hex(&bytes))
}

/// The place that a cursor stands for.
///
/// # Errors
/// [`Code::Invalid`] for what was never given out.
pub(crate) fn read<T: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<T>, Problem> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let wrong =
        || Problem::new(Code::Invalid, "expected the `next` of an earlier page").at("cursor");
    let digits = cursor.as_bytes();
    let bytes: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| {
            let text = std::str::from_utf8(pair).ok()?;
            (pair.len() == 2).then(|| u8::from_str_radix(text, 16).ok())?
        })
        .collect();
    let place = serde_json::from_slice(&bytes.ok_or_else(wrong)?).map_err(|_| wrong())?;
    Ok(Some(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_and_others_are_refused() {
        let cursor = write(&(7, "x")).expect("a cursor");
        assert_eq!(read(Some(&cursor)), Ok(Some((7, "x".to_owned()))));
        assert_eq!(read::<i64>(None), Ok(None));
        for wrong in ["", "7", "zz", "+1", "7b", "\u{e9}"] {
            let problem = read::<(i64, String)>(Some(wrong)).expect_err(wrong);
            assert_eq!(problem.code, Code::Invalid);
        }
    }
}
