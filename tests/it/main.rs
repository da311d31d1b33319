//! End to end: the command, its contracts, its examples and its documents.
#![allow(missing_docs, unreachable_pub)]

mod action;
mod architecture;
mod cases;
mod churn;
mod command;
mod contract;
mod dockerfile;
mod documents;
mod errors;
mod examples;
mod feeds;
mod formats;
mod gates;
mod hadolint;
mod images;
mod inventories;
mod live_registry;
mod quotes;
mod sarif;
mod template_builds;
mod workbook;
