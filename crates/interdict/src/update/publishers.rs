//! Where lists are fetched from, and how patiently: `data/publishers.toml` and an operator's own
//! file laid over it.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

const SHIPPED: &str = include_str!("../../../../data/publishers.toml");

/// Everything `update` is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publishers {
    /// How to ask.
    pub(crate) client: Client,
    /// Whom to ask, in the order of the files.
    #[serde(rename = "publisher", default)]
    pub(crate) all: Vec<Publisher>,
}

/// How to ask.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    user_agent: String,
    connect_seconds: f64,
    stall_seconds: f64,
    file_seconds: f64,
    /// Most bytes of a file, decoded.
    pub(crate) most_bytes: u64,
    /// Most redirects of one question.
    pub(crate) most_redirects: u32,
    /// Attempts for a file.
    pub(crate) attempts: u32,
    first_wait_seconds: f64,
    trust_unmodified_hours: f64,
}

impl Client {
    /// What to call ourselves.
    pub(crate) fn user_agent(&self) -> String {
        if self.user_agent.is_empty() {
            format!(
                "interdict/{} (+{})",
                env!("CARGO_PKG_VERSION"),
                env!("CARGO_PKG_REPOSITORY")
            )
        } else {
            self.user_agent.clone()
        }
    }

    /// Until a connection stands.
    pub(crate) fn connect(&self) -> Duration {
        seconds(self.connect_seconds)
    }

    /// Without a byte.
    pub(crate) fn stall(&self) -> Duration {
        seconds(self.stall_seconds)
    }

    /// Until a file is whole.
    pub(crate) fn file(&self) -> Duration {
        seconds(self.file_seconds)
    }

    /// Before the second attempt; twice as long before each further one.
    pub(crate) fn first_wait(&self) -> Duration {
        seconds(self.first_wait_seconds)
    }

    /// How long "not modified" is believed.
    pub(crate) fn trust_unmodified(&self) -> Duration {
        seconds(self.trust_unmodified_hours * 3600.0)
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

/// Whom to ask, and for what.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publisher {
    /// Name of the list.
    pub(crate) name: String,
    /// Whether it is asked without being named.
    #[serde(default = "yes")]
    pub(crate) enabled: bool,
    /// What to say whenever it is asked.
    pub(crate) licence: Option<String>,
    /// Name to file the list under.
    pub(crate) dataset: Option<String>,
    /// Hours until the next look.
    check_hours: u32,
    /// Index of a feed of changes, for lists of one file of FollowTheMoney entities.
    pub(crate) delta: Option<String>,
    /// Variable of the environment with the token that its addresses want.
    pub(crate) token_env: Option<String>,
    /// The files of one publication.
    pub(crate) files: Vec<Wanted>,
}

impl Publisher {
    /// The same with the token that its addresses want.
    ///
    /// # Errors
    /// When the variable that should hold it is not set.
    pub(crate) fn with_token(
        &self,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Publisher, String> {
        let mut own = self.clone();
        if let Some(name) = &self.token_env {
            let token = variable(name)
                .ok_or_else(|| format!("{name} is not set; expected the token of {}", self.name))?;
            for file in &mut own.files {
                file.token = Some(token.clone());
            }
        }
        Ok(own)
    }

    /// When to look again after a look at `now`.
    pub(crate) fn next_look(&self, now: Timestamp) -> Timestamp {
        now + Duration::from_secs(u64::from(self.check_hours) * 3600)
    }
}

fn yes() -> bool {
    true
}

/// A file of a publication.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// What it is called in the data folder.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) address: Option<String>,
    /// A page that links to it.
    pub(crate) page: Option<String>,
    /// What the link on the page contains.
    pub(crate) link: Option<String>,
    /// What its first bytes must look like.
    pub(crate) content: Content,
    /// A smaller one is refused.
    #[serde(default)]
    pub(crate) least_bytes: u64,
    /// Whether it may hold nothing.
    #[serde(default)]
    pub(crate) may_be_empty: bool,
    /// What to show for it; set from the environment, never from a file.
    #[serde(skip)]
    pub(crate) token: Option<String>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Content {
    /// Lines of text.
    Csv,
    /// XML.
    Xml,
    /// JSON, or a line of it each.
    Json,
    /// A spreadsheet, which is a ZIP archive.
    Xlsx,
}

/// What is wrong with a file of publishers.
#[derive(Debug, thiserror::Error)]
#[error("{origin}: {what}")]
pub(crate) struct Wrong {
    origin: String,
    what: String,
}

impl Publishers {
    /// The shipped ones with `own` laid over them, a text and where it is from.
    pub(crate) fn with(own: Option<(&str, &str)>) -> Result<Publishers, Wrong> {
        let read = |text: &str, origin: &str| -> Result<toml::Table, Wrong> {
            toml::from_str(text).map_err(|e| Wrong {
                origin: origin.to_owned(),
                what: e.to_string(),
            })
        };
        let mut table = read(SHIPPED, "shipped publishers")?;
        let mut origin = "shipped publishers";
        if let Some((text, from)) = own {
            origin = from;
            overlay(&mut table, read(text, from)?);
        }
        let wrong = |what: String| Wrong {
            origin: origin.to_owned(),
            what,
        };
        let publishers: Publishers = table.try_into().map_err(|e| wrong(e.to_string()))?;
        publishers.check().map_err(wrong)?;
        Ok(publishers)
    }

    fn check(&self) -> Result<(), String> {
        if self.client.attempts == 0 {
            return Err("client: attempts: expected at least 1".to_owned());
        }
        let mut names = BTreeSet::new();
        for publisher in &self.all {
            let name = &publisher.name;
            if !names.insert(name) {
                return Err(format!("publisher {name}: is named twice"));
            }
            if publisher.files.is_empty() {
                return Err(format!("publisher {name}: files: expected at least one"));
            }
            if publisher.delta.is_some() && publisher.files.len() != 1 {
                return Err(format!(
                    "publisher {name}: delta: expected one file of entities beside it"
                ));
            }
            for file in &publisher.files {
                let at = format!("publisher {name}: {}", file.name);
                match (&file.address, &file.page, &file.link) {
                    (Some(_), None, None) | (None, Some(_), Some(_)) => {}
                    _ => return Err(format!("{at}: expected an address, or a page and a link")),
                }
                let place = file.address.as_ref().or(file.page.as_ref());
                let known =
                    |place: &String| place.starts_with("https://") || place.starts_with("http://");
                if !place.is_some_and(known) {
                    return Err(format!(
                        "{at}: expected an address that begins with https://"
                    ));
                }
                if file.name.contains(['/', '\\']) || file.name.is_empty() {
                    return Err(format!("{at}: expected a name without folders"));
                }
            }
        }
        Ok(())
    }

    /// The enabled one that has a list.
    pub(crate) fn of(&self, dataset: &str) -> Option<&Publisher> {
        let files_under = |p: &Publisher| p.dataset.as_ref().unwrap_or(&p.name) == dataset;
        self.all.iter().find(|p| p.enabled && files_under(p))
    }

    /// Those with these names, or all that are enabled.
    pub(crate) fn chosen(&self, names: &[String]) -> Result<Vec<&Publisher>, String> {
        if names.is_empty() {
            return Ok(self.all.iter().filter(|p| p.enabled).collect());
        }
        let find = |name: &String| {
            self.all.iter().find(|p| p.name == *name).ok_or_else(|| {
                let known: Vec<&str> = self.all.iter().map(|p| p.name.as_str()).collect();
                format!(
                    "no publisher is called {name:?}; known are {}",
                    known.join(", ")
                )
            })
        };
        names.iter().map(find).collect()
    }
}

/// Lays `over` over `under`: keys of tables one by one, publishers by name.
fn overlay(under: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(toml::Value::Table(under)), toml::Value::Table(over)) => under.extend(over),
            (Some(toml::Value::Array(under)), toml::Value::Array(over)) if key == "publisher" => {
                for publisher in over {
                    let name = publisher.get("name");
                    let known = under.iter_mut().find(|p| p.get("name") == name);
                    match (known, publisher) {
                        (Some(toml::Value::Table(known)), toml::Value::Table(publisher)) => {
                            known.extend(publisher);
                        }
                        (_, publisher) => under.push(publisher),
                    }
                }
            }
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_publishers_are_those_of_the_catalogue() {
        let publishers = Publishers::with(None).unwrap();
        let catalog = interdict_sources::Catalog::built_in().unwrap();
        for publisher in &publishers.all {
            let name = publisher.name.as_str();
            let known = catalog.datasets().iter().find(|d| d.name.as_str() == name);
            let Some(known) = known else {
                // A publisher of many lists in one file says under which name it is filed.
                assert!(
                    publisher.dataset.is_some(),
                    "{name} is no list of the catalogue"
                );
                continue;
            };
            for file in &publisher.files {
                let places = [&file.address, &file.page];
                let place = places.into_iter().flatten().next().expect("a place");
                assert!(
                    known.urls.contains(place),
                    "{name}: {place} is not in the catalogue"
                );
            }
        }
    }

    #[test]
    fn the_shipped_file_is_right_and_keeps_licensed_data_off() {
        let publishers = Publishers::with(None).unwrap();
        let chosen = publishers.chosen(&[]).unwrap();
        assert!(chosen.len() >= 8);
        assert!(chosen.iter().all(|p| p.licence.is_none()));
        let named = publishers.chosen(&["opensanctions".to_owned()]).unwrap();
        let licence = named.first().and_then(|p| p.licence.as_deref()).unwrap();
        assert!(licence.contains("CC BY-NC"));
        assert!(publishers.chosen(&["nobody".to_owned()]).is_err());
    }

    #[test]
    fn an_operators_file_is_laid_over_it() {
        let own = r#"
            [client]
            attempts = 9
            [[publisher]]
            name = "un_sc_sanctions"
            enabled = false
            [[publisher]]
            name = "mine"
            check_hours = 1
            files = [{ name = "a.csv", address = "https://example.org/a.csv", content = "csv" }]
        "#;
        let publishers = Publishers::with(Some((own, "own.toml"))).unwrap();
        assert_eq!(publishers.client.attempts, 9);
        assert!(publishers.client.most_redirects > 0);
        let names: Vec<&str> = publishers
            .chosen(&[])
            .unwrap()
            .iter()
            .map(|p| p.name.as_str())
            .collect();
        assert!(!names.contains(&"un_sc_sanctions"));
        assert!(names.contains(&"mine") && names.contains(&"us_ofac_sdn"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (own, expected) in [
            ("[client]\nretries = 3", "unknown field `retries`"),
            (
                "[[publisher]]\nname = \"x\"\ncheck_hours = 1\nfiles = []",
                "x: files",
            ),
            (
                "[[publisher]]\nname = \"x\"\ncheck_hours = 1\nfiles = [{ name = \"a\", address = \
                 \"ftp://a\", content = \"csv\" }]",
                "begins with https://",
            ),
        ] {
            let error = Publishers::with(Some((own, "own.toml")))
                .unwrap_err()
                .to_string();
            assert!(
                error.starts_with("own.toml: ") && error.contains(expected),
                "{error}"
            );
        }
    }
}
