//! What a listed reading can score at most: the additive bound of decision 0001.

use interdict_evidence::{
    MAX_RUN, ReadingRef, SCALE, TokenRef, joined, pair_kind, reaches, required,
};
use interdict_text::{NameKind, Space};
use smallvec::SmallVec;

use crate::enumerate::Met;
use crate::error::IndexError;
use crate::format::Section;
use crate::units::Unit;
use crate::view::View;

/// The least `N` that can end at a threshold, by kind of the listed name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    by_kind: [u16; 4],
    least: u16,
}

impl Needed {
    /// For a threshold in parts of 10,000, the kind of the query, and the most that other fields
    /// can add to a name score.
    pub fn new(threshold: u16, query: NameKind, lift: u16) -> Needed {
        let by_kind = [
            NameKind::Person,
            NameKind::Organization,
            NameKind::Object,
            NameKind::Any,
        ]
        .map(|list| required(threshold, pair_kind(query, list), lift));
        Needed {
            by_kind,
            least: by_kind.into_iter().min().unwrap_or(0),
        }
    }

    pub(crate) fn least(&self) -> u16 {
        self.least
    }

    pub(crate) fn of(&self, kind: u8) -> u16 {
        self.by_kind
            .get(usize::from(kind))
            .copied()
            .unwrap_or(self.least)
    }
}

/// A query reading with what is known of each term of a segment.
pub(crate) struct Bounds<'q, 't, 's> {
    pub(crate) reading: &'s ReadingRef<'t>,
    pub(crate) units: &'s [Unit<'q, 't>],
    /// Whole weight of the query reading.
    pub(crate) weight: u32,
    pub(crate) scratch: &'s mut Scratch,
    /// Units not enumerated; their evidence is found term by term.
    pub(crate) open: Vec<usize>,
    /// Readings in which some query token may be written apart, sorted.
    pub(crate) apart: Vec<u32>,
    /// Lowers every bound, in parts of 10,000; only for tests that show that tests can fail.
    pub(crate) handicap: u32,
}

/// Evidence by term, reused from reading to reading.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// By term, the place of its first line, from 1.
    heads: Vec<u32>,
    lines: Vec<Line>,
    touched: Vec<u32>,
    /// By term, whether open units were looked at.
    looked: Vec<bool>,
    looked_at: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    unit: u16,
    credit: u16,
    next: u32,
}

impl Scratch {
    pub(crate) fn reset(&mut self, terms: usize) {
        for term in self.touched.drain(..) {
            if let Some(head) = self.heads.get_mut(term as usize) {
                *head = 0;
            }
        }
        for term in self.looked_at.drain(..) {
            if let Some(looked) = self.looked.get_mut(term as usize) {
                *looked = false;
            }
        }
        self.lines.clear();
        self.heads.resize(terms, 0);
        self.looked.resize(terms, false);
    }

    fn add(&mut self, term: u32, unit: usize, credit: u16) {
        let Some(head) = self.heads.get_mut(term as usize) else {
            return;
        };
        if *head == 0 {
            self.touched.push(term);
        }
        self.lines.push(Line {
            unit: u16::try_from(unit).unwrap_or(u16::MAX),
            credit,
            next: *head,
        });
        *head = u32::try_from(self.lines.len()).unwrap_or(0);
    }
}

impl Bounds<'_, '_, '_> {
    /// Notes what a unit can meet; it is not looked at term by term any more.
    pub(crate) fn note(&mut self, unit: usize, met: &[Met]) {
        for m in met {
            self.scratch.add(m.term, unit, m.credit);
        }
        // What a query initial abbreviates is not enumerated and stays to be found term by term.
        if !self.units.get(unit).is_some_and(Unit::is_initial) {
            self.open.retain(|open| *open != unit);
        }
    }

    /// Evidence of the units that are not enumerated, for one term.
    fn look(&mut self, view: &View<'_>, term: u32) -> Result<(), IndexError> {
        match self.scratch.looked.get_mut(term as usize) {
            Some(looked) if !*looked => *looked = true,
            _ => return Ok(()),
        }
        self.scratch.looked_at.push(term);
        for place in 0..self.open.len() {
            let Some(unit) = self.open.get(place).copied() else {
                break;
            };
            let Some(row) = self.units.get(unit) else {
                continue;
            };
            if view.may_meet(row, term) {
                let credit = view.credit(row, term)?;
                if credit > 0 {
                    self.scratch.add(term, unit, credit);
                }
            }
        }
        Ok(())
    }

    /// Whether a listed reading may score enough: every query token is credited with the best that
    /// any token or run of the reading gives it, and only list tokens that nothing meets count
    /// against it.
    pub(crate) fn may_reach(
        &mut self,
        view: &View<'_>,
        reading: u32,
        needed: &Needed,
    ) -> Result<bool, IndexError> {
        let mut credits: SmallVec<[u16; 32]> = SmallVec::from_elem(0, self.reading.tokens.len());
        let mut unmatched = 0;
        let tokens = view.tokens_of(reading)?;
        let mut spans: SmallVec<[Span; 8]> = SmallVec::new();
        for token in tokens {
            let mut span = Span {
                token,
                length: None,
                weight: 0,
                met: false,
            };
            let row = view
                .tokens
                .get(token as usize)
                .ok_or_else(|| view.damaged(Section::Tokens))?;
            span.weight = u32::from(row.weight.get());
            for term in view.terms_of(token)? {
                let term = term.get();
                if !self.open.is_empty() {
                    self.look(view, term)?;
                }
                if span.length.is_none() {
                    span.length = view
                        .terms
                        .get(term as usize)
                        .filter(|t| t.space == Space::Latin as u8)
                        .map(|t| usize::from(t.length));
                }
                span.met |= self.credit(term, &mut credits);
            }
            spans.push(span);
        }
        if self.apart.binary_search(&reading).is_ok() {
            self.splits(view, &mut spans, &mut credits)?;
        }
        for span in &spans {
            if !span.met {
                unmatched += span.weight;
            }
        }
        let sum: u64 = self
            .reading
            .tokens
            .iter()
            .zip(&credits)
            .map(|(token, credit)| u64::from(token.weight) * u64::from(*credit))
            .sum();
        let sum = sum * u64::from(self.handicap) / u64::from(SCALE);
        if !reaches(sum, self.weight, unmatched, needed.least()) {
            return Ok(false);
        }
        let name = view.name_of(reading)?;
        let kind = view
            .names
            .get(name as usize)
            .ok_or_else(|| view.damaged(Section::Names))?
            .kind;
        Ok(reaches(sum, self.weight, unmatched, needed.of(kind)))
    }

    fn credit(&self, term: u32, credits: &mut [u16]) -> bool {
        let Some(mut at) = self.scratch.heads.get(term as usize).copied() else {
            return false;
        };
        let met = at != 0;
        while let Some(line) = (at as usize)
            .checked_sub(1)
            .and_then(|i| self.scratch.lines.get(i))
        {
            if let Some(unit) = self.units.get(usize::from(line.unit))
                && let Some(credits) = credits.get_mut(unit.first..unit.first + unit.count)
            {
                for credit in credits {
                    *credit = (*credit).max(line.credit);
                }
            }
            at = line.next;
        }
        met
    }

    /// Credits query tokens that are adjacent list tokens written as one.
    fn splits(
        &self,
        view: &View<'_>,
        spans: &mut [Span],
        credits: &mut [u16],
    ) -> Result<(), IndexError> {
        for (whole, credit) in self.reading.tokens.iter().zip(credits) {
            for form in whole.forms.iter().filter(|f| f.space == Space::Latin) {
                for first in 0..spans.len() {
                    for count in 2..=MAX_RUN {
                        let Some(run) = spans.get_mut(first..first + count) else {
                            break;
                        };
                        let Some(length) = length_of(run) else { break };
                        if length > form.fold.len() + 1 {
                            break;
                        }
                        if length + 1 < form.fold.len() {
                            continue;
                        }
                        let parts: SmallVec<[TokenRef<'_>; MAX_RUN]> = run
                            .iter()
                            .map(|s| view.token(s.token))
                            .collect::<Result<_, _>>()?;
                        let parts: SmallVec<[&TokenRef<'_>; MAX_RUN]> = parts.iter().collect();
                        if let Some(found) = joined(&parts, whole) {
                            *credit = (*credit).max(found.score);
                            for span in run {
                                span.met = true;
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// A token of a listed reading.
struct Span {
    token: u32,
    /// Length of its principal fold in bytes, if it has one.
    length: Option<usize>,
    weight: u32,
    met: bool,
}

/// Length of a run's folds joined; those of 255 bytes and more are taken as that.
fn length_of(run: &[Span]) -> Option<usize> {
    run.iter().map(|s| s.length).sum()
}
