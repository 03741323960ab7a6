//! Writes made-up customers: `cargo run --release -p interdict-synthetic --example names -- COUNT
//! [--seed N] [--ftm] [--organisations PER_THOUSAND] [--own-script PER_THOUSAND]`.
//!
//! CSV with a header, or with `--ftm` FollowTheMoney JSON lines that `interdict import` reads.
#![allow(clippy::print_stdout, reason = "a command for people")]

use std::io::{BufWriter, Write as _};

use interdict_synthetic::population::{Mix, made};
use interdict_text::NameKind;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let usage = "usage: names COUNT [--seed N] [--ftm] [--organisations N] [--own-script N]";
    let (mut count, mut seed, mut ftm, mut mix) = (None, 1, false, Mix::default());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().ok_or(usage);
        match argument.as_str() {
            "--seed" => seed = number()?.parse()?,
            "--ftm" => ftm = true,
            "--organisations" => mix.organisations = number()?.parse()?,
            "--own-script" => mix.own_script = number()?.parse()?,
            other => count = Some(other.parse::<u64>().map_err(|_| usage)?),
        }
    }
    let count = count.ok_or(usage)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    if !ftm {
        writeln!(out, "id,schema,name,birth_date,country,gender")?;
    }
    for number in 0..count {
        let made = made(seed, number, mix);
        let schema = if made.kind == NameKind::Person {
            "Person"
        } else {
            "Company"
        };
        let birth_date = made.birth_date.unwrap_or_default();
        let gender = made.gender.unwrap_or_default();
        if ftm {
            let text = made.name.replace('\\', "\\\\").replace('"', "\\\"");
            write!(
                out,
                "{{\"id\":\"made-{number}\",\"schema\":\"{schema}\",\"properties\":{{\"name\":[\"{text}\"]"
            )?;
            if schema == "Person" {
                write!(
                    out,
                    ",\"birthDate\":[\"{birth_date}\"],\"gender\":[\"{gender}\"]"
                )?;
                write!(out, ",\"nationality\":[\"{}\"]", made.country)?;
            } else {
                write!(out, ",\"country\":[\"{}\"]", made.country)?;
            }
            writeln!(out, "}}}}")?;
        } else {
            let name = if made.name.contains([',', '"']) {
                format!("\"{}\"", made.name.replace('"', "\"\""))
            } else {
                made.name
            };
            writeln!(
                out,
                "made-{number},{schema},{name},{birth_date},{},{gender}",
                made.country
            )?;
        }
    }
    out.flush()?;
    Ok(())
}
