#!/usr/bin/env bash
# A Temporal server that asks who one is, on PostgreSQL: builds it, makes its keys and its configuration, sets its database up, and starts it.
set -euo pipefail
umask 077
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
# shellcheck source=deploy/cluster/lib.sh
source "$here/lib.sh"
# shellcheck source=deploy/cluster/keys.sh
source "$here/keys.sh"

usage() {
  cat <<'WORDS'
usage: temporal_cluster.sh VERB

  build                              the pinned server and its tool for databases, from source (Go 1.26, six minutes on two cores)
  keys                               authorities, the server's certificates, the key that signs tokens
  configure                          server.yaml and dynamic.yaml; the latter only where there is none
  database                           the two databases and their schema, or the schema brought up to date
  start                              the server, in the foreground
  unit                               a systemd unit that starts it, on stdout
  namespace NAME DAYS                a namespace that keeps what has ended for so many days, with the attributes that Janus lists by
  client NAME DAYS PERMISSION...     certificate, token and profile of somebody: NAMESPACE:read, NAMESPACE:write, NAMESPACE:admin

CLUSTER_HOME (/etc/temporal-cluster) has the settings, in cluster.env; CLUSTER_PROGRAMS (/opt/temporal-cluster) what is built.
Exit codes: 0 done, 1 it failed, 2 the command line or a setting is wrong, 69 something that it needs is missing.
WORDS
}

build_server() {
  needs go
  if [[ -x $programs/temporal-server && -x $programs/temporal-sql-tool ]]; then
    say "✓ $programs has both programs"
    return
  fi
  local module folder sum
  module=$(cd / && go mod download -json "go.temporal.io/server@v$server_version") ||
    fail "the source of version $server_version could not be fetched" 'go env GOPROXY'
  sum=$(sed -n 's/^\t"Sum": "\(.*\)",\{0,1\}$/\1/p' <<<"$module")
  folder=$(sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p' <<<"$module")
  [[ $sum == "$server_sum" ]] || fail "the source of version $server_version has the sum $sum, expected $server_sum: not used"
  install -d -m 755 "$(dirname "$programs")" "$programs"
  compile "$folder" ./cmd/server temporal-server
  compile "$folder" ./cmd/tools/sql temporal-sql-tool
  say "✓ temporal-server $server_version is built: $programs"
}

# compile SOURCE PACKAGE PROGRAM: under its own name only when it is whole. `-mod=readonly` holds everything to the go.sum of the source.
compile() {
  say "  building $3"
  (cd "$1" && CGO_ENABLED=0 go build -mod=readonly -trimpath -tags disable_grpc_modules -ldflags '-s -w' -o "$programs/$3.new" "$2")
  chmod 755 "$programs/$3.new"
  mv -f "$programs/$3.new" "$programs/$3"
}

configure() {
  load_settings
  local tls='' asks=true
  [[ $CLIENT_CERTIFICATES == required ]] || asks=false
  [[ -z $DATABASE_CA ]] || tls="tls: { enabled: true, caFile: \"$DATABASE_CA\", enableHostVerification: true, serverName: \"$DATABASE_HOST\" }"
  sed -e "s|@HOME@|$cluster|g" -e "s|@LISTEN@|$LISTEN|g" -e "s|@NAME@|$NAME|g" -e "s|@SHARDS@|$SHARDS|g" \
    -e "s|@FRONTEND@|$FRONTEND_PORT|g" -e "s|@HISTORY@|$INTERNAL_PORTS|g" -e "s|@MATCHING@|$((INTERNAL_PORTS + 1))|g" \
    -e "s|@WORKER@|$((INTERNAL_PORTS + 2))|g" -e "s|@INTERNAL@|$((INTERNAL_PORTS + 3))|g" \
    -e "s|@MEMBER0@|$MEMBERSHIP_PORTS|g" -e "s|@MEMBER1@|$((MEMBERSHIP_PORTS + 1))|g" -e "s|@MEMBER2@|$((MEMBERSHIP_PORTS + 2))|g" \
    -e "s|@MEMBER3@|$((MEMBERSHIP_PORTS + 3))|g" -e "s|@MEMBER4@|$((MEMBERSHIP_PORTS + 4))|g" \
    -e "s|@DB_ADDRESS@|$DATABASE_HOST:$DATABASE_PORT|g" -e "s|@DB_USER@|$DATABASE_USER|g" -e "s|@DB_PASSWORD@|$DATABASE_PASSWORD|g" \
    -e "s|@DB_TLS@|$tls|g" -e "s|@ASKS@|$asks|g" "$here/server.yaml.template" | put "$cluster/server.yaml"
  [[ -e $cluster/dynamic.yaml ]] || put "$cluster/dynamic.yaml" <"$here/dynamic.yaml"
  hand_over
  say "✓ $cluster/server.yaml and $cluster/dynamic.yaml"
}

sql_tool() {
  local name=$1
  shift
  SQL_PLUGIN=postgres12_pgx SQL_HOST=$DATABASE_HOST SQL_PORT=$DATABASE_PORT SQL_USER=$DATABASE_USER SQL_PASSWORD=$DATABASE_PASSWORD SQL_DATABASE=$name \
    SQL_TLS=${DATABASE_CA:+true} SQL_TLS_CA_FILE=$DATABASE_CA SQL_TLS_SERVER_NAME=${DATABASE_CA:+$DATABASE_HOST} "$programs/temporal-sql-tool" "$@"
}

ask_database() {
  local mode=prefer
  [[ -z $DATABASE_CA ]] || mode=verify-full
  PGPASSWORD=$DATABASE_PASSWORD PGSSLMODE=$mode PGSSLROOTCERT=$DATABASE_CA \
    psql --no-psqlrc --tuples-only --no-align --host "$DATABASE_HOST" --port "$DATABASE_PORT" --username "$DATABASE_USER" --dbname "$1" --command "$2"
}

# set_up NAME SCHEMA: never twice, the tool would set a schema that is there back to its beginning.
set_up() {
  local there versions
  there=$(ask_database postgres "select count(*) from pg_database where datname = '$1'")
  [[ $there == 1 ]] || sql_tool "$1" create-database
  versions=$(ask_database "$1" "select count(*) from pg_tables where tablename = 'schema_version'")
  [[ $versions == 1 ]] || sql_tool "$1" setup-schema --version 0.0
  sql_tool "$1" update-schema --schema-name "postgresql/v12/$2"
}

set_up_database() {
  needs psql
  load_settings
  [[ -x $programs/temporal-sql-tool ]] || fail "$programs has no temporal-sql-tool" "$0 build"
  local said
  said=$(ask_database postgres 'select 1' 2>&1) || fail "PostgreSQL at $DATABASE_HOST:$DATABASE_PORT does not let $DATABASE_USER in: $said" 'sudo -u postgres createuser --createdb --pwprompt temporal'
  said=$(set_up temporal temporal 2>&1 && set_up temporal_visibility visibility 2>&1) || fail "the schema could not be set up: ${said: -800}"
  say '✓ the databases temporal and temporal_visibility have the schema of this version'
}

start_server() {
  [[ -x $programs/temporal-server ]] || fail "$programs has no temporal-server" "$0 build"
  [[ -e $cluster/server.yaml ]] || fail "$cluster has no server.yaml" "$0 configure"
  exec "$programs/temporal-server" --config-file "$cluster/server.yaml" start "${services[@]}"
}

# temporal_cli ARGUMENT...: as somebody who may do everything, for a quarter of an hour.
temporal_cli() { TEMPORAL_CONFIG_FILE=$cluster/clients/.operator/temporal.toml TEMPORAL_PROFILE=default "${TEMPORAL_CLI:-temporal}" "$@"; }

# as_operator WHAT ARGUMENT...: tried for a minute, since a namespace is known everywhere a while after it was made.
as_operator() {
  local what=$1 said tries
  shift
  for tries in {1..20}; do
    said=$(temporal_cli operator "$@" --command-timeout 10s 2>&1) && return
    [[ $said != *already* ]] || return 0
    [[ $said == *unauthorized* || $said == *certificate* ]] && break
    sleep 3
  done
  fail "$what could not be made after $tries tries: $said"
}

make_namespace() {
  local name=$1 days=$2 attribute type attributes=()
  needs "${TEMPORAL_CLI:-temporal}"
  make_client .operator 900 temporal-system:admin
  as_operator "the namespace $name" namespace create --namespace "$name" --retention "$((days * 24))h"
  while read -r attribute type; do attributes+=(--name "$attribute" --type "$type"); done <"$here/search-attributes"
  as_operator 'search attributes' search-attribute create --namespace "$name" "${attributes[@]}"
  rm -rf "$cluster/clients/.operator"
  say "✓ namespace $name keeps what has ended for $days days"
}

# A number of days, and names as they go into a certificate and a path.
days_of() { [[ $1 =~ ^[1-9][0-9]{0,3}$ ]] || fail "'$1' is no number of days" "$0 --help" 2; }
name_of() { [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$ ]] || fail "'$1' is no name" "$0 --help" 2; }
permissions_of() {
  local permission
  for permission in "$@"; do [[ $permission =~ ^[A-Za-z0-9][A-Za-z0-9._-]*:(read|write|admin)$ ]] || fail "'$permission' is no permission" "$0 client NAME DAYS NAMESPACE:write" 2; done
}

case ${1-} in
  build) build_server ;;
  keys) make_keys ;;
  configure) configure ;;
  database) set_up_database ;;
  start) start_server ;;
  unit)
    load_settings
    [[ -n $ACCOUNT ]] || fail "$cluster/cluster.env names no ACCOUNT" "nano $cluster/cluster.env" 2
    sed -e "s|@HOME@|$cluster|g" -e "s|@PROGRAMS@|$programs|g" -e "s|@ACCOUNT@|$ACCOUNT|g" -e "s|@SERVICES@|${services[*]}|g" "$here/temporal-cluster.service"
    ;;
  namespace)
    [[ $# -eq 3 ]] || fail 'a name and a number of days are needed' "$0 namespace default 3" 2
    name_of "$2" && days_of "$3" && make_namespace "$2" "$3"
    ;;
  client)
    [[ $# -ge 4 ]] || fail 'a name, a number of days and a permission are needed' "$0 client ana 30 default:write" 2
    name_of "$2" && days_of "$3" && permissions_of "${@:4}" && make_client "$2" $(($3 * 86400)) "${@:4}"
    say "✓ $cluster/clients/$2: bring it to who is meant, and remove it here"
    ;;
  -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
