//! Files attached to alerts: taken, and given back as they came.

use axum::extract::{Multipart, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use interdict_store::{NewAttachment, Right};
use jiff::Timestamp;
use serde::Deserialize;

use super::fault::Fault;
use super::visitor::Visitor;
use super::{Page, see, text};
use crate::state::App;

#[derive(Deserialize)]
pub(super) struct Number {
    id: i64,
}

/// Gives a file back. Never shown by the browser: whoever attached it says what it is.
pub(super) async fn send(
    State(app): State<App>,
    visitor: Visitor,
    Query(number): Query<Number>,
) -> Page {
    visitor.actor.must(Right::ReadBooks)?;
    let (attachment, bytes) = app.desk().store().attachment(number.id).await?;
    let name = text::encoded(&attachment.name);
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ),
    ];
    Ok((headers, bytes).into_response())
}

/// Attaches a file.
pub(super) async fn take(State(app): State<App>, visitor: Visitor, mut form: Multipart) -> Page {
    let unreadable = |e: axum::extract::multipart::MultipartError| Fault::wrong(e.body_text());
    let mut alert = None;
    let mut file = None;
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        match field.name() {
            Some("alert") => alert = field.text().await.map_err(unreadable)?.parse().ok(),
            Some("file") => {
                let name = field.file_name().unwrap_or("file").to_owned();
                let media_type = field
                    .content_type()
                    .unwrap_or("application/octet-stream")
                    .to_owned();
                let bytes = field.bytes().await.map_err(unreadable)?.to_vec();
                file = Some(NewAttachment {
                    name,
                    media_type,
                    bytes,
                });
            }
            _ => {}
        }
    }
    let alert = alert.ok_or_else(|| Fault::wrong("Say which alert the file is for."))?;
    let file = file.ok_or_else(|| Fault::wrong("Choose a file to attach."))?;
    app.desk()
        .attach(&visitor.actor, alert, &file, Timestamp::now())
        .await?;
    see(&format!("/workbench/alert?id={alert}"))
}
