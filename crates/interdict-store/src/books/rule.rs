//! Good-guy rules: a customer who is known not to be the listed entity.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use crate::accounts::PersonId;
use crate::audit::Entry;
use crate::error::StoreError;
use crate::import::Writer;
use crate::sql::{Cell, Row, Session, placeholders};
use crate::store::{Store, hash_of, time_of};

use super::customer::next_id;

/// A rule to be made.
#[derive(Clone, Debug)]
pub struct NewRule {
    /// The book.
    pub book: String,
    /// Key of the customer.
    pub customer: String,
    /// Id of the listed entity.
    pub entity: String,
    /// What the rule rests on, such as `name` or `date`; sorted.
    pub fields: Vec<String>,
    /// SHA-256 of these fields of the customer.
    pub subject_hash: [u8; 32],
    /// SHA-256 of these fields of the entity.
    pub entity_hash: [u8; 32],
    /// Why the two are not the same.
    pub reason: String,
    /// Who says so.
    pub author: String,
    /// Now.
    pub at: Timestamp,
    /// Whether another person must approve it before it stands.
    pub needs_approval: bool,
    /// The last day on which it stands.
    pub expires_on: Date,
}

/// How a rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleState {
    /// It waits for another person's approval.
    Pending,
    /// It stands.
    Active,
    /// Its last day has passed.
    Expired,
    /// A person or a change ended it.
    Ended,
}

/// A rule as stored.
#[derive(Clone, Debug)]
pub struct GoodGuyRule {
    /// Number.
    pub id: i64,
    /// What was said when it was made.
    pub made: NewRule,
    /// Who approved it, and when.
    pub approved: Option<(String, Timestamp)>,
    /// Who or what ended it, when and why.
    pub ended: Option<(String, Timestamp, String)>,
    /// The natural person who made it; `None` for rules of releases before there were persons.
    pub author_person: Option<PersonId>,
    /// The natural person who approved it.
    pub approver_person: Option<PersonId>,
}

impl GoodGuyRule {
    /// How it stands on a day.
    pub fn state(&self, today: Date) -> RuleState {
        if self.ended.is_some() {
            RuleState::Ended
        } else if today > self.made.expires_on {
            RuleState::Expired
        } else if self.made.needs_approval && self.approved.is_none() {
            RuleState::Pending
        } else {
            RuleState::Active
        }
    }
}

const READING: &str = "reading good-guy rules";
const WRITING: &str = "writing good-guy rules";
const RULES: &str = "SELECT id, book, customer, entity, fields, subject_hash, entity_hash, reason, \
                     author, created_at, needs_approval, approver, approved_at, expires_on, \
                     ended_at, ended_by, ended_reason, author_person, approver_person \
                     FROM good_guy_rule";

fn rule_of(row: &Row) -> Result<GoodGuyRule, StoreError> {
    let id = row.int(0)?;
    let wrong = |found: String| StoreError::damaged(format!("good-guy rule {id}"), found);
    let fields = row.text(4)?;
    let expires = row.text(13)?;
    let time = |at: usize| row.optional_int(at)?.map(time_of).transpose();
    let ended = match (time(14)?, row.optional_text(15)?, row.optional_text(16)?) {
        (Some(at), Some(by), Some(reason)) => Some((by, at, reason)),
        _ => None,
    };
    Ok(GoodGuyRule {
        id,
        made: NewRule {
            book: row.text(1)?,
            customer: row.text(2)?,
            entity: row.text(3)?,
            fields: serde_json::from_str(&fields).map_err(|e| wrong(e.to_string()))?,
            subject_hash: hash_of(row.blob(5)?)?,
            entity_hash: hash_of(row.blob(6)?)?,
            reason: row.text(7)?,
            author: row.text(8)?,
            at: time_of(row.int(9)?)?,
            needs_approval: row.int(10)? != 0,
            expires_on: expires
                .parse()
                .map_err(|_| wrong(format!("day {expires:?}")))?,
        },
        approved: row.optional_text(11)?.zip(time(12)?),
        ended,
        author_person: row.optional_int(17)?.map(PersonId),
        approver_person: row.optional_int(18)?.map(PersonId),
    })
}

impl Store {
    /// The good-guy rules of a book (of all books, for `None`), by number.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn rules(&self, book: Option<&str>) -> Result<Vec<GoodGuyRule>, StoreError> {
        let (condition, cells) = match book {
            Some(book) => ("WHERE book = $1", vec![book.into()]),
            None => ("", Vec::new()),
        };
        let sql = format!("{RULES} {condition} ORDER BY id");
        let rows = self.database.rows(READING, sql, cells).await?;
        rows.iter().map(rule_of).collect()
    }

    /// One rule.
    ///
    /// # Errors
    /// [`StoreError::UnknownRule`], or when the database cannot be read.
    pub async fn rule(&self, id: i64) -> Result<GoodGuyRule, StoreError> {
        let sql = format!("{RULES} WHERE id = $1");
        let rows = self.database.rows(READING, sql, vec![id.into()]).await?;
        rows.first()
            .map(rule_of)
            .ok_or(StoreError::UnknownRule { number: id })?
    }

    /// Good-guy rules that stand or wait, made or approved by a person.
    pub(crate) async fn rules_of(
        &self,
        person: PersonId,
        today: Date,
    ) -> Result<Vec<GoodGuyRule>, StoreError> {
        let mut rules = self.rules(None).await?;
        rules.retain(|rule| {
            let persons = [rule.author_person, rule.approver_person];
            persons.contains(&Some(person))
                && matches!(rule.state(today), RuleState::Active | RuleState::Pending)
        });
        Ok(rules)
    }
}

impl Writer {
    /// Makes a rule; gives its number.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn add_rule(mut self, rule: &NewRule) -> Result<i64, StoreError> {
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let by = self.store.who(&rule.author);
        let by = self.store.known(&mut session, &by, rule.at).await?;
        let id = next_id(&mut session, "good_guy_rule").await?;
        let fields = serde_json::to_string(&rule.fields)
            .map_err(|e| StoreError::damaged("the fields of a rule", e.to_string()))?;
        let cells: Vec<Cell> = vec![
            id.into(),
            rule.book.as_str().into(),
            rule.customer.as_str().into(),
            rule.entity.as_str().into(),
            fields.into(),
            rule.subject_hash.to_vec().into(),
            rule.entity_hash.to_vec().into(),
            rule.reason.as_str().into(),
            rule.author.as_str().into(),
            rule.at.as_microsecond().into(),
            i64::from(rule.needs_approval).into(),
            rule.expires_on.to_string().into(),
            by.person.map(|person| person.0).into(),
        ];
        let sql = format!(
            "INSERT INTO good_guy_rule (id, book, customer, entity, fields, subject_hash, \
             entity_hash, reason, author, created_at, needs_approval, expires_on, author_person) \
             VALUES {}",
            placeholders(1, cells.len())
        );
        session.execute(WRITING, sql, cells).await?;
        let entry = Entry::new("rule-made", format!("rule/{id}"))
            .facts(json!({
                "book": rule.book,
                "fields": rule.fields,
                "subject": crate::hex(&rule.subject_hash),
                "entity": crate::hex(&rule.entity_hash),
                "needs_approval": rule.needs_approval,
                "expires_on": rule.expires_on.to_string(),
            }))
            .personal(json!({
                "customer": rule.customer,
                "entity": rule.entity,
                "reason": rule.reason,
            }));
        self.store
            .append(&mut session, &by, rule.at, &[entry])
            .await?;
        self.finish(session).await?;
        Ok(id)
    }

    /// Another person approves a rule.
    ///
    /// # Errors
    /// [`StoreError::UnknownRule`]; [`StoreError::OwnRule`] when the author approves;
    /// [`StoreError::NotPending`] when it waits for nobody; or when the database cannot be written.
    pub async fn approve_rule(
        mut self,
        id: i64,
        approver: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let rule = self.store.rule(id).await?;
        let today = jiff::tz::Offset::UTC.to_datetime(at).date();
        if rule.state(today) != RuleState::Pending {
            return Err(StoreError::NotPending { number: id });
        }
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let by = self.store.who(approver);
        let by = self.store.known(&mut session, &by, at).await?;
        // Rules of releases before there were persons are told apart by name.
        let own = match rule.author_person {
            Some(author) => by.person == Some(author),
            None => rule.made.author == approver,
        };
        if own || by.person.is_none() {
            return Err(StoreError::OwnRule {
                number: id,
                author: rule.made.author,
            });
        }
        let sql = "UPDATE good_guy_rule SET approver = $1, approved_at = $2, \
                   approver_person = $3 WHERE id = $4 AND approver IS NULL AND ended_at IS NULL";
        let cells = vec![
            approver.into(),
            at.as_microsecond().into(),
            by.person.map(|person| person.0).into(),
            id.into(),
        ];
        if session.execute(WRITING, sql, cells).await? == 0 {
            return Err(StoreError::NotPending { number: id });
        }
        let entry = Entry::new("rule-approved", format!("rule/{id}"))
            .facts(json!({ "author": rule.author_person.map(|person| person.0) }));
        self.store.append(&mut session, &by, at, &[entry]).await?;
        self.finish(session).await
    }

    /// Ends rules: a person does, or a change in what they rest on. Those that have ended stay as
    /// they are.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn end_rules(
        mut self,
        ended: &[(i64, String)],
        by: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let entries = end(&mut session, ended, by, at).await?;
        self.audit(&mut session, by, at, &entries).await?;
        self.finish(session).await
    }
}

/// Ends rules inside a transaction; gives what the audit chain is to say.
pub(super) async fn end(
    session: &mut Session,
    ended: &[(i64, String)],
    by: &str,
    at: Timestamp,
) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    for (id, reason) in ended {
        let sql = "UPDATE good_guy_rule SET ended_at = $1, ended_by = $2, ended_reason = $3 \
                   WHERE id = $4 AND ended_at IS NULL";
        let cells = vec![
            at.as_microsecond().into(),
            by.into(),
            reason.as_str().into(),
            (*id).into(),
        ];
        if session.execute(WRITING, sql, cells).await? > 0 {
            let entry = Entry::new("rule-ended", format!("rule/{id}"));
            entries.push(entry.personal(json!({ "reason": reason })));
        }
    }
    Ok(entries)
}
