use imgcost::image::Image;
use imgcost::units::CompressionRatio;

use crate::classes::ClassRule;
use crate::inspection::Inspection;

/// An image of the model, and what had to be assumed to make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modelled {
    /// The image: its layers, and its config blob as a last one.
    pub image: Image,
    /// Whether a size of some layer came from the ratio.
    pub used_ratio: bool,
}

/// Turns an image that was found into one of the model.
pub fn to_model(_found: &Inspection, _ratio: CompressionRatio, _rule: ClassRule) -> Modelled {
    todo!()
}
