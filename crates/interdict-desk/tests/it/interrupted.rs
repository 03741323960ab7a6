//! Imports that are killed, and imports on a disk that runs full.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use interdict_desk::{Desk, DeskError, KeepPolicy, NoProgress, Wish};
use interdict_store::StoreError;
use jiff::civil::date;

use crate::tiny::{answer, files, import, list, open, request};

/// The folder that a child process is to import into.
const CHILD: &str = "INTERDICT_TEST_CHILD";

/// How many times as many kills and full disks as usual: 4 for the figures.
const ROUNDS: &str = "INTERDICT_TEST_ROUNDS";

/// Every so many versions the child prunes, rolls back and forward again.
const TIDY: usize = 5;

/// Versions that pruning keeps.
const KEPT: usize = 3;

const ENTITIES: usize = 2500;

fn text(version: usize) -> String {
    let lines = (0..ENTITIES).map(|n| format!("p-{n} Version-{version}\n"));
    format!("date 2024-01-01\n{}", lines.collect::<String>())
}

fn rounds() -> usize {
    let stated = std::env::var_os(ROUNDS).and_then(|n| n.to_str()?.parse().ok());
    stated.unwrap_or(1)
}

/// Numbers that look like chance and are the same each time (Lehmer's generator).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 % limit
    }
}

/// Lets go of old versions, and goes back and forward again.
async fn tidy(desk: &Desk) -> Result<(), DeskError> {
    let policy = KeepPolicy {
        publications: Some(KEPT),
        days: None,
    };
    let now = jiff::Timestamp::now();
    let plan = desk.plan_prune(&[], policy, date(2024, 1, 1)).await?;
    desk.prune(&plan, "tester", "a policy", now).await?;
    let all = desk.versions(&list()).await?;
    for at in [2, 1] {
        if let Some(publication) = all.len().checked_sub(at).and_then(|at| all.get(at)) {
            let plan = desk.plan(Wish::RollBack, publication.id).await?;
            desk.carry_out(&plan, "tester", "a try", now, &NoProgress)
                .await?;
        }
    }
    Ok(())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime")
}

/// Exit code of a child whose disk is full.
const FULL: i32 = 28;

/// Does nothing when run as a test; as the child of one, imports version after version.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(CHILD) else {
        return;
    };
    let code = runtime().block_on(async {
        let is_full = |e: &DeskError| matches!(e, DeskError::Store(StoreError::DiskFull { .. }));
        let desk = match open(Path::new(&folder)).await {
            Ok(desk) => desk,
            Err(e) => return if is_full(&e) { FULL } else { 1 },
        };
        let next = desk.versions(&list()).await.map_or(0, |all| all.len());
        for version in next..next + 100 {
            let mut done = desk
                .import(request(text(version)), &NoProgress)
                .await
                .map(drop);
            if done.is_ok() && version % TIDY == TIDY - 1 {
                done = tidy(&desk).await;
            }
            if let Err(e) = done {
                println!("refused: {e}");
                return if is_full(&e) { FULL } else { 1 };
            }
        }
        0
    });
    std::process::exit(code);
}

fn spawn(command: &mut Command, folder: &Path) -> Child {
    command
        .env(CHILD, folder)
        .stderr(Stdio::null())
        .spawn()
        .expect("starts")
}

fn importer() -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", "interrupted::child", "--nocapture"]);
    command
}

/// The version that answers, whole; every file in the folder is known.
async fn check(folder: &Path) -> Option<usize> {
    let desk = open(folder).await.expect("opens");
    let lines = answer(&desk).await;
    let version = lines.map(|lines| {
        assert_eq!(lines.len(), ENTITIES);
        let versions: BTreeSet<&str> = lines
            .iter()
            .filter_map(|line| line.rsplit('-').next())
            .collect();
        assert_eq!(versions.len(), 1, "{versions:?}");
        let version = versions.first().and_then(|v| v.parse().ok());
        version.expect("a version")
    });
    let all = desk.versions(&list()).await.expect("reads");
    // The last one, or the one before where the child was stopped between back and forward.
    let behind = version.map_or(0, |v| all.len() - 1 - v);
    assert!(behind <= 1, "{version:?} of {}", all.len());
    assert_eq!(version.is_none(), all.is_empty());
    let (stored, pruned): (Vec<_>, Vec<_>) = all.iter().partition(|p| p.pruned_at.is_none());
    // A raw file for each that is stored, segments for those that answered, and nothing else.
    let segments = desk.store().segments().await.expect("reads").len();
    let found = files(folder);
    assert_eq!(found.len(), stored.len() + segments, "{found:?}");
    for publication in stored {
        let mut reader = desk.store().entities(publication.id);
        let mut count = 0;
        while let Some(part) = reader.next().await.expect("reads") {
            count += part.len();
        }
        assert_eq!(count, ENTITIES);
    }
    for publication in pruned {
        let read = desk.store().entities(publication.id).next().await;
        assert!(matches!(read, Err(StoreError::Pruned { .. })));
    }
    desk.store().close().await;
    version
}

#[test]
fn a_killed_import_leaves_the_old_version_or_the_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = runtime();
    let mut chance = Chance(7);
    let mut seen = BTreeSet::new();
    let kills = 25 * rounds();
    for _ in 0..kills {
        let mut child = spawn(importer().stdout(Stdio::null()), folder.path());
        std::thread::sleep(Duration::from_millis(chance.below(900)));
        child.kill().expect("kills");
        child.wait().expect("ends");
        seen.insert(runtime.block_on(check(folder.path())));
    }
    let desk = runtime.block_on(open(folder.path())).expect("opens");
    let next = runtime.block_on(import(&desk, text(10_000)));
    assert!(next.expect("the next import is fine").is_current);
    println!("versions seen after {kills} kills: {seen:?}");
}

/// A small file system in memory; gone when dropped.
struct Small(PathBuf);

impl Small {
    fn mount(at: &Path, kilobytes: u64) -> Option<Small> {
        let size = format!("size={kilobytes}k");
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at);
        let done = command.stderr(Stdio::null()).status().ok()?;
        done.success().then(|| Small(at.to_owned()))
    }

    fn grow(&self) {
        let mut command = Command::new("mount");
        command.args(["-o", "remount,size=64m"]).arg(&self.0);
        assert!(command.status().expect("runs").success());
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_leaves_the_old_version() {
    if crate::place::server().is_some() {
        println!("skipped: the files of a PostgreSQL server are not on this disk");
        return;
    }
    let runtime = runtime();
    let mut codes = Vec::new();
    let mut chance = Chance(11);
    for _ in 0..10 * rounds() {
        let kilobytes = 250 + chance.below(2_750);
        let folder = tempfile::tempdir().expect("a folder");
        let Some(small) = Small::mount(folder.path(), kilobytes) else {
            println!("skipped: no right to mount a small file system");
            return;
        };
        let mut child = spawn(&mut importer(), folder.path());
        codes.push(child.wait().expect("ends").code());
        small.grow();
        let version = runtime.block_on(check(folder.path()));
        let desk = runtime.block_on(open(folder.path())).expect("opens");
        let next = text(version.map_or(0, |v| v + 100));
        let next = runtime.block_on(import(&desk, next));
        assert!(next.expect("the next import is fine").is_current);
        runtime.block_on(desk.store().close());
    }
    assert!(codes.iter().all(|code| *code == Some(FULL)), "{codes:?}");
}

#[cfg(unix)]
#[test]
fn files_that_may_not_grow_leave_the_old_version() {
    if crate::place::server().is_some() {
        println!(
            "skipped: the files of a PostgreSQL server grow where no limit of this process is"
        );
        return;
    }
    let runtime = runtime();
    let mut codes = Vec::new();
    // Blocks of 512 bytes.
    for blocks in [300, 400, 520, 700, 900, 1300] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" --exact interrupted::child --nocapture"
        ));
        shell.arg(std::env::current_exe().expect("this test"));
        let mut child = spawn(&mut shell, folder.path());
        codes.push(child.wait().expect("ends").code());
        runtime.block_on(check(folder.path()));
    }
    assert!(codes.iter().all(|code| *code == Some(FULL)), "{codes:?}");
}
