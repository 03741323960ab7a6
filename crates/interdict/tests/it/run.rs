//! Running the binary.

use std::process::{Command, Output};

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
