//! `demo`: a stranger's first command.

use crate::run::{command, finish, interdict};

#[test]
fn it_shows_lists_hits_reasons_and_a_summary() {
    let run = interdict(&["demo"]).ended(0);
    assert_eq!(run.err, "");
    assert!(run.out.contains("example_watchlist") && run.out.contains("2026-11-24"));
    // The ages of the lists, the place of the binary, scores and seconds differ from day to day.
    let mut part = "";
    let stable: Vec<String> = run
        .out
        .lines()
        .filter(|line| {
            if line.ends_with("that answer") || line.ends_with("names?") {
                part = line;
            }
            !(part.ends_with("that answer") && line.starts_with(['│', '╭', '╞', '╰']))
        })
        .filter(|line| !line.contains(env!("CARGO_BIN_EXE_interdict")))
        .map(without_numbers)
        .collect();
    insta::assert_snapshot!("demo", stable.join("\n"));
}

/// A line with every `0.93` as `#.##`.
fn without_numbers(line: &str) -> String {
    let mut chars: Vec<char> = line.chars().collect();
    for at in 0..chars.len().saturating_sub(3) {
        let digit = |i: usize| chars[i].is_ascii_digit();
        if digit(at) && chars[at + 1] == '.' && digit(at + 2) && digit(at + 3) {
            chars[at] = '#';
            chars[at + 2] = '#';
            chars[at + 3] = '#';
        }
    }
    chars.into_iter().collect()
}

#[test]
fn its_next_commands_work_when_pasted() {
    let folder = tempfile::tempdir().unwrap();
    let shown = finish(command().arg("demo").current_dir(folder.path())).ended(0);
    let commands: Vec<&str> = shown
        .out
        .lines()
        .filter_map(|line| line.trim().strip_prefix(env!("CARGO_BIN_EXE_interdict")))
        .collect();
    assert!(commands.len() >= 6, "{}", shown.out);
    for line in commands {
        let run = finish(command().args(words(line)).current_dir(folder.path()));
        assert_eq!(run.code, 0, "{line}: {}", run.err);
        assert!(!run.out.is_empty(), "{line}");
    }
}

/// Words of a command line; double quotes keep a word together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (i, part) in line.split('"').enumerate() {
        if i % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn it_needs_no_home_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    finish(
        command()
            .arg("demo")
            .env("TMPDIR", folder.path())
            .current_dir(folder.path()),
    )
    .ended(0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn json_says_how_the_customers_compare() {
    let answer = interdict(&["demo", "--json"]).ended(0).json();
    assert_eq!(answer["command"], "demo");
    assert_eq!(answer["checked"]["found"], answer["checked"]["expected"]);
    assert_eq!(answer["checked"]["unexpected"], serde_json::json!([]));
    assert_eq!(answer["story"]["results"].as_array().unwrap().len(), 7);
}
