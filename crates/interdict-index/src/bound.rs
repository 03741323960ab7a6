//! What a listed reading can score at most: the additive bound of decision 0001.

use interdict_evidence::{
    MAX_RUN, ReadingRef, SCALE, TokenRef, joined, pair_kind, reaches, required,
};
use interdict_text::{NameKind, Space};
use smallvec::SmallVec;
use zerocopy::little_endian::U32;

use crate::enumerate::Met;
use crate::error::IndexError;
use crate::format::{Section, TokenRecord};
use crate::letters::{held, more_than};
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
    /// Each query token as one word that the list may write as several.
    pub(crate) wholes: Vec<Whole<'q, 't>>,
    /// The most that any list token or run gives each query token, as far as that is known.
    pub(crate) mosts: SmallVec<[u32; 32]>,
    /// Whether a listed token with one term can be judged by the outline of that term: no query
    /// token is an initial or written in another script.
    pub(crate) plain: bool,
    /// Lowers every bound, in parts of 10,000; only for tests that show that tests can fail.
    pub(crate) handicap: u32,
}

/// Evidence by term and by token, reused from reading to reading.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// By term, the place of its first line, from 1.
    heads: Vec<u32>,
    lines: Vec<Line>,
    touched: Vec<u32>,
    /// By term, a bit for those that have lines: small enough to stay at hand.
    marked: Vec<u64>,
    /// By term, whether open units were looked at.
    looked: Vec<bool>,
    looked_at: Vec<u32>,
    /// By token, the place of its row, from 1.
    places: Vec<u32>,
    placed: Vec<u32>,
    /// Whether any query token or run meets the token of each row.
    rows: Vec<bool>,
    /// What each row credits each query token, rows of one length one after the other.
    credits: Vec<u16>,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    unit: u16,
    credit: u16,
    next: u32,
}

impl Scratch {
    pub(crate) fn reset(&mut self, terms: usize, tokens: usize) {
        for term in self.touched.drain(..) {
            if let Some(head) = self.heads.get_mut(term as usize) {
                *head = 0;
            }
            if let Some(word) = self.marked.get_mut(term as usize / 64) {
                *word = 0;
            }
        }
        for term in self.looked_at.drain(..) {
            if let Some(looked) = self.looked.get_mut(term as usize) {
                *looked = false;
            }
        }
        for token in self.placed.drain(..) {
            if let Some(place) = self.places.get_mut(token as usize) {
                *place = 0;
            }
        }
        self.lines.clear();
        self.rows.clear();
        self.credits.clear();
        self.heads.resize(terms, 0);
        self.marked.resize(terms.div_ceil(64), 0);
        self.looked.resize(terms, false);
        self.places.resize(tokens, 0);
    }

    fn add(&mut self, term: u32, unit: usize, credit: u16) {
        let Some(head) = self.heads.get_mut(term as usize) else {
            return;
        };
        if *head == 0 {
            self.touched.push(term);
            if let Some(word) = self.marked.get_mut(term as usize / 64) {
                *word |= 1 << (term % 64);
            }
        }
        self.lines.push(Line {
            unit: u16::try_from(unit).unwrap_or(u16::MAX),
            credit,
            next: *head,
        });
        *head = u32::try_from(self.lines.len()).unwrap_or(0);
    }
}

impl Scratch {
    fn is_marked(&self, term: u32) -> bool {
        let word = self.marked.get(term as usize / 64);
        word.is_some_and(|word| word >> (term % 64) & 1 == 1)
    }

    fn lines_of(&self, term: u32) -> impl Iterator<Item = &Line> {
        let line = |at: u32| self.lines.get((at as usize).checked_sub(1)?);
        let first = self.heads.get(term as usize).copied().and_then(line);
        std::iter::successors(first, move |before| line(before.next))
    }
}

/// Readings whose words are looked at together.
const TOGETHER: usize = 128;

/// The words of some readings seen from afar. They lie anywhere in memory, so each kind of record is
/// fetched for all readings before the next kind: the processor then waits for many at a time.
#[derive(Debug, Default)]
pub(crate) struct Outlines {
    tokens: Vec<U32>,
    /// By reading, where its words begin, and one more.
    starts: Vec<usize>,
    records: Vec<TokenRecord>,
}

impl Outlines {
    fn read(&mut self, view: &View<'_>, readings: &[u32]) -> Result<(), IndexError> {
        self.tokens.clear();
        self.starts.clear();
        self.records.clear();
        let mut lists: SmallVec<[&[U32]; TOGETHER]> = SmallVec::new();
        for reading in readings {
            lists.push(view.tokens_of(*reading)?);
        }
        for list in lists {
            self.starts.push(self.tokens.len());
            self.tokens.extend_from_slice(list);
        }
        self.starts.push(self.tokens.len());
        for token in &self.tokens {
            let record = view.tokens.get(token.get() as usize);
            self.records
                .push(*record.ok_or_else(|| view.damaged(Section::Tokens))?);
        }
        Ok(())
    }

    /// Those of one reading, by its place among those that were read.
    fn of(&self, at: usize) -> &[TokenRecord] {
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range
            .and_then(|(from, to)| self.records.get(*from..*to))
            .unwrap_or_default()
    }
}

/// The query tokens of a unit, as bits.
fn span(unit: &Unit<'_, '_>) -> u32 {
    ((1u32 << unit.count) - 1) << unit.first.min(31)
}

impl Bounds<'_, '_, '_> {
    /// Gives each reading that [`Bounds::may_reach`].
    pub(crate) fn sift(
        &mut self,
        view: &View<'_>,
        readings: &[u32],
        needed: &Needed,
        outlines: &mut Outlines,
        mut keep: impl FnMut(u32),
    ) -> Result<(), IndexError> {
        for readings in readings.chunks(TOGETHER) {
            // Only the outlines of words in Latin letters tell anything.
            if self.plain {
                outlines.read(view, readings)?;
            }
            for (at, reading) in readings.iter().enumerate() {
                if (!self.plain || self.glance(outlines.of(at), needed))
                    && self.may_reach(view, *reading, needed)?
                {
                    keep(*reading);
                }
            }
        }
        Ok(())
    }

    /// [`Bounds::may_reach`] without looking at terms: `false` only where that is `false`. Most
    /// readings are told from the query by length and letters of their words.
    fn glance(&self, tokens: &[TokenRecord], needed: &Needed) -> bool {
        let (mut found, mut unmatched) = (0u32, 0u32);
        // Length and letters of the last tokens, for runs.
        let mut before: [(usize, u32); MAX_RUN - 1] = [(0, 0); MAX_RUN - 1];
        for record in tokens {
            let term = record.term.get();
            if term == u32::MAX || record.length == u8::MAX {
                return true;
            }
            let letters = record.letters.get();
            let mut met = 0;
            if self.scratch.is_marked(term) {
                for line in self.scratch.lines_of(term) {
                    met |= self.units.get(usize::from(line.unit)).map_or(0, span);
                }
            }
            for unit in &self.open {
                if let Some(unit) = self.units.get(*unit)
                    && unit.may_resemble(record.length, letters)
                {
                    met |= span(unit);
                }
            }
            if met == 0 {
                unmatched += u32::from(record.weight.get());
            }
            found |= met;
            let (mut length, mut held) = (usize::from(record.length), letters);
            for part in before {
                if part.0 == 0 {
                    break;
                }
                length += part.0;
                held |= part.1;
                if self.wholes.iter().any(|whole| whole.may_be(length, held)) {
                    return true;
                }
            }
            before.rotate_right(1);
            before[0] = (usize::from(record.length), letters);
        }
        let sum: u64 = self
            .reading
            .tokens
            .iter()
            .zip(&self.mosts)
            .enumerate()
            .filter(|(i, _)| found >> i & 1 == 1)
            .map(|(_, (token, most))| u64::from(token.weight) * u64::from(*most))
            .sum();
        let sum = sum * u64::from(self.handicap) / u64::from(SCALE);
        reaches(sum, self.weight, unmatched, needed.least())
    }

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

    /// The place of a token's row; `None` when nothing meets the token.
    fn row(
        &mut self,
        view: &View<'_>,
        token: u32,
        record: &TokenRecord,
    ) -> Result<Option<usize>, IndexError> {
        let known = self.scratch.places.get(token as usize).copied();
        if let Some(place) = known.and_then(|p| (p as usize).checked_sub(1)) {
            return Ok(Some(place));
        }
        // Most tokens have nothing to do with the query, which can be seen from afar.
        if self.plain
            && record.term.get() != u32::MAX
            && self.scratch.heads.get(record.term.get() as usize) == Some(&0)
            && !self.open.iter().any(|unit| {
                self.units
                    .get(*unit)
                    .is_some_and(|u| u.may_resemble(record.length, record.letters.get()))
            })
        {
            return Ok(None);
        }
        let terms = view.terms_of(token)?;
        if !self.open.is_empty() {
            for term in terms {
                self.look(view, term.get())?;
            }
        }
        let width = self.reading.tokens.len();
        let scratch = &mut *self.scratch;
        let start = scratch.credits.len();
        scratch.credits.resize(start + width, 0);
        let credits = scratch.credits.get_mut(start..).unwrap_or_default();
        let mut met = false;
        for term in terms {
            let mut at = scratch.heads.get(term.get() as usize).copied().unwrap_or(0);
            met |= at != 0;
            while let Some(line) = (at as usize)
                .checked_sub(1)
                .and_then(|i| scratch.lines.get(i))
            {
                if let Some(unit) = self.units.get(usize::from(line.unit)) {
                    for credit in credits
                        .get_mut(unit.first..unit.first + unit.count)
                        .unwrap_or_default()
                    {
                        *credit = (*credit).max(line.credit);
                    }
                }
                at = line.next;
            }
        }
        let place = scratch.rows.len();
        scratch.rows.push(met);
        if let Some(slot) = scratch.places.get_mut(token as usize) {
            *slot = u32::try_from(place + 1).unwrap_or(0);
            scratch.placed.push(token);
        }
        Ok(Some(place))
    }

    /// Whether a listed reading may score enough: every query token is credited with the best that
    /// any token or run of the reading gives it, and only list tokens that nothing meets count
    /// against it.
    fn may_reach(
        &mut self,
        view: &View<'_>,
        reading: u32,
        needed: &Needed,
    ) -> Result<bool, IndexError> {
        let tokens = view.tokens_of(reading)?;
        let width = self.reading.tokens.len();
        let mut credits: SmallVec<[u16; 32]> = SmallVec::from_elem(0, width);
        let mut unmet: SmallVec<[u16; 32]> = SmallVec::new();
        let mut outlines: SmallVec<[(u8, u32); 32]> = SmallVec::new();
        let mut unmatched = 0;
        for token in tokens {
            let token = token.get();
            let record = view
                .tokens
                .get(token as usize)
                .ok_or_else(|| view.damaged(Section::Tokens))?;
            outlines.push((record.length, record.letters.get()));
            let mut met = false;
            if let Some(place) = self.row(view, token, record)? {
                met = self.scratch.rows.get(place).is_some_and(|met| *met);
                let row = self.scratch.credits.get(place * width..(place + 1) * width);
                for (credit, more) in credits.iter_mut().zip(row.unwrap_or_default()) {
                    *credit = (*credit).max(*more);
                }
            }
            let weight = if met { 0 } else { record.weight.get() };
            unmatched += u32::from(weight);
            unmet.push(weight);
        }
        if !self.enough(&credits, unmatched, needed.least()) {
            // Words that the list writes apart and the query together.
            let mut any = false;
            for (whole, credit) in self.wholes.iter().zip(&mut credits) {
                apart(view, tokens, &outlines, whole, |run, score| {
                    any = true;
                    *credit = (*credit).max(score);
                    for weight in unmet.get_mut(run).unwrap_or_default() {
                        unmatched -= u32::from(std::mem::take(weight));
                    }
                })?;
            }
            if !any || !self.enough(&credits, unmatched, needed.least()) {
                return Ok(false);
            }
        }
        let name = view.name_of(reading)?;
        let kind = view
            .names
            .get(name as usize)
            .ok_or_else(|| view.damaged(Section::Names))?
            .kind;
        let needed_here = needed.of(kind);
        if needed_here == needed.least() || self.enough(&credits, unmatched, needed_here) {
            return Ok(true);
        }
        // Credits of words written apart were not looked at where less was enough.
        for (whole, credit) in self.wholes.iter().zip(&mut credits) {
            apart(view, tokens, &outlines, whole, |run, score| {
                *credit = (*credit).max(score);
                for weight in unmet.get_mut(run).unwrap_or_default() {
                    unmatched -= u32::from(std::mem::take(weight));
                }
            })?;
        }
        Ok(self.enough(&credits, unmatched, needed_here))
    }

    fn enough(&self, credits: &[u16], unmatched: u32, needed: u16) -> bool {
        let sum: u64 = self
            .reading
            .tokens
            .iter()
            .zip(credits)
            .map(|(token, credit)| u64::from(token.weight) * u64::from(*credit))
            .sum();
        let sum = sum * u64::from(self.handicap) / u64::from(SCALE);
        reaches(sum, self.weight, unmatched, needed)
    }
}

/// A query token as one word that the list may write as several: enough of its folds to see that
/// most runs are not it.
pub(crate) struct Whole<'q, 't> {
    token: &'q TokenRef<'t>,
    shortest: usize,
    /// 0 where it has no form in Latin letters.
    longest: usize,
    /// Which letters each fold holds.
    letters: SmallVec<[u32; 2]>,
}

impl<'q, 't> Whole<'q, 't> {
    pub(crate) fn of(token: &'q TokenRef<'t>) -> Whole<'q, 't> {
        let mut whole = Whole {
            token,
            shortest: usize::MAX,
            longest: 0,
            letters: SmallVec::new(),
        };
        for form in token.forms.iter().filter(|f| f.space == Space::Latin) {
            whole.letters.push(held(form.fold));
            whole.shortest = whole.shortest.min(form.fold.len());
            whole.longest = whole.longest.max(form.fold.len());
        }
        whole
    }

    /// Whether a run of this length with these letters may be the token.
    fn may_be(&self, length: usize, letters: u32) -> bool {
        length <= self.longest + 1
            && length + 1 >= self.shortest
            && self.longest > 0
            && self.letters.iter().any(|own| {
                !more_than(u64::from(own & !letters), 1) && !more_than(u64::from(letters & !own), 1)
            })
    }
}

/// Finds where adjacent tokens of a listed reading are, joined, one token of the query: the places
/// of the tokens and how alike they are. `outlines` are length and letters of each token.
pub(crate) fn apart(
    view: &View<'_>,
    tokens: &[U32],
    outlines: &[(u8, u32)],
    whole: &Whole<'_, '_>,
    mut found: impl FnMut(std::ops::Range<usize>, u16),
) -> Result<(), IndexError> {
    if whole.longest == 0 {
        return Ok(());
    }
    for first in 0..tokens.len() {
        let (mut length, mut letters) = (0, 0);
        let mut more = false;
        for count in 1..=MAX_RUN {
            // A token without letters of the Latin script ends a run.
            let Some((part, held)) = outlines.get(first + count - 1).filter(|o| o.0 > 0) else {
                break;
            };
            length += usize::from(*part);
            letters |= held;
            more |= *part == u8::MAX;
            if length > whole.longest + 1 {
                break;
            }
            // Most runs that have the length have other letters. Of a very long part the length is
            // not known.
            if count == 1 || (!more && !whole.may_be(length, letters)) {
                continue;
            }
            let parts: SmallVec<[TokenRef<'_>; MAX_RUN]> = tokens
                .get(first..first + count)
                .unwrap_or_default()
                .iter()
                .map(|t| view.token(t.get()))
                .collect::<Result<_, _>>()?;
            let parts: SmallVec<[&TokenRef<'_>; MAX_RUN]> = parts.iter().collect();
            if let Some(alike) = joined(&parts, whole.token) {
                found(first..first + count, alike.score);
            }
        }
    }
    Ok(())
}
