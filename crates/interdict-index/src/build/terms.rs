//! Numbers for terms while a segment is being built, and their final order.

use std::collections::HashMap;

use compact_str::CompactString;
use foldhash::fast::FixedState;
use interdict_evidence::FormRef;
use interdict_evidence::edits::MAX_KEY;
use interdict_text::Space;

use crate::columns::number;
use crate::error::IndexError;
use crate::keys::{self, LANES};
use crate::letters::signature;

pub(super) struct Term {
    /// See [`keys::lane`].
    pub(super) lane: u8,
    pub(super) key: CompactString,
    /// Empty where it is the key.
    pub(super) fold: CompactString,
    /// The greatest weight of a token that carries it.
    pub(super) weight: u16,
    /// Whether a token carries it as an initial.
    pub(super) initial: bool,
}

impl Term {
    pub(super) fn fold(&self) -> &str {
        if self.fold.is_empty() {
            &self.key
        } else {
            &self.fold
        }
    }
}

/// Gives each distinct term a number.
#[derive(Default)]
pub(super) struct Interner {
    numbers: [HashMap<CompactString, u32, FixedState>; LANES],
    terms: Vec<Term>,
}

impl Interner {
    pub(super) fn len(&self) -> usize {
        self.terms.len()
    }

    /// The number of a form's term, for a token that is written in another script or not.
    pub(super) fn intern(
        &mut self,
        form: FormRef<'_>,
        foreign: bool,
        weight: u16,
        initial: bool,
    ) -> Result<u32, IndexError> {
        let latin = form.space == Space::Latin;
        let initial = initial && latin;
        let lane = keys::lane(form.space, foreign);
        let next = number(self.terms.len(), "terms")?;
        let Some(numbers) = self.numbers.get_mut(usize::from(lane)) else {
            return Err(IndexError::TooLarge {
                what: "spaces",
                most: LANES as u64,
            });
        };
        if let Some(known) = numbers.get(form.key) {
            if let Some(term) = self.terms.get_mut(*known as usize) {
                term.weight = term.weight.max(weight);
                term.initial |= initial;
            }
            return Ok(*known);
        }
        numbers.insert(form.key.into(), next);
        self.terms.push(Term {
            lane,
            key: form.key.into(),
            fold: if latin && form.fold != form.key {
                form.fold.into()
            } else {
                CompactString::default()
            },
            weight,
            initial,
        });
        Ok(next)
    }

    /// The terms in their final order, the folds in theirs, and the final number of each term by
    /// the number that [`Interner::intern`] gave.
    pub(super) fn finish(self) -> Result<Dictionary, IndexError> {
        let mut order: Vec<(Option<FoldKey>, usize)> = self
            .terms
            .iter()
            .enumerate()
            .map(|(i, t)| {
                (
                    (t.lane == Space::Latin as u8).then(|| FoldKey::of(t.fold())),
                    i,
                )
            })
            .collect();
        let key = |i: usize| self.terms.get(i).map(|t| (t.lane, t.key.as_str()));
        order.sort_by(|(a, i), (b, j)| match (a, b) {
            (Some(a), Some(b)) => a.cmp(b).then_with(|| key(*i).cmp(&key(*j))),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => key(*i).cmp(&key(*j)),
        });
        let mut folds: Vec<Fold> = Vec::new();
        let mut renumber = vec![0u32; self.terms.len()];
        for (place, (fold, old)) in order.iter().enumerate() {
            let place = number(place, "terms")?;
            if let Some(slot) = renumber.get_mut(*old) {
                *slot = place;
            }
            if let Some(fold) = fold
                && folds.last().is_none_or(|last| last.text != fold.text)
            {
                folds.push(Fold {
                    bucket: fold.bucket,
                    signature: fold.signature,
                    text: CompactString::from(fold.text),
                    first_term: place,
                });
            }
        }
        let order: Vec<usize> = order.into_iter().map(|(_, i)| i).collect();
        let mut terms: Vec<Option<Term>> = self.terms.into_iter().map(Some).collect();
        let terms = order
            .into_iter()
            .filter_map(|i| terms.get_mut(i).and_then(Option::take))
            .collect();
        Ok(Dictionary {
            terms,
            folds,
            renumber,
        })
    }
}

pub(super) struct Fold {
    /// Length in bytes; [`MAX_KEY`] + 1 for anything longer.
    pub(super) bucket: u8,
    pub(super) signature: u64,
    pub(super) text: CompactString,
    pub(super) first_term: u32,
}

pub(super) struct Dictionary {
    pub(super) terms: Vec<Term>,
    pub(super) folds: Vec<Fold>,
    pub(super) renumber: Vec<u32>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct FoldKey<'a> {
    bucket: u8,
    signature: u64,
    text: &'a str,
}

impl FoldKey<'_> {
    fn of(fold: &str) -> FoldKey<'_> {
        FoldKey {
            bucket: u8::try_from(fold.len().min(MAX_KEY + 1)).unwrap_or(u8::MAX),
            signature: signature(fold),
            text: fold,
        }
    }
}
