//! The remarks field: a semicolon-separated line in which OFAC's CSV set hides most of what it
//! knows of a party.

use std::ops::Range;

use super::document;
use super::labels::{self, Target};
use super::party::{Fact, Tie};

/// One part of a remark and what it says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    /// The label, for the origin of the values; empty for free text.
    pub(super) label: &'static str,
    /// Its place in the remark, separator excluded.
    pub(super) span: Range<usize>,
    /// What it says.
    pub(super) fact: Fact,
}

impl Piece {
    /// Whether the part became a typed value and not only a note.
    pub(super) fn is_typed(&self) -> bool {
        !matches!(self.fact, Fact::Note(_))
    }
}

/// Cuts a remark into its parts and reads each. `person` says whether free text may be an office.
pub(super) fn parse(remark: &str, person: bool) -> Vec<Piece> {
    segments(remark)
        .into_iter()
        .filter_map(|span| {
            let text = remark.get(span.clone())?;
            let (label, fact) = read(text, person);
            Some(Piece { label, span, fact })
        })
        .collect()
}

/// Cuts at semicolons outside quoted aliases; the period that ends the remark belongs to no part.
fn segments(remark: &str) -> Vec<Range<usize>> {
    let end = remark.trim_end().len();
    let body = &remark[..end];
    let body = body.strip_suffix('.').unwrap_or(body);
    let mut out = Vec::new();
    let mut start = 0;
    while start < body.len() {
        let rest = &body[start..];
        let skipped = rest.len() - rest.trim_start_matches([' ', ';']).len();
        start += skipped;
        let rest = &body[start..];
        if rest.is_empty() {
            break;
        }
        let length = quoted_length(rest).unwrap_or_else(|| rest.find(';').unwrap_or(rest.len()));
        let text = rest[..length].trim_end();
        if !text.is_empty() {
            out.push(start..start + text.len());
        }
        start += length;
    }
    out
}

/// The length of a quoted alias at the start of a text: a semicolon inside belongs to the name.
fn quoted_length(text: &str) -> Option<usize> {
    let open = text.find('\'').filter(|&at| at <= 12)?;
    let (_, Target::Alias, _) = labels::split(text)? else {
        return None;
    };
    let after = &text[open + 1..];
    let close = after
        .find("';")
        .or_else(|| after.ends_with('\'').then(|| after.len() - 1))?;
    Some(open + 1 + close + 1)
}

/// What one part says.
pub(super) fn read(text: &str, person: bool) -> (&'static str, Fact) {
    let bare = unwrap_parentheses(text.trim());
    let bare = strip_word(bare, "alt. ").unwrap_or(bare);
    if let Some((label, target, value)) = labels::split(bare)
        && let Some(fact) = typed(label, target, value, bare)
    {
        return (label, fact);
    }
    if let Some(fact) = web(bare) {
        return ("", fact);
    }
    if person && is_office(bare) {
        return ("", Fact::say(&["position"], bare.trim_end_matches('.')));
    }
    ("", Fact::Note(text.trim().to_owned()))
}

/// What a value with a known label says. `whole` is label and value together. `None` when there
/// is no value.
pub(super) fn typed(label: &'static str, target: Target, value: &str, whole: &str) -> Option<Fact> {
    let short = value.trim_end_matches('.').trim();
    let whole_text = || whole.trim().to_owned();
    if short.is_empty() && !matches!(target, Target::Provision | Target::Reason) {
        return None;
    }
    Some(match target {
        Target::Number(properties) => Fact::document(label, properties, document::parse(value)),
        Target::Passport => Fact::document(
            label,
            &["passportNumber", "idNumber", "registrationNumber"],
            document::parse(value),
        ),
        Target::Russian(code, properties) => {
            let document = document::parse(value);
            let russian = document.country.as_deref().is_none_or(|c| c == "Russia")
                && document::has_russian_form(code, &document.number)
                && (document.country.is_some() || code == "ogrnCode");
            Fact::Document {
                label: label.into(),
                code: russian.then_some(code),
                properties,
                document,
            }
        }
        Target::Imo => imo(label, value),
        Target::Say(properties) => Fact::say(properties, short),
        Target::Wallet => {
            let (currency, address) = short.split_once(' ')?;
            Fact::Wallet {
                currency: currency.to_owned(),
                address: address.trim().to_owned(),
            }
        }
        Target::Security(property) => Fact::Security {
            property,
            value: short.to_owned(),
        },
        Target::Link => Fact::Tie(Tie::Linked, value.trim_end_matches(')').trim().to_owned()),
        Target::Owner => Fact::Tie(Tie::Owner, value.to_owned()),
        Target::Operator => Fact::Tie(Tie::Operator, short.to_owned()),
        Target::Relative => Fact::Tie(
            Tie::Relative(label.trim_end_matches(" of")),
            short.to_owned(),
        ),
        Target::Provision => Fact::Provision(whole_text()),
        Target::Reason => Fact::Reason(whole_text()),
        Target::SanctionDate(property) => {
            let (scope, date) = match value.strip_prefix('(').and_then(|v| v.split_once(')')) {
                Some((scope, date)) => (scope.trim(), date.trim_start_matches([':', ' '])),
                None => ("", value),
            };
            if date.trim().is_empty() {
                return Some(Fact::Provision(whole_text()));
            }
            Fact::SanctionDate {
                property,
                scope: scope.to_owned(),
                date: date.trim_end_matches('.').to_owned(),
                text: whole_text(),
            }
        }
        Target::MoreAt => Fact::MoreAt(
            whole
                .find("http")
                .map(|at| whole[at..].trim_end_matches('.').to_owned())?,
        ),
        Target::Alias => {
            let name = value.trim_end_matches('.').trim();
            let inner = name
                .strip_prefix('\'')
                .and_then(|n| n.strip_suffix('\''))
                .unwrap_or(name);
            Fact::WeakAlias(inner.trim().to_owned())
        }
        Target::Note => Fact::Note(whole_text()),
    })
}

/// `IMO 7406784` or a number of another kind under the same label.
fn imo(label: &'static str, value: &str) -> Fact {
    let short = value.trim_end_matches('.').trim();
    let (property, text): (&[&str], &str) = match strip_word(short, "IMO") {
        Some(number) => (
            &["imoNumber", "idNumber", "registrationNumber"],
            number.trim_start_matches([':', ' ']),
        ),
        None if label == "IMO" => (&["imoNumber", "idNumber", "registrationNumber"], short),
        None if label == "Company Number" || label.starts_with("Vessel") => {
            (&["registrationNumber", "idNumber"], value)
        }
        None => (&["idNumber", "registrationNumber"], value),
    };
    Fact::document(label, property, document::parse(text))
}

fn unwrap_parentheses(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(') else {
        return text;
    };
    if labels::split(inner).is_some() {
        inner
            .strip_suffix(").")
            .or_else(|| inner.strip_suffix(')'))
            .unwrap_or(inner)
    } else {
        text
    }
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| &text[word.len()..])
}

/// Words that name an office, a rank or a role; a free text of a person with one of them is a
/// position. Words as in the remarks of 2021 to 2026.
const OFFICES: &[&str] = &[
    "adviser",
    "advisor",
    "admiral",
    "agent",
    "aide",
    "ambassador",
    "assistant",
    "associate",
    "attache",
    "attorney",
    "auditor",
    "ayatollah",
    "brigadier",
    "captain",
    "ceo",
    "chair",
    "chairman",
    "chairperson",
    "chairwoman",
    "chief",
    "founder",
    "colonel",
    "commander",
    "commanding",
    "commandant",
    "commissioner",
    "constituent",
    "consul",
    "coordinator",
    "counselor",
    "counsellor",
    "cofounder",
    "delegate",
    "deputy",
    "director",
    "doctor",
    "dr.",
    "elder",
    "employee",
    "engineer",
    "executive",
    "facilitator",
    "figure",
    "financier",
    "founder",
    "general",
    "governor",
    "haji",
    "head",
    "hojjatoleslam",
    "imam",
    "inspector",
    "judge",
    "justice",
    "leader",
    "liaison",
    "lieutenant",
    "lt.",
    "magistrate",
    "major",
    "manager",
    "maulana",
    "mayor",
    "member",
    "minister",
    "mufti",
    "mullah",
    "negotiator",
    "officer",
    "official",
    "ombudsman",
    "operative",
    "owner",
    "partner",
    "personnel",
    "president",
    "principal",
    "prosecutor",
    "qari",
    "rector",
    "representative",
    "scientist",
    "secretary",
    "senator",
    "sergeant",
    "shareholder",
    "shaykh",
    "sheikh",
    "speaker",
    "spokesman",
    "spokesperson",
    "superintendent",
    "supervisor",
    "treasurer",
    "trustee",
    "ustad",
    "undersecretary",
    "vice-chairperson",
    "vice-president",
    "warden",
];

/// An address of mail or web without a label.
fn web(text: &str) -> Option<Fact> {
    let mut words = text.split_whitespace();
    let first = words.next()?.trim_end_matches('.');
    let hint = words.next();
    if words.next().is_some() || hint.is_some_and(|h| !h.starts_with('(')) {
        return None;
    }
    if first.starts_with("http") || first.starts_with("www.") {
        Some(Fact::say(&["website"], first))
    } else if first.contains('@') && first.contains('.') {
        Some(Fact::say(&["email"], first))
    } else {
        None
    }
}

fn is_office(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '/' | '-'))
        .map(|w| w.trim_end_matches(['.', ':']).to_lowercase())
        .any(|w| OFFICES.iter().any(|o| o.trim_end_matches('.') == w))
}
