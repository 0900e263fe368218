# shellcheck shell=bash
# What the verbs of temporal_cluster.sh share: where things lie, settings, and how something is said.

# The server of the pinned CLI (scripts/lib/temporal-binaries.mjs), as the Go proxy and its checksum database have it. The module's own go.sum,
# which is inside of that checksum, pins everything that it is built from.
server_version=1.32.0
server_sum=h1:JQoqsVREaGc8vcuDNfuRlySiV3tVi81XUOVC9LeL/1Y=

cluster=${CLUSTER_HOME:-/etc/temporal-cluster}
programs=${CLUSTER_PROGRAMS:-/opt/temporal-cluster}/$server_version

# The last one is for the server's own workers, who have no token; the server does not start it by itself.
services=(--service frontend --service history --service matching --service worker --service internal-frontend)

say() { printf '%s\n' "$*"; }

# fail WHAT NEXT CODE: an expected failure, and what to type then.
fail() {
  printf '✗ %s\n' "$1" >&2
  [[ -z ${2-} ]] || printf '  next: %s\n' "$2" >&2
  exit "${3:-1}"
}

needs() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || fail "$program is not installed, or not in PATH" '' 69
  done
}

# A value goes into YAML, into SQL tools and into the name of a file.
plain() { [[ $2 =~ ^[][A-Za-z0-9._:/@+=-]+$ ]] || fail "$1 may hold letters, digits and ._:/@+=- only, found '$2'" "nano $cluster/cluster.env" 2; }

# put FILE: what comes on stdin becomes that file, as a whole or not at all; nobody else reads it.
put() {
  local aside
  aside=$(mktemp "$1.XXXXXX")
  cat >"$aside"
  mv -f "$aside" "$1"
}

# The account of the unit reads what the server needs: none of the keys that sign.
hand_over() {
  [[ -n $ACCOUNT ]] || return 0
  local path
  for path in "$cluster" "$cluster/tls" "$cluster/tokens"; do [[ ! -d $path ]] || { chgrp "$ACCOUNT" "$path" && chmod 750 "$path"; }; done
  for path in "$cluster"/{server,dynamic}.yaml "$cluster"/tls/{frontend,internode}.{crt,key} "$cluster"/tls/{client,internode}-ca.crt "$cluster/tokens/jwks.json"; do
    [[ ! -e $path ]] || { chgrp "$ACCOUNT" "$path" && chmod 640 "$path"; }
  done
}

# The settings: cluster.env, where a value is missing its default. Shards can never be changed once the database is set up: 512 serve a big
# cluster, and cost 150 MB of memory more than 4.
load_settings() {
  local file=$cluster/cluster.env
  LISTEN=127.0.0.1 NAME=localhost FRONTEND_PORT=7233 INTERNAL_PORTS=7234 MEMBERSHIP_PORTS=6933 SHARDS=512 CLIENT_CERTIFICATES=required ACCOUNT=''
  DATABASE_HOST=127.0.0.1 DATABASE_PORT=5432 DATABASE_USER=temporal DATABASE_PASSWORD='' DATABASE_CA=''
  # shellcheck source=/dev/null
  [[ ! -e $file ]] || source "$file"
  local name
  for name in LISTEN NAME FRONTEND_PORT INTERNAL_PORTS MEMBERSHIP_PORTS SHARDS DATABASE_HOST DATABASE_PORT DATABASE_USER; do plain "$name" "${!name}"; done
  [[ $CLIENT_CERTIFICATES =~ ^(required|optional)$ ]] || fail "CLIENT_CERTIFICATES is required or optional, found '$CLIENT_CERTIFICATES'" "nano $file" 2
  [[ -n $DATABASE_PASSWORD ]] || fail "$file has no DATABASE_PASSWORD" "nano $file" 2
  plain DATABASE_PASSWORD "$DATABASE_PASSWORD"
  [[ -z $ACCOUNT ]] || plain ACCOUNT "$ACCOUNT"
  [[ -z $DATABASE_CA ]] || plain DATABASE_CA "$DATABASE_CA"
  [[ $DATABASE_HOST == 127.* || -n $DATABASE_CA ]] ||
    fail "the database is on another machine ($DATABASE_HOST), and $file names no DATABASE_CA: passwords would go there in the clear" "nano $file" 2
}
