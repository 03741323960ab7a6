//! Every route of the description, with every kind of credential.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use interdict_desk::accounts::{NewKey, NewUser};
use interdict_desk::{Desk, NoIndex};
use interdict_screening::Policy;
use interdict_store::{Actor, Right, Role};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tower::ServiceExt as _;

use super::*;
use crate::auth::{Need, need_of, rows};
use crate::config::Config;

struct House {
    app: App,
    _folder: tempfile::TempDir,
}

const PASSWORD: &str = "a long enough pass phrase 7";

impl House {
    async fn new(config: Config) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let desk = Desk::open_with(folder.path(), Arc::new(NoIndex))
            .await
            .expect("a desk");
        let policy = Policy::shipped().expect("the shipped policy");
        let app = App::open(desk, policy, config).await.expect("an app");
        House {
            app,
            _folder: folder,
        }
    }

    async fn user(&self, login: &str, roles: &[Role]) {
        let user = NewUser {
            login: login.to_owned(),
            name: login.to_owned(),
            person: None,
            roles: roles.to_vec(),
            password: Some(PASSWORD.to_owned()),
        };
        let by = Actor::system("test");
        let made = self.app.desk().add_user(&by, user, Timestamp::now()).await;
        made.expect("a user");
    }

    async fn key(&self, login: &str, scopes: &[Right], ends: Option<Timestamp>) -> String {
        let new = NewKey {
            login: login.to_owned(),
            label: "test".to_owned(),
            scopes: scopes.to_vec(),
            expires_at: ends,
        };
        let by = Actor::system("test");
        let made = self.app.desk().add_key(&by, new, Timestamp::now()).await;
        made.expect("a key").1
    }

    async fn ask(&self, request: Request<Body>) -> (StatusCode, axum::http::HeaderMap, Value) {
        let reply = router(self.app.clone())
            .oneshot(request)
            .await
            .expect("infallible");
        let (parts, body) = reply.into_parts();
        let bytes = to_bytes(body, 1 << 24).await.expect("a body");
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        (parts.status, parts.headers, body)
    }
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
        .body(Body::from(body.to_owned()))
        .expect("a request")
}

/// Every operation of the description: method, pattern, and a path that fits.
fn operations() -> Vec<(Method, String, String)> {
    let (_, description) = described().split_for_parts();
    let mut all = Vec::new();
    for (pattern, item) in &description.paths.paths {
        let mut path = pattern.clone();
        while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
            path.replace_range(from..=to, "1");
        }
        for (method, operation) in [
            (Method::GET, &item.get),
            (Method::POST, &item.post),
            (Method::PUT, &item.put),
            (Method::DELETE, &item.delete),
            (Method::PATCH, &item.patch),
        ] {
            if operation.is_some() {
                all.push((method, pattern.clone(), path.clone()));
            }
        }
    }
    assert!(all.len() > 40, "the description has its routes");
    all
}

#[tokio::test]
async fn every_route_asks_for_a_credential_that_is_good_and_strong_enough() {
    let house = House::new(Config::default()).await;
    house.user("ann", &[Role::Admin, Role::Mlro]).await;
    let past = Timestamp::now() - SignedDuration::from_hours(1);
    let expired = house.key("ann", &[], Some(past)).await;
    for (method, pattern, path) in operations() {
        let need = need_of(&method, &pattern);
        let what = format!("{method} {pattern}");
        let need = need.unwrap_or_else(|| panic!("{what} has no row in its table of needs"));
        if need == Need::Nothing {
            continue;
        }
        let bad = [
            None,
            Some("ApiKey ik_0000".to_owned()),
            Some("Bearer ".to_owned()),
            Some("Basic YW5uOnB3".to_owned()),
            Some(format!("ApiKey {expired}")),
        ];
        for credential in bad {
            let headers: Vec<(&str, &str)> = credential
                .iter()
                .map(|value| ("authorization", value.as_str()))
                .collect();
            let (status, headers, body) = house
                .ask(request(method.as_str(), &path, &headers, "{}"))
                .await;
            assert_eq!(
                status,
                StatusCode::UNAUTHORIZED,
                "{what} with {credential:?}"
            );
            assert!(headers.contains_key(header::WWW_AUTHENTICATE), "{what}");
            assert!(body["detail"].is_string(), "{what}: {body}");
        }
        if let Need::Right(right) = need {
            let others: Vec<Right> = Right::ALL.into_iter().filter(|r| *r != right).collect();
            let weak = house.key("ann", &others, None).await;
            let weak = format!("ApiKey {weak}");
            let headers = [("authorization", weak.as_str())];
            let (status, _, body) = house
                .ask(request(method.as_str(), &path, &headers, "{}"))
                .await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{what}: {body}");
        }
    }
}

#[tokio::test]
async fn a_strong_credential_is_never_stopped_at_the_door() {
    let house = House::new(Config::default()).await;
    house.user("ann", &Role::ALL).await;
    // Key 1 is what the walk over all routes ends.
    house.key("ann", &[], None).await;
    let key = format!("apikey {}", house.key("ann", &[], None).await);
    for (method, pattern, path) in operations() {
        if matches!(path.as_str(), "/api/v1/session" | "/updatez") {
            continue;
        }
        let headers = [("authorization", key.as_str())];
        let (status, reply, body) = house
            .ask(request(method.as_str(), &path, &headers, "{}"))
            .await;
        let what = format!("{method} {pattern}: {status} {body}");
        assert!(
            !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN),
            "{what}"
        );
        assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{what}");
        for header in [
            "x-request-id",
            "content-security-policy",
            "x-content-type-options",
        ] {
            assert!(reply.contains_key(header), "{what}: {header}");
        }
    }
}

#[test]
fn every_row_of_the_own_api_is_a_route() {
    let known = operations();
    for (surface, method, pattern, _) in rows() {
        let described = known
            .iter()
            .any(|(m, p, _)| m.as_str() == method && p == pattern);
        let of_the_description = matches!(pattern, "/openapi.json" | "/docs");
        assert!(
            described || of_the_description || surface != crate::auth::Surface::Own,
            "{method} {pattern} is no route"
        );
    }
}

#[tokio::test]
async fn a_session_writes_only_with_its_token() {
    let house = House::new(Config::default()).await;
    house.user("ann", &[Role::Admin]).await;
    let wrong = r#"{"login":"ann","password":"not it at all"}"#;
    let (status, headers, _) = house
        .ask(request("POST", "/api/v1/session", &[], wrong))
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(!headers.contains_key(header::SET_COOKIE));
    let right = format!(r#"{{"login":"ann","password":"{PASSWORD}"}}"#);
    let (status, headers, who) = house
        .ask(request("POST", "/api/v1/session", &[], &right))
        .await;
    assert_eq!(status, StatusCode::OK, "{who}");
    let cookie = headers[header::SET_COOKIE]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    let csrf = who["csrf"].as_str().expect("a token").to_owned();

    let get = request("GET", "/api/v1/users", &[("cookie", &cookie)], "");
    assert_eq!(house.ask(get).await.0, StatusCode::OK);
    let body = r#"{"login":"bob","name":"Bob","roles":["viewer"]}"#;
    for headers in [
        vec![("cookie", cookie.as_str())],
        vec![("cookie", cookie.as_str()), ("x-csrf-token", "0000")],
        vec![
            ("cookie", cookie.as_str()),
            ("origin", "https://evil.example"),
            ("host", "bank.example"),
            ("content-type", "multipart/form-data; boundary=x"),
        ],
        vec![
            ("cookie", cookie.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ],
    ] {
        let (status, _, _) = house
            .ask(request("POST", "/api/v1/users", &headers, body))
            .await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    let headers = [("cookie", cookie.as_str()), ("x-csrf-token", csrf.as_str())];
    let (status, _, made) = house
        .ask(request("POST", "/api/v1/users", &headers, body))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{made}");

    let (status, _, _) = house
        .ask(request("DELETE", "/api/v1/session", &headers, ""))
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let get = request("GET", "/api/v1/users", &[("cookie", &cookie)], "");
    assert_eq!(house.ask(get).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once() {
    let house = House::new(Config::default()).await;
    house.user("ann", &[Role::Admin]).await;
    house.user("bob", &[Role::Analyst]).await;
    let admin = format!("ApiKey {}", house.key("ann", &[], None).await);
    let theirs = format!("ApiKey {}", house.key("bob", &[], None).await);
    let get = || request("GET", "/api/v1/lists", &[("authorization", &theirs)], "");
    assert_eq!(house.ask(get()).await.0, StatusCode::OK);
    let why = r#"{"reason":"left the bank"}"#;
    let (status, _, body) = house
        .ask(request(
            "POST",
            "/api/v1/users/bob/disable",
            &[("authorization", &admin)],
            why,
        ))
        .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["keys"], 1);
    assert_eq!(house.ask(get()).await.0, StatusCode::UNAUTHORIZED);
    let (status, _, body) = house
        .ask(request(
            "POST",
            "/api/v1/users/ann/disable",
            &[("authorization", &admin)],
            why,
        ))
        .await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::CONFLICT, &"conflict".into())
    );
}

#[tokio::test]
async fn what_is_too_large_or_too_often_is_refused() {
    let config = Config {
        max_body: 1_000,
        max_url: 200,
        rate_per_second: 1,
        ..Config::default()
    };
    let house = House::new(config).await;
    house.user("ann", &Role::ALL).await;
    let mut keys = Vec::new();
    for _ in 0..4 {
        keys.push(format!("ApiKey {}", house.key("ann", &[], None).await));
    }
    let auth = |at: usize| ("authorization", keys[at].as_str());
    let long = format!("/api/v1/lists?x={}", "y".repeat(300));
    let (status, _, body) = house.ask(request("GET", &long, &[auth(0)], "")).await;
    assert_eq!(status, StatusCode::URI_TOO_LONG);
    assert_eq!(body["code"], "address-too-long");
    let large = format!(r#"{{"key":"{}"}}"#, "x".repeat(2_000));
    let stated = request(
        "POST",
        "/api/v1/audit/subject",
        &[auth(1), ("content-length", "2010")],
        &large,
    );
    assert_eq!(house.ask(stated).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let streamed = request("POST", "/api/v1/audit/subject", &[auth(2)], &large);
    let (status, _, body) = house.ask(streamed).await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::PAYLOAD_TOO_LARGE, &"too-large".into())
    );
    let mut last = house
        .ask(request("GET", "/api/v1/lists", &[auth(3)], ""))
        .await;
    for _ in 0..50 {
        if last.0 == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        last = house
            .ask(request("GET", "/api/v1/lists", &[auth(3)], ""))
            .await;
    }
    assert_eq!(last.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(last.1[header::RETRY_AFTER], "1");
}

#[tokio::test]
async fn an_open_server_answers_this_machine_only() {
    let config = Config {
        open: true,
        ..Config::default()
    };
    let house = House::new(config).await;
    let here = request("GET", "/api/v1/lists", &[("host", "127.0.0.1:8000")], "");
    assert_eq!(house.ask(here).await.0, StatusCode::OK);
    let elsewhere = request("GET", "/api/v1/lists", &[("host", "rebound.example")], "");
    assert_eq!(house.ask(elsewhere).await.0, StatusCode::UNAUTHORIZED);
    let bad_key = [("host", "127.0.0.1"), ("authorization", "ApiKey ik_1")];
    let (status, _, _) = house
        .ask(request("GET", "/api/v1/lists", &bad_key, ""))
        .await;
    assert_eq!(
        status,
        StatusCode::UNAUTHORIZED,
        "a wrong key is no lack of one"
    );
}

#[tokio::test]
async fn health_needs_nothing_and_unknown_places_say_nothing() {
    let house = House::new(Config::default()).await;
    assert_eq!(
        house.ask(request("GET", "/healthz", &[], "")).await.0,
        StatusCode::OK
    );
    let (status, _, body) = house.ask(request("GET", "/readyz", &[], "")).await;
    assert_eq!(
        (status, &body["status"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"not ready".into())
    );
    for path in [
        "/nowhere",
        "/api/v1/nowhere",
        "/../etc/passwd",
        "/api/v1/users/..%2f..%2fx/y",
    ] {
        let (status, _, _) = house.ask(request("GET", path, &[], "")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, _, _) = house.ask(request("BREW", "/api/v1/lists", &[], "")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_write_that_is_sent_again_is_done_once() {
    let house = House::new(Config::default()).await;
    house.user("ann", &[Role::Admin]).await;
    let key = format!("ApiKey {}", house.key("ann", &[], None).await);
    let headers = [("authorization", key.as_str()), ("idempotency-key", "k-1")];
    let body = r#"{"login":"bob","name":"Bob","roles":["viewer"]}"#;
    let (status, _, made) = house
        .ask(request("POST", "/api/v1/users", &headers, body))
        .await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, reply, again) = house
        .ask(request("POST", "/api/v1/users", &headers, body))
        .await;
    assert_eq!((status, again), (StatusCode::CREATED, made));
    assert_eq!(reply["idempotency-replayed"], "true");
    let other = r#"{"login":"eve","name":"Eve","roles":["viewer"]}"#;
    let (status, _, body) = house
        .ask(request("POST", "/api/v1/users", &headers, other))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(body["code"], "idempotency-key-reused");
    let headers = [("authorization", key.as_str()), ("idempotency-key", "k-2")];
    let body = r#"{"login":"bob","name":"Bob","roles":["viewer"]}"#;
    let (status, _, _) = house
        .ask(request("POST", "/api/v1/users", &headers, body))
        .await;
    assert_eq!(status, StatusCode::CONFLICT, "done anew under another key");
}
