//! A query reading, taken apart into what can meet a term of the dictionary.

use interdict_evidence::{
    FormRef, MAX_RUN, ReadingRef, S_MIN, TokenRef, form_similarity, is_initial, joined, max_initial,
};
use interdict_text::{Role, Space};
use smallvec::SmallVec;

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
}

impl<'q, 't> Unit<'q, 't> {
    /// The single tokens of a reading in order, then its runs.
    pub(crate) fn of(reading: &'q ReadingRef<'t>) -> Vec<Unit<'q, 't>> {
        let tokens = &reading.tokens;
        let mut units: Vec<Unit<'q, 't>> = tokens
            .iter()
            .enumerate()
            .map(|(first, token)| Unit {
                first,
                count: 1,
                joined: String::new(),
                tokens: SmallVec::from_slice(&[token]),
                initial: is_initial(token),
            })
            .collect();
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
                    joined,
                    tokens: parts.iter().collect(),
                    initial: false,
                });
            }
        }
        units
    }

    /// Whether the unit is one token that can match as an initial.
    pub(crate) fn is_initial(&self) -> bool {
        self.initial
    }

    /// The forms of a single token; empty for runs.
    pub(crate) fn forms(&self) -> &[FormRef<'t>] {
        match self.tokens.as_slice() {
            [token] => &token.forms,
            _ => &[],
        }
    }

    /// What tells this unit from any other, as far as its evidence goes.
    pub(crate) fn memo_key(&self) -> String {
        let mut key = String::with_capacity(32);
        key.push(if self.initial { '\u{1}' } else { '\u{2}' });
        for token in &self.tokens {
            for form in &token.forms {
                key.push(char::from(form.space as u8 + 3));
                key.push_str(form.key);
            }
            key.push('\u{0}');
        }
        key
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

    fn single(&self, token: &TokenRef<'_>, form: &FormRef<'_>, initial: bool) -> u16 {
        let alike = token
            .forms
            .iter()
            .filter_map(|own| form_similarity(own, form))
            .map(|s| s.score)
            .max()
            .unwrap_or(0);
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
