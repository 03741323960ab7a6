//! Prints the account of one pair: `compare_pair KIND QUERY LIST`, where KIND is Person, Company,
//! Vessel or LegalEntity.
#![allow(clippy::print_stdout, reason = "a command for people")]

use interdict_matching::{Options, Subject, explain};
use interdict_text::{NameKind, analyse};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [kind, query, list] = args.as_slice() else {
        println!("usage: compare_pair Person|Company|Vessel|LegalEntity QUERY LIST");
        return;
    };
    let kind = match kind.as_str() {
        "Person" => NameKind::Person,
        "Vessel" => NameKind::Object,
        "LegalEntity" => NameKind::Any,
        _ => NameKind::Organization,
    };
    let query = Subject::of_name(query, kind, analyse);
    let list = Subject::of_name(list, kind, analyse);
    let account = explain(&query, &list, &Options::default());
    println!("{}", account.sentence);
    if let Some(name) = &account.name {
        for term in &name.terms {
            println!(
                "  {:>5} × {:<5} {:?}  {} / {}",
                term.weight,
                term.similarity,
                term.meeting,
                term.query.as_ref().map_or("–", |w| w.text.as_str()),
                term.list.as_ref().map_or("–", |w| w.text.as_str()),
            );
        }
        println!("  against: {:?}", name.conflicts);
    }
    for name in query.names.iter().chain(&list.names) {
        for reading in &name.prepared.readings {
            let tokens: Vec<String> = reading
                .tokens
                .iter()
                .map(|t| {
                    let forms: Vec<String> = t
                        .forms
                        .iter()
                        .map(|f| format!("{:?}:{}~{}", f.space, f.key, f.fold))
                        .collect();
                    format!(
                        "{:?} {}/{} {forms:?}",
                        t.role, t.query_weight, t.list_weight
                    )
                })
                .collect();
            println!("  {}", tokens.join("\n    "));
        }
    }
    println!("score {}", account.scored.score);
}
