//! The rules that link two entries.

use std::collections::BTreeMap;
use std::fmt;

use compact_str::CompactString;
use interdict_model::{IdentifierKind, PartialDate};

use super::near::{NearLink, Why};
use super::party::Party;

/// A rule, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A publisher says so: one list quotes the other's number, or both carry the number of the same
    /// publisher.
    Reference,
    /// Both have the same number for life, its check digits right.
    Number,
    /// Both have the same full name and the same full date of birth.
    NameAndBirth,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Rule; 3] = [Rule::Reference, Rule::Number, Rule::NameAndBirth];

    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Rule::Reference => "reference",
            Rule::Number => "number",
            Rule::NameAndBirth => "name-and-birth",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Two entries that a rule says are of one party. Positions in the parties given, the lesser first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The rule.
    pub rule: Rule,
    /// One entry.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// What both say, in words.
    pub evidence: String,
}

/// What the rules found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Links, the surest rule first, each pair once.
    pub links: Vec<Link>,
    /// Pairs that a rule comes close to linking and does not.
    pub near: Vec<NearLink>,
}

/// A list that gives one number to more parties than this has made a mistake that is not ours to sort.
const MOST_SHARED: usize = 40;

/// Applies the rules to all pairs that have anything in common.
///
/// The parties must be sorted by list and id; then the answer depends on nothing else.
pub fn links(parties: &[Party]) -> Found {
    let mut found = Pairs::default();
    references(parties, &mut found);
    numbers(parties, &mut found);
    names(parties, &mut found);
    found.finish()
}

#[derive(Default)]
struct Pairs {
    links: BTreeMap<(usize, usize), Link>,
    near: BTreeMap<(usize, usize), NearLink>,
}

impl Pairs {
    fn link(&mut self, rule: Rule, a: usize, b: usize, evidence: String) {
        let (a, b) = (a.min(b), a.max(b));
        self.links.entry((a, b)).or_insert(Link {
            rule,
            a,
            b,
            evidence,
        });
    }

    fn near(&mut self, why: Why, a: usize, b: usize, evidence: String) {
        let (a, b) = (a.min(b), a.max(b));
        self.near.entry((a, b)).or_insert(NearLink {
            why,
            a,
            b,
            evidence,
        });
    }

    fn finish(mut self) -> Found {
        self.near.retain(|pair, _| !self.links.contains_key(pair));
        let mut links: Vec<Link> = self.links.into_values().collect();
        links.sort_unstable();
        Found {
            links,
            near: self.near.into_values().collect(),
        }
    }
}

/// Entries by a key, in order.
type Blocks<'a, K> = BTreeMap<K, Vec<usize>>;

/// Every two of a block.
fn pairs(block: &[usize]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let rest = |(at, a): (usize, &usize)| {
        let a = *a;
        block.iter().skip(at + 1).map(move |b| (a, *b))
    };
    block.iter().enumerate().flat_map(rest)
}

fn references(parties: &[Party], found: &mut Pairs) {
    // Who has this id, and who says to have it.
    let mut blocks: Blocks<'_, &str> = BTreeMap::new();
    for (at, party) in parties.iter().enumerate() {
        let said = party.references.iter().map(CompactString::as_str);
        for id in std::iter::once(party.id.as_str()).chain(said) {
            blocks.entry(id).or_default().push(at);
        }
    }
    for (id, block) in &blocks {
        for (a, b) in pairs(block.get(..MOST_SHARED).unwrap_or(block)) {
            let [Some(one), Some(other)] = [parties.get(a), parties.get(b)] else {
                continue;
            };
            if !one.schema.can_match(other.schema) {
                let evidence = format!("{id} is {} and {}", one.schema.name(), other.schema.name());
                found.near(Why::OtherKind, a, b, evidence);
                continue;
            }
            let evidence = match (one.id == *id, other.id == *id) {
                (true, true) => format!("both are {id} by the number of its publisher"),
                (true, false) => format!("{} refers to {id}", other.dataset),
                (false, true) => format!("{} refers to {id}", one.dataset),
                (false, false) => format!("both refer to {id}"),
            };
            found.link(Rule::Reference, a, b, evidence);
        }
    }
}

fn numbers(parties: &[Party], found: &mut Pairs) {
    let mut blocks: Blocks<'_, (IdentifierKind, &str)> = BTreeMap::new();
    for (at, party) in parties.iter().enumerate() {
        for (kind, number) in &party.numbers {
            blocks.entry((*kind, number)).or_default().push(at);
        }
    }
    for ((kind, number), block) in &blocks {
        let block = block.get(..MOST_SHARED).unwrap_or(block);
        let shared = shared_in_a_list(parties, block);
        for (a, b) in pairs(block) {
            let [Some(one), Some(other)] = [parties.get(a), parties.get(b)] else {
                continue;
            };
            let number = format!("{} {number}", kind.name().to_uppercase());
            if !one.schema.can_match(other.schema) {
                let kinds = format!("{} and {}", one.schema.name(), other.schema.name());
                found.near(Why::OtherKind, a, b, format!("{number}, but {kinds}"));
            } else if let Some(kind) = one.number_contradicts(other) {
                let evidence =
                    format!("{number}, but other {} numbers", kind.name().to_uppercase());
                found.near(Why::OtherNumber, a, b, evidence);
            } else if shared && !same_caption(one, other) {
                let evidence = format!("{number}, which a list gives to several parties");
                found.near(Why::SharedNumber, a, b, evidence);
            } else {
                found.link(Rule::Number, a, b, number);
            }
        }
    }
}

/// Whether a list gives the number to several entries that it calls differently: a parent's number on
/// its branches. Such a number alone says nothing.
fn shared_in_a_list(parties: &[Party], block: &[usize]) -> bool {
    pairs(block).any(|(a, b)| match (parties.get(a), parties.get(b)) {
        (Some(one), Some(other)) => one.dataset == other.dataset && !same_caption(one, other),
        _ => false,
    })
}

/// Whether two entries are called the same, but for case, spaces and punctuation.
fn same_caption(one: &Party, other: &Party) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    letters(&one.caption) == letters(&other.caption)
}

fn names(parties: &[Party], found: &mut Pairs) {
    let mut blocks: Blocks<'_, &str> = BTreeMap::new();
    for (at, party) in parties.iter().enumerate() {
        for (key, _) in &party.names {
            blocks.entry(key).or_default().push(at);
        }
    }
    for (key, block) in &blocks {
        let words = key.split(' ').count();
        for (a, b) in pairs(block.get(..MOST_SHARED).unwrap_or(block)) {
            let [Some(one), Some(other)] = [parties.get(a), parties.get(b)] else {
                continue;
            };
            let Some((name, theirs)) = one.same_name(other) else {
                continue;
            };
            let name = if name == theirs {
                name.to_owned()
            } else {
                format!("{name} / {theirs}")
            };
            let births = births(one, other);
            let said = |words: &str| format!("{name}, {words}");
            match births {
                Births::Same(date) if one.gender_contradicts(other) => {
                    let words = format!("both born {}, but of other gender", date.iso());
                    found.near(Why::OtherGender, a, b, said(&words));
                }
                // The first of January stands for "some day of that year" on many lists.
                Births::Same(date) if is_new_year(date) && words < 3 => {
                    let words =
                        format!("both born {}, which often stands for the year", date.iso());
                    found.near(Why::OnlyYear, a, b, said(&words));
                }
                Births::Same(date) => {
                    let evidence = said(&format!("born {}", date.iso()));
                    found.link(Rule::NameAndBirth, a, b, evidence);
                }
                Births::Near(mine, theirs) => {
                    let words = format!("born {} and {}", mine.iso(), theirs.iso());
                    found.near(Why::OnlyYear, a, b, said(&words));
                }
                Births::Other(mine, theirs) => {
                    let words = format!("born {} and {}", mine.iso(), theirs.iso());
                    found.near(Why::OtherBirth, a, b, said(&words));
                }
                Births::Unknown => {
                    let words = "a date of birth on one side at most";
                    found.near(Why::NoBirth, a, b, said(words));
                }
            }
        }
    }
}

enum Births {
    /// A full date that both state.
    Same(PartialDate),
    /// Dates that agree as far as they go.
    Near(PartialDate, PartialDate),
    /// None of the dates agree.
    Other(PartialDate, PartialDate),
    /// One of them states none.
    Unknown,
}

fn births(one: &Party, other: &Party) -> Births {
    let mut all = Vec::new();
    for mine in &one.dates {
        all.extend(other.dates.iter().map(|theirs| (*mine, *theirs)));
    }
    let same = all
        .iter()
        .copied()
        .find(|(a, b)| a == b && a.day().is_some());
    if let Some((date, _)) = same {
        return Births::Same(date);
    }
    if let Some((a, b)) = all.iter().copied().find(|(a, b)| a.compatible(*b)) {
        return Births::Near(a, b);
    }
    match all.first() {
        Some((a, b)) => Births::Other(*a, *b),
        None => Births::Unknown,
    }
}

fn is_new_year(date: PartialDate) -> bool {
    date.month() == Some(1) && date.day() == Some(1)
}

#[cfg(test)]
mod tests {
    use super::super::party::tests::party;
    use super::*;

    /// Rules and reasons found between the first party and each other, in their order.
    fn said(parties: &[Party]) -> Vec<String> {
        let found = links(parties);
        let links = found.links.iter().map(|l| (l.a, l.b, l.rule.as_str()));
        let near = found.near.iter().map(|n| (n.a, n.b, n.why.as_str()));
        let mut all: Vec<_> = links.chain(near).collect();
        all.sort_unstable();
        all.into_iter()
            .map(|(a, b, word)| format!("{a}-{b} {word}"))
            .collect()
    }

    fn person(dataset: &str, id: &str, name: &str, born: &str) -> Party {
        party(
            dataset,
            id,
            "Person",
            &[("name", name), ("birthDate", born)],
        )
    }

    #[test]
    fn a_full_name_with_a_full_date_of_birth_links() {
        let one = person("a", "1", "Ivan Petrov", "1970-05-02");
        for (name, born, expected) in [
            ("PETROV Ivan", "1970-05-02", Some("0-1 name-and-birth")),
            ("Ivan Petrov", "1971-05-02", Some("0-1 other-birth")),
            ("Ivan Petroff", "1970-05-02", None),
            ("Ivan Ivanovich Petrov", "1970-05-02", None),
        ] {
            let parties = [one.clone(), person("b", "2", name, born)];
            let expected: Vec<String> = expected.iter().map(|e| (*e).to_owned()).collect();
            assert_eq!(said(&parties), expected, "{name} {born}");
        }
    }

    #[test]
    fn a_year_is_no_full_date_and_new_year_is_a_year() {
        let two = |name: &str, a: &str, b: &str| {
            let values = |born| {
                [
                    ("name", name),
                    ("birthDate", born),
                    ("birthDate", "1950-03-03"),
                ]
            };
            let one = party("a", "1", "Person", &values(a));
            let other = [
                ("name", name),
                ("birthDate", b),
                ("birthDate", "1960-04-04"),
            ];
            said(&[one, party("b", "2", "Person", &other)])
        };
        assert_eq!(two("Ali Khan", "1970", "1970-06-06"), ["0-1 only-year"]);
        assert_eq!(
            two("Ali Khan", "1970-01-01", "1970-01-01"),
            ["0-1 only-year"]
        );
        assert_eq!(
            two("Ali Akbar Khan", "1970-01-01", "1970-01-01"),
            ["0-1 name-and-birth"]
        );
    }

    #[test]
    fn a_full_name_without_dates_comes_close() {
        let one = person("a", "1", "Ivan Petrov", "1970-05-02");
        let other = party("b", "2", "Person", &[("name", "PETROV Ivan")]);
        assert_eq!(said(&[one, other.clone()]), ["0-1 no-birth"]);
        let third = party("c", "3", "Person", &[("name", "Ivan Petrov")]);
        assert_eq!(said(&[other, third]), ["0-1 no-birth"]);
    }

    #[test]
    fn genders_that_contradict_stop_a_link_by_name() {
        let values = |gender| {
            [
                ("name", "Sasha Ivanova"),
                ("birthDate", "1970-05-02"),
                ("gender", gender),
            ]
        };
        let one = party("a", "1", "Person", &values("female"));
        assert_eq!(
            said(&[one, party("b", "2", "Person", &values("male"))]),
            ["0-1 other-gender"]
        );
    }

    #[test]
    fn a_number_for_life_links_whatever_the_names() {
        let ship = |dataset, id, name, imo| {
            party(dataset, id, "Vessel", &[("name", name), ("imoNumber", imo)])
        };
        let one = ship("a", "1", "OLD NAME", "IMO 9074729");
        assert_eq!(
            said(&[one.clone(), ship("b", "2", "NEW NAME", "9074729")]),
            ["0-1 number"]
        );
        let owner = party(
            "b",
            "2",
            "Company",
            &[("name", "OWNER"), ("innCode", "7707083893")],
        );
        assert_eq!(said(&[one, owner]), Vec::<String>::new());
    }

    #[test]
    fn a_number_that_a_list_gives_to_several_parties_links_none_of_another_name() {
        let bank = |dataset, id, name| {
            party(
                dataset,
                id,
                "Company",
                &[("name", name), ("innCode", "7707083893")],
            )
        };
        let parties = [
            bank("a", "1", "Sberbank"),
            bank("b", "2", "Sberbank"),
            bank("b", "3", "Sberbank, Crimean branch"),
        ];
        assert_eq!(
            said(&parties),
            ["0-1 number", "0-2 shared-number", "1-2 shared-number"]
        );
    }

    #[test]
    fn other_numbers_for_life_stop_a_link_by_number() {
        let firm = |id, ogrn| {
            let values = [
                ("name", "Firm"),
                ("innCode", "7707083893"),
                ("ogrnCode", ogrn),
            ];
            party(id, id, "Company", &values)
        };
        let parties = [firm("a", "1027700132195"), firm("b", "1027739642281")];
        assert_eq!(said(&parties), ["0-1 other-number"]);
    }

    #[test]
    fn references_of_publishers_link() {
        let un = party("un", "un-cdi.001", "Person", &[("name", "Any One")]);
        let mut uk = party("gb", "gb-1", "Person", &[("name", "Other")]);
        uk.references = vec!["un-cdi.001".into()];
        let mut eu = party("eu", "eu-1", "Person", &[("name", "Third")]);
        eu.references = vec!["un-cdi.001".into()];
        let mut parties = vec![eu, uk, un];
        assert_eq!(
            said(&parties),
            ["0-1 reference", "0-2 reference", "1-2 reference"]
        );
        assert!(
            links(&parties).links[1]
                .evidence
                .contains("eu refers to un-cdi.001")
        );
        parties[0].schema = interdict_model::Schema::get("Vessel").unwrap();
        assert_eq!(
            said(&parties),
            ["0-1 other-kind", "0-2 other-kind", "1-2 reference"]
        );
        let sdn = party("us_ofac_sdn", "ofac-1", "Person", &[("name", "A")]);
        let csl = party("us_trade_csl", "ofac-1", "Person", &[("name", "B")]);
        assert_eq!(said(&[sdn, csl]), ["0-1 reference"]);
    }
}
