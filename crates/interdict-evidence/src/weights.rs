//! What a token weighs: how much it says of who is meant.
//!
//! The weight comes from shipped tables and from the shape of the token, never from the lists that
//! are loaded. 100 is an ordinary name token.

use interdict_text::{NameKind, Role};

use crate::prepared::Side;

/// Weight of a token on one side of a comparison, 1 to 1,000.
///
/// `fold` is the folded Latin key, or the key of the principal form where there is none.
pub fn weight(fold: &str, role: Role, kind: NameKind, side: Side) -> u16 {
    let rarity = unknown(fold);
    let person = kind == NameKind::Person;
    let share = |percent: u32| u16::try_from(u32::from(rarity) * percent / 100).unwrap_or(1);
    let weight = match role {
        Role::Plain | Role::Family | Role::Given => rarity,
        Role::Patronymic => share(60),
        Role::Initial => 40,
        Role::Particle => 8,
        Role::Stopword | Role::Honorific => 5,
        Role::LegalForm => 12,
        Role::Generic => share(45),
        Role::Number if person => 10,
        Role::Number => match side {
            Side::Query => 60,
            Side::List => 120,
        },
        Role::Place if person => share(80),
        Role::Place => share(80),
    };
    weight.clamp(1, 1_000)
}

/// Weight of a token that no table knows: short ones are less telling.
fn unknown(fold: &str) -> u16 {
    match fold.chars().count() {
        0..=1 => 40,
        2 => 70,
        3 => 85,
        4 => 95,
        5 => 105,
        _ => 115,
    }
}
