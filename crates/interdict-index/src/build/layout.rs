//! The sections of a segment, in order, and the file around them.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use interdict_evidence::edits::MAX_KEY;
use rayon::slice::ParallelSliceMut;
use sha2::{Digest, Sha256};
use zerocopy::IntoBytes;
use zerocopy::little_endian::{U16, U32, U64};

use super::terms::Dictionary;
use super::{Built, SegmentBuilder};
use crate::columns::{TextWriter, number, put, put32};
use crate::dropped;
use crate::error::IndexError;
use crate::format::{
    BlockRecord, EntityRecord, FORMAT_VERSION, FoldRecord, HEADER, HashRecord, Header, MAGIC,
    NameRecord, OrderRecord, ReadingRecord, Section, SectionEntry, TermRecord, TokenRecord,
};
use crate::hash::hash;
use crate::keys;
use crate::letters::BLOCK;
use crate::{ANALYSIS_VERSION, EVIDENCE_VERSION};

/// Sections as they are laid out.
#[derive(Default)]
struct Sections(Vec<(Section, Vec<u8>)>);

impl Sections {
    fn add(&mut self, section: Section, bytes: Vec<u8>) {
        self.0.push((section, bytes));
    }

    fn texts(&mut self, offsets: Section, text: Section, writer: TextWriter) {
        let (o, t) = writer.finish();
        self.add(offsets, o);
        self.add(text, t);
    }
}

impl SegmentBuilder {
    /// The tokens of a reading, by the order in which readings came.
    fn tokens_of(&self, reading: usize) -> &[u32] {
        let first = |reading: usize| match self.readings.get(reading) {
            Some(row) => row.first_token as usize,
            None => self.reading_tokens.len(),
        };
        self.reading_tokens
            .get(first(reading)..first(reading + 1))
            .unwrap_or_default()
    }

    /// The terms of a distinct token.
    fn forms_of(&self, token: usize) -> &[u32] {
        let first = |token: usize| match self.tokens.get(token) {
            Some(row) => row.first_form as usize,
            None => self.forms.len(),
        };
        self.forms
            .get(first(token)..first(token + 1))
            .unwrap_or_default()
    }
}

/// The whole file.
pub(super) fn lay_out(mut builder: SegmentBuilder) -> Result<Vec<u8>, IndexError> {
    if !builder.block.is_empty() {
        builder.close_block()?;
    }
    builder.ids = std::collections::HashSet::new();
    let mut sections = Sections::default();
    let terms = std::mem::take(&mut builder.terms);
    let dictionary = terms.finish()?;
    for form in &mut builder.forms {
        *form = dictionary
            .renumber
            .get(*form as usize)
            .copied()
            .unwrap_or(u32::MAX);
    }
    describe(&builder, &mut sections)?;
    entities(&builder, &mut sections)?;
    let order = readings(&builder, &dictionary, &mut sections)?;
    terms_and_folds(&dictionary, &mut sections)?;
    let first_postings = postings(&builder, dictionary.terms.len(), &order)?;
    term_records(&dictionary, first_postings, &mut sections)?;
    let mut place_of = vec![0u32; order.len()];
    for (place, old) in order.iter().enumerate() {
        if let Some(slot) = place_of.get_mut(*old as usize) {
            *slot = number(place, "readings")?;
        }
    }
    for run in &mut builder.runs {
        run.1 = place_of.get(run.1 as usize).copied().unwrap_or(u32::MAX);
    }
    let runs = hashes(&mut builder.runs);
    sections.add(
        Section::RunStarts,
        keys::starts(&builder.runs).as_bytes_le(),
    );
    sections.add(Section::Runs, runs);
    sections.add(Section::CardOffsets, builder.card_ends.as_bytes_le());
    sections.add(Section::Cards, std::mem::take(&mut builder.cards));
    sections.add(Section::Identifiers, hashes(&mut builder.identifiers));
    sections.add(Section::References, hashes(&mut builder.references));
    sections.add(Section::Facts, builder.facts);
    sections.texts(Section::FactOffsets, Section::FactText, builder.fact_text);
    sections.texts(Section::IdOffsets, Section::IdText, builder.id_text);
    sections.texts(Section::TagOffsets, Section::TagText, builder.tag_text);
    sections.texts(Section::NameOffsets, Section::NameText, builder.name_text);
    sections.add(Section::Blocks, builder.blocks);
    sections.add(Section::Payload, builder.payload);
    assemble(sections)
}

fn describe(builder: &SegmentBuilder, sections: &mut Sections) -> Result<(), IndexError> {
    let mut meta = TextWriter::default();
    for text in [
        "dataset",
        builder.description.dataset.as_str(),
        "version",
        &builder.description.version,
    ] {
        meta.push(text)?;
    }
    sections.texts(Section::MetaOffsets, Section::MetaText, meta);
    let mut schemata = TextWriter::default();
    for schema in &builder.schemata {
        schemata.push(schema.name())?;
    }
    sections.texts(Section::SchemaOffsets, Section::SchemaText, schemata);
    Ok(())
}

fn entities(builder: &SegmentBuilder, sections: &mut Sections) -> Result<(), IndexError> {
    let mut out = Vec::new();
    for row in &builder.entities {
        put(
            &mut out,
            &EntityRecord {
                first_name: U32::new(row.first_name),
                first_fact: U32::new(row.first_fact),
                block: U32::new(row.block),
                start: U32::new(row.start),
                length: U32::new(row.length),
                schema: U16::new(row.schema),
                flags: U16::new(0),
            },
        );
    }
    put(
        &mut out,
        &EntityRecord {
            first_name: U32::new(number(builder.names.len(), "names")?),
            first_fact: U32::new(number(builder.facts.len(), "facts")?),
            block: U32::new(builder.block_count),
            start: U32::new(0),
            length: U32::new(0),
            schema: U16::new(0),
            flags: U16::new(0),
        },
    );
    sections.add(Section::Entities, out);
    let mut order: Vec<u32> = (0..number(builder.entities.len(), "entities")?).collect();
    order.sort_by_key(|i| builder.id_text.get(*i as usize));
    sections.add(Section::IdOrder, order.as_bytes_le());
    Ok(())
}

/// Readings, tokens, forms and names; gives the old number of the reading at each place.
fn readings(
    builder: &SegmentBuilder,
    dictionary: &Dictionary,
    sections: &mut Sections,
) -> Result<Vec<u32>, IndexError> {
    let mut order: Vec<u32> = (0..number(builder.readings.len(), "readings")?).collect();
    order.sort_by_key(|i| builder.readings.get(*i as usize).map(|r| r.weight));
    let (mut rows, mut tokens, mut list_of_tokens) = (Vec::new(), Vec::new(), Vec::new());
    let mut token_count = 0u32;
    // By the order in which readings came, their place.
    let mut place_of = vec![0u32; order.len()];
    for (place, old) in order.iter().enumerate() {
        let old = *old as usize;
        let Some(row) = builder.readings.get(old) else {
            continue;
        };
        put(
            &mut rows,
            &ReadingRecord {
                weight: U32::new(row.weight),
                name: U32::new(row.name),
                first_token: U32::new(token_count),
            },
        );
        if let Some(slot) = place_of.get_mut(old) {
            *slot = number(place, "readings")?;
        }
        for token in builder.tokens_of(old) {
            put32(&mut list_of_tokens, *token);
            token_count += 1;
        }
    }
    for (token, row) in builder.tokens.iter().enumerate() {
        put(
            &mut tokens,
            &TokenRecord {
                first_form: U32::new(row.first_form),
                weight: U16::new(row.weight),
                role: row.role,
                length: row.length,
                letters: U32::new(row.letters),
                term: U32::new(only_term(builder, dictionary, token)),
            },
        );
    }
    let mut forms = Vec::with_capacity(4 * builder.forms.len());
    for term in &builder.forms {
        debug_assert!((*term as usize) < dictionary.terms.len());
        put32(&mut forms, *term);
    }
    put(
        &mut rows,
        &ReadingRecord {
            weight: U32::new(u32::MAX),
            name: U32::new(0),
            first_token: U32::new(token_count),
        },
    );
    put(
        &mut tokens,
        &TokenRecord {
            first_form: U32::new(number(builder.forms.len(), "forms")?),
            weight: U16::new(0),
            role: 0,
            length: 0,
            letters: U32::new(0),
            term: U32::new(u32::MAX),
        },
    );
    sections.add(Section::ReadingTokens, list_of_tokens);
    sections.add(Section::Readings, rows);
    sections.add(Section::Tokens, tokens);
    sections.add(Section::Forms, forms);

    // Readings come name by name, the best of each first.
    let (mut names, mut list) = (Vec::new(), Vec::new());
    let mut came = builder.readings.iter().zip(&place_of).peekable();
    let mut count = 0u32;
    for (name, row) in (0u32..).zip(&builder.names) {
        put(
            &mut names,
            &NameRecord {
                entity: U32::new(row.entity),
                first_reading: U32::new(count),
                class: row.class,
                kind: row.kind,
                unused: [0; 2],
            },
        );
        while let Some((_, place)) = came.next_if(|(reading, _)| reading.name == name) {
            put32(&mut list, *place);
            count += 1;
        }
    }
    put(
        &mut names,
        &NameRecord {
            entity: U32::new(u32::MAX),
            first_reading: U32::new(count),
            class: 0,
            kind: 0,
            unused: [0; 2],
        },
    );
    sections.add(Section::Names, names);
    sections.add(Section::NameReadings, list);
    Ok(order)
}

fn terms_and_folds(dictionary: &Dictionary, sections: &mut Sections) -> Result<(), IndexError> {
    let mut key_text = TextWriter::default();
    let slots = (dictionary.terms.len() * 2).next_power_of_two().max(2);
    let mut table = vec![u32::MAX; slots];
    let mut initials = Vec::new();
    for (term, row) in dictionary.terms.iter().enumerate() {
        key_text.push(&row.key)?;
        let term = number(term, "terms")?;
        if row.initial {
            put32(&mut initials, term);
        }
        place_in(&mut table, keys::term(row.lane, &row.key), term);
    }
    sections.texts(Section::KeyOffsets, Section::KeyText, key_text);
    sections.add(Section::TermSlots, table.as_bytes_le());
    sections.add(Section::Initials, initials);

    let (mut folds, mut blocks) = (Vec::new(), Vec::new());
    let mut fold_text = TextWriter::default();
    let mut lengths = vec![0u32; MAX_KEY + 3];
    let mut halves = Vec::new();
    for (place, fold) in dictionary.folds.iter().enumerate() {
        put(
            &mut folds,
            &FoldRecord {
                signature: U64::new(fold.signature),
                first_term: U32::new(fold.first_term),
            },
        );
        fold_text.push(&fold.text)?;
        for hash in keys::halves(&fold.text) {
            halves.push((hash, number(place, "folds")?));
        }
        if let Some(count) = lengths.get_mut(usize::from(fold.bucket) + 1) {
            *count += 1;
        }
    }
    let latin = dictionary
        .terms
        .iter()
        .take_while(|t| t.lane == interdict_text::Space::Latin as u8)
        .count();
    put(
        &mut folds,
        &FoldRecord {
            signature: U64::new(0),
            first_term: U32::new(number(latin, "terms")?),
        },
    );
    for block in dictionary.folds.chunks(BLOCK) {
        put(
            &mut blocks,
            &BlockRecord {
                any: U64::new(block.iter().fold(0, |x, f| x | f.signature)),
                all: U64::new(block.iter().fold(u64::MAX, |x, f| x & f.signature)),
            },
        );
    }
    let mut sum = 0;
    for count in &mut lengths {
        sum += *count;
        *count = sum;
    }
    let mut order: Vec<u32> = (0..number(dictionary.folds.len(), "folds")?).collect();
    order.sort_by_key(|i| dictionary.folds.get(*i as usize).map(|f| f.text.as_str()));
    sections.add(Section::Folds, folds);
    sections.texts(Section::FoldOffsets, Section::FoldText, fold_text);
    sections.add(Section::FoldBlocks, blocks);
    sections.add(Section::FoldLengths, lengths.as_bytes_le());
    let hashed = hashes(&mut halves);
    sections.add(Section::HalfStarts, keys::starts(&halves).as_bytes_le());
    sections.add(Section::FoldHalves, hashed);
    let (starts, entries) = dropped::table(dictionary.folds.iter().map(|f| f.text.as_str()));
    sections.add(Section::DroppedStarts, starts.as_bytes_le());
    sections.add(Section::Dropped, entries.as_bytes_le());
    let slots = (dictionary.folds.len() * 2).next_power_of_two().max(2);
    let mut table = vec![u32::MAX; slots];
    for (number_of, fold) in dictionary.folds.iter().enumerate() {
        place_in(
            &mut table,
            keys::fold(&fold.text),
            number(number_of, "folds")?,
        );
    }
    sections.add(Section::FoldSlots, table.as_bytes_le());
    let mut ordered = Vec::new();
    for fold in order {
        let text = dictionary.folds.get(fold as usize).map_or("", |f| &f.text);
        put(
            &mut ordered,
            &OrderRecord {
                front: U64::new(keys::front(text.as_bytes())),
                fold: U32::new(fold),
            },
        );
    }
    sections.add(Section::FoldOrder, ordered);
    Ok(())
}

/// The term of a token that has, beside its consonants, one form in Latin letters and no other.
fn only_term(builder: &SegmentBuilder, dictionary: &Dictionary, token: usize) -> u32 {
    let mut only = u32::MAX;
    for term in builder.forms_of(token) {
        match dictionary.terms.get(*term as usize) {
            Some(t) if t.lane == keys::LATIN_SKELETON => {}
            Some(t) if t.lane == interdict_text::Space::Latin as u8 && !t.initial => {
                if only != u32::MAX {
                    return u32::MAX;
                }
                only = *term;
            }
            _ => return u32::MAX,
        }
    }
    only
}

/// Puts a number into a table with open addressing; the length of the table is a power of two.
fn place_in(table: &mut [u32], hash: u64, value: u32) {
    let mask = table.len() - 1;
    // Only the lower bits matter.
    #[allow(clippy::cast_possible_truncation)]
    let mut slot = hash as usize & mask;
    while table.get(slot).is_some_and(|s| *s != u32::MAX) {
        slot = (slot + 1) & mask;
    }
    if let Some(place) = table.get_mut(slot) {
        *place = value;
    }
}

/// Where the readings of each term begin, and the readings.
fn postings(
    builder: &SegmentBuilder,
    terms: usize,
    order: &[u32],
) -> Result<(Vec<u32>, Vec<u8>), IndexError> {
    // Counted first, then placed: readings come in ascending order, so each list is sorted.
    let mut starts = vec![0u32; terms + 1];
    let mut last = vec![u32::MAX; terms];
    let mut each = |visit: &mut dyn FnMut(usize, u32)| {
        last.fill(u32::MAX);
        for (place, old) in (0u32..).zip(order) {
            for token in builder.tokens_of(*old as usize) {
                for term in builder.forms_of(*token as usize) {
                    let term = *term as usize;
                    if let Some(last) = last.get_mut(term).filter(|last| **last != place) {
                        *last = place;
                        visit(term, place);
                    }
                }
            }
        }
    };
    let mut count = 0usize;
    each(&mut |term, _| {
        if let Some(slot) = starts.get_mut(term + 1) {
            *slot += 1;
        }
        count += 1;
    });
    number(count, "postings")?;
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut next = starts.clone();
    let mut list = vec![0u32; count];
    each(&mut |term, place| {
        if let Some(at) = next.get_mut(term) {
            if let Some(slot) = list.get_mut(*at as usize) {
                *slot = place;
            }
            *at += 1;
        }
    });
    Ok((starts, list.as_bytes_le()))
}

fn term_records(
    dictionary: &Dictionary,
    (starts, list): (Vec<u32>, Vec<u8>),
    sections: &mut Sections,
) -> Result<(), IndexError> {
    let mut out = Vec::new();
    let mut fold = 0usize;
    for (place, term) in dictionary.terms.iter().enumerate() {
        while dictionary
            .folds
            .get(fold + 1)
            .is_some_and(|f| f.first_term as usize <= place)
        {
            fold += 1;
        }
        let latin = term.lane == interdict_text::Space::Latin as u8;
        put(
            &mut out,
            &TermRecord {
                first_posting: U32::new(starts.get(place).copied().unwrap_or(0)),
                fold: U32::new(if latin {
                    number(fold, "folds")?
                } else {
                    u32::MAX
                }),
                weight: U16::new(term.weight),
                space: term.lane,
                length: u8::try_from(term.fold().len()).unwrap_or(u8::MAX),
                initial: u8::from(term.initial),
            },
        );
    }
    put(
        &mut out,
        &TermRecord {
            first_posting: U32::new(starts.last().copied().unwrap_or(0)),
            fold: U32::new(u32::MAX),
            weight: U16::new(0),
            space: u8::MAX,
            length: 0,
            initial: 0,
        },
    );
    sections.add(Section::Terms, out);
    sections.add(Section::Postings, list);
    Ok(())
}

fn hashes(pairs: &mut Vec<(u32, u32)>) -> Vec<u8> {
    pairs.par_sort_unstable();
    pairs.dedup();
    let mut out = Vec::with_capacity(8 * pairs.len());
    for (hash, value) in pairs.iter() {
        put(
            &mut out,
            &HashRecord {
                hash: U32::new(*hash),
                value: U32::new(*value),
            },
        );
    }
    out
}

trait LittleEndian {
    fn as_bytes_le(&self) -> Vec<u8>;
}

impl LittleEndian for Vec<u32> {
    fn as_bytes_le(&self) -> Vec<u8> {
        self.iter().flat_map(|v| v.to_le_bytes()).collect()
    }
}

fn assemble(mut sections: Sections) -> Result<Vec<u8>, IndexError> {
    sections.0.sort_by_key(|(section, _)| *section as u32);
    let count = sections.0.len();
    let mut offset = HEADER + count * size_of::<SectionEntry>();
    let mut table = Vec::new();
    for (section, bytes) in &sections.0 {
        offset = offset.next_multiple_of(8);
        put(
            &mut table,
            &SectionEntry {
                id: U32::new(*section as u32),
                record: U32::new(number(section.record(), "bytes of a record")?),
                offset: U64::new(offset as u64),
                length: U64::new(bytes.len() as u64),
                checksum: U64::new(hash(keys::SECTION, bytes)),
            },
        );
        offset += bytes.len();
    }
    let mut header = Header {
        magic: MAGIC,
        format: U32::new(FORMAT_VERSION),
        analysis: U32::new(ANALYSIS_VERSION),
        evidence: U32::new(EVIDENCE_VERSION),
        sections: U32::new(number(count, "sections")?),
        length: U64::new(offset as u64),
        checksum: U64::new(0),
    };
    header.checksum = U64::new(table_checksum(&header, &table));
    let mut out = Vec::with_capacity(offset);
    out.extend_from_slice(header.as_bytes());
    out.extend_from_slice(&table);
    for (_, bytes) in sections.0 {
        out.resize(out.len().next_multiple_of(8), 0);
        out.extend_from_slice(&bytes);
    }
    Ok(out)
}

/// The checksum over header (its own field taken as zero) and table.
pub(crate) fn table_checksum(header: &Header, table: &[u8]) -> u64 {
    let mut header = *header;
    header.checksum = U64::new(0);
    hash(hash(keys::TABLE, header.as_bytes()), table)
}

/// Writes the file so that a crash leaves the old one or the new one.
pub(super) fn publish(bytes: &[u8], path: &Path) -> Result<(), IndexError> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let io = |action: &'static str| {
        let path = temporary.clone();
        move |source| IndexError::Io {
            path,
            action,
            source,
        }
    };
    let write = || -> Result<(), IndexError> {
        let mut file = File::create(&temporary).map_err(io("created"))?;
        file.write_all(bytes).map_err(io("written"))?;
        file.sync_all().map_err(io("synchronised"))?;
        std::fs::rename(&temporary, path).map_err(io("renamed"))
    };
    let done = write();
    if done.is_err() {
        // The error above is the one to report; the temporary file is of no use to anyone.
        let _ = std::fs::remove_file(&temporary);
        return done;
    }
    // The new name is in the folder only once the folder is on disk; platforms that cannot open a
    // folder do without.
    if let Some(folder) = path.parent()
        && let Ok(folder) = File::open(if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        })
    {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// What was built.
pub(super) fn built(bytes: &[u8], counts: (usize, usize, usize, usize)) -> Built {
    let digest = Sha256::digest(bytes);
    Built {
        bytes: bytes.len() as u64,
        sha256: digest.iter().map(|b| format!("{b:02x}")).collect(),
        entities: counts.0,
        names: counts.1,
        readings: counts.2,
        terms: counts.3,
    }
}
