//! Good-guy rules: what they rest on, and whether they still stand.
//!
//! A rule says that a customer is not a listed entity. It rests on fields of both; when one of them
//! changes, on either side, the rule ends by itself and the alert opens again.

use std::collections::{BTreeMap, HashMap};

use interdict_model::{Entity, PropertyType};
use interdict_screening::Engine;
use interdict_store::{Customer, GoodGuyRule, NewRule, RuleState, Store, StoreError};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use sha2::{Digest, Sha256};

use super::subject;
use crate::Desk;
use crate::error::DeskError;

/// What a rule may rest on.
pub const FIELDS: &[&str] = &["name", "date", "country", "gender", "identifier", "address"];

/// What a person asks for when making a rule.
#[derive(Clone, Debug)]
pub struct RuleRequest {
    /// The alert whose pair the rule is for.
    pub alert: i64,
    /// Some of [`FIELDS`]; empty for all.
    pub fields: Vec<String>,
    /// Why the two are not the same.
    pub reason: String,
    /// Who says so.
    pub author: String,
    /// The last day; the latest that the policy allows where nothing is said.
    pub expires_on: Option<Date>,
    /// Now.
    pub at: Timestamp,
}

fn field_of(kind: PropertyType) -> Option<&'static str> {
    match kind {
        PropertyType::Name => Some("name"),
        PropertyType::Date => Some("date"),
        PropertyType::Country => Some("country"),
        PropertyType::Gender => Some("gender"),
        PropertyType::Identifier => Some("identifier"),
        PropertyType::Address => Some("address"),
        _ => None,
    }
}

/// SHA-256 of the values of some fields of entities, in any order.
fn hash_of(entities: &[Entity], fields: &[String]) -> [u8; 32] {
    let mut values: Vec<(&str, &str, &str)> = entities
        .iter()
        .flat_map(|entity| &entity.statements)
        .filter_map(|statement| {
            let field = field_of(statement.property.kind())?;
            let wanted = fields.iter().any(|f| f == field);
            wanted.then(|| (field, statement.property.name(), statement.value.as_str()))
        })
        .collect();
    values.sort_unstable();
    values.dedup();
    let mut hasher = Sha256::new();
    for (field, property, value) in values {
        for part in [field, property, value] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    hasher.finalize().into()
}

/// What the rules of a book say of a hit.
#[derive(Clone, Debug, Default)]
pub(super) struct Verdict {
    /// The rule that stands for the pair.
    pub(super) stands: Option<i64>,
    /// Why a rule for the pair no longer stands.
    pub(super) ended: Option<String>,
}

/// The rules of a book during one screening.
pub(super) struct Standing {
    rules: HashMap<(String, String), Vec<GoodGuyRule>>,
    ended: BTreeMap<i64, String>,
    today: Date,
}

impl Standing {
    pub(super) async fn read(
        store: &Store,
        book: &str,
        today: Date,
    ) -> Result<Standing, DeskError> {
        let mut rules: HashMap<(String, String), Vec<GoodGuyRule>> = HashMap::new();
        for rule in store.rules(Some(book)).await? {
            let pair = (rule.made.customer.clone(), rule.made.entity.clone());
            rules.entry(pair).or_default().push(rule);
        }
        Ok(Standing {
            rules,
            ended: BTreeMap::new(),
            today,
        })
    }

    /// What stands for a pair that was found.
    pub(super) fn verdict(
        &mut self,
        customer: &Customer,
        entity: &str,
        engine: &Engine,
    ) -> Result<Verdict, DeskError> {
        let mut verdict = Verdict::default();
        let Some(rules) = self.rules.get(&(customer.key.clone(), entity.to_owned())) else {
            return Ok(verdict);
        };
        let subject = subject::parties(customer)?;
        let listed = engine
            .snapshot()
            .entities(entity)
            .map_err(super::searching)?;
        for rule in rules {
            match rule.state(self.today) {
                RuleState::Active => {}
                RuleState::Expired => {
                    let day = rule.made.expires_on;
                    verdict.ended = Some(format!("good-guy rule {} stood until {day}", rule.id));
                    continue;
                }
                RuleState::Ended => {
                    let reason = rule.ended.as_ref().map_or("", |(_, _, reason)| reason);
                    verdict.ended = Some(format!("good-guy rule {} was ended: {reason}", rule.id));
                    continue;
                }
                RuleState::Pending => continue,
            }
            let side = if hash_of(&subject, &rule.made.fields) != rule.made.subject_hash {
                Some("the customer")
            } else if hash_of(&listed, &rule.made.fields) != rule.made.entity_hash {
                Some("the listed entity")
            } else {
                None
            };
            match side {
                None => verdict.stands = Some(rule.id),
                Some(side) => {
                    let fields = rule.made.fields.join(", ");
                    let reason = format!("{side} changed in what it rests on ({fields})");
                    verdict.ended = Some(format!("good-guy rule {} ended: {reason}", rule.id));
                    self.ended.insert(rule.id, reason);
                }
            }
        }
        Ok(verdict)
    }

    /// The rules that ended by themselves, with the reason.
    pub(super) fn ended(self) -> Vec<(i64, String)> {
        self.ended.into_iter().collect()
    }
}

impl Desk {
    /// Makes a good-guy rule from an alert; gives its number. It works from the next screening on,
    /// once it is approved where it needs that.
    ///
    /// # Errors
    /// When there is no such alert or customer, a field is not one of [`FIELDS`], the last day is
    /// past or later than the policy allows, the reason is empty, or the store cannot be written.
    pub async fn add_rule(&self, request: RuleRequest, engine: &Engine) -> Result<i64, DeskError> {
        let today = jiff::tz::Offset::UTC.to_datetime(request.at).date();
        let latest = today
            .checked_add(i64::from(engine.policy().rule_months).months())
            .map_err(|e| wrong(format!("the date cannot be reckoned: {e}")))?;
        let expires_on = request.expires_on.unwrap_or(latest);
        if expires_on < today || expires_on > latest {
            return Err(wrong(format!(
                "a good-guy rule until {expires_on}; expected a day from {today} to {latest}"
            )));
        }
        if request.reason.trim().is_empty() {
            return Err(wrong("a good-guy rule needs a reason".to_owned()));
        }
        let mut fields = request.fields;
        if fields.is_empty() {
            fields = FIELDS.iter().map(|f| (*f).to_owned()).collect();
        }
        fields.sort();
        fields.dedup();
        if let Some(unknown) = fields.iter().find(|f| !FIELDS.contains(&f.as_str())) {
            return Err(wrong(format!(
                "a good-guy rule on {unknown:?}; expected {}",
                FIELDS.join(", ")
            )));
        }
        let alert = self.store().alert(request.alert).await?;
        let customer = self
            .store()
            .customers(&alert.book)
            .await?
            .into_iter()
            .find(|c| c.key == alert.customer)
            .ok_or(StoreError::ClosedAlert { number: alert.id })?;
        let listed = engine
            .snapshot()
            .entities(&alert.entity)
            .map_err(super::searching)?;
        if listed.is_empty() {
            return Err(StoreError::ClosedAlert { number: alert.id }.into());
        }
        let rule = NewRule {
            subject_hash: hash_of(&subject::parties(&customer)?, &fields),
            entity_hash: hash_of(&listed, &fields),
            book: alert.book,
            customer: alert.customer,
            entity: alert.entity,
            fields,
            reason: request.reason,
            author: request.author,
            at: request.at,
            needs_approval: engine.policy().rules_need_approval,
            expires_on,
        };
        let writer = self.store().writer(self.wait()).await?;
        Ok(writer.add_rule(&rule).await?)
    }
}

fn wrong(what: String) -> DeskError {
    DeskError::Rule { what }
}
