//! A query reading, taken apart into what can meet a term of the dictionary.

use interdict_evidence::{
    FormRef, MAX_RUN, ReadingRef, S_MIN, TokenRef, apart_similarity, edit_budget, form_similarity,
    is_initial, joined, max_initial, shows_foreign,
};
use interdict_text::{Role, Space};
use smallvec::SmallVec;

use crate::error::IndexError;
use crate::keys::lane;
use crate::letters::{held, near, signature};
use crate::view::View;

/// Query tokens that meet a term together: one token, or adjacent ones written as one.
#[derive(Clone, Debug)]
pub(crate) struct Unit<'q, 't> {
    /// First token.
    pub(crate) first: usize,
    /// Number of tokens.
    pub(crate) count: usize,
    /// The principal folds joined; empty for single tokens.
    pub(crate) joined: String,
    tokens: SmallVec<[&'q TokenRef<'t>; MAX_RUN]>,
    initial: bool,
    /// Terms of other spaces than [`Space::Latin`] that have the key of a form.
    pub(crate) equal: SmallVec<[u32; 4]>,
    /// What its Latin forms look like from afar.
    outlines: SmallVec<[Outline; 2]>,
}

/// Enough of a fold to see that most others are not like it.
#[derive(Clone, Copy, Debug)]
struct Outline {
    length: usize,
    signature: u64,
    letters: u32,
}

impl Outline {
    fn of(fold: &str) -> Outline {
        Outline {
            length: fold.len(),
            signature: signature(fold),
            letters: held(fold),
        }
    }
}

impl<'q, 't> Unit<'q, 't> {
    /// The single tokens of a reading in order, then its runs.
    ///
    /// # Errors
    /// When the segment is damaged.
    pub(crate) fn of(
        view: &View<'_>,
        reading: &'q ReadingRef<'t>,
    ) -> Result<Vec<Unit<'q, 't>>, IndexError> {
        let tokens = &reading.tokens;
        let mut units = Vec::with_capacity(MAX_RUN * tokens.len());
        for (first, token) in tokens.iter().enumerate() {
            let mut unit = Unit {
                first,
                count: 1,
                joined: String::new(),
                tokens: SmallVec::from_slice(&[token]),
                initial: is_initial(token),
                equal: SmallVec::new(),
                outlines: SmallVec::new(),
            };
            let foreign = token.forms.iter().any(|f| shows_foreign(f.space));
            for form in &token.forms {
                if form.space == Space::Latin {
                    unit.outlines.push(Outline::of(form.fold));
                    continue;
                }
                unit.equal
                    .extend(view.lookup(lane(form.space, true), form.key)?);
                // Consonants of two words in Latin letters are not compared.
                if foreign && form.space == Space::Skeleton {
                    unit.equal
                        .extend(view.lookup(lane(form.space, false), form.key)?);
                }
            }
            units.push(unit);
        }
        for first in 0..tokens.len() {
            for count in 2..=MAX_RUN {
                let Some(parts) = tokens.get(first..first + count) else {
                    break;
                };
                let folds: Option<String> =
                    parts.iter().map(|t| latin(t).map(|f| f.fold)).collect();
                let Some(joined) = folds else { break };
                units.push(Unit {
                    first,
                    count,
                    outlines: SmallVec::from_slice(&[Outline::of(&joined)]),
                    joined,
                    tokens: parts.iter().collect(),
                    initial: false,
                    equal: SmallVec::new(),
                });
            }
        }
        Ok(units)
    }

    /// Whether a token is part of the unit.
    pub(crate) fn holds(&self, token: usize) -> bool {
        (self.first..self.first + self.count).contains(&token)
    }

    /// Whether the unit is one token that can match as an initial.
    pub(crate) fn is_initial(&self) -> bool {
        self.initial
    }

    /// The token, of a unit of one.
    pub(crate) fn token(&self) -> Option<&'q TokenRef<'t>> {
        match self.tokens.as_slice() {
            [token] => Some(token),
            _ => None,
        }
    }

    /// The forms of a single token; empty for runs.
    pub(crate) fn forms(&self) -> &[FormRef<'t>] {
        match self.tokens.as_slice() {
            [token] => &token.forms,
            _ => &[],
        }
    }

    /// Whether a Latin term of this length (255 for anything longer) and signature may be met,
    /// initials aside; when not, it surely is not.
    pub(crate) fn resembles(&self, length: u8, other: u64) -> bool {
        let length = usize::from(length);
        self.outlines.iter().any(|own| {
            if length == usize::from(u8::MAX) {
                return true;
            }
            if self.count > 1 {
                return own.length.abs_diff(length) <= 1 && near(own.signature, other, 1);
            }
            let edits = edit_budget(own.length, length);
            let edited = own.length.abs_diff(length) <= usize::from(edits)
                && near(own.signature, other, edits);
            // The beginning of a word holds no letter that the word does not.
            let (short, long) = if own.length < length {
                (own.signature, other)
            } else {
                (other, own.signature)
            };
            edited || short & !long == 0
        })
    }

    /// The same, for a term of which no more is known than its length and which letters it holds.
    pub(crate) fn may_resemble(&self, length: u8, letters: u32) -> bool {
        let length = usize::from(length);
        let (other, long_one) = (u64::from(letters), length == usize::from(u8::MAX));
        self.outlines.iter().any(|own| {
            let mine = u64::from(own.letters);
            if long_one {
                return true;
            }
            if self.count > 1 {
                return own.length.abs_diff(length) <= 1 && near(mine, other, 1);
            }
            let edits = edit_budget(own.length, length);
            let edited =
                own.length.abs_diff(length) <= usize::from(edits) && near(mine, other, edits);
            let (short, long) = if own.length < length {
                (mine, other)
            } else {
                (other, mine)
            };
            edited || short & !long == 0
        })
    }

    /// Whether any form, or its fold, begins with this byte: an initial abbreviates no other.
    pub(crate) fn begins_with(&self, first: Option<u8>) -> bool {
        self.forms().iter().any(|form| {
            form.key.as_bytes().first().copied() == first
                || form.fold.as_bytes().first().copied() == first
        })
    }

    /// Whether the token of a unit of one was written in another script than Latin.
    pub(crate) fn is_foreign(&self) -> bool {
        self.forms().iter().any(|f| shows_foreign(f.space))
    }

    /// Writes what tells this unit from any other, as far as its evidence goes.
    pub(crate) fn memo_key(&self, key: &mut String) {
        key.clear();
        key.push(if self.initial { '\u{1}' } else { '\u{2}' });
        for token in &self.tokens {
            for form in &token.forms {
                key.push(char::from(form.space as u8 + 3));
                key.push_str(form.key);
            }
            key.push('\u{0}');
        }
    }

    /// The most that a list token with this form can be credited to the unit, 0 or at least
    /// [`S_MIN`]: [`interdict_evidence::similarity`] and [`joined`], with the list token in
    /// whatever role makes it most alike. `initial` says whether any list token carries the form
    /// as an initial.
    pub(crate) fn evidence(&self, form: &FormRef<'_>, initial: bool) -> u16 {
        match self.tokens.as_slice() {
            [token] => self.single(token, form, initial),
            parts => {
                if form.space != Space::Latin {
                    return 0;
                }
                let whole = TokenRef {
                    forms: SmallVec::from_slice(&[*form]),
                    role: Role::Plain,
                    weight: 0,
                };
                joined(parts, &whole).map_or(0, |s| s.score)
            }
        }
    }

    /// The only form in Latin letters of a unit of one token, if there is but one.
    pub(crate) fn only_latin(&self) -> Option<&FormRef<'t>> {
        let mut all = self.forms().iter().filter(|f| f.space == Space::Latin);
        all.next().filter(|_| all.next().is_none())
    }

    /// [`Unit::evidence`] where it is known how the form looks beside [`Unit::only_latin`].
    pub(crate) fn evidence_at(&self, form: &FormRef<'_>, initial: bool, apart: Apart) -> u16 {
        let (Some(token), Some(own)) = (self.token(), self.only_latin()) else {
            return self.evidence(form, initial);
        };
        let edits = match apart {
            Apart::Unknown => return self.evidence(form, initial),
            Apart::Edits(edits) => Some(edits),
            Apart::Far => None,
        };
        let alike = apart_similarity(own, form, edits).map_or(0, |s| s.score);
        self.or_initial(alike, token, form, initial)
    }

    fn single(&self, token: &TokenRef<'_>, form: &FormRef<'_>, initial: bool) -> u16 {
        let alike = token
            .forms
            .iter()
            .filter_map(|own| form_similarity(own, form))
            .map(|s| s.score)
            .max()
            .unwrap_or(0);
        self.or_initial(alike, token, form, initial)
    }

    /// What is credited where the token or the form may be an initial.
    fn or_initial(
        &self,
        alike: u16,
        token: &TokenRef<'_>,
        form: &FormRef<'_>,
        initial: bool,
    ) -> u16 {
        if alike >= max_initial() || form.space != Space::Latin {
            return alike;
        }
        let meets = token
            .forms
            .iter()
            .filter(|f| f.space == Space::Latin)
            .any(|own| {
                (initial && abbreviates(form, own)) || (self.initial && abbreviates(own, form))
            });
        let credit = if meets {
            max_initial().max(alike)
        } else {
            alike
        };
        if credit < S_MIN { 0 } else { credit }
    }
}

/// How far the fold of a form is from that of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Apart {
    /// Not known, or nothing: the forms themselves tell.
    Unknown,
    /// So many edits, one at least.
    Edits(u8),
    /// More edits than the lengths allow.
    Far,
}

/// Whether one form may be the initial of the other.
fn abbreviates(short: &FormRef<'_>, long: &FormRef<'_>) -> bool {
    long.key.len() > short.key.len()
        && (long.key.starts_with(short.key) || long.fold.starts_with(short.key))
}

/// The principal Latin form of a token.
pub(crate) fn latin<'a>(token: &TokenRef<'a>) -> Option<FormRef<'a>> {
    token
        .forms
        .iter()
        .find(|f| f.space == Space::Latin)
        .copied()
}
