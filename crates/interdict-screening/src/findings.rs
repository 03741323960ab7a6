//! Findings: what a record says that a rule of law speaks of, without any listed entity.

use interdict_model::{Entity, PropertyType};
use jiff::civil::Date;
use serde::Serialize;

use crate::policy::{Policy, TerritoryRule, TerritoryRuleKind};

/// A rule of the policy that a field of a record meets. No match, and no score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Property of the record.
    pub field: String,
    /// Its value, cleaned.
    pub value: String,
    /// What the record said, where that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    /// Territory code the rule is about.
    pub territory: String,
    /// How widely the territory is sanctioned.
    pub kind: TerritoryRuleKind,
    /// Who sanctions it.
    pub jurisdiction: String,
    /// The legal act.
    pub source: String,
    /// First day of force.
    pub valid_from: Date,
}

impl Finding {
    /// What it says, in words.
    pub fn sentence(&self) -> String {
        format!(
            "territory rule: {} {} is under {} sanctions of {} since {} ({})",
            self.field,
            self.value,
            match self.kind {
                TerritoryRuleKind::Comprehensive => "comprehensive",
                TerritoryRuleKind::Partial => "partial",
            },
            self.jurisdiction.to_uppercase(),
            self.valid_from,
            self.source
        )
    }
}

/// The territory rules in force on a day that the record's fields meet, in the order of the record.
pub fn findings(record: &Entity, policy: &Policy, on: Date) -> Vec<Finding> {
    let mut found = Vec::new();
    for statement in &record.statements {
        if statement.property.kind() != PropertyType::Country {
            continue;
        }
        for rule in &policy.territory_rules {
            if in_force(rule, on) && covers(rule, statement.property.name(), &statement.value) {
                found.push(Finding {
                    field: statement.property.name().to_owned(),
                    value: statement.value.to_string(),
                    original: statement.original.as_ref().map(ToString::to_string),
                    territory: rule.territory.clone(),
                    kind: rule.kind,
                    jurisdiction: rule.jurisdiction.clone(),
                    source: rule.source.clone(),
                    valid_from: rule.valid_from,
                });
            }
        }
    }
    found
}

fn in_force(rule: &TerritoryRule, on: Date) -> bool {
    rule.valid_from <= on && rule.valid_to.is_none_or(|to| on <= to)
}

fn covers(rule: &TerritoryRule, field: &str, territory: &str) -> bool {
    rule.territory == territory
        && (rule.fields.is_empty() || rule.fields.iter().any(|name| name == field))
}

#[cfg(test)]
mod tests {
    use interdict_model::{DatasetName, Schema, Statement};
    use jiff::civil::date;

    use super::*;

    fn record(property: &str, value: &str) -> Entity {
        let schema = Schema::get("Company").unwrap();
        let mut entity = Entity::new("q", schema);
        entity.add(Statement {
            property: schema.property(property).unwrap(),
            value: value.into(),
            original: None,
            lang: None,
            dataset: DatasetName::new("query").unwrap(),
            origin: None,
            first_seen: None,
            last_seen: None,
        });
        entity
    }

    #[test]
    fn a_rule_counts_from_its_first_to_its_last_day() {
        let policy = Policy::shipped().unwrap();
        let syria = record("country", "sy");
        assert_eq!(findings(&syria, &policy, date(2024, 5, 16)).len(), 1);
        assert_eq!(findings(&syria, &policy, date(2025, 6, 30)).len(), 1);
        assert_eq!(findings(&syria, &policy, date(2025, 7, 1)).len(), 0);
        assert_eq!(findings(&syria, &policy, date(2011, 8, 17)).len(), 0);
    }

    #[test]
    fn each_jurisdiction_is_a_finding_of_its_own() {
        let policy = Policy::shipped().unwrap();
        let found = findings(
            &record("jurisdiction", "ua-cri"),
            &policy,
            date(2024, 5, 16),
        );
        let who: Vec<&str> = found.iter().map(|f| f.jurisdiction.as_str()).collect();
        assert_eq!(who, ["us", "eu"]);
    }

    #[test]
    fn a_rule_may_be_about_some_fields_only() {
        let text = r#"
            format = 1
            [[territory_rule]]
            territory = "kp"
            kind = "comprehensive"
            jurisdiction = "us"
            valid_from = "2016-03-16"
            source = "Executive Order 13722"
            fields = ["jurisdiction"]
        "#;
        let policy = Policy::parse(text, "mine").unwrap();
        assert_eq!(
            findings(&record("jurisdiction", "kp"), &policy, date(2024, 1, 1)).len(),
            1
        );
        assert_eq!(
            findings(&record("country", "kp"), &policy, date(2024, 1, 1)).len(),
            0
        );
        assert_eq!(
            findings(&record("country", "fr"), &policy, date(2024, 1, 1)).len(),
            0
        );
    }
}
