#!/usr/bin/env bash
# Builds a release, makes the data (once) in a folder outside the repository, and measures
# logsieve beside `rg`, `unzip`, `7zz` and others. What it prints is ready for benches/record/.
#
#   benches/whole.sh [OPTION...]       options of whole.py: --only GROUP, --runs N, --duckdb PYTHON
#
# Needs python3, rg, unzip, 7zz, gzip, zstd, bsdtar and mawk; some 8 GB of disk. The folder is
# $LOGSIEVE_BENCH, by default below $TMPDIR; $LOGSIEVE_BENCH_SIZE is the size of the data as for
# benches/data.sh, by default "2000 3000 20000".
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${LOGSIEVE_BENCH:-${TMPDIR:-/tmp}/logsieve-bench2}
target=${CARGO_TARGET_DIR:-target}/release

cargo build --release --quiet --bin logsieve --example make_bench_data --example inflate_only
read -ra size <<<"${LOGSIEVE_BENCH_SIZE:-}"
EXAMPLES=$target/examples benches/data.sh "$folder" "${size[@]}"
exec python3 benches/whole.py --bin "$target" --data "$folder" "$@"
