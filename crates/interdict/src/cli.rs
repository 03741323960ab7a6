//! What can be asked: arguments and their help.

mod books;
mod changes;
mod people;
mod reading;
mod serve;
mod storage;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

pub(crate) use books::{
    AlertDecide, AlertStep, Alerts, AlertsAction, Audit, AuditExport, Book, BookExport, BookLoad,
    BookScreen, Rules, RulesAction, Which,
};
pub(crate) use changes::{ClusterDecide, Clusters, Diff, Update};
pub(crate) use people::{EndProposal, Key, Proposals, ProposalsAction, User};
pub(crate) use reading::Reading;
pub(crate) use serve::Serve;
pub(crate) use storage::{Backup, Restore, Store, StoreCopy, Upgrade};

/// Screens names against sanctions lists and says why.
#[derive(Debug, Parser)]
#[command(name = "interdict", version, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 possible matches (only with \
                  --exit-code).\nStart with `interdict demo`: it needs no list and no network."
)]
pub(crate) struct Cli {
    /// Folder with the lists and everything else that is kept [env: INTERDICT_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,

    /// Keep the data in this PostgreSQL database, postgres://USER@HOST/DATABASE, instead of in the
    /// folder; with a password, set it in the environment [env: INTERDICT_DATABASE]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database: Option<String>,

    /// Answer in JSON instead of tables
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Say more on stderr; twice for still more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Say only errors on stderr
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show on built-in examples what Interdict does; takes seconds, no network
    Demo(Demo),
    /// Take in a publisher's list, or one of your own
    Import(Import),
    /// Fetch lists from their publishers and take in what is new
    Update(Update),
    /// Show the lists that answer, their versions and age; decide about what was held back
    Lists(Box<Lists>),
    /// Show what two publications do not say the same, party by party
    Diff(Diff),
    /// Entries of several lists that are of one party
    #[command(subcommand)]
    Clusters(Clusters),
    /// Ask whether someone or something is on a list
    Screen(Box<Screen>),
    /// Screen a file of customers: CSV, XLSX, ODS, JSON lines or FollowTheMoney
    Batch(Box<Batch>),
    /// Show everything that is known of a listed entity
    Show(Show),
    /// Books of customers
    #[command(subcommand)]
    Book(Book),
    /// Pairs of customers and listed entities that a person should look at
    Alerts(Alerts),
    /// Good-guy rules: customers who are known not to be a listed entity
    Rules(Rules),
    /// Decisions about lists and policies that wait for a second person
    Proposals(Proposals),
    /// What was screened when, and the chain of everything that happened
    #[command(subcommand)]
    Audit(Audit),
    /// The database and the files behind it
    #[command(subcommand)]
    Store(Store),
    /// Write everything that is kept into a folder or a file, while others work
    Backup(Backup),
    /// Put a backup into an empty data folder
    Restore(Restore),
    /// Bring the data to this release, and see what it would score otherwise
    Upgrade(Upgrade),
    /// Users and their roles
    #[command(subcommand)]
    User(User),
    /// API keys
    #[command(subcommand)]
    Key(Key),
    /// Score pairs of names from a CSV file
    Compare(Compare),
    /// Measure what screening finds on the current lists
    Evaluate(Evaluate),
    /// Serve the API and the workbench over HTTP
    Serve(Serve),
    /// The screening policy
    #[command(subcommand)]
    Config(Config),
    /// Write man pages and shell completions into a folder
    #[command(hide = true)]
    Manual(Manual),
}

/// `manual`
#[derive(Debug, Args)]
pub(crate) struct Manual {
    /// Folder to write into; made where it is missing
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

/// `demo`
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Keep the lists and write the example files into this folder, to go on from there
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}

/// A point in time to answer from; now when left out.
#[derive(Debug, Default, Args)]
pub(crate) struct When {
    /// Answer with the lists as published on this day: 2022-02-26
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,

    /// Answer with the lists as this system had them at this time: 2024-05-03T12:00:00Z, or the
    /// end of a day, in UTC
    #[arg(long, value_name = "TIME")]
    pub(crate) known_at: Option<String>,
}

/// `lists`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Lists {
    /// What to do with them; shows them when left out.
    #[command(subcommand)]
    pub(crate) action: Option<ListsAction>,

    /// Also show the formats that `import` reads
    #[arg(long)]
    pub(crate) formats: bool,

    /// What answered then.
    #[command(flatten)]
    pub(crate) when: When,
}

/// What to do with the lists.
#[derive(Debug, Subcommand)]
pub(crate) enum ListsAction {
    /// Show the publications that were held back, or why one of them was
    Review {
        /// Number of the publication
        #[arg(value_name = "ID")]
        id: Option<i64>,
    },
    /// Let a publication answer that was held back
    Accept(Decide),
    /// Decide against a publication that was held back
    Reject(Decide),
    /// Go back to an earlier publication; what is after it no longer answers
    Rollback {
        /// The list
        #[arg(value_name = "DATASET")]
        dataset: String,
        /// Number of the publication to go to
        #[arg(long, value_name = "VERSION")]
        to: i64,
        /// Who, why, and whether at all.
        #[command(flatten)]
        by: By,
    },
    /// Show what answered since when, and who decided what and why
    Log {
        /// Only this list; may repeat
        #[arg(value_name = "DATASET")]
        datasets: Vec<String>,
    },
    /// Remove publications that nothing needs any more
    Prune {
        /// Only this list; may repeat
        #[arg(value_name = "DATASET")]
        datasets: Vec<String>,
        /// Keep so many publications of each list, the latest
        #[arg(long, value_name = "N", required_unless_present = "keep_days")]
        keep: Option<usize>,
        /// Keep publications of so many days
        #[arg(long, value_name = "DAYS")]
        keep_days: Option<u32>,
        /// Who decides; the user of the operating system when left out
        #[arg(long = "as", value_name = "NAME")]
        actor: Option<String>,
        /// Only say what would be removed
        #[arg(long)]
        dry_run: bool,
    },
}

/// A decision about one publication.
#[derive(Debug, Args)]
pub(crate) struct Decide {
    /// Number of the publication
    #[arg(value_name = "ID")]
    pub(crate) id: i64,

    /// Who, why, and whether at all.
    #[command(flatten)]
    pub(crate) by: By,
}

/// Who decides and why.
#[derive(Debug, Args)]
pub(crate) struct By {
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,

    /// Who decides; the user of the operating system when left out
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) actor: Option<String>,

    /// Only say what would change
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Leave the books due instead of screening them now
    #[arg(long)]
    pub(crate) no_rescreen: bool,
}

/// `import`
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The files of one publication
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Format of the files, if it cannot be told from them (`interdict lists --formats`)
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,

    /// Map of the columns of a CSV file of your own (`docs/csv-map.md`)
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub(crate) map: Option<PathBuf>,

    /// Name of the list, if it is not to be the publisher's own
    #[arg(long, visible_alias = "as", value_name = "NAME")]
    pub(crate) dataset: Option<String>,

    /// Day of publication, if the files do not state it
    #[arg(long, value_name = "DATE")]
    pub(crate) published: Option<String>,

    /// Let it answer whatever the guard finds, and say why, for the record
    #[arg(long, value_name = "REASON")]
    pub(crate) accept: Option<String>,

    /// Leave the books due instead of screening them now
    #[arg(long)]
    pub(crate) no_rescreen: bool,
}

/// `screen`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("question").required(true).args(["name", "id", "file"]).multiple(true)))]
pub(crate) struct Screen {
    /// The name to look for
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Another name of the same person or thing; may repeat
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    pub(crate) alias: Vec<String>,

    /// What it is: Person, Company, Organization, Vessel, …; anything when left out
    #[arg(long, value_name = "SCHEMA")]
    pub(crate) schema: Option<String>,

    /// Date of birth, foundation or build: 1959-03-17, 1959-03 or 1959; may repeat
    #[arg(long, value_name = "DATE", conflicts_with = "file")]
    pub(crate) birth_date: Vec<String>,

    /// Country, as a code or in words; may repeat
    #[arg(long, value_name = "COUNTRY", conflicts_with = "file")]
    pub(crate) country: Vec<String>,

    /// Gender
    #[arg(long, value_name = "GENDER", conflicts_with = "file")]
    pub(crate) gender: Option<String>,

    /// Identifier with its type: imo:9074729, bic:SABRRUMM, lei:…, inn:…; may repeat
    #[arg(long, value_name = "TYPE:VALUE", conflicts_with = "file")]
    pub(crate) id: Vec<String>,

    /// Screen every row of a CSV file: id, name, type, birth_date, country, gender, identifier
    #[arg(long, value_name = "CSV", conflicts_with = "name")]
    pub(crate) file: Option<PathBuf>,

    /// Only this list; may repeat
    #[arg(long, value_name = "DATASET")]
    pub(crate) dataset: Vec<String>,

    /// Screening policy instead of the shipped one
    #[arg(long, value_name = "TOML")]
    pub(crate) policy: Option<PathBuf>,

    /// Score from which a hit is shown, from 0.50 to 1.00, instead of the policy's
    #[arg(long, value_name = "SCORE")]
    pub(crate) threshold: Option<f64>,

    /// Most hits of one question, instead of the policy's
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,

    /// Exit with 3 when there is a possible match
    #[arg(long)]
    pub(crate) exit_code: bool,

    /// The lists of another day.
    #[command(flatten)]
    pub(crate) when: When,
}

/// `batch`
#[derive(Debug, Args)]
pub(crate) struct Batch {
    /// The file of customers (docs/customer-files.md); with --repeat, if it has moved
    #[arg(value_name = "FILE", required_unless_present = "repeat")]
    pub(crate) file: Option<PathBuf>,

    /// Where hits go: a .csv, .xlsx or .jsonl file; FILE.hits.csv when left out
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Only show what the file is and its first rows; screen nothing
    #[arg(long, conflicts_with_all = ["output", "repeat"])]
    pub(crate) look: bool,

    /// How the file is read.
    #[command(flatten)]
    pub(crate) reading: Reading,

    /// Only this list; may repeat
    #[arg(long, value_name = "DATASET", conflicts_with = "repeat")]
    pub(crate) dataset: Vec<String>,

    /// The lists of another day.
    #[command(flatten)]
    pub(crate) when: When,

    /// Screening policy instead of the shipped one
    #[arg(long, value_name = "TOML", conflicts_with = "repeat")]
    pub(crate) policy: Option<PathBuf>,

    /// Score from which a hit is written, from 0.50 to 1.00, instead of the policy's
    #[arg(long, value_name = "SCORE", conflicts_with = "repeat")]
    pub(crate) threshold: Option<f64>,

    /// Most hits of one party, instead of the policy's
    #[arg(long, value_name = "N", conflicts_with = "repeat")]
    pub(crate) limit: Option<usize>,

    /// Also write a line for each party without a hit
    #[arg(long, conflicts_with = "repeat")]
    pub(crate) all_rows: bool,

    /// Fail when more rows than this share are rejected, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 5.0)]
    pub(crate) max_rejected: f64,

    /// Threads; as many as there are cores when left out. The result is the same
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,

    /// Begin again even if an earlier run into this output was not finished
    #[arg(long)]
    pub(crate) fresh: bool,

    /// Run again what this record (OUTPUT.run.json) says, to the same bytes
    #[arg(long, value_name = "RECORD", conflicts_with_all = ["profile", "save_profile", "date_order", "encoding", "delimiter", "sheet", "header_row", "column", "as_of", "known_at"])]
    pub(crate) repeat: Option<PathBuf>,

    /// Exit with 3 when there is a possible match
    #[arg(long)]
    pub(crate) exit_code: bool,
}

/// `show`
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Id of the entity, as hits give it
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    /// Only this list; may repeat
    #[arg(long, value_name = "DATASET")]
    pub(crate) dataset: Vec<String>,

    /// The lists of another day.
    #[command(flatten)]
    pub(crate) when: When,
}

/// `compare`
#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// CSV with the columns schema, name1 and name2
    #[arg(value_name = "CSV")]
    pub(crate) file: PathBuf,

    /// Write the CSV with scores here instead of to stdout
    #[arg(short, long, value_name = "CSV")]
    pub(crate) output: Option<PathBuf>,
}

/// `evaluate`
#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    /// Screening policy instead of the shipped one
    #[arg(long, value_name = "TOML")]
    pub(crate) policy: Option<PathBuf>,

    /// Only this list; may repeat
    #[arg(long, value_name = "DATASET")]
    pub(crate) dataset: Vec<String>,

    /// How many disguised names to ask, an equal share of each kind and list; 0 for none
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub(crate) queries: usize,

    /// Which disguised names: the same number, the same names
    #[arg(long, value_name = "N", default_value_t = 20_240_516)]
    pub(crate) seed: u64,

    /// Leave out asking every listed name as it stands
    #[arg(long)]
    pub(crate) skip_exact: bool,

    /// Also score every entity one by one for N disguised names, at thresholds from 0.50 to 0.95,
    /// and compare with what the index returns
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "200")]
    pub(crate) exhaustive: Option<usize>,

    /// Also ask the names of a CSV file that are on no list
    #[arg(long, value_name = "CSV")]
    pub(crate) clean: Option<PathBuf>,

    /// Also ask the names of a CSV file that are listed
    #[arg(long, value_name = "CSV")]
    pub(crate) listed: Option<PathBuf>,

    /// Also ask your own test names: a CSV file with the columns name, entity_id and kind
    #[arg(long, value_name = "CSV")]
    pub(crate) own: Option<PathBuf>,

    /// Write the report into this folder: report.html to read, report.json to work with
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,

    /// The lists of another day.
    #[command(flatten)]
    pub(crate) when: When,
}

/// `config`
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Check a policy file, or settings of the server, and say what is wrong
    Check {
        /// The policy, or the settings
        #[arg(value_name = "TOML")]
        file: PathBuf,

        /// It holds settings of `serve`; the environment is looked at too
        #[arg(long)]
        server: bool,
    },
    /// Write the shipped policy, the start of one of your own
    Show,
    /// Turn the settings and the manifest of yente into settings of this program
    FromYente(FromYente),
}

/// `config from-yente`
#[derive(Debug, Args)]
pub(crate) struct FromYente {
    /// Manifest, YAML or JSON; else the file that YENTE_MANIFEST names
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,

    /// File with YENTE_* settings, NAME=VALUE a line, in place of the environment
    #[arg(long, value_name = "FILE")]
    pub(crate) env: Option<PathBuf>,

    /// A catalogue that the manifest names, as a file: ADDRESS=FILE; may repeat
    #[arg(long, value_name = "ADDRESS=FILE")]
    pub(crate) catalog: Vec<String>,

    /// Folder to write serve.toml and update.toml into; nothing there is overwritten
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
