//! The FollowTheMoney ontology: schemata, their inheritance, and typed properties.
//!
//! The table itself is generated from `data/ontology.toml`. A [`Schema`] or [`Property`] is a
//! reference into one process-wide table, so both are `Copy`, comparable by identity, and free
//! to pass around.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

mod table;

/// The type of a property's values: decides how they are cleaned and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PropertyType {
    /// A postal address in one line.
    Address,
    /// A SHA-1 checksum of a document.
    Checksum,
    /// A territory code, see `territory`.
    Country,
    /// A date with precision, see [`crate::date::PartialDate`].
    Date,
    /// An e-mail address.
    Email,
    /// The id of another entity.
    Entity,
    /// `male`, `female` or `other`.
    Gender,
    /// HTML markup.
    Html,
    /// A registration number, code or other identifier, see `identifier`.
    Identifier,
    /// An IP address.
    Ip,
    /// Nested JSON.
    Json,
    /// An ISO 639-3 language code.
    Language,
    /// A media type.
    Mimetype,
    /// The name of a thing.
    Name,
    /// A number as text.
    Number,
    /// A telephone number.
    Phone,
    /// A short text.
    String,
    /// A long text.
    Text,
    /// A tag from the vocabulary of [`crate::topic`].
    Topic,
    /// A web address.
    Url,
}

/// A property as the table holds it.
#[derive(Debug)]
struct PropertyDef {
    name: &'static str,
    kind: PropertyType,
    matchable: bool,
    hidden: bool,
    deprecated: bool,
    stub: bool,
    range: Option<&'static str>,
    reverse: Option<&'static str>,
    format: Option<&'static str>,
    max_length: u32,
}

#[derive(Debug)]
struct SchemaDef {
    name: &'static str,
    extends: &'static [&'static str],
    is_abstract: bool,
    matchable: bool,
    generated: bool,
    deprecated: bool,
    featured: &'static [&'static str],
    required: &'static [&'static str],
    caption: &'static [&'static str],
    edge: Option<Edge>,
    temporal_start: &'static [&'static str],
    temporal_end: &'static [&'static str],
    properties: &'static [PropertyDef],
}

/// How a schema stands for a link between two entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Property holding the entity the link starts from (the owner, the director, the holder).
    pub source: &'static str,
    /// Property holding the entity the link leads to.
    pub target: &'static str,
    /// Whether the two ends differ in meaning.
    pub directed: bool,
}

struct SchemaNode {
    def: &'static SchemaDef,
    /// Itself and everything it inherits from, nearest first.
    ancestors: Vec<u16>,
    /// Every property by name, its own and inherited.
    properties: HashMap<&'static str, u16>,
}

struct PropertyNode {
    def: &'static PropertyDef,
    owner: u16,
}

struct Ontology {
    schemata: Vec<SchemaNode>,
    by_name: HashMap<&'static str, u16>,
    properties: Vec<PropertyNode>,
}

static ONTOLOGY: LazyLock<Ontology> = LazyLock::new(Ontology::build);

impl Ontology {
    fn build() -> Ontology {
        let by_name: HashMap<&'static str, u16> = (0u16..)
            .zip(table::SCHEMATA)
            .map(|(i, def)| (def.name, i))
            .collect();
        let mut properties = Vec::new();
        let mut own = Vec::new();
        for (owner, def) in (0u16..).zip(table::SCHEMATA) {
            let mut ids = Vec::new();
            for property in def.properties {
                ids.push(u16::try_from(properties.len()).unwrap_or(u16::MAX));
                properties.push(PropertyNode {
                    def: property,
                    owner,
                });
            }
            own.push(ids);
        }
        let mut schemata = Vec::new();
        for (index, def) in (0u16..).zip(table::SCHEMATA) {
            let mut ancestors = vec![index];
            let mut next = 0;
            while next < ancestors.len() {
                let current = &table::SCHEMATA[usize::from(ancestors[next])];
                for parent in current.extends {
                    if let Some(&id) = by_name.get(parent)
                        && !ancestors.contains(&id)
                    {
                        ancestors.push(id);
                    }
                }
                next += 1;
            }
            let mut names = HashMap::new();
            for ancestor in ancestors.iter().rev() {
                for id in &own[usize::from(*ancestor)] {
                    names.insert(properties[usize::from(*id)].def.name, *id);
                }
            }
            schemata.push(SchemaNode {
                def,
                ancestors,
                properties: names,
            });
        }
        Ontology {
            schemata,
            by_name,
            properties,
        }
    }
}

/// The version of the FollowTheMoney model that the table was taken from.
pub const fn version() -> &'static str {
    table::VERSION
}

/// A schema of the ontology, such as `Person` or `Ownership`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Schema(u16);

impl Schema {
    /// The schema with this exact name.
    pub fn get(name: &str) -> Option<Schema> {
        ONTOLOGY.by_name.get(name).copied().map(Schema)
    }

    /// Every schema, sorted by name.
    pub fn all() -> impl Iterator<Item = Schema> {
        (0u16..).take(table::SCHEMATA.len()).map(Schema)
    }

    fn node(self) -> &'static SchemaNode {
        &ONTOLOGY.schemata[usize::from(self.0)]
    }

    /// The name, as in FollowTheMoney (`Person`, `LegalEntity`, …).
    pub fn name(self) -> &'static str {
        self.node().def.name
    }

    /// Whether `self` is `other` or inherits from it.
    pub fn is_a(self, other: Schema) -> bool {
        self.node().ancestors.contains(&other.0)
    }

    /// Like [`Schema::is_a`], by name; false for a name that is not a schema.
    pub fn is_named(self, name: &str) -> bool {
        Schema::get(name).is_some_and(|other| self.is_a(other))
    }

    /// The schema itself and everything it inherits from, nearest first.
    pub fn ancestors(self) -> impl Iterator<Item = Schema> {
        self.node().ancestors.iter().copied().map(Schema)
    }

    /// The schemata this one directly extends.
    pub fn extends(self) -> &'static [&'static str] {
        self.node().def.extends
    }

    /// Whether no entity can have exactly this schema.
    pub fn is_abstract(self) -> bool {
        self.node().def.is_abstract
    }

    /// Whether entities of this schema are worth comparing with each other.
    pub fn matchable(self) -> bool {
        self.node().def.matchable
    }

    /// Whether entities of this schema come only out of processing.
    pub fn generated(self) -> bool {
        self.node().def.generated
    }

    /// Whether the ontology advises against using this schema.
    pub fn deprecated(self) -> bool {
        self.node().def.deprecated
    }

    /// Whether an entity of `self` may be compared with one of `other`: both matchable, and one
    /// of the two inherits from the other.
    pub fn can_match(self, other: Schema) -> bool {
        self.matchable() && other.matchable() && (self.is_a(other) || other.is_a(self))
    }

    /// The more specific of two related schemata; `None` if neither inherits from the other.
    pub fn common(self, other: Schema) -> Option<Schema> {
        if self.is_a(other) {
            Some(self)
        } else if other.is_a(self) {
            Some(other)
        } else {
            None
        }
    }

    /// How this schema stands for a link, if it does.
    pub fn edge(self) -> Option<Edge> {
        self.ancestors().find_map(|schema| schema.node().def.edge)
    }

    /// Properties worth showing first.
    pub fn featured(self) -> &'static [&'static str] {
        self.node().def.featured
    }

    /// Properties that an entity should have.
    pub fn required(self) -> &'static [&'static str] {
        self.node().def.required
    }

    /// Properties to take a caption from, best first.
    pub fn caption(self) -> &'static [&'static str] {
        self.node().def.caption
    }

    /// Properties that say when the entity began to be.
    pub fn temporal_start(self) -> &'static [&'static str] {
        self.node().def.temporal_start
    }

    /// Properties that say when the entity ended.
    pub fn temporal_end(self) -> &'static [&'static str] {
        self.node().def.temporal_end
    }

    /// The property of this name, own or inherited.
    pub fn property(self, name: &str) -> Option<Property> {
        self.node().properties.get(name).copied().map(Property)
    }

    /// Every property, own and inherited, in a fixed order.
    pub fn properties(self) -> Vec<Property> {
        let mut all: Vec<Property> = self
            .node()
            .properties
            .values()
            .copied()
            .map(Property)
            .collect();
        all.sort_unstable();
        all
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A property of a schema. An inherited property is the same value in every heir.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Property(u16);

impl Property {
    fn node(self) -> &'static PropertyNode {
        &ONTOLOGY.properties[usize::from(self.0)]
    }

    /// The name without its schema, as in `birthDate`.
    pub fn name(self) -> &'static str {
        self.node().def.name
    }

    /// The schema that first has this property.
    pub fn owner(self) -> Schema {
        Schema(self.node().owner)
    }

    /// The name with its schema, as in `Person:birthDate`.
    pub fn qname(self) -> String {
        format!("{}:{}", self.owner().name(), self.name())
    }

    /// The name as words, as in `Birth date`.
    pub fn label(self) -> String {
        let mut label = String::new();
        for (i, c) in self.name().chars().enumerate() {
            if i == 0 {
                label.extend(c.to_uppercase());
            } else if c.is_uppercase() {
                label.push(' ');
                label.extend(c.to_lowercase());
            } else {
                label.push(c);
            }
        }
        label
    }

    /// The type of the values.
    pub fn kind(self) -> PropertyType {
        self.node().def.kind
    }

    /// Whether values of this property take part in matching.
    pub fn matchable(self) -> bool {
        self.node().def.matchable
    }

    /// Whether the property is left out of people's views.
    pub fn hidden(self) -> bool {
        self.node().def.hidden
    }

    /// Whether the ontology advises against using this property.
    pub fn deprecated(self) -> bool {
        self.node().def.deprecated
    }

    /// Whether this is only the far side of another property and never holds values.
    pub fn stub(self) -> bool {
        self.node().def.stub
    }

    /// For entity properties, the schema the value must have.
    pub fn range(self) -> Option<Schema> {
        self.node().def.range.and_then(Schema::get)
    }

    /// For entity properties, the property of the far entity that mirrors this one.
    pub fn reverse(self) -> Option<&'static str> {
        self.node().def.reverse
    }

    /// For identifiers, the format that values should have (`imo`, `lei`, `bic`, …).
    pub fn format(self) -> Option<&'static str> {
        self.node().def.format
    }

    /// The number of characters beyond which a value is not accepted.
    pub fn max_length(self) -> usize {
        self.node().def.max_length as usize
    }
}

impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.owner().name(), self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(name: &str) -> Schema {
        Schema::get(name).unwrap_or_else(|| panic!("no schema {name}"))
    }

    #[test]
    fn inheritance_is_transitive() {
        assert!(schema("Company").is_named("Thing"));
        assert!(schema("Company").is_named("Asset"));
        assert!(!schema("Person").is_named("Organization"));
        assert!(schema("Person").can_match(schema("LegalEntity")));
        assert!(!schema("Person").can_match(schema("Company")));
    }

    #[test]
    fn inherited_properties_are_the_same_property() {
        assert_eq!(
            schema("Person").property("name"),
            schema("Vessel").property("name")
        );
        assert_eq!(
            schema("Person")
                .property("name")
                .map(Property::qname)
                .as_deref(),
            Some("Thing:name")
        );
        assert_eq!(schema("Vessel").property("birthDate"), None);
        assert_eq!(
            schema("Person")
                .property("birthDate")
                .map(Property::label)
                .as_deref(),
            Some("Birth date")
        );
    }

    #[test]
    fn edges_know_their_ends() {
        let edge = schema("Ownership").edge().map(|e| (e.source, e.target));
        assert_eq!(edge, Some(("owner", "asset")));
        assert_eq!(schema("Person").edge(), None);
    }

    #[test]
    fn weak_aliases_do_not_match_by_default() {
        assert_eq!(
            schema("Person")
                .property("weakAlias")
                .map(Property::matchable),
            Some(false)
        );
    }
}
