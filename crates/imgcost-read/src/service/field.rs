//! What a service can say about itself, by the same names in fleet files and in lists.

use std::ops::Range;

use imgcost::image::Image;

/// Declares the fields with their names, once.
macro_rules! fields {
    ($($field:ident = $name:literal),* $(,)?) => {
        /// A field of a service: a key of `[[service]]`, a column of a list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Field { $($field),* }

        /// All fields with their names in lists; nested ones are dotted.
        pub(crate) const FIELDS: &[(Field, &str)] = &[$((Field::$field, $name)),*];
    };
}

fields! {
    Name = "name",
    Registry = "registry",
    Cluster = "cluster",
    Hosts = "hosts",
    Replicas = "replicas",
    Spread = "spread",
    Pulls = "pulls",
    CachedShare = "cached-share",
    Deploys = "deploys",
    Pushes = "pushes",
    Builds = "builds",
    CacheMiss = "cache-miss",
    DependencyUpdates = "dependency-updates",
    BaseRefreshes = "base-refreshes",
    InstallTime = "install-time",
    BuildRunner = "build.runner",
    BuildBefore = "build.before",
    BuildAfter = "build.after",
    BeforeSize = "before.size",
    BeforeCompressed = "before.compressed",
    BeforeUnpacked = "before.unpacked",
    BeforeBase = "before.base",
    BeforeDependencies = "before.dependencies",
    BeforeApplication = "before.application",
    BeforeProfile = "before.profile",
    BeforeSizes = "before.sizes",
    BeforeRatio = "before.ratio",
    AfterSize = "after.size",
    AfterCompressed = "after.compressed",
    AfterUnpacked = "after.unpacked",
    AfterBase = "after.base",
    AfterDependencies = "after.dependencies",
    AfterApplication = "after.application",
    AfterProfile = "after.profile",
    AfterSizes = "after.sizes",
    AfterRatio = "after.ratio",
}

/// How many fields there are.
pub(crate) const FIELD_COUNT: usize = FIELDS.len();

impl Field {
    /// Its name in lists.
    pub(crate) fn name(self) -> &'static str {
        FIELDS[self as usize].1
    }

    /// The field of that name; `build`, `before` and `after` alone are short for their main part.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = match name {
            "build" => "build.runner",
            "before" => "before.size",
            "after" => "after.size",
            other => other,
        };
        FIELDS.iter().find(|(_, known)| *known == name).map(|(field, _)| *field)
    }
}

/// The fields of an image on one side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ImageFields {
    pub(crate) side: &'static str,
    pub(crate) size: Field,
    pub(crate) compressed: Field,
    pub(crate) unpacked: Field,
    pub(crate) classes: [Field; 3],
    pub(crate) profile: Field,
    pub(crate) sizes: Field,
    pub(crate) ratio: Field,
}

pub(crate) const BEFORE: ImageFields = ImageFields {
    side: "before",
    size: Field::BeforeSize,
    compressed: Field::BeforeCompressed,
    unpacked: Field::BeforeUnpacked,
    classes: [Field::BeforeBase, Field::BeforeDependencies, Field::BeforeApplication],
    profile: Field::BeforeProfile,
    sizes: Field::BeforeSizes,
    ratio: Field::BeforeRatio,
};

pub(crate) const AFTER: ImageFields = ImageFields {
    side: "after",
    size: Field::AfterSize,
    compressed: Field::AfterCompressed,
    unpacked: Field::AfterUnpacked,
    classes: [Field::AfterBase, Field::AfterDependencies, Field::AfterApplication],
    profile: Field::AfterProfile,
    sizes: Field::AfterSizes,
    ratio: Field::AfterRatio,
};

impl ImageFields {
    /// All of them.
    pub(crate) const fn all(&self) -> [Field; 9] {
        let [base, dependencies, application] = self.classes;
        [
            self.size,
            self.compressed,
            self.unpacked,
            base,
            dependencies,
            application,
            self.profile,
            self.sizes,
            self.ratio,
        ]
    }
}

/// What a service says about itself, as text; an empty text is an absent one.
#[derive(Debug, Clone)]
pub(crate) struct RawService<'t> {
    texts: [Option<&'t str>; FIELD_COUNT],
    present: FieldSet,
    /// The images before and after, where they are given layer by layer or by reference.
    pub(crate) images: [Option<Image>; 2],
}

/// Some of the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FieldSet(u64);

const _: () = assert!(FIELD_COUNT <= 64);

impl FieldSet {
    pub(crate) const fn of(fields: &[Field]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < fields.len() {
            bits |= 1 << fields[index] as u64;
            index += 1;
        }
        Self(bits)
    }
}

impl<'t> RawService<'t> {
    pub(crate) fn new() -> Self {
        Self { texts: [None; FIELD_COUNT], present: FieldSet(0), images: [None, None] }
    }

    #[inline]
    pub(crate) fn set(&mut self, field: Field, text: &'t str) {
        if !text.is_empty() {
            self.texts[field as usize] = Some(text);
            self.present.0 |= 1 << field as u64;
        }
    }

    /// The text of a field that is not absent.
    #[inline]
    pub(crate) fn get(&self, field: Field) -> Option<&'t str> {
        self.texts[field as usize]
    }

    /// An image, where it is given layer by layer or by reference.
    pub(crate) fn image(&self, fields: &ImageFields) -> Option<&Image> {
        let [before, after] = &self.images;
        if fields.side == "before" { before.as_ref() } else { after.as_ref() }
    }

    #[inline]
    pub(crate) fn has(&self, field: Field) -> bool {
        self.has_any(FieldSet::of(&[field]))
    }

    /// Whether any of these fields is not absent.
    #[inline]
    pub(crate) fn has_any(&self, fields: FieldSet) -> bool {
        self.present.0 & fields.0 != 0
    }
}

/// Where the fields of a service stand in a text.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    spans: [Range<usize>; FIELD_COUNT],
    /// The service as a whole.
    pub(crate) whole: Range<usize>,
}

impl Places {
    pub(crate) fn new(whole: Range<usize>) -> Self {
        Self { spans: std::array::from_fn(|_| whole.clone()), whole }
    }

    pub(crate) fn set(&mut self, field: Field, span: Range<usize>) {
        self.spans[field as usize] = span;
    }

    pub(crate) fn of(&self, field: Option<Field>) -> Range<usize> {
        field.map_or(self.whole.clone(), |field| self.spans[field as usize].clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_names() {
        for (field, name) in FIELDS {
            assert_eq!(Field::named(name), Some(*field));
            assert_eq!(field.name(), *name);
        }
        assert_eq!(Field::named("before"), Some(Field::BeforeSize));
        assert_eq!(Field::named("size"), None);
    }
}
