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
use crate::units::{Apart, Unit};
use crate::view::View;

/// A term and the most that it can be credited, at least [`S_MIN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Met {
    pub(crate) term: u32,
    pub(crate) credit: u16,
}

/// A term that may be met, and how far its fold is: one number, so that sorting costs little. Where
/// forms are the same, or may be, sorts before what edits are known, that before what is far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found(u64);

impl Found {
    fn new(term: u32, apart: Apart) -> Found {
        let code = match apart {
            Apart::Unknown => 0,
            Apart::Edits(edits) => edits,
            Apart::Far => u8::MAX,
        };
        Found(u64::from(term) << 8 | u64::from(code))
    }

    fn term(self) -> u32 {
        u32::try_from(self.0 >> 8).unwrap_or(u32::MAX)
    }

    fn apart(self) -> Apart {
        match self.0.to_le_bytes()[0] {
            0 => Apart::Unknown,
            u8::MAX => Apart::Far,
            edits => Apart::Edits(edits),
        }
    }
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
        let mut found = Vec::new();
        if unit.count > 1 {
            self.equal_folds(&unit.joined, Apart::Unknown, &mut found)?;
            // An edit needs length on both sides, and the two differ by one at most.
            if unit.joined.len() + 1 >= MIN_RUN_EDIT {
                for probe in keys::probes(&unit.joined) {
                    for fold in self.fold_halves.get(probe) {
                        self.terms_of_fold(fold, Apart::Unknown, &mut found)?;
                    }
                }
            }
        }
        for form in unit.forms() {
            if form.space == Space::Latin {
                self.latin(form, &mut found)?;
            }
        }
        let unknown = |term| Found::new(term, Apart::Unknown);
        found.extend(unit.equal.iter().copied().map(unknown));
        if unit.count == 1 && !unit.is_initial() {
            let initials = self.initials.iter().map(|t| t.get());
            let begun = initials.filter(|t| {
                let first = self.keys.bytes(*t).and_then(|key| key.first());
                unit.begins_with(first.copied())
            });
            found.extend(begun.map(unknown));
        }
        found.sort_unstable();
        found.dedup_by_key(|f| f.term());
        self.fetch(&found);
        let known = unit.only_latin().is_some();
        let mut met = Vec::with_capacity(found.len());
        for found in found {
            let term = found.term();
            let credit = match found.apart() {
                apart if known && apart != Apart::Unknown => {
                    let (form, initial) = self.form(term)?;
                    unit.evidence_at(&form, initial, apart)
                }
                _ => self.credit(unit, term)?,
            };
            if credit >= S_MIN {
                met.push(Met { term, credit });
            }
        }
        Ok(met)
    }

    /// Looks at the texts of terms, so that they are at hand one by one afterwards: here nothing
    /// waits for what stands in them.
    fn fetch(&self, found: &[Found]) {
        let mut seen = 0u8;
        for term in found.iter().map(|f| f.term()) {
            let fold = self.terms.get(term as usize).map(|row| row.fold.get());
            let first = |text: Option<&[u8]>| text.and_then(|t| t.first().copied()).unwrap_or(0);
            seen ^= first(self.keys.bytes(term));
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
        let (form, initial) = self.form(term)?;
        Ok(unit.evidence(&form, initial))
    }

    /// The form of a term, and whether any token carries it as an initial.
    fn form(&self, term: u32) -> Result<(FormRef<'_>, bool), IndexError> {
        let row = self
            .terms
            .get(term as usize)
            .ok_or_else(|| self.damaged(Section::Terms))?;
        Ok((self.term(term)?, row.initial != 0))
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

    fn latin(&self, form: &FormRef<'_>, found: &mut Vec<Found>) -> Result<(), IndexError> {
        let fold = form.fold;
        self.equal_folds(fold, Apart::Unknown, found)?;
        // Keys with digits meet by key and fold alone.
        if fold.bytes().any(|b| b.is_ascii_digit()) {
            return Ok(());
        }
        self.prefixes(fold, found)?;
        let pattern = Pattern::new(fold.as_bytes());
        let own = signature(fold);
        self.dropped(fold, &pattern, own, found)?;
        let longest = fold.len() + 3;
        for length in fold.len().saturating_sub(3)..=longest.min(MAX_KEY) {
            let edits = edit_budget(fold.len(), length);
            if fold.len().max(length) > LONGEST && fold.len().abs_diff(length) <= usize::from(edits)
            {
                self.scan(length, &pattern, own, edits, found)?;
            }
        }
        if longest > MAX_KEY {
            // Everything longer stands in one last bucket.
            self.scan(MAX_KEY + 1, &pattern, own, 3, found)?;
        }
        Ok(())
    }

    /// Folds of up to [`LONGEST`] bytes within the edits that the lengths allow.
    fn dropped(
        &self,
        fold: &str,
        pattern: &Pattern<'_>,
        own: u64,
        found: &mut Vec<Found>,
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
        let mut near_ones: SmallVec<[u32; 128]> = SmallVec::new();
        // Near folds come several times: most of the repetitions end here, the rest harm nobody.
        let mut known = [u32::MAX; 64];
        for (hash, (from, to)) in hashes.iter().zip(ranges) {
            let entries = self
                .dropped
                .get(from as usize..to as usize)
                .ok_or_else(damaged)?;
            for entry in entries {
                if let Some(number) = dropped::fold_of(entry.get(), *hash, fold_bits) {
                    let row = self.folds.get(number as usize).ok_or_else(damaged)?;
                    // Nothing of this length is more than two edits away.
                    let last = &mut known[number as usize % 64];
                    if *last != number && near(own, row.signature.get(), 2) {
                        *last = number;
                        near_ones.push(number);
                    }
                }
            }
        }
        let mut texts: SmallVec<[(u32, &[u8]); 128]> = SmallVec::new();
        for number in near_ones {
            texts.push((number, self.fold_text.bytes(number).ok_or_else(damaged)?));
        }
        for (number, text) in texts {
            let edits = edit_budget(fold.len(), text.len());
            if let Some(edits) = pattern.distance(text, edits) {
                self.terms_of_fold(number, edits_apart(edits), found)?;
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
        found: &mut Vec<Found>,
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
                        if let Some(edits) = pattern.distance(text, edits) {
                            self.terms_of_fold(number, edits_apart(edits), found)?;
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
    fn prefixes(&self, fold: &str, found: &mut Vec<Found>) -> Result<(), IndexError> {
        let length = fold.len();
        for short in MIN_PREFIX.max((2 * length).div_ceil(5))..length {
            if let Some(head) = fold.get(..short) {
                self.equal_folds(head, Apart::Far, found)?;
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
                self.terms_of_fold(number, Apart::Far, found)?;
            }
        }
        Ok(())
    }

    fn equal_folds(
        &self,
        fold: &str,
        apart: Apart,
        found: &mut Vec<Found>,
    ) -> Result<(), IndexError> {
        match self.fold(fold) {
            Some(number) => self.terms_of_fold(number, apart, found),
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

    fn terms_of_fold(
        &self,
        fold: u32,
        apart: Apart,
        found: &mut Vec<Found>,
    ) -> Result<(), IndexError> {
        let fold = fold as usize;
        let (Some(row), Some(next)) = (self.folds.get(fold), self.folds.get(fold + 1)) else {
            return Err(self.damaged(Section::Folds));
        };
        let terms = row.first_term.get()..next.first_term.get();
        found.extend(terms.map(|term| Found::new(term, apart)));
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

/// Folds that are the same say nothing of how their keys differ.
const fn edits_apart(edits: u8) -> Apart {
    match edits {
        0 => Apart::Unknown,
        edits => Apart::Edits(edits),
    }
}
