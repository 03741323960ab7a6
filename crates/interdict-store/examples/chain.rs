//! What the audit chain costs: records of screenings with their rows, alone and together, and
//! checking the chain. `cargo run --release -p interdict-store --example chain -- [RECORDS]`.
#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "figures go to stdout, the number of records comes from the arguments"
)]

use std::time::Instant;

use interdict_store::{Actor, Screened, ScreenedSubject, ScreeningFacts, Store, StoreError};
use jiff::Timestamp;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let records = std::env::args().nth(1).map_or(Ok(2_000), |n| n.parse())?;
    let folder = std::env::temp_dir().join(format!("interdict-chain-{}", std::process::id()));
    let store = Store::open(&folder)
        .await?
        .acting_as(&Actor::system("figures"));
    for together in [1, 64] {
        let begun = Instant::now();
        let mut done = 0;
        while done < records {
            done += record(&store, together).await?;
        }
        let each = begun.elapsed().as_secs_f64() * 1e6 / f64::from(done);
        println!("{done} records, {together} in a transaction: {each:.0} µs each");
    }
    let begun = Instant::now();
    let verified = store.verify_audit(&[]).await?;
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{} rows verified in {seconds:.2} s, {:.0} rows a second; whole: {}",
        verified.rows,
        verified.rows as f64 / seconds,
        verified.is_whole()
    );
    store.close().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

async fn record(store: &Store, together: u32) -> Result<u32, StoreError> {
    let facts = ScreeningFacts {
        at: Timestamp::now(),
        actor: "figures".to_owned(),
        book: None,
        basis: r#"{"engine":"0.1.0","lists":{"us_ofac_sdn":"1"},"policy":"0"}"#.to_owned(),
        publications: Vec::new(),
    };
    let subject = [Screened {
        subject: ScreenedSubject::Other {
            key: "Ann Lee".to_owned(),
            hash: [7; 32],
        },
        hits: 0,
    }];
    let all: Vec<(&ScreeningFacts, &[Screened])> = (0..together)
        .map(|_| (&facts, subject.as_slice()))
        .collect();
    store.record_screenings(&all).await?;
    Ok(together)
}
