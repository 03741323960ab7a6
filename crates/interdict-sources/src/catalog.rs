//! The lists Interdict knows by name: `data/sources.toml`, typed.

use interdict_model::DatasetName;
use serde::Deserialize;

const BUILT_IN: &str = include_str!("../../../data/sources.toml");

/// What is known of a list beside its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// Its name.
    pub name: DatasetName,
    /// What it is, in words for people.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// Territory code of the publisher.
    pub country: String,
    /// What the publisher grants.
    pub licence: LicenceClass,
    /// Ids of the formats in which it is read.
    pub formats: Vec<String>,
    /// Where the publisher has its files.
    pub urls: Vec<String>,
    /// The formula of entity ids.
    pub id_formula: String,
    /// Why this formula.
    pub id_reason: String,
    /// Least and most entries of a complete publication.
    pub entries: (u64, u64),
    /// Days after which a publication is old.
    pub max_age_days: u32,
}

/// What the publisher of a list grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum LicenceClass {
    /// Work of the US Government, no copyright in the US.
    #[serde(rename = "US-PD")]
    UsPublicDomain,
    /// UK Open Government Licence v3.
    #[serde(rename = "OGL")]
    OpenGovernment,
    /// EU legal acts and lists; reuse with acknowledgement.
    #[serde(rename = "EU")]
    Eu,
    /// Published by a government or the UN for public use under its own terms.
    #[serde(rename = "GOV")]
    Government,
}

impl LicenceClass {
    /// The class as the data file and the docs write it.
    pub fn as_str(self) -> &'static str {
        match self {
            LicenceClass::UsPublicDomain => "US-PD",
            LicenceClass::OpenGovernment => "OGL",
            LicenceClass::Eu => "EU",
            LicenceClass::Government => "GOV",
        }
    }
}

/// All lists known by name, in the order of the data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    datasets: Vec<Dataset>,
}

/// Why a catalogue could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// It is not TOML of the expected form; the text names line and key.
    #[error("catalogue of sources: {0}")]
    Form(#[from] toml::de::Error),
    /// A dataset name is not one.
    #[error("catalogue of sources: {0}")]
    Name(#[from] interdict_model::dataset::InvalidDatasetName),
    /// Two entries have the same name, or bounds are the wrong way round.
    #[error("catalogue of sources: {dataset}: {what}")]
    Content {
        /// Entry.
        dataset: DatasetName,
        /// What is wrong with it.
        what: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dataset: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    title: String,
    publisher: String,
    country: String,
    licence: LicenceClass,
    formats: Vec<String>,
    urls: Vec<String>,
    id: String,
    id_why: String,
    entries: (u64, u64),
    max_age: u32,
    #[serde(rename = "moves")]
    _moves: u32,
}

impl Catalog {
    /// The catalogue that ships with Interdict.
    ///
    /// # Errors
    /// Never for the file in this repository; a test reads it.
    pub fn built_in() -> Result<Catalog, CatalogError> {
        Catalog::parse(BUILT_IN)
    }

    /// Reads a catalogue.
    ///
    /// # Errors
    /// When it is not TOML of the form of `data/sources.toml`.
    pub fn parse(text: &str) -> Result<Catalog, CatalogError> {
        let file: File = toml::from_str(text)?;
        let mut datasets: Vec<Dataset> = Vec::with_capacity(file.dataset.len());
        for row in file.dataset {
            let name = DatasetName::new(&row.name)?;
            let wrong = |what| CatalogError::Content {
                dataset: name.clone(),
                what,
            };
            if datasets.iter().any(|d| d.name == name) {
                return Err(wrong("is named twice"));
            }
            if row.entries.0 > row.entries.1 {
                return Err(wrong("least entries exceed most"));
            }
            datasets.push(Dataset {
                name,
                title: row.title,
                publisher: row.publisher,
                country: row.country,
                licence: row.licence,
                formats: row.formats,
                urls: row.urls,
                id_formula: row.id,
                id_reason: row.id_why,
                entries: row.entries,
                max_age_days: row.max_age,
            });
        }
        Ok(Catalog { datasets })
    }

    /// All lists.
    pub fn datasets(&self) -> &[Dataset] {
        &self.datasets
    }

    /// The list with this name.
    pub fn get(&self, name: &DatasetName) -> Option<&Dataset> {
        self.datasets.iter().find(|d| d.name == *name)
    }

    /// The lists that are read in this format.
    pub fn of_format<'a>(&'a self, format: &'a str) -> impl Iterator<Item = &'a Dataset> {
        self.datasets
            .iter()
            .filter(move |d| d.formats.iter().any(|f| f == format))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_reads_and_names_the_lists() {
        let catalog = Catalog::built_in().unwrap();
        let un = catalog
            .get(&DatasetName::new("un_sc_sanctions").unwrap())
            .unwrap();
        assert_eq!(un.id_formula, "un-{REFERENCE_NUMBER, lower case}");
        assert_eq!(un.licence, LicenceClass::Government);
        let both: Vec<&str> = catalog
            .of_format("ofac-xml")
            .map(|d| d.name.as_str())
            .collect();
        assert_eq!(both, ["us_ofac_sdn", "us_ofac_cons"]);
    }

    #[test]
    fn a_wrong_catalogue_is_refused_with_the_reason() {
        let good = BUILT_IN;
        let twice = good.replacen("\"us_ofac_cons\"", "\"us_ofac_sdn\"", 1);
        let cases = [
            (twice, "us_ofac_sdn: is named twice"),
            (
                good.replacen("= \"US-PD\"", "= \"MINE\"", 1),
                "unknown variant `MINE`",
            ),
            (
                good.replacen("moves = 3", "mover = 3", 1),
                "unknown field `mover`",
            ),
            (good.replacen("us_ofac_sdn", "US SDN", 1), "dataset name"),
        ];
        for (text, expected) in cases {
            let error = Catalog::parse(&text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
