//! The promises of the first release on real lists, where those are at hand.

use std::path::PathBuf;

use crate::run::{alerts, interdict, repository};

/// The folder with the real lists; says so and gives nothing when it is not there.
pub(crate) fn real() -> Option<PathBuf> {
    #[allow(
        clippy::disallowed_methods,
        reason = "where the data is differs by machine"
    )]
    let stated = std::env::var_os("INTERDICT_DATA").map(PathBuf::from);
    let folder = stated.unwrap_or_else(|| repository().join("../shared/data"));
    if folder.join("ofac").is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no real lists at {}", folder.display());
    None
}

/// Whether each name finds this OFAC entry first, and some find nothing.
fn promises(set: &str, files: &[&str]) {
    let Some(folder) = real() else { return };
    let data = tempfile::tempdir().unwrap();
    let data = data.path().display().to_string();
    let files: Vec<String> = files
        .iter()
        .map(|file| {
            folder
                .join("ofac")
                .join(set)
                .join(file)
                .display()
                .to_string()
        })
        .collect();
    let mut arguments = vec!["--data-dir", &data, "import", "--published", "2024-01-01"];
    arguments.extend(files.iter().map(String::as_str));
    interdict(&arguments).ended(0);
    let ask = |name: &str| {
        let answer = interdict(&["--data-dir", &data, "screen", name, "--json"]);
        alerts(&answer.ended(0).json())
    };
    for (name, id) in [
        ("Andrei Belousov", "ofac-39361"),
        ("Sergei Shoigu", "ofac-35173"),
        ("Владимир Путин", "ofac-35096"),
        ("Vladimir Poutine", "ofac-35096"),
    ] {
        assert_eq!(ask(name).first().map(String::as_str), Some(id), "{name}");
    }
    for name in ["Xi Jinping", "Antony Blinken"] {
        assert_eq!(ask(name), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_complete_list_of_december_2023() {
    promises(
        "2023-12-28",
        &["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"],
    );
}

#[test]
fn the_newest_list() {
    promises("current", &["sdn.csv", "alt.csv", "add.csv"]);
}
