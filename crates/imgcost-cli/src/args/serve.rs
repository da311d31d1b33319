use std::net::SocketAddr;

use clap::Args;

use super::exchange::ExchangeArgs;

/// Where the page is served, and to whom.
#[derive(Debug, Clone, Args)]
pub(crate) struct Serve {
    /// Address and port to listen on; port 0 takes any that is free.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787", env = "IMGCOST_LISTEN")]
    pub(crate) listen: SocketAddr,
    /// Let other machines in, if the address can be reached from them: there is no password and no TLS.
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// A name, beside addresses, that other machines may call the server by; may be repeated.
    #[arg(long, value_name = "NAME", requires = "allow_remote")]
    pub(crate) allow_host: Vec<String>,
    #[command(flatten)]
    pub(crate) exchange: ExchangeArgs,
}
