//! The word index of one list.

use std::collections::HashMap;

use interdict_model::{Entity, Property, PropertyType};
use interdict_screening::{IndexError, Snapshot};

use super::words::{whole, words};

/// Longest value that is kept whole; a longer one is found by its words only.
pub(super) const MOST_WHOLE: usize = 120;
/// Positions between two values of a property, so that no phrase reaches from one into the next.
const GAP: u32 = 16;
/// The greatest position that a posting can hold.
const LAST: u32 = (1 << POSITION_BITS) - 1;
const POSITION_BITS: u32 = 22;
/// What stands in front of a value that is kept whole; no word begins so.
const WHOLE: char = '\u{1}';

/// Kinds of values that can be counted and filtered, one for each column.
pub(crate) const COLUMNS: [&str; 4] = ["countries", "topics", "genders", "identifiers"];

/// A word of a value: entity, field, position; as one number, so that postings sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Posting(u64);

impl Posting {
    fn new(entity: u32, field: u16, position: u32) -> Posting {
        let position = u64::from(position.min(LAST));
        Posting(u64::from(entity) << 32 | u64::from(field) << POSITION_BITS | position)
    }

    pub(crate) fn entity(self) -> u32 {
        u32::try_from(self.0 >> 32).unwrap_or_default()
    }

    pub(crate) fn field(self) -> u16 {
        let field = (self.0 >> POSITION_BITS) & ((1 << (32 - POSITION_BITS)) - 1);
        u16::try_from(field).unwrap_or_default()
    }

    /// Entity, field and position as one number; the next word of a value has the next one.
    pub(crate) fn place(self) -> u64 {
        self.0
    }
}

/// Values of one kind by entity.
#[derive(Debug, Default)]
pub(crate) struct Column {
    values: Vec<String>,
    /// By entity, where its values begin; one more than entities.
    starts: Vec<u32>,
    of: Vec<u32>,
}

impl Column {
    /// The values of an entity.
    pub(crate) fn of(&self, entity: u32) -> impl Iterator<Item = &str> {
        let entity = entity as usize;
        let start = self.starts.get(entity).copied().unwrap_or_default() as usize;
        let end = self.starts.get(entity + 1).copied().unwrap_or_default() as usize;
        let own = self.of.get(start..end).unwrap_or_default();
        own.iter()
            .filter_map(|value| self.values.get(*value as usize))
            .map(String::as_str)
    }
}

/// The words of a list.
#[derive(Debug)]
pub(crate) struct WordIndex {
    /// Names of fields, by number; sorted.
    fields: Vec<(&'static str, PropertyType)>,
    /// Words and whole values, sorted.
    terms: Vec<Box<str>>,
    /// By term, where its postings begin; one more than terms.
    starts: Vec<u32>,
    postings: Vec<Posting>,
    columns: [Column; COLUMNS.len()],
}

/// What is gathered before it is sorted.
#[derive(Default)]
struct Gathered {
    terms: HashMap<Box<str>, u32>,
    postings: Vec<(u32, Posting)>,
    values: [HashMap<String, u32>; COLUMNS.len()],
    columns: [Column; COLUMNS.len()],
    /// By field, the position behind the last word of the entity that is read.
    positions: HashMap<u16, u32>,
}

/// Every property name once, sorted, with its type.
fn all_fields() -> Vec<(&'static str, PropertyType)> {
    let mut all: Vec<(&'static str, PropertyType)> = interdict_model::Schema::all()
        .flat_map(|schema| schema.properties())
        .filter(|property| !property.stub())
        .map(|property| (property.name(), property.kind()))
        .collect();
    all.sort_by_key(|(name, _)| *name);
    all.dedup_by_key(|(name, _)| *name);
    all
}

/// The column of a value; `None` for what cannot be counted.
fn column_of(property: Property) -> Option<usize> {
    let column = match property.kind() {
        PropertyType::Country => "countries",
        PropertyType::Topic => "topics",
        PropertyType::Gender => "genders",
        PropertyType::Identifier => "identifiers",
        _ => return None,
    };
    COLUMNS.iter().position(|name| *name == column)
}

impl WordIndex {
    /// Reads a list of a snapshot.
    ///
    /// # Errors
    /// When the segment is damaged.
    pub(crate) fn build(snapshot: &Snapshot, segment: usize) -> Result<WordIndex, IndexError> {
        let fields = all_fields();
        let mut gathered = Gathered::default();
        let mut reader = snapshot.reader();
        let count = snapshot
            .segments()
            .get(segment)
            .map_or(0, |open| open.view().entity_count());
        for ordinal in 0..count {
            if let Some(entity) = reader.read(segment, ordinal)? {
                gathered.add(ordinal, &entity, &fields);
            }
        }
        Ok(gathered.finish(fields))
    }

    /// Numbers of the fields that a name stands for: a property, or the values of a type.
    pub(crate) fn fields_named(&self, name: &str) -> Vec<u16> {
        let name = name.strip_prefix("properties.").unwrap_or(name);
        let group = group_named(name);
        (0u16..)
            .zip(&self.fields)
            .filter(|(_, (own, kind))| *own == name || group == Some(*kind))
            .map(|(number, _)| number)
            .collect()
    }

    /// Postings of a term; `is_whole` for a value kept whole.
    pub(crate) fn term(&self, term: &str, is_whole: bool) -> &[Posting] {
        let found = if is_whole {
            let term = format!("{WHOLE}{term}");
            self.terms.binary_search_by(|t| (**t).cmp(&term))
        } else {
            self.terms.binary_search_by(|t| (**t).cmp(term))
        };
        found.map_or(&[], |place| self.postings_of(place))
    }

    fn postings_of(&self, term: usize) -> &[Posting] {
        let start = self.starts.get(term).copied().unwrap_or_default() as usize;
        let end = self.starts.get(term + 1).copied().unwrap_or_default() as usize;
        self.postings.get(start..end).unwrap_or_default()
    }

    /// Postings of the terms that begin so, list by list.
    pub(crate) fn prefixed(&self, prefix: &str, is_whole: bool) -> Vec<&[Posting]> {
        let prefix = if is_whole {
            format!("{WHOLE}{prefix}")
        } else {
            prefix.to_owned()
        };
        let first = self.terms.partition_point(|term| **term < *prefix);
        let terms = self.terms.get(first..).unwrap_or_default();
        (first..)
            .zip(terms)
            .take_while(|(_, term)| term.starts_with(&prefix))
            .filter(|(_, term)| is_whole || !term.starts_with(WHOLE))
            .map(|(place, _)| self.postings_of(place))
            .collect()
    }

    /// Postings of the words for which something holds, list by list.
    pub(crate) fn words_that(&self, holds: impl Fn(&str) -> bool) -> Vec<&[Posting]> {
        let first = self.terms.partition_point(|term| term.starts_with(WHOLE));
        let terms = self.terms.get(first..).unwrap_or_default();
        (first..)
            .zip(terms)
            .filter(|(_, term)| holds(term))
            .map(|(place, _)| self.postings_of(place))
            .collect()
    }

    /// Postings of the values kept whole for which something holds, value by value.
    pub(crate) fn wholes_that(&self, holds: impl Fn(&str) -> bool) -> Vec<&[Posting]> {
        let mut found = Vec::new();
        self.each_whole(|value, postings| {
            if holds(value) {
                found.push(postings);
            }
        });
        found
    }

    /// Every value that is kept whole, in order, with its postings.
    pub(crate) fn each_whole<'i>(&'i self, mut look: impl FnMut(&'i str, &'i [Posting])) {
        let wholes = self.terms.iter().enumerate();
        for (place, term) in wholes.take_while(|(_, term)| term.starts_with(WHOLE)) {
            if let Some(value) = term.strip_prefix(WHOLE) {
                look(value, self.postings_of(place));
            }
        }
    }

    /// The values of one of [`COLUMNS`].
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        let place = COLUMNS.iter().position(|known| *known == name)?;
        self.columns.get(place)
    }

    /// Bytes that it takes, roughly.
    pub(crate) fn size(&self) -> usize {
        let terms: usize = self.terms.iter().map(|term| term.len() + 16).sum();
        let columns: usize = self
            .columns
            .iter()
            .map(|c| (c.starts.len() + c.of.len()) * 4 + c.values.len() * 40)
            .sum();
        terms + self.starts.len() * 4 + self.postings.len() * 8 + columns
    }
}

/// The type whose values a plural stands for.
fn group_named(name: &str) -> Option<PropertyType> {
    Some(match name {
        "names" => PropertyType::Name,
        "countries" => PropertyType::Country,
        "topics" => PropertyType::Topic,
        "genders" => PropertyType::Gender,
        "identifiers" => PropertyType::Identifier,
        "dates" => PropertyType::Date,
        "addresses" => PropertyType::Address,
        "emails" => PropertyType::Email,
        "phones" => PropertyType::Phone,
        "urls" => PropertyType::Url,
        "languages" => PropertyType::Language,
        "entities" => PropertyType::Entity,
        _ => return None,
    })
}

impl Gathered {
    fn add(&mut self, ordinal: u32, entity: &Entity, fields: &[(&'static str, PropertyType)]) {
        self.positions.clear();
        let mut counted: [Vec<u32>; COLUMNS.len()] = Default::default();
        for statement in &entity.statements {
            let name = statement.property.name();
            let Ok(field) = fields.binary_search_by(|(known, _)| (*known).cmp(name)) else {
                continue;
            };
            let Ok(field) = u16::try_from(field) else {
                continue;
            };
            if statement.value.len() <= MOST_WHOLE {
                let mut term = String::from(WHOLE);
                term.push_str(&whole(&statement.value));
                self.push(term, Posting::new(ordinal, field, 0));
            }
            let first = self.positions.get(&field).copied().unwrap_or_default();
            let mut next = first;
            for word in words(&statement.value) {
                self.push(word, Posting::new(ordinal, field, next));
                next = next.saturating_add(1);
            }
            self.positions.insert(field, next.saturating_add(GAP));
            if let Some(column) = column_of(statement.property) {
                let known = &mut self.values[column];
                let number = u32::try_from(known.len()).unwrap_or(u32::MAX);
                let value = statement.value.to_string();
                counted[column].push(*known.entry(value).or_insert(number));
            }
        }
        for (column, mut values) in self.columns.iter_mut().zip(counted) {
            values.sort_unstable();
            values.dedup();
            column
                .starts
                .push(u32::try_from(column.of.len()).unwrap_or(u32::MAX));
            column.of.extend(values);
        }
    }

    fn push(&mut self, term: String, posting: Posting) {
        let number = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        let number = *self.terms.entry(term.into_boxed_str()).or_insert(number);
        self.postings.push((number, posting));
    }

    fn finish(self, fields: Vec<(&'static str, PropertyType)>) -> WordIndex {
        let mut terms: Vec<(Box<str>, u32)> = self.terms.into_iter().collect();
        terms.sort_unstable();
        let mut places = vec![0u32; terms.len()];
        for (place, (_, number)) in (0u32..).zip(&terms) {
            if let Some(slot) = places.get_mut(*number as usize) {
                *slot = place;
            }
        }
        let mut postings = self.postings;
        for (number, _) in &mut postings {
            *number = places.get(*number as usize).copied().unwrap_or_default();
        }
        postings.sort_unstable();
        postings.dedup();
        let mut starts = Vec::with_capacity(terms.len() + 1);
        for place in 0..=u32::try_from(terms.len()).unwrap_or(u32::MAX) {
            let start = postings.partition_point(|(term, _)| *term < place);
            starts.push(u32::try_from(start).unwrap_or(u32::MAX));
        }
        let mut columns = self.columns;
        for (column, values) in columns.iter_mut().zip(self.values) {
            column
                .starts
                .push(u32::try_from(column.of.len()).unwrap_or(u32::MAX));
            column.values = vec![String::new(); values.len()];
            for (value, number) in values {
                if let Some(slot) = column.values.get_mut(number as usize) {
                    *slot = value;
                }
            }
        }
        WordIndex {
            fields,
            terms: terms.into_iter().map(|(term, _)| term).collect(),
            starts,
            postings: postings.into_iter().map(|(_, posting)| posting).collect(),
            columns,
        }
    }
}
