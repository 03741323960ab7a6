//! The best way to lay the tokens of two readings over each other.

use interdict_evidence::{MAX_RUN, ReadingRef, Similarity, TokenRef, joined, similarity};
use interdict_text::Space;
use smallvec::SmallVec;

/// Steps after which the search keeps the best alignment it has. Real names need a few dozen;
/// the limit bounds names made to be slow.
const MAX_STEPS: u32 = 20_000;

/// One token, or one run against a token, of an alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// First query token and how many.
    pub(crate) query: (u8, u8),
    /// First list token and how many.
    pub(crate) list: (u8, u8),
    /// How alike they are.
    pub(crate) similarity: Similarity,
    /// Weight of the query tokens.
    pub(crate) weight: u32,
    value: u64,
}

impl Pair {
    fn list_mask(&self) -> u32 {
        mask(self.list)
    }

    pub(crate) fn query_mask(&self) -> u32 {
        mask(self.query)
    }
}

fn mask((first, count): (u8, u8)) -> u32 {
    (u32::MAX >> (32 - u32::from(count.clamp(1, 32)))) << first
}

/// A one-to-one alignment over spans that maximises the matched query weight.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alignment {
    /// Its pairs, by query position.
    pub(crate) pairs: SmallVec<[Pair; 8]>,
    /// Query tokens in a pair.
    pub(crate) query_used: u32,
    /// List tokens in a pair.
    pub(crate) list_used: u32,
    /// `Σ w·s`.
    pub(crate) sum: u64,
}

/// Everything that may be paired, by first query token, best first.
struct Edges {
    edges: SmallVec<[Pair; 16]>,
    /// Where the edges of each query token begin.
    starts: SmallVec<[u16; 36]>,
    /// The most that the query tokens from here on can bring.
    best_from: SmallVec<[u64; 36]>,
}

/// Finds the alignment; empty when nothing is alike.
pub(crate) fn align(query: &ReadingRef<'_>, list: &ReadingRef<'_>) -> Alignment {
    let edges = edges(query, list);
    if edges.edges.is_empty() {
        return Alignment::default();
    }
    let mut search = Search {
        edges: &edges,
        best: 0,
        best_path: SmallVec::new(),
        path: SmallVec::new(),
        steps: 0,
    };
    search.descend(0, 0, 0);
    let mut alignment = Alignment::default();
    for index in &search.best_path {
        if let Some(pair) = edges.edges.get(usize::from(*index)) {
            alignment.query_used |= pair.query_mask();
            alignment.list_used |= pair.list_mask();
            alignment.sum += u64::from(pair.weight) * u64::from(pair.similarity.score);
            alignment.pairs.push(*pair);
        }
    }
    alignment
}

fn edges(query: &ReadingRef<'_>, list: &ReadingRef<'_>) -> Edges {
    let q: &[TokenRef<'_>] = query
        .tokens
        .get(..query.tokens.len().min(32))
        .unwrap_or_default();
    let l: &[TokenRef<'_>] = list
        .tokens
        .get(..list.tokens.len().min(32))
        .unwrap_or_default();
    let (q_lengths, l_lengths) = (lengths(q), lengths(l));
    let mut edges: SmallVec<[Pair; 16]> = SmallVec::new();
    let mut starts: SmallVec<[u16; 36]> = SmallVec::new();
    for (i, x) in q.iter().enumerate() {
        let start = edges.len();
        starts.push(u16::try_from(start).unwrap_or(u16::MAX));
        let mut equal = false;
        for (j, y) in l.iter().enumerate() {
            if let Some(found) = similarity(x, y) {
                equal |= found.score == interdict_evidence::similarity::EQUAL;
                edges.push(pair(
                    (i, 1),
                    (j, 1),
                    found,
                    u32::from(x.weight),
                    y.weight.into(),
                ));
            }
        }
        // Runs: several query tokens as one list token, and one query token as several.
        for n in 2..=MAX_RUN {
            let Some(length) = run_length(&q_lengths, i, n) else {
                break;
            };
            let mut run: Option<(SmallVec<[&TokenRef<'_>; MAX_RUN]>, u32)> = None;
            for (j, y) in l.iter().enumerate() {
                if !l_lengths.get(j).is_some_and(|y| y.may_be(length)) {
                    continue;
                }
                let (parts, weight) = run.get_or_insert_with(|| parts_of(q, i, n));
                if let Some(found) = joined(parts, y) {
                    edges.push(pair((i, n), (j, 1), found, *weight, y.weight.into()));
                }
            }
        }
        let Some(whole) = q_lengths.get(i).filter(|w| !equal && w.longest > 0) else {
            sort(edges.get_mut(start..));
            continue;
        };
        for j in 0..l.len() {
            for n in 2..=MAX_RUN {
                let Some(length) = run_length(&l_lengths, j, n) else {
                    break;
                };
                if !whole.may_be(length) {
                    continue;
                }
                let (parts, other) = parts_of(l, j, n);
                if let Some(found) = joined(&parts, x) {
                    let found = Similarity {
                        how: interdict_evidence::How::Split,
                        ..found
                    };
                    edges.push(pair((i, 1), (j, n), found, u32::from(x.weight), other));
                }
            }
        }
        sort(edges.get_mut(start..));
    }
    starts.push(u16::try_from(edges.len()).unwrap_or(u16::MAX));
    let mut best_from: SmallVec<[u64; 36]> = SmallVec::from_elem(0, q.len() + 1);
    for i in (0..q.len()).rev() {
        let from = starts.get(i).copied().map_or(0, usize::from);
        let to = starts.get(i + 1).copied().map_or(0, usize::from);
        let best = edges
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .map(|e| {
                let next = i + usize::from(e.query.1);
                e.value + best_from.get(next).copied().unwrap_or(0)
            })
            .chain(best_from.get(i + 1).copied())
            .max()
            .unwrap_or(0);
        if let Some(slot) = best_from.get_mut(i) {
            *slot = best;
        }
    }
    Edges {
        edges,
        starts,
        best_from,
    }
}

/// Lengths of the folds in Latin letters of a token: enough to see that most runs are not it.
#[derive(Clone, Copy)]
struct Lengths {
    /// Of the principal one, 0 where there is none.
    principal: u32,
    shortest: u32,
    /// 0 where there is none.
    longest: u32,
}

impl Lengths {
    /// Whether a run of this length may be the token: folds that differ by at most one letter.
    fn may_be(&self, run: u32) -> bool {
        self.longest > 0 && run <= self.longest + 1 && run + 1 >= self.shortest
    }
}

fn lengths(tokens: &[TokenRef<'_>]) -> SmallVec<[Lengths; 8]> {
    tokens
        .iter()
        .map(|token| {
            let mut all = Lengths {
                principal: 0,
                shortest: u32::MAX,
                longest: 0,
            };
            for form in token.forms.iter().filter(|f| f.space == Space::Latin) {
                let length = u32::try_from(form.fold.len()).unwrap_or(u32::MAX / 8);
                if all.principal == 0 {
                    all.principal = length;
                }
                all.shortest = all.shortest.min(length);
                all.longest = all.longest.max(length);
            }
            all
        })
        .collect()
}

/// Length of a run's principal folds; `None` where it ends beyond the name or a part has none.
fn run_length(lengths: &[Lengths], first: usize, count: usize) -> Option<u32> {
    let mut sum = 0;
    for part in lengths.get(first..first + count)? {
        if part.principal == 0 {
            return None;
        }
        sum += part.principal;
    }
    Some(sum)
}

/// The tokens of a run and what they weigh.
fn parts_of<'t, 'a>(
    tokens: &'t [TokenRef<'a>],
    first: usize,
    count: usize,
) -> (SmallVec<[&'t TokenRef<'a>; MAX_RUN]>, u32) {
    let run = tokens.get(first..first + count).unwrap_or_default();
    let weight = run.iter().map(|t| u32::from(t.weight)).sum();
    (run.iter().collect(), weight)
}

fn sort(edges: Option<&mut [Pair]>) {
    if let Some(edges) = edges {
        edges.sort_by(|a, b| b.value.cmp(&a.value).then(a.list.cmp(&b.list)));
    }
}

fn pair(
    query: (usize, usize),
    list: (usize, usize),
    s: Similarity,
    weight: u32,
    other: u32,
) -> Pair {
    let narrow = |(at, n): (usize, usize)| {
        (
            u8::try_from(at).unwrap_or(u8::MAX),
            u8::try_from(n).unwrap_or(u8::MAX),
        )
    };
    // Among alignments of equal worth the one that covers more of the list, then the one that
    // keeps the order.
    let kept = u64::from(query.0 == list.0);
    let tie = u64::from(other.min(1_023)) * 2 + kept;
    Pair {
        query: narrow(query),
        list: narrow(list),
        similarity: s,
        weight,
        value: ((u64::from(weight) * u64::from(s.score)) << 20) + tie,
    }
}

struct Search<'e> {
    edges: &'e Edges,
    best: u64,
    best_path: SmallVec<[u16; 16]>,
    path: SmallVec<[u16; 16]>,
    steps: u32,
}

impl Search<'_> {
    fn descend(&mut self, at: usize, used: u32, value: u64) {
        self.steps += 1;
        let Some(rest) = self.edges.best_from.get(at).copied() else {
            return;
        };
        if value + rest <= self.best {
            return;
        }
        if at + 1 == self.edges.best_from.len() || rest == 0 {
            self.best = value;
            self.best_path.clone_from(&self.path);
            return;
        }
        if self.steps > MAX_STEPS {
            return;
        }
        let from = self.edges.starts.get(at).copied().unwrap_or(0);
        let to = self.edges.starts.get(at + 1).copied().unwrap_or(0);
        for index in from..to {
            let Some(edge) = self.edges.edges.get(usize::from(index)).copied() else {
                continue;
            };
            if used & edge.list_mask() == 0 {
                self.path.push(index);
                self.descend(
                    at + usize::from(edge.query.1),
                    used | edge.list_mask(),
                    value + edge.value,
                );
                self.path.pop();
            }
        }
        self.descend(at + 1, used, value);
    }
}
