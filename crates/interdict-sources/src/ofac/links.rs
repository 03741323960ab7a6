//! Names of a publication to numbers, for "Linked To" and the like, which name the other party
//! and do not number it.

use std::collections::HashMap;

use compact_str::CompactString;

/// What a name leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// One party.
    One(&'a str),
    /// More than one.
    Several,
    /// None.
    None,
}

/// Every primary name and alias of a publication.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    primary: HashMap<String, Option<CompactString>>,
    alias: HashMap<String, Option<CompactString>>,
}

impl NameIndex {
    /// Notes a primary name of a party.
    pub(super) fn add_primary(&mut self, name: &str, uid: &str) {
        note(&mut self.primary, name, uid);
    }

    /// Notes another name of a party.
    pub(super) fn add_alias(&mut self, name: &str, uid: &str) {
        note(&mut self.alias, name, uid);
    }

    /// The party of this name, primary names first.
    pub(super) fn find(&self, name: &str) -> Found<'_> {
        let key = key(name);
        for table in [&self.primary, &self.alias] {
            match table.get(&key) {
                Some(Some(uid)) => return Found::One(uid),
                Some(None) => return Found::Several,
                None => {}
            }
        }
        Found::None
    }
}

fn note(table: &mut HashMap<String, Option<CompactString>>, name: &str, uid: &str) {
    let key = key(name);
    if key.is_empty() {
        return;
    }
    table
        .entry(key)
        .and_modify(|known| {
            if known.as_deref() != Some(uid) {
                *known = None;
            }
        })
        .or_insert_with(|| Some(uid.into()));
}

/// Letters and digits only, lower-cased: remarks vary in punctuation.
fn key(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_one_party() {
        let mut names = NameIndex::default();
        names.add_primary("AHMAD, Nazem Said", "1");
        names.add_primary("KASSEM, Ali", "2");
        names.add_primary("Kassem Ali", "3");
        names.add_alias("NAZEM AHMAD", "1");
        names.add_alias("KASSEM, Ali", "9");
        assert_eq!(names.find("AHMAD, Nazem Said."), Found::One("1"));
        assert_eq!(names.find("Nazem Ahmad"), Found::One("1"));
        assert_eq!(names.find("KASSEM, ALI"), Found::Several);
        assert_eq!(names.find("KASSEM"), Found::None);
        assert_eq!(names.find("."), Found::None);
    }
}
