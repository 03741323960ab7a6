//! `update`: a publisher that behaves, and one that does not.

use std::time::Duration;

use crate::publisher::{Answer, Server, ok, status};
use crate::run::{Run, interdict};

/// A small list in UN XML of a day, with these names.
fn un(day: &str, names: &[&str]) -> Vec<u8> {
    let people: String = names
        .iter()
        .zip(1..)
        .map(|(name, n)| {
            format!(
                "<INDIVIDUAL><DATAID>{n}</DATAID><FIRST_NAME>{name}</FIRST_NAME>\
                 <UN_LIST_TYPE>DPRK</UN_LIST_TYPE>\
                 <REFERENCE_NUMBER>KPi.{n:03}</REFERENCE_NUMBER>\
                 <LISTED_ON>2016-03-02</LISTED_ON></INDIVIDUAL>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><CONSOLIDATED_LIST \
         dateGenerated=\"{day}T00:00:00.000Z\"><INDIVIDUALS>{people}</INDIVIDUALS>\
         <ENTITIES></ENTITIES></CONSOLIDATED_LIST>"
    )
    .into_bytes()
}

/// Enough people for a list to be one.
fn people() -> Vec<String> {
    (0..150).map(|n| format!("Person Number{n}")).collect()
}

fn list(day: &str, more: &[&str]) -> Vec<u8> {
    let people = people();
    let mut names: Vec<&str> = people.iter().map(String::as_str).collect();
    names.extend(more);
    un(day, &names)
}

struct Folder {
    data: tempfile::TempDir,
    server: Server,
}

impl Folder {
    /// A data folder whose `update.toml` asks the server for `/un.xml`, in a hurry.
    fn new() -> Folder {
        let folder = Folder {
            data: tempfile::tempdir().unwrap(),
            server: Server::start(),
        };
        folder.asks(&[("un_sc_sanctions", &["/un.xml"])], "");
        folder
    }

    /// Writes `update.toml`: these lists from these paths, all others off.
    fn asks(&self, lists: &[(&str, &[&str])], client: &str) {
        let mut text = format!(
            "[client]\nstall_seconds = 1.0\nfile_seconds = 3.0\nattempts = 2\n\
             first_wait_seconds = 0.02\nmost_bytes = 400000\n{client}\n"
        );
        let shipped =
            std::fs::read_to_string(crate::run::repository().join("data/publishers.toml"));
        let shipped: toml::Table = toml::from_str(&shipped.unwrap()).unwrap();
        for publisher in shipped["publisher"].as_array().unwrap() {
            let name = publisher["name"].as_str().unwrap();
            if lists.iter().all(|(list, _)| *list != name) {
                text.push_str(&format!(
                    "[[publisher]]\nname = \"{name}\"\nenabled = false\n"
                ));
            }
        }
        for (name, paths) in lists {
            let files: Vec<String> = paths
                .iter()
                .map(|path| {
                    let content = if path.ends_with(".csv") { "csv" } else { "xml" };
                    let file = path.trim_start_matches('/');
                    let address = self.server.at(path);
                    format!(
                        "{{ name = \"{file}\", address = \"{address}\", content = \"{content}\" }}"
                    )
                })
                .collect();
            text.push_str(&format!(
                "[[publisher]]\nname = \"{name}\"\ncheck_hours = 1\nfiles = [{}]\n",
                files.join(", ")
            ));
        }
        std::fs::write(self.data.path().join("update.toml"), text).unwrap();
    }

    fn update(&self, arguments: &[&str]) -> Run {
        let data = self.data.path().display().to_string();
        let mut all = vec!["--data-dir", &data, "update", "--json"];
        all.extend(arguments);
        interdict(&all)
    }

    /// Outcome and note of the first list.
    fn first(&self) -> (String, String) {
        let run = self.update(&[]);
        let answer = run.json();
        let first = &answer["publishers"][0];
        let outcome = first["outcome"].as_str().unwrap().to_owned();
        let trouble = matches!(outcome.as_str(), "failed" | "quarantined");
        assert_eq!(run.code, i32::from(trouble), "{outcome}: {}", run.err);
        (outcome, first["note"].as_str().unwrap().to_owned())
    }

    /// The outcome when the list is answered so.
    fn outcome(&self, answer: Answer) -> String {
        self.server.answers("/un.xml", [answer]);
        let (outcome, note) = self.first();
        eprintln!("{outcome}: {note}");
        outcome
    }

    /// What stops the list when it is answered so; what was stored still answers.
    fn refused(&self, answers: impl IntoIterator<Item = Answer>) -> String {
        self.server.answers("/un.xml", answers);
        let before = self.stored();
        let (outcome, note) = self.first();
        assert!(
            matches!(outcome.as_str(), "failed" | "quarantined"),
            "{note}"
        );
        assert_eq!(self.stored(), before, "{note}");
        note
    }

    /// Number and content of the publication that answers.
    fn stored(&self) -> (serde_json::Value, serde_json::Value) {
        let data = self.data.path().display().to_string();
        let lists = interdict(&["--data-dir", &data, "lists", "--json"]).json();
        let current = &lists["lists"][0]["current"];
        (current["publication"].clone(), current["content"].clone())
    }
}

#[test]
fn what_is_new_is_taken_in_and_what_is_not_is_seen_by_its_bytes() {
    let folder = Folder::new();
    let time = "Tue, 06 Jan 2026 08:00:00 GMT";
    let first = list("2026-01-05", &[]);
    assert_eq!(
        folder.outcome(ok(&[("Last-Modified", time)], first.clone())),
        "new"
    );
    // Another time of last change, the same bytes.
    let later = "Wed, 07 Jan 2026 08:00:00 GMT";
    assert_eq!(
        folder.outcome(ok(&[("Last-Modified", later)], first)),
        "unchanged"
    );
    // The same time of last change, other bytes: the time alone is never asked with.
    folder.server.asked();
    let second = list("2026-01-06", &["Another Person"]);
    assert_eq!(
        folder.outcome(ok(&[("last-MODIFIED", later)], second)),
        "new"
    );
    let asked = folder.server.asked();
    assert!(
        !asked[0].headers.contains_key("if-modified-since"),
        "{asked:?}"
    );
    let agent = &asked[0].headers["user-agent"];
    assert!(
        agent.starts_with("interdict/") && agent.contains("https://"),
        "{agent}"
    );
}

#[test]
fn not_modified_is_believed_where_there_was_a_tag() {
    let folder = Folder::new();
    let headers = [
        ("ETag", "\"v1\""),
        ("Last-Modified", "Tue, 06 Jan 2026 08:00:00 GMT"),
    ];
    assert_eq!(folder.outcome(ok(&headers, list("2026-01-05", &[]))), "new");
    folder.server.asked();
    assert_eq!(folder.outcome(status(304, &headers, "")), "unchanged");
    let asked = folder.server.asked();
    assert_eq!(asked[0].headers["if-none-match"], "\"v1\"");
    assert!(asked[0].headers.contains_key("if-modified-since"));
    // Not for ever.
    folder.asks(
        &[("un_sc_sanctions", &["/un.xml"])],
        "trust_unmodified_hours = 0.0",
    );
    assert_eq!(
        folder.outcome(ok(&headers, list("2026-01-05", &[]))),
        "unchanged"
    );
    assert!(
        !folder.server.asked()[0]
            .headers
            .contains_key("if-none-match")
    );
    // Whoever says so unasked is not believed.
    assert!(
        folder
            .refused([status(304, &[], "")])
            .contains("expected 200")
    );
}

#[test]
fn what_is_no_list_changes_nothing() {
    let folder = Folder::new();
    let whole = list("2026-01-05", &[]);
    assert_eq!(folder.outcome(ok(&[], whole.clone())), "new");
    let html = "<!DOCTYPE html><html><head><title>Sorry</title></head></html>";
    let half = &whole[..whole.len() * 6 / 10];
    let login = folder.server.at("/login?return=un.xml&key=secret");
    let round = folder.server.at("/un.xml");
    folder
        .server
        .answers("/login", [ok(&[("Content-Type", "text/html")], html)]);
    for (answer, words) in [
        (
            ok(&[("Content-Type", "text/html")], html),
            "a web page came (by its content type)",
        ),
        (
            ok(&[("content-type", "text/xml")], html),
            "a web page came (by its first bytes)",
        ),
        (ok(&[], ""), "an empty file came"),
        (ok(&[], "   \n"), "an empty file came"),
        (ok(&[], "{\"error\": \"busy\"}"), "expected XML"),
        // Cut, with a status and a length that fit.
        (ok(&[], half), "un.xml"),
        // Cut, with the length of the whole.
        (Answer::Cut(whole.len() as u64, half.to_vec()), "broke off"),
        (
            status(302, &[("Location", &login)], ""),
            "/login): a web page came",
        ),
        (
            status(301, &[("Location", &round)], ""),
            "redirected more than 8 times",
        ),
        (status(403, &[], "no"), "status 403, forbidden"),
        (status(404, &[], "no"), "status 404"),
        (status(503, &[], "later"), "status 503"),
        (
            Answer::Drip(whole.clone(), Duration::from_millis(5)),
            "not whole in the time",
        ),
        (
            Answer::Endless(vec![b' '; 4096].iter().map(|_| b'<').collect()),
            "at most 400000",
        ),
        (Answer::Cut(1 << 40, whole.clone()), "at most 400000"),
        (Answer::Hang, "/un.xml: "),
    ] {
        let note = folder.refused([answer]);
        assert!(note.contains(words), "{words}: {note}");
        assert!(!note.contains("secret"), "{note}");
    }
}

#[test]
fn trouble_that_passes_is_waited_for() {
    let folder = Folder::new();
    let whole = list("2026-01-05", &[]);
    for (n, trouble) in [
        Answer::Hang,
        status(500, &[], ""),
        status(429, &[("Retry-After", "0")], ""),
        Answer::Cut(whole.len() as u64, whole[..500].to_vec()),
    ]
    .into_iter()
    .enumerate()
    {
        let day = format!("2026-01-{:02}", n + 5);
        let name = format!("Person {n}");
        let good = ok(&[], list(&day, &[&name]));
        folder.server.answers("/un.xml", [trouble, good]);
        assert_eq!(folder.first().0, "new", "{n}");
    }
}

#[test]
fn redirects_and_compressed_answers_are_followed() {
    let folder = Folder::new();
    let signed = folder.server.at("/signed?signature=abc");
    folder
        .server
        .answers("/un.xml", [status(302, &[("Location", &signed)], "")]);
    folder
        .server
        .answers("/signed", [ok(&[], list("2026-01-05", &[]))]);
    assert_eq!(folder.first().0, "new");
    folder.server.asked();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, &list("2026-01-06", &["New Person"])).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(
        folder.outcome(ok(&[("Content-Encoding", "gzip")], packed)),
        "new"
    );
}

#[test]
fn a_publisher_that_wants_to_know_who_asks_can_be_told() {
    let folder = Folder::new();
    folder
        .server
        .answers("/un.xml", [ok(&[], list("2026-01-05", &[]))]);
    folder.server.only_for("bank-of-x ");
    assert!(
        folder
            .refused([ok(&[], list("2026-01-05", &[]))])
            .contains("client.user_agent")
    );
    let client = "user_agent = \"bank-of-x compliance@bank.example\"";
    folder.asks(&[("un_sc_sanctions", &["/un.xml"])], client);
    assert_eq!(folder.first().0, "new");
}

#[test]
fn one_that_fails_stops_no_other_and_is_named() {
    let folder = Folder::new();
    folder.asks(
        &[
            ("ca_dfatd_sema_sanctions", &["/ca.xml"]),
            ("un_sc_sanctions", &["/un.xml"]),
        ],
        "",
    );
    folder
        .server
        .answers("/un.xml", [ok(&[], list("2026-01-05", &[]))]);
    let run = folder.update(&[]).ended(1);
    assert!(
        run.err.contains("not up to date: ca_dfatd_sema_sanctions"),
        "{}",
        run.err
    );
    let answer = run.json();
    assert_eq!(
        answer["failed"],
        serde_json::json!(["ca_dfatd_sema_sanctions"])
    );
    let outcome = |name: &str| {
        let all = answer["publishers"].as_array().unwrap();
        let one = all.iter().find(|p| p["publisher"] == name).unwrap();
        one["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!(outcome("ca_dfatd_sema_sanctions"), "failed");
    assert_eq!(outcome("un_sc_sanctions"), "new");
}

#[test]
fn a_set_comes_whole_or_not_at_all() {
    let folder = Folder::new();
    let set: &[&str] = &["/sdn.csv", "/alt.csv"];
    folder.asks(&[("us_ofac_sdn", set)], "");
    let sdn = |name: &str| -> String {
        let row = |n: usize| {
            format!(
                "{},\"{name} {n}\",-0- ,\"IRAN\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n",
                1000 + n
            )
        };
        (0..50).map(row).collect()
    };
    let alt = "1000,1,\"aka\",\"OTHER\",-0- \r\n";
    folder.server.answers("/sdn.csv", [ok(&[], sdn("FIRM"))]);
    folder.server.answers("/alt.csv", [status(500, &[], "")]);
    let (outcome, note) = folder.first();
    assert_eq!(outcome, "failed");
    assert!(note.contains("/alt.csv: status 500"), "{note}");
    let old = ("Last-Modified", "Tue, 06 Jan 2026 08:00:00 GMT");
    let new = ("Last-Modified", "Fri, 09 Jan 2026 08:00:00 GMT");
    folder.server.answers("/sdn.csv", [ok(&[new], sdn("FIRM"))]);
    folder.server.answers("/alt.csv", [ok(&[old], alt)]);
    let answer = folder.update(&[]).json();
    let first = &answer["publishers"][0];
    let remark = first["remarks"][0].as_str().unwrap();
    assert!(remark.contains("may be of two publications"), "{remark}");
    assert_eq!(first["dataset"], "us_ofac_sdn");
}

#[test]
fn an_address_of_another_list_does_not_put_it_into_this_ones_place() {
    let folder = Folder::new();
    folder.asks(&[("eu_fsf", &["/un.xml"])], "");
    let note = folder.refused([ok(&[], list("2026-01-05", &[]))]);
    assert!(
        note.contains("un-xml") && note.contains("expected eu-fsf-xml"),
        "{note}"
    );
}

#[test]
fn looking_changes_nothing() {
    let folder = Folder::new();
    folder
        .server
        .answers("/un.xml", [ok(&[], list("2026-01-05", &[]))]);
    let answer = folder.update(&["--check"]).ended(0).json();
    assert_eq!(answer["publishers"][0]["outcome"], "new");
    assert_eq!(folder.stored().0, serde_json::Value::Null);
    folder.update(&[]).ended(0);
    let answer = folder.update(&["--check"]).ended(0).json();
    assert_eq!(answer["publishers"][0]["outcome"], "unchanged");
}

#[test]
fn licensed_data_is_asked_for_by_name_only_and_says_so() {
    let folder = Folder::new();
    let path = folder.data.path().join("update.toml");
    let mut text = std::fs::read_to_string(&path).unwrap();
    let address = folder.server.at("/os.json");
    text = text.replace(
        "[[publisher]]\nname = \"opensanctions\"\nenabled = false\n",
        &format!(
            "[[publisher]]\nname = \"opensanctions\"\nfiles = [{{ name = \"os.json\", address = \
             \"{address}\", content = \"json\" }}]\n"
        ),
    );
    std::fs::write(&path, text).unwrap();
    let entity = "{\"id\":\"Q1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A Person\"]}}\n";
    folder.server.answers("/os.json", [ok(&[], entity)]);
    folder
        .server
        .answers("/un.xml", [ok(&[], list("2026-01-05", &[]))]);
    folder.update(&[]);
    assert!(
        folder
            .server
            .asked()
            .iter()
            .all(|asked| asked.path != "/os.json")
    );
    let run = folder.update(&["opensanctions"]);
    assert!(run.err.contains("CC BY-NC 4.0"), "{}", run.err);
    assert_eq!(
        run.json()["publishers"][0]["dataset"],
        "opensanctions_sanctions"
    );
    let run = folder.update(&["nobody"]).ended(2);
    assert!(run.err.contains("known are us_ofac_sdn"), "{}", run.err);
}

#[test]
fn what_a_killed_update_left_is_gone_after_the_next() {
    let folder = Folder::new();
    let downloads = folder.data.path().join("downloads");
    let left = || -> usize {
        let listed = std::fs::read_dir(&downloads).map(Iterator::count);
        listed.unwrap_or_default()
    };
    // A byte in a while: the download is under way when the process is killed.
    let slow = Answer::Drip(list("2024-05-16", &[]), Duration::from_millis(400));
    folder.server.answers("/un.xml", [slow]);
    let mut child = crate::run::command()
        .args([
            "--data-dir",
            &folder.data.path().display().to_string(),
            "update",
        ])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..600 {
        if left() > 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(left(), 1, "the killed process had begun to download");
    assert_eq!(folder.outcome(ok(&[], list("2024-05-16", &[]))), "new");
    assert_eq!(left(), 0);
}
