//! Requests of one credential in a second.

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::caller::Caller;
use crate::problem::{Code, Problem};

/// A credential: key, else account, else whoever is on the machine.
type Who = (Option<i64>, Option<i64>);

/// Counts requests by credential. A credential may use a second's worth at once.
pub(crate) struct Rate {
    limiter: Option<RateLimiter<Who, HashMapStateStore<Who>, DefaultClock>>,
}

impl std::fmt::Debug for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Rate({})",
            if self.limiter.is_some() { "on" } else { "off" }
        )
    }
}

impl Rate {
    /// So many a second; 0 for no limit.
    pub(crate) fn new(per_second: u32) -> Rate {
        Rate {
            limiter: NonZeroU32::new(per_second)
                .map(|most| RateLimiter::hashmap(Quota::per_second(most))),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// [`Code::TooMany`], with the seconds to wait.
    pub(super) fn take(&self, caller: &Caller) -> Result<(), Problem> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        let who = (caller.actor.key, caller.actor.account);
        limiter.check_key(&who).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            let mut problem = Problem::new(
                Code::TooMany,
                "this credential asks more often than it may; wait as `Retry-After` says",
            );
            problem.retry_after = Some(wait.as_secs() + 1);
            problem
        })
    }
}

#[cfg(test)]
mod tests {
    use interdict_store::Actor;

    use super::*;

    fn caller(key: i64) -> Caller {
        let mut actor = Actor::local("ann");
        actor.key = Some(key);
        Caller { actor, csrf: None }
    }

    #[test]
    fn each_credential_has_its_own_allowance() {
        let rate = Rate::new(3);
        for _ in 0..3 {
            assert_eq!(rate.take(&caller(1)), Ok(()));
        }
        let refused = rate.take(&caller(1)).expect_err("the fourth");
        assert_eq!(
            (refused.code, refused.retry_after),
            (Code::TooMany, Some(1))
        );
        assert_eq!(rate.take(&caller(2)), Ok(()));
        assert_eq!(Rate::new(0).take(&caller(1)), Ok(()));
    }
}
