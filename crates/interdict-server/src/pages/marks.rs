//! The explanation drawn on the names: which words of one meet which words of the other.

/// A stretch of a name, marked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The text.
    pub(super) text: String,
    /// What it meets; `None` for what stands between.
    pub(super) mark: Option<Mark>,
}

/// A mark on a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Number of the term, from 1; the same on both names.
    pub(super) term: usize,
    /// Class of the mark: `same`, `alike`, `alone`.
    pub(super) kind: &'static str,
}

/// A stretch of a name to be marked, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) mark: Mark,
}

/// Cuts a name where its marks begin and end. Spans that overlap an earlier one, or cut a
/// character, are left out: then the name is drawn with fewer marks, never wrongly.
pub(super) fn draw(name: &str, spans: &[Span]) -> Vec<Stretch> {
    let mut spans: Vec<&Span> = spans.iter().collect();
    spans.sort_by_key(|span| (span.from, span.to));
    let mut stretches = Vec::new();
    let mut at = 0;
    for span in spans {
        let (from, to) = (span.from as usize, span.to as usize);
        if from < at || to <= from {
            continue;
        }
        let (Some(before), Some(text)) = (name.get(at..from), name.get(from..to)) else {
            continue;
        };
        plain(&mut stretches, before);
        stretches.push(Stretch {
            text: text.to_owned(),
            mark: Some(span.mark),
        });
        at = to;
    }
    plain(&mut stretches, name.get(at..).unwrap_or_default());
    stretches
}

fn plain(stretches: &mut Vec<Stretch>, text: &str) {
    if !text.is_empty() {
        stretches.push(Stretch {
            text: text.to_owned(),
            mark: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: u32, to: u32, term: usize) -> Span {
        let mark = Mark { term, kind: "same" };
        Span { from, to, mark }
    }

    fn drawn(name: &str, spans: &[Span]) -> String {
        let part = |s: &Stretch| match s.mark {
            Some(mark) => format!("[{}:{}]", mark.term, s.text),
            None => s.text.clone(),
        };
        draw(name, spans).iter().map(part).collect()
    }

    #[test]
    fn nothing_is_lost_and_nothing_cut() {
        assert_eq!(
            drawn("Пётр Ivanov", &[span(9, 15, 2), span(0, 8, 1)]),
            "[1:Пётр] [2:Ivanov]"
        );
        // Inside a character, overlapping, past the end, empty.
        let odd = [
            span(0, 1, 1),
            span(2, 8, 2),
            span(4, 9, 3),
            span(90, 99, 4),
            span(9, 9, 5),
        ];
        assert_eq!(drawn("Пётр Ivanov", &odd), "П[2:ётр] Ivanov");
        assert_eq!(drawn("", &[span(0, 3, 1)]), "");
    }
}
