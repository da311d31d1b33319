//! Real images that commands and fleet files name: opened once each, wherever they are.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use imgcost_image::{
    Choice, ClassRule, ImageError, Inspection, Modelled, Options, Platform, ReadLayers, Reference,
    to_model,
};
use imgcost_read::{ImageProblem, ImageRead, ImageRequest};
use imgcost_registry::{Client, ClientOptions, Credentials, Secret, Transport};

use crate::args::{Global, ImageArgs};
use crate::exit::Failure;
use crate::progress::{self, Progress};

/// What was read before: opening an image can take a while, and many services may name the same one.
type Known = HashMap<(Reference, Platform, ReadLayers), Result<Arc<[Inspection]>, ImageError>>;

/// Opens images, on this machine and in registries, and remembers them.
pub(crate) struct Images<'a> {
    args: &'a ImageArgs,
    global: &'a Global,
    known: Mutex<Known>,
    client: OnceLock<Client>,
    /// What was left out: versions of a repository, platforms of an index.
    left_out: Mutex<Vec<String>>,
}

impl<'a> Images<'a> {
    pub(crate) fn new(args: &'a ImageArgs, global: &'a Global) -> Self {
        let (known, left_out) = (Mutex::default(), Mutex::default());
        Self { args, global, known, client: OnceLock::new(), left_out }
    }

    /// The client for all registries of this run.
    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let transport =
                if self.args.plain_http { Transport::PlainHttp } else { Transport::Tls };
            let quiet = self.global.quiet;
            let notice = move |text: &str| {
                if !quiet {
                    eprintln!("{text}");
                }
            };
            let options = ClientOptions::usual(transport, credentials());
            Client::new(ClientOptions { notice: Arc::new(notice), ..options })
        })
    }

    /// The images that a reference names. Layers at hand are read if that is asked for; those of a
    /// registry only with `--unpacked`.
    pub(crate) fn open(
        &self,
        reference: &Reference,
        layers: ReadLayers,
    ) -> Result<Arc<[Inspection]>, ImageError> {
        let platform = self.args.platform.clone().unwrap_or_else(Platform::linux_amd64);
        self.open_for(reference, &platform, layers)
    }

    fn open_for(
        &self,
        reference: &Reference,
        platform: &Platform,
        layers: ReadLayers,
    ) -> Result<Arc<[Inspection]>, ImageError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (reference.clone(), platform.clone(), layers);
        if let Some(found) = known.get(&key) {
            return found.clone();
        }
        let found = self.read(reference, platform, layers).map(Arc::from);
        known.insert(key, found.clone());
        found
    }

    fn read(
        &self,
        reference: &Reference,
        platform: &Platform,
        layers: ReadLayers,
    ) -> Result<Vec<Inspection>, ImageError> {
        let bar: Progress = progress::image(&reference.to_string(), self.global);
        let layers = match layers {
            ReadLayers::Yes if !self.args.verify => ReadLayers::Headers,
            layers => layers,
        };
        let options = Options {
            platform,
            layers,
            max_unpacked: self.args.max_unpacked.unwrap_or(Options::MAX_UNPACKED),
            progress: &|bytes| bar.add(bytes),
        };
        match reference {
            Reference::Registry { .. } => {
                let layers = if self.args.unpacked { layers } else { ReadLayers::No };
                let options = Options { layers, ..options };
                self.client().inspect(reference, options).map(|image| vec![image])
            }
            _ => imgcost_image::open(reference, options),
        }
    }

    /// The versions of a registry's repository, oldest first, at most so many of the newest.
    pub(crate) fn versions(
        &self,
        reference: &Reference,
        limit: u32,
    ) -> Result<Arc<[Inspection]>, ImageError> {
        let Reference::Registry { host, repository, .. } = reference else {
            return Err(ImageError::new(reference.to_string(), "this is not in a registry"));
        };
        let platform = self.args.platform.clone().unwrap_or_else(Platform::linux_amd64);
        let bar: Progress = progress::image(&reference.to_string(), self.global);
        let options = Options {
            platform: &platform,
            layers: if self.args.unpacked { ReadLayers::Yes } else { ReadLayers::No },
            max_unpacked: self.args.max_unpacked.unwrap_or(Options::MAX_UNPACKED),
            progress: &|bytes| bar.add(bytes),
        };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let found = self.client().versions(host, repository, options, limit)?;
        let left_out = found.notes.iter().map(|note| format!("{reference}: {note}"));
        self.left_out.lock().unwrap_or_else(PoisonError::into_inner).extend(left_out);
        Ok(found.images.into())
    }

    /// What fleet files open images with; paths are relative to `folder`.
    pub(crate) fn reader<'s>(
        &'s self,
        folder: &'s Path,
    ) -> impl Fn(&ImageRequest) -> Result<ImageRead, ImageProblem> + Sync + 's {
        move |request| self.answer(request, folder).map_err(problem)
    }

    fn answer(&self, request: &ImageRequest, folder: &Path) -> Result<ImageRead, ImageError> {
        let reference = Reference::parse(&request.reference)?.relative_to(folder);
        let platform = match &request.platform {
            Some(text) => Some(Platform::parse(text).ok_or_else(|| {
                ImageError::new(text, "this is no platform").help("write one such as linux/amd64")
            })?),
            None => self.args.platform.clone(),
        };
        let wanted = platform.clone().unwrap_or_else(Platform::linux_amd64);
        let found = self.open_for(&reference, &wanted, ReadLayers::Yes)?;
        let image = single(&reference, &found)?;
        let count = |layers: u32| usize::try_from(layers).unwrap_or(usize::MAX);
        let rule = match (request.base_layers, request.dependency_layers) {
            (Some(base), dependencies) => ClassRule::Counts {
                base: count(base),
                dependencies: count(dependencies.unwrap_or(0)),
            },
            (None, _) => ClassRule::History,
        };
        let Modelled { image: modelled, used_ratio } = to_model(image, request.ratio, rule)?;
        if let Choice::OneOf { others } = &image.choice
            && !others.is_empty()
        {
            let others: Vec<String> = others.iter().map(ToString::to_string).collect();
            let note = format!(
                "{reference}: {} of the same index is stored too and not counted; `architectures` of its registry counts so many like this one",
                others.join(", ")
            );
            self.left_out.lock().unwrap_or_else(PoisonError::into_inner).push(note);
        }
        let chose_platform = matches!(image.choice, Choice::OneOf { .. }) && platform.is_none();
        Ok(ImageRead { image: modelled, used_ratio, chose_platform })
    }

    /// What is odd about the images that were opened.
    pub(crate) fn notes(&self) -> Vec<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let images = known.values().flatten().flat_map(|images| images.iter());
        let mut notes: Vec<String> = images
            .flat_map(|image| image.notes.iter().map(|note| format!("{}: {note}", image.reference)))
            .collect();
        notes.extend_from_slice(&self.left_out.lock().unwrap_or_else(PoisonError::into_inner));
        notes.sort();
        notes.dedup();
        notes
    }
}

/// The login for registries: from the environment if it is there, otherwise as stored.
fn credentials() -> Credentials {
    let variable = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
    match (variable("IMGCOST_REGISTRY_USERNAME"), variable("IMGCOST_REGISTRY_PASSWORD")) {
        (Some(username), Some(password)) => {
            Credentials::Given { username, password: Secret::new(password) }
        }
        _ => Credentials::stored(),
    }
}

/// The one image that is meant where one is needed.
pub(crate) fn single<'i>(
    reference: &Reference,
    found: &'i [Inspection],
) -> Result<&'i Inspection, ImageError> {
    match found {
        [one] => Ok(one),
        several => {
            let names: Vec<&str> =
                several.iter().take(20).map(|image| image.reference.as_str()).collect();
            let problem = format!("{} images are there", several.len());
            Err(ImageError::new(reference.to_string(), problem)
                .help(format!("name one: {}", names.join(", "))))
        }
    }
}

fn problem(error: ImageError) -> ImageProblem {
    let message = error.to_string();
    let help = error.help.unwrap_or_else(|| "name another image, or give its size".into());
    ImageProblem { message, help }
}

impl From<ImageError> for Failure {
    fn from(error: ImageError) -> Self {
        Self::Plain { message: error.to_string(), help: error.help }
    }
}
