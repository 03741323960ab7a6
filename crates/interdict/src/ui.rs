//! Where output goes: answers on stdout, everything else on stderr.

use std::io::{self, BufWriter, Write};

use anyhow::Context;
use serde::Serialize;

use crate::system::Terminal;

/// Version of the JSON that every command writes with `--json`; `docs/cli.md` describes it. A
/// member may be added without a new version, none is renamed, removed or given another meaning.
pub(crate) const JSON_VERSION: u32 = 1;

/// What a JSON answer is wrapped in.
#[derive(Serialize)]
struct Envelope<'a, T> {
    version: u32,
    command: &'a str,
    #[serde(flatten)]
    body: &'a T,
}

/// Writes a text to stderr, as an error.
#[allow(clippy::print_stderr, reason = "stderr is where errors go")]
pub(crate) fn complain(text: &str) {
    eprintln!("error: {text}");
}

/// The output of one run.
pub(crate) struct Ui {
    out: BufWriter<io::Stdout>,
    /// Answers are JSON.
    pub(crate) json: bool,
    /// What the terminal can show.
    pub(crate) terminal: Terminal,
}

impl Ui {
    /// Output to stdout and stderr.
    pub(crate) fn new(json: bool, terminal: Terminal) -> Ui {
        Ui {
            out: BufWriter::new(io::stdout()),
            json,
            terminal,
        }
    }

    /// A line of the answer.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> anyhow::Result<()> {
        writeln!(self.out, "{}", text.as_ref().trim_end()).context("writing to stdout")
    }

    /// A text of the answer, as it is.
    pub(crate) fn text(&mut self, text: &str) -> anyhow::Result<()> {
        self.bytes(text.as_bytes())
    }

    /// Bytes of the answer, as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.out.write_all(bytes).context("writing to stdout")
    }

    /// The answer as JSON.
    pub(crate) fn document<T: Serialize>(&mut self, command: &str, body: &T) -> anyhow::Result<()> {
        let envelope = Envelope {
            version: JSON_VERSION,
            command,
            body,
        };
        serde_json::to_writer_pretty(&mut self.out, &envelope).context("writing to stdout")?;
        self.line("")
    }

    /// Something to know that is no part of the answer.
    #[allow(clippy::print_stderr, reason = "stderr is where notes go")]
    pub(crate) fn note(&self, text: impl AsRef<str>) {
        eprintln!("{}", text.as_ref());
    }

    /// Writes what is still held back.
    pub(crate) fn finish(&mut self) -> anyhow::Result<()> {
        self.out.flush().context("writing to stdout")
    }
}
