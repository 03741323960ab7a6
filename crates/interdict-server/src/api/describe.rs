//! The description of the API, for machines and people.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use utoipa::openapi::{OpenApi, RefOr};

use crate::state::App;

/// Serves the description that was put together from the routes.
pub(crate) fn routes(description: &OpenApi) -> Router<App> {
    let json = description.to_json().unwrap_or_default();
    let page = page(description);
    Router::new()
        .route(
            "/openapi.json",
            get(async move || {
                let kind = HeaderValue::from_static("application/json");
                ([(header::CONTENT_TYPE, kind)], json.clone()).into_response()
            }),
        )
        .route("/docs", get(async move || Html(page.clone())))
}

/// Every operation with what it says of itself, on a page that needs nothing else.
fn page(description: &OpenApi) -> String {
    let title = escape(&description.info.title);
    let mut page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>{title}: API</title>\
         <h1>{title}: API</h1><p>For machines: <a href=\"/openapi.json\">openapi.json</a>. Send \
         <code>Authorization: ApiKey …</code> with every request.</p>"
    );
    for (path, item) in &description.paths.paths {
        let operations = [
            ("GET", &item.get),
            ("POST", &item.post),
            ("PUT", &item.put),
            ("DELETE", &item.delete),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            let summary = operation.summary.as_deref().unwrap_or_default();
            let text = operation.description.as_deref().unwrap_or_default();
            page.push_str(&format!(
                "<h2><code>{method} {}</code></h2><p>{}</p>",
                escape(path),
                escape(summary)
            ));
            if !text.is_empty() {
                page.push_str(&format!("<p>{}</p>", escape(text)));
            }
            let parameters = operation
                .parameters
                .iter()
                .flatten()
                .filter_map(|p| match p {
                    RefOr::T(parameter) => Some(parameter),
                    RefOr::Ref(_) => None,
                });
            let mut items = parameters
                .map(|p| {
                    let about = p.description.as_deref().unwrap_or_default();
                    format!(
                        "<li><code>{}</code> {}</li>",
                        escape(&p.name),
                        escape(about)
                    )
                })
                .peekable();
            if items.peek().is_some() {
                page.push_str(&format!("<ul>{}</ul>", items.collect::<String>()));
            }
        }
    }
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
