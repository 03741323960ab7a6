//! The text behind the label of a document: number, country, dates.

use interdict_model::date::{DateOrder, DateSpan};

/// A document as OFAC states it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Document {
    /// The number as written.
    pub(super) number: String,
    /// Issuing country as written.
    pub(super) country: Option<String>,
    /// Date of issue as written.
    pub(super) issued: Option<String>,
    /// Date of expiry as written.
    pub(super) expires: Option<String>,
    /// Place or authority of issue.
    pub(super) authority: Option<String>,
}

/// Reads `27082171 (United States) issued 21 Jun 1992 expires 20 Jun 2002`; every part but the
/// number may be missing. What is not understood stays in the number.
pub(super) fn parse(text: &str) -> Document {
    let mut document = Document::default();
    let mut rest = text.trim().trim_end_matches('.').trim();
    loop {
        if let Some((before, date)) = dated(rest, " expires ").or_else(|| dated(rest, " expired "))
        {
            document.expires = Some(date.to_owned());
            rest = before;
        } else if let Some((before, date)) = dated(rest, " issued ") {
            document.issued = Some(date.to_owned());
            rest = before;
        } else if document.authority.is_none()
            && let Some((before, place)) = rest.rsplit_once(" in ")
            && dated(before, " issued ").is_some()
        {
            document.authority = Some(place.trim().to_owned());
            rest = before;
        } else {
            break;
        }
        rest = rest.trim_end_matches([',', '.', ' ']);
    }
    if let Some(body) = rest.strip_suffix(')')
        && let Some((before, country)) = body.rsplit_once('(')
        && !country.chars().any(|c| c.is_ascii_digit())
        && !country.trim().is_empty()
    {
        document.country = Some(country.trim().to_owned());
        rest = before;
    }
    document.number = rest.trim().trim_end_matches([',', '.']).trim().to_owned();
    document
}

fn dated<'t>(text: &'t str, word: &str) -> Option<(&'t str, &'t str)> {
    let padded = text.rsplit_once(word).or_else(|| {
        // The number may be missing altogether: `issued 1968`.
        text.strip_prefix(word.trim_start()).map(|date| ("", date))
    });
    let (before, date) = padded?;
    let date = date.trim().trim_end_matches('.');
    DateSpan::parse(date, DateOrder::default()).map(|_| (before, date))
}

/// Whether a Russian number has the length of its kind: INN 10 or 12 digits, OGRN 13 or 15, OKPO 8
/// or 10.
pub(super) fn has_russian_form(property: &str, number: &str) -> bool {
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    let lengths: &[usize] = match property {
        "innCode" => &[10, 12],
        "ogrnCode" => &[13, 15],
        "okpoCode" => &[8, 10],
        _ => &[],
    };
    digits && lengths.contains(&number.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> [String; 5] {
        let d = parse(text);
        let opt = |o: Option<String>| o.unwrap_or_default();
        [
            d.number,
            opt(d.country),
            opt(d.issued),
            opt(d.expires),
            opt(d.authority),
        ]
    }

    #[test]
    fn documents() {
        // Values from the SDN list (US Government work).
        for (text, expected) in [
            ("1084010 (Egypt)", ["1084010", "Egypt", "", "", ""]),
            ("19820215", ["19820215", "", "", "", ""]),
            (
                "27082171 (United States) issued 21 Jun 1992 in Amman, Jordan.",
                [
                    "27082171",
                    "United States",
                    "21 Jun 1992",
                    "",
                    "Amman, Jordan",
                ],
            ),
            (
                "G 649385 issued 08 Sep 2006 expires 17 Jul 2011.",
                ["G 649385", "", "08 Sep 2006", "17 Jul 2011", ""],
            ),
            ("E091929 (Thailand).", ["E091929", "Thailand", "", "", ""]),
            (
                "V487440 (Thailand) expires May 2007",
                ["V487440", "Thailand", "", "May 2007", ""],
            ),
            (
                "D000000483, Diplomatic (Syria)",
                ["D000000483, Diplomatic", "Syria", "", "", ""],
            ),
            (
                "472220033 (Korea, North)",
                ["472220033", "Korea, North", "", "", ""],
            ),
            (
                "467323, Doc. 694710 (Panama).",
                ["467323, Doc. 694710", "Panama", "", "", ""],
            ),
            (
                "008827 (Iran) issued 1999.",
                ["008827", "Iran", "1999", "", ""],
            ),
            (
                "C 1415363 - 16/2/1421H issued 21 May 2000",
                ["C 1415363 - 16/2/1421H", "", "21 May 2000", "", ""],
            ),
            ("C.R. (2)", ["C.R. (2)", "", "", "", ""]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }
}
