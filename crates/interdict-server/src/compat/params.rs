//! Query parameters as yente reads them: the last of a name counts, lists repeat, and what cannot be
//! read is refused with a list of what is wrong where.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use super::failure::{Failure, Wrong};

/// The parameters of a request, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Params, Failure> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(all)) => Ok(Params(all)),
            Err(e) => Err(Failure::bad(e.to_string())),
        }
    }
}

impl Params {
    #[cfg(test)]
    pub(crate) fn of(pairs: &[(&str, &str)]) -> Params {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Params(pairs.iter().map(own).collect())
    }

    /// The value of a parameter; of several the last.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        values.next_back().map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter that may repeat.
    pub(crate) fn all<'p>(&'p self, name: &'p str) -> impl DoubleEndedIterator<Item = &'p str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The same, owned.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        self.all(name).map(str::to_owned).collect()
    }

    /// A count of at most `most`; one below zero is zero.
    pub(crate) fn count(&self, name: &str, default: usize, most: usize) -> Result<usize, Failure> {
        let Some(text) = self.one(name) else {
            return Ok(default);
        };
        let value: i64 = text.trim().parse().map_err(|_| {
            let msg = "Input should be a valid integer, unable to parse string as an integer";
            Failure::query(name, "int_parsing", msg)
        })?;
        let value = usize::try_from(value.max(0)).unwrap_or(usize::MAX);
        if value > most {
            let msg = format!("Input should be less than or equal to {most}");
            return Err(Failure::query(name, "less_than_equal", msg));
        }
        Ok(value)
    }

    /// A number.
    pub(crate) fn number(&self, name: &str, default: f64) -> Result<f64, Failure> {
        let Some(text) = self.one(name) else {
            return Ok(default);
        };
        match text.trim().parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => {
                let msg = "Input should be a valid number, unable to parse string as a number";
                Err(Failure::query(name, "float_parsing", msg))
            }
        }
    }

    /// Yes or no.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Result<bool, Failure> {
        Ok(self.maybe_flag(name)?.unwrap_or(default))
    }

    /// Yes, no, or not said.
    pub(crate) fn maybe_flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        let Some(text) = self.one(name) else {
            return Ok(None);
        };
        match text.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "t" | "yes" | "y" | "on" => Ok(Some(true)),
            "0" | "false" | "f" | "no" | "n" | "off" => Ok(Some(false)),
            _ => {
                let msg = "Input should be a valid boolean, unable to interpret input";
                Err(Failure::query(name, "bool_parsing", msg))
            }
        }
    }

    /// One of some words.
    pub(crate) fn word(
        &self,
        name: &str,
        default: &'static str,
        allowed: &[&'static str],
    ) -> Result<&'static str, Failure> {
        match self.one(name) {
            None => Ok(default),
            Some(text) => allowed
                .iter()
                .find(|word| **word == text)
                .copied()
                .ok_or_else(|| Failure::Shape(vec![unknown_word(name, allowed)])),
        }
    }

    /// `YYYY-MM-DD`, optionally with `Thh`, `Thh:mm` or `Thh:mm:ss`, filled up to seconds.
    pub(crate) fn since(&self, name: &str) -> Result<Option<String>, Failure> {
        let Some(text) = self.one(name) else {
            return Ok(None);
        };
        match filled(text) {
            Some(full) => Ok(Some(full)),
            None => {
                let msg = "String should match pattern \
                           '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}(:\\d{2}(:\\d{2})?)?)?$'";
                Err(Failure::query(name, "string_pattern_mismatch", msg))
            }
        }
    }
}

/// That a word is none of those allowed.
pub(crate) fn unknown_word(name: &str, allowed: &[&str]) -> Wrong {
    let quoted: Vec<String> = allowed.iter().map(|word| format!("'{word}'")).collect();
    Wrong {
        kind: "enum",
        loc: vec!["query".into(), name.to_owned().into()],
        msg: format!("Input should be {}", quoted.join(", ")),
    }
}

fn filled(text: &str) -> Option<String> {
    const PATTERN: &[u8] = b"0000-00-00T00:00:00";
    let fits = text.len() <= PATTERN.len()
        && text
            .bytes()
            .zip(PATTERN)
            .all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                other => byte == *other,
            });
    let rest = match text.len() {
        10 => "T00:00:00",
        13 => ":00:00",
        16 => ":00",
        19 => "",
        _ => return None,
    };
    fits.then(|| format!("{text}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_days_with_some_of_the_rest() {
        let at = |text| Params::of(&[("changed_since", text)]).since("changed_since");
        assert_eq!(
            at("2024-05-27").ok().flatten().as_deref(),
            Some("2024-05-27T00:00:00")
        );
        assert_eq!(
            at("2024-05-27T13:47").ok().flatten().as_deref(),
            Some("2024-05-27T13:47:00")
        );
        for wrong in [
            "",
            "2024-05",
            "2024-05-27T",
            "2024-05-27 13:47",
            "2024-05-27T1é",
        ] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_last_value_counts_and_bounds_hold() {
        let params = Params::of(&[("limit", "501"), ("limit", "7"), ("fuzzy", "maybe")]);
        assert_eq!(params.count("limit", 5, 500).ok(), Some(7));
        assert_eq!(params.count("offset", 0, 9_499).ok(), Some(0));
        assert!(params.flag("fuzzy", false).is_err());
        let params = Params::of(&[("limit", "501"), ("offset", "-3"), ("threshold", "nan")]);
        assert!(params.count("limit", 5, 500).is_err());
        assert_eq!(params.count("offset", 5, 500).ok(), Some(0));
        assert!(params.number("threshold", 0.7).is_err());
    }
}
