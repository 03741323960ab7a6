//! Arguments of `serve`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;

/// `serve`
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address to listen on; loopback when left out
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) host: Option<IpAddr>,

    /// Port to listen on; 0 for any that is free
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,

    /// Answer without credentials; only on loopback
    #[arg(long)]
    pub(crate) open: bool,

    /// Settings, TOML; INTERDICT_SERVER_… in the environment and options count more
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Policy file instead of the shipped policy
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}
