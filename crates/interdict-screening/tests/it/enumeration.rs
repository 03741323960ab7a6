//! Test (b) of decision 1: what the index enumerates for a query token is what a look at every term
//! of the dictionary finds.

use std::sync::Arc;

use interdict_evidence::{Side, name_kind, prepare};
use interdict_index::{Description, Segment};
use interdict_model::{DatasetName, Entity};
use interdict_screening::segment_in_memory;
use interdict_synthetic::population::{Mix, made};
use interdict_synthetic::{Kind, Random, disguise};
use interdict_text::{NameKind, analyse};

use crate::common::{entity, ofac};

fn segment(entities: Vec<Entity>) -> Arc<Segment> {
    let description = Description {
        dataset: DatasetName::new("test").unwrap(),
        version: "1".to_owned(),
    };
    Arc::new(segment_in_memory(description, entities.into_iter()).unwrap())
}

/// Names as listed and spoilt in every way, against the dictionary of a list.
fn check(entities: Vec<Entity>, step: usize) {
    let names: Vec<(String, NameKind)> = entities
        .iter()
        .step_by(step)
        .filter_map(|e| Some((e.first("name")?.to_owned(), name_kind(e.schema))))
        .collect();
    let segment = segment(entities);
    let view = segment.view();
    let mut units = 0;
    for (i, (name, kind)) in names.iter().enumerate() {
        let mut random = Random::of_item(11, i as u64);
        let spoilt = random
            .one(Kind::ALL)
            .and_then(|way| disguise(name, *kind, *way, &mut random.clone()));
        for text in [Some(name.clone()), spoilt].into_iter().flatten() {
            for reading in &prepare(&analyse(&text, *kind), *kind).readings {
                let (looked_up, missed) = view
                    .compare_enumeration(&reading.as_ref(Side::Query))
                    .unwrap();
                assert!(missed.is_empty(), "{text:?}: {missed:?}");
                units += looked_up;
            }
        }
    }
    assert!(units > 100, "{units} units are too few to show anything");
}

#[test]
fn of_a_made_up_list() {
    let entities = (0..1_500)
        .map(|i| {
            let made = made(7, i, Mix::default());
            let schema = match made.kind {
                NameKind::Person => "Person",
                _ => "Company",
            };
            entity(&format!("m{i}"), schema, &[("name", &made.name)])
        })
        .collect();
    check(entities, 31);
}

#[test]
fn of_the_real_list() {
    if let Some(entities) = ofac("ofac/2023-12-28") {
        check(entities, 331);
    }
}
