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

    /// In this state: open (when left out), decided, suppressed, closed, or all; may repeat
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Vec<String>,

    /// Of this customer
    #[arg(long, value_name = "KEY")]
    pub(crate) customer: Option<String>,

    /// With this listed entity
    #[arg(long, value_name = "ID")]
    pub(crate) entity: Option<String>,
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
    /// Record what a person decides
    Decide(AlertDecide),
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
}
