//! Processes that are killed: this test program, started again to do one piece of work.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What a child is to do: words separated by `|`.
const TASK: &str = "INTERDICT_TEST_CHILD";
/// How many times as many kills as usual: 4 for the figures.
const ROUNDS: &str = "INTERDICT_TEST_ROUNDS";

#[allow(
    clippy::disallowed_methods,
    reason = "how a parent tells the test that it is to be a child"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The work of this process, if it is a child.
pub(crate) fn task() -> Option<Vec<String>> {
    let task = variable(TASK)?;
    Some(task.split('|').map(str::to_owned).collect())
}

/// A value that a script around the test has set.
pub(crate) fn told(name: &str) -> Option<String> {
    variable(name)
}

pub(crate) fn rounds() -> u64 {
    variable(ROUNDS).and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// Prepares this program to run one test as a child.
pub(crate) fn command(test: &str, task: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command
        .args(["--exact", test, "--nocapture"])
        .env(TASK, task.join("|"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Lets a child work for a while and kills it; says whether it had ended by itself.
pub(crate) fn kill_after(mut child: Child, time: Duration) -> bool {
    std::thread::sleep(time);
    let ended = child.try_wait().expect("waits").is_some();
    if !ended {
        // SIGKILL: nothing of it runs any more.
        child.kill().expect("kills");
        child.wait().expect("ends");
    }
    ended
}

/// Numbers that look like chance and are the same each time (Lehmer's generator).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 % limit
    }
}
