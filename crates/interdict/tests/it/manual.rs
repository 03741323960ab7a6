//! `manual`: every command has its page, and shells have completions.

use crate::run::interdict;

#[test]
fn every_command_has_a_man_page() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("manual");
    let told = interdict(&["manual", folder.to_str().unwrap()]).ended(0);
    assert!(told.out.contains("man pages"), "{}", told.out);
    for page in [
        "interdict.1",
        "interdict-screen.1",
        "interdict-lists-accept.1",
    ] {
        let text = std::fs::read_to_string(folder.join("man").join(page)).unwrap();
        assert!(text.contains(".SH SYNOPSIS"), "{page}");
    }
    // What the help names is what there are pages of.
    let help = interdict(&["--help"]).ended(0).out;
    let commands = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help");
    let mut seen = 0;
    for name in commands {
        let page = folder.join("man").join(format!("interdict-{name}.1"));
        assert!(page.is_file(), "no man page of {name}");
        seen += 1;
    }
    assert!(seen > 10, "{help}");
    let bash = std::fs::read_to_string(folder.join("completions/interdict.bash")).unwrap();
    assert!(bash.contains("--as-of"), "completions know the options");
}
