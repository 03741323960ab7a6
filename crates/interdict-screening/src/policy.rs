//! The screening policy: a versioned TOML file that says what counts as an alert.

mod four_eyes;

use interdict_model::{DatasetName, Schema};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use four_eyes::FourEyes;
use four_eyes::{FourEyesTable, RetentionTable, SHIPPED_RETENTION};

/// The policy that is shipped, as text; also the reference of every key.
pub const DEFAULT_POLICY: &str = include_str!("../../../data/policy.toml");

/// The format of policy files that this release reads.
pub const POLICY_FORMAT: u32 = 1;

/// A score or factor in units of 1/10,000, from 0 to 10,000.
pub type Units = u16;

/// How names of a class that matches too easily are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WeakAliasMode {
    /// Like any other alias.
    Full,
    /// The name score is multiplied by a factor.
    Lowered,
    /// Lowered, and below the threshold unless another field agrees.
    Supported,
    /// Not compared.
    Off,
}

/// How listed names of a single word are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OneWordMode {
    /// Like any other name.
    Full,
    /// Only when the query is that one word, up to transliteration and spelling variants.
    Exact,
    /// Below the threshold unless another field agrees.
    Supported,
}

/// Which fields of a query take part beside its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// Dates of birth, foundation or build.
    pub birth_date: bool,
    /// Countries of any kind.
    pub country: bool,
    /// Gender.
    pub gender: bool,
    /// Identifiers.
    pub identifiers: bool,
    /// Addresses.
    pub address: bool,
}

/// How widely a territory is sanctioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TerritoryRuleKind {
    /// Most dealings are prohibited.
    Comprehensive,
    /// Some dealings are prohibited.
    Partial,
}

/// A territory that raises a finding when a field of a record names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerritoryRule {
    /// Territory code, as in `interdict_model::territory`.
    pub territory: String,
    /// How widely it is sanctioned.
    pub kind: TerritoryRuleKind,
    /// Who sanctions it, as a territory code.
    pub jurisdiction: String,
    /// First day of force, ISO 8601.
    pub valid_from: jiff::civil::Date,
    /// Last day of force, ISO 8601; in force still when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<jiff::civil::Date>,
    /// The legal act.
    pub source: String,
    /// Properties to look at; every country property when empty.
    #[serde(default)]
    pub fields: Vec<String>,
}

/// A checked policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What it is called in records.
    pub name: String,
    /// Threshold where no schema has its own.
    pub threshold: Units,
    /// Thresholds by schema of the query, in the order of the schemata.
    pub threshold_by_schema: Vec<(Schema, Units)>,
    /// Datasets to screen against; empty for all.
    pub include: Vec<DatasetName>,
    /// Datasets to leave out.
    pub exclude: Vec<DatasetName>,
    /// Listed schemata to leave out.
    pub exclude_schemata: Vec<Schema>,
    /// Fields that take part.
    pub fields: Fields,
    /// Weak aliases.
    pub weak_aliases: WeakAliasMode,
    /// Factor for weak aliases.
    pub weak_alias_factor: Units,
    /// Listed names of one word.
    pub one_word_names: OneWordMode,
    /// Most hits of one query that are returned.
    pub limit: usize,
    /// Whether excluded entities are listed.
    pub show_excluded: bool,
    /// Whether another person must approve a good-guy rule.
    pub rules_need_approval: bool,
    /// The longest time for which a good-guy rule may be made, in months.
    pub rule_months: u8,
    /// What takes a second person.
    pub four_eyes: FourEyes,
    /// How long personal data is kept after it was last needed, in years.
    pub retention_years: u8,
    /// Territories that raise findings.
    pub territory_rules: Vec<TerritoryRule>,
    hash: String,
    text: String,
}

/// Why a policy was refused.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Not TOML, or a key or value that policies do not have. The text names line and column.
    #[error("policy {origin}: {source}")]
    Syntax {
        /// File or `shipped policy`.
        origin: String,
        /// Cause, with the place.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A value outside its range.
    #[error("policy {origin}: {key} = {value}: expected {expected}")]
    Value {
        /// File or `shipped policy`.
        origin: String,
        /// Key with its table.
        key: String,
        /// What stands there.
        value: String,
        /// What may stand there.
        expected: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    name: Option<String>,
    threshold: Option<ThresholdTable>,
    lists: Option<ListsTable>,
    fields: Option<FieldsTable>,
    weak_aliases: Option<WeakAliasTable>,
    one_word_names: Option<OneWordTable>,
    results: Option<ResultsTable>,
    good_guy_rules: Option<GoodGuyTable>,
    four_eyes: Option<FourEyesTable>,
    retention: Option<RetentionTable>,
    territory_rule: Option<Vec<TerritoryRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThresholdTable {
    default: Option<f64>,
    schema: Option<std::collections::BTreeMap<String, f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListsTable {
    include: Option<Vec<String>>,
    exclude: Option<Vec<String>>,
    exclude_schemata: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldsTable {
    birth_date: Option<bool>,
    country: Option<bool>,
    gender: Option<bool>,
    identifiers: Option<bool>,
    address: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WeakAliasTable {
    mode: Option<WeakAliasMode>,
    factor: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoodGuyTable {
    needs_approval: Option<bool>,
    max_months: Option<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneWordTable {
    mode: Option<OneWordMode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultsTable {
    limit: Option<i64>,
    show_excluded: Option<bool>,
}

/// Checks one policy text against the ranges that `data/policy.toml` states.
struct Checker<'a> {
    origin: &'a str,
}

impl Checker<'_> {
    fn refuse(&self, key: &str, value: impl ToString, expected: impl Into<String>) -> PolicyError {
        PolicyError::Value {
            origin: self.origin.to_owned(),
            key: key.to_owned(),
            value: value.to_string(),
            expected: expected.into(),
        }
    }

    /// A fraction between two bounds, in units of 1/10,000.
    fn units(&self, key: &str, value: f64, low: Units) -> Result<Units, PolicyError> {
        let units = (value * 10_000.0).round();
        if (f64::from(low)..=10_000.0).contains(&units) {
            // In range and whole, so the cast loses nothing.
            Ok(units as Units)
        } else {
            let low = f64::from(low) / 10_000.0;
            Err(self.refuse(key, value, format!("a number from {low:.2} to 1.00")))
        }
    }

    fn datasets(&self, key: &str, names: &[String]) -> Result<Vec<DatasetName>, PolicyError> {
        names
            .iter()
            .map(|name| DatasetName::new(name).map_err(|e| self.refuse(key, name, e.to_string())))
            .collect()
    }

    fn schema(&self, key: &str, name: &str) -> Result<Schema, PolicyError> {
        Schema::get(name).ok_or_else(|| {
            self.refuse(
                key,
                name,
                "a FollowTheMoney schema, such as Person or Vessel",
            )
        })
    }
}

impl Policy {
    /// The shipped policy.
    ///
    /// # Errors
    /// Never in a release: a test parses the shipped file.
    pub fn shipped() -> Result<Policy, PolicyError> {
        Policy::parse(DEFAULT_POLICY, "shipped policy")
    }

    /// Reads and checks a policy. Keys that are left out keep their shipped value. `origin` names the
    /// file in errors.
    ///
    /// # Errors
    /// On bad syntax, unknown keys and values out of range, naming the key.
    pub fn parse(text: &str, origin: &str) -> Result<Policy, PolicyError> {
        let file: File = toml::from_str(text).map_err(|source| PolicyError::Syntax {
            origin: origin.to_owned(),
            source: Box::new(source),
        })?;
        let checker = Checker { origin };
        if file.format != POLICY_FORMAT {
            return Err(checker.refuse("format", file.format, POLICY_FORMAT.to_string()));
        }
        let mut policy = if text == DEFAULT_POLICY {
            Policy::blank()
        } else {
            Policy::shipped()?
        };
        policy.apply(file, &checker)?;
        policy.hash = policy.content_hash();
        policy.text = text.to_owned();
        Ok(policy)
    }

    /// What the shipped file is applied to; every key of it is set there, as a test checks.
    fn blank() -> Policy {
        Policy {
            name: String::new(),
            threshold: 7_000,
            threshold_by_schema: Vec::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            exclude_schemata: Vec::new(),
            fields: Fields {
                birth_date: true,
                country: true,
                gender: true,
                identifiers: true,
                address: true,
            },
            weak_aliases: WeakAliasMode::Full,
            weak_alias_factor: 10_000,
            one_word_names: OneWordMode::Full,
            limit: 100,
            show_excluded: true,
            rules_need_approval: true,
            rule_months: 12,
            four_eyes: FourEyes::default(),
            retention_years: 10,
            territory_rules: Vec::new(),
            text: String::new(),
            hash: String::new(),
        }
    }

    fn apply(&mut self, file: File, checker: &Checker<'_>) -> Result<(), PolicyError> {
        if let Some(name) = file.name {
            self.name = name;
        }
        if let Some(table) = file.threshold {
            if let Some(value) = table.default {
                self.threshold = checker.units("threshold.default", value, 5_000)?;
            }
            if let Some(by_schema) = table.schema {
                self.threshold_by_schema = by_schema
                    .iter()
                    .map(|(name, value)| {
                        let key = format!("threshold.schema.{name}");
                        let schema = checker.schema(&key, name)?;
                        Ok((schema, checker.units(&key, *value, 5_000)?))
                    })
                    .collect::<Result<_, PolicyError>>()?;
            }
        }
        if let Some(table) = file.lists {
            self.apply_lists(&table, checker)?;
        }
        if let Some(table) = file.fields {
            let fields = &mut self.fields;
            for (target, value) in [
                (&mut fields.birth_date, table.birth_date),
                (&mut fields.country, table.country),
                (&mut fields.gender, table.gender),
                (&mut fields.identifiers, table.identifiers),
                (&mut fields.address, table.address),
            ] {
                *target = value.unwrap_or(*target);
            }
        }
        if let Some(table) = file.weak_aliases {
            self.weak_aliases = table.mode.unwrap_or(self.weak_aliases);
            if let Some(value) = table.factor {
                self.weak_alias_factor = checker.units("weak_aliases.factor", value, 5_000)?;
            }
        }
        if let Some(table) = file.one_word_names {
            self.one_word_names = table.mode.unwrap_or(self.one_word_names);
        }
        if let Some(table) = file.results {
            if let Some(limit) = table.limit {
                self.limit = usize::try_from(limit)
                    .ok()
                    .filter(|limit| (1..=10_000).contains(limit))
                    .ok_or_else(|| {
                        checker.refuse("results.limit", limit, "a number from 1 to 10000")
                    })?;
            }
            self.show_excluded = table.show_excluded.unwrap_or(self.show_excluded);
        }
        if let Some(table) = file.good_guy_rules {
            self.rules_need_approval = table.needs_approval.unwrap_or(self.rules_need_approval);
            if let Some(months) = table.max_months {
                if !(1..=12).contains(&months) {
                    let key = "good_guy_rules.max_months";
                    return Err(checker.refuse(key, months, "a number from 1 to 12"));
                }
                self.rule_months = months;
            }
        }
        if let Some(table) = file.four_eyes {
            self.four_eyes.apply(&table);
        }
        if let Some(years) = file.retention.and_then(|table| table.years) {
            if years == 0 || years > 100 {
                return Err(checker.refuse("retention.years", years, "a number from 1 to 100"));
            }
            self.retention_years = years;
        }
        if let Some(rules) = file.territory_rule {
            self.territory_rules = rules;
            self.check_territory_rules(checker)?;
        }
        Ok(())
    }

    fn apply_lists(
        &mut self,
        table: &ListsTable,
        checker: &Checker<'_>,
    ) -> Result<(), PolicyError> {
        if let Some(names) = &table.include {
            self.include = checker.datasets("lists.include", names)?;
        }
        if let Some(names) = &table.exclude {
            self.exclude = checker.datasets("lists.exclude", names)?;
        }
        if let Some(names) = &table.exclude_schemata {
            self.exclude_schemata = names
                .iter()
                .map(|name| checker.schema("lists.exclude_schemata", name))
                .collect::<Result<_, PolicyError>>()?;
        }
        Ok(())
    }

    fn check_territory_rules(&self, checker: &Checker<'_>) -> Result<(), PolicyError> {
        for (i, rule) in self.territory_rules.iter().enumerate() {
            if rule.valid_to.is_some_and(|to| to < rule.valid_from) {
                return Err(checker.refuse(
                    &format!("territory_rule[{i}].valid_to"),
                    rule.valid_to.map(|d| d.to_string()).unwrap_or_default(),
                    format!("a day not before valid_from = {}", rule.valid_from),
                ));
            }
            let known =
                |field: &String| Schema::all().any(|schema| schema.property(field).is_some());
            if let Some(field) = rule.fields.iter().find(|field| !known(field)) {
                return Err(checker.refuse(
                    &format!("territory_rule[{i}].fields"),
                    field,
                    "properties of the FollowTheMoney model, such as nationality",
                ));
            }
        }
        Ok(())
    }

    /// The threshold for a query of this schema.
    pub fn threshold_for(&self, schema: Schema) -> Units {
        schema
            .ancestors()
            .find_map(|ancestor| {
                self.threshold_by_schema
                    .iter()
                    .find(|(schema, _)| *schema == ancestor)
                    .map(|(_, units)| *units)
            })
            .unwrap_or(self.threshold)
    }

    /// What scoring needs to know of the policy, for a query of this schema.
    pub fn options_for(&self, schema: Schema) -> interdict_matching::Options {
        use interdict_matching::{OneWordNames, Options, WeakAliases};
        Options {
            threshold: self.threshold_for(schema),
            weak_aliases: match self.weak_aliases {
                WeakAliasMode::Full => WeakAliases::Full,
                WeakAliasMode::Lowered => WeakAliases::Lowered(self.weak_alias_factor),
                WeakAliasMode::Supported => WeakAliases::Supported(self.weak_alias_factor),
                WeakAliasMode::Off => WeakAliases::Off,
            },
            one_word_names: match self.one_word_names {
                OneWordMode::Full => OneWordNames::Full,
                OneWordMode::Exact => OneWordNames::Exact,
                OneWordMode::Supported => OneWordNames::Supported,
            },
            dates: self.fields.birth_date,
            countries: self.fields.country,
            gender: self.fields.gender,
            identifiers: self.fields.identifiers,
            addresses: self.fields.address,
        }
    }

    /// Whether a dataset is in scope.
    pub fn covers(&self, dataset: &DatasetName) -> bool {
        (self.include.is_empty() || self.include.contains(dataset))
            && !self.exclude.contains(dataset)
    }

    /// The text that it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Hash of the meaning of the policy: comments, order and left-out keys do not change it.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    fn content_hash(&self) -> String {
        let mut text = format!(
            "{POLICY_FORMAT}|{}|{}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{}|{:?}|{}|{}|{}|{}",
            self.name,
            self.threshold,
            self.threshold_by_schema,
            self.include,
            self.exclude,
            self.exclude_schemata,
            self.fields,
            self.weak_aliases,
            self.weak_alias_factor,
            self.one_word_names,
            self.limit,
            self.show_excluded,
            self.rules_need_approval,
            self.rule_months,
        );
        // Left out where they are as they ship, so that a policy that says nothing of them is the
        // one that it was before there were these keys.
        let house = (&self.four_eyes, self.retention_years);
        if house != (&FourEyes::shipped(), SHIPPED_RETENTION) {
            text.push_str(&format!("|{house:?}"));
        }
        for rule in &self.territory_rules {
            text.push_str(&format!("|{rule:?}"));
        }
        Sha256::digest(text.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policy_is_valid_and_complete() {
        let policy = Policy::shipped().unwrap();
        assert_eq!(policy.name, "default");
        assert_eq!(policy.threshold, 7_000);
        assert_eq!(policy.weak_aliases, WeakAliasMode::Lowered);
        assert_eq!(policy.weak_alias_factor, 9_500);
        assert_eq!(policy.limit, 100);
        assert!(policy.territory_rules.len() >= 8);
        assert_eq!(policy.four_eyes, FourEyes::shipped());
        assert_eq!(policy.retention_years, SHIPPED_RETENTION);
    }

    #[test]
    fn keys_left_out_keep_their_shipped_value() {
        let policy = Policy::parse("format = 1\n[threshold]\ndefault = 0.8\n", "mine").unwrap();
        let shipped = Policy::shipped().unwrap();
        assert_eq!(policy.threshold, 8_000);
        assert_eq!(policy.territory_rules, shipped.territory_rules);
        assert_ne!(policy.hash(), shipped.hash());
        assert_eq!(
            Policy::parse("format = 1", "mine").unwrap().hash(),
            shipped.hash()
        );
    }

    #[test]
    fn the_nearest_schema_sets_the_threshold() {
        let text = "format = 1\n[threshold]\nschema = { LegalEntity = 0.75, Company = 0.8 }\n";
        let policy = Policy::parse(text, "mine").unwrap();
        let of = |name| policy.threshold_for(Schema::get(name).unwrap());
        assert_eq!(of("Company"), 8_000);
        assert_eq!(of("Person"), 7_500);
        assert_eq!(of("Vessel"), 7_000);
    }

    #[test]
    fn errors_name_file_key_and_range() {
        let error = |text| Policy::parse(text, "p.toml").unwrap_err().to_string();
        assert!(error("format = 2").contains("p.toml: format = 2: expected 1"));
        let low = error("format = 1\n[threshold]\ndefault = 0.2\n");
        assert!(
            low.contains("threshold.default = 0.2: expected a number from 0.50 to 1.00"),
            "{low}"
        );
        assert!(error("format = 1\n[threshold]\ndefualt = 0.7\n").contains("defualt"));
        assert!(error("format = 1\n[lists]\ninclude = [\"US OFAC\"]\n").contains("lists.include"));
        assert!(error("format = 1\n[threshold]\nschema = { Persn = 0.7 }\n").contains("Persn"));
        assert!(error("format = 1\n[results]\nlimit = 0\n").contains("1 to 10000"));
        assert!(error("format = 1\n[retention]\nyears = 0\n").contains("1 to 100"));
    }

    #[test]
    fn four_eyes_are_part_of_the_identity_of_a_policy() {
        let policy = Policy::parse("format = 1\n[four_eyes]\ntrue_match = true\n", "mine").unwrap();
        assert!(policy.four_eyes.true_match && policy.four_eyes.bulk);
        assert_ne!(policy.hash(), Policy::shipped().unwrap().hash());
    }
}
