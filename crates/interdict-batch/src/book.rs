//! A file of customers as what a book is made of.

use std::collections::BTreeSet;
use std::io::{Read, Seek};
use std::ops::ControlFlow;

use interdict_customers::{CustomerFile, Format, Interpreter, Keys, Profile, Role};
use interdict_desk::books::BookCustomer;

use crate::error::BatchError;
use crate::record::rejected_share;

/// Rows that are told one by one.
const TOLD: usize = 20;

/// What the rows of a file gave.
#[derive(Debug, Default)]
pub struct BookRows {
    /// Rows in it.
    pub count: u64,
    /// Customers.
    pub customers: Vec<BookCustomer>,
    /// Place and reason of each row that is no customer.
    pub rejected: Vec<String>,
    /// Keys of these rows, where they can be read.
    pub rejected_keys: BTreeSet<String>,
    /// How many of these rows have none.
    pub keyless: u64,
    /// Key, place and earlier line of each row whose key stood before.
    pub twice: Vec<String>,
}

/// Reads every row as a customer with a key; `name` is what errors call the file.
///
/// # Errors
/// When the file cannot be read, is not as the profile says, or has no column of keys.
pub fn book_rows<R: Read + Seek>(
    input: R,
    name: &str,
    profile: &Profile,
) -> Result<BookRows, BatchError> {
    let mut file = CustomerFile::open(input, name, profile)?;
    let keyed = profile.columns.contains_key(Role::Key.word());
    if !keyed && profile.file.format != Format::Ftm {
        return Err(BatchError::usage(format!(
            "{name}: no column holds the customers' keys; name it with --key COLUMN: a book knows its \
             customers by them. Columns: {}",
            file.headings().join(", ")
        )));
    }
    let interpreter = Interpreter::new(profile, file.headings(), name)?;
    let mut keys = Keys::default();
    let mut rows = BookRows::default();
    file.each(|row| {
        rows.count += 1;
        match interpreter.customer(&row) {
            Err(fault) => {
                rows.rejected.push(format!("{}: {fault}", row.place));
                match interpreter.key(&row) {
                    Some(key) => drop(rows.rejected_keys.insert(key)),
                    None => rows.keyless += 1,
                }
            }
            Ok(customer) => match customer.key {
                None => {
                    rows.keyless += 1;
                    rows.rejected.push(format!(
                        "{}: no key; a customer without one cannot be told from others",
                        row.place
                    ));
                }
                Some(key) => match keys.take(&key, row.place.line) {
                    Some(line) => rows
                        .twice
                        .push(format!("{}: key {key:?} stood in line {line}", row.place)),
                    None => rows.customers.push(BookCustomer {
                        key,
                        parties: customer.parties.into_iter().map(|p| p.entity).collect(),
                    }),
                },
            },
        }
        ControlFlow::Continue(())
    })?;
    for customer in &rows.customers {
        rows.rejected_keys.remove(&customer.key);
    }
    Ok(rows)
}

impl BookRows {
    /// Refuses what a book must not be made of: keys that mean two customers, and so many rejected rows
    /// (more than `most` in a hundred) that the profile is wrong. A customer that is missing from a load
    /// is gone from the book; one whose row was rejected stays.
    ///
    /// # Errors
    /// With the rows that are wrong.
    pub fn check(&self, name: &str, most: f64) -> Result<(), BatchError> {
        if !self.twice.is_empty() {
            return Err(BatchError::usage(format!(
                "{name}: {} rows have the key of an earlier row, nothing was loaded:\n  {}\ncorrect the \
                 file, or name another column with --key",
                self.twice.len(),
                some(&self.twice)
            )));
        }
        let share = rejected_share(self.rejected.len() as u64, self.count);
        if share > most || self.customers.is_empty() {
            return Err(BatchError::defect(format!(
                "{name}: {} of {} rows were rejected ({share:.1} %, more than --max-rejected {most}), nothing \
                 was loaded:\n  {}\ncorrect them, or the profile",
                self.rejected.len(),
                self.count,
                some(&self.rejected)
            )));
        }
        Ok(())
    }
}

/// The first lines, and how many more there are.
pub fn some(lines: &[String]) -> String {
    let mut shown: Vec<String> = lines.iter().take(TOLD).cloned().collect();
    if lines.len() > TOLD {
        shown.push(format!("and {} more", lines.len() - TOLD));
    }
    shown.join("\n  ")
}
