//! Ways in which a name reaches a screener other than it is listed, by accident or on purpose.
//!
//! One family a file. A disguise that cannot be put on a name (initials of a one-word name, marks
//! of a name without marks) gives nothing, so that rates are of names that were really changed.

mod around;
mod letters;
mod name;
mod shapes;
mod shortened;
mod spaces;
mod spelling;
mod words;

use interdict_text::NameKind;

use crate::random::Random;
use name::Name;
pub(crate) use spelling::romanise;

/// What a group of kinds has in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// One or two letters mistyped.
    Letters,
    /// Characters replaced by others that look alike, or marks lost.
    Shapes,
    /// Words missing, added or in another order.
    Words,
    /// Spaces and punctuation.
    Spaces,
    /// Words shortened or the end cut.
    Shortened,
    /// Other words around the name.
    Around,
    /// Another usual spelling or form of the name.
    Spelling,
}

impl Family {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Family::Letters => "letters",
            Family::Shapes => "shapes",
            Family::Words => "words",
            Family::Spaces => "spaces",
            Family::Shortened => "shortened",
            Family::Around => "around",
            Family::Spelling => "spelling",
        }
    }
}

/// What a kind does: its name in reports, its family, what it is in words, and the change itself.
struct Spec(
    &'static str,
    Family,
    &'static str,
    fn(&Name, &mut Random) -> Option<String>,
);

macro_rules! kinds {
    ($($kind:ident $name:literal $family:ident $about:literal $change:path;)*) => {
        /// A way to disguise a name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = $about] $kind,)*
        }

        impl Kind {
            /// Every kind, in the order of reports.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),*];

            fn spec(self) -> Spec {
                match self {
                    $(Kind::$kind => Spec($name, Family::$family, $about, $change),)*
                }
            }
        }
    };
}

kinds! {
    Deletion "letter-missing" Letters "One letter of a word is missing." letters::deletion;
    Insertion "letter-added" Letters "One letter too many in a word." letters::insertion;
    Substitution "letter-changed" Letters "One letter of a word is another." letters::substitution;
    Keyboard "neighbouring-key" Letters "One letter is that of a neighbouring key." letters::keyboard;
    Vowel "vowel-changed" Letters "One vowel is another vowel." letters::vowel;
    Transposition "letters-exchanged" Letters "Two neighbouring letters are exchanged." letters::transposition;
    ShortTransposition "letters-exchanged-short" Letters "Two neighbouring letters of a word of 3 to 5 are exchanged." letters::short_transposition;
    Doubling "letter-doubled-short" Letters "A letter of a word of 2 to 4 is written twice." letters::doubling;
    Undoubling "double-letter-single" Letters "A double letter is written once." letters::undoubling;
    TwoDeletions "two-letters-missing" Letters "Two letters of one word are missing." letters::two_deletions;
    TwoSubstitutions "two-words-changed" Letters "One letter is another in each of two words." letters::two_substitutions;
    Scanned "scanned" Shapes "Letters as a scanner misreads them: rn for m, cl for d." shapes::scanned;
    Digits "digits-for-letters" Shapes "One or two letters replaced by digits that look alike." shapes::digits;
    Homoglyphs "look-alike-alphabet" Shapes "Letters replaced by those of another alphabet that look alike." shapes::homoglyphs;
    ZeroWidth "invisible-characters" Shapes "Characters of no width put between letters." shapes::zero_width;
    MarksLost "marks-lost" Shapes "Accents and other marks left out." shapes::marks_lost;
    MarksAdded "marks-added" Shapes "Accents put on plain letters." shapes::marks_added;
    Capitals "capitals" Shapes "All capitals, or all small where it was in capitals." shapes::capitals;
    FullWidth "full-width" Shapes "Latin letters of double width, as East Asian keyboards write them." shapes::full_width;
    DoubleEncoded "double-encoded" Shapes "UTF-8 read as Windows-1252 and encoded once more." shapes::double_encoded;
    WordMissing "word-missing" Words "One of three or more words is missing." words::missing;
    WordAdded "word-added" Words "One more given name or one more usual word." words::added;
    Reordered "reordered" Words "The last word in front, or the first at the end." words::reordered;
    Reversed "reversed" Words "All words in reverse order." words::reversed;
    Comma "family-name-comma" Words "Family name, comma, given names." words::comma;
    AllJoined "all-joined" Spaces "All spaces left out." spaces::all_joined;
    TwoJoined "two-joined" Spaces "Two words joined." spaces::two_joined;
    Split "word-split" Spaces "A space inside a long word." spaces::split;
    Hyphened "hyphen-for-space" Spaces "A hyphen between two words." spaces::hyphened;
    Punctuation "punctuation-changed" Spaces "Dots between all words, or hyphens and apostrophes left out." spaces::punctuation;
    FirstInitial "first-initial" Shortened "The first word as an initial." shortened::first_initial;
    GivenInitials "given-initials" Shortened "All words but the family name as initials." shortened::given_initials;
    Cut "cut-three-quarters" Shortened "Cut to three quarters of its length." shortened::cut;
    CutField "cut-35" Shortened "Cut at 35 characters, the width of a payment field." shortened::cut_field;
    Payment "payment-noise" Around "Words of a payment before or after the name." around::payment;
    Honorific "honorific" Around "A title in front." around::honorific;
    LegalFormAdded "legal-form-added" Around "A legal form added." around::legal_form_added;
    LegalFormLost "legal-form-missing" Around "The legal form is missing." around::legal_form_lost;
    LegalFormChanged "legal-form-respelt" Around "The legal form in another usual spelling." around::legal_form_changed;
    Variant "spelling-variant" Spelling "Another usual romanisation of one or two syllables." spelling::variant;
    Romanised "romanised" Spelling "A Cyrillic or Greek name in Latin letters by one of several standards." spelling::romanised;
    Nickname "nickname" Spelling "A given name replaced by a usual short form, or the other way round." spelling::nickname;
    GenericTranslated "word-translated" Spelling "A usual word of a company name in another language or abbreviated." spelling::generic_translated;
}

impl Kind {
    /// Its name in reports and files, in small letters with hyphens.
    pub fn name(self) -> &'static str {
        self.spec().0
    }

    /// What it has in common with others.
    pub fn family(self) -> Family {
        self.spec().1
    }

    /// What it does, in one sentence.
    pub fn about(self) -> &'static str {
        self.spec().2
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// Disguises a name of a person, organisation or object.
///
/// A person listed as `FAMILY, Given` is taken as a customer file writes it, `Given FAMILY`. Nothing
/// comes back when the kind does not fit the name or leaves it as it was.
pub fn disguise(name: &str, of: NameKind, kind: Kind, random: &mut Random) -> Option<String> {
    let parts = Name::new(name, of);
    let changed = (kind.spec().3)(&parts, random)?;
    let same = changed == name || changed == parts.text();
    (!same && !changed.trim().is_empty()).then_some(changed)
}

/// A name as a customer file writes it: of `FAMILY, Given` the given name first.
pub fn natural(name: &str, of: NameKind) -> String {
    Name::new(name, of).text()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, name: &str, of: NameKind, expected: &[&str]) {
        let mut seen: Vec<String> = (0..200)
            .filter_map(|seed| disguise(name, of, kind, &mut Random::new(seed)))
            .collect();
        seen.sort();
        seen.dedup();
        for text in expected {
            assert!(
                seen.iter().any(|s| s == text),
                "{kind:?} of {name}: no {text:?} in {seen:?}"
            );
        }
        assert_eq!(
            seen.is_empty(),
            expected.is_empty(),
            "{kind:?} of {name}: {seen:?}"
        );
    }

    #[test]
    fn each_kind_does_what_it_says() {
        use NameKind::{Organization, Person};
        let putin = "PUTIN, Vladimir Vladimirovich";
        let belousov = "Andrey Belousov";
        let works = "Ural Machine Works LLC";
        check(
            Kind::Deletion,
            belousov,
            Person,
            &["Andey Belousov", "Andrey Belosov"],
        );
        check(Kind::Insertion, "Li Wei", Person, &[]);
        check(Kind::Keyboard, belousov, Person, &["Andrry Belousov"]);
        check(Kind::Vowel, belousov, Person, &["Andrey Belausov"]);
        check(Kind::Transposition, belousov, Person, &["Adnrey Belousov"]);
        check(
            Kind::ShortTransposition,
            "Omar Al Bashir",
            Person,
            &["Oamr Al Bashir"],
        );
        check(Kind::Doubling, "Omar Bashir", Person, &["Ommar Bashir"]);
        check(Kind::Undoubling, "Hassan Ali", Person, &["Hasan Ali"]);
        check(Kind::TwoDeletions, belousov, Person, &["Andrey Blusov"]);
        check(Kind::Scanned, "Hamad Karim", Person, &["Harnad Karim"]);
        check(Kind::Digits, "Omar", Person, &["0mar"]);
        check(Kind::Homoglyphs, "Omar", Person, &["Оmаr"]);
        check(Kind::Homoglyphs, "Омар", Person, &["Oмap"]);
        check(Kind::ZeroWidth, "Omar Ali", Person, &["Om\u{200b}ar Ali"]);
        check(Kind::MarksLost, "Jürgen Weiß", Person, &["Jurgen Weiss"]);
        check(Kind::MarksLost, "Omar", Person, &[]);
        check(Kind::MarksAdded, "Omar", Person, &["Ómar"]);
        check(Kind::Capitals, "Omar", Person, &["OMAR"]);
        check(Kind::Capitals, "OMAR ALI", Person, &["omar ali"]);
        check(Kind::FullWidth, "Li", Person, &["Ｌｉ"]);
        check(Kind::DoubleEncoded, "Müller", Person, &["MÃ¼ller"]);
        check(Kind::WordMissing, putin, Person, &["Vladimir PUTIN"]);
        check(
            Kind::WordAdded,
            works,
            Organization,
            &["Ural Machine Works Group LLC"],
        );
        check(Kind::Reordered, belousov, Person, &["Belousov Andrey"]);
        check(Kind::Comma, belousov, Person, &["Belousov, Andrey"]);
        check(Kind::Comma, works, Organization, &[]);
        check(Kind::AllJoined, belousov, Person, &["AndreyBelousov"]);
        check(Kind::Split, belousov, Person, &["Andrey Belo usov"]);
        check(Kind::Hyphened, belousov, Person, &["Andrey-Belousov"]);
        check(Kind::Punctuation, "Al-Zawahiri", Person, &["AlZawahiri"]);
        check(
            Kind::FirstInitial,
            putin,
            Person,
            &["V. Vladimirovich PUTIN"],
        );
        check(Kind::GivenInitials, putin, Person, &["V. V. PUTIN"]);
        check(Kind::Cut, belousov, Person, &["Andrey Belo"]);
        check(Kind::Payment, "Omar", Person, &["SALARY PAYMENT Omar"]);
        check(Kind::Honorific, "Omar", Person, &["Mr Omar"]);
        check(Kind::Honorific, works, Organization, &[]);
        check(
            Kind::LegalFormLost,
            works,
            Organization,
            &["Ural Machine Works"],
        );
        check(
            Kind::LegalFormChanged,
            works,
            Organization,
            &["Ural Machine Works L.L.C."],
        );
        check(
            Kind::LegalFormAdded,
            "Ural Machine Works",
            Organization,
            &["Ural Machine Works Ltd"],
        );
        check(Kind::Variant, "Sergey Shoigu", Person, &["Sergei Shoigu"]);
        check(
            Kind::Romanised,
            "Щербаков Юрий",
            Person,
            &["Shcherbakov Yuriy", "Ščerbakov Jurij"],
        );
        check(Kind::Nickname, "William Burns", Person, &["Bill Burns"]);
        check(
            Kind::GenericTranslated,
            works,
            Organization,
            &["Ural Machine Zavod LLC"],
        );
    }

    #[test]
    fn names_of_kinds_are_their_own() {
        assert!(Kind::ALL.len() >= 27);
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(*kind));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_taken_and_a_seed_decides(name in "\\PC{0,60}", seed: u64) {
            for of in [NameKind::Person, NameKind::Organization, NameKind::Object, NameKind::Any] {
                for kind in Kind::ALL {
                    let once = disguise(&name, of, *kind, &mut Random::new(seed));
                    let again = disguise(&name, of, *kind, &mut Random::new(seed));
                    assert_eq!(once, again);
                    assert_ne!(once.as_deref(), Some(name.as_str()));
                }
            }
        }
    }
}
