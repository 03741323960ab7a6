//! Pairs that a rule comes close to linking and does not, with why.

/// Why a pair is not linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The same full name, other dates of birth.
    OtherBirth,
    /// The same full name, dates of birth that agree only as far as a year or month goes.
    OnlyYear,
    /// The same full name, a date of birth on one side or on none.
    NoBirth,
    /// The same full name and date of birth, other gender.
    OtherGender,
    /// The same number, on a ship and on its owner.
    OtherKind,
    /// The same number, while another number for life differs.
    OtherNumber,
    /// The same number, which a list gives to several parties.
    SharedNumber,
}

impl Why {
    /// Every reason.
    pub const ALL: [Why; 7] = [
        Why::OtherBirth,
        Why::OnlyYear,
        Why::NoBirth,
        Why::OtherGender,
        Why::OtherKind,
        Why::OtherNumber,
        Why::SharedNumber,
    ];

    /// The word in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::OtherBirth => "other-birth",
            Why::OnlyYear => "only-year",
            Why::NoBirth => "no-birth",
            Why::OtherGender => "other-gender",
            Why::OtherKind => "other-kind",
            Why::OtherNumber => "other-number",
            Why::SharedNumber => "shared-number",
        }
    }
}

/// A pair that is not linked. Positions in the parties given, the lesser first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearLink {
    /// Why not.
    pub why: Why,
    /// One entry.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// What they have in common and what not, in words.
    pub evidence: String,
}
