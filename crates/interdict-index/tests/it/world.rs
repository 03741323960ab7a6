//! Small worlds of names for tests: a plain analysis of names, and entities made of them.

use compact_str::CompactString;
use interdict_evidence::{facts_of, name_kind, names_of, prepare};
use interdict_index::{Description, IndexEntity, IndexName, Segment, SegmentBuilder, payload};
use interdict_model::{DatasetName, Entity, PropertyType, Schema, Statement};
use interdict_text::{Form, NameKind, NameView, Reading, Role, Space, Token};
use smallvec::SmallVec;

/// Words at spaces, each with a class for a few nicknames and a skeleton where a word is marked by
/// an apostrophe; initials and legal forms by shape. All that retrieval must cope with, without
/// the tables of real analysis.
pub(crate) fn analyse(text: &str, kind: NameKind) -> NameView {
    let mut reading = Reading::default();
    let mut at = 0u32;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let end = at + u32::try_from(word.len()).unwrap_or(0);
        let bare: String = word.chars().filter(|c| *c != '\'').collect();
        let mut forms: SmallVec<[Form; 3]> = SmallVec::new();
        let mut form = |space, key: String| {
            forms.push(Form {
                space,
                key: CompactString::from(key),
            });
        };
        if bare.is_ascii() {
            form(Space::Latin, bare.clone());
        } else {
            form(Space::Native, bare.clone());
        }
        if word.contains('\'') {
            let bones: String = bare.chars().filter(|c| !"aeiou".contains(*c)).collect();
            if !bones.is_empty() {
                form(Space::Skeleton, bones);
            }
        }
        if let "bill" | "will" | "william" = bare.as_str() {
            form(Space::Class, "nick:william".to_owned());
        }
        let role = match bare.as_str() {
            w if w.len() == 1 && kind == NameKind::Person => Role::Initial,
            "al" | "bin" | "de" => Role::Particle,
            "llc" | "ltd" => Role::LegalForm,
            "trade" | "bank" => Role::Generic,
            w if w.bytes().all(|b| b.is_ascii_digit()) => Role::Number,
            _ => Role::Plain,
        };
        reading.tokens.push(Token {
            span: at..end,
            forms,
            role,
        });
        at = end + 1;
    }
    NameView {
        readings: if reading.tokens.is_empty() {
            Vec::new()
        } else {
            vec![reading]
        },
        problems: Vec::new(),
    }
}

/// The dataset of these worlds.
pub(crate) fn dataset() -> DatasetName {
    DatasetName::new("a_list").expect("a good name")
}

/// An entity with values.
pub(crate) fn entity(id: &str, schema: &str, values: &[(&str, &str)]) -> Entity {
    let schema = Schema::get(schema).expect("a schema");
    let mut entity = Entity::new(id, schema);
    for (property, value) in values {
        entity.add(Statement {
            property: schema.property(property).expect("a property"),
            value: CompactString::from(*value),
            original: None,
            lang: None,
            dataset: dataset(),
            origin: None,
            first_seen: None,
            last_seen: None,
        });
    }
    entity
}

/// A builder with entities.
pub(crate) fn builder(entities: Vec<Entity>) -> SegmentBuilder {
    let mut builder = SegmentBuilder::new(Description {
        dataset: dataset(),
        version: "1".to_owned(),
    });
    for entity in entities {
        builder.push(&ready(&entity)).expect("a new id");
    }
    builder
}

/// An entity as the index takes it, with the plain analysis of names.
pub(crate) fn ready(entity: &Entity) -> IndexEntity {
    let kind = name_kind(entity.schema);
    let values = |kind| {
        let all = entity.values_of_type(kind);
        all.map(|(_, v)| CompactString::from(v)).collect()
    };
    let names = names_of(entity).into_iter().map(|(class, text)| IndexName {
        class,
        kind,
        text: CompactString::from(text),
        prepared: prepare(&analyse(text, kind), kind),
    });
    IndexEntity {
        id: entity.id.clone(),
        schema: entity.schema,
        names: names.collect(),
        facts: facts_of(entity),
        topics: values(PropertyType::Topic),
        references: values(PropertyType::Entity),
        card: entity.id.as_bytes().to_vec(),
        payload: payload::encode(entity).expect("payload"),
    }
}

/// A segment in memory.
pub(crate) fn segment(entities: Vec<Entity>) -> Segment {
    builder(entities).build().expect("a segment")
}

/// A few entities of every kind.
pub(crate) fn mixed() -> Vec<Entity> {
    vec![
        entity(
            "a-1",
            "Person",
            &[
                ("name", "vladimir putin"),
                ("alias", "v putin"),
                ("weakAlias", "vova"),
                ("birthDate", "1952-10-07"),
                ("nationality", "ru"),
                ("passportNumber", "AB123456"),
                ("topics", "sanction"),
            ],
        ),
        entity(
            "a-2",
            "Company",
            &[("name", "alfa trade bank llc"), ("name", "альфа банк")],
        ),
        entity(
            "a-2-sanction",
            "Sanction",
            &[("entity", "a-2"), ("program", "RUSSIA")],
        ),
        entity(
            "a-0",
            "Vessel",
            &[("name", "ocean star 3"), ("imoNumber", "9074729")],
        ),
        entity("a-3", "LegalEntity", &[("name", "bin al tariq")]),
    ]
}
