//! Layers of real images, mapped to instructions. Histories are as builders wrote them: the samples of
//! `imgcost-image`, the examples, and Buildah 1.28.2 on files made here.

use imgcost::image::{Digest, Trigger};
use imgcost::units::{CompressionRatio, Span};
use imgcost_dockerfile::ecosystem::Manager;
use imgcost_dockerfile::image::{Built, Evidence, Origin, Times, apply, from_layers};
use imgcost_dockerfile::rules::Fix;
use imgcost_image::{
    Choice, ClassRule, Codec, ConfigBlob, InspectedLayer, Inspection, Offender, Options, Platform,
    ReadLayers, Reference, UnpackedFrom, Waste, WasteKind, to_model,
};

use crate::files::*;
use crate::fixture::{number, ratio};

/// An image of layers of 100, 200, ... bytes; a `|` before a history marks the first layer above an
/// image that a `CMD` closed, an empty one is a layer that no history names.
fn image(history: &[&str]) -> Inspection {
    let layer = |(at, text): (usize, &&str)| {
        let said = text.trim_start_matches('|');
        InspectedLayer {
            digest: Digest::parse(&format!("sha256:{at:064x}")).unwrap(),
            diff_id: None,
            compressed: Some(100 * (at as u64 + 1)),
            unpacked: Some((250 * (at as u64 + 1), UnpackedFrom::Read)),
            codec: Codec::Gzip,
            media_type: None,
            created_by: (!said.is_empty()).then(|| said.to_owned()),
            created: None,
            starts_image: text.starts_with('|'),
        }
    };
    Inspection {
        reference: "oci:test".into(),
        manifest: None,
        platform: None,
        choice: Choice::Only,
        created: None,
        config: ConfigBlob {
            digest: Digest::parse(&format!("sha256:{:064x}", 99)).unwrap(),
            size: 7,
        },
        layers: history.iter().enumerate().map(layer).collect(),
        attached: 33,
        notes: vec![],
        waste: None,
        verified: true,
    }
}

fn map_image(text: &str, stages: &[&str], found: &Inspection) -> Built {
    let file = file(text);
    let plan = plan(&file, stages);
    let times = Times::of_installs(&file, &plan, Span::seconds(60));
    let built = from_layers(&file, &plan, times, ratio(), found);
    // Whatever is mapped to what, pieces add up to the image.
    let whole = to_model(found, ratio(), ClassRule::History).unwrap().image;
    assert_eq!(built.compressed(), Some(whole.compressed()));
    assert_eq!(built.unpacked(), Some(whole.unpacked()));
    assert_eq!(built.attached, whole.attached);
    built
}

/// What made each piece: `base`, the line of an instruction, `config` or `?`.
fn origins(text: &str, built: &Built) -> Vec<String> {
    let file = file(text);
    let name = |origin: &Origin| match origin {
        Origin::Config => "config".into(),
        Origin::Unmapped(_) => "?".into(),
        Origin::Step(step) => match step.instruction {
            None => "base".into(),
            Some(at) => file.stages[step.stage].instructions[at].line.to_string(),
        },
    };
    built.pieces.iter().map(|piece| name(&piece.origin)).collect()
}

fn mapped(text: &str, stages: &[&str], history: &[&str]) -> String {
    origins(text, &map_image(text, stages, &image(history))).join(" ")
}

const NODE: [&str; 4] = [
    "/bin/sh -c #(nop) ADD file:rootfs in / ",
    "|RUN /bin/sh -c groupadd --gid 1000 node   && useradd --uid 1000 --gid node node # buildkit",
    "RUN /bin/sh -c npm install -g yarn # buildkit",
    "COPY docker-entrypoint.sh /usr/local/bin/ # buildkit",
];

fn on_node<'a>(own: &[&'a str]) -> Vec<&'a str> {
    NODE.into_iter().chain(own.iter().copied()).collect()
}

#[test]
fn buildkit_and_classic_histories() {
    let buildkit = [
        "|WORKDIR /app",
        "COPY . . # buildkit",
        "RUN /bin/sh -c npm install # buildkit",
        "RUN /bin/sh -c npm run build # buildkit",
    ];
    let expected = "base base base base 2 3 4 5 config";
    assert_eq!(mapped(STANDARD, STANDARD_PLAN, &on_node(&buildkit)), expected);
    let classic = [
        "|/bin/sh -c #(nop) WORKDIR /app",
        "/bin/sh -c #(nop) COPY dir:4a1f1f0c8a6b in . ",
        "/bin/sh -c npm install",
        "/bin/sh -c npm run build",
    ];
    assert_eq!(mapped(STANDARD, STANDARD_PLAN, &on_node(&classic)), expected);
    // Buildah with --layers makes none for WORKDIR.
    let buildah = [
        "|/bin/sh -c #(nop) COPY dir:7d3b6f50e563 in . ",
        "/bin/sh -c npm install",
        "/bin/sh -c npm run build",
    ];
    let expected = "base base base base 3 4 5 config";
    assert_eq!(mapped(STANDARD, STANDARD_PLAN, &on_node(&buildah)), expected);
}

#[test]
fn triggers_come_from_the_plan() {
    let own = [
        "|WORKDIR /app",
        "COPY . . # buildkit",
        "RUN /bin/sh -c npm install # buildkit",
        "RUN /bin/sh -c npm run build # buildkit",
    ];
    let built = map_image(STANDARD, STANDARD_PLAN, &image(&on_node(&own)));
    let often: Vec<bool> =
        built.rebuilt_by().iter().map(|set| set.contains(Trigger::Deploy)).collect();
    assert_eq!(often, [false, false, false, false, false, true, true, true, true]);
    assert!(built.notes.is_empty(), "{:?}", built.notes);
}

#[test]
fn variables_build_arguments_and_here_documents() {
    let text = "FROM node:20
ARG TAG=1
ENV DIR=/srv/app
WORKDIR $DIR
COPY --chown=node:node src $DIR/src
RUN --mount=type=cache,target=/root/.npm npm ci && \\
    # a comment
    npm run build:$TAG
RUN <<EOF
set -e
rm -rf /tmp/x
EOF
COPY <<EOF /etc/app.conf
a=1
EOF
";
    let roles: &[&str] = &["- - setup application:d dependencies setup setup"];
    let history = on_node(&[
        "|WORKDIR /srv/app",
        "COPY --chown=node:node src /srv/app/src # buildkit",
        "RUN |1 TAG=1 /bin/sh -c npm ci &&     npm run build:$TAG # buildkit",
        "RUN |1 TAG=1 /bin/sh -c set -e\nrm -rf /tmp/x\n # buildkit",
        "COPY EOF /etc/app.conf # buildkit",
    ]);
    assert_eq!(mapped(text, roles, &history), "base base base base 4 5 6 9 13 config");
}

#[test]
fn only_the_shipped_stages_are_in_the_image() {
    let history = [
        "ADD alpine-minirootfs-3.23.0-x86_64.tar.gz / # buildkit",
        "|RUN /bin/sh -c addgroup -g 1000 node     && adduser -u 1000 -G node -s /bin/sh -D node # buildkit",
        "COPY docker-entrypoint.sh /usr/local/bin/ # buildkit",
        "|WORKDIR /app",
        "RUN /bin/sh -c addgroup -g 1001 -S nodejs &&     adduser -S nodejs -u 1001 # buildkit",
        "COPY --chown=nodejs:nodejs /app/node_modules ./node_modules # buildkit",
        "COPY --chown=nodejs:nodejs package*.json ./ # buildkit",
        "COPY --chown=nodejs:nodejs /app/dist ./dist # buildkit",
    ];
    let expected = "base base base 19 20 22 23 24 config";
    assert_eq!(mapped(FOUR_STAGES, FOUR_STAGES_PLAN, &history), expected);
}

#[test]
fn a_layer_that_no_instruction_goes_with_is_kept() {
    let own = [
        "|WORKDIR /app",
        "COPY . . # buildkit",
        "umoci repack",
        "RUN /bin/sh -c npm install # buildkit",
        "RUN /bin/sh -c npm run build # buildkit",
    ];
    let built = map_image(STANDARD, STANDARD_PLAN, &image(&on_node(&own)));
    assert_eq!(origins(STANDARD, &built).join(" "), "base base base base 2 3 ? 4 5 config");
    assert_eq!(built.notes.len(), 1);
    assert!(built.notes[0].starts_with("1 of 9 layers (700 B) go with no instruction"));
}

#[test]
fn one_layer_for_a_stage_and_squashed_images() {
    // Buildah without --layers: the instructions are empty entries, the layer is the last one's.
    let whole = on_node(&["|/bin/sh -c #(nop) CMD [\"npm\", \"start\"]"]);
    let built = map_image(STANDARD, STANDARD_PLAN, &image(&whole));
    assert_eq!(origins(STANDARD, &built).join(" "), "base base base base ? config");
    assert!(built.rebuilt_by()[4].contains(Trigger::Deploy));
    assert!(built.notes[1].starts_with("lines 3, 4, 5 made no layer of their own"));
    // Squashed: one layer is everything.
    assert_eq!(mapped(STANDARD, STANDARD_PLAN, &[""]), "? config");
}

#[test]
fn without_a_history_the_order_decides_and_that_is_said() {
    let built = map_image(STANDARD, STANDARD_PLAN, &image(&["", "", "", "", "", ""]));
    assert_eq!(origins(STANDARD, &built).join(" "), "base base 2 3 4 5 config");
    assert!(built.notes[0].starts_with("there is no history"));
    // Fewer layers than instructions: nobody can tell.
    assert_eq!(mapped(STANDARD, STANDARD_PLAN, &["", "", ""]), "base ? ? config");
}

#[test]
fn another_files_image_is_not_mapped() {
    let own = [
        "|COPY /server /server # buildkit",
        "RUN /bin/sh -c setcap cap_net_bind_service=+ep /server # buildkit",
    ];
    let text = "FROM node:20\nWORKDIR /app\nADD x.tgz .\n";
    let roles: &[&str] = &["setup application:d"];
    assert_eq!(mapped(text, roles, &on_node(&own)), "base base base base ? ? config");
}

#[test]
fn what_is_like_the_base_but_stands_in_the_file_is_the_files() {
    // The file says what its base said too; the upper one is its own, the lower one the base's.
    let text = "FROM node:20\nRUN npm install -g yarn\nCOPY a /a\n";
    let roles: &[&str] = &["setup application:d"];
    let own = ["|RUN /bin/sh -c npm install -g yarn # buildkit", "COPY a /a # buildkit"];
    assert_eq!(mapped(text, roles, &on_node(&own)), "base base base base 2 3 config");
    // An instruction that made no layer does not take the base's.
    let only = ["|COPY a /a # buildkit"];
    let text = "FROM node:20\nRUN make\nCOPY a /a\n";
    assert_eq!(mapped(text, roles, &on_node(&only)), "base base base base 3 config");
}

#[test]
fn a_base_that_was_built_upon_another_one_without_closing_it() {
    let text = "FROM shop/node:20\nCOPY a /a\n";
    let own = ["|RUN /bin/sh -c apk add tini # buildkit", "COPY a /a # buildkit"];
    let expected = "base base base base base 2 config";
    assert_eq!(mapped(text, &["application:d"], &on_node(&own)), expected);
    // A file that closes an image of its own on the way.
    let text = "FROM node:20 AS a\nRUN make\nCMD [\"a\"]\nFROM a\nCOPY b /b\n";
    let own = ["|RUN /bin/sh -c make # buildkit", "|COPY b /b # buildkit"];
    let roles: &[&str] = &["setup -", "application:d"];
    assert_eq!(mapped(text, roles, &on_node(&own)), "base base base base 2 5 config");
}

fn open(reference: &str) -> Inspection {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
    let (kind, path) = reference.split_once(':').unwrap();
    let reference = Reference::parse(&format!("{kind}:{root}{path}")).unwrap();
    let options = Options {
        platform: &Platform::linux_amd64(),
        layers: ReadLayers::Headers,
        max_unpacked: Options::MAX_UNPACKED,
        progress: &|_| {},
    };
    imgcost_image::open(&reference, options).unwrap().remove(0)
}

#[test]
fn archives_of_docker() {
    // The file that made them, as their histories tell.
    let text = "FROM scratch\nLABEL x=y\nCOPY app /app\nUSER 1000\nHEALTHCHECK CMD [\"/app\"]\nENTRYPOINT [\"/app\"]\n";
    let roles: &[&str] = &["- application:d - - -"];
    for name in ["buildkit", "classic"] {
        let path = format!(
            "docker-archive:crates/imgcost-image/tests/samples/docker-save-20.10-{name}.tar"
        );
        let built = map_image(text, roles, &open(&path));
        assert_eq!(origins(text, &built), ["3", "config"], "{name}");
        assert!(built.pieces[0].in_vain.is_some());
        assert_eq!(built.assumptions[1].name, "compression-ratio");
    }
}

#[test]
fn manifests_of_a_registry() {
    let single = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm install\nRUN npm run build\nCMD [\"node\", \"dist/server.js\"]\n";
    let built = map_image(
        single,
        &["setup application:d dependencies build -"],
        &open("manifest:examples/images/single-stage-1/manifest.json"),
    );
    let expected = ["base"; 8].into_iter().chain(["3", "4", "5", "config"]);
    assert_eq!(origins(single, &built), expected.collect::<Vec<_>>());
    // The size of node:20 as built 2025-10-21.
    let base: u64 = built.pieces[..8].iter().map(|piece| piece.compressed.unwrap().0).sum();
    assert_eq!(base, 398_018_216);
    let multi = "FROM node:20-alpine AS build\nFROM node:20-alpine\nWORKDIR /app\nCOPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/dist ./dist\n";
    let built = map_image(
        multi,
        &["", "setup dependencies:lb application:dlb"],
        &open("manifest:examples/images/multi-stage-1/manifest.json"),
    );
    let expected = ["base"; 4].into_iter().chain(["4", "5", "config"]);
    assert_eq!(origins(multi, &built), expected.collect::<Vec<_>>());
}

#[test]
fn a_size_that_nobody_knows_and_a_layer_that_stands_there_twice() {
    let mut found = image(&on_node(&["|COPY . . # buildkit"]));
    found.layers[1] = found.layers[0].clone();
    map_image("FROM node:20\nCOPY . .\n", &["application:d"], &found);
    found.layers[4].compressed = None;
    found.layers[4].unpacked = None;
    let file = file("FROM node:20\nCOPY . .\n");
    let plan = plan(&file, &["application:d"]);
    let times = Times::of_installs(&file, &plan, Span::seconds(60));
    let built = from_layers(&file, &plan, times, ratio(), &found);
    assert_eq!((built.image(), built.compressed()), (None, None));
}

#[test]
fn waste_that_was_read_goes_before_what_was_measured_elsewhere() {
    let own = [
        "|WORKDIR /app",
        "COPY . . # buildkit",
        "RUN /bin/sh -c npm install # buildkit",
        "RUN /bin/sh -c npm run build # buildkit",
    ];
    let mut found = image(&on_node(&own));
    // The install, layer 6 of 700 and 1750 bytes: 350 of a cache, 700 of typescript, 175 hidden later.
    let by_layer = |bytes: u64| (0..8).map(|at| if at == 6 { bytes } else { 0 }).collect();
    let offender = Offender {
        path: "app/node_modules/typescript/".into(),
        kind: WasteKind::DevDependencies,
        bytes: 700,
        count: 1,
        layer: 6,
    };
    found.waste = Some(Waste {
        hidden: 175,
        hidden_by_layer: by_layer(175),
        needless_by_layer: by_layer(1050),
        needless: 1050,
        offenders: vec![offender],
    });
    let built = map_image(STANDARD, STANDARD_PLAN, &found);
    let file = file(STANDARD);
    let rest = |fix: Fix| {
        let better = apply(&fix, &built, &file, Evidence::built_in()).unwrap();
        let piece = &better.pieces[6];
        assert_eq!(piece.digest, None);
        (piece.compressed.unwrap().0, piece.unpacked.unwrap().0)
    };
    let (step, manager) = (id(0, 2), Manager::Npm);
    // 700 x 1400/1750; 700 x 1050/1750; 700 x 1575/1750
    assert_eq!(rest(Fix::NoCacheKept { step, manager }), (560, 1400));
    assert_eq!(rest(Fix::ProductionOnly { steps: vec![step], manager }), (420, 1050));
    let cleaned = Fix::CleanedInSameStep {
        made: step,
        deleted: id(0, 3),
        manager: Some(manager),
        what: vec!["/app/src".into()],
    };
    assert_eq!(rest(cleaned), (630, 1575));
}

#[test]
fn as_many_layers_as_a_manifest_can_hold_are_no_trouble() {
    let history = vec!["COPY a b # buildkit"; 20_000];
    let text = format!("FROM scratch\n{}", "COPY a b\n".repeat(2_000));
    let roles = vec!["application:d"; 2_000].join(" ");
    let mut found = image(&history);
    // Two layers with one digest would be one.
    found.layers.iter_mut().for_each(|layer| layer.compressed = Some(1));
    let ratio = CompressionRatio::new(number("2.7")).unwrap();
    let file = file(&text);
    let plan = plan(&file, &[&roles]);
    let times = Times::of_installs(&file, &plan, Span::seconds(60));
    let built = from_layers(&file, &plan, times, ratio, &found);
    assert_eq!(built.compressed().unwrap().0, 20_000 + 7);
}
