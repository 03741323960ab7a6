//! Cells as they stand in real exports, with invented people.

use super::*;

/// Parties as `role name | alias | alias [notes]`.
fn read(cell: &str, kind: Kind) -> Vec<String> {
    parse(cell, kind)
        .into_iter()
        .map(|party| {
            let mut text = format!("{}: {}", party.role.word(), party.name);
            for alias in &party.aliases {
                text.push_str(&format!(" | {alias}"));
            }
            let notes: Vec<&str> = party.notes.iter().map(Note::word).collect();
            if !notes.is_empty() {
                text.push_str(&format!(" [{}]", notes.join(" ")));
            }
            text
        })
        .collect()
}

fn check(cell: &str, kind: Kind, expected: &[&str]) {
    assert_eq!(read(cell, kind), expected, "{cell}");
}

#[test]
fn one_name_stays_one() {
    check("Hans Müller", Kind::Person, &["holder: Hans Müller"]);
    check(
        "Marks and Spencer plc",
        Kind::Unknown,
        &["holder: Marks and Spencer plc"],
    );
    check(
        "Smith and Jones",
        Kind::Unknown,
        &["holder: Smith and Jones"],
    );
    check(
        "Ernst & Young",
        Kind::Organisation,
        &["holder: Ernst & Young"],
    );
    check("Pan Wei", Kind::Person, &["holder: Pan Wei"]);
    check("Max Born", Kind::Person, &["holder: Max Born"]);
    check(
        "HANS U. MUELLER",
        Kind::Person,
        &["holder: HANS U. MUELLER"],
    );
    check("Anna Maria Tod", Kind::Person, &["holder: Anna Maria Tod"]);
    check("", Kind::Person, &[]);
}

#[test]
fn two_people_share_a_family_name() {
    check(
        "Müller Hans u. Maria",
        Kind::Person,
        &[
            "holder: Müller Hans",
            "joint-holder: Müller Maria | Maria Hans [shared-family-name]",
        ],
    );
    check(
        "Müller, Hans und Maria",
        Kind::Person,
        &[
            "holder: Müller, Hans",
            "joint-holder: Müller, Maria [shared-family-name]",
        ],
    );
    check(
        "Hans und Maria von der Heide",
        Kind::Person,
        &[
            "holder: Hans von der Heide [shared-family-name]",
            "joint-holder: Maria von der Heide",
        ],
    );
    check(
        "MUELLER HANS U MARIA",
        Kind::Person,
        &[
            "holder: MUELLER HANS",
            "joint-holder: MUELLER MARIA | MARIA HANS [shared-family-name]",
        ],
    );
    check(
        "Hans Peter und Maria Müller",
        Kind::Person,
        &[
            "holder: Hans Peter | Hans Peter Müller",
            "joint-holder: Maria Müller",
        ],
    );
}

#[test]
fn two_people_with_names_of_their_own() {
    check(
        "John Smith and Jane Doe",
        Kind::Person,
        &[
            "holder: John Smith | John Smith Doe",
            "joint-holder: Jane Doe",
        ],
    );
    check(
        "John A Smith AND/OR Jane B Doe",
        Kind::Person,
        &["holder: John A Smith", "joint-holder: Jane B Doe"],
    );
    check(
        "Juan García y María López",
        Kind::Person,
        &[
            "holder: Juan García | Juan García López",
            "joint-holder: María López",
        ],
    );
    check(
        "Hans Alt, Eva Neu und Udo Jung",
        Kind::Person,
        &[
            "holder: Hans Alt | Hans Alt Jung",
            "joint-holder: Eva Neu | Eva Neu Jung",
            "joint-holder: Udo Jung",
        ],
    );
    check(
        "Mary Jones & Ann Lee",
        Kind::Unknown,
        &[
            "holder: Mary Jones | Mary Jones Lee | Mary Jones & Ann Lee",
            "joint-holder: Ann Lee",
        ],
    );
}

#[test]
fn forms_of_address_and_titles() {
    check(
        "Herr Dr. Hans Müller",
        Kind::Unknown,
        &["holder: Hans Müller [salutation title]"],
    );
    check(
        "Frau Prof. Dr.-Ing. Eva Neu",
        Kind::Person,
        &["holder: Eva Neu [salutation title]"],
    );
    check(
        "Hans Müller, MBA",
        Kind::Person,
        &["holder: Hans Müller [title]"],
    );
    check(
        "Herrn und Frau Hans Müller",
        Kind::Person,
        &["holder: Hans Müller [second-person-unnamed salutation]"],
    );
    check(
        "Eheleute Hans und Eva Müller",
        Kind::Unknown,
        &[
            "holder: Hans Müller [salutation shared-family-name]",
            "joint-holder: Eva Müller [salutation]",
        ],
    );
    check(
        "Firma Hans Müller",
        Kind::Unknown,
        &["holder: Hans Müller [salutation]"],
    );
    assert_eq!(
        parse("Firma Hans Müller", Kind::Unknown)[0].kind,
        Kind::Organisation
    );
    assert_eq!(parse("Mr John Smith", Kind::Unknown)[0].kind, Kind::Person);
    check(
        "SMITH JOHN MR",
        Kind::Unknown,
        &["holder: SMITH JOHN [salutation]"],
    );
    check(
        "田中太郎 様",
        Kind::Unknown,
        &["holder: 田中太郎 [salutation]"],
    );
}

#[test]
fn former_names() {
    check(
        "Maria Müller geb. Schmidt",
        Kind::Person,
        &["holder: Maria Müller | Maria Schmidt | Müller Schmidt [former-name]"],
    );
    check(
        "Müller, Maria (geb. Schmidt)",
        Kind::Person,
        &["holder: Müller, Maria | Maria Schmidt [former-name]"],
    );
    check(
        "Marie Dupont née de la Tour",
        Kind::Person,
        &["holder: Marie Dupont | Marie de la Tour | Dupont de la Tour [former-name]"],
    );
    check(
        "Hans Müller geb. 31.12.1958",
        Kind::Person,
        &["holder: Hans Müller [date-in-name]"],
    );
    assert_eq!(
        parse("Hans Müller geb. 31.12.1958", Kind::Person)[0]
            .date
            .as_deref(),
        Some("31.12.1958")
    );
}

#[test]
fn the_dead_and_their_estates() {
    check(
        "† Hans Müller",
        Kind::Person,
        &["holder: Hans Müller [deceased]"],
    );
    check(
        "Hans Müller (verst.)",
        Kind::Person,
        &["holder: Hans Müller [deceased]"],
    );
    check(
        "John Smith (Dec'd)",
        Kind::Person,
        &["holder: John Smith [deceased]"],
    );
    check(
        "JOHN SMITH DECD",
        Kind::Person,
        &["holder: JOHN SMITH [deceased]"],
    );
    check(
        "Estate of the late John Smith",
        Kind::Unknown,
        &["holder: John Smith [estate]"],
    );
    check(
        "Erbengemeinschaft nach Hans Müller",
        Kind::Unknown,
        &["holder: Hans Müller [estate]"],
    );
    check(
        "Late Ram Kumar",
        Kind::Person,
        &["holder: Ram Kumar [deceased]"],
    );
}

#[test]
fn words_of_the_account() {
    check(
        "Hans Müller Sparkonto 2",
        Kind::Person,
        &["holder: Hans Müller [account-words]"],
    );
    check(
        "John Smith - Savings Account",
        Kind::Person,
        &["holder: John Smith [account-words]"],
    );
    check(
        "John Smith No 2 A/C",
        Kind::Person,
        &["holder: John Smith [account-words]"],
    );
    check(
        "ACME LTD (USD)",
        Kind::Organisation,
        &["holder: ACME LTD [account-words]"],
    );
    check(
        "First Savings",
        Kind::Organisation,
        &["holder: First Savings"],
    );
    check("Boeing 747", Kind::Unknown, &["holder: Boeing 747"]);
}

#[test]
fn parts_with_other_roles() {
    check(
        "Maria Schmidt c/o Hans Müller",
        Kind::Person,
        &["holder: Maria Schmidt", "care-of: Hans Müller"],
    );
    check(
        "John Smith as trustee of the Smith Family Trust",
        Kind::Unknown,
        &["trustee: John Smith", "beneficiary: the Smith Family Trust"],
    );
    check(
        "The Trustees of the Smith Family Trust",
        Kind::Unknown,
        &["beneficiary: the Smith Family Trust"],
    );
    check(
        "John Smith t/a Smith Plumbing",
        Kind::Unknown,
        &["holder: John Smith", "trading-name: Smith Plumbing"],
    );
    check(
        "Jane Doe FBO Tim Doe",
        Kind::Person,
        &["holder: Jane Doe", "beneficiary: Tim Doe"],
    );
    check("c/o Hans Müller", Kind::Unknown, &["care-of: Hans Müller"]);
    check(
        "Hans und Eva Müller c/o Kanzlei Alt",
        Kind::Person,
        &[
            "holder: Hans Müller [shared-family-name]",
            "joint-holder: Eva Müller",
            "care-of: Kanzlei Alt",
        ],
    );
}

#[test]
fn two_scripts_are_two_names() {
    check(
        "Иванов Иван (Ivanov Ivan)",
        Kind::Person,
        &["holder: Иванов Иван (Ivanov Ivan) | Иванов Иван | Ivanov Ivan"],
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC{0,60}") {
        for kind in [Kind::Person, Kind::Organisation, Kind::Unknown] {
            let parties = parse(&text, kind);
            proptest::prop_assert!(parties.iter().all(|p| !p.name.is_empty()));
            proptest::prop_assert!(parties.is_empty() == text.trim().is_empty());
        }
    }

    #[test]
    fn no_word_of_a_name_is_lost_silently(
        words in proptest::collection::vec("(Hans|Maria|und|u\\.|geb\\.|c/o|Müller|Dr\\.|Konto|t/a)", 1..9)
    ) {
        let text = words.join(" ");
        let parties = parse(&text, Kind::Person);
        let kept = |word: &str| parties.iter().any(|p| {
            p.name.contains(word)
                || p.aliases.iter().any(|a| a.contains(word))
                || p.notes.iter().any(|n| n.to_string().contains(word))
        });
        for word in ["Hans", "Maria", "Müller"] {
            proptest::prop_assert!(!text.contains(word) || kept(word), "{word} of {text}: {parties:?}");
        }
    }
}
