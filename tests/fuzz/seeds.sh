#!/usr/bin/env bash
# Collects seeds for every target into corpus/, from the fixtures in this repository and from small
# archives that the tar, gzip and zstd at hand write.
set -euo pipefail
shopt -s nullglob
cd "$(dirname "$0")"

root=../..
image=$root/crates/imgcost-image/tests/samples
inventory=$root/crates/imgcost-inventory/tests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p corpus/{archives,dockerfile,documents,feeds,files,inventories,layers,registry}

# seed TARGET NAME: what comes in becomes a seed.
seed() { cat > "corpus/$1/seed-$2"; }

# byte N: that byte.
byte() { printf "\\x$(printf '%02x' "$1")"; }

# joined FILE...: files with a zero byte between.
joined() {
    cat "$1"
    shift
    for file in "$@"; do byte 0; cat "$file"; done
}

# name FILE: a name for its seed.
name() { echo "${1#"$root"/}" | tr '/' '-'; }

echo "files"
for file in "$root"/tests/cases/fleets/*/fleet.toml "$root"/tests/errors/*.toml "$root"/examples/{article,fleet,spot-fleet}/*.toml; do
    case $file in
        *.prices.toml) first=1 ;;
        *) first=0 ;;
    esac
    { byte $first; cat "$file"; } | seed files "$(name "$file")"
done
for file in "$root"/pricing/*/*.toml; do
    # Whole files are mostly the same row again and again.
    { byte 1; head -c 3000 "$file"; } | seed files "$(name "$file")"
done
{ byte 4; cat "$root/examples/gates/main.json"; } | seed files baseline
{ byte 2; head -n 40 "$root/tests/cases/churn/dotnet.csv"; } | seed files history
for file in "$root"/tests/errors/*.csv "$root"/examples/*/*.csv; do
    { byte 3; head -n 40 "$file"; } | seed files "$(name "$file")"
done

echo "inventories"
# source NUMBER NAME FILE...: its place in the target's list, and its files.
source_of() {
    local number=$1 name=$2
    shift 2
    { byte "$number"; joined "$@"; } | seed inventories "$name"
}
for file in "$inventory"/kubernetes/*; do source_of 0 "$(name "$file")" "$file"; done
ecr=$inventory/listings
source_of 1 ecr "$ecr"/ecr-repositories.json "$ecr"/ecr-images.json "$ecr"/ecr-manifests.json
for file in "$ecr"/ecr-*; do source_of 1 "$(name "$file")" "$file"; done
for file in "$ecr"/gcp-*; do source_of 2 "$(name "$file")" "$file"; done
for file in "$ecr"/acr-*; do source_of 3 "$(name "$file")" "$file"; done
source_of 4 harbor "$ecr"/harbor.json
for file in "$inventory"/registry-log/*; do
    head -n 8 "$file" > "$work/lines"
    source_of 5 "$(name "$file")" "$work/lines"
done
source_of 6 month "$inventory"/cloudtrail/month.json
for file in "$inventory"/docker/*; do source_of 7 "$(name "$file")" "$file"; done
source_of 7 docker "$inventory"/docker/{image-inspect.json,history.cli28.jsonl,image-ls.cli28.jsonl}

echo "feeds"
# vendor NUMBER NAME: its lists, whole and with a mapping.
feeds=$root/crates/imgcost-feeds
vendor_of() {
    local number=$1 name=$2 list
    for list in "$feeds"/tests/lists/"$name"-*.json; do
        { byte "$number"; cat "$list"; } | seed feeds "$(basename "$list")"
    done
    { byte $((number + 3)); joined "$feeds/data/$name.toml" "$list"; } | seed feeds "$name-mapping"
}
vendor_of 0 aws
vendor_of 1 azure
vendor_of 2 gcp

echo "layers"
# Small layers of everything that tar can hold and images use.
(
    mkdir "$work/lower" "$work/upper"
    cd "$work/lower"
    mkdir -p etc var/cache/apt usr/lib/node_modules/.cache root/.cache/pip
    echo passwd > etc/passwd
    ln etc/passwd etc/hard
    ln -s passwd etc/soft
    head -c 700 /dev/zero > var/cache/apt/pkgcache.bin
    echo wheel > root/.cache/pip/wheel
    echo long > "usr/lib/$(printf 'n%.0s' {1..120})"
    ln -s "$(printf 't%.0s' {1..120})" usr/lib/link
    truncate -s 4K sparse
    echo end >> sparse
    mkfifo pipe
    cd "$work/upper"
    mkdir -p etc var/cache root
    echo changed > etc/passwd
    : > etc/.wh.hard
    : > var/cache/.wh..wh..opq
    : > root/.wh..cache
    echo toc > stargz.index.json
)
# layer_of LOWER UPPER: the input of the target.
layer_of() {
    local size
    size=$(stat -c %s "$1")
    byte $((size % 256))
    byte $((size / 256))
    cat "$1" "$2"
}
for format in v7 ustar gnu pax; do
    case $format in
        gnu | pax) sparse=--sparse ;;
        *) sparse= ;;
    esac
    for part in lower upper; do
        # Older formats leave long names and pipes out, which tar calls a failure.
        tar --create $sparse --blocking-factor=1 --format=$format --owner=0 --group=0 \
            --mtime=@0 --sort=name --directory="$work/$part" --file="$work/$part.tar" . \
            2> /dev/null || true
        gzip --keep --force --no-name "$work/$part.tar"
        zstd --quiet --force "$work/$part.tar"
    done
    for ending in tar tar.gz tar.zst; do
        layer_of "$work/lower.$ending" "$work/upper.$ending" | seed layers "$format.$ending"
    done
    layer_of "$work/lower.tar.gz" "$work/upper.tar" | seed layers "$format-mixed"
done

echo "archives"
for builder in classic buildkit; do
    saved=$image/docker-save-20.10-$builder.tar
    seed archives "$builder" < "$saved"
    # The same with one small layer, and a config whose name is no digest: then both may change.
    folder=$work/$builder
    mkdir "$folder"
    tar --extract --file="$saved" --directory="$folder"
    config=$(basename "$folder"/????????????????????????????????????????????????????????????????.json)
    mv "$folder/$config" "$folder/config.json"
    sed -i "s/$config/config.json/" "$folder/manifest.json"
    layer=$(echo "$folder"/*/layer.tar)
    cp "$work/upper.tar" "$layer"
    digest=$(sha256sum < "$layer" | cut -d ' ' -f 1)
    sed -i -E "s/(\"diff_ids\":\[\"sha256:)[0-9a-f]{64}/\1$digest/" "$folder/config.json"
    tar --create --blocking-factor=1 --format=ustar --directory="$folder" . | seed archives "$builder-small"
    # A link where the layer was, as skopeo writes.
    mv "$layer" "$folder/layer.tar"
    ln -s ../layer.tar "$layer"
    tar --create --blocking-factor=1 --format=ustar --directory="$folder" . | seed archives "$builder-link"
done
# blob FILE: puts it into the layout; prints the rest of its descriptor.
blob() {
    local digest
    digest=$(sha256sum < "$1" | cut -d ' ' -f 1)
    cp "$1" "$work/oci/blobs/sha256/$digest"
    printf '"digest":"sha256:%s","size":%d' "$digest" "$(stat -c %s "$1")"
}
oci=application/vnd.oci.image
mkdir -p "$work/oci/blobs/sha256"
diff_id() { sha256sum < "$1" | cut -d ' ' -f 1; }
printf '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:%s","sha256:%s"]},"history":[{"created_by":"FROM"},{"created_by":"COPY a b"}]}' \
    "$(diff_id "$work/lower.tar")" "$(diff_id "$work/upper.tar")" > "$work/config"
config="{\"mediaType\":\"$oci.config.v1+json\",$(blob "$work/config")}"
lower="{\"mediaType\":\"$oci.layer.v1.tar+gzip\",$(blob "$work/lower.tar.gz")}"
upper="{\"mediaType\":\"$oci.layer.v1.tar+zstd\",$(blob "$work/upper.tar.zst")}"
printf '{"schemaVersion":2,"config":%s,"layers":[%s,%s]}' "$config" "$lower" "$upper" > "$work/manifest"
printf '{"schemaVersion":2,"manifests":[{"mediaType":"%s.manifest.v1+json",%s,"platform":{"os":"linux","architecture":"amd64"},"annotations":{"org.opencontainers.image.ref.name":"v1"}}]}' \
    "$oci" "$(blob "$work/manifest")" > "$work/index"
cp "$work/index" "$work/oci/index.json"
echo '{"imageLayoutVersion":"1.0.0"}' > "$work/oci/oci-layout"
tar --create --blocking-factor=1 --format=ustar --directory="$work/oci" index.json oci-layout blobs | seed archives oci
seed archives manifest < "$work/manifest"
seed archives docker-index < "$work/index"

echo "documents"
umoci() { printf '%s' "$image/umoci-$1.json"; }
joined "$work/index" "$work/manifest" "$work/config" | seed documents index
joined "$work/manifest" "$work/config" | seed documents manifest
joined "$(umoci blob-4406e14a6b7b)" "$(umoci blob-478599e838b1)" | seed documents umoci
# What buildx writes: two platforms and an attestation, which names its image.
attested="\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\",\"vnd.docker.reference.digest\":\"sha256:$(diff_id "$work/manifest")\"}"
printf '{"schemaVersion":2,"mediaType":"%s.index.v1+json","manifests":[{"mediaType":"%s.manifest.v1+json",%s,"platform":{"os":"linux","architecture":"amd64"}},{"mediaType":"%s.manifest.v1+json","digest":"sha256:%064d","size":7,"platform":{"os":"linux","architecture":"arm","variant":"v7"}},{"mediaType":"%s.manifest.v1+json","digest":"sha256:%064d","size":9000,"platform":{"os":"unknown","architecture":"unknown"},%s}]}' \
    "$oci" "$oci" "$(blob "$work/manifest")" "$oci" 1 "$oci" 2 "$attested" > "$work/buildx"
printf '{"schemaVersion":2,"artifactType":"application/vnd.docker.attestation.manifest.v1+json","config":{"mediaType":"%s.config.v1+json","digest":"sha256:%064d","size":2},"layers":[{"mediaType":"application/vnd.in-toto+json","digest":"sha256:%064d","size":4000}],"subject":{"digest":"sha256:%s"}}' \
    "$oci" 3 4 "$(diff_id "$work/manifest")" > "$work/attestation"
joined "$work/buildx" "$work/manifest" "$work/attestation" "$work/config" | seed documents buildx
printf '%s' 'oci:folder:tag' | seed documents reference
printf '%s' "registry://localhost:5000/shop/app@sha256:$(diff_id "$work/manifest")" | seed documents reference-registry

echo "registry"
ok=$'HTTP/1.1 200 OK\nConnection: close\n'
manifest='{"schemaVersion":2,"mediaType":"'$oci'.manifest.v1+json","config":{"mediaType":"'$oci'.config.v1+json","digest":"DIGEST%d","size":SIZE%d},"layers":[{"mediaType":"'$oci'.layer.v1.tar","digest":"DIGEST%d","size":SIZE%d}]}'
config='{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["DIGEST%d"]}}'
challenge=$'HTTP/1.1 401 Unauthorized\nConnection: close\nWWW-Authenticate: Bearer realm="http://HOST/token",service="fuzz",scope="repository:shop/app:pull"\nContent-Length: 0\n\n'
token="$ok"$'Content-Type: application/json\n\n{"token":"t0ken","expires_in":300}\n'
# image N: the replies for an image, of which the first is the Nth.
image_from() {
    # shellcheck disable=SC2059
    printf "%sContent-Type: $oci.manifest.v1+json\nDocker-Content-Digest: DIGEST%d\n\n$manifest\n----\n%s\n$config\n----\n%s\n" \
        "$ok" "$1" $(($1 + 1)) $(($1 + 1)) $(($1 + 2)) $(($1 + 2)) "$ok" $(($1 + 2)) "$ok"
    # The end of an archive: a layer without files.
    head -c 1024 /dev/zero
    echo
}
cut=$'----\n'
{ byte 0; image_from 1; } | seed registry image
{ byte 0; printf '%s' "$challenge$cut$token$cut"; image_from 3; } | seed registry token
{ byte 4; printf '%s' "${challenge/Bearer/Basic}$cut"; image_from 2; } | seed registry basic
{
    byte 0
    printf '%sContent-Type: %s.index.v1+json\n\n{"schemaVersion":2,"manifests":[{"mediaType":"%s.manifest.v1+json","digest":"DIGEST2","size":SIZE2,"platform":{"os":"linux","architecture":"amd64"}}]}\n----\n' "$ok" "$oci" "$oci"
    image_from 2
} | seed registry index
redirect=$'HTTP/1.1 307 Temporary Redirect\nConnection: close\nLocation: http://HOST/elsewhere?signed=1\nContent-Length: 0\n\n'
{ byte 0; printf '%s' "$redirect$cut"; image_from 2; } | seed registry redirect
limited=$'HTTP/1.1 429 Too Many Requests\nConnection: close\nRetry-After: 2\n\n{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}\n'
{ byte 0; printf '%s' "$limited$cut"; image_from 2; } | seed registry limited
{ byte 0; printf '%s' $'HTTP/1.1 404 Not Found\nConnection: close\n\n{"errors":[{"code":"MANIFEST_UNKNOWN","message":"unknown"}]}\n'; } | seed registry missing
tags="$ok"$'Link: </v2/shop/app/tags/list?last=2&n=1000>; rel="next"\n\n{"name":"shop/app","tags":["1","2"]}\n'"$cut$ok"$'\n{"name":"shop/app","tags":["latest"]}\n'
{
    byte 2
    printf '%s' "$tags"
    for first in 3 6 9; do printf '%s' "$cut"; image_from $first; done
} | seed registry versions
{ byte 3; printf '%s' "$ok"$'Link: </v2/_catalog?last=b&n=1000>; rel="next"\n\n{"repositories":["a","b"]}\n'"$cut$ok"$'\n{"repositories":["c"]}\n'; } | seed registry catalog
{ byte 0; printf '%s' $'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\r\n{}\r\n0\r\n\r\n\n'; } | seed registry chunked

echo "dockerfile"
settings=$'fail-on = "warning"\n[rules]\nno-healthcheck = "off"\nruns-as-root = "error"\n'
ignored=$'# secrets\n.env*\n!.env.example\n**/node_modules\n.git\n'
for file in "$root"/tests/cases/dockerfiles/*/*.Dockerfile "$root"/tests/cases/dockerfiles/article/*/Dockerfile; do
    seed dockerfile "$(name "$file")" < "$file"
done
for file in "$root"/crates/imgcost-dockerfile/templates/*/*/Dockerfile; do
    { cat "$file"; byte 0; cat "${file%/*/Dockerfile}/dockerignore"; byte 0; printf '%s' "$settings"; } |
        seed dockerfile "$(name "$file")"
done
{ printf 'FROM scratch\n'; byte 0; printf '%s' "$ignored"; } | seed dockerfile ignored
# Logs as BuildKit prints them, plain and as JSON.
built=$'FROM node:20 AS a\nCOPY . .\nRUN npm ci\nFROM alpine:3\nCOPY --from=a /x /x\n'
plain=$'#1 [internal] load build definition\n#1 DONE 0.0s\n\n#5 [a 2/3] COPY . .\n#5 CACHED\n\n#6 [a 3/3] RUN npm ci\n#6 2.1 added 9 packages\n#6 ...\n\n#7 [stage-1 1/2] FROM docker.io/library/alpine:3@sha256:aa\n#7 DONE 1.5s\n\n#6 DONE 32.1s\n#8 ERROR: exit code 1\n'
json='{"vertexes":[{"digest":"sha256:aa","name":"[a 3/3] RUN npm ci","started":"2026-11-23T10:00:00.5Z","completed":"2026-11-23T10:00:32.6Z"},{"digest":"sha256:bb","name":"[a 2/3] COPY . .","cached":true}]}'
for log in "$plain" "$json"; do
    { printf '%s' "$built"; byte 0; byte 0; byte 0; printf '%s\n' "$log"; } | seed dockerfile "log-${#log}"
done
{ printf 'ARG A=x\nFROM node:${A:-20} AS b\nENV B=$A$A C="x $B"\nWORKDIR $C\nONBUILD COPY --link --exclude=*.md . .\nFROM b\nRUN <<EOF\napk add -t .d g++\nnpm ci\nEOF\nRUN rm -rf ~/.npm && apk del .d\n'; byte 0; byte 0; printf '[rules]\nnpm-instal = "of"\n'; } | seed dockerfile variables

for target in corpus/*; do
    echo "$target: $(find "$target" -name 'seed-*' | wc -l) seeds"
done
