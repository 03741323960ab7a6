//! Listening, looking for new lists, and stopping without dropping anyone.

use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use interdict_desk::DeskError;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::config::{ConfigError, Tls};
use crate::front::front;
use crate::lists::LOOK_EVERY;
use crate::problem::{Code, Problem};
use crate::state::App;
use crate::{api, auth, compat, health, metrics, pages, updates};

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
    /// The folder of jobs cannot be used.
    #[error("the jobs of the data folder cannot be read: {source}")]
    Jobs {
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// Certificate or key cannot be used.
    #[error(
        "certificate {} with key {}: {source}; expected a chain and a key in PEM",
        .certificate.display(), .key.display()
    )]
    Certificate {
        /// Certificate chain.
        certificate: PathBuf,
        /// Private key.
        key: PathBuf,
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

/// Every route that is part of the API, with its description.
pub(crate) fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(health::routes())
        .merge(metrics::routes())
        .merge(compat::routes())
        .merge(api::routes())
}

/// Every route, behind everything that requests pass.
pub(crate) fn router(app: App) -> Router {
    let (router, description) = described().split_for_parts();
    let body = DefaultBodyLimit::max(app.config().max_body);
    router
        .merge(api::describe::routes(&description))
        .merge(pages::routes())
        .fallback(nothing)
        .layer(body)
        .layer(from_fn_with_state(app.clone(), api::repeat::once))
        .layer(from_fn_with_state(app.clone(), auth::guard))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), front))
        .with_state(app)
}

async fn nothing(uri: Uri) -> Response {
    let problem = Problem::new(Code::NotFound, "no route has this address");
    match auth::surface_of(uri.path()) {
        auth::Surface::Compatible => problem.plain(),
        auth::Surface::Own | auth::Surface::Page => problem.into_response(),
    }
}

/// What a panic says may hold what was asked, so that it is not logged.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::new(
        Code::Internal,
        "the server could not do this; its log says when",
    )
    .into_response()
}

impl Server {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the settings cannot hold together or the address cannot be listened on.
    pub async fn bind(app: App) -> Result<Server, ServeError> {
        app.config().check()?;
        metrics::start();
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
        let ending = self.app.stopping().clone();
        let watching = tokio::spawn(watch(self.app.clone(), ending.clone()));
        tokio::spawn(updates::run(self.app.clone(), ending.clone()));
        let address = self.address;
        let handle = axum_server::Handle::new();
        let stopping = {
            let (app, handle) = (self.app.clone(), handle.clone());
            tokio::spawn(async move {
                stop.await;
                // Streams end, jobs stop after the rows at hand, requests under way are answered.
                app.stopping().cancel();
                app.jobs().end();
                handle.graceful_shutdown(Some(LAST_REQUESTS));
            })
        };
        let failed = |source| ServeError::Listen { address, source };
        let listener = self.listener.into_std().map_err(failed)?;
        let tls = self.app.config().tls.clone();
        let service = router(self.app).into_make_service();
        let served = match tls {
            None => {
                let mut server = axum_server::from_tcp(listener).map_err(failed)?;
                patience(server.http_builder());
                server.handle(handle).serve(service).await
            }
            Some(tls) => {
                let config = certificate(&tls).await?;
                let server = axum_server::from_tcp_rustls(listener, config);
                let mut server = server.map_err(failed)?;
                patience(server.http_builder());
                server.handle(handle).serve(service).await
            }
        };
        ending.cancel();
        stopping.abort();
        if let Err(e) = watching.await {
            tracing::error!("{e}");
        }
        served.map_err(failed)
    }
}

/// How long requests under way may take after the server was told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(30);
/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(10);

/// Bounds how long a client may take, so that idle senders do not hold connections.
fn patience(builder: &mut Builder<TokioExecutor>) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD);
}

async fn certificate(tls: &Tls) -> Result<RustlsConfig, ServeError> {
    // Only the first call of a process chooses; the others are told so, which is no matter.
    let _ = rustls::crypto::ring::default_provider().install_default();
    RustlsConfig::from_pem_file(&tls.certificate, &tls.key)
        .await
        .map_err(|source| ServeError::Certificate {
            certificate: tls.certificate.clone(),
            key: tls.key.clone(),
            source,
        })
}

/// Looks for new lists, and counts, until the server ends.
async fn watch(app: App, ending: CancellationToken) {
    let mut told = BTreeMap::new();
    for round in 0u64.. {
        if round % COUNT_EVERY == 0 {
            metrics::upkeep();
            match app.desk().lists(api::today()).await {
                Ok(lists) => {
                    metrics::lists(&lists);
                    let troubled = updates::troubled(&lists);
                    if troubled != told {
                        tracing::warn!(lists = ?troubled, "lists in trouble");
                        tokio::spawn({
                            let (app, troubled) = (app.clone(), troubled.clone());
                            async move { updates::tell(&app, troubled).await }
                        });
                        told = troubled;
                    }
                }
                Err(e) => tracing::error!("the lists cannot be counted: {e}"),
            }
        }
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

/// Looks for new lists between two counts.
const COUNT_EVERY: u64 = 10;

#[cfg(test)]
mod tests;
