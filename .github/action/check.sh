#!/usr/bin/env bash
# What the action does once imgcost is there: SARIF, the job's summary, the log, annotations, and the
# exit code of the check, in this order, so that a job that fails has its reports.
set -euo pipefail

refuse() {
    echo "::error title=imgcost::$1"
    exit 2
}

# The lines of an input that are not empty, into the array `lines`.
split() {
    lines=()
    local line
    while IFS= read -r line || [ -n "$line" ]; do
        line="${line%$'\r'}"
        if [ -n "$line" ]; then lines+=("$line"); fi
    done <<< "$1"
}

split "$INPUT_DOCKERFILES"
files=(${lines[@]+"${lines[@]}"})
if [ "${#files[@]}" -eq 0 ]; then refuse "the input dockerfiles names no file"; fi

# Only what was given becomes a flag.
strict=()
case "$INPUT_STRICT" in
    true) strict+=(--strict) ;;
    false | "") ;;
    *) refuse "the input strict is true or false" ;;
esac
scene=() build=() built=() images=() options=()
if [ -n "$INPUT_SERVICE" ]; then
    if [ -z "$INPUT_FLEET" ]; then refuse "the input service needs the input fleet"; fi
    scene+=("--fleet=$INPUT_FLEET" "--service=$INPUT_SERVICE")
fi
if [ -n "$INPUT_CONTEXT" ]; then build+=("--context=$INPUT_CONTEXT"); fi
if [ -n "$INPUT_TARGET" ]; then build+=("--target=$INPUT_TARGET"); fi
split "$INPUT_BUILD_ARGS"
for arg in ${lines[@]+"${lines[@]}"}; do build+=("--build-arg=$arg"); done
if [ -n "$INPUT_CONFIG" ]; then options+=("--config=$INPUT_CONFIG"); fi
if [ -n "$INPUT_IMAGE" ]; then
    built+=("--image=$INPUT_IMAGE")
    images+=("--image-new=$INPUT_IMAGE")
fi
if [ -n "$INPUT_BUILD_LOG" ]; then
    built+=("--build-log=$INPUT_BUILD_LOG")
    images+=("--build-log-new=$INPUT_BUILD_LOG")
fi
if [ -n "$INPUT_COMPARE_WITH_IMAGE" ]; then
    if [ -z "$INPUT_COMPARE_WITH" ]; then refuse "the input compare-with-image needs the input compare-with"; fi
    images+=("--image-old=$INPUT_COMPARE_WITH_IMAGE")
fi
gates=() baseline=()
if [ -n "$INPUT_BUDGET" ]; then gates+=("--budget=$INPUT_BUDGET"); fi
if [ -n "$INPUT_MAX_INCREASE" ]; then gates+=("--max-increase=$INPUT_MAX_INCREASE"); fi
if [ -n "$INPUT_MAX_INCREASE_AMOUNT" ]; then gates+=("--max-increase-amount=$INPUT_MAX_INCREASE_AMOUNT"); fi
if [ -n "$INPUT_BASELINE" ]; then baseline+=("--baseline=$INPUT_BASELINE"); fi
if [ "${#gates[@]}${#baseline[@]}" != 00 ] && [ -z "$INPUT_FLEET" ]; then
    refuse "the inputs budget, max-increase and baseline need the input fleet"
fi
if [ -n "$INPUT_MAX_INCREASE$INPUT_MAX_INCREASE_AMOUNT" ] && [ -z "$INPUT_BASELINE" ]; then
    refuse "the input max-increase needs the input baseline"
fi
# A configuration says itself what fails.
fail=()
if [ -n "$INPUT_FAIL_ON" ]; then
    fail+=("--fail-on=$INPUT_FAIL_ON")
elif [ -z "$INPUT_CONFIG" ]; then
    fail+=(--fail-on=error)
fi

# The log shows lines of Dockerfiles; none of them is a command to the runner. What is one comes last.
token="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
annotations=""
finish() {
    local code="$1"
    echo "::$token::"
    if [ -n "$annotations" ]; then printf '%s\n' "$annotations"; fi
    if [ "$code" -eq 1 ] || [ "$code" -eq 2 ]; then
        echo "::error title=imgcost::a file cannot be read or an input is wrong: the log says which"
        echo "imgcost ended before its reports were complete: the log says why." >> "$GITHUB_STEP_SUMMARY"
    fi
}
echo "::stop-commands::$token"
trap 'finish $?' EXIT

# The first thing that fails the job is what it ends with.
verdict=0
failed() {
    if [ "$verdict" -eq 0 ]; then verdict="$1"; fi
}

# A report was written whatever is objected to in it: 3 is a gate, 4 a price. Anything else ends the job.
report() {
    local code=0
    "$@" || code=$?
    case "$code" in
        0) ;;
        3 | 4) failed "$code" ;;
        *) exit "$code" ;;
    esac
}

check() {
    imgcost dockerfile check ${options[@]+"${options[@]}"} ${build[@]+"${build[@]}"} ${built[@]+"${built[@]}"} \
        ${scene[@]+"${scene[@]}"} ${strict[@]+"${strict[@]}"} "$@" -- "${files[@]}"
}

# A step's summary may have 1 MiB; the last page is that of the gates.
summary() {
    local page="$RUNNER_TEMP/imgcost-summary.md"
    report "$@" > "$page"
    local there=0
    if [ -e "$GITHUB_STEP_SUMMARY" ]; then there="$(wc -c < "$GITHUB_STEP_SUMMARY")"; fi
    if [ "$((there + $(wc -c < "$page")))" -lt 900000 ]; then
        cat "$page" >> "$GITHUB_STEP_SUMMARY"
    else
        echo "A report of imgcost is too long for this summary." >> "$GITHUB_STEP_SUMMARY"
    fi
    echo >> "$GITHUB_STEP_SUMMARY"
}

mkdir -p -- "$(dirname -- "$INPUT_SARIF_FILE")"
report check --fail-on never --format sarif -o "$INPUT_SARIF_FILE"
if [ -n "$INPUT_COMPARE_WITH" ]; then
    summary imgcost dockerfile compare ${images[@]+"${images[@]}"} ${build[@]+"${build[@]}"} \
        ${scene[@]+"${scene[@]}"} ${strict[@]+"${strict[@]}"} --format markdown -- "$INPUT_COMPARE_WITH" "${files[0]}"
fi
summary check --fail-on never --format markdown
# A comparison tells what its files cost.
if [ -z "$INPUT_COMPARE_WITH" ]; then
    for file in "${files[@]}"; do
        summary imgcost dockerfile cost ${build[@]+"${build[@]}"} ${built[@]+"${built[@]}"} \
            ${scene[@]+"${scene[@]}"} ${strict[@]+"${strict[@]}"} --format markdown -- "$file"
    done
fi
if [ -n "$INPUT_FLEET" ]; then
    priced=(estimate)
    if [ "${#baseline[@]}" -gt 0 ]; then priced=(compare "${baseline[@]}"); fi
    summary imgcost "${priced[@]}" ${strict[@]+"${strict[@]}"} --format markdown -- "$INPUT_FLEET"
fi
annotations="$(report check --fail-on never --format github)"
report check ${fail[@]+"${fail[@]}"} --format text
if [ "${#gates[@]}" -gt 0 ]; then
    report imgcost check "${gates[@]}" ${baseline[@]+"${baseline[@]}"} ${strict[@]+"${strict[@]}"} --format text \
        --github-summary "$GITHUB_STEP_SUMMARY" -- "$INPUT_FLEET"
fi
exit "$verdict"
