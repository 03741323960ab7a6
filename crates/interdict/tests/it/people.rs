//! Users, keys, alerts from hand to hand, the audit chain and its exports, through the binary.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use crate::run::{Run, command, example, finish, interdict};

/// A data folder of its own with the example list and a screened book.
struct Bank {
    dir: tempfile::TempDir,
    data: String,
}

impl Bank {
    fn new() -> Bank {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data").display().to_string();
        interdict(&["demo", "--keep", &data]).ended(0);
        let bank = Bank { dir, data };
        bank.run(&[
            "book",
            "load",
            "retail",
            &example("customers.csv"),
            "--as",
            "ops",
        ])
        .ended(0);
        bank
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut all = vec!["--data-dir", &self.data];
        all.extend(arguments);
        interdict(&all)
    }

    /// Under an API key.
    fn under(&self, key: &str, arguments: &[&str]) -> Run {
        let mut command = command();
        command
            .env("INTERDICT_API_KEY", key)
            .args(["--data-dir", &self.data])
            .args(arguments);
        finish(&mut command)
    }

    fn user(&self, login: &str, role: &str) -> String {
        self.run(&["user", "add", login, "--role", role]).ended(0);
        let key = self.run(&["key", "add", login, "--label", "test"]).ended(0);
        assert!(key.err.contains("only time"), "{}", key.err);
        key.out.trim().to_owned()
    }

    fn policy(&self, text: &str) -> String {
        let path = self.path("policy.toml");
        std::fs::write(&path, format!("format = 1\n{text}")).unwrap();
        path.display().to_string()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn alerts(&self) -> Vec<Value> {
        let all = self.run(&["--json", "alerts"]).ended(0).json();
        all["alerts"].as_array().unwrap().clone()
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn an_alert_goes_from_open_to_approved_by_two_persons() {
    let bank = Bank::new();
    let policy = bank.policy("[four_eyes]\nfalse_positive = true\n");
    bank.run(&["book", "screen", "retail", "--policy", &policy])
        .ended(0);
    let ann = bank.user("ann", "analyst");
    let bo = bank.user("bo", "approver");
    bank.run(&[
        "user",
        "add",
        "ann-2",
        "--role",
        "approver",
        "--same-as",
        "ann",
    ])
    .ended(0);
    let same = bank
        .run(&["key", "add", "ann-2", "--label", "second"])
        .ended(0);
    let id = bank.alerts()[0]["alert"].to_string();
    bank.under(&ann, &["alerts", "take", &id]).ended(0);
    let mine = bank
        .run(&["--json", "alerts", "--assignee", "ann"])
        .ended(0)
        .json();
    assert_eq!(mine["alerts"][0]["alert"].to_string(), id);
    let held = bank.under(&bo, &["alerts", "put-back", &id]);
    assert_eq!(
        held.code, 0,
        "an approver may assign, so may put back: {}",
        held.err
    );
    let decided = bank
        .under(
            &ann,
            &[
                "alerts",
                "decide",
                &id,
                "--disposition",
                "false-positive",
                "--reason",
                "born twenty years later",
                "--code",
                "other-date",
            ],
        )
        .ended(0);
    assert!(
        decided.out.contains("proposed: another person must agree"),
        "{}",
        decided.out
    );
    for own in [ann.as_str(), same.out.trim()] {
        let refused = bank.under(own, &["alerts", "approve", &id]).ended(1);
        assert!(
            refused.err.contains("another natural person") || refused.err.contains("right approve"),
            "{}",
            refused.err
        );
    }
    bank.under(&bo, &["alerts", "approve", &id]).ended(0);
    let shown = bank.run(&["--json", "alerts", "show", &id]).ended(0).json();
    let alert = &shown["alerts"][0];
    assert_eq!(
        (&alert["state"], &alert["disposition"]),
        (&"approved".into(), &"false-positive".into())
    );
    let whole = bank.run(&["audit", "verify"]).ended(0);
    assert!(whole.out.contains("the chain is whole"), "{}", whole.out);
    // Who leaves lets go of everything, and the name stays.
    let other = bank.alerts()[0]["alert"].to_string();
    bank.under(&ann, &["alerts", "take", &other]).ended(0);
    let gone = bank
        .run(&["user", "disable", "ann", "--reason", "leaves"])
        .ended(0);
    assert!(gone.out.contains("1 keys ended"), "{}", gone.out);
    bank.under(&ann, &["alerts"]).ended(1);
    let log = bank
        .run(&["audit", "log", "--about", &format!("alert/{id}")])
        .ended(0);
    assert!(log.out.contains("alert-approved"), "{}", log.out);
}

#[test]
fn an_unchecked_name_still_decides_and_a_key_may_only_what_it_may() {
    let bank = Bank::new();
    let id = bank.alerts()[0]["alert"].to_string();
    let done = bank
        .run(&[
            "alerts",
            "decide",
            &id,
            "--disposition",
            "false-positive",
            "--reason",
            "x",
            "--as",
            "dee",
        ])
        .ended(0);
    assert!(done.out.contains("decided"), "{}", done.out);
    let view = bank.user("vic", "viewer");
    let other = bank.alerts()[0]["alert"].to_string();
    let refused = bank
        .under(
            &view,
            &[
                "alerts",
                "decide",
                &other,
                "--disposition",
                "false-positive",
                "--reason",
                "x",
            ],
        )
        .ended(1);
    assert!(refused.err.contains("right work"), "{}", refused.err);
    let refused = bank
        .under(&view, &["user", "add", "x", "--role", "admin"])
        .ended(1);
    assert!(
        refused.err.contains("right manage-users"),
        "{}",
        refused.err
    );
    let refused = bank.under("ik_nonsense", &["alerts"]).ended(1);
    assert!(refused.err.contains("wrong credentials"), "{}", refused.err);
    let both = bank
        .under(&view, &["alerts", "take", &other, "--as", "dee"])
        .ended(2);
    assert!(both.err.contains("one of the two"), "{}", both.err);
    bank.run(&["alerts", "ways"]).ended(0);
}

#[test]
fn passwords_come_from_stdin_and_the_last_admin_can_be_recovered() {
    let bank = Bank::new();
    let mut child = command()
        .args([
            "--data-dir",
            &bank.data,
            "user",
            "add",
            "adm",
            "--role",
            "admin",
            "--password",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"correct horse battery\n")
        .unwrap();
    assert!(child.wait().unwrap().success());
    let users = bank.run(&["--json", "user", "list"]).ended(0).json();
    assert_eq!(users["users"][0]["password"], true);
    let last = bank
        .run(&["user", "disable", "adm", "--reason", "x"])
        .ended(1);
    assert!(
        last.err.contains("last user who can manage users"),
        "{}",
        last.err
    );
    let file = bank.path("adm.key");
    bank.run(&["user", "recover", "adm", "--key-file", &text(&file)])
        .ended(0);
    let key = std::fs::read_to_string(&file).unwrap();
    bank.under(key.trim(), &["user", "list"]).ended(0);
}

#[test]
fn an_export_proves_itself_and_any_change_to_it_is_told() {
    let bank = Bank::new();
    let alert = bank.alerts()[0].clone();
    let id = alert["alert"].to_string();
    let file = bank.path("passport.txt");
    std::fs::write(&file, "a passport").unwrap();
    bank.run(&[
        "alerts",
        "attach",
        &id,
        &text(&file),
        "--media-type",
        "text/plain",
    ])
    .ended(0);
    bank.run(&["alerts", "comment", &id, "--reason", "<b>looked</b>"])
        .ended(0);
    let sealed = text(&bank.path("sealed.jsonl"));
    bank.run(&["audit", "checkpoint", &sealed]).ended(0);
    let folder = bank.path("case");
    bank.run(&["audit", "export", "--case", &id, &text(&folder)])
        .ended(0);
    let verify = || {
        interdict(&[
            "audit",
            "verify",
            "--export",
            &text(&folder),
            "--checkpoint",
            &sealed,
        ])
    };
    let whole = verify().ended(0);
    assert!(whole.out.contains("2 checkpoints met"), "{}", whole.out);
    let page = std::fs::read_to_string(folder.join("index.html")).unwrap();
    assert!(page.contains("&lt;b&gt;looked&lt;/b&gt;") && !page.contains("<b>looked"));
    let case: Value =
        serde_json::from_slice(&std::fs::read(folder.join("case.json")).unwrap()).unwrap();
    assert_eq!(case["alerts"][0]["alert"].to_string(), id);
    let statements = std::fs::read_to_string(folder.join("evidence/statements.jsonl")).unwrap();
    let first: Value = serde_json::from_str(statements.lines().next().unwrap()).unwrap();
    assert_eq!(first["entity"], alert["entity"]);
    assert!(first["file"].is_string(), "{first}");
    let attached = folder.join("evidence/attachments/1-passport.txt");
    assert_eq!(std::fs::read_to_string(&attached).unwrap(), "a passport");
    // Every file, changed by one byte, put in, or taken away.
    for name in [
        "index.html",
        "case.json",
        "evidence/statements.jsonl",
        "evidence/attachments/1-passport.txt",
        "manifest.json",
    ] {
        let path = folder.join(name);
        let before = std::fs::read(&path).unwrap();
        let mut after = before.clone();
        let last = after.len() - 2;
        after[last] ^= 1;
        std::fs::write(&path, &after).unwrap();
        assert_eq!(verify().code, 1, "{name}");
        std::fs::write(&path, &before).unwrap();
    }
    let stray = folder.join("evidence/more.txt");
    std::fs::write(&stray, "x").unwrap();
    assert!(verify().ended(1).out.contains("was put into the folder"));
    std::fs::remove_file(&stray).unwrap();
    let rows = folder.join("chain/rows.jsonl");
    let chain = std::fs::read_to_string(&rows).unwrap();
    std::fs::write(&rows, chain.replacen("book-loaded", "book-loadee", 1)).unwrap();
    let told = verify().ended(1).out;
    assert!(told.contains("was altered"), "{told}");
    std::fs::write(&rows, &chain).unwrap();
    verify().ended(0);
    // One customer's whole history.
    let customer = alert["customer"].as_str().unwrap();
    let folder = bank.path("customer");
    bank.run(&["audit", "export", "--customer", customer, &text(&folder)])
        .ended(0);
    interdict(&["audit", "verify", "--export", &text(&folder)]).ended(0);
    let nobody = bank.run(&[
        "audit",
        "export",
        "--customer",
        "nobody",
        &text(&bank.path("n")),
    ]);
    assert!(nobody.ended(1).err.contains("nobody"));
}

#[test]
fn a_screening_is_computed_again_from_the_publishers_files() {
    let bank = Bank::new();
    let policy = bank.policy("[threshold]\ndefault = 0.75\n");
    bank.run(&["book", "screen", "retail", "--policy", &policy])
        .ended(0);
    for screening in ["1", "2"] {
        let again = bank.run(&["--json", "audit", "replay", screening]);
        let said = again.json();
        assert_eq!(again.code, 0, "{}", again.out);
        assert_eq!(
            said["recorded_answers"], said["answers"],
            "screening {screening}"
        );
        assert_eq!(said["lists"][0]["from_files"], true);
        assert_eq!(said["lists"][0]["same_content"], true);
        assert_eq!(said["counts"].as_array().unwrap().len(), 0);
        assert!(said["hits"].as_u64().unwrap() > 10);
    }
    let left: Vec<_> = std::fs::read_dir(&bank.data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().starts_with("replay"))
        .collect();
    assert_eq!(left.len(), 0, "{left:?}");
    let told = bank.run(&["audit", "replay", "2"]).ended(0);
    assert!(told.out.contains("byte for byte"), "{}", told.out);
    let unknown = bank.run(&["audit", "replay", "99"]).ended(1);
    assert!(unknown.err.contains("no screening 99"), "{}", unknown.err);
    bank.run(&["audit", "erase", "--dry-run"]).ended(0);
}
