//! Wrong usage ends with 2 and says what would be right.

use crate::run::interdict;

fn refused(arguments: &[&str], says: &str) {
    let run = interdict(arguments).ended(2);
    assert_eq!(run.out, "");
    assert!(run.err.contains(says), "{arguments:?}: {}", run.err);
}

#[test]
fn wrong_arguments() {
    refused(&[], "Usage: interdict");
    refused(&["scren"], "'screen'");
    refused(&["screen"], "<NAME|--id <TYPE:VALUE>|--file <CSV>>");
    refused(&["screen", "A", "--file", "b.csv"], "cannot be used with");
    refused(&["import"], "<FILE>");
    refused(&["lists", "--verbose", "--quiet"], "cannot be used with");
}

#[test]
fn help_is_an_answer() {
    let help = interdict(&["--help"]).ended(0);
    for command in [
        "demo", "import", "lists", "screen", "show", "compare", "evaluate", "config",
    ] {
        assert!(help.out.contains(command), "{command}");
    }
    assert!(
        help.out
            .contains("Exit codes: 0 done, 1 failed, 2 wrong usage")
    );
    let version = interdict(&["--version"]).ended(0);
    assert_eq!(
        version.out.trim(),
        format!("interdict {}", env!("CARGO_PKG_VERSION"))
    );
}
