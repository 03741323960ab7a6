//! E-mail and web addresses.

use compact_str::{CompactString, ToCompactString, format_compact};

/// An e-mail address: local part as written, domain in lower case.
pub(super) fn email(text: &str) -> Option<CompactString> {
    let text = text.trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let (local, domain) = text.rsplit_once('@')?;
    let local_ok = (1..=64).contains(&local.chars().count())
        && !local.contains(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '?' | '@' | '"'
                )
                || c == '\\'
        });
    if !local_ok {
        return None;
    }
    let domain = domain.trim_end_matches('.').to_lowercase();
    let labels: Vec<&str> = domain.split('.').collect();
    let labels_ok = labels.len() > 1
        && domain.len() <= 253
        && labels.iter().all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
    let tld = labels.last()?;
    if !labels_ok || tld.len() < 2 || tld.chars().all(char::is_numeric) {
        return None;
    }
    Some(format_compact!("{local}@{domain}"))
}

/// A web address with a scheme, a plausible host and a path; `http` where none is written.
pub(super) fn url(text: &str) -> Option<CompactString> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_lowercase(), rest),
        _ => match text.strip_prefix("//") {
            Some(rest) => ("http".to_owned(), rest),
            None if has_scheme_only(text) || !text.contains('.') => return None,
            None => ("http".to_owned(), text),
        },
    };
    if !matches!(scheme.as_str(), "http" | "https" | "ftp" | "mailto") {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, tail) = rest.split_at(end);
    if !host_ok(host) {
        return None;
    }
    let path_end = tail.find(['?', '#']).unwrap_or(tail.len());
    let (path, query) = tail.split_at(path_end);
    let path = match path.trim() {
        "" => "/",
        path => path,
    };
    Some(format_compact!("{scheme}://{host}{path}{query}"))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// `mailto:x@y.z` or `http:example.com`: a scheme without a host.
fn has_scheme_only(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        matches!(
            scheme.to_lowercase().as_str(),
            "http" | "https" | "ftp" | "mailto"
        )
    })
}

fn host_ok(authority: &str) -> bool {
    if authority.is_empty() || authority.contains(char::is_whitespace) {
        return false;
    }
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    if let Some(ip) = host.strip_prefix('[') {
        return ip
            .split_once(']')
            .is_some_and(|(ip, _)| ip.parse::<std::net::Ipv6Addr>().is_ok());
    }
    let host = match host.split_once(':') {
        Some((host, "")) => host,
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        Some(_) => return false,
        None => host,
    };
    if host.parse::<std::net::Ipv4Addr>().is_ok() {
        return true;
    }
    let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
    let labels_ok = labels.iter().all(|label| {
        (1..=63).contains(&label.chars().count())
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
            && label.chars().any(char::is_alphanumeric)
    });
    let tld_ok = labels.len() == 1
        || labels.last().is_some_and(|tld| {
            tld.chars().count() >= 2
                && !tld
                    .chars()
                    .all(|c| c.to_compact_string().parse::<u8>().is_ok())
        });
    labels_ok && tld_ok
}

#[cfg(test)]
mod tests {
    use super::{email, url};

    #[test]
    fn emails() {
        for (text, expected) in [
            ("mailto:A.B@Example.COM", Some("A.B@example.com")),
            ("a@b", None),
            ("a b@example.com", None),
            ("a@1.2", None),
            ("@example.com", None),
            ("info@пример.рф", Some("info@пример.рф")),
        ] {
            assert_eq!(email(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn urls() {
        for (text, expected) in [
            ("www.example.com", Some("http://www.example.com/")),
            (
                "HTTPS://Example.com/a?b#c",
                Some("https://Example.com/a?b#c"),
            ),
            ("//example.com/x", Some("http://example.com/x")),
            ("http://пример.рф", Some("http://пример.рф/")),
            ("N.A.", None),
            ("3.4", None),
            ("mailto:a@example.com", None),
            ("https:example.com", None),
            ("Social media: http://vk.com/x", None),
            ("none", None),
            ("gopher://example.com", None),
            ("http://[::1]:80/", Some("http://[::1]:80/")),
        ] {
            assert_eq!(url(text).as_deref(), expected, "{text:?}");
        }
    }
}
