//! The header of a service list: which column says what.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Flaw};
use crate::service::{FIELDS, Field};
use crate::suggest::nearest;

use super::excerpt::{in_row, nowhere};
use super::rows::Row;

/// What the columns of a list say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub(super) columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    Field(Field),
    Label(Arc<str>),
}

impl Column {
    /// Its name, as headers write it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Field(field) => field.name().to_owned(),
            Self::Label(name) => format!("labels.{name}"),
        }
    }
}

/// Reads the first row.
pub(super) fn read(file: &str, row: &Row<'_>) -> Result<Header, Vec<Diagnostic>> {
    let mut columns: Vec<Column> = Vec::with_capacity(row.len());
    let mut found = Vec::new();
    for index in 0..row.len() {
        let name = row.cell(index);
        match column(name, row) {
            Ok(column) if columns.contains(&column) => {
                let message = format!("the column `{name}` is there twice");
                let flaw = Flaw::new("duplicate-column", message, "leave one of them out");
                found.push(in_row(file, row, Some(index), flaw));
            }
            Ok(column) => columns.push(column),
            Err(flaw) => found.push(in_row(file, row, Some(index), flaw)),
        }
    }
    if found.is_empty() && !columns.contains(&Column::Field(Field::Name)) {
        let help = "the first row gives the columns' names, such as name,registry,cluster,replicas,deploys,before.size,after.size";
        let flaw = Flaw::new("missing-column", "the list has no column `name`", help);
        found.push(in_row(file, row, None, flaw));
    }
    if found.is_empty() { Ok(Header { columns }) } else { Err(found) }
}

fn column(name: &str, row: &Row<'_>) -> Result<Column, Flaw> {
    if let Some(field) = Field::named(name) {
        return Ok(Column::Field(field));
    }
    if let Some(label) = name.strip_prefix("labels.").filter(|label| !label.is_empty()) {
        return Ok(Column::Label(label.into()));
    }
    let help = if row.len() == 1 && name.contains([';', '\t', '|']) {
        "separate the columns by commas".to_owned()
    } else {
        let known = FIELDS.iter().map(|(_, known)| *known);
        match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let message = "columns have the names of fleet-file keys, nested ones dotted";
                format!(
                    "{message}: name, labels.team, registry, cluster, hosts, replicas, deploys, before.size, after.size, build.runner and so on"
                )
            }
        }
    };
    let shown: String = name.chars().take(60).collect();
    Err(Flaw::new("unknown-column", format!("there is no column `{shown}`"), help))
}

/// A list without any row.
pub(super) fn empty(file: &str) -> Diagnostic {
    let help = "write a header such as name,registry,cluster,replicas,before.size,after.size, and a row for each service";
    nowhere(file, Flaw::new("empty-csv", "the list has no services", help))
}
