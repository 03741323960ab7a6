//! From a [`Party`] to FollowTheMoney entities.

use interdict_model::record::Said;
use interdict_model::{DatasetName, Entity, Recorder, Schema, id};

use super::links::{Found, NameIndex};
use super::party::{Address, Entry, Fact, Kind, Party, Tie, comma_name};
use crate::SourceError;
use crate::publication::{Problem, Report, Sink};

/// The authority as named on every sanction.
const AUTHORITY: &str = "Office of Foreign Assets Control";

const TONNAGE: [&str; 2] = ["tonnage", "grossRegisteredTonnage"];

/// Turns parties into entities.
pub(super) struct Emitter<'a> {
    pub(super) dataset: &'a DatasetName,
    pub(super) names: &'a NameIndex,
}

impl Emitter<'_> {
    /// Gives the party and everything that hangs on it to `sink`.
    pub(super) fn emit(
        &self,
        party: &Party,
        report: &mut Report,
        sink: &mut Sink<'_>,
    ) -> Result<(), SourceError> {
        let id = format!("ofac-{}", party.uid);
        let mut out = Out {
            dataset: self.dataset,
            report,
            main: entity(&id, party.schema()),
            sanctions: Vec::new(),
            others: Vec::new(),
            id,
        };
        for entry in &party.entries {
            if let Fact::Program(code) = &entry.fact {
                out.program(entry, code);
            }
        }
        if let (true, Some(entry)) = (out.sanctions.is_empty(), party.entries.first()) {
            out.program(entry, "");
        }
        for entry in &party.entries {
            out.report.count(&entry.field);
            self.fact(&mut out, party, entry);
        }
        if let Some(entry) = party.entries.first() {
            out.say(entry, &["topics"], "sanction");
        }
        let Out {
            main,
            sanctions,
            others,
            report,
            ..
        } = out;
        let sanctions = sanctions.into_iter().map(|(_, e)| e);
        for entity in std::iter::once(main).chain(sanctions).chain(others) {
            *report.entities.entry(entity.schema.name()).or_insert(0) += 1;
            sink(entity)?;
        }
        Ok(())
    }

    fn fact(&self, out: &mut Out<'_>, party: &Party, entry: &Entry) {
        let individual = party.kind == Kind::Individual;
        match &entry.fact {
            Fact::Program(_) => {}
            Fact::Say { properties, text } if properties.iter().any(|p| TONNAGE.contains(p)) => {
                // The flat files write `99,144` where the XML writes `99144`.
                let number = text.replace(',', "");
                out.say_from(entry, properties, &number, text);
            }
            Fact::Say { properties, text } => out.say(entry, properties, text),
            Fact::Name {
                property,
                text,
                written,
            } => {
                let written = written.as_deref().unwrap_or(text);
                out.name(entry, property, text, written, individual);
            }
            Fact::WeakAlias(text) => out.name(entry, "weakAlias", text, text, individual),
            Fact::Document { .. } => out.document(entry),
            Fact::Wallet { currency, address } => out.wallet(entry, currency, address),
            Fact::Security { property, value } => out.security(entry, property, value),
            Fact::Tie(tie, name) => match self.names.find(name) {
                Found::One(uid) if uid != party.uid => out.tie(entry, *tie, uid, name),
                found => out.loose_tie(entry, *tie, name, &found),
            },
            Fact::TieTo { role, uid } => out.tie_to(entry, role, uid),
            Fact::Provision(text) => out.each_sanction(entry, "", "provisions", text),
            Fact::Reason(text) => out.each_sanction(entry, "", "reason", text),
            Fact::SanctionDate {
                property,
                scope,
                date,
                text,
            } => {
                out.each_sanction(entry, scope, "provisions", text);
                out.each_sanction(entry, scope, property, date);
            }
            Fact::MoreAt(url) => out.each_sanction(entry, "", "sourceUrl", url),
            Fact::Address(address) => out.address(entry, address),
            Fact::Note(text) => {
                out.say(entry, &["notes"], text);
                out.problem(entry, "untyped-remark", text, "kept as a note");
            }
        }
    }
}

struct Out<'a> {
    dataset: &'a DatasetName,
    report: &'a mut Report,
    id: String,
    main: Entity,
    /// Programme code and sanction.
    sanctions: Vec<(String, Entity)>,
    others: Vec<Entity>,
}

/// A schema of the ontology's table.
fn entity(id: &str, schema: &str) -> Entity {
    let schema = Schema::get(schema).expect("a schema of the ontology's table");
    Entity::new(id, schema)
}

fn recorder<'e>(
    entity: &'e mut Entity,
    dataset: &'e DatasetName,
    entry: &'e Entry,
) -> Recorder<'e> {
    let mut recorder = Recorder::new(entity, dataset).at(&entry.file, entry.place);
    recorder.field(&entry.field).lang(entry.lang);
    recorder
}

/// Says a value of the first property that the entity's schema has; what no property takes becomes
/// a note, and a rejected value is reported.
fn say(
    entity: &mut Entity,
    dataset: &DatasetName,
    entry: &Entry,
    properties: &[&str],
    text: &str,
    report: &mut Report,
) {
    say_from(entity, dataset, entry, properties, (text, text), report);
}

/// [`say`] for a value that the publisher wrote otherwise: value and what was written.
fn say_from(
    entity: &mut Entity,
    dataset: &DatasetName,
    entry: &Entry,
    properties: &[&str],
    (value, text): (&str, &str),
    report: &mut Report,
) {
    let property = properties
        .iter()
        .find(|p| entity.schema.property(p).is_some());
    let mut recorder = recorder(entity, dataset, entry);
    let Some(property) = property else {
        let wanted = properties.first().copied().unwrap_or("value");
        recorder.say("notes", &format!("{}: {text}", entry.field));
        report.problem(problem(
            entry,
            "no-property",
            text,
            &format!("no property like {wanted} on this schema; kept as a note"),
        ));
        return;
    };
    let said = if value == text {
        recorder.say(property, value)
    } else {
        recorder.say_from(property, value, text)
    };
    report_rejection(entry, property, text, &said, report);
}

fn report_rejection(entry: &Entry, property: &str, text: &str, said: &Said, report: &mut Report) {
    if let Some(rejection) = said.rejection() {
        let note = format!(
            "not a {property}: {}; kept as {}",
            rejection.reason,
            rejection.kept_in.map_or("nothing", |p| p.name())
        );
        report.problem(problem(entry, "invalid-value", text, &note));
    }
}

fn problem(entry: &Entry, kind: &'static str, value: &str, note: &str) -> Problem {
    Problem {
        file: entry.file.clone(),
        place: Some(entry.place),
        kind,
        field: entry.field.to_string(),
        value: value.to_owned(),
        note: note.to_owned(),
    }
}

impl Out<'_> {
    fn say(&mut self, entry: &Entry, properties: &[&str], text: &str) {
        say(
            &mut self.main,
            self.dataset,
            entry,
            properties,
            text,
            self.report,
        );
    }

    fn say_from(&mut self, entry: &Entry, properties: &[&str], value: &str, text: &str) {
        say_from(
            &mut self.main,
            self.dataset,
            entry,
            properties,
            (value, text),
            self.report,
        );
    }

    fn problem(&mut self, entry: &Entry, kind: &'static str, value: &str, note: &str) {
        self.report.problem(problem(entry, kind, value, note));
    }

    fn name(&mut self, entry: &Entry, property: &str, text: &str, written: &str, individual: bool) {
        let Some((last, first)) = comma_name(text).filter(|_| individual) else {
            self.say_from(entry, &[property], text, written);
            return;
        };
        let mut recorder = recorder(&mut self.main, self.dataset, entry);
        // `DELOS REYES, Feliciano Semborio, Jr.`
        let (first, suffix) = first.split_once(", ").unwrap_or((first, ""));
        let spoken = if suffix.is_empty() {
            format!("{first} {last}")
        } else {
            format!("{first} {last}, {suffix}")
        };
        recorder.say_from(property, &spoken, written);
        if property == "name" {
            recorder.say_from("lastName", last, written);
            recorder.say_from("firstName", first, written);
            if !suffix.is_empty() {
                recorder.say_from("nameSuffix", suffix, written);
            }
        }
    }

    fn program(&mut self, entry: &Entry, code: &str) {
        if self.sanctions.iter().any(|(known, _)| known == code) {
            return;
        }
        let slug = id::slug(code);
        let sanction_id = match &slug {
            Some(slug) => format!("{}-sanction-{slug}", self.id),
            None => format!("{}-sanction", self.id),
        };
        let mut sanction = entity(&sanction_id, "Sanction");
        let mut recorder = recorder(&mut sanction, self.dataset, entry);
        recorder.say("entity", &self.id);
        recorder.say("authority", AUTHORITY);
        recorder.say("country", "us");
        recorder.say("program", code);
        recorder.say("programId", code);
        self.sanctions.push((code.to_owned(), sanction));
        if !code.is_empty() {
            self.say(entry, &["programId"], code);
        }
    }

    /// Says a value of the sanctions under the programmes that a scope such as `EO 14024
    /// Directive 2` or `CMIC` names, or of all when none does.
    fn each_sanction(&mut self, entry: &Entry, scope: &str, property: &str, text: &str) {
        let word = scope
            .split_whitespace()
            .find(|w| w.len() >= 4)
            .unwrap_or_default();
        let scoped = !word.is_empty() && self.sanctions.iter().any(|(code, _)| code.contains(word));
        for (code, sanction) in &mut self.sanctions {
            if !scoped || code.contains(word) {
                say(
                    sanction,
                    self.dataset,
                    entry,
                    &[property],
                    text,
                    self.report,
                );
            }
        }
    }

    fn document(&mut self, entry: &Entry) {
        let Fact::Document {
            label,
            code,
            properties,
            document,
        } = &entry.fact
        else {
            return;
        };
        if !document.number.is_empty() {
            match code {
                Some(code) if self.main.schema.property(code).is_some() => {
                    self.say(entry, &[code], &document.number);
                }
                _ => self.say(entry, properties, &document.number),
            }
        }
        let says_more = document.country.is_some()
            || document.issued.is_some()
            || document.expires.is_some()
            || document.authority.is_some();
        if !says_more {
            return;
        }
        let legal_entity = Schema::get("LegalEntity").expect("a schema of the ontology's table");
        if !self.main.schema.is_a(legal_entity) {
            // A vessel or aircraft holds no identification; its registry is its country.
            if let Some(country) = &document.country {
                self.say(entry, &["country"], country);
            }
            return;
        }
        let passport = properties.first() == Some(&"passportNumber");
        let kind = id::slug(label).unwrap_or_default();
        let number = id::slug(&document.number).unwrap_or_else(|| "unnumbered".into());
        let document_id = format!("{}-{kind}-{number}", self.id);
        let schema = if passport {
            "Passport"
        } else {
            "Identification"
        };
        let known = self.others.iter().position(|e| e.id == document_id);
        let at = known.unwrap_or(self.others.len());
        if known.is_none() {
            self.others.push(entity(&document_id, schema));
        }
        let Some(found) = self.others.get_mut(at) else {
            return;
        };
        let said = [
            ("holder", Some(&self.id)),
            ("number", Some(&document.number)),
            ("country", document.country.as_ref()),
            ("startDate", document.issued.as_ref()),
            ("endDate", document.expires.as_ref()),
            ("authority", document.authority.as_ref()),
        ];
        for (property, value) in said {
            if let Some(value) = value {
                say(found, self.dataset, entry, &[property], value, self.report);
            }
        }
        say(found, self.dataset, entry, &["type"], label, self.report);
    }

    fn wallet(&mut self, entry: &Entry, currency: &str, address: &str) {
        // An address may be written with characters that an id cannot hold.
        let id = id::content_id(&format!("{}-wallet", self.id), [currency, address]);
        if self.others.iter().any(|e| e.id == id) {
            return;
        }
        let mut wallet = entity(&id, "CryptoWallet");
        let legal_entity = Schema::get("LegalEntity").expect("a schema of the ontology's table");
        if self.main.schema.is_a(legal_entity) {
            say(
                &mut wallet,
                self.dataset,
                entry,
                &["holder"],
                &self.id,
                self.report,
            );
        }
        say(
            &mut wallet,
            self.dataset,
            entry,
            &["publicKey"],
            address,
            self.report,
        );
        say(
            &mut wallet,
            self.dataset,
            entry,
            &["currency"],
            currency,
            self.report,
        );
        say(
            &mut wallet,
            self.dataset,
            entry,
            &["topics"],
            "sanction",
            self.report,
        );
        self.others.push(wallet);
    }

    fn security(&mut self, entry: &Entry, property: &str, value: &str) {
        match property {
            "isin" => {
                self.say(entry, &["isinCode"], value);
                let Some(slug) = id::slug(value) else { return };
                let mut security = entity(&format!("{}-isin-{slug}", self.id), "Security");
                for (property, value) in [("isin", value), ("issuer", &self.id), ("name", value)] {
                    say(
                        &mut security,
                        self.dataset,
                        entry,
                        &[property],
                        value,
                        self.report,
                    );
                }
                if !self.others.iter().any(|e| e.id == security.id) {
                    self.others.push(security);
                }
            }
            "ticker" => self.say(entry, &["ticker"], value),
            _ => self.say(entry, &["alias"], value),
        }
    }

    /// A tie to the party that has this name.
    fn tie(&mut self, entry: &Entry, tie: Tie, uid: &str, name: &str) {
        let (word, edge) = match tie {
            Tie::Operator => {
                let other = format!("ofac-{uid}");
                recorder(&mut self.main, self.dataset, entry).say_from("operator", &other, name);
                return;
            }
            Tie::Linked => (
                "link",
                ["UnknownLink", "subject", "object", "role", "Linked To"],
            ),
            Tie::Owner => (
                "owner",
                ["Ownership", "asset", "owner", "role", "Vessel owner"],
            ),
            Tie::Relative(relation) => (
                "family",
                ["Family", "person", "relative", "relationship", relation],
            ),
        };
        self.edge(entry, word, (uid, Some(name)), edge);
    }

    /// A tie with a relationship type of the enhanced XML.
    fn tie_to(&mut self, entry: &Entry, role: &str, uid: &str) {
        let edge = match role {
            "Owned or Controlled By" => ["Ownership", "asset", "owner", "role", role],
            "Owns, controls, or operates" => ["Ownership", "owner", "asset", "role", role],
            "Acting for or on behalf of" => ["Representation", "agent", "client", "role", role],
            "Leader or official of" => ["Directorship", "director", "organization", "role", role],
            "Family member of" => ["Family", "person", "relative", "relationship", role],
            _ => ["UnknownLink", "subject", "object", "role", role],
        };
        // The flat files and the legacy XML say "Linked To" for every such tie. The first one to a
        // party has the id it has there; ties are in the order of their roles.
        let first = format!("{}-link-{uid}", self.id);
        let slug = id::slug(role).unwrap_or_default();
        let word = match self.others.iter().find(|e| e.id == first) {
            Some(known) if !known.values(edge[3]).any(|said| said == role) => {
                format!("link-{slug}")
            }
            _ => "link".to_owned(),
        };
        self.edge(entry, &word, (uid, None), edge);
    }

    /// An edge: schema, property of this end, property of the far end, property of the role, role.
    /// The far end keeps the name by which it was found: when that changes, the publisher changed
    /// what it says.
    fn edge(
        &mut self,
        entry: &Entry,
        word: &str,
        (uid, name): (&str, Option<&str>),
        [schema, near, far, role, value]: [&str; 5],
    ) {
        let id = format!("{}-{word}-{uid}", self.id);
        if self.others.iter().any(|e| e.id == id) {
            return;
        }
        let other = format!("ofac-{uid}");
        let mut edge = entity(&id, schema);
        let mut recorder = recorder(&mut edge, self.dataset, entry);
        recorder.say(near, &self.id);
        recorder.say_from(far, &other, name.unwrap_or(&other));
        recorder.say(role, value);
        self.others.push(edge);
    }

    /// A tie to a name that leads nowhere, or to several parties.
    fn loose_tie(&mut self, entry: &Entry, tie: Tie, name: &str, found: &Found<'_>) {
        let text = match tie {
            Tie::Linked => format!("Linked To: {name}"),
            Tie::Owner => format!("Vessel owner: {name}"),
            Tie::Operator => format!("Aircraft operator: {name}"),
            Tie::Relative(relation) => format!("{relation} of {name}"),
        };
        self.say(entry, &["notes"], &text);
        let (kind, note) = match found {
            Found::Several => (
                "ambiguous-link",
                "several parties have this name; kept as a note",
            ),
            Found::One(_) => ("self-link", "names the party itself; kept as a note"),
            Found::None => (
                "unresolved-link",
                "no party of the publication has this name; kept as a note",
            ),
        };
        self.problem(entry, kind, name, note);
    }

    fn address(&mut self, entry: &Entry, address: &Address) {
        if let Some(country) = &address.country {
            self.say(entry, &["country"], country);
        }
        if !address.has_place() {
            return;
        }
        let full = address.full();
        self.say(entry, &["address"], &full);
        if !address.is_structured() {
            return;
        }
        let id = format!("{}-address-{}", self.id, address.number);
        self.say(entry, &["addressEntity"], &id);
        let mut found = entity(&id, "Address");
        let (street, more) = match address.lines.split_first() {
            Some((first, rest)) => (
                Some(first.clone()),
                (!rest.is_empty()).then(|| rest.join(", ")),
            ),
            None => (None, None),
        };
        let parts = [
            ("full", Some(&full)),
            ("street", street.as_ref()),
            ("street2", more.as_ref()),
            ("city", address.city.as_ref()),
            ("state", address.state.as_ref()),
            ("region", address.region.as_ref()),
            ("postalCode", address.postal_code.as_ref()),
            ("country", address.country.as_ref()),
        ];
        for (property, value) in parts {
            if let Some(value) = value {
                say(
                    &mut found,
                    self.dataset,
                    entry,
                    &[property],
                    value,
                    self.report,
                );
            }
        }
        self.others.push(found);
    }
}
