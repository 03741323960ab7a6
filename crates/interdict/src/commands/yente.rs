//! `config from-yente`: settings and manifest of yente as settings of this program, and what becomes of
//! each.

mod manifest;
mod settings;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

use crate::cli::FromYente;
use crate::failure::usage;
use crate::render::table::{Tone, cell, table};
use crate::ui::Ui;

use manifest::Manifest;

/// What became of a setting.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Fate {
    /// The setting, or the dataset.
    what: String,
    /// What becomes of it.
    becomes: String,
}

/// What yente's settings are here.
#[derive(Debug, Serialize)]
struct Carried {
    /// `serve.toml`
    serve: String,
    /// `update.toml`
    update: String,
    /// Files that are here already, to be imported once.
    imports: Vec<String>,
    fates: Vec<Fate>,
}

/// Runs `config from-yente`.
pub(crate) fn run(arguments: &FromYente, ui: &mut Ui) -> anyhow::Result<()> {
    let settings = match &arguments.env {
        Some(file) => settings::parse(&read(file)?).map_err(usage)?,
        None => settings::of_environment(),
    };
    let catalogs = catalogs(&arguments.catalog)?;
    let manifest = match manifest_file(arguments, &settings)? {
        Some(file) => Manifest::read(&read(&file)?, &catalogs)
            .map_err(|e| usage(format!("{}: {e}", file.display())))?,
        None => Manifest::default(),
    };
    let carried = carry(&settings, &manifest)?;
    if let Some(folder) = &arguments.output {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{}: cannot be made", folder.display()))?;
        for (name, text) in [
            ("serve.toml", &carried.serve),
            ("update.toml", &carried.update),
        ] {
            write_new(&folder.join(name), text)?;
        }
    }
    if ui.json {
        return ui.document("config from-yente", &carried);
    }
    tell(arguments, &carried, ui)
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("{}: cannot be read", file.display()))
}

fn catalogs(given: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    let mut catalogs = BTreeMap::new();
    for pair in given {
        let (address, file) = pair
            .rsplit_once('=')
            .ok_or_else(|| usage(format!("--catalog {pair}: expected ADDRESS=FILE")))?;
        catalogs.insert(address.to_owned(), read(Path::new(file))?);
    }
    Ok(catalogs)
}

/// The manifest that an argument or a setting names, if it is a file.
fn manifest_file(
    arguments: &FromYente,
    settings: &BTreeMap<String, String>,
) -> anyhow::Result<Option<std::path::PathBuf>> {
    if let Some(file) = &arguments.manifest {
        return Ok(Some(file.clone()));
    }
    match settings.get("YENTE_MANIFEST").map(String::as_str) {
        None | Some("") => Ok(None),
        Some(place) if place.contains("://") => Err(usage(format!(
            "YENTE_MANIFEST is {place}: fetch it, and name the file with --manifest"
        ))),
        Some(place) => Ok(Some(place.into())),
    }
}

fn carry(settings: &BTreeMap<String, String>, manifest: &Manifest) -> anyhow::Result<Carried> {
    let (serve, mut fates) = settings::carried(settings);
    let with_deltas = settings
        .get("YENTE_DELTA_UPDATES")
        .is_none_or(|v| settings::is_yes(v));
    let lists = manifest.carried(with_deltas);
    fates.extend(
        lists
            .fates
            .into_iter()
            .map(|(what, becomes)| Fate { what, becomes }),
    );
    Ok(Carried {
        serve: toml::to_string(&serve)?,
        update: lists.update,
        imports: lists.imports,
        fates,
    })
}

fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut file = std::fs::File::create_new(path)
        .with_context(|| format!("{}: cannot be written; what is there stays", path.display()))?;
    file.write_all(text.as_bytes())
        .with_context(|| format!("{}: cannot be written", path.display()))
}

fn tell(arguments: &FromYente, carried: &Carried, ui: &mut Ui) -> anyhow::Result<()> {
    let terminal = ui.terminal;
    let mut rows = table(terminal, &["of yente", "becomes"]);
    for fate in &carried.fates {
        rows.add_row(vec![
            cell(terminal, &fate.what, Tone::Strong),
            cell(terminal, &fate.becomes, Tone::Plain),
        ]);
    }
    ui.line(rows.to_string())?;
    match &arguments.output {
        Some(folder) => {
            ui.line(format!(
                "written: {0}/serve.toml (interdict serve --config), {0}/update.toml (put it into the \
                 data folder)",
                folder.display()
            ))?;
        }
        None => {
            ui.line("")?;
            ui.line("# serve.toml")?;
            ui.text(&carried.serve)?;
            ui.line("")?;
            ui.line("# update.toml")?;
            ui.text(&carried.update)?;
        }
    }
    for import in &carried.imports {
        ui.line(format!("then: {import}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_and_settings_are_carried() {
        let settings = settings::parse(
            "# of a container\nYENTE_PORT=9000\nexport YENTE_UPDATE_TOKEN=\"secret\"\n\
             YENTE_MAX_BATCH=50\nYENTE_CRONTAB=0 */6 * * *\nYENTE_INDEX_URL=http://es:9200\n",
        )
        .expect("settings");
        let manifest = "datasets:\n  - name: mine\n    title: My list\n    \
                        entities_url: https://example.org/mine.json\n    \
                        delta_url: https://example.org/delta.json\n    auth_token: $MY_TOKEN\n";
        let manifest = Manifest::read(manifest, &BTreeMap::new()).expect("a manifest");
        let carried = carry(&settings, &manifest).expect("carried");
        let serve: toml::Table = toml::from_str(&carried.serve).expect("TOML");
        assert_eq!(
            serve.get("port").and_then(toml::Value::as_integer),
            Some(9000)
        );
        assert_eq!(
            serve.get("max_batch").and_then(toml::Value::as_integer),
            Some(50)
        );
        assert_eq!(
            serve.get("update_hours").and_then(toml::Value::as_integer),
            Some(6)
        );
        assert!(!carried.serve.contains("secret"));
        let own = Some((carried.update.as_str(), "update.toml"));
        let publishers = crate::update::publishers::Publishers::with(own).expect("publishers");
        let mine = publishers.of("mine").expect("the list");
        assert_eq!(
            mine.delta.as_deref(),
            Some("https://example.org/delta.json")
        );
        assert_eq!(mine.token_env.as_deref(), Some("MY_TOKEN"));
    }
}
