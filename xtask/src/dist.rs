//! `dist`: what a release consists of, in `target/dist`.
//!
//! One static Linux binary, an archive with its manual, licences and service file, a bill of
//! materials, what an image is built from, and the checksums of all of them. Times in the archive
//! are those of the commit, so that the same sources and compiler give the same bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// Writes the bill of materials; installed into the target folder where it is missing.
const BILL: (&str, &str) = ("cargo-cyclonedx", "0.5.9");
/// Preferred: libc itself is part of the binary, name look-ups included.
const MUSL: &str = "x86_64-unknown-linux-musl";
/// Without musl's libraries: glibc linked in.
const GNU: &str = "x86_64-unknown-linux-gnu";

/// Makes a release of what is checked out.
pub(crate) fn dist(root: &Path) -> Result<()> {
    let folder = root.join("target/dist");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let target = target()?;
    let binary = compile(root, target)?;
    ensure_static(&binary)?;
    copy(&binary, &folder.join("interdict"))?;
    let text = run_for_text(Command::new(&binary).arg("--version"))?;
    let version = text.split_whitespace().last().context("no version")?;
    run(Command::new(&binary).arg("manual").arg(&folder))?;
    fs::write(folder.join("NOTICE"), notice(root)?)?;
    for name in ["LICENSE", "README.md", "CHANGELOG.md"] {
        copy(&root.join(name), &folder.join(name))?;
    }
    for entry in fs::read_dir(root.join("packaging"))? {
        let path = entry?.path();
        copy(&path, &folder.join(path.file_name().context("a name")?))?;
    }
    bill(root, target, &folder)?;
    let name = format!("interdict-{version}-{target}");
    let archive = folder.join(format!("{name}.tar.gz"));
    pack(root, &folder, &name, &archive)?;
    let sums = sums(&folder)?;
    fs::write(folder.join("SHA256SUMS"), &sums)?;
    print!("{sums}");
    Ok(())
}

/// The target that makes a binary that needs nothing of the machine it runs on.
fn target() -> Result<&'static str> {
    let folder =
        run_for_text(Command::new("rustc").args(["--print", "target-libdir", "--target", MUSL]))?;
    Ok(if Path::new(folder.trim()).is_dir() {
        MUSL
    } else {
        GNU
    })
}

fn compile(root: &Path, target: &str) -> Result<PathBuf> {
    let flag = format!(
        "CARGO_TARGET_{}_RUSTFLAGS",
        target.to_uppercase().replace('-', "_")
    );
    run(Command::new("cargo")
        .current_dir(root)
        .args(["build", "--locked", "--profile", "dist", "-p", "interdict"])
        .args(["--target", target])
        .env(flag, "-C target-feature=+crt-static"))?;
    Ok(root.join("target").join(target).join("dist/interdict"))
}

/// A binary that asks for a loader would not start in an empty image.
fn ensure_static(binary: &Path) -> Result<()> {
    let bytes = fs::read(binary).with_context(|| binary.display().to_string())?;
    let word = |at: usize, size: usize| -> Option<u64> {
        let mut value = [0u8; 8];
        value
            .get_mut(..size)?
            .copy_from_slice(bytes.get(at..at + size)?);
        Some(u64::from_le_bytes(value))
    };
    // ELF64: the table of program headers is at e_phoff, e_phnum entries of e_phentsize bytes; type 3
    // names a loader (System V ABI, Program Header).
    let headers = || -> Option<Vec<u64>> {
        let (start, size, count) = (word(32, 8)?, word(54, 2)?, word(56, 2)?);
        (0..count)
            .map(|n| word(usize::try_from(start + n * size).ok()?, 4))
            .collect()
    };
    let headers = headers().context("the binary is no ELF file")?;
    ensure!(
        !headers.contains(&3),
        "{}: asks for a loader, so it is not static",
        binary.display()
    );
    Ok(())
}

/// What the tables that ship ask to be said.
fn notice(root: &Path) -> Result<String> {
    let tables: toml::Table = toml::from_str(&fs::read_to_string(root.join("data/TABLES.toml"))?)?;
    let mut text = String::from(
        "Interdict\nLicensed under the Apache License, Version 2.0.\n\nThe program contains tables \
         derived from these sources:\n",
    );
    let all = |key: &'static str, value: &toml::Value| -> Vec<toml::Value> {
        let found = value.get(key).and_then(toml::Value::as_array);
        found.cloned().unwrap_or_default()
    };
    let mut lines: Vec<String> = Vec::new();
    for input in all("table", &toml::Value::Table(tables))
        .iter()
        .flat_map(|table| all("input", table))
    {
        let word = |key: &str| input.get(key).and_then(toml::Value::as_str);
        let source = word("source").or(word("path")).unwrap_or_default();
        lines.push(format!("{source} ({})", word("class").unwrap_or_default()));
    }
    ensure!(!lines.is_empty(), "data/TABLES.toml names no source");
    lines.sort();
    lines.dedup();
    for line in lines {
        text.push_str(&format!("- {line}\n"));
    }
    text.push_str("\nComponents and their licences: interdict.cdx.json.\n");
    Ok(text)
}

/// The bill of materials of the binary, CycloneDX.
fn bill(root: &Path, target: &str, folder: &Path) -> Result<()> {
    let (tool, version) = BILL;
    let tools = root.join("target/tools");
    let program = tools.join("bin").join(tool);
    if !program.is_file() {
        run(Command::new("cargo")
            .args(["install", "--locked", "--quiet", tool, "--version", version])
            .arg("--root")
            .arg(&tools))?;
    }
    let manifest = root.join("crates/interdict/Cargo.toml");
    run(Command::new(&program)
        .arg("cyclonedx")
        .args(["--format", "json", "--target", target, "--no-build-deps"])
        .args(["--override-filename", "interdict.cdx"])
        .arg("--manifest-path")
        .arg(&manifest)
        .env("SOURCE_DATE_EPOCH", commit_time(root)?.to_string()))?;
    // It writes one file beside each manifest of the workspace; that of the binary holds all.
    let written = root.join("crates/interdict/interdict.cdx.json");
    copy(&written, &folder.join("interdict.cdx.json"))?;
    for entry in fs::read_dir(root.join("crates"))? {
        remove_if_there(&entry?.path().join("interdict.cdx.json"))?;
    }
    remove_if_there(&root.join("xtask/interdict.cdx.json"))
}

fn remove_if_there(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_file(path).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn commit_time(root: &Path) -> Result<u64> {
    let text =
        run_for_text(
            Command::new("git")
                .current_dir(root)
                .args(["log", "-1", "--format=%ct"]),
        )?;
    text.trim().parse().context("time of the last commit")
}

/// Everything in the folder so far, sorted, with the time of the commit and no owner.
fn pack(root: &Path, folder: &Path, name: &str, archive: &Path) -> Result<()> {
    let mut files = Vec::new();
    walk(folder, &mut files)?;
    let file = fs::File::create(archive).with_context(|| archive.display().to_string())?;
    let mut tar = tar::Builder::new(GzEncoder::new(file, Compression::best()));
    let time = commit_time(root)?;
    for path in files.iter().filter(|path| *path != archive) {
        let bytes = fs::read(path).with_context(|| path.display().to_string())?;
        let inside = path.strip_prefix(folder)?;
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mtime(time);
        header.set_mode(if inside == Path::new("interdict") {
            0o755
        } else {
            0o644
        });
        tar.append_data(&mut header, Path::new(name).join(inside), bytes.as_slice())?;
    }
    tar.into_inner()?.finish()?;
    Ok(())
}

fn sums(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    walk(folder, &mut files)?;
    let mut text = String::new();
    for path in &files {
        let digest = Sha256::digest(fs::read(path)?);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let inside = path.strip_prefix(folder)?;
        text.push_str(&format!("{hex}  {}\n", inside.display()));
    }
    Ok(text)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<std::io::Result<_>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .map(drop)
        .with_context(|| format!("{} to {}", from.display(), to.display()))
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?}"))?;
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    Ok(())
}

fn run_for_text(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    if !output.status.success() {
        bail!("{command:?}: {}", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}
