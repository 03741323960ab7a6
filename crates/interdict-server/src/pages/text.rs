//! Numbers, days and words as people read them.

use interdict_store::PublishedAt;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// A number with thin groups of three.
pub(super) fn count(n: impl TryInto<u64>) -> String {
    let digits = n.try_into().unwrap_or(u64::MAX).to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number and its noun, in the plural where it is not one.
pub(super) fn counted(n: impl TryInto<u64>, one: &str, many: &str) -> String {
    let n = n.try_into().unwrap_or(u64::MAX);
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A moment to the minute, UTC.
pub(super) fn moment(at: Timestamp) -> String {
    Offset::UTC
        .to_datetime(at)
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// The day of a moment, UTC.
pub(super) fn day(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// When something was published, to the minute.
pub(super) fn published(at: &PublishedAt) -> String {
    let minute: String = at.text.chars().take(16).collect();
    minute.replace('T', " ")
}

/// How long ago something was, roughly.
pub(super) fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(at.as_second());
    match seconds {
        i64::MIN..=59 => "just now".to_owned(),
        60..=3_599 => format!("{} min ago", seconds / 60),
        3_600..=86_399 => format!("{} h ago", seconds / 3_600),
        _ => match seconds / 86_400 {
            1 => "yesterday".to_owned(),
            days => format!("{} days ago", count(days)),
        },
    }
}

/// Words of a camel-case name: `LegalEntity` to `Legal entity`.
pub(super) fn words(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut previous_lower = false;
    for (at, c) in name.chars().enumerate() {
        if c.is_uppercase() && previous_lower {
            out.push(' ');
            out.extend(c.to_lowercase());
        } else if at == 0 {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        previous_lower = c.is_lowercase();
    }
    out
}

/// A text as one part of an address's query.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// The name of a territory for its code, or the code.
pub(super) fn territory(code: &str) -> String {
    interdict_model::territory::by_code(code)
        .map_or_else(|| code.to_owned(), |t| t.name().to_owned())
}

/// What a topic is called, or its code.
pub(super) fn topic(code: &str) -> String {
    interdict_model::topic::lookup(code).map_or_else(|| code.to_owned(), |t| t.label().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_for_people() {
        assert_eq!(count(1_234_567_u64), "1,234,567");
        assert_eq!(counted(1_u64, "list", "lists"), "1 list");
        assert_eq!(counted(0_u64, "list", "lists"), "0 lists");
        assert_eq!(words("LegalEntity"), "Legal entity");
        assert_eq!(words("birthDate"), "Birth date");
        assert_eq!(encoded("a/b&c ü"), "a%2Fb%26c%20%C3%BC");
    }

    #[test]
    fn times_are_rough() {
        let now = Timestamp::from_second(1_000_000).expect("a time");
        let before = |seconds: i64| Timestamp::from_second(1_000_000 - seconds).expect("a time");
        assert_eq!(ago(before(5), now), "just now");
        assert_eq!(ago(before(7_300), now), "2 h ago");
        assert_eq!(ago(before(90_000), now), "yesterday");
        assert_eq!(ago(before(864_000), now), "10 days ago");
    }
}
