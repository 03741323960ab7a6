//! The lists that a question is put to: those that answer now, or those of another time.

use std::sync::Arc;

use interdict_desk::{NoProgress, OpenLists, SearchedList};
use interdict_model::DatasetName;
use interdict_screening::{Engine, Policy};
use interdict_store::Moment;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::lists::Answering;
use crate::problem::{Code, Problem};
use crate::state::App;

/// What is to be asked: which lists, of when, under which policy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Only these; empty for all.
    pub(crate) datasets: Vec<String>,
    /// Day of publication.
    pub(crate) as_of: Option<String>,
    /// Time at which this system had the lists.
    pub(crate) known_at: Option<String>,
    /// Name or hash of a policy.
    pub(crate) policy: Option<String>,
}

/// Lists opened for one question.
pub(crate) struct Opened {
    /// What answers.
    pub(crate) engine: Arc<Engine>,
    /// What the answer says of each list that is searched.
    pub(crate) lists: Vec<SearchedList>,
    /// The publications.
    pub(crate) open: OpenLists,
    /// The day on which rules of law are looked at.
    pub(crate) today: Date,
    /// For the answer.
    pub(crate) moment: Option<MomentView>,
    /// The set that answers now.
    pub(crate) now: Arc<Answering>,
}

/// A point in time that an answer is given from.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MomentView {
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_at: Option<String>,
}

/// Reads a day and a time as a moment.
///
/// # Errors
/// [`Code::Invalid`], naming the member.
pub(crate) fn moment(as_of: Option<&str>, known_at: Option<&str>) -> Result<Moment, Problem> {
    let as_of = as_of.map(|text| day("as_of", text)).transpose()?;
    let known_at = known_at.map(|text| {
        // A day alone is its end: what was known on that day.
        let whole = text.parse::<Date>().ok().and_then(|day| {
            let end = day.at(23, 59, 59, 999_999_000);
            jiff::tz::Offset::UTC.to_timestamp(end).ok()
        });
        whole
            .or_else(|| text.parse::<Timestamp>().ok())
            .ok_or_else(|| {
                Problem::new(
                    Code::Invalid,
                    "expected a day, or a time such as 2026-05-03T09:00:00Z",
                )
                .at("known_at")
            })
    });
    Ok(Moment {
        as_of,
        known_at: known_at.transpose()?,
    })
}

/// Reads a day.
///
/// # Errors
/// [`Code::Invalid`], naming the member.
pub(crate) fn day(at: &str, text: &str) -> Result<Date, Problem> {
    text.parse()
        .map_err(|_| Problem::new(Code::Invalid, "expected a day such as 2026-05-03").at(at))
}

/// Today, by the clock of the world.
pub(crate) fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(Timestamp::now()).date()
}

/// Opens what a question is put to.
///
/// # Errors
/// [`Code::Unavailable`] when no list answers; [`Code::Invalid`] for an unknown list or policy, or a
/// time before the first publication; or when stored data cannot be read.
pub(crate) async fn open(app: &App, wanted: &Wanted) -> Result<Opened, Problem> {
    let now = app.lists().now();
    if now.is_empty() {
        return Err(Problem::new(
            Code::Unavailable,
            "no list answers yet; import one, or run `interdict update`",
        ));
    }
    let moment = moment(wanted.as_of.as_deref(), wanted.known_at.as_deref())?;
    let names = wanted
        .datasets
        .iter()
        .map(|name| {
            DatasetName::new(name)
                .map_err(|_| Problem::new(Code::Invalid, "expected names of lists").at("datasets"))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let policy = match &wanted.policy {
        None => None,
        Some(wanted) => Some(super::policies::find(app, wanted).await?),
    };
    let plain = moment == Moment::default();
    if plain && names.is_empty() && policy.is_none() {
        let open = now.lists.clone();
        return Ok(opened(now.engine.clone(), open, moment, now));
    }
    let publications = match plain {
        true => {
            if let Some(unknown) = names
                .iter()
                .find(|name| !now.lists.publications.iter().any(|p| p.dataset == **name))
            {
                let detail = format!("no list {unknown} answers");
                return Err(Problem::new(Code::Invalid, detail).at("datasets"));
            }
            let all = now.lists.publications.iter();
            all.filter(|p| names.is_empty() || names.contains(&p.dataset))
                .cloned()
                .collect()
        }
        false => app.desk().select(&names, moment).await?,
    };
    let before = &now.lists.snapshot;
    let open = app
        .desk()
        .open_lists(publications, before, &NoProgress)
        .await?;
    let policy = policy.unwrap_or_else(|| now.engine.policy().clone());
    let engine = Arc::new(Engine::new(open.snapshot.clone(), policy));
    Ok(opened(engine, open, moment, now))
}

fn opened(engine: Arc<Engine>, open: OpenLists, moment: Moment, now: Arc<Answering>) -> Opened {
    let known = moment
        .known_at
        .map(|time| jiff::tz::Offset::UTC.to_datetime(time).date());
    Opened {
        lists: covered(&open, engine.policy()),
        engine,
        open,
        today: moment.as_of.or(known).unwrap_or_else(today),
        moment: (moment != Moment::default()).then(|| MomentView {
            as_of: moment.as_of.map(|day| day.to_string()),
            known_at: moment.known_at.map(|time| time.to_string()),
        }),
        now,
    }
}

fn covered(open: &OpenLists, policy: &Policy) -> Vec<SearchedList> {
    open.covered(policy).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_known_until_its_end() {
        let moment = moment(None, Some("2026-05-03")).expect("a day");
        let end = moment.known_at.expect("a time").to_string();
        assert_eq!(end, "2026-05-03T23:59:59.999999Z");
    }

    #[test]
    fn what_is_no_day_is_named_by_its_member() {
        let problem = moment(Some("yesterday"), None).expect_err("no day");
        assert_eq!(
            (problem.code, problem.at.as_deref()),
            (Code::Invalid, Some("as_of"))
        );
    }
}
