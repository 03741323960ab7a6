//! Prints the readings of the names given as arguments: `cargo run -p interdict-text --example
//! readings -- person "Belousov, Andrey" "习近平"`.
#![allow(clippy::print_stdout, reason = "an example for people")]

use interdict_text::{NameKind, analyse};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let kind = match arguments.next().as_deref() {
        Some("person") => NameKind::Person,
        Some("organization") => NameKind::Organization,
        Some("object") => NameKind::Object,
        _ => NameKind::Any,
    };
    for name in arguments {
        let view = analyse(&name, kind);
        println!("{name} {:?}", view.problems);
        for reading in view.readings {
            for token in reading.tokens {
                let forms: Vec<String> = token
                    .forms
                    .iter()
                    .map(|f| format!("{:?}:{}", f.space, f.key))
                    .collect();
                print!("  [{:?} {}]", token.role, forms.join(" "));
            }
            println!();
        }
    }
}
