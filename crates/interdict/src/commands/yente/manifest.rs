//! A manifest of yente: which datasets, from where.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// What goes wrong with a manifest.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ManifestError {
    /// Not YAML of the expected form.
    #[error("{0}")]
    Form(String),
    /// Two datasets have one name.
    #[error("dataset {0} is named twice")]
    Twice(String),
    /// A catalogue has no such dataset.
    #[error("scope {scope}: no such dataset in {catalog}")]
    Scope {
        /// The scope.
        scope: String,
        /// Address of the catalogue.
        catalog: String,
    },
    /// A catalogue that is not at hand.
    #[error("catalog {0}: fetch it, and name it with --catalog {0}=FILE")]
    Catalog(String),
}

/// The datasets of a manifest and of its catalogues.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    datasets: Vec<Dataset>,
}

/// What becomes of the datasets.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// `update.toml`
    pub(super) update: String,
    /// Commands for files that are here already.
    pub(super) imports: Vec<String>,
    /// What becomes of each.
    pub(super) fates: Vec<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
struct File {
    #[serde(default)]
    catalogs: Vec<Catalog>,
    #[serde(default)]
    datasets: Vec<Dataset>,
}

#[derive(Debug, Deserialize)]
struct Catalog {
    url: String,
    auth_token: Option<String>,
    scope: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
    namespace: Option<bool>,
    resource_name: Option<String>,
    resource_type: Option<String>,
}

#[derive(Debug, Deserialize)]
struct CatalogFile {
    datasets: Vec<Dataset>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Dataset {
    name: String,
    entities_url: Option<String>,
    path: Option<String>,
    #[serde(default)]
    resources: Vec<Resource>,
    load: Option<bool>,
    #[serde(default, alias = "datasets")]
    children: Vec<String>,
    namespace: Option<bool>,
    delta_url: Option<String>,
    auth_token: Option<String>,
    resource_name: Option<String>,
    resource_type: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Resource {
    name: Option<String>,
    url: Option<String>,
    mime_type: Option<String>,
}

impl Manifest {
    /// Reads a manifest; `catalogs` are those it names, by address.
    pub(super) fn read(
        text: &str,
        catalogs: &BTreeMap<String, String>,
    ) -> Result<Manifest, ManifestError> {
        let form = |e: serde_saphyr::Error| ManifestError::Form(e.to_string());
        let file: File = serde_saphyr::from_str(text).map_err(form)?;
        let mut datasets = file.datasets;
        for catalog in file.catalogs {
            let text = catalogs
                .get(&catalog.url)
                .ok_or_else(|| ManifestError::Catalog(catalog.url.clone()))?;
            let known: CatalogFile = serde_saphyr::from_str(text).map_err(form)?;
            datasets.extend(catalog.chosen(known.datasets)?);
        }
        let mut names = BTreeSet::new();
        for dataset in &datasets {
            if !names.insert(&dataset.name) {
                return Err(ManifestError::Twice(dataset.name.clone()));
            }
        }
        Ok(Manifest { datasets })
    }

    /// The datasets as publishers of `update`.
    pub(super) fn carried(&self, with_deltas: bool) -> Carried {
        let mut carried = Carried::default();
        let mut publishers = Publishers::default();
        for dataset in &self.datasets {
            let becomes = dataset.carried(with_deltas, &mut publishers, &mut carried.imports);
            carried.fates.push((dataset.name.clone(), becomes));
        }
        carried.update = toml::to_string(&publishers).unwrap_or_default();
        carried
    }
}

impl Catalog {
    /// The datasets of a catalogue, those in scope to be loaded.
    fn chosen(&self, known: Vec<Dataset>) -> Result<Vec<Dataset>, ManifestError> {
        let scopes: Vec<&String> = self.scopes.iter().chain(&self.scope).collect();
        for scope in &scopes {
            if !known.iter().any(|dataset| dataset.name == **scope) {
                return Err(ManifestError::Scope {
                    scope: (*scope).clone(),
                    catalog: self.url.clone(),
                });
            }
        }
        Ok(known
            .into_iter()
            .map(|mut dataset| {
                if !scopes.is_empty() {
                    dataset.load = Some(scopes.contains(&&dataset.name));
                }
                dataset.namespace = self.namespace.or(dataset.namespace);
                let or = |own: &Option<String>, other| own.clone().or(other);
                dataset.resource_name = or(&self.resource_name, dataset.resource_name);
                dataset.resource_type = or(&self.resource_type, dataset.resource_type);
                dataset.auth_token = or(&self.auth_token, dataset.auth_token);
                dataset
            })
            .collect())
    }
}

#[derive(Debug, Default, Serialize)]
struct Publishers {
    publisher: Vec<Publisher>,
}

#[derive(Debug, Serialize)]
struct Publisher {
    name: String,
    dataset: String,
    check_hours: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    delta: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_env: Option<String>,
    files: Vec<Wanted>,
}

#[derive(Debug, Serialize)]
struct Wanted {
    name: &'static str,
    address: String,
    content: &'static str,
}

impl Dataset {
    /// Where its entities are.
    fn address(&self) -> Option<String> {
        if let Some(address) = self.entities_url.as_ref().or(self.path.as_ref()) {
            return Some(address.clone());
        }
        let wanted = |resource: &&Resource| match (&self.resource_name, &self.resource_type) {
            (Some(name), _) if resource.name.as_ref() == Some(name) => true,
            (_, Some(kind)) if resource.mime_type.as_ref() == Some(kind) => true,
            (None, None) => resource.name.as_deref() == Some("entities.ftm.json"),
            _ => false,
        };
        self.resources.iter().find(wanted)?.url.clone()
    }

    fn carried(
        &self,
        with_deltas: bool,
        publishers: &mut Publishers,
        imports: &mut Vec<String>,
    ) -> String {
        let is_collection = !self.children.is_empty();
        if !self.load.unwrap_or(!is_collection) {
            return if is_collection {
                format!(
                    "nothing: a collection of {}; `default`, `sanctions` and `peps` are there",
                    self.children.join(", ")
                )
            } else {
                "nothing: it was not loaded".to_owned()
            };
        }
        let Some(address) = self.address() else {
            return "nothing: it names no file of entities".to_owned();
        };
        let remark = if self.namespace == Some(true) {
            "; ids stay as they are, since each list is its own namespace"
        } else {
            ""
        };
        if !(address.starts_with("https://") || address.starts_with("http://")) {
            let path = address.strip_prefix("file://").unwrap_or(&address);
            imports.push(format!("interdict import {path} --as {}", self.name));
            return format!("a file, to be imported{remark}");
        }
        let token_env = self.auth_token.as_deref().map(variable_of);
        let delta = self.delta_url.clone().filter(|_| with_deltas);
        let how = match (&delta, &token_env) {
            (Some(_), Some(name)) => format!(", by deltas, with the token in {name}"),
            (Some(_), None) => ", by deltas".to_owned(),
            (None, Some(name)) => format!(", with the token in {name}"),
            (None, None) => String::new(),
        };
        publishers.publisher.push(Publisher {
            name: self.name.clone(),
            dataset: self.name.clone(),
            check_hours: 1,
            delta,
            token_env,
            files: vec![Wanted {
                name: "entities.ftm.json",
                address,
                content: "json",
            }],
        });
        format!("a publisher of update.toml{how}{remark}")
    }
}

/// The variable of the environment that holds a token; a token written out gets one.
fn variable_of(token: &str) -> String {
    let name = token.trim().trim_start_matches('$');
    let name = name.trim_start_matches('{').trim_end_matches('}');
    let is_name = token.trim().starts_with('$')
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_name {
        name.to_owned()
    } else {
        "OPENSANCTIONS_DELIVERY_TOKEN".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CATALOG: &str = r#"{"datasets": [
        {"name": "sanctions", "children": ["a", "b"], "delta_url": "https://x.org/d.json",
         "resources": [{"name": "entities.ftm.json", "url": "https://x.org/s.json"}]},
        {"name": "a", "entities_url": "https://x.org/a.json"},
        {"name": "b"}
    ]}"#;

    fn read(text: &str) -> Result<Manifest, ManifestError> {
        let address = "https://x.org/catalog.json".to_owned();
        Manifest::read(text, &BTreeMap::from([(address, CATALOG.to_owned())]))
    }

    #[test]
    fn scopes_of_a_catalogue_are_loaded() {
        let manifest = read(
            "catalogs:\n  - url: https://x.org/catalog.json\n    scope: sanctions\n    \
             auth_token: $TOKEN\n",
        )
        .expect("a manifest");
        let carried = manifest.carried(true);
        assert!(carried.update.contains("https://x.org/s.json"));
        assert!(carried.update.contains("delta = \"https://x.org/d.json\""));
        assert!(carried.update.contains("token_env = \"TOKEN\""));
        assert!(!carried.update.contains("a.json"));
        assert!(!manifest.carried(false).update.contains("delta ="));
    }

    #[test]
    fn what_cannot_be_is_an_error() {
        let scope = read("catalogs:\n  - {url: https://x.org/catalog.json, scopes: [c]}\n");
        assert!(matches!(scope, Err(ManifestError::Scope { .. })));
        let twice = read(
            "catalogs:\n  - {url: https://x.org/catalog.json, scopes: [a]}\ndatasets:\n  - name: b\n",
        );
        assert_eq!(twice.err(), Some(ManifestError::Twice("b".to_owned())));
        let unknown = read("catalogs:\n  - url: https://y.org/catalog.json\n");
        assert!(matches!(unknown, Err(ManifestError::Catalog(_))));
        assert!(matches!(read("datasets: 7"), Err(ManifestError::Form(_))));
    }

    #[test]
    fn files_are_to_be_imported_and_tokens_are_never_written() {
        let manifest = read(
            "datasets:\n  - {name: mine, path: /data/mine.json}\n  - {name: theirs, entities_url: \
             'https://z.org/t.json', auth_token: s3cret}\n",
        )
        .expect("a manifest");
        let carried = manifest.carried(true);
        assert_eq!(
            carried.imports,
            ["interdict import /data/mine.json --as mine"]
        );
        assert!(!carried.update.contains("s3cret"));
        assert!(
            carried
                .update
                .contains("token_env = \"OPENSANCTIONS_DELIVERY_TOKEN\"")
        );
    }
}
