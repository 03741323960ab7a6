//! What hides in the cells of the list: documents with their countries and dates, and the labelled
//! text of `Other Information`.

use interdict_model::id::content_id;
use interdict_model::territory;

use super::Party;
use crate::several::numbered;
use crate::writer::Writer;

/// Says the documents of a cell, and what a second cell says of each of them. Both are column and
/// text.
pub(super) fn document(
    out: &mut Writer<'_, '_>,
    party: &mut Party,
    (column, cell): (&str, &str),
    (detail_column, detail_cell): (&str, &str),
    passport: bool,
) {
    let parts = |text| numbered(text).unwrap_or_else(|| vec![text]);
    let (numbers, details) = (parts(cell), parts(detail_cell));
    if numbers.len() == details.len() {
        for (number, detail) in numbers.iter().zip(&details) {
            if number.is_empty() {
                out.keep(&mut party.entity, detail_column, detail);
            } else {
                one(out, party, (column, number, cell), detail, passport);
            }
        }
        return;
    }
    for number in numbers.iter().filter(|n| !n.is_empty()) {
        one(out, party, (column, number, cell), "", passport);
    }
    out.keep(&mut party.entity, detail_column, detail_cell);
}

/// Says one document: column, text and the whole cell, and the text of the column of details.
fn one(
    out: &mut Writer<'_, '_>,
    party: &mut Party,
    (column, text, cell): (&str, &str, &str),
    detail: &str,
    passport: bool,
) {
    let Some(number) = number_of(text) else {
        out.keep(&mut party.entity, column, text);
        out.keep(&mut party.entity, column, detail);
        return;
    };
    let (property, schema) = if passport {
        ("passportNumber", "Passport")
    } else {
        ("idNumber", "Identification")
    };
    let wanted = party.entity.schema.property(property).map(|_| property);
    let property = wanted.unwrap_or("registrationNumber");
    out.say_from(&mut party.entity, column, property, number, cell);
    let rest = text.trim() != number;
    if wanted.is_none() || (!rest && detail.is_empty()) {
        return;
    }
    let prefix = format!("{}-{}", party.entity.id, schema.to_lowercase());
    let id = content_id(&prefix, [number]);
    let known = party.documents.iter().position(|d| d.id == id);
    let mut entity = match known {
        Some(at) => party.documents.swap_remove(at),
        None => out.entity(id, schema),
    };
    let d = &mut entity;
    out.say(d, column, "holder", &party.entity.id);
    out.say_from(d, column, "number", number, cell);
    let described = if rest { text } else { detail };
    out.say(d, column, "summary", described);
    if rest {
        out.say(d, column, "summary", detail);
    }
    if let Some(country) = country_of(described) {
        out.say_from(d, column, "country", country, described);
    }
    match known {
        Some(at) => {
            party.documents.push(entity);
            let last = party.documents.len() - 1;
            party.documents.swap(at, last);
        }
        None => party.documents.push(entity),
    }
}

/// Words before a number.
const BEFORE: &[&str] = &[
    "passport no.",
    "passport no:",
    "passport no",
    "passport number:",
    "passport number",
    "passport:",
    "passport",
    "no.",
    "no:",
    "no",
    "number:",
    "number",
];

/// The number at the start of a text such as `Passport No: 592667 (Qatari passport issued …)`; `None`
/// if no digit stands in it.
fn number_of(text: &str) -> Option<&str> {
    let mut rest = text.trim();
    let word = BEFORE.iter().find(|word| {
        let head = rest.get(..word.len());
        head.is_some_and(|h| h.eq_ignore_ascii_case(word))
            && !rest
                .get(word.len()..)
                .is_some_and(|after| after.starts_with(char::is_alphabetic))
    });
    if let Some(word) = word {
        rest = rest.get(word.len()..)?.trim_start_matches([' ', ':', '.']);
    }
    let end = rest
        .find(" (")
        .into_iter()
        .chain(rest.find(['(', ',', ';']))
        .chain(rest.find(". "))
        .min()
        .unwrap_or(rest.len());
    let number = rest.get(..end)?.trim().trim_end_matches('.');
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    // `Italian Fiscal Code KMM…`, `Uganda Passport`: words are no number.
    let words = number.split_whitespace();
    let plain = words
        .filter(|w| !w.bytes().any(|b| b.is_ascii_digit()))
        .count();
    (digits >= 3 && plain <= 1 && number.len() <= 40).then_some(number)
}

/// The country that a text names, in parentheses or at its start: `… (Qatari passport)`, `Iranian`.
fn country_of(text: &str) -> Option<&str> {
    let inside = text
        .split_once('(')
        .map(|(_, rest)| rest.split_once(')').map_or(rest, |(inside, _)| inside));
    [inside, Some(text)].into_iter().flatten().find_map(|part| {
        let part = part.trim();
        let ends = part.match_indices([' ', '.', ',']).map(|(at, _)| at);
        let mut ends: Vec<usize> = ends.chain([part.len()]).take(5).collect();
        ends.reverse();
        ends.into_iter()
            .filter_map(|end| part.get(..end))
            .find(|name| name.len() > 2 && territory::lookup(name).is_some())
    })
}

/// Labels of `Other Information` since 2022, `(Label):text`, and the property of the party that takes
/// each of their values; an empty one keeps the text in notes under its label.
const PARTY: &[(&str, &str)] = &[
    ("Gender", "gender"),
    ("Phone number", "phone"),
    ("Tel", "phone"),
    ("Fax", "phone"),
    ("Email address", "email"),
    ("Website", "website"),
    ("Type of entity", "legalForm"),
    ("Business Reg No", "registrationNumber"),
    ("IMO number", "imoNumber"),
    ("Flag of ship", "flag"),
    ("Previous flags", "pastFlags"),
    ("Type of ship", "type"),
    ("Tonnage of ship", "tonnage"),
    ("Year built", "buildDate"),
    ("Parent company", ""),
    ("Subsidiaries", ""),
    ("Length of ship", ""),
    ("Current owners", ""),
    ("Current owner/operator (s)", ""),
];

/// The same for the sanction.
const SANCTION: &[(&str, &str)] = &[
    ("UK Sanctions List Ref", "authorityId"),
    ("UK Statement of Reasons", "reason"),
    ("UN Ref", "unscId"),
];

/// Says what `Other Information` holds.
pub(super) fn information(out: &mut Writer<'_, '_>, party: &mut Party, text: &str) {
    const FIELD: &str = "Other Information";
    let mut labels = Vec::new();
    for (label, property) in PARTY.iter().chain(SANCTION) {
        let mark = format!("({label}):");
        labels.extend(
            text.match_indices(&mark)
                .map(|(at, _)| (at, mark.len(), *label, *property)),
        );
    }
    labels.sort_unstable();
    let first = labels.first().map_or(text.len(), |l| l.0);
    let free = text.get(..first).unwrap_or_default().trim();
    if !free.is_empty() {
        out.say(&mut party.entity, FIELD, "notes", free);
        unlabelled(out, party, free);
    }
    for (at, (start, length, label, property)) in labels.iter().enumerate() {
        let end = labels.get(at + 1).map_or(text.len(), |next| next.0);
        let value = text.get(start + length..end).unwrap_or_default().trim();
        let field = format!("{FIELD}/{label}");
        if SANCTION.iter().any(|(name, _)| name == label) {
            let value = match *label {
                "UK Statement of Reasons" => value,
                _ => value.trim_end_matches('.'),
            };
            out.say(&mut party.sanction, &field, property, value);
            continue;
        }
        let e = &mut party.entity;
        if property.is_empty() || e.schema.property(property).is_none() {
            out.keep(e, &field, value);
            continue;
        }
        for part in numbered(value).unwrap_or_else(|| vec![value]) {
            out.say_from(e, &field, property, part.trim_end_matches('.'), value);
        }
    }
}

/// Numbers that the text of the older layout holds.
fn unlabelled(out: &mut Writer<'_, '_>, party: &mut Party, text: &str) {
    if let Some(reference) = after(text, "UN Ref").filter(|r| r.contains('.')) {
        out.say_from(
            &mut party.sanction,
            "Other Information/UN Ref",
            "unscId",
            reference,
            text,
        );
    }
    let imo = after(text, "IMO").filter(|n| n.len() == 7 && n.bytes().all(|b| b.is_ascii_digit()));
    if let Some(number) = imo
        && party.entity.schema.property("imoNumber").is_some()
    {
        out.say_from(
            &mut party.entity,
            "Other Information/IMO",
            "imoNumber",
            number,
            text,
        );
    }
}

/// The word behind a label, whatever stands between: `UN Ref. QDe.004.`, `IMO number: 8937675`.
fn after<'t>(text: &'t str, label: &str) -> Option<&'t str> {
    let at = text
        .to_ascii_uppercase()
        .find(&label.to_ascii_uppercase())?;
    let rest = text.get(at + label.len()..)?;
    let rest = rest.trim_start_matches(['.', ':', ' ', '(']);
    let rest = ["number", "No"]
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest);
    let rest = rest.trim_start_matches(['.', ':', ' ']);
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | '(' | ',' | ';' | ']'));
    let word = rest.get(..end.unwrap_or(rest.len()))?.trim_end_matches('.');
    (!word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_countries_of_documents() {
        let check = |text: &str, number: Option<&str>, country: Option<&str>| {
            assert_eq!(number_of(text), number, "{text}");
            assert_eq!(country_of(text), country, "{text}");
        };
        check(
            "Passport No: 592667 (Qatari passport issued on 3 May 2007).",
            Some("592667"),
            Some("Qatari"),
        );
        check(
            "AM5421691 (Pakistan). Expires 11 Aug 2013",
            Some("AM5421691"),
            Some("Pakistan"),
        );
        check(
            "2863795S, expires 23 Aug 2005 (Iraq)",
            Some("2863795S"),
            Some("Iraq"),
        );
        check(
            "202-2708-8368 (Sudan)",
            Some("202-2708-8368"),
            Some("Sudan"),
        );
        check("no 3603251708570001", Some("3603251708570001"), None);
        check(
            "1089516791 (Saudi Arabian)",
            Some("1089516791"),
            Some("Saudi Arabian"),
        );
        check("Uganda Passport.", None, Some("Uganda"));
        check(
            "Tunisia number. Issued on 16 Nov. 1989.",
            None,
            Some("Tunisia"),
        );
        check(
            "Provisional 28642163 (German) issued by Hamburg",
            Some("Provisional 28642163"),
            Some("German"),
        );
    }

    #[test]
    fn words_behind_a_label() {
        assert_eq!(after("UN Ref QDe.004. Emir", "UN Ref"), Some("QDe.004"));
        assert_eq!(
            after("UN REF:QE.A.146.14. Also", "UN Ref"),
            Some("QE.A.146.14")
        );
        assert_eq!(
            after("Annex XIII. UN Ref.KPI.067.", "UN Ref"),
            Some("KPI.067")
        );
        assert_eq!(
            after("(IMO number: 8937675). Annex", "IMO"),
            Some("8937675")
        );
        assert_eq!(after("IMO: 8937675. MMSI", "IMO"), Some("8937675"));
        assert_eq!(after("nothing", "IMO"), None);
    }
}
