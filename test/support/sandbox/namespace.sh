#!/bin/bash
# Two private networks, joined by a cable: this one is Janus's, the other one is "the internet" with a public-range address.
# Arguments: hosts file, node, script of the servers, folder, then the command that runs here. Nothing of it outlives this process.
set -eu
hosts=$1 node=$2 servers=$3 folder=$4
shift 4
ip link set lo up
mount --bind "$hosts" /etc/hosts
mkfifo "$folder/ready"
unshare -n bash -c '
  ip link set lo up
  touch "$3/waiting"
  until ip link show janus1 >/dev/null 2>&1; do sleep 0.05; done
  ip addr add 9.9.9.9/24 dev janus1
  ip addr add 9.9.9.10/24 dev janus1
  ip link set janus1 up
  exec "$1" "$2" "$3"
' servers "$node" "$servers" "$folder" &
other=$!
trap 'kill $other 2>/dev/null || true' EXIT
until [ -e "$folder/waiting" ]; do sleep 0.05; done
ip link add janus0 type veth peer name janus1 netns "$other"
ip addr add 9.9.9.1/24 dev janus0
ip link set janus0 up
read -r _ <"$folder/ready"
"$@"
