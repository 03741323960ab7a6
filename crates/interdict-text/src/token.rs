//! A word with its part in the name as a token with all its forms.

use compact_str::{CompactString, format_compact};
use smallvec::SmallVec;

use crate::han;
use crate::romanise::{self, romanise, to_katakana};
use crate::script::Script;
use crate::skeleton;
use crate::transcription;
use crate::view::{Form, MAX_FORMS, Problem, Role, Space, Token};
use crate::words::Word;

/// What a word is known to stand for, beyond its letters.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hint<'a> {
    /// Keys of [`Space::Class`], with their prefix.
    pub(crate) class: Option<(&'static str, &'a str)>,
    /// Names it may be short for.
    pub(crate) nicknames: [Option<&'static str>; 2],
    /// It is a Korean surname.
    pub(crate) korean_surname: bool,
}

/// Builds tokens and remembers what did not fit.
#[derive(Debug, Default)]
pub(crate) struct Maker {
    pub(crate) problems: Vec<Problem>,
}

impl Maker {
    pub(crate) fn token(&mut self, word: &Word, role: Role, hint: Hint<'_>) -> Token {
        let mut forms: Forms = Forms::default();
        let transcribed = if hint.korean_surname {
            None
        } else {
            transcription::latin(word)
        };
        let known = transcribed.is_some();
        for spelling in transcribed.into_iter().flatten() {
            forms.push(Space::Latin, CompactString::const_new(spelling));
        }
        match word.script {
            // Without written vowels the table knows better than the letters.
            Script::Arabic | Script::Hebrew if known => {}
            Script::Latin | Script::Digit => {
                forms.push(Space::Latin, word.text.clone());
                if let Some(other) = &word.other {
                    forms.push(Space::Latin, other.clone());
                }
            }
            Script::Hangul if hint.korean_surname => {
                for spelling in romanise::korean_surname(&word.text).iter().take(3) {
                    forms.push(Space::Latin, CompactString::const_new(spelling));
                }
                if forms.list.is_empty() {
                    forms.latin(word);
                }
            }
            Script::Han => {
                for spelling in han::pinyin(&word.text) {
                    forms.push(Space::Latin, spelling);
                }
            }
            _ => forms.latin(word),
        }
        let nicknames = hint.nicknames.iter().flatten().map(|c| ("nick:", *c));
        for (prefix, class) in hint.class.into_iter().chain(nicknames) {
            forms.push(Space::Class, format_compact!("{prefix}{class}"));
        }
        match word.script {
            Script::Arabic => {
                for key in skeleton::of_arabic(&word.text) {
                    forms.push(Space::Skeleton, key);
                }
                let native = word.text.chars().filter_map(romanise::clean_arabic);
                forms.push(Space::Native, native.collect());
            }
            Script::Hebrew => {
                for key in skeleton::of_hebrew(&word.text) {
                    forms.push(Space::Skeleton, key);
                }
                forms.push(Space::Native, word.text.clone());
            }
            Script::Han => forms.push(Space::Han, han::simplified(&word.text)),
            Script::Hangul => {
                forms.push(Space::Hangul, word.text.clone());
                if let Some(key) = romanise::korean::of_hangul(&word.text) {
                    forms.push(Space::Skeleton, key);
                }
            }
            Script::Kana => {
                let kana: CompactString = word.text.chars().map(to_katakana).collect();
                let skeletons = skeleton::of_kana(&kana);
                forms.push(Space::Kana, kana);
                // What is left of the room is for them.
                let room = MAX_FORMS.saturating_sub(forms.list.len());
                for key in skeletons.into_iter().take(room) {
                    forms.push(Space::Skeleton, key);
                }
            }
            Script::Digit => {}
            _ => {
                let key = forms
                    .list
                    .first()
                    .filter(|f| f.space == Space::Latin)
                    .and_then(|f| skeleton::of_latin(&f.key));
                if let Some(key) = key {
                    forms.push(Space::Skeleton, key);
                    if let Some(rest) = skeleton::after_article(&word.text)
                        && let Some(key) = skeleton::of_latin(rest)
                    {
                        forms.push(Space::Skeleton, key);
                    }
                }
                if matches!(
                    word.script,
                    Script::Devanagari | Script::Thai | Script::Other
                ) {
                    forms.push(Space::Native, word.text.clone());
                }
            }
        }
        if forms.list.is_empty() {
            forms.push(Space::Native, word.text.clone());
        }
        if forms.cut {
            self.problems.push(Problem::FormsCut(word.start));
        }
        Token {
            span: word.start..word.end,
            forms: forms.list,
            role,
        }
    }
}

#[derive(Default)]
struct Forms {
    list: SmallVec<[Form; 3]>,
    cut: bool,
}

impl Forms {
    fn push(&mut self, space: Space, key: CompactString) {
        if key.is_empty() || self.list.iter().any(|f| f.space == space && f.key == key) {
            return;
        }
        if self.list.len() >= MAX_FORMS {
            self.cut = true;
            return;
        }
        self.list.push(Form { space, key });
    }

    fn latin(&mut self, word: &Word) {
        for spelling in romanise(word.script, &word.text) {
            self.push(Space::Latin, spelling);
        }
    }
}
