//! Canadian consolidated autonomous sanctions list (SEMA and JVCFOA), XML.
//!
//! Flat `record` elements below `data-set`. There is no number: `Schedule` and `Item` are places in
//! a regulation, so ids follow the formula of `data/sources.toml`.

use compact_str::CompactString;
use interdict_model::Place;
use interdict_model::date::DateOrder;
use interdict_model::id::content_id;

use crate::around::Commas;
use crate::detect::xml_with;
use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source};
use crate::table::parts;
use crate::writer::{Writer, one_file};
use crate::xml::{Element, XmlStream};

/// The Canadian list as XML.
#[derive(Clone, Copy, Debug, Default)]
pub struct CanadaXml;

const FORMAT: Format = Format {
    id: "ca-sema-xml",
    title: "Canadian autonomous sanctions (SEMA), XML",
    proven: true,
};

impl Source for CanadaXml {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        xml_with(files, "data-set", &["<DateOfListing"])
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new("ca_dfatd_sema_sanctions", FORMAT, DateOrder::Unstated, sink)?;
        out.file(file.name());
        let mut stream = XmlStream::open(file, &[])?;
        let counted = format!("{} record", file.name());
        while let Some(record) = stream.next_record()? {
            out.at(Place::Byte(record.byte()));
            if record.name() == "record" {
                out.report.count(&counted);
                entry(&mut out, &record)?;
            } else {
                out.problem("unknown-record", record.name(), "", "not kept");
            }
        }
        if out.report.entities.is_empty() {
            return Err(out.malformed("no record", "at least one record"));
        }
        Ok(out.report)
    }
}

fn entry(out: &mut Writer<'_, '_>, record: &Element) -> Result<(), SourceError> {
    let text = |name| record.text_of(name).unwrap_or_default();
    let (country, last, given) = (text("Country"), text("LastName"), text("GivenName"));
    let body = text("EntityOrShip");
    let person = !last.is_empty() || !given.is_empty();
    let vessel = !text("ShipIMONumber").is_empty();
    let schema = match (person, vessel) {
        (true, _) => "Person",
        (false, true) => "Vessel",
        (false, false) => "Organization",
    };
    let (field, name) = if person {
        ("GivenName+LastName", format!("{given} {last}"))
    } else {
        ("EntityOrShip", body.to_owned())
    };
    let steps = [
        text("ShipIMONumber"),
        text("DateOfBirthOrShipBuildDate"),
        text("Schedule"),
        text("Item"),
    ];
    let mut key: Vec<&str> = vec![country, schema, name.trim()];
    let mut candidates: Vec<CompactString> = vec![content_id("ca-sema", &key)];
    for step in steps.into_iter().filter(|s| !s.is_empty()) {
        key.push(step);
        candidates.push(content_id("ca-sema", &key));
    }
    let id = out.free_id(candidates, name.trim());
    let mut entity = out.entity(id.clone(), schema);
    let e = &mut entity;
    if person {
        out.say(e, field, "name", &name);
    } else {
        out.say_names(e, field, "name", &name, (&name, Commas::Belong));
    }
    if person {
        out.say(e, "LastName", "lastName", last);
        out.say(e, "GivenName", "firstName", given);
        out.say(e, "EntityOrShip", "alias", body);
        out.say(e, "TitleOrShip", "title", text("TitleOrShip"));
    } else {
        let property = if vessel { "type" } else { "notes" };
        out.say(e, "TitleOrShip", property, text("TitleOrShip"));
    }
    let commas = if person {
        Commas::PartPeople
    } else {
        Commas::PartBodies
    };
    let aliases = text("Aliases");
    for alias in parts(aliases, ";") {
        out.say_names(e, "Aliases", "alias", alias, (aliases, commas));
    }
    let date = if person {
        "birthDate"
    } else if vessel {
        "buildDate"
    } else {
        "incorporationDate"
    };
    let field = "DateOfBirthOrShipBuildDate";
    out.say(e, field, date, text(field));
    out.say(e, "ShipIMONumber", "imoNumber", text("ShipIMONumber"));
    out.say(e, "", "topics", "sanction");
    let listed = text("DateOfListing");
    out.keep_unread(e, record);
    let key = [country, text("Schedule"), text("Item")];
    let mut sanction = out.entity(content_id(&format!("{id}-sanction"), key), "Sanction");
    let s = &mut sanction;
    out.say(s, "", "entity", &id);
    out.say(s, "", "authority", "Global Affairs Canada");
    out.say(s, "Country", "program", country);
    out.say(s, "DateOfListing", "listingDate", listed);
    out.keep(s, "Schedule", text("Schedule"));
    out.say(s, "Item", "recordId", text("Item"));
    out.emit(entity)?;
    out.emit(sanction)
}
