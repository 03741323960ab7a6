//! Arabic names of two words: `Abd al-Rahman`, `Abdul Rahman`, `Abdurrahman`, `عبد الرحمن` are one
//! name, and so are `Salah al-Din`, `Salaheddine`, `صلاح الدين` and `Nasr Allah`, `Nasrullah`, `نصر الله`.

use compact_str::{CompactString, format_compact};
use smallvec::SmallVec;

use crate::normal::Break;
use crate::romanise::romanise;
use crate::script::Script;
use crate::skeleton;
use crate::words::Word;

/// A name of several words.
pub(crate) struct Compound {
    /// How many words it takes.
    pub(crate) words: usize,
    /// Its spelling in Latin letters, whatever the writer's.
    pub(crate) latin: CompactString,
    /// What all its spellings share, the likeliest first.
    pub(crate) classes: SmallVec<[CompactString; 2]>,
}

/// The compound at the start of `words`.
pub(crate) fn compound(words: &[Word]) -> Option<Compound> {
    if let Some((n, tail)) = with_abd(words) {
        let classes = match tail {
            Tail::Latin(ref tail) => keys("abd", skeleton::of_latin(tail), tail),
            Tail::Arabic(tail) => keys("abd", skeleton::of_arabic(tail), tail),
        };
        let latin = match tail {
            Tail::Latin(tail) => format_compact!("abdul{tail}"),
            Tail::Arabic(tail) => {
                let latin = romanise(Script::Arabic, tail);
                format_compact!("abdul{}", latin.first()?)
            }
        };
        return Some(Compound {
            words: n,
            latin,
            classes,
        });
    }
    with_end(words)
}

/// The class of a compound by the consonants of its other half, or by its letters.
fn keys(
    kind: &str,
    consonants: impl IntoIterator<Item = CompactString>,
    letters: &str,
) -> SmallVec<[CompactString; 2]> {
    let mut keys: SmallVec<[CompactString; 2]> = consonants
        .into_iter()
        .take(2)
        .map(|key| format_compact!("name:{kind}-{key}"))
        .collect();
    if keys.is_empty() {
        keys.push(format_compact!("name:{kind}-{letters}"));
    }
    keys
}

/// What follows `abd`.
enum Tail<'w> {
    Latin(CompactString),
    Arabic(&'w str),
}

/// A name and `al-Din`, the faith, or a name and `Allah`.
fn with_end(words: &[Word]) -> Option<Compound> {
    let first = words.first()?;
    let (n, stem, end) = match first.script {
        Script::Arabic => {
            let second = words.get(1)?;
            let third = words.get(2).map(|w| w.text.as_str());
            match (second.text.as_str(), third) {
                ("ال", Some("دين")) => (3, first.text.as_str(), "din"),
                ("الدين", _) => (2, first.text.as_str(), "din"),
                ("الله" | "اللہ", _) => (2, first.text.as_str(), "lah"),
                _ => return None,
            }
        }
        Script::Latin => latin_end(words)?,
        _ => return None,
    };
    let (classes, latin) = if first.script == Script::Arabic {
        let latin = romanise(Script::Arabic, stem).first()?.clone();
        (keys(end, skeleton::of_arabic(stem), &latin), latin)
    } else {
        (
            keys(end, skeleton::of_latin(stem), stem),
            CompactString::from(stem),
        )
    };
    let latin = match end {
        "din" => format_compact!("{latin}uddin"),
        _ => format_compact!("{latin}ullah"),
    };
    Some(Compound {
        words: n,
        latin,
        classes,
    })
}

/// Least letters in front of the end when the two are written together.
const MIN_STEM: usize = 3;

fn latin_end(words: &[Word]) -> Option<(usize, &str, &'static str)> {
    let first = words.first()?;
    let stem = first.text.as_str();
    let latin = |at: usize| {
        words
            .get(at)
            .filter(|w| w.script == Script::Latin && w.before != Break::Comma)
            .map(|w| w.text.as_str())
    };
    let din = |text: &str| {
        matches!(
            text,
            "din"
                | "deen"
                | "dine"
                | "eddin"
                | "eddine"
                | "eldin"
                | "eldine"
                | "eldeen"
                | "aldin"
                | "aldeen"
                | "addin"
                | "uddin"
                | "uddeen"
                | "ouddine"
        )
    };
    let allah = |text: &str| {
        matches!(
            text,
            "allah" | "ullah" | "ollah" | "oullah" | "alla" | "ulla"
        )
    };
    if stem.len() >= 2 {
        match (latin(1), latin(2)) {
            (Some(article), Some(third)) if is_article(article) && din(third) => {
                return Some((3, stem, "din"));
            }
            (Some(second), _) if second.len() > 4 && din(second) => return Some((2, stem, "din")),
            (Some(second), _) if allah(second) => return Some((2, stem, "lah")),
            _ => {}
        }
    }
    // Written together, the article stands between: `Salaheddine`, `Salahaldin`, `Nasrullah`.
    let (head, end) = stem
        .strip_suffix("llah")
        .map(|head| (head, "lah"))
        .or_else(|| {
            stem.strip_suffix("ulla")
                .map(|_| (stem.strip_suffix("lla").unwrap_or(stem), "lah"))
        })
        .or_else(|| {
            let doubled = ["ddin", "ddine", "ddeen"]
                .iter()
                .find_map(|e| stem.strip_suffix(e));
            let kept = ["aldin", "eldin", "uldin", "aldeen", "eldeen"]
                .iter()
                .find(|e| stem.ends_with(*e) && stem.len() > e.len() + MIN_STEM)
                .and_then(|e| stem.strip_suffix(e.get(1..)?));
            doubled.or(kept).map(|head| (head, "din"))
        })?;
    let body = head.trim_end_matches(['u', 'o', 'a', 'e', 'i']);
    (body.len() < head.len() && body.len() >= MIN_STEM).then_some((1, body, end))
}

/// The compound with `abd` at the start of `words`: how many words, and the name after it.
fn with_abd(words: &[Word]) -> Option<(usize, Tail<'_>)> {
    let first = words.first()?;
    if first.script == Script::Arabic {
        return abd_arabic(words);
    }
    let (n, tail) = abd_latin(words)?;
    Some((n, Tail::Latin(tail)))
}

fn abd_latin(words: &[Word]) -> Option<(usize, CompactString)> {
    let first = words.first()?;
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

fn abd_arabic(words: &[Word]) -> Option<(usize, Tail<'_>)> {
    let first = words.first()?;
    // After `عبد` and an article any word is the second half of the name.
    let mut article = true;
    let (n, tail) = if first.text == "عبد" {
        let second = words.get(1)?;
        if second.text == "ال" {
            let third = words.get(2)?;
            (3, third.text.as_str())
        } else {
            article = second.text.starts_with("ال");
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
        return Some((n, Tail::Latin(CompactString::const_new("lah"))));
    }
    match GOD_NAMES.iter().find(|(_, arabic)| *arabic == tail) {
        Some(known) => Some((n, Tail::Latin(CompactString::const_new(known.0)))),
        None => (article && tail.chars().count() >= 3).then_some((n, Tail::Arabic(tail))),
    }
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
    ("tawab", "تواب"),
    ("manan", "منان"),
    ("wakil", "وكيل"),
    ("shakur", "شكور"),
    ("hafiz", "حفيظ"),
    ("kabir", "كبير"),
    ("razik", "رازق"),
    ("kudus", "قدوس"),
    ("jawad", "جواد"),
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
