//! Reports against the worked example of the specification, and against names and numbers that
//! reports must not stumble over. Expected numbers come from the specification or from arithmetic
//! shown beside them, never from the program.
#![allow(missing_docs, unreachable_pub)]

mod contract;
mod dockerfile;
mod explained;
mod fixture;
mod grouped;
mod hostile;
mod html;
mod incomplete;
mod layout;
mod quotes;
mod remarks;
mod signs;
mod totals;
