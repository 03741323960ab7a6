//! The layout of a segment file.
//!
//! Little-endian throughout. A header of [`HEADER`] bytes, a table of sections, the sections, each
//! starting at a multiple of 8 bytes. Header and table carry one checksum together, every section
//! its own. Records have no alignment and no invalid bit patterns.

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// The first bytes of every segment.
pub(crate) const MAGIC: [u8; 8] = *b"intdseg\n";
/// Version of the layout. A file of another version is refused by name, never guessed at.
pub const FORMAT_VERSION: u32 = 3;
/// Length of the header.
pub(crate) const HEADER: usize = size_of::<Header>();
/// Most sections that a file may claim.
pub(crate) const MAX_SECTIONS: u32 = 256;

/// The header.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct Header {
    pub magic: [u8; 8],
    pub format: U32,
    pub analysis: U32,
    pub evidence: U32,
    pub sections: U32,
    pub length: U64,
    /// Over the header with this field zero, then the table.
    pub checksum: U64,
}

/// A line of the section table.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct SectionEntry {
    pub id: U32,
    /// Size of one record.
    pub record: U32,
    pub offset: U64,
    pub length: U64,
    pub checksum: U64,
}

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident = $id:literal: $record:ty, $text:literal;)*) => {
        /// The sections, by the number they carry in the file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u32)]
        pub(crate) enum Section { $($(#[$doc])* $name = $id,)* }

        impl Section {
            /// All of them, in the order of the file.
            pub(crate) const ALL: &'static [Section] = &[$(Section::$name,)*];

            /// What messages call it.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Section::$name => $text,)* }
            }

            /// Size of one record in bytes.
            pub(crate) const fn record(self) -> usize {
                match self { $(Section::$name => size_of::<$record>(),)* }
            }
        }
    };
}

sections! {
    /// Pairs of key and value.
    MetaOffsets = 1: U32, "offsets of the description";
    MetaText = 2: u8, "description";
    SchemaOffsets = 3: U32, "offsets of schema names";
    SchemaText = 4: u8, "schema names";
    Entities = 5: EntityRecord, "entities";
    IdOffsets = 6: U32, "offsets of entity ids";
    IdText = 7: u8, "entity ids";
    /// Ordinals of entities, sorted by id.
    IdOrder = 8: U32, "order of entity ids";
    TagOffsets = 9: U32, "offsets of tags";
    /// Topics of each entity, separated by spaces.
    TagText = 10: u8, "tags";
    Names = 11: NameRecord, "names";
    NameOffsets = 12: U32, "offsets of names";
    NameText = 13: u8, "text of names";
    /// By ascending weight, and one more that closes the last.
    Readings = 14: ReadingRecord, "readings";
    /// Distinct tokens, and one more that closes the last.
    Tokens = 15: TokenRecord, "tokens";
    /// Terms of each token.
    Forms = 16: U32, "forms";
    /// Sorted by space, then fold, then key, and one more that closes the last.
    Terms = 17: TermRecord, "terms";
    KeyOffsets = 18: U32, "offsets of keys";
    KeyText = 19: u8, "keys";
    /// Open addressing by hash of space and key; `u32::MAX` is free.
    TermSlots = 20: U32, "table of terms";
    /// Distinct folds, by length, then signature; those without edit distance last.
    Folds = 21: FoldRecord, "folds";
    FoldOffsets = 22: U32, "offsets of folds";
    FoldText = 23: u8, "text of folds";
    /// What the folds of a block have in common, see [`crate::letters`].
    FoldBlocks = 24: BlockRecord, "blocks of folds";
    /// Number of the first fold of each length, and one more.
    FoldLengths = 25: U32, "lengths of folds";
    /// Half hashes of folds, sorted.
    FoldHalves = 26: HashRecord, "half hashes of folds";
    /// Readings of each term.
    Postings = 27: U32, "postings";
    /// Hashes of adjacent tokens joined, sorted.
    Runs = 28: HashRecord, "runs";
    Facts = 29: FactRecord, "facts";
    FactOffsets = 30: U32, "offsets of facts";
    FactText = 31: u8, "text of facts";
    /// Hashes of identifiers, sorted.
    Identifiers = 32: HashRecord, "identifiers";
    /// Hashes of the ids that entities refer to, sorted.
    References = 33: HashRecord, "references";
    Blocks = 34: PayloadBlock, "blocks of payload";
    Payload = 35: u8, "payload";
    /// Folds, sorted by text.
    FoldOrder = 36: OrderRecord, "order of folds";
    /// Terms that a token has as an initial.
    Initials = 37: U32, "initials";
    /// Readings of each name.
    NameReadings = 38: U32, "readings of names";
    /// Tokens of each reading.
    ReadingTokens = 39: U32, "tokens of readings";
    /// Open addressing by hash of a fold; `u32::MAX` is free.
    FoldSlots = 40: U32, "table of folds";
    /// Where the hashes begin that share their upper bits, see [`crate::keys::starts`].
    RunStarts = 41: U32, "beginnings in runs";
    HalfStarts = 42: U32, "beginnings in half hashes of folds";
    CardOffsets = 43: U32, "offsets of cards";
    /// What answers show of each entity; its meaning is for whoever built the segment.
    Cards = 44: u8, "cards";
    /// Folds by what is left of them when letters are dropped, see [`crate::dropped`].
    Dropped = 45: U32, "folds with letters dropped";
    DroppedStarts = 46: U32, "beginnings in folds with letters dropped";
}

/// An entity. The entity after it closes its names and facts.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct EntityRecord {
    pub first_name: U32,
    pub first_fact: U32,
    /// Block of payload.
    pub block: U32,
    /// Where the entity starts in the block, decompressed.
    pub start: U32,
    pub length: U32,
    /// Number in the table of schema names.
    pub schema: U16,
    pub flags: U16,
}

/// A name of an entity, and one more that closes the last.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct NameRecord {
    pub entity: U32,
    /// Place of its first reading in the list of readings of names.
    pub first_reading: U32,
    pub class: u8,
    pub kind: u8,
    pub unused: [u8; 2],
}

/// A reading of a name.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct ReadingRecord {
    /// Sum of the weights of its tokens.
    pub weight: U32,
    pub name: U32,
    /// Place of its first token in the list of tokens of readings.
    pub first_token: U32,
}

/// A distinct token: forms, role and weight.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct TokenRecord {
    pub first_form: U32,
    pub weight: U16,
    pub role: u8,
    /// Length of its principal fold in Latin letters, 255 for anything longer, 0 without one.
    pub length: u8,
    /// Which letters that fold holds, see [`crate::letters::held`].
    pub letters: U32,
    /// Its only term, where it has but one way of being met by a word in Latin letters and is nowhere
    /// an initial; `u32::MAX` elsewhere.
    pub term: U32,
}

/// A term of the dictionary.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct TermRecord {
    pub first_posting: U32,
    /// Number of its fold; `u32::MAX` outside [`interdict_text::Space::Latin`].
    pub fold: U32,
    /// The greatest weight of a token that carries the term.
    pub weight: U16,
    pub space: u8,
    /// Length of its fold in bytes, 255 for anything longer.
    pub length: u8,
    /// 1 when a token carries it as an initial.
    pub initial: u8,
}

/// A distinct fold.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct FoldRecord {
    pub signature: U64,
    /// The first of its terms; the fold after it closes them.
    pub first_term: U32,
}

/// A fold in the order of texts.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct OrderRecord {
    /// Its first bytes as a number, the first of them the highest, see [`crate::keys::front`].
    pub front: U64,
    pub fold: U32,
}

/// What the signatures of a block of folds have in common.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct BlockRecord {
    /// Bits that any of them has.
    pub any: U64,
    /// Bits that all of them have.
    pub all: U64,
}

/// A hash and what has it.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct HashRecord {
    pub hash: U32,
    pub value: U32,
}

/// A fact of an entity.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct FactRecord {
    pub kind: u8,
}

/// A compressed block of payload.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct PayloadBlock {
    pub offset: U64,
    pub length: U32,
    /// Length after decompression.
    pub raw: U32,
    /// Of the compressed bytes, checked whenever the block is read.
    pub checksum: U64,
}

#[cfg(test)]
mod tests {
    use super::Section;

    #[test]
    fn numbered_in_order() {
        for (number, section) in (1u32..).zip(Section::ALL) {
            assert_eq!(*section as u32, number, "{}", section.name());
        }
    }
}
