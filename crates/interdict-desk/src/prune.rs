//! Which publications nobody needs any more.

use interdict_model::DatasetName;
use interdict_store::{Decider, Pruned, Publication, State};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use crate::Desk;
use crate::error::DeskError;

/// What to keep of each list beside what answers, what waits for a decision and what is pinned. A
/// publication goes only if neither of the two keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeepPolicy {
    /// So many publications, the latest in order.
    pub publications: Option<usize>,
    /// What is needed to answer for any of so many days until today.
    pub days: Option<u32>,
}

/// What a policy removes and keeps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PrunePlan {
    /// Publications that go.
    pub going: Vec<Publication>,
    /// Publications that the policy would let go but that are pinned, with who needs them and why.
    pub pinned: Vec<(Publication, String)>,
    /// How many publications stay.
    pub staying: usize,
}

impl Desk {
    /// What a policy would remove of these lists, or of all where none is named.
    ///
    /// # Errors
    /// When stored data cannot be read.
    pub async fn plan_prune(
        &self,
        lists: &[DatasetName],
        policy: KeepPolicy,
        today: Date,
    ) -> Result<PrunePlan, DeskError> {
        let pins = self.store.pins().await?;
        let mut plan = PrunePlan::default();
        for dataset in self.store.datasets().await? {
            if !lists.is_empty() && !lists.contains(&dataset.name) {
                continue;
            }
            let mut all = self.store.publications(&dataset.name).await?;
            all.retain(|p| p.pruned_at.is_none());
            let kept = kept(&all, policy, today);
            for (publication, kept) in all.into_iter().zip(kept) {
                let pin = pins.iter().find(|pin| pin.publication == publication.id);
                match pin {
                    _ if kept => plan.staying += 1,
                    Some(pin) => {
                        plan.staying += 1;
                        let why = format!("{} needs it ({})", pin.owner, pin.reason);
                        plan.pinned.push((publication, why));
                    }
                    None => plan.going.push(publication),
                }
            }
        }
        Ok(plan)
    }

    /// Removes what was planned.
    ///
    /// # Errors
    /// When one of them is needed by now, or stored data cannot be written. Then nothing is
    /// removed.
    pub async fn prune(
        &self,
        plan: &PrunePlan,
        actor: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<Pruned, DeskError> {
        let ids: Vec<_> = plan.going.iter().map(|p| p.id).collect();
        let decider = Decider {
            at: now,
            actor,
            reason,
        };
        let writer = self.store.writer(self.wait).await?;
        Ok(writer.prune(&ids, decider).await?)
    }
}

/// For each publication of a list, in their order, whether it is to be kept.
fn kept(all: &[Publication], policy: KeepPolicy, today: Date) -> Vec<bool> {
    let first_of_latest = all.len() - policy.publications.unwrap_or(0).min(all.len());
    let since = policy
        .days
        .and_then(|days| today.checked_sub(i64::from(days).days()).ok());
    // What answers for the first of the days was published before it, or on it.
    let in_force = since.and_then(|since| {
        all.iter()
            .rposition(|p| p.state.is_accepted() && p.published.day <= since)
    });
    all.iter()
        .enumerate()
        .map(|(at, publication)| {
            matches!(publication.state, State::Current | State::Quarantined)
                || at >= first_of_latest
                || since.is_some_and(|since| publication.published.day > since)
                || in_force == Some(at)
        })
        .collect()
}
