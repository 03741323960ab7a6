//! Who looks at a page, and how they like it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use interdict_store::{Actor, Rights};

use crate::auth::Caller;

/// Cookie that holds the wish for light or dark; no secret and no person in it.
pub(super) const THEME: &str = "interdict_theme";

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub(super) const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    pub(super) fn parse(word: &str) -> Theme {
        let found = Theme::ALL.into_iter().find(|theme| theme.as_str() == word);
        found.unwrap_or_default()
    }
}

/// Whoever looks at a page.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    /// Who they are in records, and what they may.
    pub(super) actor: Actor,
    /// Token that forms carry.
    pub(super) csrf: String,
    /// Whether they logged in.
    pub(super) signed_in: bool,
    pub(super) theme: Theme,
    /// The page they look at, to come back to it.
    pub(super) here: String,
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor, Infallible> {
        // The guard lets nobody through without one.
        let caller = parts.extensions.get::<Caller>().cloned();
        let nobody = || Actor {
            rights: Rights::NONE,
            ..Actor::local("nobody")
        };
        let csrf = caller.as_ref().and_then(|caller| caller.csrf.clone());
        Ok(Visitor {
            actor: caller.map_or_else(nobody, |caller| caller.actor),
            signed_in: csrf.is_some(),
            csrf: csrf.unwrap_or_default(),
            theme: cookie(parts, THEME).map(Theme::parse).unwrap_or_default(),
            here: parts
                .uri
                .path_and_query()
                .map_or("/workbench", |whole| whole.as_str())
                .to_owned(),
        })
    }
}

/// The value of a cookie.
pub(super) fn cookie<'p>(parts: &'p Parts, name: &str) -> Option<&'p str> {
    let all = parts.headers.get_all(COOKIE).iter();
    all.filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}
