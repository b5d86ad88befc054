#!/usr/bin/env bash
# Makes the data that `benches/whole.py` measures with, once, in a folder outside the repository.
#
#   benches/data.sh FOLDER [MEGABYTES [LOGS [ARCHIVES]]]     default: 2000 3000 20000, some 8 GB
#
# main/   a ULP text, a cloud of logs in each kind of container, and small archives of one log each
# small/  a tenth of the text and 40 logs: what must stay flat
#
# The example `make_bench_data` writes what can be the same byte for byte everywhere; 7z archives and
# the encrypted ZIP are made by 7zz, as in life. $EXAMPLES is where the examples are built.
set -euo pipefail

folder=$1 megabytes=${2:-2000} logs=${3:-3000} archives=${4:-20000}
examples=${EXAMPLES:-${CARGO_TARGET_DIR:-target}/release/examples}
rar_logs=$((logs / 12)) password=infected

# make MARK COMMAND...: runs the command unless it ran to its end before.
make() {
    local mark="$folder/made-$1"
    shift
    if [ ! -e "$mark" ]; then
        echo "making ${mark##*/made-} ..." >&2
        "$@"
        touch "$mark"
    fi
}

generate() {
    "$examples/make_bench_data" "$@"
}

# seven OUTPUT OPTION...: an archive of the logs of the cloud in the same folder.
seven() {
    local output=$1
    shift
    rm -f "$output"
    (cd "$(dirname "$output")/cloud" && 7zz a -bso0 -bsp0 "$@" "$output" ./*)
}

folder=$(mkdir -p "$folder" && cd "$folder" && pwd)
main=$folder/main small=$folder/small
make "ulp-$megabytes" generate ulp "$main" "$megabytes"
make "ulp-small-$megabytes" generate ulp "$small" $((megabytes / 10))
make "cloud-$logs" generate cloud "$main" "$logs"
make "cloud-small" generate cloud "$small" 40
make "many-$archives" generate many "$main" "$archives"
make "rar-$rar_logs" generate rar "$main" "$rar_logs"
make "7z-small" seven "$small/cloud.7z" -ms=on
make "7z-solid-$logs" seven "$main/cloud.7z" -ms=on
make "7z-blocks-$logs" seven "$main/cloud-blocks.7z" -ms=64m
make "7z-single-$logs" seven "$main/cloud-single.7z" -ms=off
make "aes-$logs" seven "$main/cloud-aes.zip" -tzip -mem=AES256 -mx=3 "-p$password"
echo "$password" >"$main/password.txt"
