//! Building a segment: entities in, one file out.

mod join;
mod layout;
mod terms;

pub use join::{Joint, Origin};
pub(crate) use layout::table_checksum;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use compact_str::CompactString;
use foldhash::fast::FixedState;
use interdict_evidence::{
    Fact, FactKind, FormRef, MAX_RUN, NameClass, PreparedForm, PreparedName, PreparedReading,
    PreparedToken, shows_foreign,
};
use interdict_model::{DatasetName, Schema};
use interdict_text::{NameKind, Role, Space};
use smallvec::SmallVec;
use zerocopy::little_endian::{U32, U64};

use crate::columns::{TextWriter, number, put};
use crate::error::IndexError;
use crate::format::{FactRecord, PayloadBlock};
use crate::hash::{hash, hash32};
use crate::letters::held;
use crate::segment::Segment;
use crate::{keys, map::Bytes};

use terms::Interner;

/// Length from which on a block of payload is closed. One entity costs one block to decompress.
const BLOCK: usize = 16 * 1024;
/// Compression level of payload blocks.
const LEVEL: i32 = 3;
/// Longest text of one name, fact or id, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// What a segment says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The dataset.
    pub dataset: DatasetName,
    /// The version of the dataset that the segment holds.
    pub version: String,
}

/// A name of an entity, ready to be indexed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexName {
    /// How good it is.
    pub class: NameClass,
    /// What it names.
    pub kind: NameKind,
    /// As listed.
    pub text: CompactString,
    /// As compared.
    pub prepared: PreparedName,
}

/// An entity, ready to be indexed.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexEntity {
    /// Its id; no two entities of a segment share one.
    pub id: CompactString,
    /// What kind of thing it is.
    pub schema: Schema,
    /// The names it can be found by; none for sanctions, links and the like.
    pub names: Vec<IndexName>,
    /// What else scoring knows of it.
    pub facts: Vec<Fact>,
    /// Its topics.
    pub topics: Vec<CompactString>,
    /// The ids of entities it refers to.
    pub references: Vec<CompactString>,
    /// What answers show of it, in whatever form its builder reads back; may be empty.
    pub card: Vec<u8>,
    /// The entity itself, see [`crate::payload`].
    pub payload: Vec<u8>,
}

/// What was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// Length of the file in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal: its name for whoever keeps segments.
    pub sha256: String,
    /// Entities.
    pub entities: usize,
    /// Names.
    pub names: usize,
    /// Readings of names.
    pub readings: usize,
    /// Terms.
    pub terms: usize,
}

pub(super) struct EntityRow {
    pub(super) first_name: u32,
    pub(super) first_fact: u32,
    pub(super) block: u32,
    pub(super) start: u32,
    pub(super) length: u32,
    pub(super) schema: u16,
}

pub(super) struct NameRow {
    pub(super) entity: u32,
    pub(super) class: u8,
    pub(super) kind: u8,
}

pub(super) struct ReadingRow {
    pub(super) weight: u32,
    pub(super) name: u32,
    pub(super) first_token: u32,
}

pub(super) struct TokenRow {
    pub(super) first_form: u32,
    pub(super) weight: u16,
    pub(super) role: u8,
    pub(super) length: u8,
    pub(super) letters: u32,
}

/// What tells one token from another: terms as numbered by the interner, weight, role.
type TokenKey = (SmallVec<[u32; 6]>, u16, u8);

/// Collects entities and lays them out. The same entities in the same order give the same bytes.
pub struct SegmentBuilder {
    description: Description,
    ids: HashSet<CompactString>,
    schemata: Vec<Schema>,
    entities: Vec<EntityRow>,
    id_text: TextWriter,
    tag_text: TextWriter,
    names: Vec<NameRow>,
    name_text: TextWriter,
    readings: Vec<ReadingRow>,
    /// Tokens of each reading.
    reading_tokens: Vec<u32>,
    /// Distinct tokens.
    tokens: Vec<TokenRow>,
    token_numbers: HashMap<TokenKey, u32, FixedState>,
    /// Terms as numbered by the interner.
    forms: Vec<u32>,
    terms: Interner,
    /// Hash and reading.
    runs: Vec<(u32, u32)>,
    facts: Vec<u8>,
    fact_text: TextWriter,
    identifiers: Vec<(u32, u32)>,
    references: Vec<(u32, u32)>,
    card_ends: Vec<u32>,
    cards: Vec<u8>,
    block: Vec<u8>,
    blocks: Vec<u8>,
    block_count: u32,
    payload: Vec<u8>,
}

impl SegmentBuilder {
    /// A segment without entities.
    pub fn new(description: Description) -> SegmentBuilder {
        SegmentBuilder {
            description,
            ids: HashSet::new(),
            schemata: Vec::new(),
            entities: Vec::new(),
            id_text: TextWriter::default(),
            tag_text: TextWriter::default(),
            names: Vec::new(),
            name_text: TextWriter::default(),
            readings: Vec::new(),
            reading_tokens: Vec::new(),
            tokens: Vec::new(),
            token_numbers: HashMap::default(),
            forms: Vec::new(),
            terms: Interner::default(),
            runs: Vec::new(),
            facts: Vec::new(),
            fact_text: TextWriter::default(),
            identifiers: Vec::new(),
            references: Vec::new(),
            card_ends: vec![0],
            cards: Vec::new(),
            block: Vec::new(),
            blocks: Vec::new(),
            block_count: 0,
            payload: Vec::new(),
        }
    }

    /// The dataset that the segment is for.
    pub fn dataset(&self) -> &DatasetName {
        &self.description.dataset
    }

    /// Number of entities so far.
    pub fn len(&self) -> usize {
        self.entities.len()
    }

    /// Whether there are no entities yet.
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    /// Adds an entity.
    ///
    /// # Errors
    /// When its id was given before, or there is more of something than a segment can number.
    pub fn push(&mut self, entity: &IndexEntity) -> Result<(), IndexError> {
        if !self.ids.insert(entity.id.clone()) {
            return Err(IndexError::DuplicateId {
                id: entity.id.to_string(),
            });
        }
        let ordinal = number(self.entities.len(), "entities")?;
        let start = number(self.block.len(), "bytes of payload in one block")?;
        let schema = self.schema(entity.schema)?;
        self.entities.push(EntityRow {
            first_name: number(self.names.len(), "names")?,
            first_fact: number(self.facts.len(), "facts")?,
            block: self.block_count,
            start,
            length: number(entity.payload.len(), "bytes of payload of one entity")?,
            schema,
        });
        self.id_text.push(short(&entity.id)?)?;
        self.tag_text.push(&entity.topics.join(" "))?;
        for name in &entity.names {
            self.name(ordinal, name)?;
        }
        for fact in &entity.facts {
            self.fact(ordinal, fact)?;
        }
        for id in &entity.references {
            let hash = hash32(keys::REFERENCE, id.as_bytes());
            self.references.push((hash, ordinal));
        }
        self.cards.extend_from_slice(&entity.card);
        self.card_ends
            .push(number(self.cards.len(), "bytes of cards")?);
        self.block.extend_from_slice(&entity.payload);
        if self.block.len() >= BLOCK {
            self.close_block()?;
        }
        Ok(())
    }

    fn schema(&mut self, schema: Schema) -> Result<u16, IndexError> {
        let place = match self.schemata.iter().position(|s| *s == schema) {
            Some(place) => place,
            None => {
                self.schemata.push(schema);
                self.schemata.len() - 1
            }
        };
        u16::try_from(place).map_err(|_| IndexError::TooLarge {
            what: "schemata",
            most: u64::from(u16::MAX),
        })
    }

    fn name(&mut self, entity: u32, name: &IndexName) -> Result<(), IndexError> {
        let number_of = number(self.names.len(), "names")?;
        self.names.push(NameRow {
            entity,
            class: name.class as u8,
            kind: name.kind as u8,
        });
        self.name_text.push(short(&name.text)?)?;
        for reading in &name.prepared.readings {
            self.reading(number_of, reading)?;
        }
        Ok(())
    }

    fn reading(&mut self, name: u32, reading: &PreparedReading) -> Result<(), IndexError> {
        if reading.tokens.is_empty() {
            return Ok(());
        }
        let ordinal = number(self.readings.len(), "readings")?;
        self.readings.push(ReadingRow {
            weight: reading
                .tokens
                .iter()
                .map(|t| u32::from(t.list_weight))
                .sum(),
            name,
            first_token: number(self.reading_tokens.len(), "tokens of readings")?,
        });
        for token in &reading.tokens {
            let token = self.token(token)?;
            self.reading_tokens.push(token);
        }
        self.runs_of(ordinal, reading);
        Ok(())
    }

    /// The number of a token.
    fn token(&mut self, token: &PreparedToken) -> Result<u32, IndexError> {
        let initial = token.role == Role::Initial || token.forms.iter().any(single_letter);
        let foreign = token.forms.iter().any(|f| shows_foreign(f.space));
        let mut terms: SmallVec<[u32; 6]> = SmallVec::new();
        for form in &token.forms {
            let form = FormRef {
                space: form.space,
                key: &form.key,
                fold: &form.fold,
            };
            terms.push(
                self.terms
                    .intern(form, foreign, token.list_weight, initial)?,
            );
        }
        let principal = token.forms.iter().find(|f| f.space == Space::Latin);
        self.distinct_token(
            (terms, token.list_weight, token.role as u8),
            principal.map_or(0, |f| u8::try_from(f.fold.len()).unwrap_or(u8::MAX)),
            principal.map_or(0, |f| held(&f.fold)),
        )
    }

    fn distinct_token(
        &mut self,
        key: TokenKey,
        length: u8,
        letters: u32,
    ) -> Result<u32, IndexError> {
        if let Some(known) = self.token_numbers.get(&key) {
            return Ok(*known);
        }
        let next = number(self.tokens.len(), "tokens")?;
        self.tokens.push(TokenRow {
            first_form: number(self.forms.len(), "forms")?,
            weight: key.1,
            role: key.2,
            length,
            letters,
        });
        self.forms.extend_from_slice(&key.0);
        self.token_numbers.insert(key, next);
        Ok(next)
    }

    /// Remembers what adjacent tokens give when written as one.
    fn runs_of(&mut self, ordinal: u32, reading: &PreparedReading) {
        let parts: Vec<Option<&str>> = reading
            .tokens
            .iter()
            .map(|t| {
                t.forms
                    .iter()
                    .find(|f| f.space == Space::Latin)
                    .map(|f| f.fold.as_str())
            })
            .collect();
        let mut joined = String::new();
        for start in 0..parts.len() {
            joined.clear();
            for (taken, part) in parts.iter().skip(start).take(MAX_RUN).enumerate() {
                let Some(part) = part else { break };
                joined.push_str(part);
                if taken > 0 {
                    for hash in keys::run(&joined) {
                        self.runs.push((hash, ordinal));
                    }
                }
            }
        }
    }

    fn fact(&mut self, entity: u32, fact: &Fact) -> Result<(), IndexError> {
        put(
            &mut self.facts,
            &FactRecord {
                kind: fact.kind as u8,
            },
        );
        self.fact_text.push(short(&fact.value)?)?;
        if fact.kind == FactKind::Identifier
            && let Some(value) = interdict_evidence::strong_identifier(&fact.value)
        {
            let hash = hash32(keys::IDENTIFIER, value.as_bytes());
            self.identifiers.push((hash, entity));
        }
        Ok(())
    }

    fn close_block(&mut self) -> Result<(), IndexError> {
        let packed =
            zstd::bulk::compress(&self.block, LEVEL).map_err(|error| IndexError::Payload {
                id: self
                    .id_text
                    .get(self.id_text.len().saturating_sub(1))
                    .to_owned(),
                problem: error.to_string(),
            })?;
        put(
            &mut self.blocks,
            &PayloadBlock {
                offset: U64::new(self.payload.len() as u64),
                length: U32::new(number(packed.len(), "bytes in a block of payload")?),
                raw: U32::new(number(self.block.len(), "bytes in a block of payload")?),
                checksum: U64::new(hash(keys::BLOCK, &packed)),
            },
        );
        self.payload.extend_from_slice(&packed);
        self.block.clear();
        self.block_count = number(self.block_count as usize + 1, "blocks of payload")?;
        Ok(())
    }

    /// Lays everything out and writes the file: first under a temporary name beside `path`, then
    /// synchronised to disk, then renamed. A crash leaves the old file or the new one.
    ///
    /// # Errors
    /// When there is too much for one segment, or the file cannot be written.
    pub fn write(self, path: &Path) -> Result<Built, IndexError> {
        let counts = (
            self.entities.len(),
            self.names.len(),
            self.readings.len(),
            self.terms.len(),
        );
        let bytes = layout::lay_out(self)?;
        layout::publish(&bytes, path)?;
        Ok(layout::built(&bytes, counts))
    }

    /// Lays everything out in memory, for segments that are not worth a file.
    ///
    /// # Errors
    /// When there is too much for one segment.
    pub fn build(self) -> Result<Segment, IndexError> {
        let bytes = layout::lay_out(self)?;
        Segment::from_bytes(Bytes::Owned(bytes), Path::new("segment in memory"))
    }
}

/// Whether a token with this form can match as an initial whatever its role, as
/// [`interdict_evidence::is_initial`] says; its other forms are initials then, too.
fn single_letter(form: &PreparedForm) -> bool {
    form.space == Space::Latin
        && form.key.len() == 1
        && form.key.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn short(text: &str) -> Result<&str, IndexError> {
    if text.len() > MAX_TEXT {
        return Err(IndexError::TooLarge {
            what: "bytes of one name, fact or id",
            most: MAX_TEXT as u64,
        });
    }
    Ok(text)
}
