//! `config`.

use crate::run::interdict;

#[test]
fn the_shown_policy_passes_its_own_check() {
    let shown = interdict(&["config", "show"]).ended(0);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, &shown.out).unwrap();
    let path = path.display().to_string();
    let checked = interdict(&["config", "check", &path, "--json"]).ended(0);
    let answer = checked.json();
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["valid"], true);
    assert_eq!(answer["threshold"], 0.7);
}

#[test]
fn a_wrong_key_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, "format = 1\n[threshold]\ndefualt = 0.7\n").unwrap();
    let path = path.display().to_string();
    let checked = interdict(&["config", "check", &path]).ended(1);
    assert_eq!(checked.out, "");
    for part in ["mine.toml", "defualt", "line 3"] {
        assert!(checked.err.contains(part), "{part}: {}", checked.err);
    }
}
