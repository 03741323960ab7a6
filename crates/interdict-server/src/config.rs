//! What a server is told: addresses, limits, ages.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::Deserialize;

/// Settings of a server. Every key has a default that is safe on one machine.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address to listen on; loopback unless said otherwise.
    pub host: IpAddr,
    /// Port; 0 for any that is free.
    pub port: u16,
    /// Answer without credentials. Only on loopback.
    pub open: bool,
    /// Most bytes of a request's body, files apart.
    pub max_body: usize,
    /// Most bytes of an uploaded file.
    pub max_upload: u64,
    /// Most bytes of a request's address.
    pub max_url: usize,
    /// Seconds after which a request that is not a stream is given up.
    pub timeout_seconds: u64,
    /// Requests answered at a time; further ones wait, and beyond twice as many are turned away.
    pub max_concurrent: usize,
    /// Requests of one credential in a second; 0 for no limit.
    pub rate_per_second: u32,
    /// Queries of one compatible match request.
    pub max_batch: usize,
    /// Title in the API description and on pages.
    pub title: String,
    /// Token that `POST /updatez` asks for; the route answers 403 without one.
    pub update_token: Option<String>,
    /// Hours between looks at the publishers; `None` when another process updates the lists.
    pub update_hours: Option<u32>,
    /// Address that is told of lists that are stale, failed or held back.
    pub webhook: Option<String>,
    /// Certificate chain and key, PEM, for TLS.
    pub tls: Option<Tls>,
    /// TLS ends at a proxy in front: cookies are for encrypted connections only.
    pub behind_tls: bool,
}

/// Files for TLS.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Certificate chain, PEM.
    pub certificate: std::path::PathBuf,
    /// Private key, PEM.
    pub key: std::path::PathBuf,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 8000,
            open: false,
            max_body: 4 << 20,
            max_upload: 512 << 20,
            max_url: 60_000,
            timeout_seconds: 60,
            max_concurrent: 256,
            rate_per_second: 0,
            max_batch: 100,
            title: "Interdict".to_owned(),
            update_token: None,
            update_hours: None,
            webhook: None,
            tls: None,
            behind_tls: false,
        }
    }
}

/// What names of environment variables begin with; the rest is a key of [`Config`] in capitals, with
/// `_` before the members of a table: `INTERDICT_SERVER_TLS_KEY`.
pub const ENVIRONMENT: &str = "INTERDICT_SERVER_";

/// Keys whose value is text whatever it looks like.
const TEXTS: &[&str] = &[
    "host",
    "title",
    "update_token",
    "webhook",
    "tls_certificate",
    "tls_key",
];

/// Settings that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// No TOML, or a key or value that there is not.
    #[error("{origin}: {what}")]
    Syntax {
        /// The file, or the environment.
        origin: String,
        /// What is wrong, with the place.
        what: String,
    },
    /// Anyone who reaches the address could use it.
    #[error(
        "open = true with host {host}: without credentials only a loopback address may be \
         listened on; use 127.0.0.1 or ::1, or create keys and leave `open` out"
    )]
    OpenToAll {
        /// The address.
        host: IpAddr,
    },
    /// A bound that lets nothing through.
    #[error("{key} = 0: expected at least 1")]
    Zero {
        /// Which.
        key: &'static str,
    },
}

impl Config {
    /// Reads settings: what the environment says counts more than what `text` says. `origin` is what
    /// errors call the text.
    ///
    /// # Errors
    /// For what is no TOML, unknown keys, and values of another kind; with the place.
    pub fn read(
        text: &str,
        origin: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, ConfigError> {
        let wrong = |origin: &str, e: toml::de::Error| ConfigError::Syntax {
            origin: origin.to_owned(),
            what: e.to_string().trim_end().to_owned(),
        };
        // By itself first, so that errors name places of the file.
        let _: Config = toml::from_str(text).map_err(|e| wrong(origin, e))?;
        let mut table: toml::Table = toml::from_str(text).map_err(|e| wrong(origin, e))?;
        for (name, value) in environment {
            let Some(key) = name.strip_prefix(ENVIRONMENT) else {
                continue;
            };
            let key = key.to_lowercase();
            let plain = || toml::Value::String(value.clone());
            let value = match TEXTS.contains(&key.as_str()) {
                true => plain(),
                false => format!("value = {value}")
                    .parse::<toml::Table>()
                    .ok()
                    .and_then(|mut parsed| parsed.remove("value"))
                    .unwrap_or_else(plain),
            };
            let mut next = table.clone();
            match key.strip_prefix("tls_") {
                None => next.insert(key, value),
                Some(member) => {
                    let tls = next
                        .entry("tls")
                        .or_insert_with(|| toml::Value::Table(toml::Table::new()));
                    tls.as_table_mut()
                        .and_then(|tls| tls.insert(member.to_owned(), value))
                }
            };
            table = next;
        }
        table
            .try_into()
            .map_err(|e| wrong(&format!("{origin} and the environment"), e))
    }

    /// Checks what one key alone does not show.
    ///
    /// # Errors
    /// When settings cannot hold together.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.open && !self.host.is_loopback() {
            return Err(ConfigError::OpenToAll { host: self.host });
        }
        let bounds = [
            ("max_body", self.max_body as u64),
            ("max_upload", self.max_upload),
            ("max_url", self.max_url as u64),
            ("timeout_seconds", self.timeout_seconds),
            ("max_concurrent", self.max_concurrent as u64),
            ("max_batch", self.max_batch as u64),
        ];
        match bounds.iter().find(|(_, value)| *value == 0) {
            Some((key, _)) => Err(ConfigError::Zero { key }),
            None => Ok(()),
        }
    }

    /// The address to listen on.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    /// How long a request may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_is_for_loopback_only() {
        let mut config = Config {
            open: true,
            ..Config::default()
        };
        assert_eq!(config.check(), Ok(()));
        config.host = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        assert_eq!(
            config.check(),
            Err(ConfigError::OpenToAll { host: config.host })
        );
    }

    #[test]
    fn the_environment_counts_more_than_the_file() {
        let file = "port = 1\nmax_batch = 7\ntitle = \"file\"\n";
        let environment = [
            ("INTERDICT_SERVER_PORT", "2"),
            ("INTERDICT_SERVER_TITLE", "0042"),
            ("INTERDICT_SERVER_TLS_KEY", "k.pem"),
            ("INTERDICT_SERVER_TLS_CERTIFICATE", "c.pem"),
            ("INTERDICT_DATA_DIR", "elsewhere"),
        ];
        let environment = environment.map(|(k, v)| (k.to_owned(), v.to_owned()));
        let config = Config::read(file, "interdict.toml", environment).expect("settings");
        assert_eq!((config.port, config.max_batch), (2, 7));
        assert_eq!(config.title, "0042");
        assert_eq!(config.tls.map(|tls| tls.key), Some("k.pem".into()));
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let error = |text: &str, environment: &[(&str, &str)]| {
            let environment = environment
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
            Config::read(text, "interdict.toml", environment)
                .expect_err("a mistake")
                .to_string()
        };
        let unknown = error("prot = 1", &[]);
        assert!(
            unknown.contains("line 1") && unknown.contains("prot"),
            "{unknown}"
        );
        let kind = error("port = \"x\"", &[]);
        assert!(
            kind.starts_with("interdict.toml: ") && kind.contains("line 1"),
            "{kind}"
        );
        let environment = error("", &[("INTERDICT_SERVER_PORT", "many")]);
        assert!(environment.contains("environment"), "{environment}");
        let name = error("", &[("INTERDICT_SERVER_PROT", "1")]);
        assert!(name.contains("prot"), "{name}");
    }

    #[test]
    fn a_bound_of_zero_is_a_mistake() {
        let config = Config {
            max_batch: 0,
            ..Config::default()
        };
        assert_eq!(config.check(), Err(ConfigError::Zero { key: "max_batch" }));
    }
}
