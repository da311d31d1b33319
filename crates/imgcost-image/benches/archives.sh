#!/usr/bin/env bash
# Sizes and waste of real archives: `imgcost image inspect` against dive (docker archive) and gzip -d
# (OCI layout), by turns. Prints medians of wall time, ratios and peak memory; leaves nothing behind.
#
#   benches/archives.sh [ROUNDS]
#
# FROM      folders that the files of the layers come from, default /usr
# LARGEST   files up to this size are taken, default 100M; a small size makes many files
# MEGABYTES unpacked size of all layers, default 1500
# TMPDIR    needs room for about twice that
set -euo pipefail
export LC_ALL=C

rounds=${1:-3} from=${FROM:-/usr} largest=${LARGEST:-100M} megabytes=${MEGABYTES:-1500}
here=$(cd "$(dirname "$0")/.." && pwd)
cargo build --quiet --release --manifest-path "$here/Cargo.toml" --package imgcost-cli
target=$(cargo metadata --format-version 1 --no-deps --manifest-path "$here/Cargo.toml" |
    grep -o '"target_directory":"[^"]*"' | cut -d'"' -f4)
inspect=("$target/release/imgcost" image inspect --quiet)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# --- Four layers of files, and a fifth that ships a part of the first again -----------------------
touch "$work"/{1,2,3,4,5}.list
find $from -xdev -type f -size "-$largest" -readable -printf '%s %p\n' 2>/dev/null | sort -k2 |
    awk -v limit="${megabytes}000000" -v work="$work" '
        { sum += $1 + 512; if (sum > limit) next
          layer = int(4 * sum / limit) + 1
          sub(/^[0-9]+ \//, ""); print > (work "/" layer ".list")
          if (layer == 1 && ++nth % 8 == 0) print > (work "/5.list") }'
mkdir -p "$work/docker" "$work/oci/blobs/sha256"
printf '{"imageLayoutVersion":"1.0.0"}' >"$work/oci/oci-layout"
# Moves a file among the blobs; prints its digest and size as a descriptor of this media type.
blob() {
    local digest size
    digest=$(sha256sum <"$1" | cut -d' ' -f1) size=$(stat -c %s "$1")
    mv "$1" "$work/oci/blobs/sha256/$digest"
    printf '{"mediaType":"application/vnd.oci.image.%s","digest":"sha256:%s","size":%s}' "$2" "$digest" "$size"
}
diff_ids='' tars='' layers=''
for n in 1 2 3 4 5; do
    tar -C / --format=gnu --no-recursion --verbatim-files-from -T "$work/$n.list" -cf "$work/layer.tar"
    diff_id=$(sha256sum <"$work/layer.tar" | cut -d' ' -f1)
    gzip -6 <"$work/layer.tar" >"$work/layer.tar.gz"
    layers+=,$(blob "$work/layer.tar.gz" layer.v1.tar+gzip)
    mv "$work/layer.tar" "$work/docker/$diff_id.tar"
    diff_ids+=",\"sha256:$diff_id\"" tars+=",\"$diff_id.tar\""
done
config='{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":['${diff_ids#,}']}}'
printf '%s' "$config" >"$work/docker/config.json"
printf '[{"Config":"config.json","RepoTags":["bench:latest"],"Layers":[%s]}]' "${tars#,}" >"$work/docker/manifest.json"
tar -C "$work/docker" -cf "$work/image.tar" manifest.json config.json $(cd "$work/docker" && ls ./*.tar | sed 's|^\./||')
rm -r "$work/docker"
printf '%s' "$config" >"$work/config"
config=$(blob "$work/config" config.v1+json)
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}' \
    "$config" "${layers#,}" >"$work/manifest"
printf '{"schemaVersion":2,"manifests":[%s]}' "$(blob "$work/manifest" manifest.v1+json)" >"$work/oci/index.json"
echo "docker archive: $(stat -c %s "$work/image.tar") bytes, $(cat "$work"/?.list | wc -l) files;" \
    "OCI layout: $(cat "$work"/oci/blobs/sha256/* | wc -c) bytes of gzip"

# --- By turns --------------------------------------------------------------------------------------
# Runs a command; notes its seconds, those of all processors, and the kilobytes of its peak.
measure() {
    local name=$1
    shift
    /usr/bin/time -f '%e %U %S %M' -a -o "$work/$name.times" "$@" >/dev/null
}
gunzip_all() {
    for blob in "$work"/oci/blobs/sha256/*; do
        # The config and the manifest are not compressed.
        if [[ $(head -c2 "$blob" | od -An -tx1) == ' 1f 8b' ]]; then gzip -dc "$blob"; fi
    done
}
export -f gunzip_all
export work
cat "$work/image.tar" "$work"/oci/blobs/sha256/* >/dev/null # into the page cache
for ((round = 0; round < rounds; round++)); do
    if command -v dive >/dev/null; then
        measure dive dive --source docker-archive "$work/image.tar" --json "$work/dive.json"
    fi
    measure archive "${inspect[@]}" "docker-archive:$work/image.tar"
    measure verified "${inspect[@]}" --verify "docker-archive:$work/image.tar"
    measure gzip bash -c gunzip_all
    measure layout "${inspect[@]}" "oci:$work/oci"
done

median() { # of a column of a command's times
    [[ -s $work/$1.times ]] || return 0
    awk -v column="$2" '{ cpu = $2 + $3; print column == "cpu" ? cpu : $column }' "$work/$1.times" | sort -n | awk '{ at[NR] = $1 } END { print at[int((NR + 1) / 2)] }'
}
line() {
    printf '%-30s %8s s wall %8s s cpu %10s KB\n' "$2" "$(median "$1" 1)" "$(median "$1" cpu)" "$(median "$1" 4)"
}
[[ -s $work/dive.times ]] && line dive 'dive --json, docker archive'
line archive 'imgcost, docker archive'
line verified 'the same, --verify'
line gzip 'gzip -dc, every layer'
line layout 'imgcost, OCI layout of gzip'
ratio() { awk -v a="$(median "$1" 1)" -v b="$(median "$2" 1)" 'BEGIN { if (a && b) printf "%.1f\n", a / b }'; }
echo "dive / imgcost: $(ratio dive archive), every digest checked $(ratio dive verified)   gzip -d / imgcost: $(ratio gzip layout)   (rounds: $rounds)"
