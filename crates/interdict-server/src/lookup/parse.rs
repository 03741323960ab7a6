//! The syntax of queries: a safe subset of Lucene's.
//!
//! Words, "phrases", AND, OR, NOT, `+`, `-`, `field:value`, `pre*`, `p?ttern`, `near~`, ranges in
//! brackets, groups in parentheses; words beside each other must all be there. No regular
//! expressions; boosts are read and change nothing, since no sum is made of them.

use super::query::{Bound, Query, usual_edits};
use super::words::words;

/// Deepest nesting of parentheses.
const DEEPEST: usize = 20;
/// Most conditions in one query.
const MOST: usize = 200;

/// Why a query cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the query cannot be read at character {at}: {what}")]
pub(crate) struct Unreadable {
    /// Which character, from 1.
    pub(crate) at: usize,
    /// What is wrong there.
    pub(crate) what: &'static str,
}

/// Reads a query; an empty one asks for everything.
///
/// # Errors
/// When it does not follow the syntax.
pub(crate) fn parse(text: &str, fuzzy: bool) -> Result<Query, Unreadable> {
    let mut parser = Parser {
        chars: text.chars().collect(),
        at: 0,
        deep: 0,
        seen: 0,
        fuzzy,
    };
    parser.skip_space();
    if parser.peek().is_none() {
        return Ok(Query::All);
    }
    let query = parser.either(None)?;
    match parser.peek() {
        None => Ok(query),
        Some(')') => Err(parser.wrong("a parenthesis that nothing opened")),
        Some(_) => Err(parser.wrong("an end of the query was expected")),
    }
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    deep: usize,
    seen: usize,
    fuzzy: bool,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn wrong(&self, what: &'static str) -> Unreadable {
        Unreadable {
            at: self.at + 1,
            what,
        }
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    fn took(&mut self, text: &str) -> bool {
        let length = text.chars().count();
        let ahead = self.chars.get(self.at..self.at + length);
        let fits = ahead.is_some_and(|ahead| ahead.iter().copied().eq(text.chars()));
        if fits {
            self.at += length;
        }
        fits
    }

    /// An operator in words stands alone.
    fn took_word(&mut self, word: &str) -> bool {
        let before = self.at;
        if self.took(word)
            && self
                .peek()
                .is_none_or(|c| c.is_whitespace() || c == '(' || c == ')')
        {
            return true;
        }
        self.at = before;
        false
    }

    /// Alternatives.
    fn either(&mut self, field: Option<&str>) -> Result<Query, Unreadable> {
        let mut parts = vec![self.both(field)?];
        while self.took_word("OR") || self.took("||") {
            parts.push(self.both(field)?);
        }
        Ok(Query::one_of(parts))
    }

    /// Conditions that all hold.
    fn both(&mut self, field: Option<&str>) -> Result<Query, Unreadable> {
        let mut parts = vec![self.clause(field)?];
        loop {
            self.skip_space();
            if self.took_word("AND") || self.took("&&") {
                parts.push(self.clause(field)?);
                continue;
            }
            let at_end = match self.peek() {
                None | Some(')') => true,
                Some('|') => self.chars.get(self.at + 1) == Some(&'|'),
                Some('O') => {
                    let before = self.at;
                    let is_or = self.took_word("OR");
                    self.at = before;
                    is_or
                }
                Some(_) => false,
            };
            if at_end {
                return Ok(Query::all_of(parts));
            }
            parts.push(self.clause(field)?);
        }
    }

    fn clause(&mut self, field: Option<&str>) -> Result<Query, Unreadable> {
        self.seen += 1;
        if self.seen > MOST {
            return Err(self.wrong("more conditions than a query may have"));
        }
        self.skip_space();
        if self.took_word("NOT") || self.took("!") || self.took("-") {
            let inner = self.clause(field)?;
            return Ok(Query::Not(Box::new(inner)));
        }
        if self.took("+") {
            return self.clause(field);
        }
        if self.took_word("AND") || self.took_word("OR") || self.took("&&") || self.took("||") {
            return Err(self.wrong("an operator with nothing in front of it"));
        }
        let query = match self.peek() {
            None => return Err(self.wrong("something is missing at the end")),
            Some('(') => self.group(field)?,
            Some('"') => self.phrase(field)?,
            Some('[' | '{') => self.range(field)?,
            Some(_) => self.term(field)?,
        };
        self.boost()?;
        Ok(query)
    }

    fn group(&mut self, field: Option<&str>) -> Result<Query, Unreadable> {
        self.at += 1;
        self.deep += 1;
        if self.deep > DEEPEST {
            return Err(self.wrong("parentheses nested deeper than a query may have"));
        }
        let inner = self.either(field)?;
        if !self.took(")") {
            return Err(self.wrong("a parenthesis that is not closed"));
        }
        self.deep -= 1;
        Ok(inner)
    }

    fn quoted(&mut self) -> Result<String, Unreadable> {
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.peek() {
                None => return Err(self.wrong("a quotation that is not closed")),
                Some('"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some('\\') => {
                    self.at += 1;
                    text.extend(self.peek());
                }
                Some(c) => text.push(c),
            }
            self.at += 1;
        }
    }

    fn phrase(&mut self, field: Option<&str>) -> Result<Query, Unreadable> {
        let text = self.quoted()?;
        if self.took("~") {
            // How far apart words may stand is not told apart: all of them must be there.
            self.digits();
            return Ok(Query::Words(field.map(str::to_owned), words(&text)));
        }
        Ok(match field {
            Some(field) => Query::Value(field.to_owned(), text),
            None => Query::Phrase(None, words(&text)),
        })
    }

    fn digits(&mut self) -> String {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit() || c == '.') {
            self.at += 1;
        }
        self.chars
            .get(start..self.at)
            .unwrap_or_default()
            .iter()
            .collect()
    }

    fn boost(&mut self) -> Result<(), Unreadable> {
        if self.took("^") && self.digits().is_empty() {
            return Err(self.wrong("a number after ^ was expected"));
        }
        Ok(())
    }

    fn range(&mut self, field: Option<&str>) -> Result<Query, Unreadable> {
        let Some(field) = field else {
            return Err(self.wrong("a range needs a field, as in birthDate:[1950 TO 1960]"));
        };
        let opens = self.peek();
        self.at += 1;
        let low = self.end_of_range()?;
        self.skip_space();
        if !self.took_word("TO") {
            return Err(self.wrong("TO was expected"));
        }
        let high = self.end_of_range()?;
        self.skip_space();
        let closes = self.peek();
        if !matches!(closes, Some(']' | '}')) {
            return Err(self.wrong("a range that is not closed"));
        }
        self.at += 1;
        let bound = |value: String, is_within| Bound {
            value: (value != "*").then_some(value),
            is_within,
        };
        Ok(Query::Between(
            field.to_owned(),
            bound(low, opens == Some('[')),
            bound(high, closes == Some(']')),
        ))
    }

    fn end_of_range(&mut self) -> Result<String, Unreadable> {
        self.skip_space();
        if self.peek() == Some('"') {
            return self.quoted();
        }
        let start = self.at;
        while self
            .peek()
            .is_some_and(|c| !c.is_whitespace() && c != ']' && c != '}')
        {
            self.at += 1;
        }
        if start == self.at {
            return Err(self.wrong("an end of the range was expected"));
        }
        Ok(self
            .chars
            .get(start..self.at)
            .unwrap_or_default()
            .iter()
            .collect())
    }

    /// A word, with the field in front of it and the signs behind it.
    fn term(&mut self, field: Option<&str>) -> Result<Query, Unreadable> {
        let mut text = String::new();
        let mut has_star = false;
        let mut has_signs = false;
        while let Some(c) = self.peek() {
            match c {
                '\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some(c) => text.push(c),
                        None => return Err(self.wrong("an escape of nothing")),
                    }
                }
                c if c.is_whitespace() => break,
                '(' | ')' | '^' | '~' => break,
                ':' => {
                    if text.is_empty() || has_signs {
                        return Err(self.wrong("a field's name before : was expected"));
                    }
                    self.at += 1;
                    return self.in_field(&text);
                }
                '"' | '[' | ']' | '{' | '}' => return Err(self.wrong("a sign inside a word")),
                '/' => return Err(self.wrong("regular expressions are not read; write \\/")),
                '*' | '?' => {
                    has_star |= c == '*';
                    has_signs = true;
                    text.push(c);
                }
                other => text.push(other),
            }
            self.at += 1;
        }
        if text.is_empty() {
            return Err(self.wrong("a word was expected"));
        }
        let field = field.map(str::to_owned);
        if self.took("~") {
            let edits = self.digits();
            let word = words(&text).concat();
            let edits = match edits.as_str() {
                "" => usual_edits(&word),
                // Of a likeness below 1, as older clients write it.
                text if text.starts_with("0.") => usual_edits(&word),
                text => text.parse::<f32>().map_or(2, |n| {
                    if n < 1.0 {
                        0
                    } else if n < 2.0 {
                        1
                    } else {
                        2
                    }
                }),
            };
            return Ok(Query::Near(field, word, edits));
        }
        if has_signs {
            return Ok(with_signs(field, &text, has_star));
        }
        Ok(match field {
            Some(field) => Query::Value(field, text),
            None => plain(&text, self.fuzzy),
        })
    }

    fn in_field(&mut self, field: &str) -> Result<Query, Unreadable> {
        match self.peek() {
            None => Err(self.wrong("a value after : was expected")),
            Some(c) if c.is_whitespace() => Err(self.wrong("a value after : was expected")),
            Some('(') => self.group(Some(field)),
            Some('"') => self.phrase(Some(field)),
            Some('[' | '{') => self.range(Some(field)),
            Some(_) => self.term(Some(field)),
        }
    }
}

/// Words that all must be there; something of signs alone is no condition.
fn plain(text: &str, fuzzy: bool) -> Query {
    let found = words(text);
    if found.is_empty() {
        return Query::All;
    }
    if !fuzzy {
        return Query::Words(None, found);
    }
    let near = |word: String| {
        let edits = usual_edits(&word);
        Query::Near(None, word, edits)
    };
    Query::all_of(found.into_iter().map(near).collect())
}

fn with_signs(field: Option<String>, text: &str, has_star: bool) -> Query {
    if text.chars().all(|c| c == '*') {
        return match field {
            None => Query::All,
            Some(field) => {
                let open = Bound {
                    value: None,
                    is_within: true,
                };
                Query::Between(field, open.clone(), open)
            }
        };
    }
    let head = text.trim_end_matches('*');
    if has_star && !head.contains(['*', '?']) {
        let folded = if field.is_some() {
            super::words::whole(head)
        } else {
            words(head).concat()
        };
        return Query::Prefix(field, folded);
    }
    Query::Pattern(field, super::words::whole(text))
}

/// Reads a query of a search box: `+` and `|`, `-`, "phrases", `pre*`, `near~`, parentheses. Nothing
/// is ever wrong with it: signs that mean nothing where they stand are spaces.
pub(crate) fn parse_simple(text: &str) -> Query {
    let mut any: Vec<Query> = Vec::new();
    let mut all: Vec<Query> = Vec::new();
    let mut rest = text.trim();
    let mut clauses = 0;
    while !rest.is_empty() && clauses < MOST {
        clauses += 1;
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "+()".contains(c));
        if let Some(after) = rest.strip_prefix('|') {
            if !all.is_empty() {
                any.push(Query::all_of(std::mem::take(&mut all)));
            }
            rest = after;
            continue;
        }
        let (negated, after) = match rest.strip_prefix('-') {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let (query, after) = simple_clause(after);
        rest = after;
        if let Some(query) = query {
            all.push(if negated {
                Query::Not(Box::new(query))
            } else {
                query
            });
        }
    }
    if !all.is_empty() {
        any.push(Query::all_of(all));
    }
    if any.is_empty() {
        return Query::All;
    }
    Query::one_of(any)
}

fn simple_clause(text: &str) -> (Option<Query>, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        let (inside, after) = quoted.split_once('"').unwrap_or((quoted, ""));
        let found = words(inside);
        let query = (!found.is_empty()).then_some(Query::Phrase(None, found));
        return (query, after);
    }
    let end = text
        .find(|c: char| c.is_whitespace() || "+|()\"".contains(c))
        .unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    let query = if let Some(head) = word.strip_suffix('*') {
        let folded = words(head).concat();
        (!folded.is_empty()).then_some(Query::Prefix(None, folded))
    } else if let Some((head, _)) = word.split_once('~') {
        let folded = words(head).concat();
        let edits = usual_edits(&folded);
        (!folded.is_empty()).then_some(Query::Near(None, folded, edits))
    } else {
        let found = words(word);
        (!found.is_empty()).then_some(Query::Words(None, found))
    };
    (query, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Query {
        Query::Words(None, words(text))
    }

    fn read(text: &str) -> Query {
        parse(text, false).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[test]
    fn words_beside_each_other_must_all_be_there() {
        assert_eq!(read("  "), Query::All);
        assert_eq!(
            read("jane doe"),
            Query::And(vec![word("jane"), word("doe")])
        );
        assert_eq!(read("jane AND doe"), read("jane && +doe"));
        assert_eq!(
            read("a b OR c"),
            Query::Or(vec![Query::And(vec![word("a"), word("b")]), word("c")])
        );
        assert_eq!(
            read("a NOT b"),
            Query::And(vec![word("a"), Query::Not(Box::new(word("b")))])
        );
        assert_eq!(read("a -b"), read("a !b"));
        assert_eq!(
            read("a (b || c)"),
            Query::And(vec![word("a"), Query::Or(vec![word("b"), word("c")])])
        );
        // Words that only look like operators.
        assert_eq!(
            read("ORLOV ANDREI"),
            Query::And(vec![word("orlov"), word("andrei")])
        );
    }

    #[test]
    fn fields_have_values() {
        let value = |text: &str| Query::Value("birthDate".to_owned(), text.to_owned());
        assert_eq!(read("birthDate:1959-03-17"), value("1959-03-17"));
        assert_eq!(read("birthDate:\"1959-03-17\""), value("1959-03-17"));
        assert_eq!(
            read("birthDate:(1959 OR 1960)"),
            Query::Or(vec![value("1959"), value("1960")])
        );
        assert_eq!(
            read("birthDate:1959*"),
            Query::Prefix(Some("birthDate".to_owned()), "1959".to_owned())
        );
        let Query::Between(field, low, high) = read("birthDate:[1950 TO 1960}") else {
            panic!("no range")
        };
        assert_eq!(field, "birthDate");
        assert_eq!((low.value.as_deref(), low.is_within), (Some("1950"), true));
        assert_eq!(
            (high.value.as_deref(), high.is_within),
            (Some("1960"), false)
        );
    }

    #[test]
    fn signs_behind_words() {
        assert_eq!(read("belo*"), Query::Prefix(None, "belo".to_owned()));
        assert_eq!(
            read("b?lousov"),
            Query::Pattern(None, "b?lousov".to_owned())
        );
        assert_eq!(
            read("belousof~"),
            Query::Near(None, "belousof".to_owned(), 2)
        );
        assert_eq!(
            read("belousof~1"),
            Query::Near(None, "belousof".to_owned(), 1)
        );
        assert_eq!(read("jane^2 doe"), read("jane doe"));
        assert_eq!(read("*"), Query::All);
        assert_eq!(read("\"jane doe\""), Query::Phrase(None, words("jane doe")));
        assert_eq!(read(r"A\/B\:C"), word("a b c"));
        assert_eq!(
            parse("belousof", true).ok(),
            Some(Query::Near(None, "belousof".to_owned(), 2))
        );
    }

    #[test]
    fn what_is_broken_is_refused_and_never_in_a_search_box() {
        for text in [
            "invalid/query",
            "(a",
            "a)",
            "\"a",
            "a AND",
            "AND a",
            "OR",
            "a OR",
            "field:",
            "field: a",
            ":a",
            "a\\",
            "[1 TO 2]",
            "birthDate:[1 TO",
            "birthDate:[1 2]",
            "NOT",
            "+",
            "a^",
            "a\"b\"c",
            "a*:b",
        ] {
            assert!(parse(text, false).is_err(), "{text}");
            let _ = parse_simple(text);
        }
        let deep = format!("{}a{}", "(".repeat(50), ")".repeat(50));
        assert!(parse(&deep, false).is_err());
        let long = "a ".repeat(1_000);
        assert!(parse(&long, false).is_err());
        assert_eq!(parse_simple("invalid/query"), word("invalid query"));
        assert_eq!(parse_simple("\"jane"), Query::Phrase(None, words("jane")));
        assert_eq!(
            parse_simple("a + b | -c d*"),
            Query::Or(vec![
                Query::And(vec![word("a"), word("b")]),
                Query::And(vec![
                    Query::Not(Box::new(word("c"))),
                    Query::Prefix(None, "d".to_owned())
                ])
            ])
        );
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "[a-z\"()+\\-|&!:\\[\\]{}~^*?/\\\\ ORANDNT]{0,40}") {
            let _ = parse(&text, false);
            let _ = parse(&text, true);
            let _ = parse_simple(&text);
        }
    }
}
