//! Where the values of a chunk of entities stood, and when their file says they were seen.
//!
//! Four streams, compressed together: how many statements an entity has; for each statement the
//! number of its (file, field, kind of place), 0 for none; the place as a difference from the last
//! place in that file; and, where files carry them, first and last seen. Readable without the
//! revisions, so that showing one entity reads one chunk.

use std::collections::HashMap;
use std::sync::Arc;

use interdict_model::{Entity, Origin, Place, Statement};

use crate::bytes::{Reader, Wrong, put_int, put_optional, put_text, put_uint};
use crate::error::StoreError;
use crate::pack;

/// Place of one value, and the times its file states for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Placement {
    pub(crate) origin: Option<Origin>,
    pub(crate) first_seen: Option<String>,
    pub(crate) last_seen: Option<String>,
}

impl Placement {
    pub(crate) fn take(statement: &mut Statement) -> Placement {
        Placement {
            origin: statement.origin.take(),
            first_seen: statement.first_seen.take().map(Into::into),
            last_seen: statement.last_seen.take().map(Into::into),
        }
    }

    pub(crate) fn put(self, statement: &mut Statement) {
        statement.origin = self.origin;
        statement.first_seen = self.first_seen.map(Into::into);
        statement.last_seen = self.last_seen.map(Into::into);
    }
}

/// File, field and kind of place (0 line, 1 byte, 2 and more: the sheet, counted from 2).
type Spot = (usize, String, u64);

/// Collects the placements of a chunk.
#[derive(Debug, Default)]
pub(crate) struct OriginsBuilder {
    files: Vec<Arc<str>>,
    spots: Vec<Spot>,
    spot_numbers: HashMap<Spot, u64>,
    seen: Vec<(Option<String>, Option<String>)>,
    seen_numbers: HashMap<(Option<String>, Option<String>), u64>,
    /// Last place by file and kind.
    last: HashMap<(usize, u64), u64>,
    counts: Vec<u8>,
    codes: Vec<u8>,
    places: Vec<u8>,
    seens: Vec<u8>,
}

impl OriginsBuilder {
    /// Adds the next entity of the chunk.
    pub(crate) fn push(&mut self, placements: &[Placement]) {
        put_uint(&mut self.counts, placements.len() as u64);
        for placement in placements {
            self.push_origin(placement.origin.as_ref());
            self.push_seen(placement);
        }
    }

    fn push_origin(&mut self, origin: Option<&Origin>) {
        let Some(origin) = origin else {
            put_uint(&mut self.codes, 0);
            return;
        };
        let file = match self.files.iter().position(|f| *f == origin.file) {
            Some(file) => file,
            None => {
                self.files.push(origin.file.clone());
                self.files.len() - 1
            }
        };
        let (kind, place) = match origin.place {
            Place::Line(line) => (0, line),
            Place::Byte(byte) => (1, byte),
            Place::Row { sheet, row } => (2 + u64::from(sheet), u64::from(row)),
        };
        let spot = (file, origin.field.to_string(), kind);
        let number = match self.spot_numbers.get(&spot) {
            Some(number) => *number,
            None => {
                self.spots.push(spot.clone());
                let number = self.spots.len() as u64;
                self.spot_numbers.insert(spot, number);
                number
            }
        };
        put_uint(&mut self.codes, number);
        let last = self.last.entry((file, kind)).or_insert(0);
        put_int(&mut self.places, place.wrapping_sub(*last) as i64);
        *last = place;
    }

    fn push_seen(&mut self, placement: &Placement) {
        let seen = (placement.first_seen.clone(), placement.last_seen.clone());
        if seen == (None, None) {
            put_uint(&mut self.seens, 0);
            return;
        }
        let number = match self.seen_numbers.get(&seen) {
            Some(number) => *number,
            None => {
                self.seen.push(seen.clone());
                let number = self.seen.len() as u64;
                self.seen_numbers.insert(seen, number);
                number
            }
        };
        put_uint(&mut self.seens, number);
    }

    /// The compressed blob.
    pub(crate) fn finish(self) -> Result<Vec<u8>, StoreError> {
        let mut raw = Vec::new();
        put_uint(&mut raw, self.files.len() as u64);
        for file in &self.files {
            put_text(&mut raw, file);
        }
        put_uint(&mut raw, self.spots.len() as u64);
        for (file, field, kind) in &self.spots {
            put_uint(&mut raw, *file as u64);
            put_text(&mut raw, field);
            put_uint(&mut raw, *kind);
        }
        put_uint(&mut raw, self.seen.len() as u64);
        for (first, last) in &self.seen {
            put_optional(&mut raw, first.as_deref());
            put_optional(&mut raw, last.as_deref());
        }
        let seens = if self.seen.is_empty() {
            Vec::new()
        } else {
            self.seens
        };
        for stream in [self.counts, self.codes, self.places, seens] {
            put_uint(&mut raw, stream.len() as u64);
            raw.extend_from_slice(&stream);
        }
        pack::compress(&raw)
    }
}

/// The placements of a chunk, by entity and statement.
pub(crate) fn decode(blob: &[u8]) -> Result<Vec<Vec<Placement>>, StoreError> {
    let what = "the places of a publication's values";
    let raw = pack::decompress(what, blob)?;
    decode_raw(&raw).map_err(|wrong| StoreError::damaged(what, wrong))
}

fn decode_raw(raw: &[u8]) -> Result<Vec<Vec<Placement>>, Wrong> {
    let mut head = Reader::new(raw);
    let mut files: Vec<Arc<str>> = Vec::new();
    for _ in 0..head.count()? {
        files.push(Arc::from(head.text()?));
    }
    let mut spots: Vec<(usize, &Arc<str>, &str, u64)> = Vec::new();
    for _ in 0..head.count()? {
        let index = usize::try_from(head.uint()?).map_err(|_| "points at a file it lacks")?;
        let file = files.get(index).ok_or("points at a file it lacks")?;
        spots.push((index, file, head.text()?, head.uint()?));
    }
    let mut seen = Vec::new();
    for _ in 0..head.count()? {
        let first = head.optional()?.map(str::to_owned);
        let last = head.optional()?.map(str::to_owned);
        seen.push((first, last));
    }
    let mut stream = || {
        let len = head.count()?;
        head.bytes(len).map(Reader::new)
    };
    let (mut counts, mut codes, mut places, mut seens) =
        (stream()?, stream()?, stream()?, stream()?);
    let mut last: HashMap<(usize, u64), u64> = HashMap::new();
    let mut entities = Vec::new();
    while !counts.is_empty() {
        let count = usize::try_from(counts.uint()?).map_err(|_| "counts too many values")?;
        let mut placements = Vec::new();
        for _ in 0..count {
            let mut placement = Placement::default();
            if let Some((index, file, field, kind)) = pick(&spots, codes.uint()?)? {
                let place = last.entry((*index, *kind)).or_insert(0);
                *place = place.wrapping_add(places.int()? as u64);
                placement.origin = Some(Origin {
                    file: (*file).clone(),
                    place: place_of(*kind, *place)?,
                    field: (*field).into(),
                });
            }
            if !seen.is_empty()
                && let Some((first, last)) = pick(&seen, seens.uint()?)?
            {
                placement.first_seen = first.clone();
                placement.last_seen = last.clone();
            }
            placements.push(placement);
        }
        entities.push(placements);
    }
    if codes.is_empty() && places.is_empty() && seens.is_empty() {
        Ok(entities)
    } else {
        Err("has values after its end")
    }
}

fn pick<T>(all: &[T], number: u64) -> Result<Option<&T>, Wrong> {
    let Some(index) = number.checked_sub(1) else {
        return Ok(None);
    };
    usize::try_from(index)
        .ok()
        .and_then(|index| all.get(index))
        .map(Some)
        .ok_or("points at a place it does not name")
}

fn place_of(kind: u64, place: u64) -> Result<Place, Wrong> {
    Ok(match kind {
        0 => Place::Line(place),
        1 => Place::Byte(place),
        sheet => Place::Row {
            sheet: u32::try_from(sheet - 2).map_err(|_| "names an impossible sheet")?,
            row: u32::try_from(place).map_err(|_| "names an impossible row")?,
        },
    })
}

/// Takes places and seen times off the statements of a canonicalised entity.
pub(crate) fn split(entity: &mut Entity) -> Vec<Placement> {
    entity.statements.iter_mut().map(Placement::take).collect()
}

/// Puts them back.
pub(crate) fn join(entity: &mut Entity, placements: Vec<Placement>) -> Result<(), StoreError> {
    if placements.len() != entity.statements.len() {
        return Err(StoreError::damaged(
            format!("the places of the values of {}", entity.id),
            "has more or fewer than the entity has values",
        ));
    }
    for (statement, placement) in entity.statements.iter_mut().zip(placements) {
        placement.put(statement);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place() -> impl Strategy<Value = Place> {
        prop_oneof![
            any::<u64>().prop_map(Place::Line),
            any::<u64>().prop_map(Place::Byte),
            (any::<u32>(), any::<u32>()).prop_map(|(sheet, row)| Place::Row { sheet, row }),
        ]
    }

    fn placement() -> impl Strategy<Value = Placement> {
        let origin = ("[ab]", place(), "[xyz]?").prop_map(|(file, place, field)| Origin {
            file: file.into(),
            place,
            field: field.into(),
        });
        (
            prop::option::of(origin),
            prop::option::of("20[0-9]{2}"),
            prop::option::of("20[0-9]{2}"),
        )
            .prop_map(|(origin, first_seen, last_seen)| Placement {
                origin,
                first_seen,
                last_seen,
            })
    }

    proptest! {
        #[test]
        fn placements_come_back(
            chunk in prop::collection::vec(prop::collection::vec(placement(), 0..6), 0..20)
        ) {
            let mut builder = OriginsBuilder::default();
            for entity in &chunk {
                builder.push(entity);
            }
            let blob = builder.finish().expect("compresses");
            prop_assert_eq!(decode(&blob).expect("decodes"), chunk);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = decode_raw(&bytes);
        }
    }
}
