//! Listening, looking for new lists, and stopping without dropping anyone.

use std::future::Future;
use std::net::SocketAddr;

use axum::Router;
use interdict_desk::DeskError;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::config::ConfigError;
use crate::lists::LOOK_EVERY;
use crate::state::App;
use crate::{compat, health, pages};

/// Why a server cannot run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Settings that cannot hold together.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Stored data could not be read.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The threads that answer cannot be started.
    #[error("threads cannot be started: {source}")]
    Threads {
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// The address cannot be listened on.
    #[error("{address}: cannot be listened on: {source}; is another server running there?")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
}

/// The description of the API, completed by its routes.
#[derive(OpenApi)]
#[openapi(info(
    title = "Interdict",
    description = "Sanctions screening that gives its reasons."
))]
struct Description;

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    app: App,
    listener: TcpListener,
    address: SocketAddr,
}

/// Every route, and the description of those that are an API.
pub(crate) fn router(app: App) -> Router {
    let (router, _description) = OpenApiRouter::with_openapi(Description::openapi())
        .merge(health::routes())
        .merge(compat::routes())
        .split_for_parts();
    router.merge(pages::routes()).with_state(app)
}

impl Server {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the settings cannot hold together or the address cannot be listened on.
    pub async fn bind(app: App) -> Result<Server, ServeError> {
        app.config().check()?;
        let wanted = app.config().address();
        let failed = |source| ServeError::Listen {
            address: wanted,
            source,
        };
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Server {
            app,
            listener,
            address,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is ready, then lets requests under way end.
    ///
    /// # Errors
    /// When connections cannot be taken any more.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let ending = CancellationToken::new();
        let watching = tokio::spawn(watch(self.app.clone(), ending.clone()));
        let address = self.address;
        let served = axum::serve(self.listener, router(self.app))
            .with_graceful_shutdown(stop)
            .await;
        ending.cancel();
        if let Err(e) = watching.await {
            tracing::error!("{e}");
        }
        served.map_err(|source| ServeError::Listen { address, source })
    }
}

/// Looks for new lists until the server ends.
async fn watch(app: App, ending: CancellationToken) {
    loop {
        tokio::select! {
            () = ending.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        match app.lists().refresh(app.desk()).await {
            Ok(true) => tracing::info!("new lists answer"),
            Ok(false) => {}
            Err(e) => {
                tracing::error!("the lists that answer go on; new ones cannot be opened: {e}")
            }
        }
    }
}
