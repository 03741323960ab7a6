//! Logging in and out.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;

use super::Page;
use super::assets::{self, Addresses};
use super::fault::Fault;
use super::forms::Sent;
use super::frame::SECTIONS;
use super::visitor::Theme;
use crate::auth::credential::session_token;
use crate::auth::session::{cookie, no_cookie, open};
use crate::problem::Code;
use crate::state::App;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Next {
    next: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    assets: &'static Addresses,
    theme: Theme,
    login: &'a str,
    next: &'a str,
    problem: &'a str,
}

/// A page of ours that needs nothing in its address: where to go after logging in.
fn next_page(asked: &str) -> &'static str {
    let known = SECTIONS.iter().find(|section| section.address == asked);
    known.map_or("/workbench", |section| section.address)
}

fn draw(status: StatusCode, page: &LoginPage<'_>) -> Result<Response, Fault> {
    let html = page.render().map_err(|e| Fault::internal(&e))?;
    Ok((status, Html(html)).into_response())
}

/// The form.
pub(super) async fn show(visitor: super::visitor::Visitor, Query(next): Query<Next>) -> Page {
    let page = LoginPage {
        assets: assets::addresses(),
        theme: visitor.theme,
        login: "",
        next: next_page(&next.next),
        problem: "",
    };
    draw(StatusCode::OK, &page)
}

/// Opens a session. Which part was wrong is not said.
pub(super) async fn log_in(State(app): State<App>, sent: Sent) -> Page {
    let next = next_page(sent.text("next"));
    let (login, password) = (sent.text("login"), sent.raw("password"));
    match open(&app, login, password).await {
        Ok(opened) => {
            let mut response = Redirect::to(next).into_response();
            let cookie = cookie(&app, &opened)?;
            response.headers_mut().append(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(problem) if problem.code == Code::Unauthenticated => {
            let page = LoginPage {
                assets: assets::addresses(),
                theme: sent.visitor.theme,
                login,
                next,
                problem: &problem.detail,
            };
            draw(StatusCode::UNAUTHORIZED, &page)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Ends the session.
pub(super) async fn log_out(State(app): State<App>, headers: HeaderMap) -> Page {
    if let Some(token) = session_token(&headers) {
        app.desk().log_out(token, Timestamp::now()).await?;
    }
    let mut response = Redirect::to("/login").into_response();
    response
        .headers_mut()
        .append(header::SET_COOKIE, no_cookie());
    Ok(response)
}
