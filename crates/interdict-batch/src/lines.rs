//! What one row becomes: its lines of hits, or its line among the rejected.

use interdict_customers::table::{Row, RowFault};
use interdict_customers::{Customer, Interpreter, Note, Party};
use interdict_desk::books::{SubjectRecord, subject_hash};
use interdict_screening::{Answer, Finding, Hit, Request, Screener};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::output::{COLUMNS, Kind, REJECTED, inert, input_column};
use super::record::Counts;
use crate::error::BatchError;

/// What separates several values of a cell.
const SEPARATOR: &str = "; ";

/// What a row gave.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// Lines for the output.
    pub(crate) output: Vec<u8>,
    /// Lines for the rejected rows.
    pub(crate) rejected: Vec<u8>,
    /// Whom was screened, as a line of JSON.
    pub(crate) screened: Vec<u8>,
    /// What it counts for.
    pub(crate) counts: Counts,
    /// The line on which a row of the same key stood before; set by whoever saw the rows in order.
    pub(crate) key_line: Option<u64>,
}

/// How rows become lines.
#[derive(Debug)]
pub(crate) struct Writing<'a> {
    /// Makes customers of rows.
    pub(crate) interpreter: &'a Interpreter,
    /// Headings of the input.
    pub(crate) headings: &'a [String],
    /// Form of the output.
    pub(crate) kind: Kind,
    /// Parties without a hit have a line too.
    pub(crate) all_rows: bool,
    /// The day on which rules of law are looked at.
    pub(crate) today: Date,
}

impl Writing<'_> {
    /// The first line of the output; none for JSON.
    pub(crate) fn head(&self) -> Result<Vec<u8>, BatchError> {
        if self.kind == Kind::JsonLines {
            return Ok(Vec::new());
        }
        let own = COLUMNS.iter().map(|c| (*c).to_owned());
        csv_line(own.chain(self.headings.iter().map(|h| input_column(h))))
    }

    /// The first line of the rejected rows.
    pub(crate) fn rejected_head(&self) -> Result<Vec<u8>, BatchError> {
        let own = REJECTED.iter().map(|c| (*c).to_owned());
        csv_line(own.chain(self.headings.iter().map(|h| input_column(h))))
    }

    /// Screens a row and writes what comes of it. `earlier` is the line of a row with the same key.
    pub(crate) fn row(
        &self,
        screener: &mut Screener<'_>,
        row: &Row,
        earlier: Option<u64>,
    ) -> Result<Written, BatchError> {
        let mut written = Written {
            key_line: earlier,
            ..Written::default()
        };
        written.counts.rows = 1;
        match self.interpreter.customer(row) {
            Err(fault) => self.reject(row, &fault, &mut written)?,
            Ok(customer) => self.screen(screener, row, &customer, &mut written)?,
        }
        Ok(written)
    }

    fn reject(&self, row: &Row, fault: &RowFault, written: &mut Written) -> Result<(), BatchError> {
        written.counts.rejected = 1;
        let mut cells = vec![
            row.place.row.to_string(),
            row.place.to_string(),
            fault.to_string(),
        ];
        cells.extend(row.cells.iter().map(|c| inert(&c.text()).into_owned()));
        // A row of too few or too many cells has as many columns as the others here.
        cells.resize(
            cells.len().max(REJECTED.len() + self.headings.len()),
            String::new(),
        );
        written.rejected = csv_line(cells.into_iter())?;
        Ok(())
    }

    fn screen(
        &self,
        screener: &mut Screener<'_>,
        row: &Row,
        customer: &Customer,
        written: &mut Written,
    ) -> Result<(), BatchError> {
        written.counts.screened = 1;
        let (mut hit, mut finding) = (false, false);
        for (place, party) in (1..).zip(&customer.parties) {
            let answer = screener.screen(&party.entity, &Request::default(), self.today)?;
            let mut notes = party.notes.clone();
            if place == 1
                && let (Some(line), Some(key)) = (written.key_line, &customer.key)
            {
                written.counts.keys_twice = 1;
                notes.push(Note::KeyTwice {
                    key: key.clone(),
                    line,
                });
            }
            for note in &notes {
                let kind = note.word().to_owned();
                *written.counts.notes.entry(kind).or_default() += 1;
            }
            written.counts.parties += 1;
            written.counts.hits += answer.total.value as u64;
            written.counts.excluded += answer.excluded.len() as u64;
            hit |= answer.total.value > 0;
            finding |= !answer.findings.is_empty();
            let about = About {
                row,
                customer,
                party,
                place,
                notes: &notes,
                answer: &answer,
            };
            self.party(&about, &mut written.output)?;
        }
        let entities: Vec<_> = customer.parties.iter().map(|p| p.entity.clone()).collect();
        let subject = SubjectRecord {
            key: customer.id(),
            hash: subject_hash(&entities),
            hits: u32::try_from(written.counts.hits).unwrap_or(u32::MAX),
        };
        serde_json::to_writer(&mut written.screened, &subject)?;
        written.screened.push(b'\n');
        written.counts.rows_with_hits = u64::from(hit);
        written.counts.rows_with_findings = u64::from(finding);
        Ok(())
    }

    fn party(&self, about: &About<'_>, output: &mut Vec<u8>) -> Result<(), BatchError> {
        let answer = about.answer;
        let hits = answer.hits.iter().map(Line::Hit);
        let excluded = answer.excluded.iter().map(Line::Excluded);
        let findings = answer.findings.iter().map(Line::Finding);
        let none = self.all_rows && answer.hits.is_empty() && answer.excluded.is_empty();
        for line in hits
            .chain(excluded)
            .chain(none.then_some(Line::Nothing))
            .chain(findings)
        {
            match self.kind {
                Kind::JsonLines => {
                    serde_json::to_writer(&mut *output, &self.object(about, line))?;
                    output.push(b'\n');
                }
                Kind::Csv | Kind::Xlsx => {
                    output.extend(csv_line(self.cells(about, line).into_iter())?);
                }
            }
        }
        Ok(())
    }

    fn cells(&self, about: &About<'_>, line: Line<'_>) -> Vec<String> {
        let (status, hit) = (line.status(), line.hit());
        let list = |values: Option<&[String]>| values.unwrap_or_default().join(SEPARATOR);
        let mut cells: Vec<String> = vec![
            about.row.place.row.to_string(),
            about.customer.id(),
            hit.map_or_else(String::new, |h| h.id.clone()),
            hit.map_or("", |h| h.schema).to_owned(),
            hit.map_or_else(String::new, |h| h.caption.clone()),
            list(hit.map(|h| h.datasets.as_slice())),
            hit.map_or_else(String::new, |h| decimal(h.score.0)),
            hit.map_or_else(String::new, |h| h.rank.to_string()),
            explanation(about, line),
            about.row.place.to_string(),
            status.to_owned(),
            about.place.to_string(),
            about.party.role.word().to_owned(),
            name_of(about.party),
            hit.and_then(|h| h.reason.name.as_ref())
                .map_or_else(String::new, |n| n.list.clone()),
            hit.map(programmes).unwrap_or_default().join(SEPARATOR),
            hit.map(listing_dates).unwrap_or_default().join(SEPARATOR),
            list(hit.map(|h| h.dates.as_slice())),
            line.finding().map_or_else(
                || list(hit.map(|h| h.countries.as_slice())),
                |finding| finding.territory.clone(),
            ),
            list(hit.map(|h| h.topics.as_slice())),
            about.answer.total.value.to_string(),
            notes(about.notes),
        ];
        cells.extend(about.row.cells.iter().map(|c| c.text().into_owned()));
        if self.kind == Kind::Csv {
            for (cell, column) in cells.iter_mut().zip(0..) {
                // Numbers of Interdict's own are no formulas.
                if !matches!(column, 0 | 6 | 7 | 11 | 20)
                    && let std::borrow::Cow::Owned(text) = inert(cell)
                {
                    *cell = text;
                }
            }
        }
        cells
    }

    fn object(&self, about: &About<'_>, line: Line<'_>) -> Value {
        let (status, hit) = (line.status(), line.hit());
        let input: Map<String, Value> = self
            .headings
            .iter()
            .zip(&about.row.cells)
            .map(|(heading, cell)| (heading.clone(), cell.text().into_owned().into()))
            .collect();
        json!({
            "row": about.row.place.row,
            "query_id": about.customer.id(),
            "entity_id": hit.map(|h| &h.id),
            "schema": hit.map(|h| h.schema),
            "caption": hit.map(|h| &h.caption),
            "datasets": hit.map(|h| &h.datasets),
            "score": hit.map(|h| h.score),
            "rank": hit.map(|h| h.rank),
            "explanation": explanation(about, line),
            "place": about.row.place.to_string(),
            "status": status,
            "party": about.place,
            "party_role": about.party.role.word(),
            "party_name": name_of(about.party),
            "matched_name": hit.and_then(|h| h.reason.name.as_ref()).map(|n| &n.list),
            "programmes": hit.map(programmes).unwrap_or_default(),
            "listing_date": hit.map(listing_dates).unwrap_or_default(),
            "birth_dates": hit.map(|h| &h.dates),
            "countries": hit.map(|h| &h.countries),
            "topics": hit.map(|h| &h.topics),
            "hits": about.answer.total.value,
            "notes": about.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "input": input,
            "reason": hit.map(|h| &h.reason),
            "finding": line.finding(),
        })
    }
}

/// What a line of the output is about.
#[derive(Clone, Copy)]
enum Line<'a> {
    /// A listed entity that may be the party.
    Hit(&'a Hit),
    /// One that a lifelong identifier excludes.
    Excluded(&'a Hit),
    /// A rule about a territory that a field meets.
    Finding(&'a Finding),
    /// Neither a hit nor an excluded one.
    Nothing,
}

impl<'a> Line<'a> {
    fn status(self) -> &'static str {
        match self {
            Line::Hit(_) => "possible-match",
            Line::Excluded(_) => "excluded",
            Line::Finding(_) => "territory-rule",
            Line::Nothing => "no-match",
        }
    }

    fn hit(self) -> Option<&'a Hit> {
        match self {
            Line::Hit(hit) | Line::Excluded(hit) => Some(hit),
            Line::Finding(_) | Line::Nothing => None,
        }
    }

    fn finding(self) -> Option<&'a Finding> {
        match self {
            Line::Finding(finding) => Some(finding),
            Line::Hit(_) | Line::Excluded(_) | Line::Nothing => None,
        }
    }
}

/// A party with what was found for it.
struct About<'a> {
    row: &'a Row,
    customer: &'a Customer,
    party: &'a Party,
    place: usize,
    notes: &'a [Note],
    answer: &'a Answer,
}

fn name_of(party: &Party) -> String {
    party
        .entity
        .statements
        .iter()
        .find(|s| s.property.kind() == interdict_model::PropertyType::Name)
        .map_or_else(String::new, |s| s.value.to_string())
}

/// Why it is a hit or meets a rule, and what was made of the row on the way.
fn explanation(about: &About<'_>, line: Line<'_>) -> String {
    let rule = line.finding().map(Finding::sentence);
    let reason = line.hit().map(|h| h.reason.sentence.clone());
    let mut text = rule.or(reason).unwrap_or_default();
    let said = notes(about.notes);
    if !text.is_empty() && !said.is_empty() {
        text.push(' ');
    }
    text.push_str(&said);
    text
}

fn notes(notes: &[Note]) -> String {
    let all: Vec<String> = notes.iter().map(ToString::to_string).collect();
    all.join(" ")
}

/// Each value once, in order.
fn once(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut out = Vec::new();
    for value in values {
        if !out.contains(&value) {
            out.push(value);
        }
    }
    out
}

fn programmes(hit: &Hit) -> Vec<String> {
    once(hit.listings.iter().flat_map(|l| l.programmes.clone()))
}

fn listing_dates(hit: &Hit) -> Vec<String> {
    once(
        hit.listings
            .iter()
            .filter_map(|l| l.listing_date.clone().or_else(|| l.start_date.clone())),
    )
}

/// A score of units of 1/10,000 as a decimal number.
fn decimal(units: u16) -> String {
    format!("{}.{:04}", units / 10_000, units % 10_000)
}

fn csv_line(cells: impl Iterator<Item = String>) -> Result<Vec<u8>, BatchError> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .buffer_capacity(1024)
        .from_writer(Vec::new());
    writer.write_record(cells.collect::<Vec<_>>())?;
    writer
        .into_inner()
        .map_err(|e| BatchError::defect(format!("a line of the result: {}", e.error())))
}
