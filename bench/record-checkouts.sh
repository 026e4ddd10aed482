#!/usr/bin/env bash
# Records checkouts of the sample shop, with what follows from them in other traces, out of a running Clew (or Jaeger):
#   bench/record-checkouts.sh [http://localhost:16686] > bench/traces/checkouts.jsonl.gz
# 50 checkouts, and of each other kind of trace as many as the shop makes for 50 at its usual pace.
set -euo pipefail
api=${1:-http://localhost:16686}
while IFS='|' read -r service operation traces; do
  curl --fail --silent --show-error --get "$api/api/traces" --data-urlencode "service=$service" \
    --data-urlencode "operation=$operation" --data "limit=$traces" --data lookback=1h
  echo
done <<'KINDS' | gzip -9n
storefront|POST /checkout|50
order|send orders.placed|75
notification|process orders.placed|50
shipping|process orders.placed|4
shipping|send parcels.dispatched|54
order|process parcels.dispatched|27
notification|process parcels.dispatched|43
KINDS
