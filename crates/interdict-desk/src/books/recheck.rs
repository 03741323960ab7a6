//! What another engine makes of a book: everything is scored again on the lists of its last
//! screening, and compared with the alerts as they are. Nothing is stored.

use std::collections::BTreeMap;

use interdict_model::DatasetName;
use interdict_screening::Engine;
use interdict_store::{Alert, AlertFilter, AlertState, PublicationId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::basis;
use crate::Desk;
use crate::error::DeskError;
use crate::progress::Progress;

/// A pair that the other engine sees otherwise. Scores are in 1/10,000.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rechecked {
    /// The alert, if there is one.
    pub alert: Option<i64>,
    /// How it stands.
    pub state: Option<AlertState>,
    /// Key of the customer.
    pub customer: String,
    /// Which of its parties.
    pub party: u32,
    /// The list.
    pub dataset: String,
    /// Id of the listed entity.
    pub entity: String,
    /// The score it has; `None` for a pair that was not found.
    pub before: Option<u16>,
    /// The score it would have; `None` for a pair that would not be found.
    pub after: Option<u16>,
    /// Whether other values match.
    pub other_values: bool,
}

/// A book, scored again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recheck {
    /// The book.
    pub book: String,
    /// The release that screened it last; `None` when that is not known any more.
    pub engine_before: Option<String>,
    /// This release.
    pub engine_now: &'static str,
    /// Whether the policy is that of the last screening.
    pub same_policy: bool,
    /// Whether the lists are those of the last screening.
    pub same_lists: bool,
    /// Customers scored.
    pub customers: u64,
    /// Alerts that are found again with the same score and the same values.
    pub same: u64,
    /// The alerts that were compared, by how they stand; closed ones have nothing to compare.
    pub alerts: BTreeMap<&'static str, u64>,
    /// Pairs that would be new.
    pub gained: Vec<Rechecked>,
    /// Alerts that would be closed.
    pub lost: Vec<Rechecked>,
    /// Alerts with another score or other values.
    pub changed: Vec<Rechecked>,
}

/// The publications by list that a basis names; `None` for one that names none.
pub fn lists_of(basis: &str) -> Option<BTreeMap<DatasetName, PublicationId>> {
    let read: Value = serde_json::from_str(basis).ok()?;
    let lists = read.get("lists")?.as_object()?;
    lists
        .iter()
        .map(|(name, version)| {
            let number = version.as_str()?.parse().ok()?;
            Some((DatasetName::new(name).ok()?, PublicationId(number)))
        })
        .collect()
}

/// Whether of two bases only the engine differs.
pub(super) fn is_engine_alone(before: Option<&str>, now: &str) -> bool {
    same(before, now) == Some([true, true, false])
}

/// The lists of a basis when engine and lists have changed since, under one policy.
pub(super) fn lists_to_settle(before: Option<&str>, now: &str) -> Option<Vec<PublicationId>> {
    let changed = same(before, now) == Some([false, true, false]);
    let lists = before.filter(|_| changed).and_then(lists_of)?;
    Some(lists.into_values().collect())
}

/// Whether two bases have the same lists, the same policy, the same engine.
fn same(before: Option<&str>, now: &str) -> Option<[bool; 3]> {
    let before: Value = serde_json::from_str(before?).ok()?;
    let now: Value = serde_json::from_str(now).ok()?;
    Some(["lists", "policy", "engine"].map(|member| before.get(member) == now.get(member)))
}

impl Desk {
    /// Scores a book again and says what differs from its alerts. Changes nothing.
    ///
    /// # Errors
    /// When there is no such book, a segment or the store is damaged.
    pub async fn recheck_book(
        &self,
        book: &str,
        engine: &Engine,
        at: Timestamp,
        progress: &dyn Progress,
    ) -> Result<Recheck, DeskError> {
        let before = self.store().book(book).await?.basis;
        let (run, customers) = self.search_book(book, engine, "", at, progress).await?;
        let filter = AlertFilter {
            book: Some(book.to_owned()),
            ..AlertFilter::default()
        };
        // A closed one has no match that could be lost.
        let mut known: BTreeMap<_, Alert> = self
            .store()
            .alerts(&filter)
            .await?
            .into_iter()
            .filter(|alert| alert.state != AlertState::Closed)
            .map(|alert| (key_of(&alert), alert))
            .collect();
        let [same_lists, same_policy, _] =
            same(before.as_deref(), &basis(engine)).unwrap_or_default();
        let engine_before = before
            .as_deref()
            .and_then(|text| serde_json::from_str::<Value>(text).ok())
            .and_then(|read| read.get("engine").cloned());
        let mut recheck = Recheck {
            book: book.to_owned(),
            engine_before: engine_before.and_then(|v| v.as_str().map(str::to_owned)),
            engine_now: env!("CARGO_PKG_VERSION"),
            same_policy,
            same_lists,
            customers: customers.len() as u64,
            same: 0,
            alerts: BTreeMap::new(),
            gained: Vec::new(),
            lost: Vec::new(),
            changed: Vec::new(),
        };
        for alert in known.values() {
            *recheck.alerts.entry(alert.state.as_str()).or_default() += 1;
        }
        for hit in run.hits {
            let pair = &hit.pair;
            let key = (
                pair.customer.clone(),
                pair.party,
                pair.dataset.clone(),
                pair.entity.clone(),
            );
            let alert = known.remove(&key);
            let other_values = alert.as_ref().is_some_and(|a| a.evidence != hit.evidence);
            let seen = Rechecked {
                alert: alert.as_ref().map(|a| a.id),
                state: alert.as_ref().map(|a| a.state),
                customer: key.0,
                party: key.1,
                dataset: key.2,
                entity: key.3,
                before: alert.as_ref().map(|a| a.score),
                after: Some(hit.score),
                other_values,
            };
            match seen.before {
                None => recheck.gained.push(seen),
                Some(score) if score == hit.score && !other_values => recheck.same += 1,
                Some(_) => recheck.changed.push(seen),
            }
        }
        recheck.lost = known.into_values().map(lost).collect();
        Ok(recheck)
    }
}

fn key_of(alert: &Alert) -> (String, u32, String, String) {
    (
        alert.customer.clone(),
        alert.party,
        alert.dataset.clone(),
        alert.entity.clone(),
    )
}

fn lost(alert: Alert) -> Rechecked {
    Rechecked {
        alert: Some(alert.id),
        state: Some(alert.state),
        customer: alert.customer,
        party: alert.party,
        dataset: alert.dataset,
        entity: alert.entity,
        before: Some(alert.score),
        after: None,
        other_values: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASIS: &str = r#"{"engine":"0.1.0","policy":"p","lists":{"eu_fsf":"7","un_sc":"3"}}"#;

    #[test]
    fn the_lists_of_a_basis_are_publications() {
        let lists = lists_of(BASIS).expect("names lists");
        let found: Vec<_> = lists
            .iter()
            .map(|(name, id)| (name.as_str(), id.0))
            .collect();
        assert_eq!(found, [("eu_fsf", 7), ("un_sc", 3)]);
        for bad in ["", "{}", r#"{"lists":{"x":"no number"}}"#] {
            assert_eq!(lists_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_the_engine_differs() {
        let check = |now: &str, expected| {
            assert_eq!(is_engine_alone(Some(BASIS), now), expected, "{now}");
        };
        check(&BASIS.replace("0.1.0", "0.2.0"), true);
        check(BASIS, false);
        check(
            &BASIS.replace("0.1.0", "0.2.0").replace("\"7\"", "\"8\""),
            false,
        );
        check(
            &BASIS.replace("0.1.0", "0.2.0").replace("\"p\"", "\"q\""),
            false,
        );
        assert!(!is_engine_alone(None, BASIS));
    }

    #[test]
    fn lists_are_settled_first_when_they_change_with_the_engine() {
        let both = BASIS.replace("0.1.0", "0.2.0").replace("\"7\"", "\"8\"");
        let lists = Some(vec![PublicationId(7), PublicationId(3)]);
        assert_eq!(lists_to_settle(Some(BASIS), &both), lists);
        for other in [
            BASIS.to_owned(),
            BASIS.replace("0.1.0", "0.2.0"),
            BASIS.replace("\"7\"", "\"8\""),
            both.replace("\"p\"", "\"q\""),
        ] {
            assert_eq!(lists_to_settle(Some(BASIS), &other), None, "{other}");
        }
        assert_eq!(lists_to_settle(None, &both), None);
    }
}
