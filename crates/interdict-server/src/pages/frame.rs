//! What every page has around it: title, navigation, notices about lists, and light or dark.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect};
use interdict_desk::{ListState, Status};
use jiff::Timestamp;

use super::Page;
use super::assets::{self, Addresses};
use super::fault::Fault;
use super::forms::Sent;
use super::text::encoded;
use super::visitor::{THEME, Theme, Visitor};
use crate::state::App;

/// A part of the workbench, as the navigation names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) address: &'static str,
}

/// The parts, in the order of a working day.
pub(super) const SECTIONS: &[Section] = &[
    section("Overview", "/workbench"),
    section("Alerts", "/workbench/alerts"),
    section("Approvals", "/workbench/approvals"),
    section("Search", "/workbench/search"),
    section("Screen", "/workbench/screen"),
    section("Books", "/workbench/books"),
    section("Rules", "/workbench/rules"),
    section("Lists", "/workbench/lists"),
    section("Policies", "/workbench/policies"),
    section("Audit", "/workbench/audit"),
    section("Users", "/workbench/users"),
];

const fn section(name: &'static str, address: &'static str) -> Section {
    Section { name, address }
}

/// Something about the lists that whoever works here must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    /// Class: `alarm`, `warning` or `remark`.
    pub(super) tone: &'static str,
    /// The word that stands first.
    pub(super) head: &'static str,
    pub(super) words: String,
    /// Where to see more.
    pub(super) address: String,
}

/// What is around a page.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) title: String,
    /// Address of the section it is part of.
    pub(super) section: &'static str,
    pub(super) assets: &'static Addresses,
    pub(super) sections: &'static [Section],
    pub(super) notices: Vec<Notice>,
    pub(super) visitor: Visitor,
}

impl Frame {
    /// The frame of a page that is part of a section.
    pub(super) async fn new(
        app: &App,
        visitor: Visitor,
        title: impl Into<String>,
        section: &'static str,
    ) -> Result<Frame, Fault> {
        let lists = app.desk().lists(today()).await?;
        Ok(Frame::around(visitor, title, section, notices(&lists)))
    }

    /// The same, with notices that are known already.
    pub(super) fn around(
        visitor: Visitor,
        title: impl Into<String>,
        section: &'static str,
        notices: Vec<Notice>,
    ) -> Frame {
        Frame {
            title: title.into(),
            section,
            assets: assets::addresses(),
            sections: SECTIONS,
            notices,
            visitor,
        }
    }

    /// The themes, each with whether it is chosen.
    pub(super) fn themes(&self) -> [(&'static str, bool); 3] {
        Theme::ALL.map(|theme| (theme.as_str(), theme == self.visitor.theme))
    }
}

/// Today, UTC.
pub(super) fn today() -> jiff::civil::Date {
    super::text::day(Timestamp::now())
}

/// What is wrong with lists, one notice each; those without proof share one.
pub(super) fn notices(lists: &[ListState]) -> Vec<Notice> {
    let address = |list: &ListState| {
        format!(
            "/workbench/list?name={}",
            encoded(list.dataset.name.as_str())
        )
    };
    let mut notices = Vec::new();
    for list in lists {
        let title = &list.dataset.title;
        let serving = match &list.current {
            Some(current) => format!(
                "the publication of {} answers",
                super::text::published(&current.published)
            ),
            None => "nothing of it answers".to_owned(),
        };
        let (tone, head, words) = match list.status() {
            Status::Quarantined => {
                let reason = list.waiting.iter().find_map(|p| p.reason.clone());
                let because = reason.map(|r| format!(" ({r})")).unwrap_or_default();
                let words =
                    format!("{title}: a publication waits for your decision{because}; {serving}");
                ("alarm", "Held back", words)
            }
            Status::Failed => {
                let note = list.look.as_ref().map_or("", |look| look.note.as_str());
                (
                    "alarm",
                    "Failed",
                    format!("{title}: the last look at the publisher failed: {note}; {serving}"),
                )
            }
            Status::Stale => {
                let age = list.age_days.unwrap_or_default();
                let most = list.max_age_days.unwrap_or_default();
                (
                    "warning",
                    "Stale",
                    format!("{title} is {age} days old; expected at most {most}"),
                )
            }
            Status::Empty => (
                "warning",
                "Empty",
                format!("{title}: nothing of it was accepted yet"),
            ),
            Status::Unproven | Status::Current => continue,
        };
        notices.push(Notice {
            tone,
            head,
            words,
            address: address(list),
        });
    }
    let unproven: Vec<&str> = lists
        .iter()
        .filter(|list| list.status() == Status::Unproven)
        .map(|list| list.dataset.title.as_str())
        .collect();
    if !unproven.is_empty() {
        notices.push(Notice {
            tone: "remark",
            head: "Unproven",
            words: format!(
                "{}: read in a format that was not yet run on a real and complete list",
                unproven.join(", ")
            ),
            address: "/workbench/lists".to_owned(),
        });
    }
    if lists.iter().all(|list| list.current.is_none()) {
        notices.push(Notice {
            tone: "alarm",
            head: "No list",
            words: "there is nothing to screen against; import one with `interdict import` or `interdict update`"
                .to_owned(),
            address: "/workbench/lists".to_owned(),
        });
    }
    notices
}

/// Keeps the wish for light or dark in the browser, and goes back.
pub(super) async fn set_theme(State(_): State<App>, sent: Sent) -> Page {
    let theme = Theme::parse(sent.text("theme"));
    let back = match sent.text("back") {
        // An address of this server and nothing else: `//other` is another machine.
        back if back.starts_with("/workbench") => back,
        _ => "/workbench",
    };
    let cookie = format!(
        "{THEME}={}; Path=/; Max-Age=31536000; SameSite=Strict; HttpOnly",
        theme.as_str()
    );
    let mut response = Redirect::to(back).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
