//! Compounds with `abd`: `Abd al-Rahman`, `Abdul Rahman`, `Abdurrahman`, `عبد الرحمن` are one name.

use compact_str::CompactString;

use crate::normal::Break;
use crate::script::Script;
use crate::skeleton;
use crate::words::Word;

/// The compound with `abd` at the start of `words`: how many words, and the name after it.
pub(crate) fn compound(words: &[Word]) -> Option<(usize, CompactString)> {
    let first = words.first()?;
    if first.script == Script::Arabic {
        return abd_arabic(words);
    }
    if first.script != Script::Latin {
        return None;
    }
    let text = first.text.as_str();
    let stem = text
        .strip_prefix("abd")
        .or_else(|| text.strip_prefix("abed"))?;
    match stem {
        // `Abd al Rahman`, `Abd Rahman`, `Abd Allah`.
        "" => {
            let second = words.get(1).filter(|w| w.script == Script::Latin)?;
            if second.before == Break::Comma {
                return None;
            }
            if is_article(&second.text) {
                let third = words.get(2).filter(|w| w.script == Script::Latin)?;
                return Some((3, third.text.clone()));
            }
            let tail = god_name(&second.text)?;
            Some((2, tail))
        }
        // `Abdul Rahman`, `Abdel Rahman`, `Abdu r Rahman`.
        "ul" | "el" | "al" | "ol" | "oul" | "il" | "ur" | "us" | "un" | "uz" | "ut" | "ud"
        | "ush" | "er" | "es" | "en" | "ez" | "or" | "os" => {
            let second = words.get(1).filter(|w| w.script == Script::Latin)?;
            if second.before == Break::Comma || second.len() < 3 {
                return None;
            }
            Some((2, second.text.clone()))
        }
        _ => god_name_joined(stem).map(|tail| (1, tail)),
    }
}

fn is_article(text: &str) -> bool {
    matches!(
        text,
        "al" | "el"
            | "ul"
            | "ar"
            | "as"
            | "an"
            | "az"
            | "at"
            | "ad"
            | "ash"
            | "er"
            | "es"
            | "en"
            | "ur"
            | "us"
            | "ud"
            | "il"
            | "ol"
    )
}

fn abd_arabic(words: &[Word]) -> Option<(usize, CompactString)> {
    let first = words.first()?;
    let (n, tail) = if first.text == "عبد" {
        let second = words.get(1)?;
        if second.text == "ال" {
            let third = words.get(2)?;
            (3, third.text.as_str())
        } else {
            let rest = second.text.strip_prefix("ال").unwrap_or(&second.text);
            (
                2,
                if second.text == "الله" {
                    "الله"
                } else {
                    rest
                },
            )
        }
    } else {
        let rest = first.text.strip_prefix("عبد")?;
        let rest = rest.strip_prefix("ال").filter(|r| !r.is_empty())?;
        (1, if rest == "له" { "الله" } else { rest })
    };
    if tail == "الله" || tail == "لله" || tail == "له" {
        return Some((n, CompactString::const_new("lah")));
    }
    let known = GOD_NAMES.iter().find(|(_, arabic)| *arabic == tail)?;
    Some((n, CompactString::const_new(known.0)))
}

/// The names that follow `abd`, with their Arabic spelling.
const GOD_NAMES: &[(&str, &str)] = &[
    ("rahman", "رحمن"),
    ("rahman", "رحمان"),
    ("rahim", "رحيم"),
    ("aziz", "عزيز"),
    ("karim", "كريم"),
    ("kader", "قادر"),
    ("malik", "مالك"),
    ("malik", "ملك"),
    ("latif", "لطيف"),
    ("hamid", "حميد"),
    ("majid", "مجيد"),
    ("wahab", "وهاب"),
    ("wahid", "واحد"),
    ("salam", "سلام"),
    ("nasir", "ناصر"),
    ("razak", "رزاق"),
    ("rashid", "رشيد"),
    ("ghani", "غني"),
    ("ghafar", "غفار"),
    ("ghafur", "غفور"),
    ("jabar", "جبار"),
    ("jalil", "جليل"),
    ("khalik", "خالق"),
    ("hakim", "حكيم"),
    ("hak", "حق"),
    ("hai", "حي"),
    ("halim", "حليم"),
    ("hadi", "هادي"),
    ("kahar", "قهار"),
    ("kayum", "قيوم"),
    ("kadir", "قدير"),
    ("basit", "باسط"),
    ("bari", "باري"),
    ("fatah", "فتاح"),
    ("samad", "صمد"),
    ("sami", "سميع"),
    ("satar", "ستار"),
    ("sabur", "صبور"),
    ("salah", "صلاح"),
    ("alim", "عليم"),
    ("ali", "علي"),
    ("azim", "عظيم"),
    ("mumin", "مؤمن"),
    ("mumin", "مومن"),
    ("munim", "منعم"),
    ("matin", "متين"),
    ("mutalib", "مطلب"),
    ("mohsin", "محسن"),
    ("muhsin", "محسن"),
    ("nur", "نور"),
    ("rauf", "رؤوف"),
    ("rauf", "رووف"),
    ("rauf", "روف"),
    ("rab", "رب"),
    ("wadud", "ودود"),
    ("wasi", "واسع"),
    ("wali", "ولي"),
    ("zahir", "ظاهر"),
    ("zahra", "زهره"),
    ("hussein", "حسين"),
    ("hasan", "حسن"),
    ("amir", "امير"),
    ("baki", "باقي"),
    ("rasul", "رسول"),
    ("nabi", "نبي"),
    ("mahdi", "مهدي"),
    ("khalid", "خالد"),
    ("ilah", "اله"),
    ("mawla", "مولي"),
    ("lah", "الله"),
];

/// Whether the word is one of the names after `abd`, compared by skeleton.
fn god_name(text: &str) -> Option<CompactString> {
    if matches!(text, "allah" | "ullah" | "ollah" | "ellah" | "lah" | "llah") {
        return Some(CompactString::const_new("lah"));
    }
    let key = skeleton::of_latin(text)?;
    GOD_NAMES
        .iter()
        .find(|(name, _)| skeleton::of_latin(name).is_some_and(|k| k == key))
        .map(|_| CompactString::from(text))
}

/// `abd` + what follows in one word: `ulrahman`, `urrahman`, `elkader`, `ullah`, `allah`.
fn god_name_joined(stem: &str) -> Option<CompactString> {
    if matches!(
        stem,
        "ullah" | "allah" | "ellah" | "ollah" | "oullah" | "ulla" | "alla" | "oulaye"
    ) {
        return Some(CompactString::const_new("lah"));
    }
    let body = stem.trim_start_matches(['u', 'e', 'a', 'o', 'i']);
    if body.len() == stem.len() {
        return god_name(stem);
    }
    // The article, its consonant as itself or taken over by the next one.
    let without = match body.strip_prefix('l') {
        Some(rest) if god_name(rest).is_some() => rest,
        _ => {
            let mut chars = body.chars();
            match (chars.next(), chars.next()) {
                (Some(a), Some(b)) if a == b => body.get(1..)?,
                _ if body.starts_with("shsh") => body.get(2..)?,
                _ => body,
            }
        }
    };
    god_name(without)
}
