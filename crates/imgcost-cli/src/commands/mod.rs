//! One file per subcommand.

pub(crate) mod baseline;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod dockerfile;
pub(crate) mod estimate;
pub(crate) mod explain;
pub(crate) mod image;
pub(crate) mod init;
pub(crate) mod inventory;
pub(crate) mod man;
pub(crate) mod prices;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod whatif;
