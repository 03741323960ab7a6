//! Running the binary.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Stdout as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|e| panic!("{e}\n--- stdout\n{}--- stderr\n{}", self.out, self.err))
    }

    /// The same, if it ended with this code.
    pub(crate) fn ended(self, code: i32) -> Run {
        assert_eq!(
            self.code, code,
            "--- stdout\n{}--- stderr\n{}",
            self.out, self.err
        );
        self
    }
}

/// Runs the binary with arguments; nothing of the caller's environment decides what it does.
pub(crate) fn interdict<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Run {
    finish(command().args(arguments))
}

/// The binary, with an environment of its own.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_interdict"));
    command
        .env_clear()
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1");
    command
}

/// Runs a prepared command.
pub(crate) fn finish(command: &mut Command) -> Run {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the binary starts");
    Run {
        code: status.code().expect("no signal ended it"),
        out: String::from_utf8(stdout).expect("stdout is UTF-8"),
        err: String::from_utf8(stderr).expect("stderr is UTF-8"),
    }
}

/// The repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of `examples/`.
pub(crate) fn example(name: &str) -> String {
    repository()
        .join("examples")
        .join(name)
        .display()
        .to_string()
}

/// A data folder with the example list, made once by `demo --keep`.
pub(crate) fn examples() -> &'static str {
    static FOLDER: OnceLock<(tempfile::TempDir, String)> = OnceLock::new();
    let (_, path) = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("kept").display().to_string();
        interdict(&["demo", "--keep", &path]).ended(0);
        (folder, path)
    });
    path
}

/// Asks the example list.
pub(crate) fn ask(arguments: &[&str]) -> Run {
    let mut all = vec!["--data-dir", examples(), "screen"];
    all.extend(arguments);
    interdict(&all)
}

/// Ids of the alerts of the first result of a JSON answer, best first.
pub(crate) fn alerts(answer: &serde_json::Value) -> Vec<String> {
    alerts_of(&answer["results"][0])
}

/// Ids of the alerts of a result, best first.
pub(crate) fn alerts_of(result: &serde_json::Value) -> Vec<String> {
    let hits = result["hits"].as_array().expect("hits");
    hits.iter()
        .filter(|hit| hit["alert"] == true)
        .map(|hit| hit["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// Writes a file into a new folder.
pub(crate) fn folder_with(name: &str, bytes: &[u8]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a written file");
    let path = path.display().to_string();
    (folder, path)
}
