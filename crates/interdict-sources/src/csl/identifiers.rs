//! Cells of identifiers: `RU, 2027-05-30, 2017-05-30, 515458008, Passport; Male, Gender`. Behind the
//! last comma stands OFAC's label, before it the value, and before that, where known, the country and
//! the days of expiry and issue.

use interdict_model::id::content_id;
use interdict_model::{Entity, Schema};

use crate::error::SourceError;
use crate::ofac::label_properties;
use crate::table::parts;
use crate::writer::Writer;

/// One identifier as written.
#[derive(Debug, PartialEq, Eq)]
struct Identifier<'a> {
    label: &'a str,
    value: &'a str,
    country: Option<&'a str>,
    /// Expiry and issue where both are known; a single date may be either.
    dates: Vec<&'a str>,
}

fn cut(part: &str) -> Option<Identifier<'_>> {
    let (before, label) = part.rsplit_once(", ")?;
    let mut value = before.trim();
    let mut country = None;
    let mut dates = Vec::new();
    while let Some((first, rest)) = value.split_once(", ") {
        let first = first.trim();
        if country.is_none() && dates.is_empty() && is_code(first) {
            country = Some(first);
        } else if dates.len() < 2 && is_date(first) {
            dates.push(first);
        } else {
            break;
        }
        value = rest.trim();
    }
    Some(Identifier {
        label: label.trim(),
        value,
        country,
        dates,
    })
}

fn is_code(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        })
}

/// Says the identifiers of a cell; a document with a country or dates becomes one of its own.
pub(super) fn say(
    out: &mut Writer<'_, '_>,
    entity: &mut Entity,
    cell: &str,
) -> Result<(), SourceError> {
    for part in parts(cell, ";") {
        let Some(found) = cut(part) else {
            out.keep(entity, "ids", part);
            continue;
        };
        let properties = label_properties(found.label, found.value, found.country == Some("RU"));
        let property = properties
            .iter()
            .find(|p| entity.schema.property(p).is_some());
        let Some(property) = property.filter(|_| !found.value.is_empty()) else {
            out.keep(entity, "ids", part);
            continue;
        };
        let value = match *property {
            "imoNumber" => found.value.trim_start_matches("IMO").trim(),
            _ => found.value,
        };
        out.say_from(entity, "ids", property, value, part);
        if found.country.is_none() && found.dates.is_empty() {
            continue;
        }
        let holder = Schema::get("LegalEntity").is_some_and(|s| entity.schema.is_a(s));
        if holder {
            document(out, entity, part, &found, *property == "passportNumber")?;
        } else {
            out.keep(entity, "ids", part);
        }
    }
    Ok(())
}

fn document(
    out: &mut Writer<'_, '_>,
    entity: &Entity,
    part: &str,
    found: &Identifier<'_>,
    passport: bool,
) -> Result<(), SourceError> {
    let prefix = format!("{}-document", entity.id);
    let id = content_id(&prefix, [found.label, found.value, part]);
    if !out.claim(&id) {
        return Ok(());
    }
    let schema = if passport {
        "Passport"
    } else {
        "Identification"
    };
    let mut document = out.entity(id, schema);
    let d = &mut document;
    out.say(d, "ids", "holder", &entity.id);
    out.say_from(d, "ids", "type", found.label, part);
    out.say_from(d, "ids", "number", found.value, part);
    if let Some(country) = found.country {
        out.say_from(d, "ids", "country", country, part);
    }
    match found.dates.as_slice() {
        [expiry, issue] => {
            out.say_from(d, "ids", "startDate", issue, part);
            out.say_from(d, "ids", "endDate", expiry, part);
        }
        // Of issue or of expiry: the cell does not say.
        [one] => out.say_from(d, "ids", "date", one, part),
        _ => {}
    }
    out.emit(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of the list of 2022-04 (US Government work).
    #[test]
    fn identifiers_of_every_shape() {
        let check =
            |part: &str, value: &str, country: Option<&str>, dates: &[&str], label: &str| {
                let found = cut(part).unwrap();
                assert_eq!(
                    (found.value, found.country, found.label),
                    (value, country, label),
                    "{part}"
                );
                assert_eq!(found.dates, dates, "{part}");
            };
        check("K048787, Passport", "K048787", None, &[], "Passport");
        check(
            "CA, BC166787, Passport",
            "BC166787",
            Some("CA"),
            &[],
            "Passport",
        );
        check(
            "MM, 2017-01-16, 110364903, Registration Number",
            "110364903",
            Some("MM"),
            &["2017-01-16"],
            "Registration Number",
        );
        check(
            "JO, 2014-08-30, 2009-08-31, K475336, Passport",
            "K475336",
            Some("JO"),
            &["2014-08-30", "2009-08-31"],
            "Passport",
        );
        check(
            "2004-02-05, 1999-06-23, G025057, Passport",
            "G025057",
            None,
            &["2004-02-05", "1999-06-23"],
            "Passport",
        );
        check(
            "SY, D000000483, Diplomatic, Passport",
            "D000000483, Diplomatic",
            Some("SY"),
            &[],
            "Passport",
        );
        check("Male, Gender", "Male", None, &[], "Gender");
        assert_eq!(cut("Passport"), None);
    }
}
