//! Reads FollowTheMoney JSON lines and writes them again: `ftm-roundtrip < in > out`.
//!
//! `tests/judges/ftm.py` compares the output with what the FollowTheMoney package gives.
#![allow(clippy::print_stdout, reason = "a filter writes to standard output")]

use std::io::{self, BufRead as _};

use interdict_model::{DatasetName, ftm};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dataset = DatasetName::new("roundtrip")?;
    for (number, line) in io::stdin().lock().lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let read = serde_json::from_str(&line)
            .map_err(|e| e.to_string())
            .and_then(|object| ftm::read(object, &dataset, None).map_err(|e| e.to_string()))
            .map_err(|error| format!("line {}: {error}", number + 1))?;
        let mut object = ftm::write(&read.entity);
        if read.entity.stated_datasets.is_empty() {
            // The name above is this program's own.
            object.insert("datasets".to_owned(), serde_json::Value::Array(Vec::new()));
        }
        println!("{}", serde_json::to_string(&object)?);
    }
    Ok(())
}
