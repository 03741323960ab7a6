//! Other words around the name: payments, titles, legal forms.

use interdict_text::NameKind;

use super::name::Name;
use crate::random::Random;

const BEFORE: &[&str] = &[
    "SALARY PAYMENT",
    "PAYMENT TO",
    "INVOICE 2024-118",
    "B/O",
    "C/O",
    "FAVOUR OF",
    "ATTN",
];
const AFTER: &[&str] = &[
    "REF 448812",
    "INV 2024-118",
    "SALARY MARCH",
    "ACCT 40817810",
    "BANK TRANSFER",
    "/BNF/GOODS",
    "CONTRACT NO 17",
];
const TITLES: &[&str] = &[
    "Mr", "Mrs", "Dr", "Prof.", "Sheikh", "General", "Haji", "Eng.", "Herr", "Mr.", "Sir", "Señor",
];
/// Spellings of legal forms, those of one form on one line, the commonest first.
const FORMS: &[&[&str]] = &[
    &["LLC", "L.L.C.", "Limited Liability Company"],
    &["Ltd", "Ltd.", "Limited", "LTD"],
    &["Co. Ltd", "Co., Ltd.", "Company Limited", "CO LTD"],
    &["Inc", "Inc.", "Incorporated"],
    &["Corp", "Corp.", "Corporation"],
    &["GmbH", "Gesellschaft mit beschränkter Haftung", "G.m.b.H."],
    &[
        "OOO",
        "O.O.O.",
        "Obshchestvo s Ogranichennoi Otvetstvennostyu",
        "LLC",
    ],
    &["JSC", "J.S.C.", "Joint Stock Company", "AO"],
    &["PJSC", "Public Joint Stock Company", "PAO"],
    &["ООО", "Общество с ограниченной ответственностью"],
    &["АО", "Акционерное общество"],
    &["SA", "S.A.", "Société Anonyme"],
    &["S.A.R.L.", "SARL"],
    &["S.p.A.", "SPA", "Società per Azioni"],
    &["S.r.l.", "SRL"],
    &["FZE", "F.Z.E.", "Free Zone Establishment"],
    &["FZCO", "FZ Company", "FZ-LLC"],
    &["PLC", "P.L.C.", "Public Limited Company"],
    &["A.Ş.", "AS", "Anonim Şirketi"],
    &["AG", "A.G.", "Aktiengesellschaft"],
    &["B.V.", "BV"],
    &["N.V.", "NV"],
    &["Sdn Bhd", "Sdn. Bhd.", "Sendirian Berhad"],
    &["Pte Ltd", "Pte. Ltd.", "Private Limited"],
    &["Pvt Ltd", "Private Limited", "(Pvt) Ltd"],
];

pub(super) fn payment(name: &Name, random: &mut Random) -> Option<String> {
    let text = name.text();
    Some(if random.chance(500) {
        format!("{} {text}", random.one(BEFORE)?)
    } else {
        format!("{text} {}", random.one(AFTER)?)
    })
}

pub(super) fn honorific(name: &Name, random: &mut Random) -> Option<String> {
    if name.of != NameKind::Person {
        return None;
    }
    Some(format!("{} {}", random.one(TITLES)?, name.text()))
}

/// A text without punctuation and case, to compare spellings.
fn plain(text: &str) -> String {
    let letters = |c: &char| c.is_alphanumeric() || *c == ' ';
    text.chars()
        .filter(letters)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Where the legal form at the end begins, in words, and the spellings of that form.
fn legal_form(name: &Name) -> Option<(usize, &'static [&'static str])> {
    if name.of == NameKind::Person {
        return None;
    }
    for length in (1..=5).rev() {
        let Some(at) = name.words.len().checked_sub(length).filter(|at| *at > 0) else {
            continue;
        };
        let end = plain(&name.words.get(at..)?.join(" "));
        for forms in FORMS {
            if forms.iter().any(|form| plain(form) == end) {
                return Some((at, forms));
            }
        }
    }
    None
}

pub(super) fn legal_form_at(name: &Name) -> Option<usize> {
    legal_form(name).map(|(at, _)| at)
}

pub(super) fn legal_form_added(name: &Name, random: &mut Random) -> Option<String> {
    if !name.is_organisation() || legal_form(name).is_some() {
        return None;
    }
    // Those that are at home anywhere; a Russian form after a Russian name.
    let cyrillic = name
        .words
        .iter()
        .any(|w| w.chars().any(|c| ('а'..='я').contains(&c)));
    let forms: &[&str] = if cyrillic {
        &["ООО", "АО"]
    } else {
        &["Ltd", "LLC", "Inc", "Co. Ltd", "Corp", "GmbH", "SA"]
    };
    Some(format!("{} {}", name.text(), random.one(forms)?))
}

pub(super) fn legal_form_lost(name: &Name, _: &mut Random) -> Option<String> {
    let (at, _) = legal_form(name)?;
    let kept = name.words.get(..at)?.join(" ");
    Some(kept.trim_end_matches([',', ' ']).to_owned())
}

pub(super) fn legal_form_changed(name: &Name, random: &mut Random) -> Option<String> {
    let (at, forms) = legal_form(name)?;
    let old = name.words.get(at..)?.join(" ");
    let others: Vec<&str> = forms.iter().copied().filter(|form| *form != old).collect();
    let kept = name.words.get(..at)?.join(" ");
    Some(format!("{kept} {}", random.one(&others)?))
}
