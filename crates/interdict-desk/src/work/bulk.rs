//! Many alerts that look alike: first shown, then decided one by one with one reason, never as a
//! true match.

use interdict_store::{
    Actor, Alert, AlertFilter, AlertState, Disposition, Move, Right, Step, StoreError, Verb, hex,
};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::Desk;
use crate::error::DeskError;

/// Most alerts that are decided together.
const MOST: usize = 1_000;

/// In what alerts are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// The same listed entity.
    SameEntity,
    /// The same customer.
    SameCustomer,
    /// The same two names that met.
    SameNames,
}

/// Alerts that are like one, in its book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookAlikes {
    /// Number of the alert that they are like.
    pub alert: i64,
    /// In what.
    pub likeness: Likeness,
}

/// What would be decided together.
#[derive(Clone, Debug)]
pub struct BulkPreview {
    /// The alerts, in the order of the queue.
    pub alerts: Vec<Alert>,
    /// Alerts that are alike and would not be, with the reason.
    pub left_out: Vec<(i64, String)>,
    /// Stands for exactly these alerts as they are now.
    pub mark: String,
}

/// What was decided together.
#[derive(Clone, Debug)]
pub struct BulkDone {
    /// The alerts as they are now.
    pub alerts: Vec<Alert>,
    /// Whether another person must approve each.
    pub proposed: bool,
}

/// The two names that met in a hit.
fn names(alert: &Alert) -> Option<(String, String)> {
    let hit: Value = serde_json::from_slice(&alert.hit).ok()?;
    let text = |pointer: &str| hit.pointer(pointer)?.as_str().map(str::to_owned);
    Some((text("/reason/name/query")?, text("/reason/name/list")?))
}

fn mark(alerts: &[Alert]) -> String {
    let mut hasher = Sha256::new();
    for alert in alerts {
        hasher.update(alert.id.to_le_bytes());
        hasher.update(alert.last_event.to_le_bytes());
        hasher.update(alert.evidence);
    }
    hex(&hasher.finalize())
}

impl Desk {
    /// Which alerts would be decided together. Changes nothing.
    ///
    /// # Errors
    /// Without the right; when there is no such alert; or when the store cannot be read.
    pub async fn look_alikes(
        &self,
        by: &Actor,
        like: &LookAlikes,
    ) -> Result<BulkPreview, DeskError> {
        by.must(Right::Bulk)?;
        let model = self.store().alert(like.alert).await?;
        let mut filter = AlertFilter {
            book: Some(model.book.clone()),
            states: AlertState::QUEUE.to_vec(),
            ..AlertFilter::default()
        };
        let wanted = names(&model);
        match like.likeness {
            Likeness::SameEntity => filter.entity = Some(model.entity.clone()),
            Likeness::SameCustomer => filter.customer = Some(model.customer.clone()),
            Likeness::SameNames => {}
        }
        let mut alerts = Vec::new();
        let mut left_out = Vec::new();
        for alert in self.store().alerts(&filter).await? {
            let alike = match like.likeness {
                Likeness::SameEntity => alert.dataset == model.dataset,
                Likeness::SameCustomer => true,
                Likeness::SameNames => wanted.is_some() && names(&alert) == wanted,
            };
            if !alike {
                continue;
            }
            let open = Move::open_to(by, &alert);
            let why = if !open.iter().any(|row| row.verb == Verb::Decide) {
                Some(match alert.state {
                    AlertState::Assigned | AlertState::Waiting => "it is another person's",
                    AlertState::Proposed => "it waits for approval",
                    _ => "it is escalated",
                })
            } else if alerts.len() >= MOST {
                Some("there are more than can be decided together")
            } else {
                None
            };
            match why {
                Some(why) => left_out.push((alert.id, why.to_owned())),
                None => alerts.push(alert),
            }
        }
        let mark = mark(&alerts);
        Ok(BulkPreview {
            alerts,
            left_out,
            mark,
        })
    }

    /// Decides the alerts of a preview, each with an event and a row of the audit chain of its own.
    ///
    /// # Errors
    /// Without the right; [`DeskError::OtherLookAlikes`] when the alerts are not those of the
    /// preview any more; for a true match, which is decided one by one; for a reason that is none;
    /// or when the store cannot be written. Then nothing is decided.
    // Every argument is a word of the record; a struct of them would only move the list.
    #[allow(clippy::too_many_arguments)]
    pub async fn bulk(
        &self,
        by: &Actor,
        like: &LookAlikes,
        mark: &str,
        disposition: Disposition,
        code: &str,
        text: &str,
        at: Timestamp,
    ) -> Result<BulkDone, DeskError> {
        if disposition == Disposition::TrueMatch {
            return Err(StoreError::Unfit {
                what: "a true match for many alerts together".to_owned(),
                expected: "one decision for each true match".to_owned(),
            }
            .into());
        }
        let preview = self.look_alikes(by, like).await?;
        if preview.mark != mark || preview.alerts.is_empty() {
            return Err(DeskError::OtherLookAlikes);
        }
        let book = preview.alerts.first().map(|alert| alert.book.clone());
        let four_eyes = self.policy_of(&book.unwrap_or_default()).await?.four_eyes;
        let proposed = disposition == Disposition::FalsePositive
            && (four_eyes.bulk || four_eyes.false_positive);
        let verb = match (disposition, proposed) {
            (Disposition::NeedInformation, _) => Verb::Ask,
            (_, true) => Verb::Propose,
            (_, false) => Verb::Decide,
        };
        let numbers: Vec<i64> = preview.alerts.iter().map(|alert| alert.id).collect();
        let mut step = Step::new(verb, Some(code), text);
        step.disposition = Some(disposition).filter(|_| verb != Verb::Ask);
        step.bulk = Some(preview.mark);
        let alerts = self.store().work(by, &numbers, &step, at).await?;
        Ok(BulkDone { alerts, proposed })
    }
}
