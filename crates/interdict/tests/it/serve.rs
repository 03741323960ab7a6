//! The server as a process: killed in the middle of a job, told to stop, and what its log says.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::run::{command, example, interdict};

/// Longest that anything here may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

struct Serving {
    process: Child,
    address: String,
    key: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Ended already where a test ended it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Serving {
    fn on(folder: &Path) -> Serving {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(folder.join("log"))
            .unwrap();
        let data = folder.join("data");
        let mut process = command()
            .args(["serve", "--port", "0", "--data-dir"])
            .arg(&data)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines
            .find_map(|line| {
                let line = line.unwrap();
                let (_, address) = line.split_once("serves on ")?;
                Some(address.trim().to_owned())
            })
            .expect("it says where it listens");
        let key = std::fs::read_to_string(data.join("first-admin.key")).unwrap();
        Serving {
            process,
            address,
            key: key.trim().to_owned(),
        }
    }

    fn ask(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .into();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header("authorization", format!("ApiKey {}", self.key))
            .header("content-type", kind)
            .body(body.to_vec())
            .unwrap();
        let mut reply = agent.run(request).unwrap();
        let mut bytes = Vec::new();
        reply
            .body_mut()
            .as_reader()
            .read_to_end(&mut bytes)
            .unwrap();
        (reply.status().as_u16(), bytes)
    }

    fn json(&self, method: &str, path: &str, body: &str) -> Value {
        let (status, bytes) = self.ask(method, path, "application/json", body.as_bytes());
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(
            (200..300).contains(&status),
            "{method} {path}: {status} {text}"
        );
        serde_json::from_str(&text).unwrap()
    }

    fn upload(&self, file: &str) -> String {
        let form = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"customers.csv\"\r\n\r\n\
             {file}\r\n--x--\r\n"
        );
        let kind = "multipart/form-data; boundary=x";
        let (status, bytes) = self.ask("POST", "/api/v1/jobs", kind, form.as_bytes());
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(status, 201, "{text}");
        let job: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(job["questions"], serde_json::json!([]), "{job}");
        job["id"].as_str().unwrap().to_owned()
    }

    fn job(&self, id: &str) -> Value {
        self.json("GET", &format!("/api/v1/jobs/{id}"), "")
    }

    fn wait(&self, id: &str, ready: impl Fn(&Value) -> bool) -> Value {
        let since = Instant::now();
        loop {
            let job = self.job(id);
            if ready(&job) {
                return job;
            }
            assert_ne!(job["state"], "failed", "{job}");
            assert!(since.elapsed() < PATIENCE, "{job}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn result(&self, id: &str) -> Vec<u8> {
        let (status, bytes) = self.ask("GET", &format!("/api/v1/jobs/{id}/result"), "", b"");
        assert_eq!(status, 200);
        bytes
    }
}

fn customers(rows: usize) -> String {
    let names = ["Ann Lee", "Andrei Belousov", "Marta Nowak", "John Smith"];
    let mut file = String::from("customer_id,name,birth_date,country\n");
    for row in 0..rows {
        let name = names[row % names.len()];
        file.push_str(&format!(
            "c-{row},{name} {row},19{:02}-03-17,ru\n",
            row % 90 + 10
        ));
    }
    file
}

fn lists(folder: &Path) {
    let data = folder.join("data").display().to_string();
    let list = example("watchlist.ftm.json");
    interdict(&[
        "--data-dir",
        &data,
        "import",
        "--dataset",
        "example_watchlist",
        &list,
    ])
    .ended(0);
}

#[test]
fn a_job_that_is_killed_ends_with_the_result_of_an_undisturbed_run() {
    let folder = tempfile::tempdir().unwrap();
    lists(folder.path());
    let file = customers(30_000);
    let mut serving = Serving::on(folder.path());
    let killed = serving.upload(&file);
    for _ in 0..2 {
        let before = serving.job(&killed)["done"].as_u64().unwrap();
        let job = serving.wait(&killed, |job| {
            job["state"] == "done" || job["done"].as_u64().unwrap() > before + 1_000
        });
        assert_ne!(
            job["state"], "done",
            "the file is too small for this machine"
        );
        // On Unix this is SIGKILL: nothing is told to end.
        serving.process.kill().unwrap();
        serving.process.wait().unwrap();
        serving = Serving::on(folder.path());
    }
    let job = serving.wait(&killed, |job| job["state"] == "done");
    assert_eq!(
        (job["rows"].as_u64(), job["done"].as_u64()),
        (Some(30_000), Some(30_000))
    );
    let undisturbed = serving.upload(&file);
    let whole = serving.wait(&undisturbed, |job| job["state"] == "done");
    assert_eq!(job["output_sha256"], whole["output_sha256"]);
    assert_eq!(job["counts"], whole["counts"]);
    assert_eq!(serving.result(&killed), serving.result(&undisturbed));
    // Each of the two left its record once.
    let proofs = serving.json("POST", "/api/v1/audit/subject", r#"{"key":"c-17"}"#);
    assert_eq!(
        proofs["screenings"].as_array().unwrap().len(),
        2,
        "{proofs}"
    );
    let verified = serving.json("POST", "/api/v1/audit/verify", "{}");
    assert_eq!(verified["whole"], true, "{verified}");
}

#[test]
fn a_planted_name_is_in_no_log_metric_or_address() {
    const NAME: &str = "Zyxwvut Qplanted";
    let folder = tempfile::tempdir().unwrap();
    lists(folder.path());
    let mut serving = Serving::on(folder.path());
    let body = format!(
        r#"{{"queries":[{{"id":"k-{NAME}","schema":"Person","properties":{{"name":"{NAME}"}}}}]}}"#
    );
    let answer = serving.json("POST", "/api/v1/screen", &body);
    assert_eq!(answer["results"][0]["query"]["id"], format!("k-{NAME}"));
    let compatible = format!(
        r#"{{"queries":{{"q":{{"schema":"Person","properties":{{"name":["{NAME}"]}}}}}}}}"#
    );
    serving.json("POST", "/match/default", &compatible);
    let encoded = NAME.replace(' ', "%20");
    serving.ask("GET", &format!("/search/default?q={encoded}"), "", b"");
    serving.ask("GET", &format!("/entities/{encoded}"), "", b"");
    serving.ask("GET", &format!("/nowhere/{encoded}"), "", b"");
    serving.ask(
        "POST",
        "/api/v1/screen",
        "application/json",
        NAME.as_bytes(),
    );
    let wrong = format!(r#"{{"login":"{NAME}","password":"{NAME}"}}"#);
    let (status, _) = serving.ask(
        "POST",
        "/api/v1/session",
        "application/json",
        wrong.as_bytes(),
    );
    assert_eq!(status, 401);
    let job = serving.upload(&format!("customer_id,name\nc-1,{NAME}\nc-2,Ann Lee\n"));
    serving.wait(&job, |job| job["state"] == "done");
    let (status, metrics) = serving.ask("GET", "/metrics", "", b"");
    assert_eq!(status, 200);
    let metrics = String::from_utf8(metrics).unwrap();
    assert!(
        metrics.contains("interdict_http_requests_total"),
        "{metrics}"
    );
    assert!(metrics.contains("route=\"/api/v1/screen\""), "{metrics}");

    // SIGTERM: it stops by itself, with exit code 0.
    let id = serving.process.id().to_string();
    let told = std::process::Command::new("kill")
        .arg(&id)
        .status()
        .unwrap();
    assert!(told.success());
    assert!(serving.process.wait().unwrap().success());
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(log.contains("/search/{dataset}"), "{log}");
    for (what, text) in [("log", &log), ("metrics", &metrics)] {
        for part in NAME.split(' ') {
            let found = text.lines().find(|line| line.contains(part));
            assert_eq!(found, None, "{what}");
        }
    }
}
