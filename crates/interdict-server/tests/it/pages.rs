//! Every page of the workbench, over lists and customers whose every field is awkward: markup,
//! quotes, text from right to left, very long names.

mod awkward;
mod mask;

use std::sync::OnceLock;

use super::common::{Running, Start, start_with};
use mask::masked;

fn house() -> &'static Running {
    static RUNNING: OnceLock<Running> = OnceLock::new();
    RUNNING.get_or_init(|| {
        let start = Start {
            files: Vec::new(),
            ..Start::default()
        };
        start_with(start, awkward::furnish)
    })
}

/// Fields of a form as a browser sends them.
fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| -> String {
        let byte = |b: u8| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(b).to_string(),
            other => format!("%{other:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    pairs.join("&")
}

/// What must hold for every page, whatever it shows.
fn check(page: &str) {
    let scripts: Vec<&str> = page.split("<script").skip(1).collect();
    for script in &scripts {
        assert!(
            script.starts_with(" src=\"/assets/"),
            "a script of its own: {script:.200}"
        );
    }
    assert!(scripts.len() <= 1);
    for raw in [
        "<img src=x",
        "<b>bold",
        "</title><script",
        " style=\"",
        "<style",
        "javascript:",
    ] {
        assert!(!page.contains(raw), "{raw} stands in the page");
    }
    for handler in ["onerror=\"", "onclick=\"", "onload=\""] {
        assert!(!page.contains(handler), "{handler} stands in the page");
    }
    // Whoever cannot see the page hears a heading, a language and where the content begins.
    for needed in ["<html lang=\"en\"", "<h1", "<main id=\"main\"", "<title>"] {
        assert!(page.contains(needed), "{needed} is missing");
    }
}

fn shown(name: &str, path: &str) {
    let reply = house().get(path).with(200);
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let policy = reply.header("content-security-policy").unwrap_or_default();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    check(&reply.body);
    insta::assert_snapshot!(name, masked(&reply.body));
}

fn answered(name: &str, path: &str, fields: &[(&str, &str)]) {
    let kind = Some("application/x-www-form-urlencoded");
    let reply = house().post_as(path, kind, &form(fields)).with(200);
    check(&reply.body);
    insta::assert_snapshot!(name, masked(&reply.body));
}

#[test]
fn overview() {
    shown("overview", "/workbench");
}

#[test]
fn alerts() {
    shown("alerts", "/workbench/alerts");
    shown("alerts-decided", "/workbench/alerts?state=decided");
}

#[test]
fn alert() {
    shown("alert", "/workbench/alert?id=1");
}

#[test]
fn look_alikes() {
    shown("alike", "/workbench/alike?alert=1&like=same-customer");
}

#[test]
fn approvals() {
    shown("approvals", "/workbench/approvals");
}

#[test]
fn rules() {
    shown("rules", "/workbench/rules");
}

#[test]
fn search() {
    shown("search", "/workbench/search");
    answered("search-found", "/workbench/search", &[("q", "mallory")]);
    answered(
        "search-nothing",
        "/workbench/search",
        &[("q", "<script>alert(7)</script>zzz")],
    );
}

#[test]
fn screen() {
    shown("screen", "/workbench/screen");
    let fields = [
        ("name", "Mallory \"Quote\" O'Neil"),
        ("kind", "Person"),
        ("date", "1970-01-02"),
        ("countries", "Iran, <b>bold</b>"),
        ("numbers", "passport:\"><img src=x onerror=alert(1)>"),
    ];
    answered("screen-answer", "/workbench/screen", &fields);
    answered("screen-empty", "/workbench/screen", &[("kind", "Person")]);
}

#[test]
fn entity() {
    shown("entity", "/workbench/entity?id=awk%3C1%3E");
}

#[test]
fn lists() {
    shown("lists", "/workbench/lists");
    shown("list", "/workbench/list?name=awkward");
    shown("publication-held-back", "/workbench/publication?id=3");
    shown("diff", "/workbench/diff?from=1&to=2");
    shown("diff-removed", "/workbench/diff?from=2&to=3&kind=removed");
}

#[test]
fn books() {
    shown("books", "/workbench/books");
    shown("book", "/workbench/book?name=%3Cb%3Ebold%3C%2Fb%3E");
}

#[test]
fn policies() {
    shown("policies", "/workbench/policies");
    let fields = [
        ("book", "<b>bold</b>"),
        ("do", "try"),
        (
            "policy",
            "format = 1\nname = \"</textarea><script>alert(1)</script>\"\n[threshold]\ndefault = 0.99\n",
        ),
    ];
    answered("policies-effect", "/workbench/policies", &fields);
}

#[test]
fn audit() {
    shown("audit", "/workbench/audit");
    let key = awkward::CUSTOMER;
    answered(
        "audit-subject",
        "/workbench/audit",
        &[("do", "subject"), ("key", key)],
    );
}

#[test]
fn users() {
    shown("users", "/workbench/users");
}

#[test]
fn what_is_not_there_is_said_on_a_page() {
    for path in [
        "/workbench/alert?id=99",
        "/workbench/entity?id=%3Cscript%3E",
        "/workbench/list?name=none",
        "/workbench/book?name=none",
        "/workbench/publication?id=99",
        "/workbench/nothing",
    ] {
        let reply = house().get(path).with(404);
        check(&reply.body);
        assert!(reply.body.contains("role=\"alert\""), "{path}");
    }
}

#[test]
fn another_site_sends_no_forms() {
    let kind = Some("application/x-www-form-urlencoded");
    let body = form(&[("do", "verify")]);
    let headers = [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ];
    let reply = house().post_with("/workbench/audit", kind, &body, &headers);
    // Who may not be believed to have sent it is asked to log in, and nothing was done.
    assert_eq!(reply.status, 303);
    assert_eq!(reply.header("location"), Some("/login"));
}

#[test]
fn assets_are_kept_for_good_and_named_by_what_they_hold() {
    let page = house().get("/workbench").body;
    let style = page
        .split("href=\"/assets/workbench-")
        .nth(1)
        .expect("a style");
    let name = style.split('"').next().expect("a name");
    let reply = house().get(&format!("/assets/workbench-{name}")).with(200);
    assert_eq!(
        reply.header("content-type"),
        Some("text/css; charset=utf-8")
    );
    let kept = reply.header("cache-control").unwrap_or_default();
    assert!(kept.contains("immutable"), "{kept}");
    house()
        .get("/assets/workbench-0000000000000000.css")
        .with(404);
}
