//! Hangul: Revised Romanisation by syllable, and the customary spellings of surnames.

use compact_str::CompactString;

use super::Spellings;

const INITIAL: [&str; 19] = [
    "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p",
    "h",
];
const VOWEL: [&str; 21] = [
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we",
    "wi", "yu", "eu", "ui", "i",
];
const FINAL: [&str; 28] = [
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p",
    "t", "t", "ng", "t", "t", "k", "t", "p", "t",
];
/// The final consonant as it sounds when a vowel follows.
const LINKED: [&str; 28] = [
    "", "g", "kk", "ks", "n", "nj", "n", "d", "r", "lg", "lm", "lb", "ls", "lt", "lp", "r", "m",
    "b", "ps", "s", "ss", "ng", "j", "ch", "k", "t", "p", "",
];

pub(super) fn parts(c: char) -> Option<(usize, usize, usize)> {
    let code = u32::from(c).checked_sub(0xAC00)?;
    if code >= 11_172 {
        return None;
    }
    let code = code as usize;
    Some((code / 588, code % 588 / 28, code % 28))
}

pub(super) fn romanise(text: &str) -> Spellings {
    let mut revised = CompactString::default();
    let mut chars = text.chars().peekable();
    let mut previous_l = false;
    while let Some(c) = chars.next() {
        let Some((initial, vowel, last)) = parts(c) else {
            continue;
        };
        let first = INITIAL.get(initial).copied().unwrap_or("");
        revised.push_str(if first == "r" && previous_l {
            "l"
        } else {
            first
        });
        revised.push_str(VOWEL.get(vowel).copied().unwrap_or(""));
        let vowel_follows = chars
            .peek()
            .and_then(|n| parts(*n))
            .is_some_and(|(i, ..)| i == 11);
        let table = if vowel_follows { &LINKED } else { &FINAL };
        revised.push_str(table.get(last).copied().unwrap_or(""));
        previous_l = last == 8 && !vowel_follows;
    }
    // North Korean official spelling, and the older Southern habit.
    let northern = respelt(&revised, "o");
    let southern = respelt(&revised, "u");
    Spellings::from_iter([revised, northern, southern])
}

/// `eo` written with one letter, `eu` as `u`, voiceless stops at the start.
fn respelt(revised: &str, eo: &str) -> CompactString {
    let mut out = CompactString::default();
    let mut rest = revised;
    let start = match rest.as_bytes().first() {
        Some(b'g') => "k",
        Some(b'd') => "t",
        Some(b'b') => "p",
        _ => "",
    };
    if !start.is_empty() {
        out.push_str(start);
        rest = rest.get(1..).unwrap_or("");
    }
    while let Some(c) = rest.chars().next() {
        let (piece, used) = if rest.starts_with("eo") {
            (eo, 2)
        } else if rest.starts_with("eu") {
            ("u", 2)
        } else {
            ("", c.len_utf8())
        };
        if piece.is_empty() {
            out.push(c);
        } else {
            out.push_str(piece);
        }
        rest = rest.get(used..).unwrap_or("");
    }
    out
}

/// Customary Latin spellings of a surname, most used first.
pub(crate) fn surname(text: &str) -> &'static [&'static str] {
    match text {
        "김" => &["kim", "gim"],
        "이" | "리" => &["lee", "yi", "ri", "rhee"],
        "박" => &["park", "pak", "bak"],
        "최" => &["choi", "choe"],
        "정" => &["jung", "jeong", "chung", "jong"],
        "강" => &["kang", "gang"],
        "조" => &["cho", "jo"],
        "윤" => &["yoon", "yun"],
        "장" => &["jang", "chang"],
        "임" | "림" => &["lim", "im", "rim"],
        "한" => &["han"],
        "오" => &["oh", "o"],
        "서" => &["seo", "suh", "so"],
        "신" => &["shin", "sin"],
        "권" => &["kwon", "gwon"],
        "황" => &["hwang"],
        "안" => &["ahn", "an"],
        "송" => &["song"],
        "전" => &["jeon", "jun", "chon"],
        "홍" => &["hong"],
        "유" | "류" => &["yoo", "ryu", "yu", "ryoo"],
        "고" => &["ko", "go", "koh"],
        "문" => &["moon", "mun"],
        "양" | "량" => &["yang", "ryang"],
        "손" => &["son", "sohn"],
        "배" => &["bae", "pae"],
        "백" => &["baek", "paek"],
        "허" => &["heo", "hur", "ho"],
        "남" => &["nam"],
        "심" => &["shim", "sim"],
        "노" | "로" => &["roh", "noh", "no", "ro"],
        "하" => &["ha"],
        "곽" => &["kwak", "gwak"],
        "성" => &["sung", "seong", "song"],
        "차" => &["cha"],
        "주" => &["joo", "ju", "chu"],
        "우" => &["woo", "u"],
        "구" => &["koo", "gu", "ku"],
        "민" => &["min"],
        "나" | "라" => &["na", "ra"],
        "진" => &["jin", "chin"],
        "지" => &["ji", "chi"],
        "엄" => &["um", "eom", "om"],
        "변" => &["byun", "byeon", "pyon"],
        "채" => &["chae"],
        "원" => &["won"],
        "천" => &["chun", "cheon", "chon"],
        "방" => &["bang", "pang"],
        "공" => &["kong", "gong"],
        "현" => &["hyun", "hyeon", "hyon"],
        "함" => &["ham"],
        "여" | "려" => &["yeo", "ryo"],
        "추" => &["choo", "chu"],
        "도" => &["do", "to"],
        "소" => &["so"],
        "석" => &["seok", "sok", "suk"],
        "선" => &["sun", "seon"],
        "설" => &["seol", "sol"],
        "마" => &["ma"],
        "길" => &["gil", "kil"],
        "연" => &["yeon", "yon"],
        "위" => &["wi"],
        "표" => &["pyo"],
        "명" => &["myung", "myong"],
        "기" => &["ki", "gi"],
        "반" => &["ban", "pan"],
        "왕" => &["wang"],
        "금" => &["keum", "kum"],
        "옥" => &["ok"],
        "육" => &["yook", "yuk"],
        "인" => &["in"],
        "맹" => &["maeng"],
        "제" => &["je"],
        "모" => &["mo"],
        "탁" => &["tak"],
        "국" => &["kook", "guk"],
        "어" => &["eo", "uh"],
        "은" => &["eun"],
        "편" => &["pyeon"],
        "용" => &["yong"],
        "남궁" => &["namgung", "namkoong"],
        "황보" => &["hwangbo"],
        "제갈" => &["jegal"],
        "사공" => &["sagong"],
        "선우" => &["sunwoo", "seonu"],
        "서문" => &["seomun"],
        "독고" => &["dokgo"],
        "동방" => &["dongbang"],
        _ => &[],
    }
}
