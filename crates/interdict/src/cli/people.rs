//! Arguments of `user`, `key` and `proposals`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `user`
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Show users, their roles and whether they can log in
    List,
    /// Make a user
    Add {
        /// What is typed to log in
        #[arg(value_name = "LOGIN")]
        login: String,
        /// What the person is called; the login when left out
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// viewer, analyst, approver, mlro, admin or examiner (docs/accounts.md); may repeat
        #[arg(long, required = true, value_name = "ROLE")]
        role: Vec<String>,
        /// Login of another account of the same person: the two count as one for four eyes
        #[arg(long, value_name = "LOGIN")]
        same_as: Option<String>,
        /// Read a password from stdin
        #[arg(long)]
        password: bool,
    },
    /// Give a user another password, read from stdin; ends the user's sessions
    Password {
        /// The user
        #[arg(value_name = "LOGIN")]
        login: String,
    },
    /// Give a user other roles
    Roles {
        /// The user
        #[arg(value_name = "LOGIN")]
        login: String,
        /// All roles the user has from now on; may repeat
        #[arg(long, required = true, value_name = "ROLE")]
        role: Vec<String>,
    },
    /// End a user's sessions and keys at once and put the user's alerts back into the queue
    Disable {
        /// The user
        #[arg(value_name = "LOGIN")]
        login: String,
        /// Why, for the record
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Let a disabled user be used again
    Enable {
        /// The user
        #[arg(value_name = "LOGIN")]
        login: String,
    },
    /// Let a user try again after too many wrong passwords
    Unlock {
        /// The user
        #[arg(value_name = "LOGIN")]
        login: String,
    },
    /// Let a subject of an identity provider open a user's account
    Link {
        /// The user
        #[arg(value_name = "LOGIN")]
        login: String,
        /// Address of the provider
        #[arg(long, value_name = "URL")]
        issuer: String,
        /// What the provider calls the person
        #[arg(long, value_name = "SUBJECT")]
        subject: String,
    },
    /// Forget a subject of an identity provider
    Unlink {
        /// Address of the provider
        #[arg(long, value_name = "URL")]
        issuer: String,
        /// What the provider calls the person
        #[arg(long, value_name = "SUBJECT")]
        subject: String,
    },
    /// Locked out: let this user manage users again and write a new key into a file
    Recover {
        /// The user; made where there is none
        #[arg(value_name = "LOGIN")]
        login: String,
        /// A new file for the key, which only its owner can read
        #[arg(long, value_name = "FILE")]
        key_file: PathBuf,
    },
}

/// `key`
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Show API keys, without their secrets
    List {
        /// Only those of this user
        #[arg(value_name = "LOGIN")]
        login: Option<String>,
    },
    /// Make an API key; its secret is shown once
    Add {
        /// The user whose key it is
        #[arg(value_name = "LOGIN")]
        login: String,
        /// What it is for
        #[arg(long, value_name = "TEXT")]
        label: String,
        /// A right that it has (docs/accounts.md); all of the user when left out; may repeat
        #[arg(long, value_name = "RIGHT")]
        scope: Vec<String>,
        /// The last day on which it works
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
    },
    /// End an API key
    End {
        /// Number of the key
        #[arg(value_name = "KEY")]
        id: i64,
    },
}

/// `proposals`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Proposals {
    /// What to do with them; lists those that wait when left out.
    #[command(subcommand)]
    pub(crate) action: Option<ProposalsAction>,

    /// Also those that have ended
    #[arg(long)]
    pub(crate) all: bool,
}

/// What to do with proposals.
#[derive(Debug, Subcommand)]
pub(crate) enum ProposalsAction {
    /// Agree with what another person proposed; it is carried out
    Approve(EndProposal),
    /// Disagree, or take back one's own
    Refuse(EndProposal),
}

/// The end of a proposal.
#[derive(Debug, Args)]
pub(crate) struct EndProposal {
    /// Number of the proposal
    #[arg(value_name = "PROPOSAL")]
    pub(crate) id: i64,

    /// Who and why.
    #[command(flatten)]
    pub(crate) by: super::books::Reasoned,
}
