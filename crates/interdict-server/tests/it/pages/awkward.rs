//! A store in which every field that a page shows is awkward.

use std::path::{Path, PathBuf};

use interdict_desk::accounts::{NewKey, NewUser, Role};
use interdict_desk::books::{BookCustomer, RuleRequest};
use interdict_desk::work::{Act, Deed};
use interdict_desk::{Desk, Import, Input, NoProgress};
use interdict_model::{DatasetName, Entity, Recorder, Schema};
use interdict_screening::{Engine, Policy, Snapshot};
use interdict_store::{Actor, Disposition, LoadFacts, NewAttachment};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::common::ftm;

/// Key of the first customer.
pub(crate) const CUSTOMER: &str = "C-1\"><img src=x onerror=alert(1)>";
const BOOK: &str = "<b>bold</b>";
const SCRIPT: &str = "</title><script>alert(1)</script>";
const RIGHT_TO_LEFT: &str = "محمد \u{202e}evil\u{202c} بن سلمان";

fn person(id: &str, name: &str, more: Value) -> Value {
    let mut properties = json!({
        "name": [name],
        "alias": [format!("{SCRIPT} alias"), RIGHT_TO_LEFT],
        "birthDate": ["1970-01-02"],
        "nationality": ["ir"],
        "notes": ["<img src=x onerror=alert(1)> & \"quotes\" 'single'"],
        "topics": ["sanction"],
    });
    if let (Some(all), Some(more)) = (properties.as_object_mut(), more.as_object()) {
        all.extend(more.clone());
    }
    json!({"id": id, "schema": "Person", "properties": properties})
}

fn entities() -> Vec<Value> {
    let mut all = vec![
        person(
            "awk<1>",
            "Mallory \"Quote\" O'Neil & <b>bold</b>",
            json!({}),
        ),
        person("awk-2", &"Maximiliana Longname ".repeat(30), json!({})),
        person("awk-3", "Mallory Wordsworth", json!({"alias": [SCRIPT]})),
        json!({"id": "awk-s", "schema": "Sanction", "properties": {
            "entity": ["awk<1>"], "authority": [SCRIPT], "program": ["<b>bold</b> & more"],
            "listingDate": ["2020-02-03"], "reason": ["<img src=x onerror=alert(1)>"],
            "authorityId": ["\"><b>bold"],
        }}),
        json!({"id": "awk-l", "schema": "Family", "properties": {
            "person": ["awk<1>"], "relative": ["awk-3"], "relationship": ["<b>bold</b>"],
        }}),
        json!({"id": "awk-p", "schema": "Passport", "properties": {
            "holder": ["awk<1>"], "number": ["<b>bold</b>1"], "country": ["ir"],
        }}),
    ];
    for number in 0..20 {
        all.push(person(
            &format!("plain-{number}"),
            &format!("Plain Person{number}"),
            json!({}),
        ));
    }
    all
}

async fn import(desk: &Desk, file: PathBuf, day: &str, accept: bool) {
    let import = Import {
        files: vec![Input::path(file)],
        dataset: Some(DatasetName::new("awkward").expect("a name")),
        published: Some(day.to_owned()),
        accept: accept.then(|| SCRIPT.to_owned()),
        actor: SCRIPT.to_owned(),
        ..Import::default()
    };
    desk.import(import, &NoProgress).await.expect("an import");
}

fn customer(name: &str) -> Entity {
    let mut entity = Entity::new("0", Schema::get("Person").expect("Person"));
    let file = DatasetName::new("file").expect("a name");
    let mut recorder = Recorder::new(&mut entity, &file);
    for (property, value) in [
        ("name", name),
        ("birthDate", "1970"),
        ("nationality", "ir"),
        ("address", "<img src=x onerror=alert(1)> Street \"7\""),
    ] {
        recorder.say(property, value);
    }
    entity
}

async fn customers(desk: &Desk) -> Engine {
    let all = [
        (CUSTOMER, "Mallory \"Quote\" O'Neil"),
        ("C-2", "Mallory Wordsworth"),
        ("C-3", RIGHT_TO_LEFT),
    ];
    let all: Vec<BookCustomer> = all
        .iter()
        .map(|(key, name)| BookCustomer {
            key: (*key).to_owned(),
            parties: vec![customer(name)],
        })
        .collect();
    let facts = LoadFacts {
        book: BOOK.to_owned(),
        at: Timestamp::now(),
        actor: SCRIPT.to_owned(),
        file: SCRIPT.to_owned(),
        sha256: [7; 32],
        profile: String::new(),
        rejected: 0,
    };
    desk.load_book(&facts, &all).await.expect("a load");
    let current = desk.store().current().await.expect("lists");
    let open = desk
        .open_lists(current, &Snapshot::default(), &NoProgress)
        .await
        .expect("open lists");
    let engine = Engine::new(open.snapshot, Policy::shipped().expect("a policy"));
    desk.screen_book(BOOK, &engine, SCRIPT, Timestamp::now(), &NoProgress)
        .await
        .expect("a run");
    engine
}

/// Fills the store: a list in three publications, the last held back; a book; alerts that were
/// worked on; a rule; accounts.
pub(crate) async fn furnish(desk: &Desk) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, all: &[Value]| ftm(Path::new(folder.path()), name, all);
    let all = entities();
    import(desk, write("first", &all), "2020-03-01", true).await;
    let mut second = all.clone();
    if let Some(first) = second.first_mut() {
        *first = person(
            "awk<1>",
            "Mallory \"Quote\" O'Neil & <b>bold</b>",
            json!({
                "birthDate": ["1970-01-03"], "birthPlace": [SCRIPT],
            }),
        );
    }
    second.pop();
    import(desk, write("second", &second), "2020-04-01", true).await;
    import(
        desk,
        write("third", second.get(..8).unwrap_or_default()),
        "2020-05-01",
        false,
    )
    .await;
    let engine = customers(desk).await;
    let at = Timestamp::now();
    let system = Actor::system("test");
    for (login, name, roles) in [
        (
            "ann",
            "Ann <b>bold</b> \"Quote\"",
            vec![Role::Admin, Role::Mlro],
        ),
        ("bob", SCRIPT, vec![Role::Approver, Role::Analyst]),
    ] {
        let user = NewUser {
            login: login.to_owned(),
            name: name.to_owned(),
            person: None,
            roles,
            password: Some("a long enough pass phrase 7".to_owned()),
        };
        desk.add_user(&system, user, at).await.expect("a user");
    }
    let key = NewKey {
        login: "bob".to_owned(),
        label: "<img src=x onerror=alert(1)>".to_owned(),
        scopes: Vec::new(),
        expires_at: Some(Timestamp::new(4_000_000_000, 0).expect("a time")),
    };
    desk.add_key(&system, key, at).await.expect("a key");
    let local = Actor::local(SCRIPT);
    let comment = Act {
        alerts: vec![1],
        deed: Deed::Comment,
        code: None,
        text: format!("{SCRIPT} {RIGHT_TO_LEFT}"),
        seen: None,
    };
    desk.act(&local, comment, at).await.expect("a comment");
    let file = NewAttachment {
        name: "<b>bold.pdf".to_owned(),
        media_type: "text/html".to_owned(),
        bytes: b"<script>alert(1)</script>".to_vec(),
    };
    desk.attach(&local, 1, &file, at).await.expect("a file");
    let decide = Act {
        alerts: vec![2],
        deed: Deed::Decide {
            disposition: Disposition::FalsePositive,
        },
        code: Some("name-only".to_owned()),
        text: SCRIPT.to_owned(),
        seen: None,
    };
    desk.act(&local, decide, at).await.expect("a decision");
    let rule = RuleRequest {
        alert: 1,
        fields: Vec::new(),
        reason: format!("{SCRIPT} reason"),
        author: SCRIPT.to_owned(),
        expires_on: None,
        at,
    };
    desk.acting_as(&local)
        .add_rule(rule, &engine)
        .await
        .expect("a rule");
}
