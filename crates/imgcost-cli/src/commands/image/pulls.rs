//! `imgcost image pulls`: bytes that one node fetches pulling images in this order.

use imgcost::image::{Contents, pulls};
use imgcost_image::{Choice, Inspection, ReadLayers, Reference, contents};
use imgcost_report::{PullReport, Pulled};

use crate::args::{Document, Global, ImageArgs};
use crate::exit::Failure;
use crate::images::Images;
use crate::{files, result};

pub(crate) fn run(
    references: &[Reference],
    ratio: Option<&str>,
    images: &ImageArgs,
    global: &Global,
) -> Result<(), Failure> {
    let (ratio, ratio_text) = super::ratio(ratio)?;
    let images = Images::new(images, global);
    let mut found: Vec<Inspection> = Vec::new();
    for reference in references {
        found.extend_from_slice(&images.open(reference, ReadLayers::No)?);
    }
    let blobs: Vec<Contents> =
        found.iter().map(|image| contents(image, ratio)).collect::<Result<_, _>>()?;
    let pulled = pulls(&blobs);
    let named = |(image, pull): (&Inspection, &imgcost::image::Pull)| Pulled {
        reference: image.reference.clone(),
        platform: match image.choice {
            Choice::Only => None,
            Choice::OneOf { .. } => image.platform.as_ref().map(ToString::to_string),
        },
        pull: *pull,
    };
    let by_ratio = found.iter().any(|image| image.compressed().is_none());
    let report = PullReport {
        pulls: found.iter().zip(&pulled).map(named).collect(),
        total: imgcost::image::sent(&pulled),
        naive: blobs.iter().map(Contents::whole).fold(0, u64::saturating_add),
        by_ratio: by_ratio.then_some(ratio_text),
        notes: images.notes(),
    };
    let colour = result::colour(global);
    let format = global.document()?;
    files::deliver(global.out_file.as_deref(), |out| match format {
        Document::Text => imgcost_report::pulls_text(&report, colour, out),
        Document::Json => imgcost_report::pulls_json(&report, out),
        Document::Csv => imgcost_report::pulls_csv(&report, out),
        Document::Markdown => imgcost_report::pulls_markdown(&report, out),
    })
}
