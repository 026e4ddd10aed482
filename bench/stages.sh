#!/usr/bin/env bash
# What a million spans cost the server, step by step: sampled stacks of a whole ingest run, summed up by stages.py.
#   bench/stages.sh [SPANS] [clew-load OPTIONS]        bench/stages.sh 10M --shape spread
# Needs perf (Debian: linux-perf), python3, the rights to use them, and Release builds of src/Clew.Server and bench/Clew.Load.
set -euo pipefail
cd "$(dirname "$0")/.."
spans=${1:-10M}
shift || true
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_PerfMapEnabled=1 DOTNET_EnableWriteXorExecute=0
perf record --all-cpus --freq 299 -g --output "$work/stacks" > "$work/log" 2>&1 &
recording=$!
dotnet bench/Clew.Load/bin/Release/net10.0/clew-load.dll ingest \
  --start-server src/Clew.Server/bin/Release/net10.0/clew.dll --spans "$spans" --json "$work/run.json" "$@"
kill -INT $recording
wait $recording || true
perf script --input "$work/stacks" --fields comm,pid,tid,time,ip,sym 2> /dev/null | python3 bench/stages.py "$work/run.json"
