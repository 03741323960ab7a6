//! What belongs to a case: the customer, the alerts, what the lists said, what people did.

use std::collections::{BTreeMap, BTreeSet};

use interdict_model::{Place, Statement};
use interdict_store::{
    Alert, AlertEvent, Attachment, AuditRow, CustomerVersion, GoodGuyRule, PersonId, Personal,
    Proof, PublicationId, Store, StoreError, hex,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::export::Wanted;
use crate::Desk;
use crate::error::DeskError;

/// One value that a list said, with where it stood.
#[derive(Clone, Debug, Serialize)]
pub(super) struct StatementView {
    pub(super) entity: String,
    pub(super) schema: &'static str,
    pub(super) dataset: String,
    pub(super) publication: i64,
    pub(super) property: &'static str,
    pub(super) value: String,
    pub(super) original: Option<String>,
    pub(super) file: Option<String>,
    pub(super) place: Option<String>,
    pub(super) field: Option<String>,
    pub(super) first_seen: Option<String>,
    pub(super) last_seen: Option<String>,
}

/// Everything that belongs together.
#[derive(Debug, Default)]
pub(super) struct Case {
    pub(super) customers: Vec<CustomerVersion>,
    pub(super) alerts: Vec<(Alert, Vec<AlertEvent>)>,
    pub(super) attachments: Vec<(Attachment, Vec<u8>)>,
    pub(super) rules: Vec<GoodGuyRule>,
    pub(super) proofs: Vec<Proof>,
    pub(super) statements: Vec<StatementView>,
    /// What persons are called.
    pub(super) persons: BTreeMap<i64, String>,
    /// The objects whose rows of the chain belong to it.
    pub(super) objects: BTreeSet<String>,
}

/// Gathers what is wanted.
pub(super) async fn gather(desk: &Desk, wanted: &Wanted<'_>) -> Result<Case, DeskError> {
    let store = desk.store();
    let mut case = Case::default();
    let (key, book, only) = match wanted {
        Wanted::Chain => return Ok(case),
        Wanted::Customer(key) => ((*key).to_owned(), None, None),
        Wanted::Case(id) => {
            let alert = store.alert(*id).await?;
            (
                alert.customer.clone(),
                Some(alert.book.clone()),
                Some(alert),
            )
        }
    };
    let of_book = |found: &str| book.as_deref().is_none_or(|book| book == found);
    case.customers = store.customer_history(&key).await?;
    case.customers.retain(|version| of_book(&version.book));
    case.proofs = store.proofs(&key).await?;
    case.proofs
        .retain(|proof| match (&book, &proof.screening.book) {
            (Some(book), found) => found.as_deref() == Some(book),
            (None, _) => true,
        });
    let alerts = match only {
        Some(alert) => vec![alert],
        None => {
            let filter = interdict_store::AlertFilter {
                customer: Some(key.clone()),
                ..Default::default()
            };
            store.alerts(&filter).await?
        }
    };
    if case.customers.is_empty() && case.proofs.is_empty() && alerts.is_empty() {
        return Err(StoreError::Unfit {
            what: format!("no customer and no screening goes by the key {key:?}"),
            expected: "a key as `interdict audit subject` takes it".to_owned(),
        }
        .into());
    }
    for rule in store.rules(book.as_deref()).await? {
        let of_alert = alerts.iter().any(|alert| {
            alert.book == rule.made.book
                && alert.customer == rule.made.customer
                && alert.entity == rule.made.entity
        });
        if rule.made.customer == key && (of_alert || book.is_none()) {
            case.objects.insert(format!("rule/{}", rule.id));
            case.rules.push(rule);
        }
    }
    for proof in &case.proofs {
        case.objects
            .insert(format!("screening/{}", proof.screening.id));
    }
    for alert in alerts {
        case.take(store, alert).await?;
    }
    case.name_persons(store).await?;
    Ok(case)
}

impl Case {
    async fn take(&mut self, store: &Store, alert: Alert) -> Result<(), DeskError> {
        let events = store.alert_events(alert.id).await?;
        self.objects.insert(format!("alert/{}", alert.id));
        for attachment in store.attachments(alert.id).await? {
            self.objects.insert(format!("attachment/{}", attachment.id));
            self.attachments
                .push(store.attachment(attachment.id).await?);
        }
        // The publication that the last screening of the pair searched.
        let last = events.iter().rev().find_map(|event| event.screening);
        if let Some(screening) = last {
            let basis = store.screening(screening).await?.basis;
            let basis: Value = serde_json::from_str(&basis).unwrap_or_default();
            let listed = basis.pointer(&format!("/lists/{}", alert.dataset));
            let number = listed.and_then(Value::as_str).and_then(|n| n.parse().ok());
            if let Some(number) = number {
                self.evidence(store, &alert, PublicationId(number)).await?;
            }
        }
        self.alerts.push((alert, events));
        Ok(())
    }

    /// What a publication says of the listed entity.
    async fn evidence(
        &mut self,
        store: &Store,
        alert: &Alert,
        publication: PublicationId,
    ) -> Result<(), DeskError> {
        let known = |s: &StatementView| s.entity == alert.entity && s.publication == publication.0;
        if self.statements.iter().any(known) {
            return Ok(());
        }
        match store.entity(publication, &alert.entity).await {
            Ok(Some(entity)) => {
                let schema = entity.schema.name();
                for statement in &entity.statements {
                    self.statements
                        .push(view(statement, &alert.entity, schema, publication));
                }
                Ok(())
            }
            // A publication that is pruned or unknown has nothing to show; the hit still stands.
            Ok(None) | Err(StoreError::UnknownPublication { .. } | StoreError::Pruned { .. }) => {
                Ok(())
            }
            Err(e) => Err(e.into()),
        }
    }

    async fn name_persons(&mut self, store: &Store) -> Result<(), DeskError> {
        let mut persons: BTreeSet<PersonId> = BTreeSet::new();
        for (alert, events) in &self.alerts {
            persons.extend(alert.assignee.iter().chain(&alert.proposer));
            persons.extend(events.iter().filter_map(|event| event.person));
        }
        for rule in &self.rules {
            persons.extend(rule.author_person.iter().chain(&rule.approver_person));
        }
        for person in persons {
            if let Some(name) = store.person_name(person).await? {
                self.persons.insert(person.0, name);
            }
        }
        Ok(())
    }

    /// The whole case as JSON, with the rows of the chain that are about it.
    pub(super) fn json(&self, rows: &[&AuditRow], personal: &[Personal]) -> Value {
        json!({
            "version": super::export::FORMAT,
            "persons": self.persons,
            "customers": self.customers.iter().map(customer).collect::<Vec<_>>(),
            "alerts": self.alerts.iter().map(alert).collect::<Vec<_>>(),
            "attachments": self.attachments.iter().map(|(a, _)| attachment(a)).collect::<Vec<_>>(),
            "rules": self.rules.iter().map(rule).collect::<Vec<_>>(),
            "screenings": self.proofs.iter().map(proof).collect::<Vec<_>>(),
            "chain": rows,
            "personal": personal,
        })
    }
}

fn view(
    statement: &Statement,
    entity: &str,
    schema: &'static str,
    publication: PublicationId,
) -> StatementView {
    let origin = statement.origin.as_ref();
    StatementView {
        entity: entity.to_owned(),
        schema,
        dataset: statement.dataset.to_string(),
        publication: publication.0,
        property: statement.property.name(),
        value: statement.value.to_string(),
        original: statement.original.as_ref().map(ToString::to_string),
        file: origin.map(|origin| origin.file.to_string()),
        place: origin.map(|origin| match origin.place {
            Place::Line(line) => format!("line {line}"),
            Place::Byte(byte) => format!("byte {byte}"),
            Place::Row { sheet, row } => format!("sheet {sheet}, row {row}"),
        }),
        field: origin.map(|origin| origin.field.to_string()),
        first_seen: statement.first_seen.as_ref().map(ToString::to_string),
        last_seen: statement.last_seen.as_ref().map(ToString::to_string),
    }
}

fn json_of(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_default()
}

fn customer(version: &CustomerVersion) -> Value {
    json!({
        "book": version.book,
        "key": version.customer.key,
        "version": version.customer.version,
        "since": version.since.to_string(),
        "until": version.until.map(|at| at.to_string()),
        "sha256": hex(&version.customer.hash),
        "parties": json_of(&version.customer.subject),
    })
}

fn alert((alert, events): &(Alert, Vec<AlertEvent>)) -> Value {
    let events: Vec<Value> = events
        .iter()
        .map(|event| {
            json!({
                "event": event.id,
                "at": event.at.to_string(),
                "actor": event.actor,
                "person": event.person,
                "what": event.what,
                "from": event.from,
                "to": event.to,
                "disposition": event.disposition,
                "code": event.code,
                "reason": event.reason,
                "screening": event.screening,
                "rule": event.rule,
            })
        })
        .collect();
    json!({
        "alert": alert.id,
        "book": alert.book,
        "customer": alert.customer,
        "party": alert.party,
        "dataset": alert.dataset,
        "entity": alert.entity,
        "state": alert.state,
        "disposition": alert.disposition,
        "score": interdict_screening::Score(alert.score),
        "rank": alert.rank,
        "evidence": hex(&alert.evidence),
        "hit": json_of(&alert.hit),
        "history": events,
    })
}

fn attachment(attachment: &Attachment) -> Value {
    json!({
        "attachment": attachment.id,
        "alert": attachment.alert,
        "at": attachment.at.to_string(),
        "actor": attachment.actor,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "sha256": hex(&attachment.sha256),
        "erased_at": attachment.erased_at.map(|at| at.to_string()),
    })
}

fn rule(rule: &GoodGuyRule) -> Value {
    json!({
        "rule": rule.id,
        "book": rule.made.book,
        "customer": rule.made.customer,
        "entity": rule.made.entity,
        "fields": rule.made.fields,
        "reason": rule.made.reason,
        "author": rule.made.author,
        "made_at": rule.made.at.to_string(),
        "expires_on": rule.made.expires_on.to_string(),
        "approved": rule.approved.as_ref().map(|(by, at)| json!([by, at.to_string()])),
        "ended": rule.ended.as_ref().map(|(by, at, why)| json!([by, at.to_string(), why])),
    })
}

fn proof(proof: &Proof) -> Value {
    json!({
        "screening": proof.screening.id,
        "at": proof.screening.at.to_string(),
        "actor": proof.screening.actor,
        "book": proof.screening.book,
        "basis": json_of(proof.screening.basis.as_bytes()),
        "subject_sha256": hex(&proof.hash),
        "hits": proof.hits,
    })
}
