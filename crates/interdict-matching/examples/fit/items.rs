//! The pairs that numbers are fitted on.

use interdict_evidence::{NameClass, Side, pair_kind};
use interdict_matching::{Parameters, Subject, SubjectView, score_name, use_parameters};
use interdict_text::{NameKind, analyse};

use crate::{data, edits};

/// Names of `negatives_us_10k.csv` that are asked.
pub(crate) const CLEAN_ASKED: u32 = 1_500;
/// Entities of each kind that are misspelt, and whose other spellings are asked.
const ENTITIES: usize = 80;
/// Entities whose names are asked of all others.
const ASKED_OF_OTHERS: usize = 300;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    /// Labelled pairs of this group.
    Labelled(usize),
    MisspeltPersons,
    MisspeltOrganisations,
    Clean,
    Aliases,
    OtherPersons,
    OtherOrganisations,
    AcrossScripts,
    OthersAcrossScripts,
}

impl Set {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Set::Labelled(_) => "labelled",
            Set::MisspeltPersons => "misspelt persons",
            Set::MisspeltOrganisations => "misspelt organisations",
            Set::Clean => "clean",
            Set::Aliases => "aliases",
            Set::OtherPersons => "other persons",
            Set::OtherOrganisations => "other organisations",
            Set::AcrossScripts => "across scripts",
            Set::OthersAcrossScripts => "others across scripts",
        }
    }
}

pub(crate) struct Item {
    pub(crate) set: Set,
    pub(crate) same: bool,
    query: &'static SubjectView<'static>,
    list: &'static SubjectView<'static>,
}

impl Item {
    pub(crate) fn score(&self) -> u16 {
        best(self.query, self.list)
    }

    pub(crate) fn hit(&self) -> bool {
        self.score() >= 7_000
    }
}

fn best(query: &SubjectView<'_>, list: &SubjectView<'_>) -> u16 {
    let (q, l) = (query.as_ref(), list.as_ref());
    let kind = pair_kind(q.kind, l.kind);
    q.names
        .iter()
        .flat_map(|x| {
            l.names
                .iter()
                .map(move |y| score_name(&x.tokens, &y.tokens, kind).score)
        })
        .max()
        .unwrap_or(0)
}

/// The example runs once and ends, so what it reads may live as long.
fn view(subject: Subject, side: Side) -> &'static SubjectView<'static> {
    let subject: &'static Subject = Box::leak(Box::new(subject));
    Box::leak(Box::new(subject.view(side)))
}

pub(crate) struct Items {
    pub(crate) list: Vec<Item>,
    pub(crate) groups: Vec<String>,
}

impl Items {
    pub(crate) fn read() -> Items {
        let mut items = Items {
            list: Vec::new(),
            groups: Vec::new(),
        };
        items.labelled();
        // With nothing speaking against anything, a pair below the threshold stays below.
        let mut open = Parameters::shipped();
        for name in Parameters::NAMES {
            open.set(name, 10_000);
        }
        use_parameters(open);
        items.across_scripts();
        let entries = data::ofac();
        for (kind, misspelt, others) in [
            (NameKind::Person, Set::MisspeltPersons, Set::OtherPersons),
            (
                NameKind::Organization,
                Set::MisspeltOrganisations,
                Set::OtherOrganisations,
            ),
        ] {
            let chosen: Vec<(&data::Entry, &'static SubjectView<'static>)> = entries
                .iter()
                .filter(|e| e.subject.kind == kind)
                .map(|e| (e, view(e.subject.clone(), Side::List)))
                .collect();
            items.misspelt(&chosen, misspelt);
            items.others(&chosen, others);
            if kind == NameKind::Person {
                items.aliases(&chosen);
                items.clean(&chosen);
            }
        }
        items
    }

    fn push(
        &mut self,
        set: Set,
        same: bool,
        query: &'static SubjectView<'static>,
        list: &'static SubjectView<'static>,
    ) {
        self.list.push(Item {
            set,
            same,
            query,
            list,
        });
    }

    fn labelled(&mut self) {
        for row in data::rows("labelled/name_pairs_dev.csv") {
            let kind = data::kind(&row[1]);
            // Groups of a handful of rows go together.
            let group = match &row[0] {
                "cluster_align" | "cust_cases" => "small groups",
                other => other,
            };
            let at = self.groups.iter().position(|g| g == group);
            let at = at.unwrap_or_else(|| {
                self.groups.push(group.to_owned());
                self.groups.len() - 1
            });
            let query = view(Subject::of_name(&row[2], kind, analyse), Side::Query);
            let list = view(Subject::of_name(&row[3], kind, analyse), Side::List);
            self.push(Set::Labelled(at), &row[4] == "true", query, list);
        }
    }

    /// Every other pair in two scripts, and each native name against names of others.
    fn across_scripts(&mut self) {
        for ((_, script), pairs) in data::cross_script() {
            // Of Cyrillic there is more than of all others together.
            let step = if script == "Cyrillic" { 20 } else { 2 };
            let lists: Vec<&'static SubjectView<'static>> = pairs
                .iter()
                .map(|(_, latin)| {
                    let mut subject = Subject::of_name("", NameKind::Person, analyse);
                    subject.names = latin
                        .iter()
                        .flat_map(|l| Subject::of_name(l, NameKind::Person, analyse).names)
                        .collect();
                    view(subject, Side::List)
                })
                .collect();
            for (i, (native, own)) in pairs.iter().enumerate().step_by(step) {
                let query = view(
                    Subject::of_name(native, NameKind::Person, analyse),
                    Side::Query,
                );
                self.push(Set::AcrossScripts, true, query, lists[i]);
                for k in 1..=6 {
                    let j = (i + k * 7_919) % pairs.len();
                    if pairs[j].1 != *own {
                        self.push(Set::OthersAcrossScripts, false, query, lists[j]);
                    }
                }
            }
        }
    }

    fn misspelt(&mut self, chosen: &[(&data::Entry, &'static SubjectView<'static>)], set: Set) {
        let step = (chosen.len() / ENTITIES).max(1);
        for (_, edit) in edits::KINDS {
            // Other entities than those of the figures.
            for (i, (entry, list)) in chosen.iter().enumerate().skip(7).step_by(step) {
                let seed = u64::try_from(i).unwrap() + 1_000_003;
                let Some(text) = edit(&entry.natural, seed) else {
                    continue;
                };
                if text != entry.natural {
                    let kind = entry.subject.kind;
                    let query = view(Subject::of_name(&text, kind, analyse), Side::Query);
                    self.push(set, true, query, list);
                }
            }
        }
    }

    /// Names of an entity asked of every other entity of the list.
    fn others(&mut self, chosen: &[(&data::Entry, &'static SubjectView<'static>)], set: Set) {
        let step = (chosen.len() / ASKED_OF_OTHERS).max(1);
        for (i, (entry, _)) in chosen.iter().enumerate().step_by(step) {
            let kind = entry.subject.kind;
            let query = view(Subject::of_name(&entry.natural, kind, analyse), Side::Query);
            for (j, (_, list)) in chosen.iter().enumerate() {
                if i != j && best(query, list) >= 7_000 {
                    self.push(set, false, query, list);
                }
            }
        }
    }

    /// The primary name against another strong spelling of the same entity.
    fn aliases(&mut self, chosen: &[(&data::Entry, &'static SubjectView<'static>)]) {
        for (entry, _) in chosen.iter().step_by(8) {
            let kind = entry.subject.kind;
            let mut query: Option<&'static SubjectView<'static>> = None;
            for alias in entry.subject.names.iter().skip(1).take(6) {
                if alias.class == NameClass::Weak {
                    continue;
                }
                let q = *query.get_or_insert_with(|| {
                    view(Subject::of_name(&entry.natural, kind, analyse), Side::Query)
                });
                let list = view(Subject::of_name(&alias.text, kind, analyse), Side::List);
                if best(q, list) >= 7_000 {
                    self.push(Set::Aliases, true, q, list);
                }
            }
        }
    }

    fn clean(&mut self, people: &[(&data::Entry, &'static SubjectView<'static>)]) {
        // Not the names that the figures are taken on.
        for row in data::rows("labelled/negatives_us_10k.csv")
            .into_iter()
            .skip(3)
            .step_by(5)
            .take(usize::try_from(CLEAN_ASKED).unwrap())
        {
            let query = view(
                Subject::of_name(&row[0], NameKind::Person, analyse),
                Side::Query,
            );
            for (_, list) in people {
                if best(query, list) >= 7_000 {
                    self.push(Set::Clean, false, query, list);
                }
            }
        }
    }

    pub(crate) fn print_sizes(&self) {
        for set in [
            Set::MisspeltPersons,
            Set::MisspeltOrganisations,
            Set::Clean,
            Set::Aliases,
            Set::OtherPersons,
            Set::OtherOrganisations,
            Set::AcrossScripts,
            Set::OthersAcrossScripts,
        ] {
            let n = self.list.iter().filter(|i| i.set == set).count();
            println!("{:24} {n} pairs", set.name());
        }
    }
}
