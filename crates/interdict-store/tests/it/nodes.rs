//! Several nodes on one PostgreSQL database, each with a data folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use interdict_model::Entity;
use interdict_store::{Actor, DatabaseUrl, Entry, SegmentInfo, Store, StoreError};
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use crate::child::{self, Chance};
use crate::made::{WAIT, dataset, facts, import, noon, person, read};
use crate::postgres::{Fresh, run, server};

async fn node(url: &DatabaseUrl) -> (Store, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open_on(folder.path(), Some(url)).await;
    (store.expect("opens"), folder)
}

fn version(number: i64) -> Vec<Entity> {
    (0..2500)
        .map(|n| person(&format!("p-{n}"), &[&format!("Version {number}")], n))
        .collect()
}

/// A segment of these bytes, for the publication that answers.
async fn index(store: &Store, bytes: &[u8]) -> SegmentInfo {
    let hash = Sha256::digest(bytes);
    let hash = hash.iter().map(|b| format!("{b:02x}")).collect();
    let segment = SegmentInfo {
        format: 1,
        hash,
        size: bytes.len() as u64,
    };
    let mut writer = store.writer(WAIT).await.expect("locks");
    let building = store.folder().segments().join("x.building");
    writer.track(building.clone()).expect("tracks");
    std::fs::write(&building, bytes).expect("writes");
    writer
        .adopt_segment(&building, &segment.hash)
        .expect("names");
    let current = store.current().await.expect("reads");
    let recorded = writer.record_segment(current[0].id, &segment).await;
    recorded.expect("records");
    segment
}

#[tokio::test]
async fn both_nodes_see_the_switch_and_have_the_files() {
    let Some(server) = server() else {
        return;
    };
    let fresh = Fresh::make(&server).await;
    let ((a, _folder_a), (b, _folder_b)) = (node(&fresh.url()).await, node(&fresh.url()).await);
    let before = b.state_number().await.expect("reads");
    let done = import(&a, &version(1), facts("list", "2024-01-01", noon(1)))
        .await
        .expect("imports");
    assert_ne!(b.state_number().await.expect("reads"), before);
    assert_eq!(
        b.current().await.expect("reads"),
        std::slice::from_ref(&done.publication)
    );
    assert_eq!(read(&b, done.publication.id).await, version(1));
    let hash = done.publication.files[0].sha256;
    assert!(!b.folder().raw_file(&hash).exists());
    let raw = async |store: &Store| {
        let path = store.raw_file(&hash).await.expect("is there");
        std::fs::read(path).expect("reads")
    };
    assert_eq!(raw(&a).await, raw(&b).await);
    assert!(b.folder().raw_file(&hash).exists());
    // Larger than one part, and not compressible.
    let bytes: Vec<u8> = (0u32..100_000)
        .flat_map(|n| Sha256::digest(n.to_le_bytes()))
        .collect();
    let segment = index(&a, &bytes).await;
    let path = b.segment_path(&segment.hash).await.expect("fetches");
    let fetched = std::fs::read(path.expect("is there")).expect("reads");
    assert!(fetched == bytes);
    assert_eq!(b.segment_path("00").await.expect("looks"), None);
    let missing = b.raw_file(&[0; 32]).await.expect_err("is nowhere");
    assert!(matches!(missing, StoreError::MissingFile { .. }));

    // Damaged on its way: refused, and nothing of it is kept.
    let (c, _folder_c) = node(&fresh.url()).await;
    run(
        &fresh.address(),
        "UPDATE stored_file SET sha256 = '\\x00' || substr(sha256, 2)",
    )
    .await;
    let refused = c.segment_path(&segment.hash).await.expect_err("damaged");
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
    assert!(!c.folder().segment_file(&segment.hash).exists());

    // What nothing names goes from the database too.
    let all = b.segments().await.expect("reads");
    let writer = b.writer(WAIT).await.expect("locks");
    writer.forget_segments(&all).await.expect("forgets");
    let (d, _folder_d) = node(&fresh.url()).await;
    assert_eq!(d.segment_path(&segment.hash).await.expect("looks"), None);
}

#[tokio::test]
async fn one_node_writes_at_a_time() {
    let Some(server) = server() else {
        return;
    };
    let fresh = Fresh::make(&server).await;
    let ((a, _folder_a), (b, _folder_b)) = (node(&fresh.url()).await, node(&fresh.url()).await);
    let writer = a.writer(WAIT).await.expect("locks");
    let busy = b.writer(Duration::from_millis(300)).await;
    assert!(matches!(busy, Err(StoreError::Busy { .. })));
    drop(writer);
    drop(b.writer(WAIT).await.expect("locks"));
    // Both want to: both get to, one after the other.
    let race = async |store: &Store, day: i64| {
        for round in 0..4i64 {
            let day = facts("list", "2024-01-01", noon(day * 10 + round));
            import(store, &version(round), day).await.expect("imports");
        }
    };
    tokio::join!(race(&a, 1), race(&b, 2));
    let all = b.publications(&dataset("list")).await.expect("reads");
    let mut numbers: Vec<i64> = all.iter().map(|p| p.id.0).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=8).collect::<Vec<_>>());
    assert_eq!(
        a.current().await.expect("reads"),
        b.current().await.expect("reads")
    );
}

#[tokio::test]
async fn two_nodes_write_one_chain() {
    let Some(server) = server() else {
        return;
    };
    let fresh = Fresh::make(&server).await;
    let ((a, _folder_a), (b, _folder_b)) = (node(&fresh.url()).await, node(&fresh.url()).await);
    let record = async |store: &Store, name: &str| {
        for minute in 0..25 {
            let entry = Entry::new("tried", format!("alert/{minute}"))
                .personal(serde_json::json!({ "text": "she said so" }));
            let recorded = store.record(&Actor::local(name), noon(minute), entry).await;
            recorded.expect("records");
        }
    };
    tokio::join!(record(&a, "ann"), record(&b, "bob"));
    let verified = a.verify_audit(&[]).await.expect("reads");
    assert!(verified.is_whole(), "{:?}", verified.faults);
    assert_eq!((verified.rows, verified.last), (50, 50));
    run(
        &fresh.address(),
        "UPDATE audit SET object = 'x' WHERE number = 7",
    )
    .await;
    let verified = b.verify_audit(&[]).await.expect("reads");
    assert_eq!(verified.first_wrong().map(|fault| fault.number), Some(7));
}

/// Does nothing when run as a test; as the child of one, what its task says.
#[test]
fn child() {
    let Some(task) = child::task() else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        match task.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["import", folder, url] => {
                let url = url.parse().expect("an address");
                let store = Store::open_on(Path::new(folder), Some(&url)).await;
                let store = store.expect("opens");
                for number in 0.. {
                    let facts = facts("list", "2024-01-01", noon(number));
                    let done = import(&store, &version(number), facts).await;
                    done.expect("imports");
                }
            }
            ["stop and start"] => stopped_and_started().await,
            _ => panic!("no such task: {task:?}"),
        }
    });
}

#[tokio::test]
async fn a_killed_node_leaves_the_old_version_or_the_new_one() {
    let Some(server) = server() else {
        return;
    };
    let fresh = Fresh::make(&server).await;
    let (b, _folder_b) = node(&fresh.url()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("a path");
    let mut chance = Chance(7);
    let mut seen = 0;
    for round in 0..10 * child::rounds() {
        let running = child::command("nodes::child", &["import", path, &fresh.address()])
            .spawn()
            .expect("starts");
        let ended = child::kill_after(running, Duration::from_millis(200 + chance.below(1_500)));
        assert!(!ended, "the child failed");
        let all = b.publications(&dataset("list")).await.expect("reads");
        seen = all.len();
        if let [current] = &b.current().await.expect("reads")[..] {
            let entities = read(&b, current.id).await;
            assert_eq!(entities.len(), 2500);
            let first = entities[0].first("name");
            assert!(entities.iter().all(|e| e.first("name") == first));
            b.raw_file(&current.files[0].sha256)
                .await
                .expect("is there");
        }
        // The lock went with the process: another node is the writer at once.
        let started = Instant::now();
        if round % 3 == 0 {
            let facts = facts("list", "2024-01-01", noon(500));
            import(&b, &version(500), facts).await.expect("imports");
        } else {
            drop(b.writer(WAIT).await.expect("locks"));
        }
        assert!(started.elapsed() < WAIT);
    }
    assert!(seen > 0, "no import came to its end");
    // And the node that was killed comes back.
    let again = Store::open_on(folder.path(), Some(&fresh.url())).await;
    let again = again.expect("opens");
    let facts = facts("list", "2024-01-02", noon(900));
    import(&again, &version(1), facts).await.expect("imports");
}

#[tokio::test]
async fn addresses_that_lead_nowhere_are_told_apart() {
    let Some(server) = server() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let open = async |address: &str| {
        let url: DatabaseUrl = address.parse().expect("an address");
        let refused = Store::open_on(folder.path(), Some(&url)).await;
        refused.expect_err("leads nowhere")
    };
    let (base, _) = server.rsplit_once('/').expect("names a database");
    let refused = open(&format!("{base}/no_such_database")).await;
    assert!(refused.to_string().contains("createdb"), "{refused}");
    let refused = open("postgres://ann:hidden@127.0.0.1:1/lists").await;
    assert!(
        matches!(refused, StoreError::Unreachable { .. }),
        "{refused}"
    );
    assert!(!refused.to_string().contains("hidden"), "{refused}");
}

/// Stops a server and starts it again in mid-work: on a server of its own.
#[test]
fn a_server_that_is_stopped_and_started() {
    if server().is_none() {
        return;
    }
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/postgres.sh");
    let this = child::command("nodes::child", &["stop and start"]);
    let mut command = Command::new("bash");
    command
        .arg(script)
        .arg(this.get_program())
        .args(this.get_args());
    for (name, value) in this.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let done = command.output().expect("bash runs");
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

fn control(what: &str) {
    let command = child::told("INTERDICT_TEST_POSTGRES_CTL").expect("tests/postgres.sh says it");
    let done = Command::new("bash")
        .args(["-c", &format!("{command} {what} > /dev/null 2>&1")])
        .status()
        .expect("bash runs");
    assert!(done.success(), "{command} {what}");
}

async fn stopped_and_started() {
    let fresh = Fresh::make(&server().expect("a server")).await;
    let (store, folder) = node(&fresh.url()).await;
    let first = import(&store, &version(1), facts("list", "2024-01-01", noon(1)))
        .await
        .expect("imports");

    // In the midst of an import: it fails as a whole, and says why.
    let writer = store.writer(WAIT).await.expect("locks");
    let mut running = writer.begin().await.expect("begins");
    for entity in version(2) {
        running.put(entity).await.expect("puts");
    }
    control("stop -m immediate");
    let refused = running
        .commit(facts("list", "2024-01-02", noon(2)))
        .await
        .expect_err("no server");
    assert!(
        matches!(refused, StoreError::Unreachable { .. }),
        "{refused}"
    );

    // Readers wait for a server that comes back.
    let starting = std::thread::spawn(|| {
        std::thread::sleep(Duration::from_secs(2));
        control("start");
    });
    let current = store.current().await.expect("reads");
    assert_eq!(current, std::slice::from_ref(&first.publication));
    assert_eq!(read(&store, first.publication.id).await, version(1));
    starting.join().expect("starts");
    let second = import(&store, &version(2), facts("list", "2024-01-02", noon(2)))
        .await
        .expect("imports");
    assert!(second.became_current);

    // A connection that was open over a restart is replaced.
    control("restart -m fast");
    let current = store.current().await.expect("reads");
    assert_eq!(current, std::slice::from_ref(&second.publication));

    // One that stays away is an error after a while, for readers and for writers.
    control("stop -m fast");
    let refused = store.current().await.expect_err("no server");
    assert!(
        matches!(refused, StoreError::Unreachable { .. }),
        "{refused}"
    );
    let refused = store.writer(WAIT).await.expect_err("no server");
    assert!(
        matches!(refused, StoreError::Unreachable { .. }),
        "{refused}"
    );
    control("start");
    drop(store.writer(WAIT).await.expect("locks"));

    // A server without room says so.
    run(
        &fresh.address(),
        "CREATE ROLE small LOGIN CONNECTION LIMIT 1",
    )
    .await;
    let small = fresh.address().replacen("interdict@", "small@", 1);
    let held = PgConnection::connect(&small).await.expect("connects");
    let url: DatabaseUrl = small.parse().expect("an address");
    let refused = Store::open_on(folder.path(), Some(&url)).await;
    let refused = refused.expect_err("no room");
    assert!(
        matches!(refused, StoreError::TooManyConnections { .. }),
        "{refused}"
    );
    held.close().await.expect("closes");
}
