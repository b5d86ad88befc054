#!/usr/bin/env bash
# Whole-process figures beside the goals of the project: builds a release, makes invented data in
# a folder outside the repository (once), and measures logsieve beside `rg`, `unzip`, `7zz` and
# plain decompression. The table goes to standard output.
#
#   benches/whole.sh [MEGABYTES [LOGS [RUNS]]]     default: 1000 1000 5
#
# Needs rg, unzip, 7zz and python3. The folder is $LOGSIEVE_BENCH, by default below $TMPDIR.
set -euo pipefail
cd "$(dirname "$0")/.."

megabytes=${1:-1000} logs=${2:-1000} runs=${3:-5}
folder=${LOGSIEVE_BENCH:-${TMPDIR:-/tmp}/logsieve-bench}
target=${CARGO_TARGET_DIR:-target}/release

cargo build --release --quiet --bin logsieve --example make_bench_data --example inflate_only
make_data() {
    local made="$1/made-$2-$3"
    if [ ! -e "$made" ]; then
        echo "making data in $1 ..." >&2
        rm -rf "$1"
        "$target/examples/make_bench_data" "$1" "$2" "$3"
        touch "$made"
    fi
}
make_data "$folder/main" "$megabytes" "$logs"
# The same with a tenth of the text and a twenty-fifth of the logs: what must stay flat.
make_data "$folder/small" $((megabytes / 10)) $((logs / 25))

exec python3 benches/whole.py --bin "$target" --data "$folder" --runs "$runs"
