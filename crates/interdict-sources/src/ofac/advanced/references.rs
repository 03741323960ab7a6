//! What the parties of an advanced file refer to: reference values, places, documents, ties,
//! listings; read first, and checked to lead somewhere.

use std::collections::{BTreeMap, HashMap, HashSet};

use interdict_model::Place;

use super::super::document::Document;
use super::super::links::NameIndex;
use super::super::party::{Address, Kind};
use super::CONTAINERS;
use super::parts::{iso, named_parts, period};
use crate::SourceError;
use crate::publication::{RawFile, StatedDate};
use crate::xml::{Element, Unread, XmlStream};

/// A place.
#[derive(Debug, Default)]
pub(super) struct Location {
    pub(super) byte: u64,
    country: Option<String>,
    /// Type and value of each part.
    parts: Vec<(String, String)>,
}

impl Location {
    /// The place as an address; `number` is OFAC's.
    pub(super) fn address(&self, number: &str) -> Address {
        let mut address = Address {
            number: number.to_owned(),
            country: self.country.clone(),
            ..Address::default()
        };
        for (kind, value) in &self.parts {
            match kind.as_str() {
                "CITY" => address.city = Some(value.clone()),
                "STATE/PROVINCE" => address.state = Some(value.clone()),
                "POSTAL CODE" => address.postal_code = Some(value.clone()),
                "REGION" => address.region = Some(value.clone()),
                _ => address.lines.push(value.clone()),
            }
        }
        address
    }

    /// The place in one line; often only a country.
    pub(super) fn text(&self) -> String {
        self.address("").full()
    }
}

/// A document of an identity.
#[derive(Debug)]
pub(super) struct Paper {
    pub(super) byte: u64,
    pub(super) label: String,
    pub(super) number: String,
    pub(super) rest: Document,
    pub(super) false_paper: bool,
    pub(super) notes: Vec<String>,
}

/// A tie to another party.
#[derive(Debug)]
pub(super) struct Tie {
    pub(super) byte: u64,
    pub(super) role: String,
    pub(super) uid: String,
}

/// A listing of a party.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) byte: u64,
    pub(super) list: String,
    pub(super) programs: Vec<String>,
    pub(super) kinds: Vec<String>,
    /// Legal basis and date of each event.
    pub(super) events: Vec<(String, String)>,
    pub(super) notes: Vec<String>,
}

/// Everything that is joined to parties by number.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// Text by element name and number.
    values: HashMap<String, HashMap<String, String>>,
    /// Number of the type of party by the number of the sub-type.
    party_types: HashMap<String, String>,
    locations: HashMap<String, Location>,
    documents: HashMap<String, Vec<Paper>>,
    ties: HashMap<String, Vec<Tie>>,
    listings: HashMap<String, Vec<Listing>>,
    profiles: HashSet<String>,
    broken: Broken,
    pub(super) stated_date: Option<StatedDate>,
    /// Records by kind.
    pub(super) read: BTreeMap<String, u64>,
    /// What nobody read outside the parties.
    pub(super) unread: Vec<Unread>,
}

/// References that lead nowhere, by what they are.
#[derive(Debug, Default)]
struct Broken {
    found: BTreeMap<&'static str, Vec<String>>,
    seen: HashSet<(&'static str, String)>,
    first: Option<u64>,
}

/// Numbers named in the error for each kind of broken reference.
const NAMED: usize = 100;

impl Broken {
    fn note(&mut self, what: &'static str, number: &str, byte: u64) {
        if self.seen.insert((what, number.to_owned())) {
            self.found.entry(what).or_default().push(number.to_owned());
        }
        self.first = Some(self.first.map_or(byte, |first| first.min(byte)));
    }

    fn refuse(self, file: &str) -> Result<(), SourceError> {
        let Some(first) = self.first else {
            return Ok(());
        };
        let kinds: Vec<String> = self
            .found
            .iter()
            .map(|(what, numbers)| {
                let named = numbers.get(..NAMED.min(numbers.len())).unwrap_or_default();
                let more = if numbers.len() > NAMED { ", …" } else { "" };
                format!("{} {what} ({}{more})", numbers.len(), named.join(", "))
            })
            .collect();
        Err(SourceError::Malformed {
            file: file.to_owned(),
            place: Some(Place::Byte(first)),
            found: format!("broken references: {}", kinds.join("; ")),
            expected:
                "a file in which every number leads somewhere; this one was cut, fetch it again"
                    .to_owned(),
        })
    }
}

impl Tables {
    /// Reads everything but the parties themselves, and the names of these.
    ///
    /// # Errors
    /// When the file is not of this format, names a party twice, or holds references that lead
    /// nowhere.
    pub(super) fn survey(file: &dyn RawFile) -> Result<(Tables, NameIndex), SourceError> {
        let mut stream = XmlStream::open(file, CONTAINERS)?;
        let mut tables = Tables::default();
        let mut names = NameIndex::default();
        let mut wanted = Wanted::default();
        while let Some(record) = stream.next_record()? {
            tables.count(&record);
            match record.name() {
                "DateOfIssue" => {
                    tables.stated_date = iso(&record).map(|value| StatedDate {
                        value,
                        field: "DateOfIssue".to_owned(),
                    });
                }
                "Location" => tables.take_location(&record),
                "IDRegDocument" => tables.take_document(&record),
                "DistinctParty" => tables.take_party(file, &record, &mut names, &mut wanted)?,
                "ProfileRelationship" => tables.take_tie(&record),
                "SanctionsEntry" => tables.take_listing(&record),
                "SanctionsEntryLinks" => {}
                set if set.ends_with("Values") => tables.take_values(&record),
                _ => {}
            }
            if record.name() != "DistinctParty" {
                tables
                    .unread
                    .extend(record.unread().into_iter().map(|u| Unread {
                        path: format!("{}/{}", record.name(), u.path),
                        ..u
                    }));
            }
        }
        if tables.profiles.is_empty() {
            return Err(super::super::xml_malformed(
                file.name(),
                0,
                "no <DistinctParty>".to_owned(),
                "a file with parties",
            ));
        }
        tables.check(wanted);
        std::mem::take(&mut tables.broken).refuse(file.name())?;
        Ok((tables, names))
    }

    fn count(&mut self, record: &Element) {
        let counted = matches!(
            record.name(),
            "Location"
                | "IDRegDocument"
                | "DistinctParty"
                | "ProfileRelationship"
                | "SanctionsEntry"
        );
        if counted {
            *self.read.entry(record.name().to_owned()).or_insert(0) += 1;
        }
    }

    fn take_values(&mut self, set: &Element) {
        for value in set.children() {
            let id = value.attribute("ID").unwrap_or_default();
            let text = value.text().to_owned();
            if let Some(of) = value.attribute("PartyTypeID") {
                self.party_types.insert(id.to_owned(), of.to_owned());
            }
            self.values
                .entry(value.name().to_owned())
                .or_default()
                .insert(id.to_owned(), text);
        }
        // Vocabulary: what else is said of a value is about the vocabulary, not about a party.
        set.skip();
    }

    fn take_location(&mut self, record: &Element) {
        let id = record.attribute("ID").unwrap_or_default().to_owned();
        let mut location = Location {
            byte: record.byte(),
            ..Location::default()
        };
        for country in record.children_named("LocationCountry") {
            country.attribute("CountryRelevanceID");
            let number = country.attribute("CountryID");
            location.country = self.needed("Country", number, country.byte());
        }
        for aside in [
            "LocationAreaCode",
            "FeatureVersionReference",
            "IDRegDocumentReference",
        ] {
            record.children_named(aside).for_each(Element::skip);
        }
        for part in record.children_named("LocationPart") {
            let kind = part.attribute("LocPartTypeID");
            let kind = self.needed("LocPartType", kind, part.byte());
            for value in part.children_named("LocationPartValue") {
                for aside in ["Primary", "LocPartValueTypeID", "LocPartValueStatusID"] {
                    value.attribute(aside);
                }
                if let Some(text) = value.text_of("Value") {
                    let kind = kind.clone().unwrap_or_default();
                    location.parts.push((kind, text.to_owned()));
                }
                if let Some(comment) = value.text_of("Comment") {
                    location.parts.push((String::new(), comment.to_owned()));
                }
            }
        }
        self.locations.insert(id, location);
    }

    fn take_document(&mut self, record: &Element) {
        record.attribute("ID");
        let byte = record.byte();
        let identity = record.attribute("IdentityID").unwrap_or_default();
        let label = self.needed("IDRegDocType", record.attribute("IDRegDocTypeID"), byte);
        let country = match record.attribute("IssuedBy-CountryID") {
            None => None,
            number => self.needed("Country", number, byte),
        };
        let issued_in = record.attribute("IssuedIn-LocationID").and_then(|id| {
            let place = self.locations.get(id).map(Location::text);
            if place.is_none() {
                self.broken.note("absent Location", id, byte);
            }
            place.filter(|text| !text.is_empty())
        });
        let authority = record.text_of("IssuingAuthority").map(str::to_owned);
        let mut rest = Document {
            number: String::new(),
            country,
            issued: None,
            expires: None,
            authority: authority.or(issued_in),
        };
        let mut notes: Vec<String> = Vec::new();
        for date in record.children_named("DocumentDate") {
            let kind = self.value("IDRegDocDateType", date.attribute("IDRegDocDateTypeID"));
            let text = date.child("DatePeriod").and_then(period);
            match kind {
                "Issue Date" => rest.issued = text,
                "Expiration Date" => rest.expires = text,
                other => notes.extend(text.map(|date| format!("{other}: {date}"))),
            }
        }
        record
            .children_named("DocumentedNameReference")
            .for_each(Element::skip);
        notes.extend(record.text_of("Comment").map(str::to_owned));
        let validity = self.value("Validity", record.attribute("ValidityID"));
        let paper = Paper {
            byte,
            label: label.unwrap_or_default(),
            number: record
                .text_of("IDRegistrationNo")
                .unwrap_or_default()
                .to_owned(),
            rest,
            false_paper: !matches!(validity, "" | "Valid"),
            notes,
        };
        self.documents
            .entry(identity.to_owned())
            .or_default()
            .push(paper);
    }

    fn take_tie(&mut self, record: &Element) {
        let byte = record.byte();
        for aside in ["ID", "RelationQualityID", "SanctionsEntryID"] {
            record.attribute(aside);
        }
        let role = self.needed("RelationType", record.attribute("RelationTypeID"), byte);
        let role = role.unwrap_or_default();
        let former = record.attribute("Former") == Some("true");
        let tie = Tie {
            byte,
            role: if former {
                format!("Former: {role}")
            } else {
                role
            },
            uid: record
                .attribute("To-ProfileID")
                .unwrap_or_default()
                .to_owned(),
        };
        let from = record.attribute("From-ProfileID").unwrap_or_default();
        self.ties.entry(from.to_owned()).or_default().push(tie);
    }

    fn take_listing(&mut self, record: &Element) {
        let byte = record.byte();
        record.attribute("ID");
        let list = self.needed("List", record.attribute("ListID"), byte);
        let mut listing = Listing {
            byte,
            list: list.unwrap_or_default(),
            programs: Vec::new(),
            kinds: Vec::new(),
            events: Vec::new(),
            notes: Vec::new(),
        };
        for event in record.children_named("EntryEvent") {
            for aside in ["ID", "EntryEventTypeID"] {
                event.attribute(aside);
            }
            let basis = self.needed("LegalBasis", event.attribute("LegalBasisID"), event.byte());
            let date = event.child("Date").and_then(iso).unwrap_or_default();
            listing.events.push((basis.unwrap_or_default(), date));
            listing
                .notes
                .extend(event.text_of("Comment").map(str::to_owned));
        }
        for measure in record.children_named("SanctionsMeasure") {
            measure.attribute("ID");
            let kind = measure.attribute("SanctionsTypeID");
            let kind = self.needed("SanctionsType", kind, measure.byte());
            let comment = measure.text_of("Comment").map(str::to_owned);
            match kind.as_deref() {
                Some("Program") => listing.programs.extend(comment),
                _ => {
                    listing.kinds.extend(kind);
                    listing.notes.extend(comment);
                }
            }
            if let Some(dates) = measure.child("DatePeriod").and_then(period) {
                listing.notes.push(format!("{}: {dates}", listing.list));
            }
        }
        let profile = record.attribute("ProfileID").unwrap_or_default();
        self.listings
            .entry(profile.to_owned())
            .or_default()
            .push(listing);
    }

    fn take_party(
        &mut self,
        file: &dyn RawFile,
        record: &Element,
        names: &mut NameIndex,
        wanted: &mut Wanted,
    ) -> Result<(), SourceError> {
        let uid = record.attribute("FixedRef").unwrap_or_default();
        if !self.profiles.insert(uid.to_owned()) {
            return Err(super::super::xml_malformed(
                file.name(),
                record.byte(),
                format!("party {uid} again"),
                "every party once",
            ));
        }
        for profile in record.children_named("Profile") {
            wanted.parties.push((uid.to_owned(), record.byte()));
            for identity in profile.children_named("Identity") {
                let id = identity.attribute("ID").unwrap_or_default();
                wanted.identities.insert(id.to_owned());
                let types = self.name_part_types(identity);
                for alias in identity.children_named("Alias") {
                    let primary = alias.attribute("Primary") == Some("true");
                    for name in alias.children_named("DocumentedName") {
                        let text = named_parts(self, &types, name).formatted();
                        if primary {
                            names.add_primary(&text, uid);
                        } else {
                            names.add_alias(&text, uid);
                        }
                    }
                }
            }
            for feature in profile.children_named("Feature") {
                let kind = feature.attribute("FeatureTypeID");
                self.needed("FeatureType", kind, feature.byte());
                for version in feature.children_named("FeatureVersion") {
                    for place in version.children_named("VersionLocation") {
                        let id = place.attribute("LocationID").unwrap_or_default();
                        if !self.locations.contains_key(id) {
                            self.broken.note("absent Location", id, place.byte());
                        }
                    }
                    for detail in version.children_named("VersionDetail") {
                        if let Some(id) = detail.attribute("DetailReferenceID") {
                            self.needed("DetailReference", Some(id), detail.byte());
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Notes references that lead nowhere, now that everything is read.
    fn check(&mut self, wanted: Wanted) {
        for (uid, byte) in &wanted.parties {
            if !self.listings.contains_key(uid) {
                let what = "parties without a SanctionsEntry";
                self.broken.note(what, uid, *byte);
            }
        }
        let mut absent: Vec<(&'static str, String, u64)> = Vec::new();
        for (uid, listings) in &self.listings {
            if !self.profiles.contains(uid) {
                let byte = listings.first().map_or(0, |l| l.byte);
                absent.push((
                    "profiles of a SanctionsEntry that are absent",
                    uid.clone(),
                    byte,
                ));
            }
        }
        for (identity, papers) in &self.documents {
            if !wanted.identities.contains(identity) {
                let byte = papers.first().map_or(0, |p| p.byte);
                absent.push((
                    "identities of an IDRegDocument that are absent",
                    identity.clone(),
                    byte,
                ));
            }
        }
        for (uid, ties) in &self.ties {
            let first = ties.first().map_or(0, |t| t.byte);
            let far = ties.iter().map(|t| (&t.uid, t.byte));
            for (uid, byte) in std::iter::once((uid, first)).chain(far) {
                if !self.profiles.contains(uid) {
                    absent.push((
                        "profiles of a ProfileRelationship that are absent",
                        uid.clone(),
                        byte,
                    ));
                }
            }
        }
        absent.sort_by_key(|(_, number, byte)| (*byte, number.clone()));
        for (what, number, byte) in absent {
            self.broken.note(what, &number, byte);
        }
    }

    /// A reference value; a number without one is noted as broken.
    fn needed(&mut self, set: &'static str, number: Option<&str>, byte: u64) -> Option<String> {
        let number = number.unwrap_or_default();
        let found = self.values.get(set).and_then(|v| v.get(number)).cloned();
        if found.is_none() {
            self.broken
                .note("absent reference values", &format!("{set} {number}"), byte);
        }
        found
    }

    /// A reference value; empty if there is none.
    pub(super) fn value(&self, set: &str, number: Option<&str>) -> &str {
        let number = number.unwrap_or_default();
        let found = self.values.get(set).and_then(|v| v.get(number));
        found.map_or("", |text| text.trim())
    }

    /// The kind of a party by the number of its sub-type.
    pub(super) fn kind(&self, sub_type: &str) -> Option<Kind> {
        match self.value("PartySubType", Some(sub_type)) {
            "Vessel" => return Some(Kind::Vessel),
            "Aircraft" => return Some(Kind::Aircraft),
            _ => {}
        }
        let of = self.party_types.get(sub_type)?;
        match self.value("PartyType", Some(of)) {
            "Individual" => Some(Kind::Individual),
            "Entity" => Some(Kind::Entity),
            _ => None,
        }
    }

    /// The types of the name parts of an identity, by the number of the group.
    pub(super) fn name_part_types<'a>(
        &'a self,
        identity: &'a Element,
    ) -> HashMap<&'a str, &'a str> {
        let mut types = HashMap::new();
        let groups = identity.children_named("NamePartGroups");
        for master in groups.flat_map(Element::children) {
            for group in master.children_named("NamePartGroup") {
                let id = group.attribute("ID").unwrap_or_default();
                let kind = self.value("NamePartType", group.attribute("NamePartTypeID"));
                types.insert(id, kind);
            }
        }
        types
    }

    /// A place.
    pub(super) fn location(&self, id: &str) -> Option<&Location> {
        self.locations.get(id)
    }

    /// The documents of an identity.
    pub(super) fn documents(&self, identity: &str) -> &[Paper] {
        self.documents.get(identity).map_or(&[], Vec::as_slice)
    }

    /// The ties that a party has to others.
    pub(super) fn ties(&self, uid: &str) -> &[Tie] {
        self.ties.get(uid).map_or(&[], Vec::as_slice)
    }

    /// The listings of a party.
    pub(super) fn entries(&self, uid: &str) -> &[Listing] {
        self.listings.get(uid).map_or(&[], Vec::as_slice)
    }

    /// Whether every party has an entry on this list.
    pub(super) fn everyone_on(&self, list: &str) -> bool {
        self.profiles
            .iter()
            .all(|uid| self.entries(uid).iter().any(|e| e.list == list))
    }
}

/// What the parties refer to and are referred to by, until all is read.
#[derive(Default)]
struct Wanted {
    /// Parties and where they stand.
    parties: Vec<(String, u64)>,
    identities: HashSet<String>,
}
