//! Looking at the publishers on a schedule, and telling somebody when a list is in trouble.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use interdict_desk::{ListState, Status};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::state::App;

/// Looks at the publishers and imports what is new; blocks until it is done. An error says what went
/// wrong with any of them.
#[derive(Clone)]
pub struct Updater(Arc<dyn Fn() -> Result<(), String> + Send + Sync>);

impl std::fmt::Debug for Updater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Updater")
    }
}

impl Updater {
    /// Looks by calling this.
    pub fn new(look: impl Fn() -> Result<(), String> + Send + Sync + 'static) -> Updater {
        Updater(Arc::new(look))
    }
}

/// How often it is asked whether it is time.
const ROUND: Duration = Duration::from_secs(60);
/// How long whoever is told may take.
const TOLD_WITHIN: Duration = Duration::from_secs(10);

/// Looks at the publishers whenever it is time, until the server stops.
pub(crate) async fn run(app: App, ending: CancellationToken) {
    let Some(hours) = app.config().update_hours else {
        return;
    };
    let every = SignedDuration::from_hours(i64::from(hours));
    let mut tried: Option<Timestamp> = None;
    loop {
        let last = match app.desk().lists(crate::api::today()).await {
            Ok(lists) => lists.iter().filter_map(ListState::checked_at).max(),
            Err(e) => {
                tracing::error!("the lists cannot be looked at: {e}");
                None
            }
        };
        let last = last.max(tried);
        if last.is_none_or(|last| Timestamp::now().duration_since(last) >= every) {
            tried = Some(Timestamp::now());
            now(&app).await;
        }
        tokio::select! {
            () = ending.cancelled() => return,
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

/// Looks at the publishers now. `false` when this server was given no way to, or it failed.
pub(crate) async fn now(app: &App) -> bool {
    let Some(updater) = app.updater() else {
        return false;
    };
    // One at a time: a second look while the first runs would find the store busy.
    let _turn = app.updating().lock().await;
    let done = tokio::task::spawn_blocking(move || (updater.0)()).await;
    match done {
        Ok(Ok(())) => {}
        Ok(Err(what)) => tracing::error!("an update of the lists failed: {what}"),
        Err(e) => tracing::error!("an update of the lists failed: {e}"),
    }
    if let Err(e) = app.lists().refresh(app.desk()).await {
        tracing::error!("the lists that answer go on; new ones cannot be opened: {e}");
    }
    true
}

/// The lists that somebody should look at, and why.
pub(crate) fn troubled(lists: &[ListState]) -> BTreeMap<String, &'static str> {
    lists
        .iter()
        .filter(|list| {
            matches!(
                list.status(),
                Status::Stale | Status::Failed | Status::Quarantined | Status::Empty
            )
        })
        .map(|list| (list.dataset.name.to_string(), list.status().as_str()))
        .collect()
}

/// Tells the address of the settings which lists are in trouble by now: names of lists and states,
/// nothing else.
pub(crate) async fn tell(app: &App, lists: BTreeMap<String, &'static str>) {
    let Some(address) = app.config().webhook.clone() else {
        return;
    };
    let said = serde_json::json!({
        "event": "lists",
        "at": Timestamp::now().to_string(),
        "troubled": lists,
    })
    .to_string();
    let sent = tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(TOLD_WITHIN))
            .build()
            .into();
        let reply = agent
            .post(&address)
            .header("content-type", "application/json")
            .send(said);
        reply.map(drop).map_err(|e| e.to_string())
    })
    .await;
    match sent {
        Ok(Ok(())) => {}
        Ok(Err(e)) => tracing::error!("the webhook was not told: {e}"),
        Err(e) => tracing::error!("the webhook was not told: {e}"),
    }
}
