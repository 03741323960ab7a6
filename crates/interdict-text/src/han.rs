//! Chinese characters: simplified forms, pinyin, surnames of two characters.

use compact_str::CompactString;
use smallvec::SmallVec;

use crate::han_table::SIMPLIFIED;

/// Surnames of two characters, simplified and traditional.
const DOUBLE_SURNAMES: &[&str] = &[
    "欧阳",
    "歐陽",
    "司马",
    "司馬",
    "上官",
    "诸葛",
    "諸葛",
    "司徒",
    "夏侯",
    "东方",
    "東方",
    "皇甫",
    "尉迟",
    "尉遲",
    "公孙",
    "公孫",
    "慕容",
    "令狐",
    "宇文",
    "长孙",
    "長孫",
    "南宫",
    "南宮",
    "独孤",
    "獨孤",
    "闻人",
    "聞人",
    "端木",
    "拓跋",
    "呼延",
    "西门",
    "西門",
    "轩辕",
    "軒轅",
    "百里",
    "东郭",
    "東郭",
    "钟离",
    "鍾離",
    "申屠",
    "太史",
    "公羊",
    "濮阳",
    "濮陽",
    "淳于",
    "单于",
    "仲孙",
    "鲜于",
    "闾丘",
    "司空",
    "赫连",
    "澹台",
    "万俟",
    "完颜",
    "纳兰",
    "爱新觉罗",
];

/// Number of characters of the surname at the start of an unspaced name.
pub(crate) fn surname_length(text: &str) -> usize {
    DOUBLE_SURNAMES
        .iter()
        .find(|s| text.starts_with(**s))
        .map_or(1, |s| s.chars().count())
}

/// Characters that are read otherwise as a surname or in names than by themselves.
fn name_reading(c: char) -> Option<&'static str> {
    Some(match c {
        '单' | '單' => "shan",
        '曾' => "zeng",
        '解' => "xie",
        '查' => "zha",
        '仇' => "qiu",
        '区' | '區' => "ou",
        '朴' => "piao",
        '盖' => "ge",
        '翟' => "zhai",
        '覃' => "qin",
        '乐' | '樂' => "le",
        '长' | '長' => "chang",
        '重' => "zhong",
        '行' => "xing",
        '俊' => "jun",
        '晟' => "sheng",
        '祭' => "zhai",
        '尉' => "wei",
        '缪' | '繆' => "miao",
        '吕' | '呂' => "lyu",
        _ => return None,
    })
}

/// The syllables of a run of characters, joined; a second spelling where ü is written otherwise.
pub(crate) fn pinyin(text: &str) -> SmallVec<[CompactString; 2]> {
    let mut out = CompactString::default();
    let alone = text.chars().count() == 1;
    for c in text.chars() {
        let reading = if alone || !matches!(c, '长' | '長' | '乐' | '樂') {
            name_reading(c)
        } else {
            None
        };
        let syllable = reading.unwrap_or_else(|| any_ascii::any_ascii_char(c));
        out.extend(
            syllable
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|c| c.to_ascii_lowercase()),
        );
    }
    let mut all = SmallVec::new();
    if out.contains("lyu") || out.contains("nyu") {
        let plain = out.replace("lyu", "lu").replace("nyu", "nu");
        all.push(CompactString::from(plain));
    }
    if !out.is_empty() {
        all.push(out);
    }
    all
}

/// The text with traditional characters replaced by simplified ones, as far as names use them.
pub(crate) fn simplified(text: &str) -> CompactString {
    text.chars()
        .map(|c| {
            SIMPLIFIED
                .binary_search_by_key(&c, |(traditional, _)| *traditional)
                .ok()
                .and_then(|i| SIMPLIFIED.get(i))
                .map_or(c, |(_, simplified)| *simplified)
        })
        .collect()
}
