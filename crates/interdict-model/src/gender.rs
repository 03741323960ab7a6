//! Genders: the three values that FollowTheMoney knows.

/// `male`.
pub const MALE: &str = "male";
/// `female`.
pub const FEMALE: &str = "female";
/// Anything else that a publisher states.
pub const OTHER: &str = "other";

/// The gender that a word or letter of a list stands for; case does not matter.
pub fn lookup(text: &str) -> Option<&'static str> {
    Some(match text.trim().to_lowercase().as_str() {
        "male" | "m" | "man" | "masculin" | "masculine" | "masculino" | "homme" | "hombre"
        | "männlich" | "мужской" | "муж" | "чоловіча" | "ذكر" | "男" | "男性" => {
            MALE
        }
        "female" | "f" | "woman" | "féminin" | "feminin" | "feminine" | "femenino" | "femme"
        | "mujer" | "weiblich" | "женский" | "жен" | "жіноча" | "أنثى" | "女" | "女性" => {
            FEMALE
        }
        "other" | "o" | "d" | "divers" | "diverse" | "x" => OTHER,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::lookup;

    #[test]
    fn words_and_letters() {
        for (text, expected) in [
            ("Male", Some("male")),
            (" M ", Some("male")),
            ("女", Some("female")),
            ("Женский", Some("female")),
            ("divers", Some("other")),
            ("unknown", None),
            ("", None),
        ] {
            assert_eq!(lookup(text), expected, "{text:?}");
        }
    }
}
