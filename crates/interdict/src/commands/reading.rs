//! What a file of customers is: its profile, found out or kept, and how many rows it has.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context;
use interdict_customers::{
    Answers, CustomerError, CustomerFile, Order, Profile, Role, Survey, survey,
};
use serde::Serialize;

use crate::cli::Reading;
use crate::commands::office::Office;
use crate::failure::usage;
use crate::render::customers;
use crate::ui::Ui;

/// Folder of named profiles in the data folder.
const PROFILES: &str = "profiles";

/// A file that can be read.
pub(crate) struct Understood {
    /// How.
    pub(crate) profile: Profile,
    /// Rows of customers.
    pub(crate) rows: u64,
}

/// What `batch --look --json` says.
#[derive(Serialize)]
struct Looked<'a> {
    file: String,
    rows: u64,
    headings: &'a [String],
    unused: &'a [String],
    findings: &'a [String],
    questions: Vec<&'a str>,
    profile: &'a Profile,
}

/// Profile and number of rows of a file: from a profile that was named, or found out.
pub(crate) fn understand(
    arguments: &Reading,
    file: &Path,
    office: &Office,
    ui: &mut Ui,
) -> anyhow::Result<Understood> {
    let name = file.display().to_string();
    let open = || File::open(file).with_context(|| format!("{name} cannot be read"));
    if let Some(profile) = &arguments.profile {
        let profile = load(profile, office)?;
        let rows = count(open()?, &name, &profile)?;
        return Ok(Understood { profile, rows });
    }
    let found = survey(open()?, &name, &answers(arguments)?).map_err(wrong)?;
    for line in customers::look(ui.terminal, &name, &found) {
        ui.note(line);
    }
    answered(&name, &found)?;
    if let Some(target) = &arguments.save_profile {
        let path = save(target, &found.profile, office)?;
        ui.note(format!("profile kept as {}", path.display()));
    }
    Ok(Understood {
        profile: found.profile,
        rows: found.rows,
    })
}

/// Says what a file is, and its profile; screens nothing.
pub(crate) fn look(
    arguments: &Reading,
    file: &Path,
    office: &Office,
    ui: &mut Ui,
) -> anyhow::Result<()> {
    let name = file.display().to_string();
    if let Some(profile) = &arguments.profile {
        return ui.text(&load(profile, office)?.to_toml()?);
    }
    let input = File::open(file).with_context(|| format!("{name} cannot be read"))?;
    let found = survey(input, &name, &answers(arguments)?).map_err(wrong)?;
    show(&name, &found, ui)?;
    answered(&name, &found)?;
    if let Some(target) = &arguments.save_profile {
        let path = save(target, &found.profile, office)?;
        ui.note(format!("profile kept as {}", path.display()));
    }
    Ok(())
}

/// An error where a file leaves something open.
fn answered(name: &str, found: &Survey) -> anyhow::Result<()> {
    if !found.questions.is_empty() {
        let asked: Vec<String> = found
            .questions
            .iter()
            .map(|q| format!("{}\n    answer with {}", q.text, q.answers.join("  or  ")))
            .collect();
        return Err(usage(format!(
            "{name} leaves open, and nothing was screened:\n  {}",
            asked.join("\n  ")
        )));
    }
    Ok(())
}

/// An error of a customer file, for the exit code: what a person has to put right is wrong usage.
pub(crate) fn wrong(error: CustomerError) -> anyhow::Error {
    match error {
        CustomerError::Read { .. } => error.into(),
        other => usage(other.to_string()),
    }
}

fn show(name: &str, found: &Survey, ui: &mut Ui) -> anyhow::Result<()> {
    if ui.json {
        return ui.document(
            "batch look",
            &Looked {
                file: name.to_owned(),
                rows: found.rows,
                headings: &found.headings,
                unused: &found.unused,
                findings: &found.findings,
                questions: found.questions.iter().map(|q| q.text.as_str()).collect(),
                profile: &found.profile,
            },
        );
    }
    for line in customers::look(ui.terminal, name, found) {
        ui.line(line)?;
    }
    Ok(())
}

fn answers(arguments: &Reading) -> anyhow::Result<Answers> {
    let delimiter = arguments
        .delimiter
        .as_deref()
        .map(|sign| match sign.trim_matches(['"', '\'']) {
            "tab" | "\\t" => Ok('\t'),
            sign if sign.len() == 1 => sign.chars().next().ok_or_else(|| usage("no sign")),
            other => Err(usage(format!(
                "--delimiter {other:?}: expected one sign, or `tab`"
            ))),
        })
        .transpose()?;
    let columns = arguments
        .column
        .iter()
        .map(|text| {
            let (role, heading) = text.split_once('=').unwrap_or((text, ""));
            let role = Role::from_word(role.trim()).ok_or_else(|| {
                let known: Vec<&str> = Role::ALL.iter().map(|r| r.word()).collect();
                usage(format!(
                    "--column {text}: {role:?} is no role; expected ROLE=HEADING with one of {}",
                    known.join(", ")
                ))
            })?;
            Ok((role, heading.trim().trim_matches('"').to_owned()))
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(Answers {
        name: arguments.save_profile.as_deref().map(|target| {
            Path::new(target)
                .file_stem()
                .map_or_else(|| target.to_owned(), |s| s.to_string_lossy().into_owned())
        }),
        encoding: arguments.encoding.clone(),
        delimiter,
        date_order: arguments.date_order.as_deref().map(|order| match order {
            "mdy" => Order::Mdy,
            _ => Order::Dmy,
        }),
        sheet: arguments.sheet.clone(),
        header_row: arguments.header_row,
        columns,
    })
}

/// The file of a profile: a path that ends in `.toml`, or a name in the data folder.
fn profile_path(target: &str, office: &Office) -> anyhow::Result<PathBuf> {
    if Path::new(target).extension().is_some_and(|e| e == "toml") {
        return Ok(PathBuf::from(target));
    }
    let plain = !target.is_empty()
        && target
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !target.starts_with('.');
    if !plain {
        return Err(usage(format!(
            "profile {target:?}: expected a name of letters, digits, - and _, or a file that ends in .toml"
        )));
    }
    Ok(office
        .folder()
        .join(PROFILES)
        .join(format!("{target}.toml")))
}

fn load(target: &str, office: &Office) -> anyhow::Result<Profile> {
    let path = profile_path(target, office)?;
    let text = std::fs::read_to_string(&path).map_err(|e| {
        usage(format!(
            "profile {} cannot be read ({e}); make one with --save-profile",
            path.display()
        ))
    })?;
    Profile::parse(&text, &path.display().to_string()).map_err(wrong)
}

fn save(target: &str, profile: &Profile, office: &Office) -> anyhow::Result<PathBuf> {
    let path = profile_path(target, office)?;
    let failed = || format!("profile {} cannot be written", path.display());
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(failed)?;
    }
    std::fs::write(&path, profile.to_toml()?).with_context(failed)?;
    Ok(path)
}

/// Rows of a file, which also shows that it can be read to its end.
pub(crate) fn count(input: File, name: &str, profile: &Profile) -> anyhow::Result<u64> {
    let mut file = CustomerFile::open(input, name, profile).map_err(wrong)?;
    // Says now which column is missing.
    interdict_customers::Interpreter::new(profile, file.headings(), name).map_err(wrong)?;
    let mut rows = 0;
    file.each(|_| {
        rows += 1;
        std::ops::ControlFlow::Continue(())
    })
    .map_err(wrong)?;
    Ok(rows)
}
