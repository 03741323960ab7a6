//! The ways of an alert from state to state: one table, which the code obeys and `docs/alerts.md`
//! shows.

use std::fmt;

use serde::Serialize;

use super::alert::{AlertState, Disposition, Happening};
use crate::accounts::Right;

/// What a person does with an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Make it one's own.
    Take,
    /// Give it to somebody.
    Assign,
    /// Put it back into the queue.
    PutBack,
    /// Wait for information.
    Ask,
    /// Go on; the information is there, or will not come.
    Resume,
    /// Decide, where the policy asks for nobody else.
    Decide,
    /// Decide, as far as one person can where the policy asks for two.
    Propose,
    /// Agree with what another person proposed.
    Approve,
    /// Disagree with it.
    Return,
    /// Take one's own proposal back.
    Withdraw,
    /// Hand it to whoever decides the hard ones.
    Escalate,
    /// Open again what was decided.
    Reopen,
    /// Write something about it.
    Comment,
    /// Attach a file to it.
    Attach,
}

impl Verb {
    /// All of them, in the order of the table.
    pub const ALL: [Verb; 14] = [
        Verb::Take,
        Verb::Assign,
        Verb::PutBack,
        Verb::Ask,
        Verb::Resume,
        Verb::Decide,
        Verb::Propose,
        Verb::Approve,
        Verb::Return,
        Verb::Withdraw,
        Verb::Escalate,
        Verb::Reopen,
        Verb::Comment,
        Verb::Attach,
    ];

    /// The word in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Take => "take",
            Verb::Assign => "assign",
            Verb::PutBack => "put-back",
            Verb::Ask => "ask",
            Verb::Resume => "resume",
            Verb::Decide => "decide",
            Verb::Propose => "propose",
            Verb::Approve => "approve",
            Verb::Return => "return",
            Verb::Withdraw => "withdraw",
            Verb::Escalate => "escalate",
            Verb::Reopen => "reopen",
            Verb::Comment => "comment",
            Verb::Attach => "attach",
        }
    }

    /// What the history calls it.
    pub fn happening(self) -> Happening {
        match self {
            Verb::Take | Verb::Assign => Happening::Assigned,
            Verb::PutBack => Happening::Unassigned,
            Verb::Ask => Happening::Waiting,
            Verb::Resume => Happening::Resumed,
            Verb::Decide => Happening::Decided,
            Verb::Propose => Happening::Proposed,
            Verb::Approve => Happening::Approved,
            Verb::Return => Happening::Returned,
            Verb::Withdraw => Happening::Withdrawn,
            Verb::Escalate => Happening::Escalated,
            Verb::Reopen => Happening::Reopened,
            Verb::Comment => Happening::Commented,
            Verb::Attach => Happening::Attached,
        }
    }

    /// The action in the audit chain.
    pub fn action(self) -> &'static str {
        match self {
            Verb::Take | Verb::Assign => "alert-assigned",
            Verb::PutBack => "alert-put-back",
            Verb::Ask => "alert-waiting",
            Verb::Resume => "alert-resumed",
            Verb::Decide => "alert-decided",
            Verb::Propose => "alert-proposed",
            Verb::Approve => "alert-approved",
            Verb::Return => "alert-returned",
            Verb::Withdraw => "alert-withdrawn",
            Verb::Escalate => "alert-escalated",
            Verb::Reopen => "alert-reopened",
            Verb::Comment => "alert-commented",
            Verb::Attach => "alert-attached",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Which natural person may, beside the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// Anybody.
    Anybody,
    /// If it is somebody's, that person, or one who may assign.
    Holder,
    /// Whoever proposed.
    Proposer,
    /// Not whoever proposed: four eyes.
    Another,
}

impl Whose {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Whose::Anybody => "anybody",
            Whose::Holder => "its holder, or one who may assign",
            Whose::Proposer => "who proposed",
            Whose::Another => "another person than proposed",
        }
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    /// What is done.
    pub verb: Verb,
    /// From these states.
    pub from: &'static [AlertState],
    /// To this state; `None` where it stays.
    pub to: Option<AlertState>,
    /// The right that it takes.
    pub right: Right,
    /// Who may, beside the right.
    pub whose: Whose,
    /// Whether it needs a code of the table of codes.
    pub code: bool,
    /// Whether it needs a text.
    pub text: bool,
}

use AlertState::{
    Approved, Assigned, Closed, Decided, Escalated, Open, Proposed, Suppressed, Waiting,
};

const ANY: &[AlertState] = &AlertState::ALL;
const UNDECIDED: &[AlertState] = &[Open, Assigned, Waiting, Decided, Suppressed];

/// The table: every way that a person can take. What is not here is refused.
pub const MOVES: &[Move] = &[
    row(
        Verb::Take,
        &[Open],
        Some(Assigned),
        Right::Work,
        Whose::Anybody,
        "-",
    ),
    row(
        Verb::Assign,
        &[Open, Assigned, Waiting],
        Some(Assigned),
        Right::Assign,
        Whose::Anybody,
        "-",
    ),
    row(
        Verb::PutBack,
        &[Assigned],
        Some(Open),
        Right::Work,
        Whose::Holder,
        "-",
    ),
    row(
        Verb::Ask,
        &[Open, Assigned, Waiting],
        Some(Waiting),
        Right::Work,
        Whose::Holder,
        "code text",
    ),
    row(
        Verb::Resume,
        &[Waiting],
        Some(Assigned),
        Right::Work,
        Whose::Holder,
        "text",
    ),
    row(
        Verb::Decide,
        UNDECIDED,
        Some(Decided),
        Right::Work,
        Whose::Holder,
        "code text",
    ),
    row(
        Verb::Decide,
        &[Escalated],
        Some(Decided),
        Right::Settle,
        Whose::Anybody,
        "code text",
    ),
    row(
        Verb::Propose,
        UNDECIDED,
        Some(Proposed),
        Right::Work,
        Whose::Holder,
        "code text",
    ),
    row(
        Verb::Propose,
        &[Escalated],
        Some(Proposed),
        Right::Settle,
        Whose::Anybody,
        "code text",
    ),
    row(
        Verb::Approve,
        &[Proposed],
        Some(Approved),
        Right::Approve,
        Whose::Another,
        "-",
    ),
    row(
        Verb::Return,
        &[Proposed],
        Some(Assigned),
        Right::Approve,
        Whose::Another,
        "code text",
    ),
    row(
        Verb::Withdraw,
        &[Proposed],
        Some(Assigned),
        Right::Work,
        Whose::Proposer,
        "text",
    ),
    row(
        Verb::Escalate,
        &[Open, Assigned, Waiting, Proposed],
        Some(Escalated),
        Right::Work,
        Whose::Anybody,
        "code text",
    ),
    row(
        Verb::Reopen,
        &[Decided, Approved],
        Some(Open),
        Right::Approve,
        Whose::Anybody,
        "code text",
    ),
    row(
        Verb::Comment,
        ANY,
        None,
        Right::Work,
        Whose::Anybody,
        "text",
    ),
    row(Verb::Attach, ANY, None, Right::Work, Whose::Anybody, "-"),
];

const fn row(
    verb: Verb,
    from: &'static [AlertState],
    to: Option<AlertState>,
    right: Right,
    whose: Whose,
    needs: &str,
) -> Move {
    // "-", "text" or "code text", told apart by length.
    Move {
        verb,
        from,
        to,
        right,
        whose,
        code: needs.len() > 4,
        text: needs.len() > 1,
    }
}

impl Move {
    /// The row for something that is done in a state.
    pub fn find(verb: Verb, state: AlertState) -> Option<&'static Move> {
        MOVES
            .iter()
            .find(|row| row.verb == verb && row.from.contains(&state))
    }
}

/// Ways that no person takes: what a screening finds, and accounts that are disabled.
pub const SCREENING_MOVES: &[(&[AlertState], AlertState, &str)] = &[
    (
        &[Decided, Approved, Proposed, Suppressed, Closed],
        Open,
        "what matched changed, the rule ended, or it is found again",
    ),
    (
        &[Open, Assigned, Waiting, Closed],
        Suppressed,
        "a good-guy rule stands for it",
    ),
    (
        &[
            Open, Assigned, Waiting, Proposed, Escalated, Decided, Approved, Suppressed,
        ],
        Closed,
        "what matched is gone",
    ),
    (&[Assigned], Open, "the account of its holder was disabled"),
];

/// Codes of reasons with their meaning, by what they are a reason for.
pub type Codes = &'static [(&'static str, &'static str)];

/// Codes for *false positive*.
const FALSE_POSITIVE: Codes = &[
    ("other-date", "another date of birth, foundation or build"),
    (
        "other-country",
        "another country, and nothing speaks for the match",
    ),
    (
        "other-identifier",
        "another number that a party has for life",
    ),
    (
        "other-kind",
        "a person here, a company, ship or other thing there",
    ),
    (
        "name-only",
        "only the name is alike, and it is a common one",
    ),
    (
        "other-party",
        "somebody else for another reason, which the text says",
    ),
];
/// Codes for *true match*.
const TRUE_MATCH: Codes = &[
    (
        "same-identifier",
        "the same number that a party has for life",
    ),
    ("same-name-and-date", "the same name and date"),
    ("documents", "documents show it"),
    ("confirmed", "the customer says so"),
    ("other-evidence", "other evidence, which the text says"),
];
/// Codes for asking.
const ASK: Codes = &[
    ("date", "a date of birth, foundation or build is missing"),
    ("identity-document", "an identity document is missing"),
    ("address", "an address or country is missing"),
    ("ownership", "who owns or controls it is missing"),
    ("other-information", "something else, which the text says"),
];
/// Codes for escalating.
const ESCALATE: Codes = &[
    ("likely", "it is likely a true match"),
    ("unclear", "it cannot be settled with what there is"),
    ("overdue", "information was asked for and did not come"),
    ("other-cause", "another cause, which the text says"),
];
/// Codes for returning.
const RETURN: Codes = &[
    (
        "evidence-missing",
        "the evidence does not carry the decision",
    ),
    ("disagree", "the evidence says otherwise"),
    ("other-cause", "another cause, which the text says"),
];
/// Codes for opening again.
const REOPEN: Codes = &[
    ("new-information", "something came to light"),
    ("wrong-decision", "the decision was wrong"),
    ("other-cause", "another cause, which the text says"),
];

/// The codes that something done takes; empty where it takes none.
pub fn codes(verb: Verb, disposition: Option<Disposition>) -> Codes {
    match (verb, disposition) {
        (Verb::Decide | Verb::Propose, Some(Disposition::TrueMatch)) => TRUE_MATCH,
        (Verb::Decide | Verb::Propose, Some(Disposition::FalsePositive)) => FALSE_POSITIVE,
        (Verb::Ask, _) => ASK,
        (Verb::Escalate, _) => ESCALATE,
        (Verb::Return, _) => RETURN,
        (Verb::Reopen, _) => REOPEN,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_verb_has_one_row_a_state() {
        for verb in Verb::ALL {
            for state in AlertState::ALL {
                let rows = MOVES
                    .iter()
                    .filter(|row| row.verb == verb && row.from.contains(&state));
                assert!(rows.count() <= 1, "{verb} from {state}");
            }
            assert!(MOVES.iter().any(|row| row.verb == verb), "{verb}");
        }
    }

    #[test]
    fn a_code_is_there_wherever_one_is_needed() {
        for row in MOVES {
            let dispositions = match row.verb {
                Verb::Decide | Verb::Propose => vec![
                    Some(Disposition::TrueMatch),
                    Some(Disposition::FalsePositive),
                ],
                _ => vec![None],
            };
            for disposition in dispositions {
                let codes = codes(row.verb, disposition);
                assert_eq!(row.code, !codes.is_empty(), "{}", row.verb);
            }
            assert!(!row.code || row.text, "{}", row.verb);
        }
    }

    #[test]
    fn only_another_person_approves_and_only_a_screening_closes() {
        for row in MOVES {
            assert_eq!(
                row.to == Some(Approved),
                row.verb == Verb::Approve && row.whose == Whose::Another
            );
            assert_ne!(row.to, Some(Closed));
            assert_ne!(row.to, Some(Suppressed));
        }
    }

    fn states(states: &[AlertState]) -> String {
        if states.len() == AlertState::ALL.len() {
            return "any".to_owned();
        }
        let words: Vec<&str> = states.iter().map(|s| s.as_str()).collect();
        words.join(", ")
    }

    #[test]
    fn the_documentation_shows_the_tables() {
        let mut wanted = String::from(
            "| what | from | to | right | who | code | text |\n\
             | --- | --- | --- | --- | --- | --- | --- |",
        );
        for row in MOVES {
            wanted.push_str(&format!(
                "\n| `{}` | {} | {} | `{}` | {} | {} | {} |",
                row.verb,
                states(row.from),
                row.to.map_or("stays", AlertState::as_str),
                row.right,
                row.whose.as_str(),
                if row.code { "yes" } else { "" },
                if row.text { "yes" } else { "" },
            ));
        }
        wanted.push_str("\n\n| from | to | why |\n| --- | --- | --- |");
        for (from, to, why) in SCREENING_MOVES {
            wanted.push_str(&format!("\n| {} | {to} | {why} |", states(from)));
        }
        wanted.push_str("\n\n| for | code | meaning |\n| --- | --- | --- |");
        for (what, codes) in [
            ("false positive", FALSE_POSITIVE),
            ("true match", TRUE_MATCH),
            ("ask", ASK),
            ("escalate", ESCALATE),
            ("return", RETURN),
            ("reopen", REOPEN),
        ] {
            for (code, meaning) in codes {
                wanted.push_str(&format!("\n| {what} | `{code}` | {meaning} |"));
            }
        }
        let page = include_str!("../../../../docs/alerts.md");
        assert!(page.contains(&wanted), "docs/alerts.md needs:\n{wanted}");
    }
}
