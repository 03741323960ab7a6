//! A row as a customer: its key, its place, the parties it names, each as an entity to screen.
//!
//! This is the seam for whatever keeps customers: a book stores `key`, the parties' entities and the
//! place; screening takes `Party::entity` as it is.

use std::collections::BTreeMap;

use interdict_model::{Entity, Schema};

use crate::asked::Asked;
use crate::columns::Role;
use crate::countries;
use crate::dates::{self, Rules};
use crate::error::CustomerError;
use crate::kinds;
use crate::names::{self, Kind, Named, PartyRole};
use crate::notes::Note;
use crate::profile::{Format, Profile, UNKNOWN};
use crate::table::{Cell, Row, RowFault, RowPlace};

/// A customer, as one row gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct Customer {
    /// What the bank knows the customer by; `None` where the file has no such column or the cell is
    /// empty. Not checked to be the only one: [`crate::Keys`] does that.
    pub key: Option<String>,
    /// Where the row stands.
    pub place: RowPlace,
    /// Who is named, the holder first; never empty.
    pub parties: Vec<Party>,
}

/// One party of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    /// Its part in the row.
    pub role: PartyRole,
    /// What to screen. Its id is the key of the row (its number where there is none), with `/2`, `/3`, …
    /// for the second party and those after it.
    pub entity: Entity,
    /// What was recognised, repaired, assumed or not used.
    pub notes: Vec<Note>,
}

impl Customer {
    /// What results call the row by: its key, or its number.
    pub fn id(&self) -> String {
        self.key
            .clone()
            .unwrap_or_else(|| self.place.row.to_string())
    }
}

/// Makes customers of rows. Pure: rows may be read on any thread in any order.
#[derive(Clone, Debug)]
pub struct Interpreter {
    places: BTreeMap<Role, Vec<usize>>,
    types: BTreeMap<String, Option<Schema>>,
    rules: Rules,
    split: bool,
    cut_at: Vec<usize>,
    ftm: bool,
}

/// Kind and schema of a row before its names are looked at.
#[derive(Clone, Debug)]
struct Stated {
    kind: Kind,
    schema: Option<Schema>,
    note: Option<Note>,
}

impl Interpreter {
    /// For rows with these headings; `file` is what errors call the file.
    ///
    /// # Errors
    /// When the profile names a column that is not there.
    pub fn new(
        profile: &Profile,
        headings: &[String],
        file: &str,
    ) -> Result<Interpreter, CustomerError> {
        let places = match profile.file.format {
            Format::Ftm => BTreeMap::new(),
            _ => profile.places(file, headings)?,
        };
        let types = profile
            .types
            .iter()
            .map(|(value, schema)| {
                let schema = (schema != UNKNOWN).then(|| Schema::get(schema)).flatten();
                (kinds::normal(value), schema)
            })
            .collect();
        Ok(Interpreter {
            places,
            types,
            rules: Rules {
                order: profile.dates.order.map(Into::into).unwrap_or_default(),
                serials: profile.dates.serials,
            },
            split: profile.names.split,
            cut_at: profile.names.cut_at.clone(),
            ftm: profile.file.format == Format::Ftm,
        })
    }

    /// The customer of a row.
    ///
    /// # Errors
    /// Why the row cannot be screened.
    pub fn customer(&self, row: &Row) -> Result<Customer, RowFault> {
        if let Some(fault) = &row.fault {
            return Err(fault.clone());
        }
        if self.ftm {
            return crate::ftm::customer(row);
        }
        let key = self.first(row, Role::Key);
        let mut notes = Vec::new();
        let stated = self.stated(row);
        let mut parties = self.parties(row, &stated, &mut notes)?;
        let identifiers = self.identifiers(row);
        if parties.is_empty() {
            if identifiers.is_empty() {
                return Err(self.nameless(row));
            }
            parties.push(Named {
                role: PartyRole::Holder,
                kind: stated.kind,
                name: String::new(),
                aliases: Vec::new(),
                date: None,
                notes: Vec::new(),
            });
        }
        let id = key.clone().unwrap_or_else(|| row.place.row.to_string());
        let count = parties.len();
        let mut made = Vec::with_capacity(count);
        for (i, named) in parties.into_iter().enumerate() {
            let mut own = self.party(row, &stated, named, &identifiers, (i, count), &id);
            if i == 0 {
                own.notes.splice(0..0, notes.drain(..));
            }
            made.push(own);
        }
        Ok(Customer {
            key,
            place: row.place.clone(),
            parties: made,
        })
    }

    /// The key of a row, also of one that cannot be screened, as far as it can be read.
    pub fn key(&self, row: &Row) -> Option<String> {
        if self.ftm {
            return crate::ftm::customer(row).ok().and_then(|c| c.key);
        }
        self.first(row, Role::Key).filter(|key| !key.is_empty())
    }

    fn cells<'r>(&self, row: &'r Row, role: Role) -> impl Iterator<Item = &'r Cell> {
        let places = self.places.get(&role).map_or(&[][..], Vec::as_slice);
        places
            .iter()
            .filter_map(|place| row.cells.get(*place))
            .filter(|cell| !cell.is_empty())
            .collect::<Vec<_>>()
            .into_iter()
    }

    fn first(&self, row: &Row, role: Role) -> Option<String> {
        self.cells(row, role)
            .next()
            .map(|cell| cell.text().trim().to_owned())
    }

    /// The cells of a role, joined.
    fn joined(&self, row: &Row, roles: &[Role]) -> String {
        let mut out = String::new();
        for role in roles {
            for cell in self.cells(row, *role) {
                let text = match cell {
                    Cell::Many(values) => values.first().cloned().unwrap_or_default(),
                    other => other.text().into_owned(),
                };
                if !out.is_empty() && !text.is_empty() {
                    out.push(' ');
                }
                out.push_str(text.trim());
            }
        }
        out
    }

    /// The values of the cells of a role, apart.
    fn values(&self, row: &Row, role: Role) -> Vec<String> {
        let mut out = Vec::new();
        for cell in self.cells(row, role) {
            match cell {
                Cell::Many(values) => out.extend(values.iter().cloned()),
                other => out.extend(
                    other
                        .text()
                        .split([';', '|', '\n'])
                        .map(|v| v.trim().to_owned()),
                ),
            }
        }
        out.retain(|v| !v.is_empty());
        out
    }

    fn nameless(&self, row: &Row) -> RowFault {
        let written = [Role::Name, Role::FamilyName, Role::GivenName]
            .into_iter()
            .find_map(|role| self.cells(row, role).next());
        match written {
            Some(Cell::Broken(error)) => RowFault::Broken(error.clone()),
            Some(cell) => RowFault::NoLetters(cell.text().into_owned()),
            None => RowFault::Nothing,
        }
    }

    /// What the row says it is.
    fn stated(&self, row: &Row) -> Stated {
        let word = self.first(row, Role::Type).unwrap_or_default();
        let schema = match self.types.get(&kinds::normal(&word)) {
            Some(decided) => *decided,
            None => kinds::schema(&word)
                .and_then(Schema::get)
                .or_else(|| crate::asked::schema_of(&word).filter(|s| !s.is_abstract())),
        };
        let kind = match schema {
            Some(schema) if schema.is_named("Person") => Kind::Person,
            Some(schema) if matches!(schema.name(), "LegalEntity" | "Thing") => Kind::Unknown,
            Some(_) => Kind::Organisation,
            None => Kind::Unknown,
        };
        if kind != Kind::Unknown {
            return Stated {
                kind,
                schema,
                note: None,
            };
        }
        let greeted = self
            .first(row, Role::Salutation)
            .and_then(|text| names::salutation(&text));
        let personal = self.cells(row, Role::GivenName).next().is_some()
            || self.cells(row, Role::Gender).next().is_some();
        let kind = match greeted {
            Some(names::Salutation::Firm) => Kind::Organisation,
            Some(_) => Kind::Person,
            None if personal => Kind::Person,
            None => Kind::Unknown,
        };
        Stated {
            kind,
            schema: None,
            note: (kind == Kind::Unknown || !word.is_empty()).then_some(Note::UnknownType(word)),
        }
    }

    /// Everybody the row names.
    fn parties(
        &self,
        row: &Row,
        stated: &Stated,
        notes: &mut Vec<Note>,
    ) -> Result<Vec<Named>, RowFault> {
        let mut whole = self.joined(row, &[Role::Name, Role::NameMore]);
        // Several given names in one cell share the family name of the other.
        let family = self.joined(
            row,
            &[Role::NamePrefix, Role::FamilyName, Role::SecondFamilyName],
        );
        let given = self.joined(row, &[Role::GivenName]);
        let middle = self.joined(row, &[Role::MiddleName]);
        let mut people: Vec<String> = match self.split && !family.is_empty() {
            true => names::joint_given(&given),
            false => vec![given.clone()],
        };
        if people.is_empty() {
            people.push(String::new());
        }
        for (i, name) in people.iter_mut().enumerate() {
            let middle = if i == 0 { middle.as_str() } else { "" };
            *name = join(&[name, middle, &family]);
        }
        for role in [Role::Name, Role::FamilyName] {
            if let Some(Cell::Broken(error)) = self.cells(row, role).next() {
                return Err(RowFault::Broken(error.clone()));
            }
        }
        for text in people.iter_mut().chain([&mut whole]) {
            *text = names::mend(text, notes);
        }
        people.retain(|name| has_letters(name) && !same_words(&whole, name));
        if let Some(text) = self.first(row, Role::Salutation)
            && names::salutation(&text) == Some(names::Salutation::Two)
        {
            match people.as_mut_slice() {
                [] => whole = format!("{text} {whole}"),
                [one] => *one = format!("{text} {one}"),
                _ => {}
            }
        }
        let mut found = Vec::new();
        if has_letters(&whole) {
            found.extend(self.read(&whole, stated.kind));
        }
        let kind = match stated.kind {
            Kind::Organisation if found.is_empty() => Kind::Organisation,
            _ => Kind::Person,
        };
        for name in &people {
            found.extend(self.read(name, kind));
        }
        if let Some(holder) = found.first_mut() {
            holder.aliases.extend(self.other_names(row, &family));
        } else {
            let mut others = self.values(row, Role::Alias).into_iter();
            found.extend(
                others
                    .next()
                    .into_iter()
                    .flat_map(|n| self.read(&n, stated.kind)),
            );
        }
        let more = [
            (Role::JointName, PartyRole::JointHolder, Kind::Unknown),
            (Role::CareOf, PartyRole::CareOf, Kind::Unknown),
            (
                Role::TradingName,
                PartyRole::TradingName,
                Kind::Organisation,
            ),
        ];
        for (column, role, kind) in more {
            for cell in self.cells(row, column) {
                let text = names::mend(&cell.text(), notes);
                if !has_letters(&text) {
                    continue;
                }
                let mut others = self.read(&text, kind);
                if let Some(first) = others.first_mut() {
                    first.role = role;
                }
                found.extend(others);
            }
        }
        // One name twice in a row is one party.
        let mut kept: Vec<Named> = Vec::new();
        for (i, mut party) in found.into_iter().enumerate() {
            if kept.iter().any(|k| same_words(&k.name, &party.name)) {
                continue;
            }
            if i > 0 && party.role == PartyRole::Holder {
                party.role = PartyRole::JointHolder;
            }
            kept.push(party);
        }
        for party in &mut kept {
            names::looks(&party.name, &self.cut_at, &mut party.notes);
        }
        self.cut_cells(row, &mut kept);
        Ok(kept)
    }

    /// A cell as long as the field it came from, though the name was put together or taken apart.
    fn cut_cells(&self, row: &Row, parties: &mut [Named]) {
        for role in [
            Role::Name,
            Role::NameMore,
            Role::GivenName,
            Role::FamilyName,
        ] {
            for cell in self.cells(row, role) {
                let mut notes = Vec::new();
                names::looks(cell.text().trim(), &self.cut_at, &mut notes);
                let cut = notes.into_iter().find(|n| matches!(n, Note::MaybeCut(_)));
                if let Some(cut) = cut
                    && let Some(last) = parties.last_mut()
                    && !last.notes.contains(&cut)
                {
                    last.notes.push(cut);
                }
            }
        }
    }

    fn read(&self, text: &str, kind: Kind) -> Vec<Named> {
        if self.split {
            return names::parse(text, kind);
        }
        vec![Named {
            role: PartyRole::Holder,
            kind,
            name: text.to_owned(),
            aliases: Vec::new(),
            date: None,
            notes: Vec::new(),
        }]
    }

    /// Names of the holder in other columns.
    fn other_names(&self, row: &Row, family: &str) -> Vec<String> {
        let mut out = self.values(row, Role::Alias);
        out.extend(self.values(row, Role::NameKana));
        let given = self.joined(row, &[Role::GivenName, Role::MiddleName]);
        for maiden in self.values(row, Role::MaidenName) {
            if given.is_empty() || family.is_empty() || maiden.contains(' ') {
                out.push(maiden);
            } else {
                out.push(format!("{given} {maiden}"));
            }
        }
        out.retain(|name| has_letters(name));
        out
    }

    /// Identifiers as `type:value`.
    fn identifiers(&self, row: &Row) -> Vec<String> {
        let mut out = self.values(row, Role::Identifier);
        for role in Role::ALL {
            if let Some(kind) = role.identifier() {
                out.extend(
                    self.values(row, *role)
                        .into_iter()
                        .map(|v| format!("{kind}:{v}")),
                );
            }
        }
        out
    }

    fn party(
        &self,
        row: &Row,
        stated: &Stated,
        named: Named,
        identifiers: &[String],
        (place, of): (usize, usize),
        id: &str,
    ) -> Party {
        let first = place == 0;
        let mut notes = named.notes;
        if of > 1 {
            notes.insert(
                0,
                Note::PartOf {
                    place: place + 1,
                    of,
                },
            );
        }
        let schema = match named.kind {
            Kind::Person => Some("Person"),
            Kind::Organisation => stated
                .schema
                .filter(|s| first && !s.is_named("Person"))
                .map(|s| s.name())
                .or(Some("Organization")),
            Kind::Unknown => Some("LegalEntity"),
        };
        if first
            && let Some(note) = &stated.note
            && (named.kind == Kind::Unknown
                || matches!(note, Note::UnknownType(w) if !w.is_empty()))
        {
            notes.push(note.clone());
        }
        let mut asked = Asked {
            id: if first {
                id.to_owned()
            } else {
                format!("{id}/{}", place + 1)
            },
            schema: schema.map(str::to_owned),
            ..Asked::default()
        };
        // What a system cut off may be part of the last word: a word that no list has.
        let cut = notes.iter().any(|note| matches!(note, Note::MaybeCut(_)));
        let shorter = cut.then(|| names::without_last_word(&named.name)).flatten();
        if !named.name.is_empty() {
            asked.names.push(named.name);
        }
        if let Some(name) = shorter {
            notes.push(Note::AskedShorter(name.clone()));
            asked.names.push(name);
        }
        asked.names.extend(named.aliases);
        let own = matches!(
            named.role,
            PartyRole::Holder | PartyRole::JointHolder | PartyRole::TradingName
        );
        if first {
            asked.birth_dates = self.dates(row, named.date.as_deref(), &mut notes);
            if named.kind != Kind::Organisation {
                asked.genders = self.values(row, Role::Gender);
            }
            asked.identifiers = identifiers.to_vec();
            let fields = !asked.birth_dates.is_empty() || !asked.genders.is_empty();
            if of > 1 && (fields || !identifiers.is_empty()) {
                notes.push(Note::FieldsOfFirst);
            }
        }
        if first || own {
            asked.countries = countries::read(&self.values(row, Role::Country));
        }
        if matches!(named.kind, Kind::Unknown) {
            // A legal entity has no gender; the word stays in the input column.
            asked.genders.clear();
        }
        let (entity, problems) = asked.entity();
        notes.extend(problems.into_iter().map(|p| Note::NotUsed {
            field: p.field.to_owned(),
            value: p.value,
            expected: p.expected,
        }));
        Party {
            role: named.role,
            entity,
            notes,
        }
    }

    /// Dates of the row, ISO 8601; `found` is one that stood in the name.
    fn dates(&self, row: &Row, found: Option<&str>, notes: &mut Vec<Note>) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        let mut take = |text: &str, notes: &mut Vec<Note>| {
            let values = dates::read(text, self.rules);
            if values.is_empty() {
                notes.push(Note::NotUsed {
                    field: "birth_date".to_owned(),
                    value: text.to_owned(),
                    expected: "expected a date that exists, in the file's order of day and month"
                        .to_owned(),
                });
            }
            if values.len() > 1 && values.iter().all(|v| v.len() == 10) {
                notes.push(Note::TwoCenturies(text.to_owned()));
            }
            for value in values {
                if !out.contains(&value) {
                    out.push(value);
                }
            }
        };
        for cell in self.cells(row, Role::BirthDate) {
            match cell {
                Cell::Date(iso) => take(iso, notes),
                Cell::Many(values) => values.iter().for_each(|v| take(v, notes)),
                other => other
                    .text()
                    .split([';', '|', '\n'])
                    .filter(|t| !t.trim().is_empty())
                    .for_each(|t| take(t.trim(), notes)),
            }
        }
        if let Some(text) = found {
            take(text, notes);
        }
        out
    }
}

fn join(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
    parts.join(" ")
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Whether two names have the same words, in any order and case.
fn same_words(a: &str, b: &str) -> bool {
    let words = |text: &str| {
        let mut all: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_lowercase)
            .collect();
        all.sort_unstable();
        all
    };
    !a.is_empty() && words(a) == words(b)
}
