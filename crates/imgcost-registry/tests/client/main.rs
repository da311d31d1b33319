//! The client against a registry that answers by a script: logins, pages, retries, hostile replies.
#![allow(missing_docs, unreachable_pub)]

mod fake;
mod hostile;
mod images;
mod logins;
mod pages;
mod retries;
