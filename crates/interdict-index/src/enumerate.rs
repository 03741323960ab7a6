//! Every term of the dictionary that a unit of the query can meet.

use std::cmp::Ordering;

use interdict_evidence::edits::{MAX_KEY, Pattern, edit_budget};
use interdict_evidence::runs::MIN_RUN_EDIT;
use interdict_evidence::similarity::MIN_PREFIX;
use interdict_evidence::{FormRef, ReadingRef, S_MIN, max_initial};
use interdict_text::Space;
use smallvec::SmallVec;

use crate::bound::{Whole, apart};
use crate::dropped::{self, LONGEST};
use crate::error::IndexError;
use crate::format::Section;
use crate::keys;
use crate::letters::{BLOCK, block_near, near, signature};
use crate::units::Unit;
use crate::view::View;

/// A term and the most that it can be credited, at least [`S_MIN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Met {
    pub(crate) term: u32,
    pub(crate) credit: u16,
}

/// A reading in which a token is written apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Split {
    pub(crate) reading: u32,
    pub(crate) credit: u16,
}

impl View<'_> {
    /// Every term with [`Unit::evidence`] of at least [`S_MIN`], by ascending number; for a query
    /// initial, without the terms that it abbreviates.
    pub(crate) fn enumerate(&self, unit: &Unit<'_, '_>) -> Result<Vec<Met>, IndexError> {
        let mut terms = Vec::new();
        if unit.count > 1 {
            self.equal_folds(&unit.joined, &mut terms)?;
            // An edit needs length on both sides, and the two differ by one at most.
            if unit.joined.len() + 1 >= MIN_RUN_EDIT {
                for probe in keys::probes(&unit.joined) {
                    for fold in self.fold_halves.get(probe) {
                        self.terms_of_fold(fold, &mut terms)?;
                    }
                }
            }
        }
        for form in unit.forms() {
            if form.space == Space::Latin {
                self.latin(form, &mut terms)?;
            }
        }
        terms.extend_from_slice(&unit.equal);
        if unit.count == 1 && !unit.is_initial() {
            let initials = self.initials.iter().map(|t| t.get());
            terms.extend(initials.filter(|t| {
                let first = self.keys.bytes(*t).and_then(|key| key.first());
                unit.begins_with(first.copied())
            }));
        }
        terms.sort_unstable();
        terms.dedup();
        self.fetch(&terms);
        let mut met = Vec::with_capacity(terms.len());
        for term in terms {
            let credit = self.credit(unit, term)?;
            if credit >= S_MIN {
                met.push(Met { term, credit });
            }
        }
        Ok(met)
    }

    /// Looks at the texts of terms, so that they are at hand one by one afterwards: here nothing
    /// waits for what stands in them.
    fn fetch(&self, terms: &[u32]) {
        let mut seen = 0u8;
        for term in terms {
            let fold = self.terms.get(*term as usize).map(|row| row.fold.get());
            let first = |text: Option<&[u8]>| text.and_then(|t| t.first().copied()).unwrap_or(0);
            seen ^= first(self.keys.bytes(*term));
            seen ^= first(fold.and_then(|fold| self.fold_text.bytes(fold)));
        }
        std::hint::black_box(seen);
    }

    /// Compares what is enumerated for each unit of a query reading with what a look at every term
    /// finds: the number of units, and in words what differs. For tests; takes its time.
    ///
    /// # Errors
    /// When the segment is damaged.
    #[doc(hidden)]
    pub fn compare_enumeration(
        &self,
        query: &ReadingRef<'_>,
    ) -> Result<(usize, Vec<String>), IndexError> {
        let units = Unit::of(self, query)?;
        let mut differences = Vec::new();
        for unit in &units {
            let listed = self.enumerate(unit)?;
            let mut found = Vec::new();
            for (term, row) in (0..self.term_count()).zip(self.terms) {
                // Two words in Latin letters are not compared by their consonants.
                if row.space == keys::LATIN_SKELETON && !unit.is_foreign() {
                    continue;
                }
                let credit = self.credit(unit, term)?;
                // What a query initial abbreviates is credited everywhere and listed nowhere.
                if credit >= S_MIN && (!unit.is_initial() || credit > max_initial()) {
                    found.push(Met { term, credit });
                }
            }
            let listed: Vec<Met> = listed
                .into_iter()
                .filter(|m| !unit.is_initial() || m.credit > max_initial())
                .collect();
            for (there, here, word) in [(&found, &listed, "missed"), (&listed, &found, "extra")] {
                for met in there.iter().filter(|m| !here.contains(m)) {
                    let form = self.term(met.term)?;
                    differences.push(format!("{word} {:?} {}", form.key, met.credit));
                }
            }
        }
        Ok((units.len(), differences))
    }

    /// [`Unit::evidence`] of a term.
    pub(crate) fn credit(&self, unit: &Unit<'_, '_>, term: u32) -> Result<u16, IndexError> {
        let row = self
            .terms
            .get(term as usize)
            .ok_or_else(|| self.damaged(Section::Terms))?;
        Ok(unit.evidence(&self.term(term)?, row.initial != 0))
    }

    /// Whether a unit may meet a term, seen from afar; when not, its [`View::credit`] is 0.
    pub(crate) fn may_meet(&self, unit: &Unit<'_, '_>, term: u32) -> bool {
        let Some(row) = self.terms.get(term as usize) else {
            return true;
        };
        if row.space != Space::Latin as u8 {
            return unit.equal.contains(&term);
        }
        if unit.is_initial() || row.initial != 0 {
            return true;
        }
        self.folds
            .get(row.fold.get() as usize)
            .is_none_or(|fold| unit.resembles(row.length, fold.signature.get()))
    }

    fn latin(&self, form: &FormRef<'_>, terms: &mut Vec<u32>) -> Result<(), IndexError> {
        let fold = form.fold;
        self.equal_folds(fold, terms)?;
        // Keys with digits meet by key and fold alone.
        if fold.bytes().any(|b| b.is_ascii_digit()) {
            return Ok(());
        }
        self.prefixes(fold, terms)?;
        let pattern = Pattern::new(fold.as_bytes());
        let own = signature(fold);
        self.dropped(fold, &pattern, own, terms)?;
        let longest = fold.len() + 3;
        for length in fold.len().saturating_sub(3)..=longest.min(MAX_KEY) {
            let edits = edit_budget(fold.len(), length);
            if fold.len().max(length) > LONGEST && fold.len().abs_diff(length) <= usize::from(edits)
            {
                self.scan(length, &pattern, own, edits, terms)?;
            }
        }
        if longest > MAX_KEY {
            // Everything longer stands in one last bucket.
            self.scan(MAX_KEY + 1, &pattern, own, 3, terms)?;
        }
        Ok(())
    }

    /// Folds of up to [`LONGEST`] bytes within the edits that the lengths allow.
    fn dropped(
        &self,
        fold: &str,
        pattern: &Pattern<'_>,
        own: u64,
        terms: &mut Vec<u32>,
    ) -> Result<(), IndexError> {
        let damaged = || self.damaged(Section::Dropped);
        let fold_bits = dropped::fold_bits(self.folds.len().saturating_sub(1));
        let bits = dropped::bucket_bits(self.dropped_starts.len());
        // Every step fetches for all before the next begins: what is fetched lies anywhere in
        // memory, and the processor then waits for many at a time.
        let hashes = dropped::left(fold.as_bytes());
        let mut ranges: SmallVec<[(u32, u32); 64]> = SmallVec::new();
        for hash in &hashes {
            let bucket = dropped::bucket(*hash, bits);
            let (Some(from), Some(to)) = (
                self.dropped_starts.get(bucket),
                self.dropped_starts.get(bucket + 1),
            ) else {
                return Err(damaged());
            };
            ranges.push((from.get(), to.get()));
        }
        let mut near_ones: SmallVec<[u32; 256]> = SmallVec::new();
        for (hash, (from, to)) in hashes.iter().zip(ranges) {
            let entries = self
                .dropped
                .get(from as usize..to as usize)
                .ok_or_else(damaged)?;
            for entry in entries {
                near_ones.extend(dropped::fold_of(entry.get(), *hash, fold_bits));
            }
        }
        near_ones.sort_unstable();
        near_ones.dedup();
        let mut texts: SmallVec<[(&[u8], u32, u32); 128]> = SmallVec::new();
        for number in near_ones {
            let place = number as usize;
            let (Some(row), Some(next)) = (self.folds.get(place), self.folds.get(place + 1)) else {
                return Err(damaged());
            };
            // Nothing of this length is more than two edits away.
            if near(own, row.signature.get(), 2) {
                let text = self.fold_text.bytes(number).ok_or_else(damaged)?;
                texts.push((text, row.first_term.get(), next.first_term.get()));
            }
        }
        for (text, from, to) in texts {
            let edits = edit_budget(fold.len(), text.len());
            if pattern.distance(text, edits).is_some() {
                terms.extend(from..to);
            }
        }
        Ok(())
    }

    /// Folds of one length within some edits.
    fn scan(
        &self,
        length: usize,
        pattern: &Pattern<'_>,
        own: u64,
        edits: u8,
        terms: &mut Vec<u32>,
    ) -> Result<(), IndexError> {
        let damaged = || self.damaged(Section::Folds);
        let (Some(start), Some(end)) = (
            self.fold_lengths.get(length),
            self.fold_lengths.get(length + 1),
        ) else {
            return Ok(());
        };
        let (start, end) = (start.get() as usize, end.get() as usize);
        let mut at = start;
        while at < end {
            let stop = (at / BLOCK * BLOCK + BLOCK).min(end);
            let block = self.fold_blocks.get(at / BLOCK).ok_or_else(damaged)?;
            if block_near(own, block.any.get(), block.all.get(), edits) {
                let rows = self.folds.get(at..stop).ok_or_else(damaged)?;
                for (row, number) in rows.iter().zip(at..) {
                    if near(own, row.signature.get(), edits) {
                        let number = u32::try_from(number).map_err(|_| damaged())?;
                        let text = self.fold_text.bytes(number).ok_or_else(damaged)?;
                        if pattern.distance(text, edits).is_some() {
                            self.terms_of_fold(number, terms)?;
                        }
                    }
                }
            }
            at = stop;
        }
        Ok(())
    }

    /// Folds that begin with this one, or that this one begins with, as far as
    /// [`interdict_evidence::form_similarity`] looks at beginnings.
    fn prefixes(&self, fold: &str, terms: &mut Vec<u32>) -> Result<(), IndexError> {
        let length = fold.len();
        for short in MIN_PREFIX.max((2 * length).div_ceil(5))..length {
            if let Some(head) = fold.get(..short) {
                self.equal_folds(head, terms)?;
            }
        }
        if length < MIN_PREFIX {
            return Ok(());
        }
        for place in self.first_fold_from(fold)?..self.fold_order.len() {
            let (number, text) = self.ordered_fold(place)?;
            if !text.starts_with(fold.as_bytes()) {
                break;
            }
            if 2 * text.len() <= 5 * length {
                self.terms_of_fold(number, terms)?;
            }
        }
        Ok(())
    }

    fn equal_folds(&self, fold: &str, terms: &mut Vec<u32>) -> Result<(), IndexError> {
        match self.fold(fold) {
            Some(number) => self.terms_of_fold(number, terms),
            None => Ok(()),
        }
    }

    /// Place in the order of folds of the first that does not sort before `fold`.
    fn first_fold_from(&self, fold: &str) -> Result<usize, IndexError> {
        let fold = fold.as_bytes();
        let front = keys::front(fold);
        let (mut low, mut high) = (0, self.fold_order.len());
        while low < high {
            let middle = low.midpoint(high);
            let row = self
                .fold_order
                .get(middle)
                .ok_or_else(|| self.damaged(Section::FoldOrder))?;
            let before = match row.front.get().cmp(&front) {
                Ordering::Equal => self.ordered_fold(middle)?.1 < fold,
                other => other == Ordering::Less,
            };
            if before {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    fn ordered_fold(&self, place: usize) -> Result<(u32, &[u8]), IndexError> {
        let number = self
            .fold_order
            .get(place)
            .ok_or_else(|| self.damaged(Section::FoldOrder))?
            .fold
            .get();
        let text = self
            .fold_text
            .bytes(number)
            .ok_or_else(|| self.damaged(Section::FoldText))?;
        Ok((number, text))
    }

    fn terms_of_fold(&self, fold: u32, terms: &mut Vec<u32>) -> Result<(), IndexError> {
        let fold = fold as usize;
        let (Some(row), Some(next)) = (self.folds.get(fold), self.folds.get(fold + 1)) else {
            return Err(self.damaged(Section::Folds));
        };
        terms.extend(row.first_term.get()..next.first_term.get());
        Ok(())
    }

    /// Readings in which adjacent tokens, joined, are this token, and the most that it is credited
    /// there; in order of readings.
    pub(crate) fn splits(&self, unit: &Unit<'_, '_>) -> Result<Vec<Split>, IndexError> {
        let mut readings = Vec::new();
        self.split_candidates(unit, &mut readings);
        readings.sort_unstable();
        readings.dedup();
        let mut splits = Vec::new();
        let Some(token) = unit.token() else {
            return Ok(splits);
        };
        let whole = Whole::of(token);
        let mut outlines = Vec::new();
        for reading in readings {
            let tokens = self.tokens_of(reading)?;
            outlines.clear();
            for token in tokens {
                let row = self.tokens.get(token.get() as usize);
                outlines.push(row.map_or((0, 0), |r| (r.length, r.letters.get())));
            }
            let mut credit = 0;
            apart(self, tokens, &outlines, &whole, |_, score| {
                credit = credit.max(score);
            })?;
            if credit > 0 {
                splits.push(Split { reading, credit });
            }
        }
        Ok(splits)
    }

    /// Readings in which adjacent tokens, joined, may be this token: a superset.
    fn split_candidates(&self, unit: &Unit<'_, '_>, readings: &mut Vec<u32>) {
        for form in unit.forms().iter().filter(|f| f.space == Space::Latin) {
            for probe in keys::run_probes(form.fold) {
                readings.extend(self.runs.get(probe));
            }
        }
    }
}
