//! One file from a publisher: asked with patience, checked, written to disk with its hash.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use interdict_desk::{Progress, Step};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use ureq::http::{Response, Uri, header};
use ureq::{Agent, Body, Proxy, ResponseExt, Timeout};

use crate::update::checks::{self, Refusal};
use crate::update::publishers::{Client, Wanted};

/// What is known of a file from the last time it came whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Before {
    /// Its entity tag.
    pub(crate) etag: Option<String>,
    /// Its time of last change, as the publisher wrote it.
    pub(crate) last_modified: Option<String>,
}

/// What an address answered.
#[derive(Debug)]
pub(crate) enum Got {
    /// As before, says the publisher.
    Unmodified,
    /// A file.
    File(Fetched),
}

/// A file that came whole and passed the checks.
#[derive(Clone, Debug)]
pub(crate) struct Fetched {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// SHA-256 of its bytes, decoded.
    pub(crate) sha256: [u8; 32],
    /// Its bytes.
    pub(crate) size: u64,
    /// The entity tag stated for it.
    pub(crate) etag: Option<String>,
    /// The time of last change stated for it.
    pub(crate) last_modified: Option<String>,
}

impl Fetched {
    /// The time of last change, if the publisher stated one that can be read.
    pub(crate) fn changed_at(&self) -> Option<Timestamp> {
        http_date(self.last_modified.as_deref()?)
    }
}

/// A time as HTTP writes it, RFC 9110 section 5.6.7.
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    let parsed = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text);
    parsed.ok()
}

/// Why a file did not come.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// No answer, or one that broke off.
    #[error("{address}: {what}")]
    Broken {
        /// Address without its query.
        address: String,
        /// What happened.
        what: String,
        /// Whether it may be different next time.
        again: bool,
    },
    /// An answer that is no list.
    #[error("{address}{via}: {refusal}")]
    Refused {
        /// Address without its query.
        address: String,
        /// Where it was redirected to.
        via: String,
        /// What is wrong with it.
        refusal: Refusal,
    },
    /// It cannot be kept.
    #[error("{}: cannot be written: {source}", .path.display())]
    Disk {
        /// File.
        path: PathBuf,
        /// Cause.
        #[source]
        source: io::Error,
    },
}

impl FetchError {
    fn is_worth_another(&self) -> bool {
        match self {
            FetchError::Broken { again, .. } => *again,
            FetchError::Refused { refusal, .. } => refusal.may_pass(),
            FetchError::Disk { .. } => false,
        }
    }

    fn wait(&self) -> Option<Duration> {
        match self {
            FetchError::Refused { refusal, .. } => refusal.wait(),
            _ => None,
        }
    }
}

/// The longest that a publisher can make us wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// Asks publishers.
pub(crate) struct Fetcher<'a> {
    agent: Agent,
    client: &'a Client,
    progress: &'a dyn Progress,
}

impl<'a> Fetcher<'a> {
    /// Asks as `client` says, through a proxy where there is one.
    pub(crate) fn new(
        client: &'a Client,
        proxy: Option<Proxy>,
        progress: &'a dyn Progress,
    ) -> Fetcher<'a> {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(client.most_redirects)
            .save_redirect_history(true)
            .user_agent(client.user_agent())
            .timeout_connect(Some(client.connect()))
            .timeout_per_read(Some(client.stall()))
            .timeout_recv_response(Some(client.stall()))
            .timeout_global(Some(client.file()))
            .proxy(proxy)
            .build()
            .new_agent();
        Fetcher {
            agent,
            client,
            progress,
        }
    }

    /// Fetches a file into `path`, trying again where that may help.
    ///
    /// # Errors
    /// When it did not come, is no list, or cannot be written.
    pub(crate) fn fetch(
        &self,
        file: &Wanted,
        before: &Before,
        path: &Path,
    ) -> Result<Got, FetchError> {
        let mut wait = self.client.first_wait();
        let mut attempt = 1;
        loop {
            let error = match self.once(file, before, path) {
                Ok(got) => return Ok(got),
                Err(error) => error,
            };
            if attempt >= self.client.attempts || !error.is_worth_another() {
                return Err(error);
            }
            tracing::info!(%error, attempt, "asking again");
            let asked = error.wait().unwrap_or(wait).min(LONGEST_WAIT);
            std::thread::sleep(jittered(asked));
            wait = wait.saturating_mul(2);
            attempt += 1;
        }
    }

    fn once(&self, file: &Wanted, before: &Before, path: &Path) -> Result<Got, FetchError> {
        let address = match (&file.address, &file.page, &file.link) {
            (Some(address), ..) => address.clone(),
            (None, Some(page), Some(link)) => self.find_link(page, link)?,
            _ => String::new(),
        };
        let mut response = self.ask(&address, before, file.token.as_deref())?;
        let status = response.status().as_u16();
        let asked_before = before.etag.is_some() || before.last_modified.is_some();
        if status == 304 && asked_before {
            return Ok(Got::Unmodified);
        }
        let refuse = |response: &Response<Body>, refusal| FetchError::Refused {
            address: without_query(&address),
            via: via(&address, response),
            refusal,
        };
        let head = |name| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let [content_type, etag, last_modified, retry_after] = [
            header::CONTENT_TYPE,
            header::ETAG,
            header::LAST_MODIFIED,
            header::RETRY_AFTER,
        ]
        .map(head);
        if let Some(refusal) = checks::head(status, content_type.as_deref(), retry_after.as_deref())
        {
            return Err(refuse(&response, refusal));
        }
        let last = response.get_uri().clone();
        if address.starts_with("https://") && last.scheme_str() == Some("http") {
            return Err(refuse(&response, Refusal::Unencrypted));
        }
        let limit = self.client.most_bytes;
        let stated = response.body().content_length();
        if let Some(stated) = stated.filter(|stated| *stated > limit) {
            return Err(refuse(
                &response,
                Refusal::TooLarge {
                    at_least: stated,
                    limit,
                },
            ));
        }
        self.progress.begin(Step::Downloading, &file.name, stated);
        let copied = self.copy(&mut response, file, path, limit);
        self.progress.end(Step::Downloading);
        match copied {
            Ok((sha256, size)) => Ok(Got::File(Fetched {
                path: path.to_owned(),
                sha256,
                size,
                etag,
                last_modified,
            })),
            Err(Copy::Refused(refusal)) => Err(refuse(&response, refusal)),
            Err(Copy::Disk(source)) => Err(FetchError::Disk {
                path: path.to_owned(),
                source,
            }),
            Err(Copy::Broken(e)) => Err(FetchError::Broken {
                address: without_query(&address),
                what: told(&e),
                again: true,
            }),
        }
    }

    fn ask(
        &self,
        address: &str,
        before: &Before,
        token: Option<&str>,
    ) -> Result<Response<Body>, FetchError> {
        let mut request = self.agent.get(address);
        if let Some(token) = token {
            // Not sent on to another host that redirects lead to.
            request = request.header(header::AUTHORIZATION, format!("Token {token}"));
        }
        if let Some(etag) = &before.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(time) = &before.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, time);
        }
        request.call().map_err(|error| {
            let again = !matches!(
                error,
                ureq::Error::BadUri(_)
                    | ureq::Error::TooManyRedirects
                    | ureq::Error::RedirectFailed
                    | ureq::Error::InvalidProxyUrl
                    | ureq::Error::Http(_)
            );
            let what = match &error {
                ureq::Error::TooManyRedirects => format!(
                    "redirected more than {} times; expected the file",
                    self.client.most_redirects
                ),
                ureq::Error::HostNotFound => "no such host is known".to_owned(),
                ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => format!(
                    "no connection within {} s",
                    self.client.connect().as_secs_f64()
                ),
                ureq::Error::Timeout(_) => {
                    format!("no answer within {} s", self.client.stall().as_secs_f64())
                }
                other => other.to_string(),
            };
            FetchError::Broken {
                address: without_query(address),
                what,
                again,
            }
        })
    }

    fn copy(
        &self,
        response: &mut Response<Body>,
        file: &Wanted,
        path: &Path,
        limit: u64,
    ) -> Result<([u8; 32], u64), Copy> {
        let mut reader = response.body_mut().with_config().limit(u64::MAX).reader();
        let mut out = File::create(path).map_err(Copy::Disk)?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 128 << 10];
        let mut size = 0u64;
        let mut start = Vec::new();
        let mut looked = false;
        loop {
            let count = reader.read(&mut buffer).map_err(Copy::Broken)?;
            let part = buffer.get(..count).unwrap_or_default();
            if !looked {
                start.extend_from_slice(part);
                if start.len() >= checks::START || count == 0 {
                    looked = true;
                    checks::start(file, &start).map_err(Copy::Refused)?;
                }
            }
            if count == 0 {
                break;
            }
            size += count as u64;
            if size > limit {
                let at_least = size;
                return Err(Copy::Refused(Refusal::TooLarge { at_least, limit }));
            }
            hasher.update(part);
            out.write_all(part).map_err(Copy::Disk)?;
            self.progress.at(Step::Downloading, size);
        }
        out.sync_all().map_err(Copy::Disk)?;
        if size < file.least_bytes {
            let least = file.least_bytes;
            return Err(Copy::Refused(Refusal::TooSmall { size, least }));
        }
        Ok((hasher.finalize().into(), size))
    }

    /// The address of the first link of a page that contains a text.
    fn find_link(&self, page: &str, link: &str) -> Result<String, FetchError> {
        let mut response = self.ask(page, &Before::default(), None)?;
        let broken = |what: String, again| FetchError::Broken {
            address: without_query(page),
            what,
            again,
        };
        let status = response.status().as_u16();
        if status != 200 {
            return Err(broken(
                format!("status {status}; expected a page"),
                status >= 500,
            ));
        }
        let mut bytes = Vec::new();
        response
            .body_mut()
            .with_config()
            .limit(8 << 20)
            .reader()
            .read_to_end(&mut bytes)
            .map_err(|e| broken(told(&e), true))?;
        let text = String::from_utf8_lossy(&bytes);
        checks::link(&text, link, response.get_uri())
            .ok_or_else(|| broken(format!("no link on the page contains {link:?}"), false))
    }
}

enum Copy {
    Refused(Refusal),
    Broken(io::Error),
    Disk(io::Error),
}

/// What to tell of a body that broke off.
fn told(error: &io::Error) -> String {
    match error
        .get_ref()
        .and_then(|e| e.downcast_ref::<ureq::Error>())
    {
        Some(ureq::Error::Timeout(Timeout::Global)) => {
            "the file was not whole in the time it may take".to_owned()
        }
        Some(ureq::Error::Timeout(_)) => "it stopped sending".to_owned(),
        _ if error.kind() == io::ErrorKind::TimedOut => "it stopped sending".to_owned(),
        _ => format!("the answer broke off: {error}"),
    }
}

/// An address as it may be told: signed ones carry their key behind the question mark.
pub(crate) fn without_query(address: &str) -> String {
    address
        .split(['?', '#'])
        .next()
        .unwrap_or(address)
        .to_owned()
}

fn via(address: &str, response: &Response<Body>) -> String {
    let last: &Uri = response.get_uri();
    let last = without_query(&last.to_string());
    if last == without_query(address) {
        String::new()
    } else {
        format!(" (redirected to {last})")
    }
}

/// A wait between half and the whole of it, so that many who failed together do not return together.
fn jittered(wait: Duration) -> Duration {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let random = RandomState::new().build_hasher().finish() % 1_000;
    wait / 2 + (wait / 2).mul_f64(random as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_last_change_are_read() {
        let time = http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(time.to_string(), "1994-11-06T08:49:37Z");
        assert_eq!(http_date("yesterday"), None);
    }

    #[test]
    fn waits_are_at_least_half_and_at_most_whole() {
        for _ in 0..100 {
            let wait = jittered(Duration::from_secs(4));
            assert!(wait >= Duration::from_secs(2) && wait <= Duration::from_secs(4));
        }
    }

    #[test]
    fn keys_of_signed_addresses_are_not_told() {
        assert_eq!(without_query("https://a.b/c?sig=x"), "https://a.b/c");
    }
}
