//! Which crate may import which, and the one home of each heavy third party.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

/// Crate, and the workspace crates it may import. ARCHITECTURE.md shows the same table.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("interdict-model", &[]),
    ("interdict-text", &["interdict-model"]),
    ("interdict-evidence", &["interdict-model", "interdict-text"]),
    ("interdict-tables", &[]),
    (
        "interdict-sources",
        &["interdict-model", "interdict-tables"],
    ),
    ("interdict-store", &["interdict-model"]),
    (
        "interdict-index",
        &["interdict-model", "interdict-text", "interdict-evidence"],
    ),
    (
        "interdict-matching",
        &["interdict-model", "interdict-text", "interdict-evidence"],
    ),
    ("interdict-synthetic", &["interdict-text"]),
    (
        "interdict-screening",
        &[
            "interdict-model",
            "interdict-text",
            "interdict-evidence",
            "interdict-index",
            "interdict-matching",
            "interdict-synthetic",
        ],
    ),
    (
        "interdict-customers",
        &["interdict-model", "interdict-text", "interdict-tables"],
    ),
    (
        "interdict-desk",
        &[
            "interdict-model",
            "interdict-screening",
            "interdict-sources",
            "interdict-store",
        ],
    ),
    (
        "interdict-batch",
        &[
            "interdict-model",
            "interdict-index",
            "interdict-screening",
            "interdict-customers",
            "interdict-store",
            "interdict-desk",
        ],
    ),
    (
        "interdict-server",
        &[
            "interdict-model",
            "interdict-customers",
            "interdict-screening",
            "interdict-store",
            "interdict-desk",
            "interdict-batch",
        ],
    ),
    (
        "interdict",
        &[
            "interdict-model",
            "interdict-text",
            "interdict-evidence",
            "interdict-sources",
            "interdict-store",
            "interdict-index",
            "interdict-matching",
            "interdict-screening",
            "interdict-customers",
            "interdict-desk",
            "interdict-batch",
            "interdict-server",
        ],
    ),
    (
        "xtask",
        &[
            "interdict-model",
            "interdict-text",
            "interdict-evidence",
            "interdict-sources",
        ],
    ),
];

/// Third parties that cost compile time or widen what a crate can do, and who may import them.
const HOMES: &[(&str, &[&str])] = &[
    ("sqlx", &["interdict-store"]),
    (
        "tokio",
        &[
            "interdict-store",
            "interdict-desk",
            "interdict-server",
            "interdict",
        ],
    ),
    ("axum", &["interdict-server"]),
    ("askama", &["interdict-server"]),
    ("utoipa", &["interdict-server"]),
    ("quick-xml", &["interdict-sources", "interdict-tables"]),
    ("calamine", &["interdict-tables"]),
    ("zip", &["interdict-tables"]),
    ("memmap2", &["interdict-index"]),
    (
        "rayon",
        &[
            "interdict-index",
            "interdict-screening",
            "interdict-batch",
            "interdict",
        ],
    ),
    ("rapidfuzz", &["interdict-evidence", "interdict-index"]),
    (
        "icu_normalizer",
        &["interdict-model", "interdict-text", "xtask"],
    ),
    ("icu_properties", &["interdict-text"]),
    ("chardetng", &["interdict-customers"]),
    ("rust_xlsxwriter", &["interdict-batch"]),
    ("clap", &["interdict"]),
    ("indicatif", &["interdict"]),
    ("ureq", &["interdict-server", "interdict"]),
    ("comfy-table", &["interdict"]),
    ("anyhow", &["interdict", "xtask"]),
];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

/// The imports that the tables do not allow.
pub(super) fn check(root: &Path) -> Result<Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cargo metadata")?;
    let metadata: Metadata = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    Ok(metadata.packages.iter().flat_map(faults_of).collect())
}

fn faults_of(package: &Package) -> Vec<String> {
    let name = &package.name;
    let Some((_, allowed)) = MAY_IMPORT.iter().find(|(n, _)| n == name) else {
        return vec![format!(
            "{name}: not in the import table of xtask/src/tidy/imports.rs"
        )];
    };
    let mut faults = Vec::new();
    // Tests may look further than the crate itself, never a crate's own users.
    for dependency in package.dependencies.iter().filter(|d| d.kind.is_none()) {
        let other = dependency.name.as_str();
        if other.starts_with("interdict") && !allowed.contains(&other) {
            faults.push(format!("{name}: may not import {other}"));
        }
        if let Some((_, homes)) = HOMES.iter().find(|(n, _)| *n == other)
            && !homes.contains(&name.as_str())
        {
            faults.push(format!(
                "{name}: {other} has its home in {}",
                homes.join(", ")
            ));
        }
    }
    faults
}
