//! What a form sent, taken only from a page of this server.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, header};

use super::fault::Fault;
use super::visitor::Visitor;
use crate::state::App;

/// The fields of a form, and who sent it.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) visitor: Visitor,
    fields: Vec<(String, String)>,
    /// Whether a script asked for a part of the page only.
    pub(super) part_only: bool,
}

impl Sent {
    /// A field without space around it; empty where there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field as it was typed.
    pub(super) fn raw(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// All values of a field that are not empty.
    pub(super) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.fields
            .iter()
            .filter(move |(known, value)| known == name && !value.trim().is_empty())
            .map(|(_, value)| value.trim())
    }

    /// A field as a number.
    ///
    /// # Errors
    /// When it is none.
    pub(super) fn number(&self, name: &str) -> Result<i64, Fault> {
        self.text(name)
            .parse()
            .map_err(|_| Fault::wrong(format!("{name} is no number")))
    }

    /// A field that a person must fill.
    ///
    /// # Errors
    /// When it is empty; `what` says what was expected.
    pub(super) fn needed(&self, name: &str, what: &str) -> Result<&str, Fault> {
        match self.text(name) {
            "" => Err(Fault::wrong(what)),
            text => Ok(text),
        }
    }
}

impl FromRequest<App> for Sent {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Sent, Fault> {
        let (mut parts, body) = request.into_parts();
        from_here(&parts.headers)?;
        let Ok(visitor) = Visitor::from_request_parts(&mut parts, app).await;
        let part_only = parts.headers.contains_key("x-part");
        let form = axum::Form::from_request(Request::from_parts(parts, body), app).await;
        let axum::Form(fields) = form.map_err(|e| Fault::wrong(e.body_text()))?;
        Ok(Sent {
            visitor,
            fields,
            part_only,
        })
    }
}

/// Refuses what another site makes a browser send. Browsers state the site that a request comes
/// from; older ones state its origin.
fn from_here(headers: &HeaderMap) -> Result<(), Fault> {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let ours = match (said("sec-fetch-site"), said(header::ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == said(header::HOST.as_str())
        }
        // No browser: it carries no one's cookies.
        (None, None) => true,
    };
    if ours {
        return Ok(());
    }
    Err(Fault::refused(
        "this came from a page of another site, and nothing was done",
    ))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_pages_of_this_server_may_send_forms() {
        for (headers, ours) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", "http://a:8000"), ("host", "a:8000")], true),
            (&[("origin", "http://a:8000"), ("host", "b:8000")], false),
            (&[("origin", "null"), ("host", "b:8000")], false),
            (&[], true),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, HeaderValue::from_static(value));
            }
            assert_eq!(from_here(&map).is_ok(), ours, "{headers:?}");
        }
    }
}
