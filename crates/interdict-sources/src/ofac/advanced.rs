//! The advanced XML: `SDN_ADVANCED.XML` and `CONS_ADVANCED.XML`, root `Sanctions`, one
//! `DistinctParty` per party. Both namespaces are read, that of the UN model
//! (`http://www.un.org/sanctions/1.0`) and that of OFAC's list service since 2024.
//!
//! A party's places, documents, ties and listings stand in other parts of the file and are joined
//! by number; a file in which such a number leads nowhere is refused, because it was cut.
//!
//! Left aside: internal numbers, reliability, quality and calendar type (only the Gregorian one is
//! in use), and the flags of date parts, which say again what the period says.

mod parts;
mod references;

use std::sync::Arc;

use interdict_model::{DatasetName, Place};

use super::document::Document;
use super::emit::Emitter;
use super::fill::Filler;
use super::party::{Fact, Kind, Party};
use super::{List, xml_malformed};
use crate::SourceError;
use crate::detect::xml_with;
use crate::publication::{Detection, Format, Probe, Problem, RawFile, Report, Sink, Source};
use crate::xml::{Element, XmlStream};
use parts::{named_parts, period};
use references::{Tables, Tie};

/// Reads the advanced XML.
#[derive(Debug)]
pub struct OfacAdvancedXml;

/// Parts of the file that hold records. The sets of reference values are records of their own.
const CONTAINERS: &[&str] = &[
    "ReferenceValueSets",
    "Locations",
    "IDRegDocuments",
    "DistinctParties",
    "ProfileRelationships",
    "SanctionsEntries",
];

impl Source for OfacAdvancedXml {
    fn format(&self) -> Format {
        Format {
            id: "ofac-advanced-xml",
            title: "OFAC lists, advanced XML (SDN_ADVANCED.XML, CONS_ADVANCED.XML)",
            proven: true,
        }
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        xml_with(files, "Sanctions", &["/sanctions/1.0", "/ADVANCED_XML"])
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = super::single(files)?;
        let (tables, names) = Tables::survey(file)?;
        let dataset = dataset_of(file, &tables)?;
        let mut report = Report::new(dataset.clone(), self.format());
        report.stated_date = tables.stated_date.clone();
        for (kind, n) in &tables.read {
            report.read.insert(format!("{} {kind}", file.name()), *n);
        }
        let emitter = Emitter {
            dataset: &dataset,
            names: &names,
        };
        let mut stream = XmlStream::open(file, CONTAINERS)?;
        let name: Arc<str> = file.name().into();
        while let Some(record) = stream.next_record()? {
            if record.name() == "DistinctParty" {
                let party = party(&tables, &name, &record, &mut report)?;
                emitter.emit(&party, &mut report, sink)?;
            }
        }
        for unread in &tables.unread {
            report.problem(Problem {
                file: Arc::clone(&name),
                place: Some(Place::Byte(unread.byte)),
                kind: "unknown-element",
                field: unread.path.clone(),
                value: unread.value.clone(),
                note: "an element not known; not part of a party".to_owned(),
            });
        }
        Ok(report)
    }
}

/// Which list it is: the one that every party is on. Parties of the consolidated list may be on the
/// SDN list as well, but not all of them.
fn dataset_of(file: &dyn RawFile, tables: &Tables) -> Result<DatasetName, SourceError> {
    if tables.everyone_on("Consolidated List") {
        Ok(List::Cons.dataset())
    } else if tables.everyone_on("SDN List") {
        Ok(List::Sdn.dataset())
    } else {
        Err(xml_malformed(
            file.name(),
            0,
            "parties of which some are on neither the SDN nor the consolidated list".to_owned(),
            "SDN_ADVANCED.XML or CONS_ADVANCED.XML as published",
        ))
    }
}

fn party(
    tables: &Tables,
    file: &Arc<str>,
    record: &Element,
    report: &mut Report,
) -> Result<Party, SourceError> {
    let uid = record.attribute("FixedRef").unwrap_or_default();
    if uid.is_empty() || !uid.bytes().all(|b| b.is_ascii_digit()) {
        let found = format!("FixedRef {uid:?}");
        return Err(xml_malformed(file, record.byte(), found, "a number"));
    }
    let profile = record.child("Profile").ok_or_else(|| {
        xml_malformed(
            file,
            record.byte(),
            format!("party {uid} without <Profile>"),
            "a profile",
        )
    })?;
    let kind = tables.kind(profile.attribute("PartySubTypeID").unwrap_or_default());
    let kind = kind.ok_or_else(|| {
        xml_malformed(
            file,
            profile.byte(),
            "a PartySubTypeID of no known kind".to_owned(),
            "Individual, Entity, Vessel or Aircraft",
        )
    })?;
    let mut fill = Filler {
        party: Party::new(uid, kind),
        file,
        report,
    };
    for identity in profile.children_named("Identity") {
        names(&mut fill, tables, identity);
    }
    sanctions(&mut fill, tables, uid);
    for feature in profile.children_named("Feature") {
        self::feature(&mut fill, tables, feature);
    }
    for identity in profile.children_named("Identity") {
        let id = identity.attribute("ID").unwrap_or_default();
        documents(&mut fill, tables, id);
    }
    let mut ties: Vec<&Tie> = tables.ties(uid).iter().collect();
    ties.sort_by_key(|tie| (tie.role.as_str(), tie.uid.as_str()));
    for tie in ties {
        let fact = Fact::TieTo {
            role: tie.role.clone(),
            uid: tie.uid.clone(),
        };
        fill.push_at(fact, tie.byte, "ProfileRelationship");
    }
    let remark = record.text_of("Comment").unwrap_or_default();
    fill.remarks(remark, record.byte(), "Comment");
    let Filler {
        mut party, report, ..
    } = fill;
    super::skip_attributes(profile, &["ID", "FixedRef", "Primary", "False"]);
    super::keep_unread(&mut party, file, record, report);
    Ok(party)
}

fn names(fill: &mut Filler<'_>, tables: &Tables, identity: &Element) {
    if let Some(groups) = identity.child("NamePartGroups") {
        groups.skip();
    }
    let types = tables.name_part_types(identity);
    for alias in identity.children_named("Alias") {
        let primary = alias.attribute("Primary") == Some("true");
        let weak = alias.attribute("LowQuality") == Some("true");
        let kind = tables.value("AliasType", alias.attribute("AliasTypeID"));
        for name in alias.children_named("DocumentedName") {
            let status = tables.value("DocNameStatus", name.attribute("DocNameStatusID"));
            let main = status == "Primary Latin";
            let property = match (primary && main, weak, kind == "F.K.A.") {
                (true, ..) => "name",
                (_, true, _) => "weakAlias",
                (_, _, true) => "previousName",
                _ => "alias",
            };
            let parts = named_parts(tables, &types, name);
            let written = parts.written();
            if !written.is_empty() {
                let fact = Fact::Name {
                    property,
                    text: parts.formatted(),
                    written: Some(written),
                };
                fill.push_at(fact, name.byte(), "DocumentedName");
            }
            if primary && fill.party.kind == Kind::Individual {
                for (property, value, byte) in parts.single() {
                    fill.push_at(Fact::say(property, value), byte, "NamePartValue");
                }
            }
        }
    }
}

fn sanctions(fill: &mut Filler<'_>, tables: &Tables, uid: &str) {
    for entry in tables.entries(uid) {
        for program in &entry.programs {
            fill.push_at(
                Fact::Program(program.clone()),
                entry.byte,
                "SanctionsMeasure/Comment",
            );
        }
    }
    for entry in tables.entries(uid) {
        for kind in &entry.kinds {
            fill.push_at(
                Fact::Provision(kind.clone()),
                entry.byte,
                "SanctionsMeasure",
            );
        }
        for (basis, date) in &entry.events {
            fill.push_at(Fact::Reason(basis.clone()), entry.byte, "LegalBasis");
            let listed = Fact::SanctionDate {
                property: "listingDate",
                scope: String::new(),
                date: date.clone(),
                text: entry.list.clone(),
            };
            fill.push_at(listed, entry.byte, "EntryEvent/Date");
        }
        for note in &entry.notes {
            fill.push_at(Fact::say(&["notes"], note), entry.byte, "SanctionsEntry");
        }
    }
}

fn feature(fill: &mut Filler<'_>, tables: &Tables, feature: &Element) {
    let label = tables.value("FeatureType", feature.attribute("FeatureTypeID"));
    feature
        .children_named("IdentityReference")
        .for_each(Element::skip);
    for version in feature.children_named("FeatureVersion") {
        version.attribute("ReliabilityID");
        if let Some(comment) = version.text_of("Comment") {
            fill.push_at(
                Fact::say(&["notes"], comment),
                version.byte(),
                "FeatureVersion/Comment",
            );
        }
        if let Some(date) = version.child("DatePeriod").and_then(period) {
            fill.labelled(
                label,
                &date,
                &Document::default(),
                version.byte(),
                "Feature",
            );
        }
        for place in version.children_named("VersionLocation") {
            let id = place.attribute("LocationID").unwrap_or_default();
            let Some(location) = tables.location(id) else {
                continue;
            };
            if label == "Location" {
                let fact = Fact::Address(location.address(id));
                fill.push_at(fact, location.byte, "Location");
            } else {
                let text = location.text();
                fill.labelled(
                    label,
                    &text,
                    &Document::default(),
                    version.byte(),
                    "Feature",
                );
            }
        }
        for detail in version.children_named("VersionDetail") {
            detail.attribute("DetailTypeID");
            let looked_up = detail.attribute("DetailReferenceID");
            let text = match looked_up {
                Some(id) => tables.value("DetailReference", Some(id)),
                None => detail.text(),
            };
            if text.is_empty() {
                continue;
            }
            if label == "Title" {
                fill.titles(text, detail.byte(), "Feature/Title");
            } else {
                fill.labelled(label, text, &Document::default(), detail.byte(), "Feature");
            }
        }
    }
}

fn documents(fill: &mut Filler<'_>, tables: &Tables, identity: &str) {
    for paper in tables.documents(identity) {
        fill.labelled(
            &paper.label,
            &paper.number,
            &paper.rest,
            paper.byte,
            "IDRegDocument",
        );
        if paper.false_paper {
            let note = format!("{} {}: stated as not valid", paper.label, paper.number);
            fill.push_at(
                Fact::say(&["notes"], &note),
                paper.byte,
                "IDRegDocument/@ValidityID",
            );
        }
        for note in &paper.notes {
            let note = format!("{} {}: {note}", paper.label, paper.number);
            fill.push_at(
                Fact::say(&["notes"], &note),
                paper.byte,
                "IDRegDocument/Comment",
            );
        }
    }
}
