#!/bin/sh
# Project ids 7001-7016: 40 MB and 2,000 names each. docs/sandbox-tiers.md says what this is for.
set -e
install -d -o janus -g janus -m 0711 /srv/janus/workspaces
for id in $(seq 7001 7016); do setquota -P "$id" 0 40960 0 2000 /; done
echo 7001-7016 > /srv/janus/workspaces/.janus-project-ids
