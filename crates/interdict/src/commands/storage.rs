//! `store copy`, `backup` and `restore`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use interdict_store::{
    BackupRecord, CopyStep, CopyTarget, DatabaseUrl, Fault, Store, StoreError, Verified,
};
use serde::Serialize;

use crate::cli::{Backup, Cli, Restore, Store as Action, StoreCopy};
use crate::commands::office;
use crate::failure::{DONE, FAILED, usage};
use crate::render::hits::thousands;
use crate::system;
use crate::ui::Ui;

#[derive(Serialize)]
struct CopiedView {
    from: String,
    to: String,
    tables: usize,
    rows: u64,
    files: u64,
    bytes: u64,
    resumed: bool,
    chain: ChainView,
}

/// The audit chain, of the source and of the copy.
#[derive(Serialize)]
struct ChainView {
    rows: u64,
    whole: [bool; 2],
}

#[derive(Serialize)]
struct BackupView<'a> {
    path: String,
    taken_at: &'a str,
    release: &'a str,
    storage: i64,
    rows: u64,
    files: usize,
    bytes: u64,
}

impl BackupView<'_> {
    fn new<'a>(path: &Path, record: &'a BackupRecord) -> BackupView<'a> {
        BackupView {
            path: path.display().to_string(),
            taken_at: &record.taken_at,
            release: &record.release,
            storage: record.storage,
            rows: record.tables.values().map(|table| table.rows).sum(),
            files: record.files.len(),
            bytes: record.files.values().map(|file| file.size).sum(),
        }
    }

    fn holds(&self) -> String {
        format!(
            "{} rows, {} files, {} bytes, of {}",
            thousands(self.rows),
            thousands(self.files as u64),
            thousands(self.bytes),
            self.taken_at
        )
    }
}

/// A place that an argument names: a database by its address, or a folder.
fn place(text: &str) -> anyhow::Result<CopyTarget> {
    if text.contains("://") {
        let url: DatabaseUrl = text.parse().map_err(|e: StoreError| usage(e.to_string()))?;
        return Ok(CopyTarget::Postgres(url));
    }
    Ok(CopyTarget::Folder(PathBuf::from(text)))
}

fn named(place: &CopyTarget) -> String {
    match place {
        CopyTarget::Folder(folder) => folder.display().to_string(),
        CopyTarget::Postgres(url) => url.to_string(),
    }
}

/// Whether somebody wants to read each step.
fn tell(step: &CopyStep) {
    match step {
        CopyStep::Reading(table, rows) => tracing::debug!("reading {table}: {rows} rows"),
        CopyStep::Copying(table, rows) => tracing::info!("copying {table}: {rows} rows"),
        CopyStep::Files(files) => tracing::info!("copying files: {files}"),
        CopyStep::Checking(table, rows) => tracing::debug!("checking {table}: {rows} rows"),
    }
}

/// What this call's options name.
fn own(cli: &Cli) -> anyhow::Result<CopyTarget> {
    Ok(match system::database(cli.database.as_deref())? {
        Some(url) => CopyTarget::Postgres(url),
        None => CopyTarget::Folder(system::data_dir(cli.data_dir.as_ref())?),
    })
}

/// Opens a store to be read; `folder` is where a database's files come to on this machine.
async fn open(place: &CopyTarget, folder: &Path) -> Result<Store, StoreError> {
    match place {
        CopyTarget::Folder(folder) => Store::open(folder).await,
        CopyTarget::Postgres(url) => Store::open_on(folder, Some(url)).await,
    }
}

/// Runs `store`.
pub(crate) fn store(cli: &Cli, action: &Action, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let Action::Copy(StoreCopy { to, from }) = action;
    let own = own(cli)?;
    let (from, to) = match (from, to) {
        (Some(from), _) => (place(from)?, own),
        (None, Some(to)) => (own, place(to)?),
        (None, None) => return Err(usage("give --to or --from")),
    };
    if let CopyTarget::Folder(folder) = &from
        && !folder.join("interdict.sqlite").exists()
    {
        return Err(usage(format!("no data in {}", folder.display())));
    }
    let folder = system::data_dir(cli.data_dir.as_ref())?;
    let (copied, chains) = office::runtime()?.block_on(async {
        let source = open(&from, &folder).await?;
        let copied = source.copy_to(&to, &mut |step| tell(&step)).await?;
        let mut chains = vec![source.verify_audit(&[]).await?];
        source.close().await;
        let copy = open(&to, &folder).await?;
        chains.push(copy.verify_audit(&[]).await?);
        copy.close().await;
        Ok::<_, StoreError>((copied, chains))
    })?;
    let whole = |at: usize| chains.get(at).is_some_and(Verified::is_whole);
    let view = CopiedView {
        from: named(&from),
        to: named(&to),
        tables: copied.tables.len(),
        rows: copied.tables.values().map(|table| table.rows).sum(),
        files: copied.files,
        bytes: copied.bytes,
        resumed: copied.resumed,
        chain: ChainView {
            rows: chains.first().map_or(0, |chain| chain.rows),
            whole: [whole(0), whole(1)],
        },
    };
    let faults = chains.iter().filter_map(Verified::first_wrong).next();
    if ui.json {
        ui.document("store", &view)?;
        return Ok(code(faults));
    }
    ui.line(format!(
        "{} is now a copy of {}{}: {} rows in {} tables, the same on both sides; {} files, {} bytes",
        view.to,
        view.from,
        if view.resumed { ", begun earlier" } else { "" },
        thousands(view.rows),
        view.tables,
        thousands(view.files),
        thousands(view.bytes)
    ))?;
    match faults {
        None => ui.line(format!(
            "the audit chain is whole on both sides: {} rows",
            thousands(view.chain.rows)
        ))?,
        Some(fault) => ui.note(format!(
            "the audit chain is not whole, and was not before it was copied: row {}: {}",
            fault.number, fault.what
        )),
    }
    Ok(code(faults))
}

fn code(fault: Option<&Fault>) -> ExitCode {
    ExitCode::from(if fault.is_some() { FAILED } else { DONE })
}

fn is_tar(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "tar")
}

/// The folder that a file lies in.
fn beside(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Runs `backup`.
pub(crate) fn backup(cli: &Cli, arguments: &Backup, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let path = &arguments.to;
    let own = own(cli)?;
    let folder = system::data_dir(cli.data_dir.as_ref())?;
    if path.is_file() {
        return Err(usage(format!("{} is there already", path.display())));
    }
    let take = |to: &Path| -> anyhow::Result<BackupRecord> {
        Ok(office::runtime()?.block_on(async {
            let source = open(&own, &folder).await?;
            let taken = source
                .back_up(to, system::now(), &mut |step| tell(&step))
                .await;
            source.close().await;
            taken
        })?)
    };
    let record = if is_tar(path) {
        let packed = || format!("writing {}", path.display());
        let staged = tempfile::tempdir_in(beside(path)).with_context(packed)?;
        let whole = staged.path().join("backup");
        let record = take(&whole)?;
        let part = staged.path().join("packed");
        pack(&whole, &part).with_context(packed)?;
        std::fs::rename(&part, path).with_context(packed)?;
        record
    } else {
        take(path)?
    };
    let view = BackupView::new(path, &record);
    if ui.json {
        ui.document("backup", &view)?;
    } else {
        ui.line(format!("{}: {}", view.path, view.holds()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A folder as one file, which only this user can read.
fn pack(folder: &Path, file: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut builder = tar::Builder::new(options.open(file)?);
    builder.append_dir_all(".", folder)?;
    builder.into_inner()?.sync_all()
}

/// Runs `restore`.
pub(crate) fn restore(cli: &Cli, arguments: &Restore, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let path = &arguments.from;
    let staged;
    let backup = if is_tar(path) && path.is_file() {
        let unpacked = || format!("reading {}", path.display());
        staged = tempfile::tempdir_in(beside(path)).with_context(unpacked)?;
        // Entries that lead out of the folder are skipped, and then the record does not hold.
        let file = File::open(path).with_context(unpacked)?;
        tar::Archive::new(file)
            .unpack(staged.path())
            .with_context(unpacked)?;
        staged.path()
    } else {
        path.as_path()
    };
    if arguments.verify {
        let record = interdict_store::verify_backup(backup)?;
        let view = BackupView::new(path, &record);
        if ui.json {
            ui.document("restore", &view)?;
        } else {
            ui.line(format!("{} is whole: {}", view.path, view.holds()))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if system::database(cli.database.as_deref())?.is_some() {
        return Err(usage(
            "a backup is restored into a data folder; `store copy --to postgres://…` takes it from \
             there into a database",
        ));
    }
    let folder = system::data_dir(cli.data_dir.as_ref())?;
    let record = interdict_store::restore(backup, &folder)?;
    let view = BackupView::new(&folder, &record);
    if ui.json {
        ui.document("restore", &view)?;
    } else {
        ui.line(format!("{} is restored: {}", view.path, view.holds()))?;
    }
    Ok(ExitCode::SUCCESS)
}
