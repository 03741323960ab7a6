//! Languages: ISO 639-3 codes, those that FollowTheMoney accepts.

/// Three-letter code, two-letter code, bibliographic three-letter code, English name.
static LANGUAGES: &[(&str, &str, &str, &str)] = &[
    ("afr", "af", "", "afrikaans"),
    ("amh", "am", "", "amharic"),
    ("ara", "ar", "", "arabic"),
    ("aze", "az", "", "azerbaijani"),
    ("bel", "be", "", "belarusian"),
    ("ben", "bn", "", "bengali"),
    ("bos", "bs", "", "bosnian"),
    ("bul", "bg", "", "bulgarian"),
    ("cat", "ca", "", "catalan"),
    ("ces", "cs", "cze", "czech"),
    ("cnr", "", "", "montenegrin"),
    ("dan", "da", "", "danish"),
    ("deu", "de", "ger", "german"),
    ("ell", "el", "gre", "greek"),
    ("eng", "en", "", "english"),
    ("est", "et", "", "estonian"),
    ("fas", "fa", "per", "persian"),
    ("fil", "", "", "filipino"),
    ("fin", "fi", "", "finnish"),
    ("fra", "fr", "fre", "french"),
    ("gle", "ga", "", "irish"),
    ("heb", "he", "", "hebrew"),
    ("hin", "hi", "", "hindi"),
    ("hrv", "hr", "", "croatian"),
    ("hun", "hu", "", "hungarian"),
    ("hye", "hy", "arm", "armenian"),
    ("ind", "id", "", "indonesian"),
    ("isl", "is", "ice", "icelandic"),
    ("ita", "it", "", "italian"),
    ("jpn", "ja", "", "japanese"),
    ("kan", "kn", "", "kannada"),
    ("kat", "ka", "geo", "georgian"),
    ("kaz", "kk", "", "kazakh"),
    ("khm", "km", "", "khmer"),
    ("kir", "ky", "", "kyrgyz"),
    ("kor", "ko", "", "korean"),
    ("lao", "lo", "", "lao"),
    ("lav", "lv", "", "latvian"),
    ("lit", "lt", "", "lithuanian"),
    ("ltz", "lb", "", "luxembourgish"),
    ("mkd", "mk", "mac", "macedonian"),
    ("mlt", "mt", "", "maltese"),
    ("mon", "mn", "", "mongolian"),
    ("msa", "ms", "may", "malay"),
    ("mul", "", "", "multiple"),
    ("mya", "my", "bur", "burmese"),
    ("nep", "ne", "", "nepali"),
    ("nld", "nl", "dut", "dutch"),
    ("nor", "no", "", "norwegian"),
    ("pol", "pl", "", "polish"),
    ("por", "pt", "", "portuguese"),
    ("pus", "ps", "", "pashto"),
    ("ron", "ro", "rum", "romanian"),
    ("rus", "ru", "", "russian"),
    ("sin", "si", "", "sinhala"),
    ("slk", "sk", "slo", "slovak"),
    ("slv", "sl", "", "slovenian"),
    ("spa", "es", "", "spanish"),
    ("sqi", "sq", "alb", "albanian"),
    ("srp", "sr", "", "serbian"),
    ("swa", "sw", "", "swahili"),
    ("swe", "sv", "", "swedish"),
    ("tam", "ta", "", "tamil"),
    ("tel", "te", "", "telugu"),
    ("tgk", "tg", "", "tajik"),
    ("tgl", "tl", "", "tagalog"),
    ("tha", "th", "", "thai"),
    ("tuk", "tk", "", "turkmen"),
    ("tur", "tr", "", "turkish"),
    ("ukr", "uk", "", "ukrainian"),
    ("urd", "ur", "", "urdu"),
    ("uzb", "uz", "", "uzbek"),
    ("vie", "vi", "", "vietnamese"),
    ("zho", "zh", "chi", "chinese"),
];

/// The ISO 639-3 code of a language from a two- or three-letter code, a tag such as `zh-Hans`, or
/// its English name.
pub fn lookup(text: &str) -> Option<&'static str> {
    let text = text.trim().to_lowercase();
    let code = text.split(['-', '_']).next().unwrap_or_default();
    LANGUAGES
        .iter()
        .find(|(three, two, old, name)| {
            !code.is_empty() && (code == *three || code == *two || code == *old || text == *name)
        })
        .map(|(three, ..)| *three)
}

#[cfg(test)]
mod tests {
    use super::lookup;

    #[test]
    fn codes_and_names() {
        for (text, expected) in [
            ("en", Some("eng")),
            ("ENG ", Some("eng")),
            ("zh-Hans", Some("zho")),
            ("ger", Some("deu")),
            ("Russian", Some("rus")),
            ("", None),
            ("xx", None),
        ] {
            assert_eq!(lookup(text), expected, "{text:?}");
        }
    }
}
