//! The numbers that weigh what speaks against a match: `data/scoring.tsv`.
//!
//! Factors are in parts of 10,000 of the name score, weights in those of
//! [`interdict_evidence::weights`]. `cargo run -p interdict-matching --features tuning --example fit`
//! proposes values and shows what they are worth on groups of names that they were not fitted on.

/// Rows `name <tab> value <tab> meaning`.
const TABLE: &str = include_str!("../../../data/scoring.tsv");

macro_rules! parameters {
    ($($name:ident),* $(,)?) => {
        /// One number each; their meaning stands in `data/scoring.tsv`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "documented in the table")]
        pub struct Parameters {
            $(pub $name: u16,)*
        }

        impl Parameters {
            /// Names in the order of the table.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// The values in the order of [`Parameters::NAMES`].
            pub fn values(&self) -> Vec<u16> {
                vec![$(self.$name),*]
            }

            /// Sets the value of this name; `false` when there is none such.
            pub fn set(&mut self, name: &str, value: u16) -> bool {
                $(if name == stringify!($name) {
                    self.$name = value;
                    return true;
                })*
                false
            }

            const NONE: Parameters = Parameters { $($name: 10_000,)* };
        }
    };
}

parameters! {
    only_initials,
    numbers,
    number_missing,
    vintage,
    place,
    region,
    only_generic,
    person_different_from,
    person_different_to,
    person_different,
    other_different_from,
    other_different_to,
    other_different,
    across_scripts,
    father,
    initials,
    order,
    loose,
    loose_nickname,
    loose_across,
    common_names,
    common_family,
    inside,
    inside_family,
    common_longer,
    common_changed,
    common_changed_much,
    loose_inside,
    loose_inside_variant,
    family_initial,
    exchanged,
    mother_only,
    syllable,
    organisation,
    family_missing,
    family_missing_loose,
    cut_inside,
    cut_list,
    cut_short,
    weak_edits,
    one_word_query_heavy,
    one_word_query,
    one_word_query_other_heavy,
    one_word_query_other,
    one_word_list,
    one_word_list_other,
}

impl Parameters {
    /// The shipped values.
    pub fn shipped() -> Parameters {
        let mut out = Parameters::NONE;
        for line in TABLE.lines() {
            let mut fields = line.split('\t');
            if let (Some(name), Some(Ok(value))) = (fields.next(), fields.next().map(str::parse)) {
                out.set(name, value);
            }
        }
        out
    }
}

#[cfg(not(feature = "tuning"))]
pub(crate) fn parameters() -> &'static Parameters {
    static SHIPPED: std::sync::LazyLock<Parameters> = std::sync::LazyLock::new(Parameters::shipped);
    &SHIPPED
}

#[cfg(feature = "tuning")]
mod tuning {
    use std::cell::Cell;

    use super::Parameters;

    thread_local! {
        static CURRENT: Cell<Option<Parameters>> = const { Cell::new(None) };
    }

    /// The values in force on this thread.
    pub(crate) fn parameters() -> Parameters {
        CURRENT.with(|c| {
            c.get().unwrap_or_else(|| {
                let shipped = Parameters::shipped();
                c.set(Some(shipped));
                shipped
            })
        })
    }

    /// Scores with other values on this thread from here on.
    pub fn use_parameters(parameters: Parameters) {
        CURRENT.with(|c| c.set(Some(parameters)));
    }
}

#[cfg(feature = "tuning")]
pub(crate) use tuning::parameters;
#[cfg(feature = "tuning")]
pub use tuning::use_parameters;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let named: Vec<&str> = TABLE.lines().filter_map(|l| l.split('\t').next()).collect();
        assert_eq!(named, Parameters::NAMES);
        for line in TABLE.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!(fields.len(), 3, "{line}");
            assert!(
                fields[1].parse::<u16>().is_ok_and(|v| v <= 10_000),
                "{line}"
            );
        }
    }
}
