//! Access to the content of a segment. Every access is checked; a place that is not there is a
//! [`IndexError::Damaged`], never a panic and never a guess.

use interdict_evidence::{FactKind, FactRef, FormRef, NameClass, ReadingRef, TokenRef};
use interdict_model::Schema;
use interdict_text::{NameKind, Role, Space};
use smallvec::SmallVec;
use zerocopy::little_endian::U32;

use crate::build::Origin;
use crate::columns::Texts;
use crate::error::IndexError;
use crate::format::{
    BlockRecord, EntityRecord, FactRecord, FoldRecord, HashRecord, NameRecord, OrderRecord,
    PayloadBlock, ReadingRecord, Section, TermRecord, TokenRecord,
};
use crate::keys;
use crate::segment::Segment;

/// Access to the content of a segment. Entities, names and readings go by ordinal, from 0.
#[derive(Clone, Copy)]
pub struct View<'a> {
    segment: &'a Segment,
    pub(crate) entities: &'a [EntityRecord],
    ids: Texts<'a>,
    id_order: &'a [U32],
    tags: Texts<'a>,
    pub(crate) names: &'a [NameRecord],
    name_text: Texts<'a>,
    name_readings: &'a [U32],
    pub(crate) readings: &'a [ReadingRecord],
    reading_tokens: &'a [U32],
    pub(crate) tokens: &'a [TokenRecord],
    pub(crate) forms: &'a [U32],
    pub(crate) terms: &'a [TermRecord],
    pub(crate) keys: Texts<'a>,
    slots: &'a [U32],
    pub(crate) folds: &'a [FoldRecord],
    pub(crate) fold_text: Texts<'a>,
    pub(crate) fold_blocks: &'a [BlockRecord],
    pub(crate) fold_lengths: &'a [U32],
    pub(crate) fold_halves: Hashes<'a>,
    pub(crate) dropped: &'a [U32],
    pub(crate) dropped_starts: &'a [U32],
    fold_slots: &'a [U32],
    pub(crate) fold_order: &'a [OrderRecord],
    pub(crate) initials: &'a [U32],
    pub(crate) postings: &'a [U32],
    pub(crate) runs: Hashes<'a>,
    facts: &'a [FactRecord],
    fact_text: Texts<'a>,
    identifiers: &'a [HashRecord],
    references: &'a [HashRecord],
    card_offsets: &'a [U32],
    cards: &'a [u8],
    pub(crate) blocks: &'a [PayloadBlock],
    pub(crate) payload: &'a [u8],
}

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("View").field(self.segment).finish()
    }
}

/// A listed name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListName<'a> {
    /// Its ordinal.
    pub ordinal: u32,
    /// The entity that bears it.
    pub entity: u32,
    /// How good it is.
    pub class: NameClass,
    /// What it names.
    pub kind: NameKind,
    /// As listed.
    pub text: &'a str,
}

impl<'a> View<'a> {
    pub(crate) fn new(segment: &'a Segment) -> View<'a> {
        View {
            segment,
            entities: segment.records(Section::Entities),
            ids: segment.texts(Section::IdOffsets, Section::IdText),
            id_order: segment.records(Section::IdOrder),
            tags: segment.texts(Section::TagOffsets, Section::TagText),
            names: segment.records(Section::Names),
            name_text: segment.texts(Section::NameOffsets, Section::NameText),
            name_readings: segment.records(Section::NameReadings),
            readings: segment.records(Section::Readings),
            reading_tokens: segment.records(Section::ReadingTokens),
            tokens: segment.records(Section::Tokens),
            forms: segment.records(Section::Forms),
            terms: segment.records(Section::Terms),
            keys: segment.texts(Section::KeyOffsets, Section::KeyText),
            slots: segment.records(Section::TermSlots),
            folds: segment.records(Section::Folds),
            fold_text: segment.texts(Section::FoldOffsets, Section::FoldText),
            fold_blocks: segment.records(Section::FoldBlocks),
            fold_lengths: segment.records(Section::FoldLengths),
            fold_halves: Hashes {
                starts: segment.records(Section::HalfStarts),
                sorted: segment.records(Section::FoldHalves),
            },
            dropped: segment.records(Section::Dropped),
            dropped_starts: segment.records(Section::DroppedStarts),
            fold_slots: segment.records(Section::FoldSlots),
            fold_order: segment.records(Section::FoldOrder),
            initials: segment.records(Section::Initials),
            postings: segment.records(Section::Postings),
            runs: Hashes {
                starts: segment.records(Section::RunStarts),
                sorted: segment.records(Section::Runs),
            },
            facts: segment.records(Section::Facts),
            fact_text: segment.texts(Section::FactOffsets, Section::FactText),
            identifiers: segment.records(Section::Identifiers),
            references: segment.records(Section::References),
            card_offsets: segment.records(Section::CardOffsets),
            cards: segment.section(Section::Cards),
            blocks: segment.records(Section::Blocks),
            payload: segment.section(Section::Payload),
        }
    }

    /// The segment.
    pub fn segment(&self) -> &'a Segment {
        self.segment
    }

    /// Number of entities.
    pub fn entity_count(&self) -> u32 {
        count(self.entities.len())
    }

    /// Number of names.
    pub fn name_count(&self) -> u32 {
        count(self.names.len())
    }

    /// Number of readings.
    pub fn reading_count(&self) -> u32 {
        count(self.readings.len())
    }

    /// Number of terms.
    pub fn term_count(&self) -> u32 {
        count(self.terms.len())
    }

    pub(crate) fn token_count(&self) -> u32 {
        count(self.tokens.len())
    }

    pub(crate) fn damaged(&self, section: Section) -> IndexError {
        self.segment
            .damaged(section.name(), "a place outside of it is referred to")
    }

    /// The id of an entity.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such entity.
    pub fn id(&self, entity: u32) -> Result<&'a str, IndexError> {
        self.ids
            .get(entity)
            .ok_or_else(|| self.damaged(Section::IdText))
    }

    /// The entity with this id.
    ///
    /// # Errors
    /// When the segment is damaged.
    pub fn find(&self, id: &str) -> Result<Option<u32>, IndexError> {
        let (mut low, mut high) = (0, self.id_order.len());
        while low < high {
            let middle = low.midpoint(high);
            let entity = self
                .id_order
                .get(middle)
                .ok_or_else(|| self.damaged(Section::IdOrder))?
                .get();
            match self.id(entity)?.cmp(id) {
                std::cmp::Ordering::Equal => return Ok(Some(entity)),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Ok(None)
    }

    /// Ordinals of all entities, sorted by id.
    pub fn by_id(&self) -> impl Iterator<Item = u32> + 'a {
        self.id_order.iter().map(|o| o.get())
    }

    pub(crate) fn entity(
        &self,
        entity: u32,
    ) -> Result<(&'a EntityRecord, &'a EntityRecord), IndexError> {
        pair(self.entities, entity).ok_or_else(|| self.damaged(Section::Entities))
    }

    /// The schema of an entity.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such entity.
    pub fn schema(&self, entity: u32) -> Result<Schema, IndexError> {
        let (row, _) = self.entity(entity)?;
        self.segment
            .schemata()
            .get(usize::from(row.schema.get()))
            .copied()
            .ok_or_else(|| self.damaged(Section::SchemaText))
    }

    /// The topics of an entity.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such entity.
    pub fn topics(
        &self,
        entity: u32,
    ) -> Result<impl Iterator<Item = &'a str> + use<'a>, IndexError> {
        let text = self
            .tags
            .get(entity)
            .ok_or_else(|| self.damaged(Section::TagText))?;
        Ok(text.split(' ').filter(|t| !t.is_empty()))
    }

    /// What an entity says beside its names.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such entity.
    pub fn facts(&self, entity: u32) -> Result<SmallVec<[FactRef<'a>; 8]>, IndexError> {
        let (row, next) = self.entity(entity)?;
        (row.first_fact.get()..next.first_fact.get())
            .map(|fact| {
                let kind = self
                    .facts
                    .get(fact as usize)
                    .and_then(|f| fact_kind(f.kind));
                let value = self.fact_text.get(fact);
                kind.zip(value)
                    .map(|(kind, value)| FactRef { kind, value })
                    .ok_or_else(|| self.damaged(Section::Facts))
            })
            .collect()
    }

    /// Ordinals of the names of an entity.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such entity.
    pub fn names_of(&self, entity: u32) -> Result<std::ops::Range<u32>, IndexError> {
        let (row, next) = self.entity(entity)?;
        Ok(row.first_name.get()..next.first_name.get())
    }

    /// A name.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such name.
    pub fn name(&self, name: u32) -> Result<ListName<'a>, IndexError> {
        let damaged = || self.damaged(Section::Names);
        let (row, _) = pair(self.names, name).ok_or_else(damaged)?;
        Ok(ListName {
            ordinal: name,
            entity: row.entity.get(),
            class: name_class(row.class).ok_or_else(damaged)?,
            kind: name_kind(row.kind).ok_or_else(damaged)?,
            text: self
                .name_text
                .get(name)
                .ok_or_else(|| self.damaged(Section::NameText))?,
        })
    }

    /// Ordinals of the readings of a name, best first.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such name.
    pub fn readings_of(
        &self,
        name: u32,
    ) -> Result<impl Iterator<Item = u32> + use<'a>, IndexError> {
        let damaged = || self.damaged(Section::NameReadings);
        let (row, next) = pair(self.names, name).ok_or_else(damaged)?;
        let range = row.first_reading.get() as usize..next.first_reading.get() as usize;
        let list = self.name_readings.get(range).ok_or_else(damaged)?;
        Ok(list.iter().map(|r| r.get()))
    }

    /// The name that a reading reads.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such reading.
    pub fn name_of(&self, reading: u32) -> Result<u32, IndexError> {
        let (row, _) =
            pair(self.readings, reading).ok_or_else(|| self.damaged(Section::Readings))?;
        Ok(row.name.get())
    }

    /// Where a reading stands among all readings of its entity, in the order of its names, then of
    /// each name's readings; and the entity.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such reading.
    pub fn place_of(&self, reading: u32) -> Result<(u32, usize), IndexError> {
        let name = self.name_of(reading)?;
        self.place_in(name, self.within(name, reading)?)
    }

    /// Which reading of its name a reading is.
    pub(crate) fn within(&self, name: u32, reading: u32) -> Result<usize, IndexError> {
        self.readings_of(name)?
            .position(|r| r == reading)
            .ok_or_else(|| self.damaged(Section::NameReadings))
    }

    /// The entity of a name, and where a reading of the name stands among all of its readings.
    pub(crate) fn place_in(&self, name: u32, within: usize) -> Result<(u32, usize), IndexError> {
        let damaged = || self.damaged(Section::Names);
        let (row, _) = pair(self.names, name).ok_or_else(damaged)?;
        let entity = row.entity.get();
        let first_name = self.names_of(entity)?.start;
        let (first, _) = pair(self.names, first_name).ok_or_else(damaged)?;
        let before = row
            .first_reading
            .get()
            .saturating_sub(first.first_reading.get());
        Ok((entity, before as usize + within))
    }

    /// The same for a reading of a name of this segment that was found in a joint one.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such name.
    pub fn place_of_origin(&self, origin: &Origin) -> Result<(u32, usize), IndexError> {
        self.place_in(origin.name, origin.within)
    }

    /// What answers show of an entity, as the builder gave it.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such entity.
    pub fn card(&self, entity: u32) -> Result<&'a [u8], IndexError> {
        pair(self.card_offsets, entity)
            .and_then(|(start, end)| self.cards.get(start.get() as usize..end.get() as usize))
            .ok_or_else(|| self.damaged(Section::Cards))
    }

    /// The error for a card that its reader cannot read.
    pub fn bad_card(&self, entity: u32) -> IndexError {
        self.segment.damaged(
            Section::Cards.name(),
            &format!("the card of entity {entity} cannot be read"),
        )
    }

    /// The name and the number of its reading that stand at a place among all readings of an
    /// entity, see [`View::place_of`].
    ///
    /// # Errors
    /// When the segment is damaged, or the entity has no such reading.
    pub fn reading_at(&self, entity: u32, place: usize) -> Result<(u32, u16), IndexError> {
        let mut before = 0;
        for name in self.names_of(entity)? {
            let (row, next) = pair(self.names, name).ok_or_else(|| self.damaged(Section::Names))?;
            let count = next
                .first_reading
                .get()
                .saturating_sub(row.first_reading.get()) as usize;
            if let Some(within) = place.checked_sub(before).filter(|w| *w < count) {
                return Ok((name, u16::try_from(within).unwrap_or(u16::MAX)));
            }
            before += count;
        }
        Err(self.damaged(Section::NameReadings))
    }

    /// The tokens of a reading.
    pub(crate) fn tokens_of(&self, reading: u32) -> Result<&'a [U32], IndexError> {
        let (row, next) =
            pair(self.readings, reading).ok_or_else(|| self.damaged(Section::Readings))?;
        self.reading_tokens
            .get(row.first_token.get() as usize..next.first_token.get() as usize)
            .ok_or_else(|| self.damaged(Section::ReadingTokens))
    }

    pub(crate) fn terms_of(&self, token: u32) -> Result<&'a [U32], IndexError> {
        let (row, next) = pair(self.tokens, token).ok_or_else(|| self.damaged(Section::Tokens))?;
        self.forms
            .get(row.first_form.get() as usize..next.first_form.get() as usize)
            .ok_or_else(|| self.damaged(Section::Forms))
    }

    /// A reading, as scoring sees it.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such reading.
    pub fn reading(&self, reading: u32) -> Result<ReadingRef<'a>, IndexError> {
        let mut tokens = SmallVec::new();
        for token in self.tokens_of(reading)? {
            tokens.push(self.token(token.get())?);
        }
        Ok(ReadingRef { tokens })
    }

    pub(crate) fn token(&self, token: u32) -> Result<TokenRef<'a>, IndexError> {
        let damaged = || self.damaged(Section::Tokens);
        let row = self.tokens.get(token as usize).ok_or_else(damaged)?;
        let mut forms = SmallVec::new();
        for term in self.terms_of(token)? {
            forms.push(self.term(term.get())?);
        }
        Ok(TokenRef {
            forms,
            role: role(row.role).ok_or_else(damaged)?,
            weight: row.weight.get(),
        })
    }

    /// A term of the dictionary.
    ///
    /// # Errors
    /// When the segment is damaged, or has no such term.
    pub fn term(&self, term: u32) -> Result<FormRef<'a>, IndexError> {
        let damaged = || self.damaged(Section::Terms);
        let row = self.terms.get(term as usize).ok_or_else(damaged)?;
        let key = self
            .keys
            .get(term)
            .ok_or_else(|| self.damaged(Section::KeyText))?;
        let fold = match row.fold.get() {
            u32::MAX => key,
            fold => self
                .fold_text
                .get(fold)
                .ok_or_else(|| self.damaged(Section::FoldText))?,
        };
        Ok(FormRef {
            space: space(row.space).ok_or_else(damaged)?,
            key,
            fold,
        })
    }

    /// The readings that hold a term, in order.
    pub(crate) fn postings_of(&self, term: u32) -> Result<&'a [U32], IndexError> {
        let (row, next) = pair(self.terms, term).ok_or_else(|| self.damaged(Section::Terms))?;
        self.postings
            .get(row.first_posting.get() as usize..next.first_posting.get() as usize)
            .ok_or_else(|| self.damaged(Section::Postings))
    }

    /// The term with exactly this key.
    pub(crate) fn lookup(&self, lane: u8, key: &str) -> Result<Option<u32>, IndexError> {
        let Some(mask) = self.slots.len().checked_sub(1) else {
            return Ok(None);
        };
        // Only the lower bits matter.
        #[allow(clippy::cast_possible_truncation)]
        let mut slot = keys::term(lane, key) as usize & mask;
        for _ in 0..self.slots.len() {
            match self.slots.get(slot).map(|s| s.get()) {
                None | Some(u32::MAX) => return Ok(None),
                Some(term) => {
                    let row = self
                        .terms
                        .get(term as usize)
                        .ok_or_else(|| self.damaged(Section::Terms))?;
                    if row.space == lane && self.keys.bytes(term) == Some(key.as_bytes()) {
                        return Ok(Some(term));
                    }
                }
            }
            slot = (slot + 1) & mask;
        }
        Ok(None)
    }

    /// The number of a distinct fold.
    pub(crate) fn fold(&self, text: &str) -> Option<u32> {
        let mask = self.fold_slots.len().checked_sub(1)?;
        // Only the lower bits matter.
        #[allow(clippy::cast_possible_truncation)]
        let mut slot = keys::fold(text) as usize & mask;
        for _ in 0..self.fold_slots.len() {
            match self.fold_slots.get(slot)?.get() {
                u32::MAX => return None,
                fold if self.fold_text.bytes(fold) == Some(text.as_bytes()) => return Some(fold),
                _ => slot = (slot + 1) & mask,
            }
        }
        None
    }

    /// Entities that may carry this strong identifier value; a few may not, equality decides.
    pub fn with_identifier(&self, value: &str) -> impl Iterator<Item = u32> + 'a {
        let hash = crate::hash::hash32(keys::IDENTIFIER, value.as_bytes());
        with_hash(self.identifiers, hash).map(|r| r.value.get())
    }

    /// Entities that may refer to the entity with this id; a few may not, their payload decides.
    pub fn referring_to(&self, id: &str) -> impl Iterator<Item = u32> + 'a {
        let hash = crate::hash::hash32(keys::REFERENCE, id.as_bytes());
        with_hash(self.references, hash).map(|r| r.value.get())
    }
}

fn count(records: usize) -> u32 {
    // The last record closes the one before it.
    u32::try_from(records.saturating_sub(1)).unwrap_or(u32::MAX)
}

#[inline]
fn pair<T>(records: &[T], index: u32) -> Option<(&T, &T)> {
    let index = index as usize;
    Some((records.get(index)?, records.get(index + 1)?))
}

/// The records with a hash, from a list sorted by hash.
fn with_hash(sorted: &[HashRecord], hash: u32) -> impl Iterator<Item = &HashRecord> {
    let start = sorted.partition_point(|r| r.hash.get() < hash);
    sorted
        .get(start..)
        .unwrap_or_default()
        .iter()
        .take_while(move |r| r.hash.get() == hash)
}

/// Hashes with what has them, sorted, and where those begin that share their upper bits.
#[derive(Clone, Copy)]
pub(crate) struct Hashes<'a> {
    starts: &'a [U32],
    sorted: &'a [HashRecord],
}

impl<'a> Hashes<'a> {
    /// All of them, with what has them.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, u32)> + use<'a> {
        self.sorted.iter().map(|r| (r.hash.get(), r.value.get()))
    }

    /// What has this hash.
    pub(crate) fn get(&self, hash: u32) -> impl Iterator<Item = u32> + use<'a> {
        let bits = self
            .starts
            .len()
            .saturating_sub(1)
            .checked_ilog2()
            .unwrap_or(0)
            .min(32);
        // With no bits the shift would be one too many for 32 of them.
        let bucket = usize::try_from(u64::from(hash) >> (32 - bits)).unwrap_or(usize::MAX);
        let range = self
            .starts
            .get(bucket)
            .zip(self.starts.get(bucket.wrapping_add(1)))
            .map_or(0..0, |(from, to)| from.get() as usize..to.get() as usize);
        self.sorted
            .get(range)
            .unwrap_or_default()
            .iter()
            .filter(move |r| r.hash.get() == hash)
            .map(|r| r.value.get())
    }
}

/// The space of a lane, see [`keys::lane`].
pub(crate) fn space(lane: u8) -> Option<Space> {
    const ALL: [Space; keys::LANES] = [
        Space::Latin,
        Space::Skeleton,
        Space::Han,
        Space::Hangul,
        Space::Kana,
        Space::Native,
        Space::Class,
        Space::Skeleton,
    ];
    ALL.get(usize::from(lane)).copied()
}

fn role(number: u8) -> Option<Role> {
    const ALL: [Role; 12] = [
        Role::Plain,
        Role::Initial,
        Role::Patronymic,
        Role::Particle,
        Role::Honorific,
        Role::LegalForm,
        Role::Generic,
        Role::Number,
        Role::Place,
        Role::Stopword,
        Role::Family,
        Role::Given,
    ];
    ALL.get(usize::from(number)).copied()
}

fn name_kind(number: u8) -> Option<NameKind> {
    const ALL: [NameKind; 4] = [
        NameKind::Person,
        NameKind::Organization,
        NameKind::Object,
        NameKind::Any,
    ];
    ALL.get(usize::from(number)).copied()
}

fn name_class(number: u8) -> Option<NameClass> {
    const ALL: [NameClass; 3] = [NameClass::Primary, NameClass::Alias, NameClass::Weak];
    ALL.get(usize::from(number)).copied()
}

fn fact_kind(number: u8) -> Option<FactKind> {
    const ALL: [FactKind; 5] = [
        FactKind::StartDate,
        FactKind::Country,
        FactKind::Gender,
        FactKind::Identifier,
        FactKind::Address,
    ];
    ALL.get(usize::from(number)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places() {
        assert!((0..7).all(|n| space(n).is_some_and(|s| s as u8 == n)));
        assert!((0..12).all(|n| role(n).is_some_and(|r| r as u8 == n)));
        assert!((0..4).all(|n| name_kind(n).is_some_and(|k| k as u8 == n)));
        assert!((0..3).all(|n| name_class(n).is_some_and(|c| c as u8 == n)));
        assert!((0..5).all(|n| fact_kind(n).is_some_and(|f| f as u8 == n)));
        assert_eq!(space(keys::LATIN_SKELETON), Some(Space::Skeleton));
        assert!(space(8).is_none() && role(12).is_none());
    }
}
