//! Cleaning of values: the first byte picks the property, the second the order of dates. A cleaned
//! value cleaned again is itself.
#![no_main]

use std::sync::LazyLock;

use interdict_model::clean::{Hints, clean};
use interdict_model::{DateOrder, Property, PropertyType, Schema};

/// One property of each type and format.
static PROPERTIES: LazyLock<Vec<Property>> = LazyLock::new(|| {
    let mut properties: Vec<Property> = Schema::all().flat_map(Schema::properties).collect();
    properties.sort_by_key(|property| (property.kind() as u8, property.format(), property.name()));
    properties.dedup_by_key(|property| (property.kind() as u8, property.format()));
    properties
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let [which, order, text @ ..] = data else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let Some(property) = PROPERTIES.get(usize::from(*which) % PROPERTIES.len().max(1)) else {
        return;
    };
    let hints = Hints {
        date_order: match order % 3 {
            0 => DateOrder::DayFirst,
            1 => DateOrder::MonthFirst,
            _ => DateOrder::default(),
        },
    };
    let Ok(values) = clean(*property, text, &hints) else {
        return;
    };
    for cleaned in values {
        assert!(!cleaned.value.is_empty());
        // A range of dates is two values, each of which stands for itself.
        if property.kind() == PropertyType::Date {
            let again = clean(*property, &cleaned.value, &Hints::default());
            assert_eq!(
                again.ok().and_then(|a| a.first().map(|c| c.value.clone())),
                Some(cleaned.value.clone()),
            );
        }
    }
});
