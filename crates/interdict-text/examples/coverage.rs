//! How often a name in another script meets its Latin spelling: reads `latin,native,count` lines
//! from the standard input and prints shares of pairs that share a key, beside random pairs.
//!
//! `zstd -dc tokens-en-arabic.csv.zst | cargo run --release -p interdict-text --example coverage`
#![allow(clippy::print_stdout, reason = "an example for people")]

use std::collections::BTreeSet;
use std::io::BufRead as _;

use interdict_text::{NameKind, Space, analyse};

fn keys(name: &str) -> BTreeSet<(Space, String)> {
    analyse(name, NameKind::Object)
        .readings
        .into_iter()
        .flat_map(|r| r.tokens)
        .flat_map(|t| t.forms)
        .map(|f| (f.space, f.key.to_string()))
        .collect()
}

fn main() {
    let rows: Vec<(String, String, u64)> = std::io::stdin()
        .lock()
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| {
            let mut columns = line.split(',');
            let latin = columns.next()?.to_owned();
            let native = columns.next()?.to_owned();
            let count = columns.next()?.parse().ok()?;
            let one_word = |s: &str| s.chars().all(char::is_alphanumeric) && s.chars().count() > 2;
            (one_word(&latin) && one_word(&native)).then_some((latin, native, count))
        })
        .collect();
    let sides: Vec<_> = rows.iter().map(|(l, n, _)| (keys(l), keys(n))).collect();
    let share = |a: &BTreeSet<(Space, String)>, b: &BTreeSet<(Space, String)>, space| {
        a.intersection(b)
            .any(|(s, _)| Some(*s) == space || space.is_none())
    };
    for (label, space) in [
        ("skeleton", Some(Space::Skeleton)),
        ("latin", Some(Space::Latin)),
        ("any", None),
    ] {
        let (mut pairs, mut people, mut all, mut unknown, mut unknown_all, mut random) =
            (0_u64, 0, 0, 0_u64, 0_u64, 0_u64);
        for (i, ((_, native, count), (l, n))) in rows.iter().zip(&sides).enumerate() {
            let hit = u64::from(share(l, n, space));
            pairs += hit;
            people += hit * count;
            all += count;
            if !interdict_text::is_transcribed(native) {
                unknown += hit;
                unknown_all += 1;
            }
            // A fixed stride makes every row meet one other, unrelated, row.
            let other = (i * 7_919 + 4_243) % rows.len();
            let (other_l, _) = &sides[other];
            random += u64::from(share(other_l, n, space) && rows[other].0 != rows[i].0);
        }
        let percent = |a: u64, b: u64| 100.0 * a as f64 / b.max(1) as f64;
        println!(
            "{label:9} pairs {:5.1} %  by people {:5.1} %  not in the table {:5.1} % of {unknown_all}  random {:.2} %",
            percent(pairs, rows.len() as u64),
            percent(people, all),
            percent(unknown, unknown_all),
            percent(random, rows.len() as u64),
        );
    }
}
