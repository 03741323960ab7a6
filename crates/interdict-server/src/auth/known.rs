//! Keys that were good a moment ago.
//!
//! A client that screens thousands of names a second shows the same key each time. For one second its
//! key is not looked up again. Whatever changes users or keys in this process calls [`Known::forget`],
//! so that it works at once; a change by another process works after that second.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use interdict_store::Actor;
use sha2::{Digest, Sha256};

/// How long a key is believed.
const BELIEVED: Duration = Duration::from_secs(1);
/// Most keys that are remembered.
const MOST: usize = 10_000;

/// Remembers keys, by hash.
#[derive(Debug, Default)]
pub(crate) struct Known {
    actors: Mutex<HashMap<[u8; 32], (Instant, Actor)>>,
    /// Times that everything was forgotten: a look-up that began before is not remembered after.
    age: AtomicU64,
}

impl Known {
    fn actors(&self) -> MutexGuard<'_, HashMap<[u8; 32], (Instant, Actor)>> {
        self.actors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn age(&self) -> u64 {
        self.age.load(Ordering::SeqCst)
    }

    pub(super) fn get(&self, secret: &str) -> Option<Actor> {
        let hash: [u8; 32] = Sha256::digest(secret).into();
        let actors = self.actors();
        let (since, actor) = actors.get(&hash)?;
        (since.elapsed() < BELIEVED).then(|| actor.clone())
    }

    /// Remembers a key that was looked up at `age`.
    pub(super) fn put(&self, secret: &str, actor: &Actor, age: u64) {
        let mut actors = self.actors();
        if self.age() != age {
            return;
        }
        if actors.len() >= MOST {
            actors.clear();
        }
        let hash = Sha256::digest(secret).into();
        actors.insert(hash, (Instant::now(), actor.clone()));
    }

    /// Looks every key up again.
    pub(crate) fn forget(&self) {
        let mut actors = self.actors();
        self.age.fetch_add(1, Ordering::SeqCst);
        actors.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forgotten_is_looked_up_again() {
        let known = Known::default();
        let actor = Actor::local("ann");
        let age = known.age();
        known.put("k", &actor, age);
        assert_eq!(known.get("k"), Some(actor.clone()));
        assert_eq!(known.get("other"), None);
        known.forget();
        assert_eq!(known.get("k"), None);
        known.put("k", &actor, age);
        assert_eq!(known.get("k"), None, "looked up before it was forgotten");
    }
}
