//! Images in layouts, archives and single manifests, as they are written by tools and by enemies.

mod build;
mod docker;
mod hostile;
mod index;
mod layout;
mod manifest;
