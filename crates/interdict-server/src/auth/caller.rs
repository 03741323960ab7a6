//! Who asks, as handlers see them.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use interdict_desk::Desk;
use interdict_store::{Actor, Right};

use crate::problem::{Code, Problem};
use crate::state::App;

/// Who asks: put into the request by the guard, so a handler that takes it runs only behind one.
#[derive(Clone, Debug)]
pub struct Caller {
    /// As records name them.
    pub actor: Actor,
    /// What forms of this session carry; `None` where there is no session.
    pub csrf: Option<String>,
}

impl Caller {
    /// Goes on only if the caller may.
    ///
    /// # Errors
    /// [`Code::Forbidden`].
    pub fn must(&self, right: Right) -> Result<(), Problem> {
        if self.actor.may(right) {
            return Ok(());
        }
        Err(Problem::new(
            Code::Forbidden,
            format!("this takes the right `{right}`, which the credential does not have"),
        ))
    }

    /// The desk, recording on behalf of the caller.
    pub fn desk(&self, app: &App) -> Desk {
        app.desk().acting_as(&self.actor)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, Problem> {
        parts
            .extensions
            .get::<Caller>()
            .cloned()
            .ok_or_else(|| Problem::new(Code::Unauthenticated, "nobody is logged in on this route"))
    }
}
