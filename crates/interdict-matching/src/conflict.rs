//! What speaks against two names meaning the same, beyond what is missing: `C`.

use interdict_evidence::slips::{Slip, slip};
use interdict_evidence::{FormRef, How, ReadingRef, Similarity, TokenRef, share_consonants};
use interdict_text::{NameKind, Role, Space};
use smallvec::SmallVec;

use crate::align::{Alignment, Pair};
use crate::parameters::parameters;

mod organisation;
mod person;

/// A reason to doubt a name match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Conflict {
    /// Each name has a part that the other lacks: another given name, father's name, tribe or
    /// distinguishing word.
    Different,
    /// Both have an initial or a name in its place, and they do not go together.
    Initials,
    /// The numbers, ordinals or series marks differ.
    Numbers,
    /// Vehicles of one sponsor told apart by their number (fund vintages).
    Vintage,
    /// One of the two carries a number, the other none.
    NumberMissing,
    /// One of the two carries the name of a place, the other none.
    Place,
    /// One of the two carries the name of a part of the world, the other none.
    Region,
    /// Both name a father, and not the same.
    Father,
    /// The family name is on one side only.
    FamilyMissing,
    /// The beginning of a word stands for the whole where nothing is cut off.
    Cut,
    /// What agrees letter by letter are names that many people bear.
    CommonChanged,
    /// A part agrees but loosely, and the listed name has parts that the query lacks.
    LooseInside,
    /// The family name of one side meets but an initial of the other.
    FamilyInitial,
    /// Family name and given name have changed places.
    Exchanged,
    /// Father and son have changed places.
    Order,
    /// Only one word of the query stands for a longer name.
    OneWordQuery,
    /// The listed name is one word of a longer query.
    OneWordList,
    /// Nothing but initials agrees.
    OnlyInitials,
    /// Every word that agrees has letters changed.
    Loose,
    /// Names that many people bear, found inside a longer name.
    CommonNames,
    /// Only common words agree, and the distinguishing word is missing on one side.
    OnlyGeneric,
    /// A syllable more in a Chinese or Korean name.
    Syllable,
    /// Of two family names the mother's agrees and the father's is missing.
    MotherOnly,
    /// A person is asked, and the listed name has a legal form.
    Organisation,
}

impl Conflict {
    /// In words, to stand after "Against it:".
    pub const fn words(self) -> &'static str {
        match self {
            Conflict::Different => "each name has a part that the other lacks",
            Conflict::Initials => "the initials do not go together",
            Conflict::Numbers => "the numbers differ",
            Conflict::Vintage => "the number is that of another vehicle of the same sponsor",
            Conflict::NumberMissing => "only one of the names has a number",
            Conflict::Place => "only one of the names has a place in it",
            Conflict::Region => "only one of the names has a part of the world in it",
            Conflict::Father => "the fathers' names differ",
            Conflict::FamilyMissing => "the family name is in one of the names only",
            Conflict::Cut => "only the beginning of a word agrees",
            Conflict::CommonChanged => "only names that many bear agree letter by letter",
            Conflict::LooseInside => "what agrees loosely is part of a longer listed name",
            Conflict::FamilyInitial => {
                "a part of the name meets nothing but an initial, beside another name"
            }
            Conflict::Exchanged => "family name and given name have changed places",
            Conflict::Order => "father and son have changed places",
            Conflict::OneWordQuery => "one word stands for a longer listed name",
            Conflict::OneWordList => "the listed name is one word of a longer one",
            Conflict::Loose => "no part agrees letter by letter",
            Conflict::CommonNames => "common names inside a longer name",
            Conflict::OnlyGeneric => "only common words agree",
            Conflict::Syllable => "one of the names has a syllable more",
            Conflict::MotherOnly => "of the family names only the mother's agrees",
            Conflict::Organisation => "the listed name has the legal form of an organisation",
            Conflict::OnlyInitials => "nothing but initials agrees",
        }
    }
}

/// The conflicts of one comparison with their factors, in parts of 10,000.
pub(crate) type Conflicts = SmallVec<[(Conflict, u16); 4]>;

/// Weight from which a part counts when names are told apart.
const SUBSTANTIAL: u16 = 20;
/// Weight below which a name is one that many people bear.
const COMMON: u16 = 80;
/// Weight from which a word alone says who is meant.
const HEAVY: u16 = 100;
/// Similarity by edits from which two tokens are taken for two spellings of one name.
const FIRM_EDIT: u16 = 8_400;

/// Similarity of names that share three consonants or fewer.
const FEW_CONSONANTS: u16 = 8_300;

struct Leftover {
    query: u32,
    list: u32,
}

/// Two readings laid over each other, as the rules look at them.
struct Laying<'r, 'q, 'l> {
    query: Side<'r, 'q>,
    list: Side<'r, 'l>,
    alignment: &'r Alignment,
}

/// Finds the conflicts of an alignment.
pub(crate) fn conflicts(
    query: &ReadingRef<'_>,
    list: &ReadingRef<'_>,
    alignment: &Alignment,
    kind: NameKind,
) -> Conflicts {
    let p = parameters();
    let mut found = Conflicts::new();
    let laying = Laying {
        query: Side {
            tokens: &query.tokens,
            used: alignment.query_used,
        },
        list: Side {
            tokens: &list.tokens,
            used: alignment.list_used,
        },
        alignment,
    };
    let (q, l) = (&laying.query, &laying.list);
    if alignment
        .pairs
        .iter()
        .all(|p| p.similarity.how == How::Initial || initial_pair(query, p.query.0))
    {
        found.push((Conflict::OnlyInitials, p.only_initials));
    }
    if kind != NameKind::Person {
        organisation::numbers(&laying, &mut found);
        if kind != NameKind::Object {
            organisation::place(&laying, &mut found);
            organisation::generic(&laying, &mut found);
        }
    }
    let (weak_query, weak_list) = weak_pairs(&laying);
    let left = Leftover {
        query: q.leftover() + weak_query,
        list: l.leftover() + weak_list,
    };
    if let Some(factor) = different(&left, kind) {
        // How a word of another script is spelt in Latin letters is uncertain, so that it found
        // no counterpart says less.
        let factor = if q.unmatched().any(foreign) != l.unmatched().any(foreign) {
            10_000 - scaled(10_000 - factor, p.across_scripts)
        } else {
            factor
        };
        found.push((Conflict::Different, factor));
    } else if kind == NameKind::Person && person::initials(&laying) {
        found.push((Conflict::Initials, p.initials));
    }
    if kind == NameKind::Person {
        person::rules(&laying, &mut found);
    }
    one_word(q, l, kind, &mut found);
    cut(&laying, &mut found);
    found
}

fn scaled(value: u16, factor: u16) -> u16 {
    u16::try_from(u32::from(value) * u32::from(factor) / 10_000).unwrap_or(value)
}

/// Letters of a part so short that one far letter makes another name: `Lee`, `Liu`.
const SHORTEST: usize = 3;
/// Similarity at which one letter makes a name of the other gender.
const OTHER_NAME: u16 = 4_600;

fn is_weak(laying: &Laying<'_, '_, '_>, pair: &Pair, least: u16) -> bool {
    pair.similarity.score < least
        && match pair.similarity.how {
            How::Edited(1) => {
                let (q, l) = (
                    laying.query.token(pair.query.0),
                    laying.list.token(pair.list.0),
                );
                q.zip(l).is_some_and(|(x, y)| {
                    pair.similarity.score <= OTHER_NAME
                        || length(x).max(length(y)) <= SHORTEST && is_other_sound(x, y)
                })
            }
            How::Edited(_) => true,
            _ => false,
        }
}

/// Whether the letter that separates two words is another consonant, or one more at the end.
fn is_other_sound(x: &TokenRef<'_>, y: &TokenRef<'_>) -> bool {
    latin(x).zip(latin(y)).is_some_and(|(a, b)| {
        matches!(
            slip(a.fold, b.fold),
            Some(
                Slip::FarConsonant
                    | Slip::ConsonantInside
                    | Slip::ConsonantAtEnd
                    | Slip::VowelAtEnd
            )
        )
    })
}

fn weak_pairs(laying: &Laying<'_, '_, '_>) -> (u32, u32) {
    let weak_edits = parameters().weak_edits;
    let weight = |tokens: &[TokenRef<'_>], at: u8| {
        tokens
            .get(usize::from(at))
            .map_or(0, |t| u32::from(t.weight) / 2)
    };
    laying
        .alignment
        .pairs
        .iter()
        .filter(|p| is_weak(laying, p, weak_edits))
        .fold((0, 0), |(q, l), p| {
            (
                q + weight(laying.query.tokens, p.query.0),
                l + weight(laying.list.tokens, p.list.0),
            )
        })
}

fn initial_pair(query: &ReadingRef<'_>, at: u8) -> bool {
    query
        .tokens
        .get(usize::from(at))
        .is_some_and(|t| t.role == Role::Initial)
}

struct Side<'r, 'a> {
    tokens: &'r [TokenRef<'a>],
    used: u32,
}

impl<'r, 'a> Side<'r, 'a> {
    fn matched(&self) -> impl Iterator<Item = &'r TokenRef<'a>> {
        self.where_used(true)
    }

    fn unmatched(&self) -> impl Iterator<Item = &'r TokenRef<'a>> {
        self.where_used(false)
    }

    fn where_used(&self, wanted: bool) -> impl Iterator<Item = &'r TokenRef<'a>> {
        let used = self.used;
        self.tokens
            .iter()
            .take(32)
            .enumerate()
            .filter(move |(i, _)| (used >> i & 1 == 1) == wanted)
            .map(|(_, t)| t)
    }

    fn token(&self, at: u8) -> Option<&'r TokenRef<'a>> {
        self.tokens.get(usize::from(at))
    }

    fn leftover(&self) -> u32 {
        self.unmatched()
            .filter(|t| substantial(t))
            .map(|t| u32::from(t.weight))
            .sum()
    }

    /// Words and initials that say who is meant.
    fn count(&self) -> usize {
        self.tokens
            .iter()
            .filter(|t| substantial(t) || t.role == Role::Initial)
            .count()
    }

    /// The weight of the heaviest word outside the alignment.
    fn heaviest_left(&self) -> u16 {
        heaviest(self.unmatched())
    }

    fn has(&self, role: Role) -> bool {
        self.unmatched().any(|t| t.role == role)
    }
}

/// The weight of the heaviest word that says who is meant.
fn heaviest<'t, 'a: 't>(tokens: impl Iterator<Item = &'t TokenRef<'a>>) -> u16 {
    tokens
        .filter(|t| substantial(t))
        .map(|t| t.weight)
        .max()
        .unwrap_or(0)
}

/// Whether a token says who is meant.
fn substantial(token: &TokenRef<'_>) -> bool {
    token.weight >= SUBSTANTIAL
        && !matches!(
            token.role,
            Role::Particle
                | Role::Stopword
                | Role::Honorific
                | Role::LegalForm
                | Role::Initial
                | Role::Number
        )
}

/// Whether two tokens are spellings of one name, not names that merely resemble each other.
fn firm(x: &TokenRef<'_>, y: &TokenRef<'_>, similarity: Similarity) -> bool {
    match similarity.how {
        // Romanised without written vowels, a name is never spelt exactly.
        How::Edited(1) if foreign(x) != foreign(y) => true,
        How::Edited(1) => similarity.score >= FIRM_EDIT,
        How::Edited(_) | How::Prefix | How::Initial | How::Nickname => false,
        // `Muhammad` and `Mohammed` are one name, `João` and `Juan` two of one origin.
        How::Variant => share_consonants(x, y),
        // Two or three consonants are those of many names.
        How::Consonants => similarity.score > FEW_CONSONANTS,
        _ => true,
    }
}

fn is_firm(laying: &Laying<'_, '_, '_>, pair: &Pair) -> bool {
    match (
        laying.query.token(pair.query.0),
        laying.list.token(pair.list.0),
    ) {
        (Some(x), Some(y)) => firm(x, y, pair.similarity),
        _ => true,
    }
}

/// A part on each side without a counterpart. Missing parts on one side only are no conflict.
fn different(left: &Leftover, kind: NameKind) -> Option<u16> {
    let p = parameters();
    let less = left.query.min(left.list);
    let (low, high, factor) = match kind {
        NameKind::Person => (
            p.person_different_from,
            p.person_different_to,
            p.person_different,
        ),
        _ => (
            p.other_different_from,
            p.other_different_to,
            p.other_different,
        ),
    };
    let (low, high) = (u32::from(low), u32::from(high.max(low + 1)));
    if less <= low {
        return None;
    }
    let depth = (less.min(high) - low) * (10_000 - u32::from(factor)) / (high - low);
    Some(10_000 - u16::try_from(depth).unwrap_or(0))
}

fn foreign(token: &TokenRef<'_>) -> bool {
    token.forms.iter().any(|f| {
        matches!(
            f.space,
            Space::Native | Space::Han | Space::Hangul | Space::Kana
        )
    })
}

fn one_word(q: &Side<'_, '_>, l: &Side<'_, '_>, kind: NameKind, found: &mut Conflicts) {
    let p = parameters();
    let (nq, nl) = (q.count(), l.count());
    if nq <= 1 && nl >= 2 {
        let heavy = q.tokens.iter().any(|t| substantial(t) && t.weight >= HEAVY);
        let factor = match kind {
            NameKind::Person if heavy => p.one_word_query_heavy,
            NameKind::Person => p.one_word_query,
            _ if heavy => p.one_word_query_other_heavy,
            _ => p.one_word_query_other,
        };
        found.push((Conflict::OneWordQuery, factor));
    } else if nl <= 1 && nq >= 2 {
        let factor = if kind == NameKind::Person {
            p.one_word_list
        } else {
            p.one_word_list_other
        };
        found.push((Conflict::OneWordList, factor));
    }
}

/// A form field or a payment cuts a name at its end. Anywhere else, and on a list, the beginning of
/// a word is another word.
fn cut(laying: &Laying<'_, '_, '_>, found: &mut Conflicts) {
    let p = parameters();
    let (q, l) = (&laying.query, &laying.list);
    let mut factor = 10_000;
    for pair in &laying.alignment.pairs {
        if pair.similarity.how != How::Prefix {
            continue;
        }
        let (Some(x), Some(y)) = (q.token(pair.query.0), l.token(pair.list.0)) else {
            continue;
        };
        factor = factor.min(if length(y) < length(x) {
            p.cut_list
        } else if !ends(q, pair.query.0) {
            p.cut_inside
        } else if q.count() <= 1 {
            p.cut_short
        } else {
            10_000
        });
    }
    if factor < 10_000 {
        found.push((Conflict::Cut, factor));
    }
}

/// Letters of the fold of a token's principal Latin spelling, 0 where it has none.
fn length(token: &TokenRef<'_>) -> usize {
    latin(token).map_or(0, |f| f.fold.len())
}

/// The principal Latin spelling of a token.
fn latin<'t, 'a>(token: &'t TokenRef<'a>) -> Option<&'t FormRef<'a>> {
    token.forms.iter().find(|f| f.space == Space::Latin)
}

/// Whether the text of a name may end with this token: it is the last, or the last before a family
/// name that stands in front.
fn ends(side: &Side<'_, '_>, at: u8) -> bool {
    let rest = side.tokens.get(usize::from(at) + 1..).unwrap_or_default();
    rest.is_empty()
        || side.token(at).is_some_and(|t| t.role == Role::Given)
            && rest.iter().all(|t| t.role == Role::Family)
}
