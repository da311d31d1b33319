//! Workbooks as an analyst handles them: read, changed in one cell, calculated by LibreOffice.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use calamine::{Data, Range, Reader, Xlsx};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::command::imgcost;
use crate::live_registry::tools;

/// A workbook's sheets by name.
pub struct Workbook(pub BTreeMap<String, Range<Data>>);

/// The workbook that a run writes to a pipe.
pub fn written(args: &[&str]) -> Vec<u8> {
    let output = imgcost(&[args, &["--format", "xlsx"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The values that are stored: what a viewer shows that does not calculate.
pub fn stored(bytes: &[u8]) -> Workbook {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let sheets = book.worksheets();
    Workbook(sheets.into_iter().collect())
}

/// The formulas of a sheet, by row and column from 0.
pub fn formulas(bytes: &[u8], sheet: &str) -> Vec<(usize, usize, String)> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_formula(sheet).expect("formulas");
    let (row, column) = range.start().map_or((0, 0), |(r, c)| (r as usize, c as usize));
    let used = range.used_cells().filter(|(_, _, formula)| !formula.is_empty());
    used.map(|(r, c, formula)| (r + row, c + column, formula.clone())).collect()
}

/// The same workbooks with every formula calculated anew by LibreOffice.
pub fn calculated(books: &[Vec<u8>]) -> Vec<Workbook> {
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<PathBuf> =
        (0..books.len()).map(|index| folder.path().join(format!("{index}.xlsx"))).collect();
    for (file, bytes) in files.iter().zip(books) {
        std::fs::write(file, bytes).expect("a workbook");
    }
    let out = folder.path().join("out");
    converted("xlsx", &files, &out);
    let read = |file: &PathBuf| {
        let name = file.file_name().expect("a name");
        std::fs::read(out.join(name)).expect("calculated")
    };
    files.iter().map(|file| stored(&read(file))).collect()
}

/// Has LibreOffice open these files, calculate them and save them in another format, in another folder.
pub fn converted(format: &str, files: &[PathBuf], out: &Path) {
    tools::ensure(&[("soffice", "libreoffice-calc-nogui")]);
    let profile = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(profile.path().join("user")).expect("a profile");
    // Left to itself it trusts stored results.
    std::fs::write(
        profile.path().join("user/registrymodifications.xcu"),
        r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"#,
    )
    .expect("a setting");
    let text = |path: &Path| path.to_str().expect("a plain path").to_owned();
    let profile = format!("-env:UserInstallation=file://{}", text(profile.path()));
    let (out, files) = (text(out), files.iter().map(|file| text(file)).collect::<Vec<_>>());
    let mut args = vec![&*profile, "--headless", "--convert-to", format, "--outdir", &out];
    args.extend(files.iter().map(String::as_str));
    tools::run("soffice", &args);
}

/// The workbook with another number in one cell, such as `("Prices", "H7")`.
pub fn changed(bytes: &[u8], (sheet, cell): (&str, &str), number: &str) -> Vec<u8> {
    let book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let place = book.sheet_names().iter().position(|name| name == sheet).expect("the sheet");
    let part = format!("xl/worksheets/sheet{}.xml", place + 1);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("a part");
        let name = file.name().expect("a name").into_owned();
        let mut text = Vec::new();
        file.read_to_end(&mut text).expect("readable");
        if name == part {
            let xml = String::from_utf8(text).expect("XML");
            text = with(&xml, cell, number).into_bytes();
        }
        out.start_file(name, SimpleFileOptions::default()).expect("a part");
        out.write_all(&text).expect("written");
    }
    out.finish().expect("a zip").into_inner()
}

/// The sheet with another number in a cell that holds a number or nothing.
fn with(xml: &str, cell: &str, number: &str) -> String {
    let start = xml.find(&format!("<c r=\"{cell}\"")).unwrap_or_else(|| panic!("no cell {cell}"));
    let tag = start + xml[start..].find('>').expect("a tag");
    let (tag_end, end) = if xml[..tag].ends_with('/') {
        (tag - 1, tag + 1)
    } else {
        (tag, start + xml[start..].find("</c>").expect("an end") + "</c>".len())
    };
    assert!(!xml[start..end].contains("<f>"), "{cell} is a formula");
    format!("{}><v>{number}</v></c>{}", &xml[..tag_end], &xml[end..])
}

impl Workbook {
    /// A sheet's cell; nothing beyond what is used.
    pub fn cell(&self, sheet: &str, row: usize, column: usize) -> Data {
        let value = self.0[sheet].get_value((row as u32, column as u32));
        value.cloned().unwrap_or(Data::Empty)
    }

    /// Where a text stands in the first column, or another.
    pub fn row(&self, sheet: &str, column: usize, text: &str) -> usize {
        let last = self.0[sheet].end().map_or(0, |(row, _)| row as usize);
        (0..=last)
            .find(|row| self.cell(sheet, *row, column) == Data::String(text.into()))
            .unwrap_or_else(|| panic!("{text} is not on {sheet}"))
    }

    /// The number beside a text of the first column of Summary.
    pub fn summary(&self, text: &str, column: usize) -> f64 {
        number(&self.cell("Summary", self.row("Summary", 0, text), column))
    }

    /// A text beside a text of the first column of Summary.
    pub fn remark(&self, text: &str) -> String {
        self.cell("Summary", self.row("Summary", 0, text), 2).to_string()
    }
}

/// A cell's number.
pub fn number(cell: &Data) -> f64 {
    match cell {
        Data::Float(number) => *number,
        Data::Int(number) => *number as f64,
        other => panic!("{other:?} is not a number"),
    }
}

/// Whether two numbers differ by less than a billionth of them.
pub fn close(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-9 * left.abs().max(right.abs()).max(1e-9)
}
