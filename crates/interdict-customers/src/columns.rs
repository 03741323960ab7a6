//! What a heading says its column holds.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// The table of headings, by role and language.
const TABLE: &str = include_str!("../../../data/customer_columns.toml");

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident $word:literal,)*) => {
        /// What a column of a customer file holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Role {
            $($(#[$doc])* $role,)*
        }

        impl Role {
            /// Every role.
            pub const ALL: &'static [Role] = &[$(Role::$role,)*];

            /// The word for it in profiles.
            pub fn word(self) -> &'static str {
                match self {
                    $(Role::$role => $word,)*
                }
            }
        }
    };
}

roles! {
    /// The customer's key: number or reference.
    Key "key",
    /// A whole name.
    Name "name",
    /// A second line of the name.
    NameMore "name_more",
    /// Given names.
    GivenName "given_name",
    /// Further given names, or the father's.
    MiddleName "middle_name",
    /// Particles in front of the family name.
    NamePrefix "name_prefix",
    /// Family name.
    FamilyName "family_name",
    /// Second family name.
    SecondFamilyName "second_family_name",
    /// Name before marriage.
    MaidenName "maiden_name",
    /// Other names.
    Alias "alias",
    /// The name in kana.
    NameKana "name_kana",
    /// Name of the business.
    TradingName "trading_name",
    /// A second person on the account.
    JointName "joint_name",
    /// Whom letters go to.
    CareOf "care_of",
    /// Mr, Frau, Firma.
    Salutation "salutation",
    /// Academic title.
    Title "title",
    /// What the customer is.
    Type "type",
    /// Date of birth, foundation or build.
    BirthDate "birth_date",
    /// Countries.
    Country "country",
    /// Gender.
    Gender "gender",
    /// Address in one cell.
    Address "address",
    /// Identifiers as `type:value`.
    Identifier "identifier",
    /// Legal entity identifier.
    Lei "lei",
    /// Bank identifier code.
    Bic "bic",
    /// IMO number of a vessel.
    Imo "imo",
    /// Radio number of a vessel.
    Mmsi "mmsi",
    /// Bank account.
    Iban "iban",
    /// Russian taxpayer number.
    Inn "inn",
    /// Russian registration number.
    Ogrn "ogrn",
    /// Tax number.
    Tax "tax",
    /// Number in a register of companies.
    Registration "registration",
    /// Passport.
    Passport "passport",
    /// National identity number.
    NationalId "national_id",
}

impl Role {
    /// The role with this word.
    pub fn from_word(word: &str) -> Option<Role> {
        Role::ALL.iter().copied().find(|role| role.word() == word)
    }

    /// Whether a column of this role names somebody.
    pub fn names(self) -> bool {
        matches!(self, Role::Name | Role::GivenName | Role::FamilyName)
    }

    /// The type in front of an identifier of this column.
    pub(crate) fn identifier(self) -> Option<&'static str> {
        Some(match self {
            Role::Lei => "lei",
            Role::Bic => "bic",
            Role::Imo => "imo",
            Role::Mmsi => "mmsi",
            Role::Iban => "iban",
            Role::Inn => "inn",
            Role::Ogrn => "ogrn",
            Role::Tax => "tax",
            Role::Registration => "registration",
            Role::Passport => "passport",
            Role::NationalId => "id",
            _ => return None,
        })
    }

    /// Whether only one column of a file can have this role.
    fn single(self) -> bool {
        matches!(
            self,
            Role::Key | Role::Type | Role::Gender | Role::GivenName | Role::FamilyName
        )
    }
}

struct Table {
    roles: HashMap<String, Role>,
    prefixes: Vec<String>,
}

static HEADINGS: LazyLock<Table> = LazyLock::new(|| {
    let parsed: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        toml::from_str(TABLE).unwrap_or_default();
    let mut table = Table {
        roles: HashMap::new(),
        prefixes: Vec::new(),
    };
    // In the order of `Role::ALL`, so that a word of two roles has the one named first.
    for role in Role::ALL {
        for heading in parsed.get(role.word()).into_iter().flat_map(|l| l.values()) {
            for word in heading {
                table.roles.entry(normal(word)).or_insert(*role);
            }
        }
    }
    let words = parsed.get("prefix").and_then(|p| p.get("words"));
    table.prefixes = words.into_iter().flatten().map(|w| normal(w)).collect();
    table.prefixes.sort_by_key(|p| std::cmp::Reverse(p.len()));
    table
});

/// Small letters, one space between words, no punctuation; CamelCase taken apart.
fn normal(heading: &str) -> String {
    let mut out = String::with_capacity(heading.len() + 4);
    let mut small_before = false;
    for c in heading.trim_matches(|c: char| c == '\u{feff}').chars() {
        if c.is_uppercase() && small_before {
            out.push(' ');
        }
        small_before = c.is_lowercase();
        if c.is_whitespace() || "_-./:#()*[],;\\\"'’".contains(c) {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// What the column under this heading holds, as far as the heading is known.
pub(crate) fn role(heading: &str) -> Option<Role> {
    let table = &*HEADINGS;
    // What stands in brackets explains.
    let bare = heading.split(['(', '[', '（']).next().unwrap_or(heading);
    for text in [heading, bare] {
        let words = normal(text);
        if words.is_empty() || words.len() > 60 {
            continue;
        }
        if let Some(role) = table.roles.get(&words) {
            return Some(*role);
        }
        let unnumbered = words.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        if let Some(role) = table.roles.get(unnumbered) {
            return Some(match (role, words.ends_with(['2', '3', '4'])) {
                (Role::Name, true) => Role::NameMore,
                (role, _) => *role,
            });
        }
        for prefix in &table.prefixes {
            let rest = unnumbered
                .strip_prefix(prefix.as_str())
                .and_then(|rest| rest.strip_prefix(' '));
            if let Some(role) = rest.and_then(|rest| table.roles.get(rest)) {
                return Some(*role);
            }
        }
    }
    None
}

/// The columns of a file by role; what is not known, or comes twice, is left over.
pub(crate) fn assign(headings: &[String]) -> BTreeMap<Role, Vec<usize>> {
    let mut found: BTreeMap<Role, Vec<usize>> = BTreeMap::new();
    for (column, heading) in headings.iter().enumerate() {
        if let Some(role) = role(heading) {
            let columns = found.entry(role).or_default();
            if !role.single() || columns.is_empty() {
                columns.push(column);
            }
        }
    }
    settle_names(headings, &mut found);
    found
}

/// `Name` beside `Vorname` is the family name; `Nom` or `Nombre` alone is the whole name.
fn settle_names(headings: &[String], found: &mut BTreeMap<Role, Vec<usize>>) {
    let has = |found: &BTreeMap<Role, Vec<usize>>, role| found.contains_key(&role);
    if has(found, Role::GivenName) && !has(found, Role::FamilyName) {
        match found.remove(&Role::Name) {
            // A column of organisations' names stays one; of two, the last is the family's.
            Some(mut names) => {
                let family = names
                    .iter()
                    .rposition(|c| headings.get(*c).is_some_and(|h| is_plain_name(h)));
                if let Some(at) = family {
                    found.insert(Role::FamilyName, vec![names.remove(at)]);
                }
                if !names.is_empty() {
                    found.insert(Role::Name, names);
                }
            }
            None => {
                if let Some(columns) = found.remove(&Role::GivenName) {
                    found.insert(Role::Name, columns);
                }
            }
        }
        if has(found, Role::GivenName) && !has(found, Role::FamilyName) && has(found, Role::Name) {
            // Given names beside a whole name say nothing new.
            found.remove(&Role::GivenName);
        }
    }
    if has(found, Role::FamilyName)
        && !has(found, Role::GivenName)
        && !has(found, Role::Name)
        && let Some(columns) = found.remove(&Role::FamilyName)
    {
        found.insert(Role::Name, columns);
    }
    if !has(found, Role::Name) && !has(found, Role::FamilyName) {
        for other in [Role::NameKana, Role::TradingName] {
            if let Some(columns) = found.remove(&other) {
                found.insert(Role::Name, columns);
                break;
            }
        }
    }
}

fn is_plain_name(heading: &str) -> bool {
    matches!(
        normal(heading).trim_end_matches(|c: char| c.is_ascii_digit() || c == ' '),
        "name" | "naam" | "nom" | "nazwa" | "név" | "nume" | "namn" | "navn" | "姓名" | "氏名"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headings: &[&str], expected: &[(Role, &[usize])]) {
        let headings: Vec<String> = headings.iter().map(|h| (*h).to_owned()).collect();
        let found: Vec<(Role, Vec<usize>)> = assign(&headings).into_iter().collect();
        let expected: Vec<(Role, Vec<usize>)> =
            expected.iter().map(|(r, c)| (*r, c.to_vec())).collect();
        assert_eq!(found, expected, "{headings:?}");
    }

    #[test]
    fn the_table_is_whole() {
        let parsed: BTreeMap<String, BTreeMap<String, Vec<String>>> =
            toml::from_str(TABLE).unwrap();
        for word in parsed.keys() {
            assert!(
                word == "prefix" || Role::from_word(word).is_some(),
                "{word}"
            );
        }
        for role in Role::ALL {
            assert!(parsed.contains_key(role.word()), "{}", role.word());
        }
    }

    #[test]
    fn headings_of_many_languages() {
        use Role::{BirthDate, Country, FamilyName, GivenName, Key, Name, Type};
        check(
            &["Customer ID", "Full Name", "DOB"],
            &[(Key, &[0]), (Name, &[1]), (BirthDate, &[2])],
        );
        check(
            &["KdNr", "Name", "Vorname", "Geb.-Datum", "Land", "Kundenart"],
            &[
                (Key, &[0]),
                (GivenName, &[2]),
                (FamilyName, &[1]),
                (Type, &[5]),
                (BirthDate, &[3]),
                (Country, &[4]),
            ],
        );
        check(
            &["Nom", "Prénom", "Né(e) le", "Nationalité"],
            &[
                (GivenName, &[1]),
                (FamilyName, &[0]),
                (BirthDate, &[2]),
                (Country, &[3]),
            ],
        );
        check(
            &["ФИО", "Дата рождения"],
            &[(Name, &[0]), (BirthDate, &[1])],
        );
        check(
            &["رقم العميل", "الاسم", "الجنسية"],
            &[(Key, &[0]), (Name, &[1]), (Country, &[2])],
        );
        check(
            &["客户编号", "姓名", "国籍"],
            &[(Key, &[0]), (Name, &[1]), (Country, &[2])],
        );
        check(
            &["顧客番号", "氏名", "生年月日"],
            &[(Key, &[0]), (Name, &[1]), (BirthDate, &[2])],
        );
        check(
            &["Müşteri No", "Ad Soyad", "Doğum Tarihi"],
            &[(Key, &[0]), (Name, &[1]), (BirthDate, &[2])],
        );
    }

    #[test]
    fn names_beside_each_other() {
        use Role::{FamilyName, GivenName, Key, Name, NameMore};
        check(
            &["firstName", "lastName"],
            &[(GivenName, &[0]), (FamilyName, &[1])],
        );
        check(
            &["Customer First Name", "Customer Surname"],
            &[(GivenName, &[0]), (FamilyName, &[1])],
        );
        check(
            &["Nombre", "Apellidos"],
            &[(GivenName, &[0]), (FamilyName, &[1])],
        );
        check(&["Nombre"], &[(Name, &[0])]);
        check(&["Nom"], &[(Name, &[0])]);
        check(
            &["Firma", "Name", "Vorname"],
            &[(Name, &[0]), (GivenName, &[2]), (FamilyName, &[1])],
        );
        check(
            &["PARTNER", "NAME1", "NAME2"],
            &[(Key, &[0]), (Name, &[1]), (NameMore, &[2])],
        );
        check(&["KUNNR", "Shoe size", "Kunden-Nr."], &[(Key, &[0])]);
    }
}
