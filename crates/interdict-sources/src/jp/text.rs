//! How Japanese lists write names, dates, territories and numbers inside a cell.

use interdict_model::{Territory, territory};

use crate::around::unmarked;
use crate::several::{numbered, says_nothing};

/// A name cut out of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    pub(super) text: &'a str,
    /// Whether the cell calls it a former name.
    pub(super) is_former: bool,
}

/// Whether a text holds kana or Chinese characters.
pub(super) fn is_japanese(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '々'))
}

/// The names of a cell: lines in Japanese and in Latin letters, numbered or parted by marks, with the
/// Latin form in brackets behind the Japanese one, or the whole line in brackets after `a.k.a.`.
pub(super) fn names(cell: &str) -> Vec<Name<'_>> {
    let mut out = Vec::new();
    let mut in_japanese = 0;
    for line in cell.lines() {
        let (line, former) = without_label(unwrapped(line.trim()));
        if says_nothing(line) {
            continue;
        }
        let japanese = is_japanese(line);
        let mut parts = numbered(line).unwrap_or_else(|| split_marks(line, japanese));
        if let [only] = parts.as_slice()
            && !japanese
        {
            // Commas part Latin names only if there are as many as there were Japanese ones.
            let by_comma: Vec<&str> = only.split(", ").collect();
            if by_comma.len() > 1 && by_comma.len() == in_japanese {
                parts = by_comma;
            }
        }
        if japanese {
            in_japanese = parts.len();
        }
        for part in parts {
            let (part, was_listed) = listed_before(unmarked(part));
            let (part, is_former) = without_label(part);
            for text in with_bracket(part) {
                let text = text.trim_matches(|c: char| {
                    c.is_whitespace() || matches!(c, '"' | '“' | '”' | '、' | ';' | '；' | ',')
                });
                if !says_nothing(text) {
                    out.push(Name {
                        text,
                        is_former: former || is_former || was_listed,
                    });
                }
            }
        }
    }
    out
}

/// The inside of a line that stands in brackets as a whole.
fn unwrapped(line: &str) -> &str {
    let inner = line
        .strip_prefix(['(', '（'])
        .and_then(|l| l.strip_suffix([')', '）']));
    match inner {
        // `(a)…(b)…)` is numbered, and `(x) y (z)` has brackets of its own.
        Some(inner) if numbered(line).is_none() && !inner.contains([')', '）']) => inner,
        Some(inner) if inner.starts_with("a.k.a") || inner.starts_with("f.k.a") => inner,
        // `(a.k.a.: (a)… (f)…`, of which the end stands in the next line or nowhere.
        _ => line
            .strip_prefix('(')
            .filter(|rest| {
                ["a.k.a", "f.k.a", "(a)"]
                    .iter()
                    .any(|start| rest.starts_with(start))
            })
            .unwrap_or(line),
    }
}

const LABELS: &[(&str, bool)] = &[
    ("別称、", false),
    ("別名、", false),
    ("別名：", false),
    ("別名:", false),
    ("旧称、", true),
    ("a.k.a.:", false),
    ("a.k.a.", false),
    ("f.k.a.:", true),
    ("f.k.a.", true),
];

/// A text without the words that say what kind of name follows, and whether that is a former one.
fn without_label(text: &str) -> (&str, bool) {
    for (label, former) in LABELS {
        if let Some(rest) = text.strip_prefix(label) {
            return (rest.trim(), *former);
        }
    }
    (text, false)
}

fn split_marks(line: &str, japanese: bool) -> Vec<&str> {
    let mut parts = vec![line];
    let marks: &[&str] = if japanese {
        &["；", "; ", "、"]
    } else {
        &["；", "; ", ", a.k.a.", "、"]
    };
    for mark in marks {
        parts = parts.iter().flat_map(|p| p.split(mark)).collect();
    }
    parts.retain(|p| !p.trim().is_empty());
    parts
}

/// Words in brackets that speak of the bearer of a name: passport, date and place of birth.
const BEARER: [&str; 4] = ["旅券", "生年月日", "出生", "身分証"];

/// Whether a cell says more of the bearers of its names than the names.
pub(super) fn says_more(cell: &str) -> bool {
    BEARER.iter().any(|word| cell.contains(word))
}

/// Says that the party was listed under this name before.
const LISTED_BEFORE: &str = "以前掲載";

/// A name without the bracket that says it is the one listed before, and whether one did.
fn listed_before(part: &str) -> (&str, bool) {
    let at = part.find(LISTED_BEFORE);
    let open = at.and_then(|at| part.get(..at)?.rfind(['(', '（']));
    match open {
        Some(open) => (part.get(..open).unwrap_or(part).trim(), true),
        None => (part, false),
    }
}

/// A name without the bracket behind it that speaks of its bearer, and what stands behind that.
fn without_bearer(part: &str) -> (&str, &str) {
    let brackets = part.match_indices(['(', '（']);
    for (open, _) in brackets.filter(|(at, _)| *at > 0) {
        let inside = part.get(open..).unwrap_or_default();
        let end = inside.find([')', '）']).unwrap_or(inside.len());
        if says_more(inside.get(..end).unwrap_or_default()) {
            let rest = inside.get(end..).unwrap_or_default();
            let rest = rest.trim_start_matches([')', '）']).trim();
            return (part.get(..open).unwrap_or(part).trim(), rest);
        }
    }
    (part, "")
}

/// `X（Y）` as X and Y when one is Japanese and the other is not; `X (original script: Y)` likewise.
fn with_bracket(part: &str) -> Vec<&str> {
    let (part, rest) = without_bearer(part.trim());
    if !rest.is_empty() {
        return [with_bracket(part), with_bracket(rest)].concat();
    }
    let Some(open) = part.find(['(', '（']).filter(|at| *at > 0) else {
        return vec![part];
    };
    let (before, bracket) = part.split_at(open);
    let mut inside = bracket.trim_start_matches(['(', '（']);
    let Some(end) = inside.rfind([')', '）']) else {
        return vec![part];
    };
    let after = inside.get(end..).unwrap_or_default();
    if after.chars().count() > 1 {
        return vec![part];
    }
    inside = inside.get(..end).unwrap_or_default().trim();
    if let Some(script) = inside.strip_prefix("original script:") {
        return vec![before, script];
    }
    if is_japanese(before) && !is_japanese(inside) && inside.chars().any(char::is_alphabetic) {
        return vec![before, inside];
    }
    vec![part]
}

/// Dates such as `1955年-1958年頃` or `(a)1964年1月1日、（b）1959年`, as ISO dates; two years joined by
/// a dash are one range `1955 to 1958`.
pub(super) fn dates(cell: &str) -> Vec<String> {
    let text: String = cell.chars().map(half_width).collect();
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    for (at, mark) in text.match_indices('年') {
        let start = text
            .get(..at)
            .unwrap_or_default()
            .rfind(|c: char| !c.is_ascii_digit())
            .map_or(0, |p| {
                p + text[p..].chars().next().map_or(1, char::len_utf8)
            });
        let Some(year) = text.get(start..at).filter(|y| y.len() == 4) else {
            continue;
        };
        let mut end = at + mark.len();
        let mut iso = year.to_owned();
        for unit in ['月', '日'] {
            let rest = text.get(end..).unwrap_or_default();
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let Some(number) = rest.get(..digits).filter(|d| (1..=2).contains(&d.len())) else {
                break;
            };
            if !rest.get(digits..).is_some_and(|r| r.starts_with(unit)) {
                break;
            }
            iso.push_str(&format!("-{number:0>2}"));
            end += digits + unit.len_utf8();
        }
        found.push((start, end, iso));
    }
    let mut out: Vec<String> = Vec::new();
    let mut last_end = None;
    for (start, end, iso) in found {
        let between = last_end.and_then(|last: usize| text.get(last..start));
        match (between.map(str::trim), out.last_mut()) {
            (Some("-" | "~" | "から" | "‐" | "–" | "〜"), Some(before))
                if before.len() == 4 && iso.len() == 4 =>
            {
                before.push_str(" to ");
                before.push_str(&iso);
            }
            _ => out.push(iso),
        }
        last_end = Some(end);
    }
    out
}

/// Digits, letters and marks of full width as those of half width.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '―' => '-',
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// The number of a document inside a text such as `チュニジア旅券　P182583（2003年9月13日発行）`: the
/// first run of ASCII letters, digits and hyphens that has at least four digits and is no date.
pub(super) fn document_number(text: &str) -> Option<String> {
    let text: String = text.chars().map(half_width).collect();
    let runs = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let mut at = 0;
    for run in runs {
        let end = at + run.len();
        let next = text.get(end..).and_then(|rest| rest.chars().next());
        at = end + next.map_or(0, char::len_utf8);
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        if digits >= 4 && next != Some('年') {
            return Some(run.trim_matches('-').to_owned());
        }
    }
    None
}

/// A territory by its Japanese name, or by the Latin name behind it.
pub(super) fn territory_of(text: &str) -> Option<Territory> {
    let text = text.split(['(', '（']).next().unwrap_or(text).trim();
    if let Some(found) = territory::lookup(text) {
        return Some(found);
    }
    let at = text.find(|c: char| c.is_ascii_alphabetic());
    if let Some(found) = at.and_then(|at| territory::lookup(text.get(at..)?.trim())) {
        return Some(found);
    }
    let name = text.get(..at.unwrap_or(text.len())).unwrap_or(text).trim();
    let name = ["共和国", "国", "人"]
        .iter()
        .find_map(|end| {
            name.strip_suffix(end)
                .filter(|n| japanese_code(n).is_some())
        })
        .unwrap_or(name);
    japanese_code(name).and_then(territory::by_code)
}

/// Names of territories as the two lists write them (`アフガニスタン`), with their ISO codes.
fn japanese_code(name: &str) -> Option<&'static str> {
    JAPANESE
        .iter()
        .find(|(n, _)| *n == name)
        .map(|(_, code)| *code)
}

const JAPANESE: &[(&str, &str)] = &[
    ("アフガニスタン", "af"),
    ("アメリカ合衆", "us"),
    ("米", "us"),
    ("米国", "us"),
    ("アラブ首長国連邦", "ae"),
    ("アルジェリア", "dz"),
    ("イエメン", "ye"),
    ("イギリス", "gb"),
    ("英", "gb"),
    ("英国", "gb"),
    ("イスラエル", "il"),
    ("イタリア", "it"),
    ("イラク", "iq"),
    ("イラン", "ir"),
    ("インド", "in"),
    ("インドネシア", "id"),
    ("ウガンダ", "ug"),
    ("ウクライナ", "ua"),
    ("ウズベキスタン", "uz"),
    ("エジプト", "eg"),
    ("エチオピア", "et"),
    ("エリトリア", "er"),
    ("オランダ", "nl"),
    ("カタール", "qa"),
    ("カナダ", "ca"),
    ("北朝鮮", "kp"),
    ("ギリシャ", "gr"),
    ("クウェート", "kw"),
    ("クウェイト", "kw"),
    ("グルジア", "ge"),
    ("ジョージア", "ge"),
    ("ケニア", "ke"),
    ("コンゴ", "cg"),
    ("コンゴ民主", "cd"),
    ("コンゴ民主共和国", "cd"),
    ("サウジアラビア", "sa"),
    ("サウディ・アラビア", "sa"),
    ("シリア", "sy"),
    ("シリア・アラブ", "sy"),
    ("スーダン", "sd"),
    ("スロバキア", "sk"),
    ("セネガル", "sn"),
    ("ソビエト社会主義共和国連邦", "suhh"),
    ("ソマリア", "so"),
    ("タジキスタン", "tj"),
    ("タンザニア", "tz"),
    ("チャド", "td"),
    ("チュニジア", "tn"),
    ("トリニダード・トバゴ", "tt"),
    ("トルコ", "tr"),
    ("ドイツ", "de"),
    ("ナイジェリア", "ng"),
    ("ノルウェー", "no"),
    ("ハイチ", "ht"),
    ("パキスタン", "pk"),
    ("パレスチナ", "ps"),
    ("フィリピン", "ph"),
    ("フランス", "fr"),
    ("ベラルーシ", "by"),
    ("ボスニア・ヘルツェゴビナ", "ba"),
    ("マリ", "ml"),
    ("マレーシア", "my"),
    ("モーリタニア", "mr"),
    ("モロッコ", "ma"),
    ("ヨルダン", "jo"),
    ("リビア", "ly"),
    ("ルワンダ", "rw"),
    ("レバノン", "lb"),
    ("ロシア", "ru"),
    ("ロシア連邦", "ru"),
    ("中央アフリカ", "cf"),
    ("中華人民", "cn"),
    ("中国", "cn"),
    ("中", "cn"),
    ("南スーダン", "ss"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(cell: &str) -> Vec<&str> {
        names(cell).iter().map(|n| n.text).collect()
    }

    #[test]
    fn names_of_a_cell() {
        let check = |cell: &str, expected: &[&str]| assert_eq!(texts(cell), expected, "{cell:?}");
        check(
            "(a)マデ・アップ（Made Upp）、(b)マデ（Made）",
            &["マデ・アップ", "Made Upp", "マデ", "Made"],
        );
        check("カリ\n (a.k.a.: Qari Made)", &["カリ", "Qari Made"]);
        check(
            "（a）モハ（b）ダニ\n(a.k.a.: (a)Moha Made (b)Dani Made)",
            &["モハ", "ダニ", "Moha Made", "Dani Made"],
        );
        check(
            "（別称、第一工場、株式会社一）\n(a.k.a. “First Plant”; a.k.a. “JSC One”)",
            &["第一工場", "株式会社一", "First Plant", "JSC One"],
        );
        check(
            "アブ、アフマ\nAbu M, Ahma M",
            &["アブ", "アフマ", "Abu M", "Ahma M"],
        );
        // A comma inside a company's name does not part it.
        check(
            "貿易会社\nTRADING COMPANY, LTD",
            &["貿易会社", "TRADING COMPANY, LTD"],
        );
        check("不明", &[]);
        check(
            "MADE UP\n(original script: محمد)",
            &["MADE UP", "original script: محمد"],
        );
        check("MADE UP (original script: محمد)", &["MADE UP", "محمد"]);
        check("MADE COMMITTEE (MC)", &["MADE COMMITTEE (MC)"]);
        let former = names("(旧称、古い銀行)\n(f.k.a. Old Bank; f.k.a. Older Bank)");
        assert!(former.iter().all(|n| n.is_former), "{former:?}");
        assert_eq!(former.len(), 3);
    }

    #[test]
    fn dates_of_a_cell() {
        let check = |cell: &str, expected: &[&str]| assert_eq!(dates(cell), expected, "{cell:?}");
        check("1941年8月20日どこか生\nBorn at", &["1941-08-20"]);
        check("(a)1955年-1958年頃\n(b)１945年", &["1955 to 1958", "1945"]);
        check("1963年又は1967年", &["1963", "1967"]);
        check("（a）1964年1月1日、⏎（b）1959年", &["1964-01-01", "1959"]);
        check("1961年8月", &["1961-08"]);
        check("平成年", &[]);
        check("不明", &[]);
    }

    #[test]
    fn numbers_and_territories() {
        let number = |text: &str| document_number(text);
        assert_eq!(
            number("外交旅券番号Ｄ014433、2013年2月21日発行").as_deref(),
            Some("D014433")
        );
        assert_eq!(
            number("カタール旅券番号　01020802").as_deref(),
            Some("01020802")
        );
        assert_eq!(number("2013年2月21日発行"), None);
        assert_eq!(number("不明"), None);
        let code = |text: &str| territory_of(text).map(Territory::code);
        assert_eq!(code("コンゴ民主共和国"), Some("cd"));
        assert_eq!(code("コンゴ共和国"), Some("cg"));
        assert_eq!(code("エジプトEgypt"), Some("eg"));
        assert_eq!(code("アメリカ合衆国"), Some("us"));
        assert_eq!(code("スーダン人"), Some("sd"));
        assert_eq!(code("どこか"), None);
        for (name, code) in JAPANESE {
            assert!(territory::by_code(code).is_some(), "{name}: {code}");
        }
    }
}
