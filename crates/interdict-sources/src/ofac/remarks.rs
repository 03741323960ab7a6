//! The remarks field: a semicolon-separated line in which OFAC's CSV set hides most of what it
//! knows of a party.

use std::ops::Range;

use super::document::{self, Document};
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
        let length = quoted_length(rest).unwrap_or_else(|| end_of_part(rest));
        let text = rest[..length].trim_end();
        if !text.is_empty() {
            out.push(start..start + text.len());
        }
        start += length;
    }
    out
}

/// Sentences of "Additional Sanctions Information" that go on behind a semicolon.
const CONTINUATIONS: &[&str] = &["; U.S. Persons Must Continue to Block"];

/// Where the part at the start of a text ends: at the first semicolon that does not only divide a
/// sentence.
fn end_of_part(text: &str) -> usize {
    let goes_on = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        CONTINUATIONS.iter().any(|c| rest.starts_with(c))
    };
    let mut ends = text.match_indices(';').map(|(at, _)| at);
    ends.find(|&at| !goes_on(at)).unwrap_or(text.len())
}

/// The length of a quoted alias at the start of a text: a semicolon inside belongs to the name. The
/// fixed-width files keep the quotation marks that the others turn into apostrophes.
fn quoted_length(text: &str) -> Option<usize> {
    let open = text.find(['\'', '"']).filter(|&at| at <= 12)?;
    let quote = text.get(open..=open)?;
    let (_, Target::Alias, _) = labels::split(text)? else {
        return None;
    };
    let after = &text[open + 1..];
    let close = after
        .find(&format!("{quote};"))
        .or_else(|| after.ends_with(quote).then(|| after.len() - 1))?;
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
        return ("", Fact::say(&["position"], bare));
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
    if let Some(fact) = numbered(label, target, value, document::parse) {
        return Some(fact);
    }
    Some(match target {
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
            let inner = ['\'', '"'].iter().find_map(|quote| {
                name.strip_prefix(*quote)
                    .and_then(|n| n.strip_suffix(*quote))
            });
            let inner = inner.unwrap_or(name);
            Fact::WeakAlias(inner.trim().to_owned())
        }
        Target::Number(_) | Target::Passport | Target::Russian(..) | Target::Imo | Target::Note => {
            Fact::Note(whole_text())
        }
    })
}

/// What a document or registration with a known label says; `read` turns the value into number,
/// country and dates. `None` for labels of other things.
fn numbered(
    label: &'static str,
    target: Target,
    value: &str,
    read: impl FnOnce(&str) -> Document,
) -> Option<Fact> {
    Some(match target {
        Target::Number(properties) => Fact::document(label, properties, read(value)),
        Target::Passport => Fact::document(
            label,
            &["passportNumber", "idNumber", "registrationNumber"],
            read(value),
        ),
        Target::Russian(code, properties) => {
            let document = read(value);
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
        Target::Imo => {
            let short = value.trim_end_matches('.').trim();
            let (properties, text): (&[&str], &str) = match strip_word(short, "IMO") {
                Some(number) => (IMO, number.trim_start_matches([':', ' '])),
                None if label == "IMO" || label.starts_with("International Maritime") => {
                    (IMO, short.trim_matches(['(', ')']))
                }
                None if label == "Company Number" || label.starts_with("Vessel") => {
                    (&["registrationNumber", "idNumber"], value)
                }
                None => (&["idNumber", "registrationNumber"], value),
            };
            Fact::document(label, properties, read(text))
        }
        _ => return None,
    })
}

const IMO: &[&str] = &["imoNumber", "idNumber", "registrationNumber"];

/// What a value under a label of XML says. `rest` holds country, dates and authority of a document.
/// A label that the table does not know is taken for that of a document; then the second value is
/// false.
pub(super) fn labelled(label: &str, value: &str, rest: &Document) -> (Fact, bool) {
    let label = label.trim().replace('\u{2019}', "'");
    let whole = format!("{label} {}", value.trim());
    // Some numbers carry their country in parentheses, as in the remarks, and none of their own.
    let with = |number: &str| match rest {
        rest if *rest == Document::default() => document::parse(number),
        rest => Document {
            number: number.trim().to_owned(),
            ..rest.clone()
        },
    };
    if let Some((known, target, text)) = labels::split(&whole) {
        let fact = numbered(known, target, text, with);
        if let Some(fact) = fact.or_else(|| typed(known, target, text, &whole)) {
            return (fact, true);
        }
    }
    let unknown = Fact::Document {
        label: label.as_str().into(),
        code: None,
        properties: &["idNumber", "registrationNumber"],
        document: with(value),
    };
    (unknown, false)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(remark: &str) -> Vec<String> {
        parse(remark, true)
            .into_iter()
            .map(|p| show(&p.fact))
            .collect()
    }

    fn show(fact: &Fact) -> String {
        match fact {
            Fact::Say { properties, text } => format!("{}={text}", properties[0]),
            Fact::Document {
                code,
                properties,
                document: d,
                ..
            } => {
                let mut out = format!("{}={}", code.unwrap_or(properties[0]), d.number);
                for part in [&d.country, &d.issued, &d.expires].into_iter().flatten() {
                    out.push('|');
                    out.push_str(part);
                }
                out
            }
            Fact::WeakAlias(name) => format!("weak={name}"),
            Fact::Wallet { currency, address } => format!("{currency}={address}"),
            Fact::Security { property, value } => format!("security {property}={value}"),
            Fact::Tie(tie, name) => format!("{tie:?}={name}"),
            Fact::Provision(text) => format!("provision={text}"),
            Fact::Reason(text) => format!("reason={text}"),
            Fact::SanctionDate {
                property,
                scope,
                date,
                ..
            } => format!("{property}({scope})={date}"),
            Fact::MoreAt(url) => format!("more={url}"),
            Fact::Note(text) => format!("note={text}"),
            other => format!("{other:?}"),
        }
    }

    /// Remarks and parts of remarks of the SDN and consolidated lists (US Government work).
    #[test]
    fn remarks_into_values() {
        let table: &[(&str, &[&str])] = &[
            (
                "DOB 10 Dec 1948; POB Egypt.",
                &["birthDate=10 Dec 1948", "birthPlace=Egypt"],
            ),
            (
                "DOB circa 1951; alt. DOB 1951 to 1953",
                &["birthDate=circa 1951", "birthDate=1951 to 1953"],
            ),
            ("a.k.a. 'BNC'.", &["weak=BNC"]),
            (
                "a.k.a. 'TEMP.HERMIT'; f.k.a. 'SAND SWAN'.",
                &["weak=TEMP.HERMIT", "weak=SAND SWAN"],
            ),
            (
                "nationality Korea, North; citizen Iran",
                &["nationality=Korea, North", "citizenship=Iran"],
            ),
            (
                "Gender Male; Secondary sanctions risk: See Section 11 of Executive Order 14024.",
                &[
                    "gender=Male",
                    "provision=Secondary sanctions risk: See Section 11 of Executive Order 14024",
                ],
            ),
            (
                "Passport 27082171 (United States) issued 21 Jun 1992",
                &["passportNumber=27082171|United States|21 Jun 1992"],
            ),
            (
                "alt. Passport G 649385 issued 08 Sep 2006 expires 17 Jul 2011.",
                &["passportNumber=G 649385|08 Sep 2006|17 Jul 2011"],
            ),
            (
                "Diplomatic Passport 008827 (Iran) issued 1999.",
                &["passportNumber=008827|Iran|1999"],
            ),
            (
                "passport place of issue: Al-Anbar, Iraq",
                &["note=passport place of issue: Al-Anbar, Iraq"],
            ),
            ("National ID No. 216040 (Yemen)", &["idNumber=216040|Yemen"]),
            (
                "Tax ID No. 7707083893 (Russia); Registration Number 1027700132195 (Russia)",
                &["innCode=7707083893|Russia", "ogrnCode=1027700132195|Russia"],
            ),
            (
                "Tax ID No. 100036386 (Serbia)",
                &["taxNumber=100036386|Serbia"],
            ),
            (
                "Government Gazette Number 09804148 (Russia).",
                &["okpoCode=09804148|Russia"],
            ),
            (
                "NIT # 800018928-0 (Colombia).",
                &["taxNumber=800018928-0|Colombia"],
            ),
            (
                "C.U.R.P. # HESU430525HBCRMR13 (Mexico); R.F.C. GAGE750818L66 (Mexico)",
                &[
                    "idNumber=HESU430525HBCRMR13|Mexico",
                    "taxNumber=GAGE750818L66|Mexico",
                ],
            ),
            (
                "D.N.I. 78.865.882 (Spain); Cedula No. V-8348784 (Venezuela).",
                &["idNumber=78.865.882|Spain", "idNumber=V-8348784|Venezuela"],
            ),
            (
                "V.A.T. Number BG 121024920 (Bulgaria)",
                &["vatCode=BG 121024920|Bulgaria"],
            ),
            (
                "Vessel Registration Identification IMO 9187629; MMSI 572469210",
                &["imoNumber=9187629", "mmsi=572469210"],
            ),
            ("Identification Number IMO 5342883.", &["imoNumber=5342883"]),
            (
                "Company Number 01074897 (United Kingdom).",
                &["registrationNumber=01074897|United Kingdom"],
            ),
            (
                "Identification Number AO 2879097 (Italy) expires 30 Oct 2012",
                &["idNumber=AO 2879097|Italy|30 Oct 2012"],
            ),
            (
                "Former Vessel Flag Malta; alt. Former Vessel Flag Tuvalu; Vessel Year of Build 1999",
                &["pastFlags=Malta", "pastFlags=Tuvalu", "buildDate=1999"],
            ),
            (
                "Aircraft Construction Number (also called L/N or S/N or F/N) 8401; Aircraft Model IL76-TD; Aircraft Operator YAS AIR; Aircraft Manufacturer's Serial Number (MSN) 1023409321",
                &[
                    "serialNumber=8401",
                    "model=IL76-TD",
                    "Operator=YAS AIR",
                    "serialNumber=1023409321",
                ],
            ),
            (
                "Aircraft Mode S Transponder Code 140AE7; Previous Aircraft Tail Number YI-NAE",
                &["icaoCode=140AE7", "registrationNumber=YI-NAE"],
            ),
            (
                "Digital Currency Address - XBT 12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h; alt. Digital Currency Address - ETH 0x4736dCf1b7A3d580672CcE6E7c65cd5cc9c",
                &[
                    "XBT=12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h",
                    "ETH=0x4736dCf1b7A3d580672CcE6E7c65cd5cc9c",
                ],
            ),
            (
                "SWIFT/BIC AGSZRU31; BIK (RU) 044030707; Legal Entity Number 253400V1H6ART1UQ0N98 (Russia)",
                &[
                    "swiftBic=AGSZRU31",
                    "bikCode=044030707",
                    "leiCode=253400V1H6ART1UQ0N98|Russia",
                ],
            ),
            (
                "Website www.vtb.com; Email Address info@arrai.tv.; Phone Number 982188526300",
                &[
                    "website=www.vtb.com",
                    "email=info@arrai.tv",
                    "phone=982188526300",
                ],
            ),
            ("(Linked To: HIZBALLAH)", &["Linked=HIZBALLAH"]),
            (
                "Linked To: ISLAMIC REVOLUTIONARY GUARD CORPS (IRGC)-QODS FORCE.",
                &["Linked=ISLAMIC REVOLUTIONARY GUARD CORPS (IRGC)-QODS FORCE"],
            ),
            (
                "Organization Established Date 17 Dec 2016; Organization Type: Mining and Quarrying; Target Type Private Company",
                &[
                    "incorporationDate=17 Dec 2016",
                    "sector=Mining and Quarrying",
                    "classification=Private Company",
                ],
            ),
            (
                "Executive Order 13662 Directive Determination - Subject to Directive 1",
                &[
                    "provision=Executive Order 13662 Directive Determination - Subject to Directive 1",
                ],
            ),
            (
                "Listing Date (EO 14024 Directive 2): 24 Feb 2022; Effective Date (CMIC) 02 Aug 2021; Purchase/Sales For Divestment Date (CMIC) 03 Jun 2022",
                &[
                    "listingDate(EO 14024 Directive 2)=24 Feb 2022",
                    "startDate(CMIC)=02 Aug 2021",
                    "date(CMIC)=03 Jun 2022",
                ],
            ),
            (
                "For more information on directives, please visit the following link: http://www.treasury.gov/x#directives.",
                &["more=http://www.treasury.gov/x#directives"],
            ),
            (
                "ISIN US1694261033; Equity Ticker CHA US; Issuer Name China Telecom Corporation Limited",
                &[
                    "security isin=US1694261033",
                    "security ticker=CHA US",
                    "security name=China Telecom Corporation Limited",
                ],
            ),
            (
                "Minister of Defense; wife of Slobodan Milosevic.",
                &[
                    "position=Minister of Defense",
                    "Relative(\"wife\")=Slobodan Milosevic",
                ],
            ),
            (
                "ICTY indictee at large; all offices worldwide.",
                &[
                    "reason=ICTY indictee at large",
                    "provision=all offices worldwide",
                ],
            ),
            (
                "www.manartv.com; info@al-nour.net",
                &["website=www.manartv.com", "email=info@al-nour.net"],
            ),
            ("arrested 23 Apr 2002", &["note=arrested 23 Apr 2002"]),
        ];
        for (remark, expected) in table {
            assert_eq!(said(remark), *expected, "{remark}");
        }
    }

    proptest! {
        /// Nothing between the separators is left out, whatever is written.
        #[test]
        fn parts_cover_the_remark(remark in "([A-Za-z.:'() ]{0,12}(; ?|\\.|, | DOB |a\\.k\\.a\\. '|é|Passport )){0,8}") {
            let pieces = parse(&remark, true);
            let mut at = 0;
            for piece in &pieces {
                prop_assert!(piece.span.start >= at && piece.span.end <= remark.len());
                prop_assert!(remark[at..piece.span.start].chars().all(|c| matches!(c, ';' | ' ')));
                at = piece.span.end;
            }
            prop_assert!(remark[at..].chars().all(|c| matches!(c, ';' | ' ' | '.')));
        }
    }
}
