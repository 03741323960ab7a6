//! Removing publications that nobody needs any more: their content, what only they held, and their
//! files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::audit::Entry;
use crate::decide::{Action, Decider};
use crate::error::StoreError;
use crate::files;
use crate::import::commit::set_counter;
use crate::import::{Writer, counter};
use crate::pack::{Pack, PackBuilder};
use crate::publication::{PublicationId, State};
use crate::read::{Link, numbers};
use crate::sql::{Cell, Session, placeholders};

const PRUNING: &str = "removing publications";

/// Parameters of one statement.
const LOOKUP: usize = 512;

/// A pack of which less than this share, in percent, is still needed is written anew.
const WORTH_KEEPING: i64 = 60;

/// What pruning removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Publications.
    pub publications: u64,
    /// Entity revisions that only they held.
    pub revisions: u64,
    /// Packs that are gone.
    pub packs_removed: u64,
    /// Packs whose rest was written into new ones.
    pub packs_rewritten: u64,
    /// Bytes of the database before and after.
    pub database: (u64, u64),
    /// Bytes of raw files before and after.
    pub raw: (u64, u64),
    /// Bytes of index segments before and after.
    pub segments: (u64, u64),
}

impl Writer {
    /// Removes the content of publications, the revisions and packs that nothing else needs, and
    /// their raw files and segments. What is known of each publication stays, and that it was
    /// pruned.
    ///
    /// The database is changed in one transaction; files go afterwards, and should that be
    /// interrupted the next opening of the folder finishes it.
    ///
    /// # Errors
    /// [`StoreError::Needed`] for one that answers, waits for a decision, or is pinned;
    /// [`StoreError::UnknownPublication`]; or when the database or the folder cannot be written.
    /// Then nothing is removed.
    pub async fn prune(
        mut self,
        ids: &[PublicationId],
        decider: Decider<'_>,
    ) -> Result<Pruned, StoreError> {
        let store = self.store.clone();
        let before = store.disk_use().await?;
        let pins = store.pins().await?;
        let mut going = Vec::new();
        for id in ids {
            let publication = store.publication(*id).await?;
            let pin = pins.iter().find(|pin| pin.publication == *id);
            let why = match (publication.state, pin) {
                (_, Some(pin)) => Some(format!("{} needs it ({})", pin.owner, pin.reason)),
                (State::Current, None) => Some("it answers".to_owned()),
                (State::Quarantined, None) => Some("nobody has decided about it yet".to_owned()),
                _ => None,
            };
            if let Some(why) = why {
                return Err(StoreError::Needed { number: id.0, why });
            }
            if publication.pruned_at.is_none() && !going.contains(id) {
                going.push(*id);
            }
        }
        store.folder.mark_unfinished()?;
        let mut session = store.database.connect().await?;
        // No import beside it, on any node: it may be using what goes.
        session.begin_long().await?;
        session.alone().await?;
        for id in &going {
            forget(&mut session, *id, decider).await?;
        }
        let mut pruned = Pruned {
            publications: going.len() as u64,
            ..sweep(&mut session).await?
        };
        files::sweep(&mut session).await?;
        let entries: Vec<Entry> = going
            .iter()
            .map(|id| {
                Entry::new("list-pruned", format!("publication/{id}"))
                    .personal(serde_json::json!({ "reason": decider.reason }))
            })
            .collect();
        self.audit(&mut session, decider.actor, decider.at, &entries)
            .await?;
        self.committing = true;
        session.commit().await?;
        // Best effort: a reader may be in the way, and then the free pages are used again later.
        if let Err(e) = session.compact().await {
            tracing::warn!("the database keeps its size: {e}");
        }
        session.close().await?;
        store.clean().await?;
        let after = store.disk_use().await?;
        pruned.database = (before.database, after.database);
        pruned.raw = (before.raw, after.raw);
        pruned.segments = (before.segments, after.segments);
        Ok(pruned)
    }
}

/// Takes a publication's content away and says so.
async fn forget(
    session: &mut Session,
    id: PublicationId,
    decider: Decider<'_>,
) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM content WHERE publication = $1",
        "DELETE FROM segment WHERE publication = $1",
    ] {
        session.execute(PRUNING, sql, vec![id.0.into()]).await?;
    }
    session
        .execute(
            PRUNING,
            "UPDATE publication SET pruned_at = $1 WHERE id = $2",
            vec![decider.at.as_microsecond().into(), id.0.into()],
        )
        .await?;
    decider.write(session, id, Action::Prune).await
}

/// Where a revision is: its number and its slot.
type Slots = Vec<(i64, i64)>;

/// Removes revisions that no publication holds, and packs of which too little is left.
async fn sweep(session: &mut Session) -> Result<Pruned, StoreError> {
    let needed = needed(session).await?;
    let mut packs: BTreeMap<i64, (i64, Slots)> = BTreeMap::new();
    let mut dead = Vec::new();
    let sql = "SELECT r.id, r.pack, r.slot, p.revisions FROM revision r \
               JOIN pack p ON p.id = r.pack ORDER BY r.pack, r.slot";
    for row in session.rows(PRUNING, sql, Vec::new()).await? {
        let number = row.int(0)?;
        let (count, slots) = packs.entry(row.int(1)?).or_default();
        *count = row.int(3)?;
        if needed.contains(&number) {
            slots.push((number, row.int(2)?));
        } else {
            dead.push(number);
        }
    }
    delete(session, "revision", &dead).await?;
    let mut pruned = Pruned {
        revisions: dead.len() as u64,
        ..Pruned::default()
    };
    let mut old = Vec::new();
    let mut rewriter = Rewriter::start(session).await?;
    for (id, (count, slots)) in packs {
        if slots.is_empty() {
            pruned.packs_removed += 1;
            old.push(id);
        } else if (slots.len() as i64) * 100 < count * WORTH_KEEPING {
            pruned.packs_rewritten += 1;
            rewriter.take(session, id, &slots).await?;
            old.push(id);
        }
    }
    rewriter.finish(session).await?;
    delete(session, "pack", &old).await?;
    Ok(pruned)
}

/// The revisions that publications still hold.
async fn needed(session: &mut Session) -> Result<BTreeSet<i64>, StoreError> {
    let sql = "SELECT DISTINCT publication FROM content ORDER BY publication";
    let rows = session.rows(PRUNING, sql, Vec::new()).await?;
    let mut all = BTreeSet::new();
    for row in &rows {
        let id = PublicationId(row.int(0)?);
        all.extend(numbers(&mut Link::Session(session), id).await?);
    }
    Ok(all)
}

async fn delete(session: &mut Session, table: &str, ids: &[i64]) -> Result<(), StoreError> {
    for part in ids.chunks(LOOKUP) {
        let sql = format!(
            "DELETE FROM {table} WHERE id IN {}",
            placeholders(1, part.len())
        );
        let cells = part.iter().map(|id| Cell::Int(*id)).collect();
        session.execute(PRUNING, sql, cells).await?;
    }
    Ok(())
}

/// Puts what is left of packs into new ones.
struct Rewriter {
    last_pack: i64,
    pack: PackBuilder,
    /// Revisions of the pack that is being filled, with their new slots.
    moved: Vec<(i64, u32)>,
}

impl Rewriter {
    async fn start(session: &mut Session) -> Result<Rewriter, StoreError> {
        Ok(Rewriter {
            last_pack: counter(session, "pack").await?,
            pack: PackBuilder::default(),
            moved: Vec::new(),
        })
    }

    async fn take(
        &mut self,
        session: &mut Session,
        id: i64,
        slots: &Slots,
    ) -> Result<(), StoreError> {
        let sql = "SELECT data FROM pack WHERE id = $1";
        let rows = session.rows(PRUNING, sql, vec![id.into()]).await?;
        let what = || format!("pack {id}");
        let row = rows
            .first()
            .ok_or_else(|| StoreError::damaged(what(), "is missing"))?;
        let pack = Arc::new(Pack::open(id, &row.blob(0)?)?);
        for (number, slot) in slots {
            let bytes = usize::try_from(*slot)
                .ok()
                .and_then(|slot| pack.get(slot))
                .ok_or_else(|| StoreError::damaged(what(), "lacks a revision"))?;
            let slot = self.pack.push(bytes);
            self.moved.push((*number, slot));
            if self.pack.is_full() {
                self.close(session).await?;
            }
        }
        Ok(())
    }

    async fn close(&mut self, session: &mut Session) -> Result<(), StoreError> {
        if self.pack.count() == 0 {
            return Ok(());
        }
        self.last_pack += 1;
        let count = i64::from(self.pack.count());
        let data = self.pack.finish()?;
        session
            .execute(
                PRUNING,
                "INSERT INTO pack (id, revisions, data) VALUES ($1, $2, $3)",
                vec![self.last_pack.into(), count.into(), data.into()],
            )
            .await?;
        for (number, slot) in self.moved.drain(..) {
            session
                .execute(
                    PRUNING,
                    "UPDATE revision SET pack = $1, slot = $2 WHERE id = $3",
                    vec![self.last_pack.into(), i64::from(slot).into(), number.into()],
                )
                .await?;
        }
        Ok(())
    }

    async fn finish(mut self, session: &mut Session) -> Result<(), StoreError> {
        self.close(session).await?;
        set_counter(session, "pack", self.last_pack).await
    }
}
