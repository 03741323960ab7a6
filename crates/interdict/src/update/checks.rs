//! What is looked at before a download counts as a list: status, content type, first bytes, size.
//!
//! Publishers answer 200 with a page, redirect to a login, and send nothing at all. Whether what
//! came is the list it should be is for the import to say.

use std::fmt;
use std::time::Duration;

use ureq::http::Uri;

use crate::update::publishers::{Content, Wanted};

/// How many of the first bytes are looked at.
pub(crate) const START: usize = 1024;

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Another status than 200.
    Status {
        /// It.
        status: u16,
        /// How long the publisher asks to wait.
        wait: Option<Duration>,
    },
    /// A web page.
    Page {
        /// By what it was seen.
        by: &'static str,
    },
    /// Nothing.
    Empty,
    /// Fewer bytes than a list can have.
    TooSmall {
        /// Bytes.
        size: u64,
        /// Fewest bytes.
        least: u64,
    },
    /// More bytes than allowed.
    TooLarge {
        /// Bytes so far, or as stated.
        at_least: u64,
        /// Most bytes.
        limit: u64,
    },
    /// Other first bytes than such a file has.
    Start {
        /// What was expected.
        expected: &'static str,
        /// The first bytes as text.
        found: String,
    },
    /// An encrypted address led to one that is not.
    Unencrypted,
}

impl Refusal {
    /// Whether the same question may be answered otherwise in a moment.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Refusal::Status { status, .. } if *status >= 500 || *status == 429 || *status == 408)
    }

    /// How long the publisher asks to wait.
    pub(crate) fn wait(&self) -> Option<Duration> {
        match self {
            Refusal::Status { wait, .. } => *wait,
            _ => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Status { status: 403, .. } => f.write_str(
                "status 403, forbidden; expected 200. Some publishers refuse programs they do not \
                 know: client.user_agent says who asks",
            ),
            Refusal::Status {
                status: 404 | 410, ..
            } => f.write_str(
                "status 404, not there; expected 200. Did the publisher move the file? Its address \
                 can be set in a file for --config",
            ),
            Refusal::Status { status, .. } => write!(f, "status {status}; expected 200"),
            Refusal::Page { by } => {
                write!(
                    f,
                    "a web page came ({by}); expected the list. Is it a login or an error?"
                )
            }
            Refusal::Empty => f.write_str("an empty file came; expected the list"),
            Refusal::TooSmall { size, least } => {
                write!(f, "{size} bytes came; expected at least {least}")
            }
            Refusal::TooLarge { at_least, limit } => write!(
                f,
                "{at_least} bytes or more; at most {limit} are allowed (client.most_bytes)"
            ),
            Refusal::Start { expected, found } => {
                write!(f, "begins with {found:?}; expected {expected}")
            }
            Refusal::Unencrypted => {
                f.write_str("redirected from https to http; expected an encrypted connection")
            }
        }
    }
}

/// What the head of an answer is refused for.
pub(crate) fn head(
    status: u16,
    content_type: Option<&str>,
    retry_after: Option<&str>,
) -> Option<Refusal> {
    if status != 200 {
        let wait = retry_after
            .and_then(|text| text.trim().parse().ok())
            .map(Duration::from_secs);
        return Some(Refusal::Status { status, wait });
    }
    let media = content_type?.split(';').next()?.trim().to_ascii_lowercase();
    let by = "by its content type";
    matches!(media.as_str(), "text/html" | "application/xhtml+xml").then_some(Refusal::Page { by })
}

/// Looks at the first bytes of a file, or at all of them where there are fewer.
pub(crate) fn start(file: &Wanted, bytes: &[u8]) -> Result<(), Refusal> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.is_empty() {
        return if file.may_be_empty {
            Ok(())
        } else {
            Err(Refusal::Empty)
        };
    }
    let low: String = text
        .chars()
        .take(256)
        .collect::<String>()
        .to_ascii_lowercase();
    if low.starts_with("<!doctype html") || low.starts_with("<html") || low.contains("<head>") {
        let by = "by its first bytes";
        return Err(Refusal::Page { by });
    }
    let wrong = |expected| {
        Err(Refusal::Start {
            expected,
            found: text.chars().take(40).collect(),
        })
    };
    let is_text = !bytes.iter().take(START).any(|b| *b == 0);
    match file.content {
        Content::Xml if !text.starts_with('<') => wrong("XML"),
        Content::Json if !text.starts_with(['{', '[']) => wrong("JSON"),
        Content::Xlsx if !bytes.starts_with(b"PK\x03\x04") => wrong("a spreadsheet (ZIP)"),
        Content::Csv if text.starts_with(['<', '{']) || !is_text => wrong("lines of a table"),
        _ => Ok(()),
    }
}

/// The address of the first link of a page whose target contains a text.
pub(crate) fn link(page: &str, part: &str, of: &Uri) -> Option<String> {
    let target = page.split("href=").skip(1).find_map(|rest| {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let target = rest.get(1..)?.split(quote).next()?;
        target.contains(part).then_some(target)
    })?;
    let target = target.replace("&amp;", "&");
    if target.starts_with("https://") || target.starts_with("http://") {
        return Some(target);
    }
    let root = format!("{}://{}", of.scheme_str()?, of.authority()?);
    if target.starts_with('/') {
        return Some(format!("{root}{target}"));
    }
    let folder = of.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(format!("{root}{folder}/{target}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(content: Content) -> Wanted {
        Wanted {
            name: "a".to_owned(),
            address: None,
            page: None,
            link: None,
            content,
            least_bytes: 0,
            may_be_empty: false,
            token: None,
        }
    }

    #[test]
    fn first_bytes_tell_a_list_from_a_page() {
        for (content, bytes) in [
            (Content::Csv, &b"36,\"AEROCARIBBEAN AIRLINES\",-0- "[..]),
            (Content::Csv, b"\xef\xbb\xbfid,name"),
            (Content::Xml, b"\n<?xml version=\"1.0\"?><a/>"),
            (Content::Json, b"{\"id\": 1}"),
            (Content::Xlsx, b"PK\x03\x04\x14\0\0\0"),
        ] {
            assert_eq!(start(&wanted(content), bytes), Ok(()), "{content:?}");
        }
        for (content, bytes, words) in [
            (Content::Csv, &b"<!DOCTYPE HTML><html>"[..], "a web page"),
            (Content::Xml, b"  <html lang=\"en\">", "a web page"),
            (Content::Csv, b"", "an empty file"),
            (
                Content::Csv,
                b"<?xml version=\"1.0\"?>",
                "expected lines of a table",
            ),
            (
                Content::Csv,
                b"PK\x03\x04\x14\0\0\0",
                "expected lines of a table",
            ),
            (Content::Xml, b"{\"error\": 1}", "expected XML"),
            (Content::Xlsx, b"<Workbook>", "expected a spreadsheet"),
        ] {
            let refusal = start(&wanted(content), bytes).unwrap_err().to_string();
            assert!(refusal.contains(words), "{refusal}");
        }
    }

    #[test]
    fn links_of_a_page_are_made_whole() {
        let of: Uri = "https://a.b/c/list.html".parse().unwrap();
        let page = "<a href=\"x.pdf\">x</a> <a href='shisan2026.xlsx'>y</a>";
        assert_eq!(
            link(page, "shisan", &of).as_deref(),
            Some("https://a.b/c/shisan2026.xlsx")
        );
        assert_eq!(
            link("<a href=\"/d/e.xlsx\">", ".xlsx", &of).as_deref(),
            Some("https://a.b/d/e.xlsx")
        );
        assert_eq!(link(page, "nothing", &of), None);
    }

    #[test]
    fn only_a_passing_trouble_is_asked_again() {
        let status = |status| head(status, None, Some("7")).unwrap();
        assert!(status(503).may_pass() && status(429).may_pass());
        assert!(!status(403).may_pass() && !status(404).may_pass());
        assert_eq!(status(503).wait(), Some(Duration::from_secs(7)));
        assert!(head(200, Some("text/html; charset=utf-8"), None).is_some());
        assert_eq!(head(200, Some("TEXT/CSV"), None), None);
    }
}
