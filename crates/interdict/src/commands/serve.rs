//! `serve`: the API and the workbench over HTTP.

use std::process::ExitCode;

use anyhow::Context as _;
use interdict_server::{App, Config, Server};

use crate::cli::{Cli, Serve};
use crate::commands::office::Office;
use crate::commands::search::{self, Overrides};
use crate::ui::Ui;

/// Runs `serve` until it is told to stop.
pub(crate) fn run(cli: &Cli, arguments: &Serve, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let mut config = Config::default();
    config.host = arguments.host.unwrap_or(config.host);
    config.port = arguments.port.unwrap_or(config.port);
    config.open |= arguments.open;
    config.check()?;
    let policy = search::policy(&Overrides {
        file: arguments.policy.clone(),
        ..Overrides::default()
    })?;
    let office = Office::open(cli)?;
    office.wait(async {
        let app = App::open(office.desk().clone(), policy, config).await?;
        let server = Server::bind(app).await?;
        ui.line(format!("Interdict serves on http://{}", server.address()))?;
        ui.finish()?;
        server.run(asked_to_stop()?).await?;
        anyhow::Ok(ExitCode::SUCCESS)
    })
}

/// Ready at the first Ctrl-C or request of the system to end.
fn asked_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let (told, asked) = tokio::sync::oneshot::channel();
    let mut told = Some(told);
    ctrlc::set_handler(move || {
        if let Some(told) = told.take() {
            // Nobody waits any more when the server has ended by itself.
            let _ = told.send(());
        }
    })
    .context("signals cannot be received")?;
    Ok(async move {
        let _ = asked.await;
    })
}
