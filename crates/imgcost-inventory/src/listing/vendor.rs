//! What is different from vendor to vendor, apart from the fields of entries.

use super::document::Objection;

/// A registry product as its listings show it.
#[derive(Debug)]
pub(crate) struct Vendor {
    /// Its name in fleet files.
    pub(crate) provider: &'static str,
    /// How comments call it: `ECR`.
    pub(crate) title: &'static str,
    /// The command that writes its listing.
    pub(crate) command: &'static str,
    /// The field that tells sizes, as the vendor calls it.
    pub(crate) size: &'static str,
    /// What that field says of a manifest list.
    pub(crate) list_size: ListSize,
    /// A size below this many bytes is a manifest's and not an image's.
    pub(crate) least_size: u64,
    /// Whether listings tell when an image was last pulled.
    pub(crate) tells_pulls: bool,
    /// The price of archived images.
    pub(crate) archive_price: Option<&'static str>,
    /// The region to assume, where the provider has regions.
    pub(crate) region: Option<&'static str>,
    /// Keys of lists of entries in the objects around them.
    pub(super) lists: &'static [&'static str],
    /// Keys of texts in those objects that concern all entries.
    pub(super) context: &'static [&'static str],
}

/// What a vendor's size says of a manifest list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListSize {
    /// The largest platform.
    Largest,
    /// Nothing: platforms are listed as untagged images beside it.
    Nothing,
    /// All platforms together.
    Sum,
}

/// Amazon ECR.
pub(crate) const ECR: Vendor = Vendor {
    provider: "aws-ecr",
    title: "ECR",
    command: "aws ecr describe-images --repository-name NAME --output json",
    size: "imageSizeInBytes",
    list_size: ListSize::Largest,
    least_size: 0,
    tells_pulls: true,
    archive_price: Some("aws.ecr.archive-storage"),
    region: Some("us-east-1"),
    lists: &["imageDetails", "repositories", "images", "repository"],
    context: &[],
};

/// Google Artifact Registry.
pub(crate) const ARTIFACT_REGISTRY: Vendor = Vendor {
    provider: "gcp-artifact-registry",
    title: "Artifact Registry",
    command: "gcloud artifacts docker images list LOCATION-docker.pkg.dev/PROJECT/REPOSITORY --include-tags --format=json",
    size: "imageSizeBytes",
    list_size: ListSize::Nothing,
    least_size: 0,
    tells_pulls: false,
    archive_price: None,
    region: Some("us-central1"),
    lists: &["dockerImages"],
    context: &[],
};

/// Azure Container Registry.
pub(crate) const ACR: Vendor = Vendor {
    provider: "azure-acr",
    title: "ACR",
    command: "az acr manifest list-metadata --registry REGISTRY --name REPOSITORY --output json",
    size: "imageSize",
    list_size: ListSize::Nothing,
    // It has told 528 for hello-world, the size of its manifest.
    least_size: 20_000,
    tells_pulls: false,
    archive_price: None,
    region: Some("eastus"),
    lists: &["manifests"],
    context: &["registry", "imageName"],
};

/// Harbor.
pub(crate) const HARBOR: Vendor = Vendor {
    provider: "harbor",
    title: "Harbor",
    command: "curl https://HOST/api/v2.0/projects/PROJECT/repositories/REPOSITORY/artifacts",
    size: "size",
    list_size: ListSize::Sum,
    least_size: 0,
    tells_pulls: true,
    archive_price: None,
    region: None,
    lists: &[],
    context: &[],
};

/// Keys that only one kind of input has; entries are recognised by their first key.
const TELLTALES: [(&str, &str); 42] = [
    ("imageDetails", "ecr"),
    ("repositories", "ecr"),
    ("images", "ecr"),
    ("registryId", "ecr"),
    ("repositoryName", "ecr"),
    ("repositoryArn", "ecr"),
    ("repositoryUri", "ecr"),
    ("imageDigest", "ecr"),
    ("imageTags", "ecr"),
    ("imageId", "ecr"),
    ("imageManifest", "ecr"),
    ("imageSizeInBytes", "ecr"),
    ("imagePushedAt", "ecr"),
    ("dockerImages", "artifact-registry"),
    ("package", "artifact-registry"),
    ("createTime", "artifact-registry"),
    ("uploadTime", "artifact-registry"),
    ("buildTime", "artifact-registry"),
    ("imageSizeBytes", "artifact-registry"),
    ("uri", "artifact-registry"),
    ("changeableAttributes", "acr"),
    ("architecture", "acr"),
    ("createdTime", "acr"),
    ("lastUpdateTime", "acr"),
    ("configMediaType", "acr"),
    ("imageSize", "acr"),
    ("imageName", "acr"),
    ("manifests", "acr"),
    ("accessories", "harbor"),
    ("addition_links", "harbor"),
    ("annotations", "harbor"),
    ("extra_attrs", "harbor"),
    ("manifest_media_type", "harbor"),
    ("push_time", "harbor"),
    ("pull_time", "harbor"),
    ("repository_name", "harbor"),
    ("repository_id", "harbor"),
    ("project_id", "harbor"),
    ("apiVersion", "kubernetes"),
    ("kind", "kubernetes"),
    ("Records", "cloudtrail"),
    ("Repository", "docker"),
];

impl Vendor {
    /// Whether an object with this first key stands around entries, and is none itself.
    pub(super) fn is_around_entries(&self, key: &str) -> bool {
        let paging = ["nextToken", "NextToken", "nextPageToken", "failures"];
        self.lists.contains(&key) || self.context.contains(&key) || paging.contains(&key)
    }

    /// What to say if an entry that begins with this key comes from elsewhere.
    pub(super) fn stranger(&self, key: &str) -> Option<Objection> {
        let (_, source) = TELLTALES.iter().find(|(telltale, _)| *telltale == key)?;
        (*source != self.source()).then(|| Objection {
            problem: format!("this is no listing of {}: an entry begins with `{key}`", self.title),
            help: format!("it looks like input of `{source}`; read it as that"),
        })
    }

    /// That an entry lacks what all entries of this vendor have.
    pub(crate) fn lacks(&self, what: &str) -> Objection {
        Objection {
            problem: format!("this is no entry of a listing of {}: it has no {what}", self.title),
            help: format!("give the output of {}", self.command),
        }
    }

    /// What its source is called.
    fn source(&self) -> &'static str {
        self.provider.split_once('-').map_or(self.provider, |(_, name)| name)
    }
}
