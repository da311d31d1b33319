//! `imgcost schema`: JSON Schema of files that are read and of JSON that is written.

use std::path::Path;

use crate::exit::Failure;
use crate::files;

pub(crate) fn run(of: Option<&str>, out_file: Option<&Path>) -> Result<(), Failure> {
    let mut all = imgcost_read::SCHEMAS.into_iter().chain(imgcost_report::SCHEMAS);
    let text = match of {
        None => all.map(|(name, title, _)| format!("{name:18}  {title}\n")).collect(),
        Some(of) => match all.find(|(name, ..)| *name == of) {
            Some((_, _, schema)) => schema(),
            None => return Err(Failure::plain(format!("there is no schema of {of}"))),
        },
    };
    files::deliver(out_file, |out| out.write_all(text.as_bytes()))
}
