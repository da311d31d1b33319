#!/usr/bin/env bash
# What the action does once imgcost is there: SARIF, the job's summary, the log, annotations, and the
# exit code of the check, in this order, so that a job that fails has its reports.
set -euo pipefail

files=()
while IFS= read -r file || [ -n "$file" ]; do
    file="${file%$'\r'}"
    if [ -n "$file" ]; then files+=("$file"); fi
done <<< "$INPUT_DOCKERFILES"
if [ "${#files[@]}" -eq 0 ]; then
    echo "::error title=imgcost::the input dockerfiles names no file"
    exit 2
fi

# Only what was given becomes a flag.
scene=() options=() images=()
if [ -n "$INPUT_SERVICE" ]; then scene+=("--fleet=$INPUT_FLEET" "--service=$INPUT_SERVICE"); fi
if [ -n "$INPUT_CONFIG" ]; then options+=("--config=$INPUT_CONFIG"); fi
if [ -n "$INPUT_IMAGE" ]; then
    options+=("--image=$INPUT_IMAGE")
    images+=("--image-new=$INPUT_IMAGE")
fi
gates=() baseline=()
if [ -n "$INPUT_BUDGET" ]; then gates+=("--budget=$INPUT_BUDGET"); fi
if [ -n "$INPUT_MAX_INCREASE" ]; then gates+=("--max-increase=$INPUT_MAX_INCREASE"); fi
if [ -n "$INPUT_MAX_INCREASE_AMOUNT" ]; then gates+=("--max-increase-amount=$INPUT_MAX_INCREASE_AMOUNT"); fi
if [ -n "$INPUT_BASELINE" ]; then baseline+=("--baseline=$INPUT_BASELINE"); fi
if [ "${#gates[@]}${#baseline[@]}" != 00 ] && [ -z "$INPUT_FLEET" ]; then
    echo "::error title=imgcost::the inputs budget, max-increase and baseline need the input fleet"
    exit 2
fi
if [ -n "$INPUT_COMPARE_WITH_IMAGE" ]; then images+=("--image-old=$INPUT_COMPARE_WITH_IMAGE"); fi

check() {
    imgcost dockerfile check ${options[@]+"${options[@]}"} ${scene[@]+"${scene[@]}"} "$@" -- "${files[@]}"
}

# A step's summary may have 1 MiB.
summary() {
    local page="$RUNNER_TEMP/imgcost-summary.md"
    "$@" > "$page"
    if [ "$(wc -c < "$page")" -lt 300000 ]; then
        cat "$page" >> "$GITHUB_STEP_SUMMARY"
    else
        echo "A report of imgcost is too long for this summary." >> "$GITHUB_STEP_SUMMARY"
    fi
    echo >> "$GITHUB_STEP_SUMMARY"
}

# The log shows lines of Dockerfiles; none of them is a command to the runner.
token="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
echo "::stop-commands::$token"
trap 'echo "::$token::"' EXIT

check --fail-on never --format sarif -o "$INPUT_SARIF_FILE"
if [ -n "$INPUT_COMPARE_WITH" ]; then
    summary imgcost dockerfile compare ${images[@]+"${images[@]}"} ${scene[@]+"${scene[@]}"} \
        --format markdown -- "$INPUT_COMPARE_WITH" "${files[0]}"
fi
summary check --fail-on never --format markdown
if [ -n "$INPUT_FLEET" ]; then
    if [ "${#baseline[@]}" -gt 0 ]; then
        summary imgcost compare "${baseline[@]}" --format markdown -- "$INPUT_FLEET"
    else
        summary imgcost estimate --format markdown -- "$INPUT_FLEET"
    fi
fi
annotations="$(check --fail-on never --format github)"
code=0
check "--fail-on=$INPUT_FAIL_ON" --format text || code=$?

if [ "${#gates[@]}" -gt 0 ]; then
    gate=0
    imgcost check "${gates[@]}" ${baseline[@]+"${baseline[@]}"} --format text \
        --github-summary "$GITHUB_STEP_SUMMARY" -- "$INPUT_FLEET" || gate=$?
    if [ "$code" -eq 0 ]; then code="$gate"; fi
fi

trap - EXIT
echo "::$token::"
printf '%s\n' "$annotations"
exit "$code"
