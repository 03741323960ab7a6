//! Which records meet a query, and in which order they are shown.
//!
//! Records whose name is the query come first, then those that meet more of its words in their names,
//! then those that meet more of them at all, those at risk, those on more lists; of equals the lesser
//! id.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use interdict_model::{DatasetName, PropertyType, Schema, topic};
use interdict_screening::IndexError;

use super::WordIndex;
use super::build::{MOST_WHOLE, Posting};
use super::query::{Bound, Query};
use super::words::{whole, words};
use crate::records::{Place, Records};

/// Records, sorted.
pub(crate) type Heads = Vec<Place>;

/// The lists that are looked through.
pub(crate) struct Ground<'g> {
    records: &'g Records,
    /// Segment and its words, for the lists in scope.
    lists: Vec<(usize, &'g WordIndex)>,
    /// Every record in scope, once it was needed.
    everything: std::cell::OnceCell<Heads>,
}

/// What the words of a query met.
#[derive(Default)]
struct Met {
    /// By word, the records with it, and those with it in a name.
    words: Vec<(Heads, Heads)>,
}

impl<'g> Ground<'g> {
    pub(crate) fn new(
        records: &'g Records,
        indexes: &'g [Arc<WordIndex>],
        within: impl Fn(&DatasetName) -> bool,
    ) -> Ground<'g> {
        let lists = records
            .lists()
            .enumerate()
            .filter(|(_, (list, _))| within(list))
            .filter_map(|(segment, _)| Some((segment, &**indexes.get(segment)?)))
            .collect();
        Ground {
            records,
            lists,
            everything: std::cell::OnceCell::new(),
        }
    }

    pub(crate) fn records(&self) -> &'g Records {
        self.records
    }

    /// The entries of a record that are in scope, each with the words of its list.
    pub(crate) fn entries(
        &self,
        head: Place,
    ) -> impl Iterator<Item = (u32, usize, &'g WordIndex)> + '_ {
        let entries = self.records.entries_owned(head);
        entries.into_iter().filter_map(|place| {
            let (segment, entity) = self.records.at(place);
            let list = self.lists.iter().find(|(own, _)| *own == segment)?;
            Some((entity, segment, list.1))
        })
    }

    /// Every record in scope.
    pub(crate) fn everything(&self) -> &Heads {
        self.everything.get_or_init(|| {
            let mut all = Heads::new();
            for (segment, _) in &self.lists {
                let Some(open) = self.records.snapshot().segments().get(*segment) else {
                    continue;
                };
                let count = open.view().entity_count();
                all.extend((0..count).map(|e| self.records.head(self.records.place(*segment, e))));
            }
            tidied(all)
        })
    }

    fn heads<'p>(
        &self,
        segment: usize,
        postings: impl IntoIterator<Item = &'p Posting>,
        heads: &mut Heads,
    ) {
        let mut last = None;
        for posting in postings {
            let entity = posting.entity();
            if last != Some(entity) {
                heads.push(self.records.head(self.records.place(segment, entity)));
                last = Some(entity);
            }
        }
    }

    /// Records with postings of each list, in some fields or in any.
    fn with<'i>(
        &'i self,
        field: Option<&str>,
        postings: impl Fn(&'i WordIndex) -> Vec<&'i [Posting]>,
    ) -> Heads {
        let mut heads = Heads::new();
        for (segment, index) in &self.lists {
            let fields = field.map(|name| index.fields_named(name));
            for found in postings(index) {
                let counts = |posting: &&Posting| {
                    fields
                        .as_ref()
                        .is_none_or(|fields| fields.contains(&posting.field()))
                };
                self.heads(*segment, found.iter().filter(counts), &mut heads);
            }
        }
        tidied(heads)
    }

    /// The records that meet a query.
    pub(crate) fn run(&self, query: &Query) -> Result<Heads, IndexError> {
        self.meet(query, &mut Met::default())
    }

    fn meet(&self, query: &Query, met: &mut Met) -> Result<Heads, IndexError> {
        Ok(match query {
            Query::All => self.everything().clone(),
            Query::Words(field, words) => {
                let mut heads: Option<Heads> = None;
                for word in words {
                    let found = self.word(field.as_deref(), word, met);
                    heads = Some(match heads {
                        None => found,
                        Some(heads) => intersection(heads, &found),
                    });
                }
                heads.unwrap_or_default()
            }
            Query::Phrase(field, words) => {
                for word in words {
                    self.word(field.as_deref(), word, met);
                }
                self.phrase(field.as_deref(), words)
            }
            Query::Value(field, value) => self.value(field, value)?,
            Query::Prefix(field, prefix) => {
                let is_whole = field.is_some();
                let mut heads =
                    self.with(field.as_deref(), |index| index.prefixed(prefix, is_whole));
                if is_whole {
                    let by_word =
                        self.with(field.as_deref(), |index| index.prefixed(prefix, false));
                    heads = union(heads, by_word);
                }
                heads
            }
            Query::Pattern(field, pattern) => {
                let pattern: Vec<char> = pattern.chars().collect();
                self.with(field.as_deref(), |index| {
                    index.words_that(|word| fits(&pattern, word))
                })
            }
            Query::Near(field, word, edits) => {
                let exact = self.word(field.as_deref(), word, met);
                let near = self.with(field.as_deref(), |index| {
                    index.words_that(|other| is_near(word, other, *edits))
                });
                union(exact, near)
            }
            Query::Between(field, low, high) => self.between(field, low, high),
            Query::And(parts) => self.all_of(parts, met)?,
            Query::Or(parts) => {
                let mut heads = Heads::new();
                for part in parts {
                    heads = union(heads, self.meet(part, met)?);
                }
                heads
            }
            Query::Not(inner) => {
                let without = self.meet(inner, &mut Met::default())?;
                difference(self.everything(), &without)
            }
        })
    }

    fn all_of(&self, parts: &[Query], met: &mut Met) -> Result<Heads, IndexError> {
        let (without, with): (Vec<&Query>, Vec<&Query>) =
            parts.iter().partition(|part| matches!(part, Query::Not(_)));
        let mut heads: Option<Heads> = None;
        for part in with.into_iter().filter(|part| **part != Query::All) {
            let found = self.meet(part, met)?;
            heads = Some(match heads {
                None => found,
                Some(heads) => intersection(heads, &found),
            });
        }
        let mut heads = heads.unwrap_or_else(|| self.everything().clone());
        for part in without {
            if let Query::Not(inner) = part {
                let found = self.meet(inner, &mut Met::default())?;
                heads = difference(&heads, &found);
            }
        }
        Ok(heads)
    }

    fn word(&self, field: Option<&str>, word: &str, met: &mut Met) -> Heads {
        let heads = self.with(field, |index| vec![index.term(word, false)]);
        let in_names = match field {
            None => self.with(Some("names"), |index| vec![index.term(word, false)]),
            Some(_) => Heads::new(),
        };
        met.words.push((heads.clone(), in_names));
        heads
    }

    /// Records with words one after the other in one value.
    fn phrase(&self, field: Option<&str>, words: &[String]) -> Heads {
        let mut heads = Heads::new();
        let Some((first, rest)) = words.split_first() else {
            return heads;
        };
        for (segment, index) in &self.lists {
            let fields = field.map(|name| index.fields_named(name));
            let following: Vec<&[Posting]> =
                rest.iter().map(|word| index.term(word, false)).collect();
            let found = index.term(first, false).iter().filter(|posting| {
                let counts = fields
                    .as_ref()
                    .is_none_or(|fields| fields.contains(&posting.field()));
                counts
                    && (1u64..).zip(&following).all(|(step, next)| {
                        let wanted = posting.place() + step;
                        next.binary_search_by_key(&wanted, |p| p.place()).is_ok()
                    })
            });
            self.heads(*segment, found, &mut heads);
        }
        tidied(heads)
    }

    /// Records with a value in a field: the whole value, or words of a text.
    pub(crate) fn value(&self, field: &str, value: &str) -> Result<Heads, IndexError> {
        match field {
            "id" | "entity_id" | "referents" => {
                let head = self.records.find(value)?;
                let known = head.filter(|head| self.everything().binary_search(head).is_ok());
                return Ok(known.into_iter().collect());
            }
            "schema" => {
                return self.that(|head| {
                    Ok(self
                        .schema(head)?
                        .is_some_and(|schema| schema.name() == value))
                });
            }
            "datasets" => {
                return self
                    .that(|head| Ok(self.datasets(head).any(|list| list.as_str() == value)));
            }
            "target" => {
                let wanted = value == "true";
                return self.that(|head| Ok(self.is_target(head) == wanted));
            }
            _ => {}
        }
        let folded = whole(value);
        let mut heads = self.with(Some(field), |index| vec![index.term(&folded, true)]);
        if is_text(field) {
            heads = union(heads, self.phrase(Some(field), &words(value)));
        }
        Ok(heads)
    }

    /// Records with exactly this value, in a field or in any; `None` where it is too long to be kept
    /// whole, so that they have to be looked for one by one.
    pub(crate) fn whole_value(&self, field: Option<&str>, value: &str) -> Option<Heads> {
        if value.len() > MOST_WHOLE {
            return None;
        }
        let folded = whole(value);
        Some(self.with(field, |index| vec![index.term(&folded, true)]))
    }

    fn that(&self, holds: impl Fn(Place) -> Result<bool, IndexError>) -> Result<Heads, IndexError> {
        let mut heads = Heads::new();
        for head in self.everything() {
            if holds(*head)? {
                heads.push(*head);
            }
        }
        Ok(heads)
    }

    fn between(&self, field: &str, low: &Bound, high: &Bound) -> Heads {
        let fold = |bound: &Bound| bound.value.as_deref().map(whole);
        let (least, most) = (fold(low), fold(high));
        self.with(Some(field), |index| {
            index.wholes_that(|value| {
                let above = least
                    .as_deref()
                    .is_none_or(|least| value > least || low.is_within && value == least);
                // A day of a year that is given as the end is within it.
                let below = most.as_deref().is_none_or(|most| {
                    value < most || high.is_within && (value == most || value.starts_with(most))
                });
                above && below
            })
        })
    }

    /// The schema of a record within the scope.
    pub(crate) fn schema(&self, head: Place) -> Result<Option<Schema>, IndexError> {
        let mut schema: Option<Schema> = None;
        for (entity, segment, _) in self.entries(head) {
            let own = self.records.schema(self.records.place(segment, entity))?;
            schema = match (schema, own) {
                (Some(kept), Some(own)) => Some(kept.common(own).unwrap_or(kept)),
                (kept, own) => kept.or(own),
            };
        }
        Ok(schema)
    }

    /// The lists of a record within the scope.
    pub(crate) fn datasets(&self, head: Place) -> impl Iterator<Item = &'g DatasetName> + '_ {
        self.entries(head).filter_map(|(entity, segment, _)| {
            self.records.dataset(self.records.place(segment, entity))
        })
    }

    fn is_target(&self, head: Place) -> bool {
        self.entries(head).any(|(entity, _, index)| {
            let topics = index.column("topics");
            topics.is_some_and(|column| column.of(entity).any(topic::is_risk))
        })
    }

    /// The records of `heads` from `offset` on, at most `limit`, best first.
    pub(crate) fn best(
        &self,
        query: &Query,
        text: &str,
        heads: &[Place],
        (offset, limit): (usize, usize),
    ) -> Result<Heads, IndexError> {
        let mut met = Met::default();
        self.meet(query, &mut met)?;
        let text = whole(text);
        let named = if text.is_empty() {
            Heads::new()
        } else {
            self.with(Some("names"), |index| vec![index.term(&text, true)])
        };
        let mut ranked = Vec::with_capacity(heads.len());
        for head in heads {
            let count = |of: fn(&(Heads, Heads)) -> &Heads| {
                let words = met.words.iter();
                words
                    .filter(|word| of(word).binary_search(head).is_ok())
                    .count()
            };
            let key = (
                Reverse(named.binary_search(head).is_ok()),
                Reverse(count(|word| &word.1)),
                Reverse(count(|word| &word.0)),
                Reverse(self.is_target(*head)),
                Reverse(self.datasets(*head).count()),
                self.records.id(*head)?,
            );
            ranked.push((key, *head));
        }
        Ok(page(ranked, offset, limit))
    }

    /// The same, in the order of the values of a field; records without come last.
    pub(crate) fn sorted(
        &self,
        sorts: &[(String, bool)],
        heads: &[Place],
        (offset, limit): (usize, usize),
    ) -> Result<Heads, IndexError> {
        let mut columns: Vec<HashMap<Place, String>> = Vec::new();
        for (field, descending) in sorts {
            columns.push(self.least_values(field, heads, *descending)?);
        }
        let mut ranked = Vec::with_capacity(heads.len());
        for head in heads {
            let key: Vec<Option<&str>> = columns
                .iter()
                .map(|column| column.get(head).map(String::as_str))
                .collect();
            ranked.push((key, self.records.id(*head)?, *head));
        }
        ranked.sort_unstable_by(|a, b| {
            for (place, (_, descending)) in sorts.iter().enumerate() {
                let (x, y) = (
                    a.0.get(place).copied().flatten(),
                    b.0.get(place).copied().flatten(),
                );
                let order = match (x, y) {
                    (Some(x), Some(y)) if *descending => y.cmp(x),
                    (Some(x), Some(y)) => x.cmp(y),
                    (x, y) => y.is_some().cmp(&x.is_some()),
                };
                if order.is_ne() {
                    return order;
                }
            }
            a.1.cmp(b.1)
        });
        let shown = ranked.into_iter().skip(offset).take(limit);
        Ok(shown.map(|(_, _, head)| head).collect())
    }

    /// For each record the value that it is sorted by: the least, or the greatest when descending.
    fn least_values(
        &self,
        field: &str,
        heads: &[Place],
        descending: bool,
    ) -> Result<HashMap<Place, String>, IndexError> {
        let mut found: HashMap<Place, String> = HashMap::new();
        let mut keep = |head: Place, value: &str| {
            let kept = found.entry(head).or_insert_with(|| value.to_owned());
            if (value < kept.as_str()) != descending && value != kept.as_str() {
                value.clone_into(kept);
            }
        };
        match field {
            "id" | "entity_id" => {
                for head in heads {
                    keep(*head, self.records.id(*head)?);
                }
            }
            "schema" => {
                for head in heads {
                    keep(*head, self.schema(*head)?.map_or("", Schema::name));
                }
            }
            "first_seen" | "last_seen" | "last_change" => {
                for head in heads {
                    for (entity, segment, _) in self.entries(*head) {
                        let place = self.records.place(segment, entity);
                        let time = match field {
                            "first_seen" => self.records.seen(place).0,
                            "last_seen" => self.records.last_seen(place),
                            _ => self.records.last_change(place)?,
                        };
                        if let Some(time) = time {
                            keep(*head, time);
                        }
                    }
                }
            }
            other => {
                let field = if other == "caption" { "name" } else { other };
                let wanted: std::collections::HashSet<Place> = heads.iter().copied().collect();
                for (segment, index) in &self.lists {
                    let fields = index.fields_named(field);
                    index.each_whole(|value, postings| {
                        for posting in postings.iter().filter(|p| fields.contains(&p.field())) {
                            let place = self.records.place(*segment, posting.entity());
                            let head = self.records.head(place);
                            if wanted.contains(&head) {
                                keep(head, value);
                            }
                        }
                    });
                }
            }
        }
        Ok(found)
    }
}

/// Whether words of a field may be asked for one by one.
fn is_text(field: &str) -> bool {
    let name = field.strip_prefix("properties.").unwrap_or(field);
    if matches!(name, "names" | "addresses") {
        return true;
    }
    Schema::all()
        .find_map(|schema| schema.property(name))
        .is_some_and(|property| {
            matches!(
                property.kind(),
                PropertyType::Name
                    | PropertyType::Address
                    | PropertyType::String
                    | PropertyType::Text
                    | PropertyType::Html
            )
        })
}

fn page<K: Ord>(mut ranked: Vec<(K, Place)>, offset: usize, limit: usize) -> Heads {
    let wanted = offset.saturating_add(limit);
    if wanted < ranked.len() && wanted > 0 {
        ranked.select_nth_unstable(wanted - 1);
        ranked.truncate(wanted);
    }
    ranked.sort_unstable();
    let shown = ranked.into_iter().skip(offset).take(limit);
    shown.map(|(_, head)| head).collect()
}

fn tidied(mut heads: Heads) -> Heads {
    heads.sort_unstable();
    heads.dedup();
    heads
}

fn intersection(mut a: Heads, b: &Heads) -> Heads {
    a.retain(|head| b.binary_search(head).is_ok());
    a
}

pub(crate) fn union(mut a: Heads, b: Heads) -> Heads {
    a.extend(b);
    tidied(a)
}

fn difference(a: &Heads, b: &Heads) -> Heads {
    let kept = a.iter().filter(|head| b.binary_search(head).is_err());
    kept.copied().collect()
}

fn is_near(word: &str, other: &str, edits: usize) -> bool {
    if edits == 0 {
        return word == other;
    }
    word.len().abs_diff(other.len()) <= edits * 4 && strsim::osa_distance(word, other) <= edits
}

/// Whether a word fits a pattern: `*` for any letters, `?` for one. In steps of at most the product
/// of both lengths.
fn fits(pattern: &[char], word: &str) -> bool {
    let word: Vec<char> = word.chars().collect();
    let (mut p, mut w) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while w < word.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, w));
                p += 1;
            }
            Some(c) if *c == '?' || word.get(w) == Some(c) => {
                p += 1;
                w += 1;
            }
            _ => match star {
                Some((at, met)) => {
                    p = at + 1;
                    w = met + 1;
                    star = Some((at, met + 1));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_words() {
        let fit = |pattern: &str, word: &str| {
            let pattern: Vec<char> = pattern.chars().collect();
            fits(&pattern, word)
        };
        for (pattern, word) in [
            ("b?l*", "belousov"),
            ("*ous*", "belousov"),
            ("*", "a"),
            ("a*b*c", "aXbYbc"),
        ] {
            assert!(fit(pattern, word), "{pattern} {word}");
        }
        for (pattern, word) in [("b?l", "belousov"), ("?", ""), ("a*c", "ab"), ("a", "ab")] {
            assert!(!fit(pattern, word), "{pattern} {word}");
        }
    }

    #[test]
    fn near_words() {
        assert!(is_near("belousof", "belousov", 1));
        assert!(is_near("ab", "ba", 1));
        assert!(!is_near("belousof", "belusov", 1));
    }
}
