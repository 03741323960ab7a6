//! A first look at a file: what it is, how it is written, what its columns hold, and what it leaves
//! open. Reads the file to its end, so that one umlaut in the last row counts.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};

use crate::columns::{self, Role};
use crate::customer::{Customer, Interpreter};
use crate::dates::{Undecided, Votes};
use crate::error::{Ask, CustomerError, Question};
use crate::file::CustomerFile;
use crate::kinds;
use crate::profile::{Dates, Form, Format, Names, Order, PROFILE_VERSION, Profile, UNKNOWN};
use crate::table::{Cell, Flow, Row, RowFault};

mod form;

use form::{Sort, kind};

/// Rows that a person is shown.
const SHOWN: usize = 5;
/// Different values of a type column that are told; a column with more holds no types.
const MOST_TYPES: usize = 60;
/// A length is where a field ends if so many names in a thousand have it and none is longer.
const CUT_SHARE: u64 = 5;

/// What a person, or a profile, says beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Name of the profile that is made.
    pub name: Option<String>,
    /// Encoding, by its WHATWG name.
    pub encoding: Option<String>,
    /// Delimiter.
    pub delimiter: Option<char>,
    /// Order of day and month.
    pub date_order: Option<Order>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Row of the headings; 0 for none.
    pub header_row: Option<u64>,
    /// Columns by role, instead of what their headings say.
    pub columns: Vec<(Role, String)>,
}

/// What was found out about a file.
#[derive(Clone, Debug)]
pub struct Survey {
    /// How to read it.
    pub profile: Profile,
    /// Its headings.
    pub headings: Vec<String>,
    /// Headings that nothing uses.
    pub unused: Vec<String>,
    /// How each thing is known, for a person.
    pub findings: Vec<String>,
    /// What is still open. Without answers the file cannot be read.
    pub questions: Vec<Question>,
    /// Its first rows, as they are understood.
    pub shown: Vec<(Row, Result<Customer, RowFault>)>,
    /// Rows of customers.
    pub rows: u64,
}

/// Looks at a file; `file` is what errors call it.
///
/// # Errors
/// When it cannot be read, holds nothing, or is no file of customers.
pub fn survey<R: Read + Seek>(
    mut input: R,
    file: &str,
    answers: &Answers,
) -> Result<Survey, CustomerError> {
    let failed = |source| CustomerError::Read {
        file: file.to_owned(),
        source,
    };
    let mut head = Vec::new();
    input.seek(SeekFrom::Start(0)).map_err(failed)?;
    Read::take(&mut input, 8 * 1024)
        .read_to_end(&mut head)
        .map_err(failed)?;
    input.seek(SeekFrom::Start(0)).map_err(failed)?;
    let mut look = Look {
        file,
        answers,
        findings: Vec::new(),
        questions: Vec::new(),
    };
    let form = match kind(&head, file)? {
        Sort::Workbook => look.workbook(&mut input)?,
        Sort::Text => look.text(&mut input)?,
    };
    look.columns(input, form)
}

struct Look<'a> {
    file: &'a str,
    answers: &'a Answers,
    findings: Vec<String>,
    questions: Vec<Question>,
}

/// A form with the headings it gives.
struct Formed {
    form: Form,
    /// Members of JSON objects, or nothing.
    headings: Option<Vec<String>>,
}

impl Look<'_> {
    fn failed(&self) -> impl Fn(std::io::Error) -> CustomerError + use<> {
        let file = self.file.to_owned();
        move |source| CustomerError::Read {
            file: file.clone(),
            source,
        }
    }

    /// Columns, dates, types, lengths: everything that needs rows.
    fn columns<R: Read + Seek>(
        mut self,
        mut input: R,
        formed: Formed,
    ) -> Result<Survey, CustomerError> {
        let mut profile = Profile {
            version: PROFILE_VERSION,
            name: self
                .answers
                .name
                .clone()
                .unwrap_or_else(|| "detected".to_owned()),
            file: formed.form,
            dates: Dates::default(),
            names: Names::default(),
            columns: BTreeMap::new(),
            types: BTreeMap::new(),
        };
        if profile.file.format == Format::Csv
            && !self.answers.columns.is_empty()
            && self.answers.header_row.is_none()
            && profile.file.header_row == 0
        {
            self.header_by_answers(&mut input, &mut profile)?;
        }
        let headings = match formed.headings {
            Some(headings) => headings,
            None => CustomerFile::open(&mut input, self.file, &profile)?
                .headings()
                .to_vec(),
        };
        let places = self.assign(&headings, profile.file.header_row, profile.file.format)?;
        let ftm = profile.file.format == Format::Ftm;
        let mut gathered = Gathered::default();
        {
            let mut open = CustomerFile::open(&mut input, self.file, &profile)?;
            open.each(|row| gathered.take(row, &places))?;
        }
        if gathered.rows == 0 {
            return Err(CustomerError::Empty {
                file: self.file.to_owned(),
            });
        }
        self.settle_dates(&gathered.votes, &mut profile);
        self.settle_types(&gathered.types, &mut profile);
        profile.names.cut_at = gathered.cuts();
        for length in &profile.names.cut_at {
            self.findings.push(format!(
                "no name is longer than {length} characters and several are exactly that: they may be \
                 cut off"
            ));
        }
        for (role, columns) in &places {
            let names = columns.iter().filter_map(|c| headings.get(*c).cloned());
            profile
                .columns
                .insert(role.word().to_owned(), names.collect());
        }
        if profile.columns.is_empty() && !ftm {
            self.ask_for_name(&headings);
        }
        let unused = headings
            .iter()
            .enumerate()
            .filter(|(i, _)| !ftm && !places.values().any(|c| c.contains(i)))
            .map(|(_, h)| h.clone())
            .collect();
        let interpreter = Interpreter::new(&profile, &headings, self.file)?;
        let shown = gathered
            .shown
            .into_iter()
            .map(|row| {
                let customer = interpreter.customer(&row);
                (row, customer)
            })
            .collect();
        self.questions.sort_by_key(|q| q.about);
        Ok(Survey {
            profile,
            headings,
            unused,
            findings: self.findings,
            questions: self.questions,
            shown,
            rows: gathered.rows,
        })
    }

    /// Headings that only the person knows: the first record, where it has every name that was given.
    fn header_by_answers<R: Read + Seek>(
        &mut self,
        input: &mut R,
        profile: &mut Profile,
    ) -> Result<(), CustomerError> {
        profile.file.header_row = 1;
        let open = CustomerFile::open(&mut *input, self.file, profile)?;
        let headed = self
            .answers
            .columns
            .iter()
            .all(|(_, name)| open.headings().contains(name));
        drop(open);
        if !headed {
            profile.file.header_row = 0;
        }
        Ok(())
    }

    fn assign(
        &mut self,
        headings: &[String],
        header_row: u64,
        format: Format,
    ) -> Result<BTreeMap<Role, Vec<usize>>, CustomerError> {
        let mut places = match (format, header_row) {
            (Format::Ftm, _) => BTreeMap::new(),
            // One column without a heading can only be the names.
            (Format::Csv | Format::Workbook, 0) if headings.len() == 1 => {
                BTreeMap::from([(Role::Name, vec![0])])
            }
            (Format::Csv | Format::Workbook, 0) => BTreeMap::new(),
            _ => columns::assign(headings),
        };
        let mut told: BTreeMap<Role, Vec<usize>> = BTreeMap::new();
        let mut missing = Vec::new();
        for (role, name) in &self.answers.columns {
            match headings.iter().position(|h| h == name) {
                Some(place) => told.entry(*role).or_default().push(place),
                None => missing.push(name.clone()),
            }
        }
        if !missing.is_empty() {
            return Err(CustomerError::Columns {
                file: self.file.to_owned(),
                profile: "of the command line".to_owned(),
                missing,
                found: headings.to_vec(),
            });
        }
        for columns in places.values_mut() {
            columns.retain(|c| !told.values().any(|t| t.contains(c)));
        }
        places.extend(told);
        places.retain(|_, columns| !columns.is_empty());
        // Without a name the other columns are no use; an identifier may do.
        let usable = places
            .keys()
            .any(|r| r.names() || r.identifier().is_some() || *r == Role::Identifier);
        if !usable {
            places.clear();
        }
        Ok(places)
    }

    fn ask_for_name(&mut self, headings: &[String]) {
        let shown: Vec<String> = headings.iter().take(12).map(|h| format!("{h:?}")).collect();
        self.questions.push(Question {
            about: Ask::NameColumn,
            text: format!(
                "no heading says which column holds the name; the columns are {}",
                shown.join(", ")
            ),
            answers: headings
                .iter()
                .take(12)
                .map(|h| format!("--column name={h:?}"))
                .collect(),
        });
    }

    fn settle_dates(&mut self, votes: &Votes, profile: &mut Profile) {
        if votes.serials() {
            profile.dates.serials = true;
            self.findings
                .push("dates are day numbers of a spreadsheet, counted from 1900".to_owned());
            return;
        }
        if let Some(order) = self.answers.date_order {
            profile.dates.order = Some(order);
            return;
        }
        let at = |place: &Option<(u64, String)>| {
            place.as_ref().map_or_else(String::new, |(line, text)| {
                format!("{text:?} in line {line}")
            })
        };
        match votes.order() {
            Ok(None) => {}
            Ok(Some(order)) => {
                let (word, place, order) = match order {
                    interdict_model::DateOrder::MonthFirst => {
                        ("month first", at(&votes.first_month_first), Order::Mdy)
                    }
                    _ => ("day first", at(&votes.first_day_first), Order::Dmy),
                };
                profile.dates.order = Some(order);
                self.findings
                    .push(format!("dates have the {word}, as {place} shows"));
            }
            Err(why) => {
                let text = match why {
                    Undecided::NoDayAbove12 => format!(
                        "is {} day first or month first? None of {} dates has a day above 12",
                        at(&votes.first_open),
                        votes.open
                    ),
                    Undecided::BothOrders => format!(
                        "the dates disagree: {} can only be day first ({} such), {} only month first \
                         ({} such); which is right? The others will not be used",
                        at(&votes.first_day_first),
                        votes.day_first,
                        at(&votes.first_month_first),
                        votes.month_first
                    ),
                };
                self.questions.push(Question {
                    about: Ask::DateOrder,
                    text,
                    answers: vec!["--date-order dmy".to_owned(), "--date-order mdy".to_owned()],
                });
            }
        }
        if votes.unread > 0 {
            self.findings.push(format!(
                "{} values of date columns are no dates and are not used, the first {}",
                votes.unread,
                at(&votes.first_unread)
            ));
        }
    }

    fn settle_types(&mut self, types: &BTreeMap<String, u64>, profile: &mut Profile) {
        if types.len() > MOST_TYPES {
            self.findings.push(
                "the type column has many different values; those not known are asked as person and \
                 organisation"
                    .to_owned(),
            );
            return;
        }
        for word in types.keys() {
            let schema = kinds::schema(word)
                .map(str::to_owned)
                .or_else(|| crate::asked::schema_of(word).map(|s| s.name().to_owned()))
                .unwrap_or_else(|| UNKNOWN.to_owned());
            profile.types.insert(word.clone(), schema);
        }
        let said: Vec<String> = profile
            .types
            .iter()
            .map(|(word, schema)| format!("{word:?} is {schema}"))
            .collect();
        if !said.is_empty() {
            self.findings.push(format!("types: {}", said.join(", ")));
        }
    }
}

/// What the rows of a file say together.
#[derive(Default)]
struct Gathered {
    rows: u64,
    votes: Votes,
    types: BTreeMap<String, u64>,
    lengths: BTreeMap<usize, u64>,
    shown: Vec<Row>,
}

impl Gathered {
    fn take(&mut self, row: Row, places: &BTreeMap<Role, Vec<usize>>) -> Flow {
        self.rows += 1;
        let cells = |role: Role| {
            let columns = places.get(&role).map_or(&[][..], Vec::as_slice);
            columns.iter().filter_map(|c| row.cells.get(*c))
        };
        if row.fault.is_none() {
            for cell in cells(Role::BirthDate) {
                if let Cell::Text(text) = cell {
                    for part in text.split([';', '|', '\n']) {
                        self.votes.take(part, row.place.line);
                    }
                }
            }
            if self.types.len() <= MOST_TYPES {
                for cell in cells(Role::Type).filter(|c| !c.is_empty()) {
                    let word = cell.text().trim().to_owned();
                    *self.types.entry(word).or_default() += 1;
                }
            }
            for cell in cells(Role::Name) {
                let length = cell.text().trim().chars().count();
                *self.lengths.entry(length).or_default() += 1;
            }
        }
        if self.shown.len() < SHOWN {
            self.shown.push(row);
        }
        Flow::Continue(())
    }

    /// The length at which the longest names of the file end, if that is where a field ends.
    fn cuts(&self) -> Vec<usize> {
        let total: u64 = self.lengths.values().sum();
        let Some((&longest, &count)) = self.lengths.iter().next_back() else {
            return Vec::new();
        };
        let before = longest
            .checked_sub(1)
            .and_then(|n| self.lengths.get(&n))
            .copied()
            .unwrap_or(0);
        let cut =
            longest >= 16 && count >= 3 && count * 1000 >= total * CUT_SHARE && count > 2 * before;
        if cut { vec![longest] } else { Vec::new() }
    }
}
