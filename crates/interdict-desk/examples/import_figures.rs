//! What importing publications costs: seconds and bytes, without the index.
//!
//! `cargo run --release -p interdict-desk --example import_figures -- FOLDER FILE… [-- FILE…]…`
//! imports each group of files as one publication into `FOLDER` and prints a line for it; the file
//! name's date counts where the files state none.
#![allow(
    clippy::print_stdout,
    reason = "a program whose answer is what it prints"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use interdict_desk::{Desk, Import, Input, NoIndex, NoProgress};

/// A day written in a path, as in `2021-08-18.csv`.
fn day_in(path: &str) -> Option<String> {
    let candidates = (0..path.len()).rev().filter_map(|at| path.get(at..at + 10));
    candidates
        .filter(|text| text.starts_with("20"))
        .find(|text| text.parse::<jiff::civil::Date>().is_ok())
        .map(str::to_owned)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("expected a folder, then files")?;
    let rest: Vec<String> = args.collect();
    let desk = Desk::open_with(Path::new(&folder), Arc::new(NoIndex)).await?;
    let mut before = desk.store().disk_use().await?;
    for files in rest.split(|arg| arg == "--").filter(|f| !f.is_empty()) {
        let start = Instant::now();
        let request = Import {
            files: files.iter().map(Input::path).collect(),
            published: files.iter().find_map(|file| day_in(file)),
            actor: "figures".to_owned(),
            ..Import::default()
        };
        let done = desk.import(request, &NoProgress).await?;
        let seconds = start.elapsed().as_secs_f64();
        let after = desk.store().disk_use().await?;
        let counts = &done.publication.counts;
        println!(
            "{} {} {}: {} entities, {} statements, {} new; {seconds:.3} s ({:.3} receiving, {:.3} \
             reading and storing, {:.3} reading back, {:.3} committing), {:.0} entities/s; raw {}, \
             revisions {}, list {}, origins {}, database {}",
            done.publication.dataset,
            done.publication.published.day,
            done.publication.format,
            counts.entities(),
            counts.statements(),
            done.new_revisions,
            done.seconds.receiving,
            done.seconds.reading,
            done.seconds.indexing,
            done.seconds.committing,
            counts.entities() as f64 / seconds,
            after.raw - before.raw,
            after.packs - before.packs,
            after.lists - before.lists,
            after.origins - before.origins,
            after.database.saturating_sub(before.database),
        );
        before = after;
    }
    desk.store().close().await;
    let start = Instant::now();
    let desk = Desk::open_with(Path::new(&folder), Arc::new(NoIndex)).await?;
    let current = desk.store().current().await?;
    println!(
        "opened in {:.1} ms; {} lists answer; {:?}",
        start.elapsed().as_secs_f64() * 1000.0,
        current.len(),
        before
    );
    Ok(())
}
