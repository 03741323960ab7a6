//! Ways in which a name is spoilt, by accident or on purpose.

/// A way to spoil a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Disguise {
    /// As it is.
    None,
    /// One letter left out.
    Deletion,
    /// One letter too many.
    Insertion,
    /// One letter changed.
    Substitution,
    /// Two neighbouring letters exchanged.
    Transposition,
    /// One letter twice.
    Doubling,
    /// All spaces left out.
    Joined,
    /// A space inside a word.
    Split,
    /// Words in reverse order.
    Reversed,
    /// A word left out.
    Dropped,
    /// Cut to three quarters.
    Cut,
    /// The first word as an initial.
    Initial,
    /// Latin letters replaced by Cyrillic ones that look alike.
    LookAlike,
    /// Words of a payment around it.
    PaymentNoise,
}

impl Disguise {
    /// Every way.
    pub const ALL: [Disguise; 14] = [
        Disguise::None,
        Disguise::Deletion,
        Disguise::Insertion,
        Disguise::Substitution,
        Disguise::Transposition,
        Disguise::Doubling,
        Disguise::Joined,
        Disguise::Split,
        Disguise::Reversed,
        Disguise::Dropped,
        Disguise::Cut,
        Disguise::Initial,
        Disguise::LookAlike,
        Disguise::PaymentNoise,
    ];
}

/// The next number of a fixed sequence (SplitMix64: Steele, Lea and Flood, 2014).
pub(super) fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn below(state: &mut u64, bound: usize) -> usize {
    let bound = u64::try_from(bound.max(1)).unwrap_or(u64::MAX);
    usize::try_from(next(state) % bound).unwrap_or(0)
}

/// Spoils a name; the same name, way and state give the same text.
pub fn disguise(name: &str, kind: Disguise, state: &mut u64) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 2 {
        return name.to_owned();
    }
    let at = below(state, letters.len());
    let letter = char::from(b"aeiourtnslk"[below(state, 11)]);
    match kind {
        Disguise::None => {}
        Disguise::Deletion => {
            letters.remove(at);
        }
        Disguise::Insertion => letters.insert(at, letter),
        Disguise::Substitution => letters[at] = letter,
        Disguise::Transposition => {
            let at = at.min(letters.len() - 2);
            letters.swap(at, at + 1);
        }
        Disguise::Doubling => letters.insert(at, letters[at]),
        Disguise::Joined => letters.retain(|c| !c.is_whitespace()),
        Disguise::Split => letters.insert(at, ' '),
        Disguise::Reversed => return words(name, |words| words.reverse()),
        Disguise::Dropped => {
            return words(name, |words| {
                if words.len() > 1 {
                    let at = below(state, words.len());
                    words.remove(at);
                }
            });
        }
        Disguise::Cut => letters.truncate((letters.len() * 3).div_ceil(4)),
        Disguise::Initial => {
            return words(name, |words| {
                if let Some(first) = words.first_mut()
                    && let Some((at, _)) = first.char_indices().nth(1)
                {
                    *first = &first[..at];
                }
            });
        }
        Disguise::LookAlike => {
            for c in &mut letters {
                *c = match *c {
                    'a' => 'а',
                    'e' => 'е',
                    'o' => 'о',
                    'A' => 'А',
                    'E' => 'Е',
                    'O' => 'О',
                    other => other,
                };
            }
        }
        Disguise::PaymentNoise => return format!("PAYMENT TO {name} REF 4711"),
    }
    letters.into_iter().collect()
}

fn words(name: &str, change: impl FnOnce(&mut Vec<&str>)) -> String {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    change(&mut words);
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_text() {
        for kind in Disguise::ALL {
            let (mut a, mut b) = (7, 7);
            let text = disguise("Vladimir Putin", kind, &mut a);
            assert_eq!(text, disguise("Vladimir Putin", kind, &mut b));
            let spoilt = text != "Vladimir Putin";
            assert!(
                spoilt || matches!(kind, Disguise::None | Disguise::Substitution),
                "{kind:?}"
            );
        }
        assert_eq!(
            disguise("Владимир Путин", Disguise::Initial, &mut 1),
            "В Путин"
        );
        assert_eq!(disguise("X", Disguise::Deletion, &mut 1), "X");
    }
}
