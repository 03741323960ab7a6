//! `serve`: the API and the workbench over HTTP.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context as _;
use interdict_server::{App, Config, ENVIRONMENT, Server, Updater};

use crate::cli::{Cli, Serve};
use crate::commands::office::Office;
use crate::commands::search::{self, Overrides};
use crate::failure::usage;
use crate::system;
use crate::ui::Ui;

/// File of the first key, in the data folder.
const FIRST_KEY: &str = "first-admin.key";

/// Runs `serve` until it is told to stop.
pub(crate) fn run(cli: &Cli, arguments: &Serve, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let mut config = settings(arguments.config.as_deref())?;
    config.host = arguments.host.unwrap_or(config.host);
    config.port = arguments.port.unwrap_or(config.port);
    config.open |= arguments.open;
    config.check().map_err(|e| usage(e.to_string()))?;
    let policy = search::policy(&Overrides {
        file: arguments.policy.clone(),
        ..Overrides::default()
    })?;
    let office = Office::open(cli)?;
    let scheme = match config.tls {
        Some(_) => "https",
        None => "http",
    };
    office.wait(async {
        let desk = office.desk().clone().under(policy.clone());
        if !config.open {
            let file = office.folder().join(FIRST_KEY);
            if let Some(account) = desk.first_admin(&file, system::now()).await? {
                ui.line(format!(
                    "There was no user yet. {} is the first; the key is in {}, which only you can \
                     read: keep it elsewhere and remove the file",
                    account.login,
                    file.display()
                ))?;
            }
        }
        let app = App::open(desk, policy, config).await?;
        app.set_updater(updater(cli)?);
        let server = Server::bind(app).await?;
        ui.line(format!(
            "Interdict serves on {scheme}://{}",
            server.address()
        ))?;
        ui.finish()?;
        server.run(asked_to_stop()?).await?;
        anyhow::Ok(ExitCode::SUCCESS)
    })
}

/// The settings of a file and the environment.
pub(crate) fn settings(file: Option<&Path>) -> anyhow::Result<Config> {
    let (text, origin) = match file {
        None => (String::new(), "the settings".to_owned()),
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("settings {} cannot be read", file.display()))?;
            (text, file.display().to_string())
        }
    };
    Config::read(&text, &origin, system::environment(ENVIRONMENT)).map_err(|e| usage(e.to_string()))
}

/// Looks at the publishers as `interdict update` does, in a process of its own: what a publisher sends
/// never shares memory with those who ask.
fn updater(cli: &Cli) -> anyhow::Result<Updater> {
    let program = std::env::current_exe().context("this program's own file is not known")?;
    let mut arguments: Vec<OsString> = vec!["update".into(), "--quiet".into()];
    if let Some(folder) = &cli.data_dir {
        arguments.extend(["--data-dir".into(), folder.into()]);
    }
    if let Some(database) = &cli.database {
        arguments.extend(["--database".into(), database.into()]);
    }
    Ok(Updater::new(move || {
        let done = Command::new(&program)
            .args(&arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .output()
            .map_err(|e| e.to_string())?;
        match done.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&done.stderr).trim().to_owned()),
        }
    }))
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
