//! A profile: everything that was decided about a kind of customer file, kept so that the next file of
//! the kind is read the same way. `docs/customer-files.md` describes the file.

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use interdict_model::{DateOrder, Schema};
use serde::{Deserialize, Serialize};

use crate::columns::Role;
use crate::dialect::Dialect;
use crate::error::CustomerError;

/// Version of profiles that this release writes and reads.
pub const PROFILE_VERSION: u32 = 1;

/// The word for "person and organisation at once" in `types`.
pub const UNKNOWN: &str = "unknown";

/// How a kind of customer file is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// [`PROFILE_VERSION`].
    pub version: u32,
    /// What it is called.
    pub name: String,
    /// Form of the file.
    pub file: Form,
    /// Dates.
    #[serde(default)]
    pub dates: Dates,
    /// Names and parties.
    #[serde(default)]
    pub names: Names,
    /// Headings by role; several columns of one role are joined.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// What the values of the type column mean: a schema, or [`UNKNOWN`].
    #[serde(default)]
    pub types: BTreeMap<String, String>,
}

/// Format of a customer file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Delimited text.
    Csv,
    /// A workbook: XLSX, XLS or ODS.
    Workbook,
    /// One JSON object a line, its members the columns.
    JsonLines,
    /// One FollowTheMoney entity a line.
    Ftm,
}

/// How the bytes of a file become rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Format.
    pub format: Format,
    /// Encoding of text, by its WHATWG name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Sign between cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// Sign around cells; none where quotes are letters like others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<char>,
    /// `\"` stands for a quote inside a cell.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backslash: bool,
    /// Record of the headings, from 1, blank lines not counted; in a workbook the row. 0 for none.
    #[serde(default)]
    pub header_row: u64,
    /// Sheet of a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Members of JSON objects that are read, in the order of the results' columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
}

/// How dates are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// Which comes first in numeric dates. Without it, a date that could be two days is not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// Whole numbers are days counted as spreadsheets do from 1900.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub serials: bool,
}

/// Which of day and month comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// 31.12.1958
    Dmy,
    /// 12/31/1958
    Mdy,
}

impl From<Order> for DateOrder {
    fn from(order: Order) -> DateOrder {
        match order {
            Order::Dmy => DateOrder::DayFirst,
            Order::Mdy => DateOrder::MonthFirst,
        }
    }
}

/// How names are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Take one cell apart into the parties it names.
    #[serde(default = "yes")]
    pub split: bool,
    /// Lengths in characters at which names of this file are cut off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut_at: Vec<usize>,
}

fn yes() -> bool {
    true
}

impl Default for Names {
    fn default() -> Names {
        Names {
            split: true,
            cut_at: Vec::new(),
        }
    }
}

impl Profile {
    /// Reads a profile; `origin` is what errors call it.
    ///
    /// # Errors
    /// When it is no TOML, has an unknown key or version, or names a role, schema or encoding that does
    /// not exist.
    pub fn parse(text: &str, origin: &str) -> Result<Profile, CustomerError> {
        let bad = |problem: String| CustomerError::Profile {
            origin: origin.to_owned(),
            problem,
        };
        let profile: Profile = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
        if profile.version != PROFILE_VERSION {
            return Err(bad(format!(
                "version {}; this release reads version {PROFILE_VERSION}",
                profile.version
            )));
        }
        for word in profile.columns.keys() {
            if Role::from_word(word).is_none() {
                let known: Vec<&str> = Role::ALL.iter().map(|r| r.word()).collect();
                return Err(bad(format!(
                    "[columns] {word:?} is no role; expected one of {}",
                    known.join(", ")
                )));
            }
        }
        for (value, schema) in &profile.types {
            let known = Schema::get(schema).is_some_and(|s| s.is_named("Thing"));
            if !known && schema != UNKNOWN {
                return Err(bad(format!(
                    "[types] {value:?} = {schema:?}: expected a schema that can be on a list, such as \
                     Person or Company, or {UNKNOWN:?}"
                )));
            }
        }
        profile.encoding().map_err(bad)?;
        profile.dialect().map_err(bad)?;
        Ok(profile)
    }

    /// The profile as TOML. The same profile gives the same text.
    ///
    /// # Errors
    /// Never for a profile that [`Profile::parse`] or a survey gave.
    pub fn to_toml(&self) -> Result<String, CustomerError> {
        toml::to_string(self).map_err(|e| CustomerError::Profile {
            origin: self.name.clone(),
            problem: e.to_string(),
        })
    }

    pub(crate) fn encoding(&self) -> Result<&'static Encoding, String> {
        let name = self.file.encoding.as_deref().unwrap_or("UTF-8");
        Encoding::for_label(name.as_bytes()).ok_or_else(|| {
            format!(
                "[file] encoding {name:?} is not known; expected UTF-8, UTF-16LE, UTF-16BE, \
                 windows-1250, windows-1251, windows-1252 or another WHATWG name"
            )
        })
    }

    pub(crate) fn dialect(&self) -> Result<Dialect, String> {
        let byte = |what: &str, sign: char| {
            u8::try_from(sign)
                .ok()
                .filter(u8::is_ascii)
                .ok_or_else(|| format!("[file] {what} {sign:?}: expected one ASCII sign"))
        };
        Ok(Dialect {
            delimiter: byte("delimiter", self.file.delimiter.unwrap_or(','))?,
            quote: self.file.quote.map(|q| byte("quote", q)).transpose()?,
            backslash: self.file.backslash,
        })
    }

    /// The places of the columns that the profile names.
    pub(crate) fn places(
        &self,
        file: &str,
        headings: &[String],
    ) -> Result<BTreeMap<Role, Vec<usize>>, CustomerError> {
        let mut places = BTreeMap::new();
        let mut missing = Vec::new();
        for (word, columns) in &self.columns {
            let Some(role) = Role::from_word(word) else {
                continue;
            };
            for column in columns {
                match headings.iter().position(|h| h == column) {
                    Some(place) => places.entry(role).or_insert_with(Vec::new).push(place),
                    None => missing.push(column.clone()),
                }
            }
        }
        if missing.is_empty() {
            return Ok(places);
        }
        Err(CustomerError::Columns {
            file: file.to_owned(),
            profile: self.name.clone(),
            missing,
            found: headings.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"version = 1
name = "core"

[file]
format = "csv"
encoding = "windows-1252"
delimiter = ";"
quote = '"'
header_row = 1

[dates]
order = "dmy"

[names]
split = true

[columns]
family_name = ["Name"]
given_name = ["Vorname"]

[types]
Firma = "Company"
X = "unknown"
"#;

    #[test]
    fn what_is_written_reads_back() {
        let profile = Profile::parse(TEXT, "p.toml").unwrap();
        let again = Profile::parse(&profile.to_toml().unwrap(), "p.toml").unwrap();
        assert_eq!(profile, again);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = |from: &str, to: &str| {
            let text = TEXT.replace(from, to);
            Profile::parse(&text, "p.toml").unwrap_err().to_string()
        };
        assert!(error("version = 1", "version = 2").contains("version 2"));
        assert!(error("family_name", "surname").contains("\"surname\" is no role"));
        assert!(error("\"Company\"", "\"Firm\"").contains("expected a schema"));
        assert!(error("windows-1252", "latin-x").contains("\"latin-x\" is not known"));
        assert!(error("split = true", "splitt = true").contains("splitt"));
        assert!(error("delimiter = \";\"", "delimiter = \"§\"").contains("ASCII"));
    }

    #[test]
    fn a_missing_column_is_named_with_those_there_are() {
        let profile = Profile::parse(TEXT, "p.toml").unwrap();
        let headings = vec!["Name".to_owned(), "Vornam".to_owned()];
        let error = profile.places("c.csv", &headings).unwrap_err().to_string();
        assert!(error.contains("needs the column \"Vorname\""), "{error}");
        assert!(error.contains("it has: \"Name\", \"Vornam\""), "{error}");
    }
}
