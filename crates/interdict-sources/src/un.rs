//! UN Security Council consolidated list, XML.
//!
//! One file; root `CONSOLIDATED_LIST`, below it `INDIVIDUALS` and `ENTITIES`. The id is the
//! permanent reference number (`CDi.001` becomes `un-cdi.001`), see `data/sources.toml`.
//! `VERSIONNUM`, `LIST_TYPE` and the sort keys are bookkeeping of the publisher's system and left
//! aside; everything else becomes a statement.

use compact_str::{CompactString, format_compact};
use interdict_model::date::{DateOrder, DateSpan};
use interdict_model::id::{content_id, slug};
use interdict_model::{Entity, Place};

use crate::around::Commas;
use crate::detect::xml_with;
use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::writer::{Writer, join, one_file};
use crate::xml::{Element, XmlStream};

/// The UN consolidated list as XML.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnXml;

const FORMAT: Format = Format {
    id: "un-xml",
    title: "UN Security Council consolidated list, XML",
    proven: true,
};

const ROOT: &str = "CONSOLIDATED_LIST";
const AUTHORITY: &str = "United Nations Security Council";

impl Source for UnXml {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        xml_with(files, ROOT, &[])
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new("un_sc_sanctions", FORMAT, DateOrder::Unstated, sink)?;
        out.file(file.name());
        let mut stream = XmlStream::open(file, &["INDIVIDUALS", "ENTITIES"])?;
        if stream.root().name() != ROOT {
            let found = format!("root element <{}>", stream.root().name());
            return Err(out.malformed(found, format!("<{ROOT}>")));
        }
        out.report.stated_date = stream
            .root()
            .attribute("dateGenerated")
            .map(|d| StatedDate {
                value: d.to_owned(),
                field: "CONSOLIDATED_LIST/@dateGenerated".to_owned(),
            });
        let mut mentions: Vec<Mention> = Vec::new();
        while let Some(record) = stream.next_record()? {
            out.at(Place::Byte(record.byte()));
            match record.name() {
                kind @ ("INDIVIDUAL" | "ENTITY") => {
                    out.report.count(&format!("{} {kind}", file.name()));
                    party(&mut out, &record, kind == "INDIVIDUAL", &mut mentions)?;
                }
                other => {
                    let other = other.to_owned();
                    for unread in record.unread() {
                        let value = unread.value;
                        out.problem("unknown-record", &other, &value, "no party: not kept");
                    }
                }
            }
        }
        if out.report.entities.is_empty() {
            return Err(out.malformed("no INDIVIDUAL and no ENTITY", "at least one record"));
        }
        links(&mut out, mentions)?;
        Ok(out.report)
    }
}

/// Another entry's reference number in the comments of an entry.
struct Mention {
    from: CompactString,
    to: CompactString,
    place: Place,
}

fn party(
    out: &mut Writer<'_, '_>,
    record: &Element,
    person: bool,
    mentions: &mut Vec<Mention>,
) -> Result<(), SourceError> {
    let reference = record.text_of("REFERENCE_NUMBER").unwrap_or_default();
    let number = record.text_of("DATAID").unwrap_or_default();
    let by_number = slug(number).map(|n| format_compact!("un-{n}"));
    let by_reference = slug(reference).map(|r| format_compact!("un-{r}"));
    if by_reference.is_none() {
        out.problem(
            "missing-number",
            "REFERENCE_NUMBER",
            number,
            "id from DATAID instead",
        );
    }
    let candidates: Vec<CompactString> = by_reference.into_iter().chain(by_number).collect();
    if candidates.is_empty() {
        return Err(out.malformed(
            "a record with neither REFERENCE_NUMBER nor DATAID",
            "both numbers in every record",
        ));
    }
    let id = out.free_id(candidates, reference);
    let mut entity = out.entity(id.clone(), if person { "Person" } else { "Organization" });
    let entity = &mut entity;
    names(out, entity, record, person);
    aliases(out, entity, record);
    if person {
        births(out, entity, record);
    }
    out.say_opt(entity, "GENDER", "gender", record.text_of("GENDER"));
    for (element, property) in [
        ("NATIONALITY", "nationality"),
        ("NATIONALITY2", "nationality"),
        ("DESIGNATION", "position"),
        ("TITLE", "title"),
        ("LAST_DAY_UPDATED", "modifiedAt"),
    ] {
        for list in record.children_named(element) {
            for value in list.texts_of("VALUE") {
                out.say(entity, &format!("{element}/VALUE"), property, value);
            }
        }
    }
    let mut beside = Vec::new();
    for element in ["INDIVIDUAL_ADDRESS", "ENTITY_ADDRESS"] {
        for address in record.children_named(element) {
            beside.extend(address_of(out, entity, address, element));
        }
    }
    for document in record.children_named("INDIVIDUAL_DOCUMENT") {
        beside.extend(document_of(out, entity, document));
    }
    for comment in record.texts_of("COMMENTS1") {
        out.say(entity, "COMMENTS1", "notes", comment);
        for word in comment.split_whitespace() {
            if let Some(at) = word.find("http") {
                let link = word.get(at..).unwrap_or_default();
                let link = link.trim_end_matches(['.', ',', ';', ')']);
                out.say(entity, "COMMENTS1", "sourceUrl", link);
            }
        }
        let place = Place::Byte(record.byte());
        mentions.extend(
            references(comment)
                .filter(|to| *to != id)
                .map(|to| Mention {
                    from: id.clone(),
                    to,
                    place,
                }),
        );
    }
    out.say(entity, "", "topics", "sanction");
    beside.push(sanction(out, &id, record));
    for skipped in ["VERSIONNUM", "LIST_TYPE", "SORT_KEY", "SORT_KEY_LAST_MOD"] {
        record.children_named(skipped).for_each(Element::skip);
    }
    out.keep_unread(entity, record);
    out.emit(std::mem::replace(entity, out.entity("", "Thing")))?;
    beside.into_iter().try_for_each(|e| out.emit(e))
}

const NAME_PARTS: [&str; 6] = [
    "FIRST_NAME",
    "SECOND_NAME",
    "THIRD_NAME",
    "FOURTH_NAME",
    "FIFTH_NAME",
    "SIXTH_NAME",
];

fn names(out: &mut Writer<'_, '_>, entity: &mut Entity, record: &Element, person: bool) {
    let parts: Vec<(&str, &str)> = NAME_PARTS
        .iter()
        .filter_map(|name| record.text_of(name).map(|text| (*name, text)))
        .collect();
    let field = parts.iter().map(|p| p.0).collect::<Vec<_>>().join("+");
    let whole = parts.iter().map(|p| p.1).collect::<Vec<_>>().join(" ");
    out.say(entity, &field, "name", &whole);
    if person && parts.len() > 1 {
        out.say_opt(
            entity,
            "FIRST_NAME",
            "firstName",
            record.text_of("FIRST_NAME"),
        );
        out.say_opt(
            entity,
            "SECOND_NAME",
            "secondName",
            record.text_of("SECOND_NAME"),
        );
    }
    for script in record.texts_of("NAME_ORIGINAL_SCRIPT") {
        out.say(entity, "NAME_ORIGINAL_SCRIPT", "name", script);
    }
}

fn aliases(out: &mut Writer<'_, '_>, entity: &mut Entity, record: &Element) {
    for element in ["INDIVIDUAL_ALIAS", "ENTITY_ALIAS"] {
        for alias in record.children_named(element) {
            let quality = alias.text_of("QUALITY").unwrap_or_default();
            let note = alias.text_of("NOTE");
            let former = note.is_some_and(|n| {
                let n = n.to_lowercase();
                n.starts_with("previously listed") || n.starts_with("formerly listed")
            });
            let property = match quality {
                "Low" => "weakAlias",
                "f.k.a." => "previousName",
                "Good" | "a.k.a." if former => "previousName",
                "Good" | "a.k.a." => "alias",
                other => {
                    if alias.text_of("ALIAS_NAME").is_some() {
                        out.problem("unknown-quality", "QUALITY", other, "taken as an alias");
                    }
                    "alias"
                }
            };
            let field = format!("{element}/ALIAS_NAME");
            let written = alias.text_of("ALIAS_NAME").unwrap_or_default();
            // Some aliases hold several spellings, `Azim Adhajani; Azim Agha-Jani`.
            for name in written.split(';').map(str::trim).filter(|n| !n.is_empty()) {
                let whole = (written, Commas::Belong);
                out.say_names(entity, &field, property, name, whole);
            }
            if let Some(note) = note {
                let text = join([Some(written), Some(note)]);
                out.keep(entity, &format!("{element}/NOTE"), &text);
            }
            let date = alias.text_of("DATE_OF_BIRTH");
            out.say_opt(
                entity,
                &format!("{element}/DATE_OF_BIRTH"),
                "birthDate",
                date,
            );
            let (city, country) = (
                alias.text_of("CITY_OF_BIRTH"),
                alias.text_of("COUNTRY_OF_BIRTH"),
            );
            let field = format!("{element}/CITY_OF_BIRTH+COUNTRY_OF_BIRTH");
            out.say(entity, &field, "birthPlace", &join([city, country]));
        }
    }
}

fn births(out: &mut Writer<'_, '_>, entity: &mut Entity, record: &Element) {
    let element = "INDIVIDUAL_DATE_OF_BIRTH";
    for birth in record.children_named(element) {
        let kind = birth.text_of("TYPE_OF_DATE").unwrap_or_default();
        let note = birth.text_of("NOTE");
        let vague = kind == "APPROXIMATELY" || note.is_some_and(|n| n == "Approximately");
        let mut said = false;
        for part in ["DATE", "YEAR"] {
            if let Some(date) = birth.text_of(part) {
                let field = format!("{element}/{part}");
                let circa = format!("circa {date}");
                let text = if vague { circa.as_str() } else { date };
                out.say(entity, &field, "birthDate", text);
                said = true;
            }
        }
        match (birth.text_of("FROM_YEAR"), birth.text_of("TO_YEAR")) {
            (Some(from), Some(to)) => {
                let text = format!("between {from} and {to}");
                let field = format!("{element}/FROM_YEAR+TO_YEAR");
                out.say(entity, &field, "birthDate", &text);
                said = true;
            }
            (one, other) => {
                for year in one.or(other).into_iter() {
                    out.say(entity, &format!("{element}/YEAR"), "birthDate", year);
                    said = true;
                }
            }
        }
        if let Some(note) = note.filter(|n| *n != "Approximately") {
            let field = format!("{element}/NOTE");
            if !said && DateSpan::parse(note, DateOrder::Unstated).is_some() {
                out.say(entity, &field, "birthDate", note);
            } else {
                out.keep(entity, &field, note);
            }
        }
    }
    let element = "INDIVIDUAL_PLACE_OF_BIRTH";
    for place in record.children_named(element) {
        let country = place.text_of("COUNTRY");
        let parts = ["STREET", "CITY", "STATE_PROVINCE"].map(|part| place.text_of(part));
        let text = join(parts.into_iter().chain([country]));
        out.say(entity, element, "birthPlace", &text);
        out.say_opt(
            entity,
            &format!("{element}/COUNTRY"),
            "birthCountry",
            country,
        );
        if let Some(note) = place.text_of("NOTE") {
            out.keep(entity, &format!("{element}/NOTE"), note);
        }
    }
}

fn address_of(
    out: &mut Writer<'_, '_>,
    entity: &mut Entity,
    address: &Element,
    element: &str,
) -> Option<Entity> {
    let [street, city, state, zip, country] =
        ["STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY"]
            .map(|part| address.text_of(part));
    let note = address.text_of("NOTE");
    out.say_opt(entity, &format!("{element}/COUNTRY"), "country", country);
    let full = join([street, city, state, zip, country]);
    if full.is_empty() || (Some(full.as_str()) == country && note.is_none()) {
        return note.and_then(|note| {
            out.keep(entity, &format!("{element}/NOTE"), note);
            None
        });
    }
    out.say(entity, element, "address", &full);
    let id = content_id(
        &format!("{}-address", entity.id),
        [full.as_str(), note.unwrap_or_default()],
    );
    if !out.claim(&id) {
        return None;
    }
    out.say(entity, element, "addressEntity", &id);
    let mut part = out.entity(id, "Address");
    out.say(&mut part, element, "full", &full);
    for (field, property, value) in [
        ("STREET", "street", street),
        ("CITY", "city", city),
        ("STATE_PROVINCE", "state", state),
        ("ZIP_CODE", "postalCode", zip),
        ("COUNTRY", "country", country),
        ("NOTE", "remarks", note),
    ] {
        out.say_opt(&mut part, &format!("{element}/{field}"), property, value);
    }
    Some(part)
}

fn document_of(
    out: &mut Writer<'_, '_>,
    entity: &mut Entity,
    document: &Element,
) -> Option<Entity> {
    const FIELD: &str = "INDIVIDUAL_DOCUMENT";
    let kinds = [
        document.text_of("TYPE_OF_DOCUMENT"),
        document.text_of("TYPE_OF_DOCUMENT2"),
    ];
    let number = document.text_of("NUMBER");
    let note = document.text_of("NOTE");
    let countries = [
        document.text_of("ISSUING_COUNTRY"),
        document.text_of("COUNTRY_OF_ISSUE"),
    ];
    let issued = document.text_of("DATE_OF_ISSUE");
    let city = document.text_of("CITY_OF_ISSUE");
    let kind = join(kinds);
    if [number, note, issued, city].iter().all(Option::is_none)
        && kind.is_empty()
        && countries.iter().all(Option::is_none)
    {
        return None;
    }
    let lower = kind.to_lowercase();
    let passport = ["passport", "passeport", "pasaporte", "travel document"]
        .iter()
        .any(|word| lower.contains(word));
    let property = if passport {
        "passportNumber"
    } else {
        "idNumber"
    };
    out.say_opt(entity, &format!("{FIELD}/NUMBER"), property, number);
    let prefix = format!("{}-document", entity.id);
    let country = join(countries);
    let id = content_id(
        &prefix,
        [
            &kind,
            number.unwrap_or_default(),
            &country,
            note.unwrap_or_default(),
        ],
    );
    if !out.claim(&id) {
        return None;
    }
    let schema = if passport {
        "Passport"
    } else {
        "Identification"
    };
    let mut paper = out.entity(id, schema);
    let paper_ref = &mut paper;
    out.say(paper_ref, FIELD, "holder", &entity.id);
    for kind in kinds.into_iter().flatten() {
        out.say(
            paper_ref,
            &format!("{FIELD}/TYPE_OF_DOCUMENT"),
            "type",
            kind,
        );
    }
    out.say_opt(paper_ref, &format!("{FIELD}/NUMBER"), "number", number);
    for country in countries {
        out.say_opt(
            paper_ref,
            &format!("{FIELD}/ISSUING_COUNTRY"),
            "country",
            country,
        );
    }
    out.say_opt(
        paper_ref,
        &format!("{FIELD}/DATE_OF_ISSUE"),
        "startDate",
        issued,
    );
    out.say_opt(
        paper_ref,
        &format!("{FIELD}/CITY_OF_ISSUE"),
        "authority",
        city,
    );
    if let Some(note) = note {
        out.say(paper_ref, &format!("{FIELD}/NOTE"), "summary", note);
        if let Some(date) = expiry(note) {
            out.say_from(paper_ref, &format!("{FIELD}/NOTE"), "endDate", date, note);
        }
    }
    Some(paper)
}

/// The date in a note such as `expires on 10 March 2019`, `Expiration date: 2026-12-11.`.
fn expiry(note: &str) -> Option<&str> {
    let lower = note.to_ascii_lowercase();
    let (at, word) = [
        "date of expiration",
        "expiration date",
        "expires",
        "expired",
        "valid until",
    ]
    .iter()
    .find_map(|word| lower.find(word).map(|at| (at, word)))?;
    let rest = note.get(at + word.len()..)?;
    let rest = rest.trim_start_matches([':', ' ']);
    let rest = rest.strip_prefix("on ").unwrap_or(rest);
    let end = rest.find([';', ',', '(', '\n']).unwrap_or(rest.len());
    let date = rest.get(..end)?.trim().trim_end_matches('.');
    DateSpan::parse(date, DateOrder::Unstated).map(|_| date)
}

fn sanction(out: &mut Writer<'_, '_>, party: &str, record: &Element) -> Entity {
    let program = record.text_of("UN_LIST_TYPE");
    let id = content_id(&format!("{party}-sanction"), [program.unwrap_or_default()]);
    let mut sanction = out.entity(id, "Sanction");
    let s = &mut sanction;
    out.say(s, "", "entity", party);
    out.say(s, "", "authority", AUTHORITY);
    for (field, property) in [
        ("UN_LIST_TYPE", "program"),
        ("REFERENCE_NUMBER", "unscId"),
        ("DATAID", "recordId"),
        ("LISTED_ON", "listingDate"),
        ("DELISTED_ON", "endDate"),
    ] {
        out.say_opt(s, field, property, record.text_of(field));
    }
    for field in ["SUBMITTED_BY", "SUBMITTED_ON"] {
        if let Some(text) = record.text_of(field) {
            out.keep(s, field, text);
        }
    }
    sanction
}

/// Reference numbers in a text (`QDi.012`, `TAe.010`), as entity ids.
fn references(text: &str) -> impl Iterator<Item = CompactString> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .filter(|word| {
            let (letters, digits) = word.split_once('.').unwrap_or_default();
            (3..=4).contains(&letters.len())
                && letters.ends_with(['i', 'e'])
                && letters.starts_with(|c: char| c.is_ascii_uppercase())
                && letters.bytes().all(|b| b.is_ascii_alphabetic())
                && digits.trim_end_matches('.').len() == 3
                && digits
                    .trim_end_matches('.')
                    .bytes()
                    .all(|b| b.is_ascii_digit())
        })
        .filter_map(|word| slug(word).map(|w| format_compact!("un-{w}")))
}

fn links(out: &mut Writer<'_, '_>, mentions: Vec<Mention>) -> Result<(), SourceError> {
    for Mention { from, to, place } in mentions {
        out.at(place);
        if !out.has(&to) {
            out.problem(
                "orphan",
                "COMMENTS1",
                &to,
                "names an entry that is not on the list",
            );
            continue;
        }
        let id = content_id(&format!("{from}-link"), [&to]);
        if !out.claim(&id) {
            continue;
        }
        let mut link = out.entity(id, "UnknownLink");
        out.say(&mut link, "COMMENTS1", "subject", &from);
        out.say(&mut link, "COMMENTS1", "object", &to);
        out.say(
            &mut link,
            "COMMENTS1",
            "role",
            "Named in the comments of the entry",
        );
        out.emit(link)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_dates_are_found_in_notes() {
        for (note, expected) in [
            ("expires on 10 March 2019", Some("10 March 2019")),
            ("Expiration date: 2026-12-11.", Some("2026-12-11")),
            (
                "issued under a false name, expired on 21 Feb. 2014",
                Some("21 Feb. 2014"),
            ),
            ("expired", None),
            ("MISUSE", None),
        ] {
            assert_eq!(expiry(note), expected, "{note}");
        }
    }

    #[test]
    fn reference_numbers_are_found_in_comments() {
        let found: Vec<CompactString> =
            references("with A (TAi.162), B (QDe.010). See U.S. 123, CDi.001. End.").collect();
        assert_eq!(found, ["un-tai.162", "un-qde.010", "un-cdi.001"]);
    }
}
