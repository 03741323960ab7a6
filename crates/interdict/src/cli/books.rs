//! Arguments of `book`, `alerts`, `rules` and `audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Reading;

/// `book`
#[derive(Debug, Subcommand)]
pub(crate) enum Book {
    /// Show the books, their customers and whether they are due
    List,
    /// Make a book hold the customers of a file, and screen it
    Load(Box<BookLoad>),
    /// Screen books in full: all that are due, or those named
    Screen(BookScreen),
    /// Write the alerts of a book as CSV
    Export(BookExport),
}

/// `book load`
#[derive(Debug, Args)]
pub(crate) struct BookLoad {
    /// The book; made if it is new
    #[arg(value_name = "BOOK")]
    pub(crate) book: String,

    /// The file with all its customers (docs/customer-files.md); whoever is missing leaves the book
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Column with the customers' keys, if its heading does not say so
    #[arg(long, value_name = "COLUMN")]
    pub(crate) key: Option<String>,

    /// How the file is read.
    #[command(flatten)]
    pub(crate) reading: Reading,

    /// Load nothing when more rows than this share are rejected, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 5.0)]
    pub(crate) max_rejected: f64,

    /// Only load; the book is due then
    #[arg(long)]
    pub(crate) no_screen: bool,

    /// Who loads; the user of the operating system when left out
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) actor: Option<String>,
}

/// `book screen`
#[derive(Debug, Args)]
pub(crate) struct BookScreen {
    /// The books; those that are due when left out
    #[arg(value_name = "BOOK")]
    pub(crate) books: Vec<String>,

    /// Only what is due: never screened, or lists, policy or engine changed since
    #[arg(long)]
    pub(crate) due: bool,

    /// From now on screen the named books under this policy
    #[arg(long, value_name = "TOML", requires = "books")]
    pub(crate) policy: Option<PathBuf>,

    /// Who asks; the user of the operating system when left out
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) actor: Option<String>,
}

/// `book export`
#[derive(Debug, Args)]
pub(crate) struct BookExport {
    /// The book
    #[arg(value_name = "BOOK")]
    pub(crate) book: String,

    /// Write here instead of to stdout
    #[arg(short, long, value_name = "CSV")]
    pub(crate) output: Option<PathBuf>,
}

/// `alerts`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Alerts {
    /// What to do with them; lists them when left out.
    #[command(subcommand)]
    pub(crate) action: Option<AlertsAction>,

    /// Which to list.
    #[command(flatten)]
    pub(crate) which: Which,
}

/// Which alerts to list.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Of this book
    #[arg(long, value_name = "BOOK")]
    pub(crate) book: Option<String>,

    /// In this state: queue (when left out: whatever somebody must look at), open, assigned,
    /// waiting, proposed, escalated, decided, approved, suppressed, closed, or all; may repeat
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Vec<String>,

    /// Of this customer
    #[arg(long, value_name = "KEY")]
    pub(crate) customer: Option<String>,

    /// With this listed entity
    #[arg(long, value_name = "ID")]
    pub(crate) entity: Option<String>,

    /// Of this user
    #[arg(long, value_name = "LOGIN")]
    pub(crate) assignee: Option<String>,

    /// Waiting for information that is overdue
    #[arg(long)]
    pub(crate) overdue: bool,
}

/// What to do with alerts.
#[derive(Debug, Subcommand)]
pub(crate) enum AlertsAction {
    /// Show an alert with its reasons and its history
    Show {
        /// Number of the alert
        #[arg(value_name = "ALERT")]
        id: i64,
    },
    /// Record what a person decides: a decision, or a proposal where the policy wants two persons
    Decide(AlertDecide),
    /// Make alerts one's own
    Take(AlertStep),
    /// Give alerts to somebody
    Assign {
        /// Login of whoever gets them
        #[arg(long, value_name = "LOGIN")]
        to: String,
        /// Which, and why.
        #[command(flatten)]
        step: AlertStep,
    },
    /// Put alerts back into the queue
    PutBack(AlertStep),
    /// Go on with alerts that wait for information
    Resume(AlertStep),
    /// Agree with what another person proposed
    Approve(AlertStep),
    /// Disagree with what another person proposed
    Return(AlertStep),
    /// Take one's own proposal back
    Withdraw(AlertStep),
    /// Hand alerts on to the reporting officer
    Escalate(AlertStep),
    /// Open again what was decided
    Reopen(AlertStep),
    /// Write something about alerts
    Comment(AlertStep),
    /// Attach a file to an alert
    Attach {
        /// Number of the alert
        #[arg(value_name = "ALERT")]
        id: i64,
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// What it is
        #[arg(long, value_name = "TYPE", default_value = "application/octet-stream")]
        media_type: String,
        /// Who; the user of the operating system when left out
        #[arg(long = "as", value_name = "NAME")]
        actor: Option<String>,
    },
    /// Show alerts that look alike, or decide them together
    Alike {
        /// Number of the alert that they are like
        #[arg(value_name = "ALERT")]
        id: i64,
        /// In what: entity, customer or names
        #[arg(long, value_name = "WHAT", default_value = "entity")]
        by: String,
        /// Decide them: false-positive or need-information; only shows them when left out
        #[arg(long, value_name = "DISPOSITION", requires_all = ["mark", "reason"])]
        disposition: Option<String>,
        /// What was shown for exactly these alerts
        #[arg(long, value_name = "MARK")]
        mark: Option<String>,
        /// The reason as a code (docs/alerts.md); the one that says no more than the text when left
        /// out
        #[arg(long, value_name = "CODE")]
        code: Option<String>,
        /// Why, for the record
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Who; the user of the operating system when left out
        #[arg(long = "as", value_name = "NAME")]
        actor: Option<String>,
    },
    /// Show which ways there are from state to state, who may take each, and the codes of reasons
    Ways,
}

/// Something done with alerts.
#[derive(Debug, Args)]
pub(crate) struct AlertStep {
    /// Numbers of the alerts
    #[arg(required = true, value_name = "ALERT")]
    pub(crate) ids: Vec<i64>,

    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) reason: String,

    /// The reason as a code (docs/alerts.md), where one is needed
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,

    /// Who; the user of the operating system when left out
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) actor: Option<String>,
}

/// `alerts decide`
#[derive(Debug, Args)]
pub(crate) struct AlertDecide {
    /// Numbers of the alerts
    #[arg(required = true, value_name = "ALERT")]
    pub(crate) ids: Vec<i64>,

    /// true-match, false-positive or need-information
    #[arg(long, value_name = "DISPOSITION")]
    pub(crate) disposition: String,

    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,

    /// The reason as a code (docs/alerts.md); the one that says no more than the text when left out
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,

    /// The day by which the information should be there; in two weeks when left out
    #[arg(long, value_name = "DATE")]
    pub(crate) due: Option<String>,

    /// Who decides; the user of the operating system when left out
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) actor: Option<String>,
}

/// `rules`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Rules {
    /// What to do with them; lists them when left out.
    #[command(subcommand)]
    pub(crate) action: Option<RulesAction>,

    /// Only those of this book
    #[arg(long, value_name = "BOOK")]
    pub(crate) book: Option<String>,
}

/// What to do with good-guy rules.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesAction {
    /// Make a rule from an alert: the customer is known not to be the listed entity
    Add {
        /// Number of the alert
        #[arg(value_name = "ALERT")]
        alert: i64,
        /// What the rule rests on: name, date, country, gender, identifier, address; all when left
        /// out; may repeat
        #[arg(long, value_name = "FIELD")]
        field: Vec<String>,
        /// The last day on which it stands; the latest that the policy allows when left out
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
        /// Who and why.
        #[command(flatten)]
        by: Reasoned,
    },
    /// Approve a rule that another person made
    Approve {
        /// Number of the rule
        #[arg(value_name = "RULE")]
        id: i64,
        /// Who approves; the user of the operating system when left out
        #[arg(long = "as", value_name = "NAME")]
        actor: Option<String>,
    },
    /// End a rule
    End {
        /// Number of the rule
        #[arg(value_name = "RULE")]
        id: i64,
        /// Who and why.
        #[command(flatten)]
        by: Reasoned,
    },
}

/// Who does something, and why.
#[derive(Debug, Args)]
pub(crate) struct Reasoned {
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,

    /// Who; the user of the operating system when left out
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) actor: Option<String>,
}

/// `audit`
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Say when a customer was screened, against what, and with what result
    Subject {
        /// Key of the customer, or the reference or name of a question
        #[arg(value_name = "KEY")]
        key: String,
    },
    /// Show rows of the chain, the latest last
    Log {
        /// Only rows about this: alert/12, account/1, publication/3, …
        #[arg(long, value_name = "OBJECT")]
        about: Option<String>,
        /// At most so many rows
        #[arg(long, value_name = "N", default_value_t = 50)]
        last: u32,
    },
    /// Check that no row of the chain was altered, removed, put in or cut off
    Verify {
        /// An exported folder instead of the data folder
        #[arg(long, value_name = "FOLDER")]
        export: Option<PathBuf>,
        /// A file of checkpoints that the chain must meet; may repeat
        #[arg(long, value_name = "FILE")]
        checkpoint: Vec<PathBuf>,
        /// The public key that checkpoints must be signed with, hexadecimal
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
    /// Sign where the chain ends and add the line to a file that can leave the machine
    Checkpoint {
        /// The file; to stdout when left out
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// The key to sign with; `checkpoint.key` of the data folder, made where it is missing
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
        /// Who; the user of the operating system when left out
        #[arg(long = "as", value_name = "NAME")]
        actor: Option<String>,
    },
    /// Write a case, or everything about a customer, into a folder for an examiner
    Export(AuditExport),
    /// Compute a recorded screening again from the publishers' files
    Replay {
        /// Number of the screening
        #[arg(value_name = "SCREENING")]
        id: i64,
    },
    /// Erase personal data that is older than the policy keeps it
    Erase {
        /// Only what is older than this day; as much as the policy allows when left out
        #[arg(long, value_name = "DATE")]
        before: Option<String>,
        /// Only say up to when the policy allows it
        #[arg(long)]
        dry_run: bool,
        /// Who; the user of the operating system when left out
        #[arg(long = "as", value_name = "NAME")]
        actor: Option<String>,
    },
}

/// `audit export`
#[derive(Debug, Args)]
pub(crate) struct AuditExport {
    /// A folder that is not there yet
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,

    /// This alert
    #[arg(long = "case", value_name = "ALERT", conflicts_with = "customer")]
    pub(crate) alert: Option<i64>,

    /// Everything about the customer of this key; without either the chain alone
    #[arg(long, value_name = "KEY")]
    pub(crate) customer: Option<String>,

    /// Who; the user of the operating system when left out
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) actor: Option<String>,
}
