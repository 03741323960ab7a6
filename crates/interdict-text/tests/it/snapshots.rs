//! The readings of real names in many scripts; names of public lists and public figures.

use std::fmt::Write as _;

use interdict_text::{NameKind, analyse};

const NAMES: &str = include_str!("names.txt");

#[test]
fn known_names() {
    let mut out = String::new();
    for line in NAMES
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let (kind, name) = line.split_once('\t').unwrap();
        let kind = match kind {
            "P" => NameKind::Person,
            "O" => NameKind::Organization,
            "V" => NameKind::Object,
            _ => NameKind::Any,
        };
        let view = analyse(name, kind);
        writeln!(out, "{name}").unwrap();
        for problem in &view.problems {
            writeln!(out, "  ! {problem:?}").unwrap();
        }
        for reading in &view.readings {
            out.push_str("  ");
            for token in &reading.tokens {
                let forms: Vec<String> = token
                    .forms
                    .iter()
                    .map(|f| format!("{:?}:{}", f.space, f.key))
                    .collect();
                write!(out, " {:?}({})", token.role, forms.join(" ")).unwrap();
            }
            out.push('\n');
        }
    }
    insta::assert_snapshot!(out);
}
