use imgcost::image::Trigger;

use crate::inspection::Inspection;

/// How the layers of a real image are sorted into base, dependencies and application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassRule {
    /// From the instructions in its history.
    History,
    /// So many base layers, then so many of dependencies; the rest is the application's.
    Counts {
        /// Layers of the base image.
        base: usize,
        /// Layers of dependencies above them.
        dependencies: usize,
    },
}

/// What makes each layer's own content change, base first.
pub fn classes(_image: &Inspection, _rule: ClassRule) -> Vec<(Trigger, bool)> {
    todo!()
}
