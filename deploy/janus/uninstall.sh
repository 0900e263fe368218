#!/usr/bin/env bash
# Takes the agent off this machine. The audit trail, its heads and keys, and the configuration stay, unless --purge says otherwise.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
# shellcheck source=deploy/janus/lib.sh
source "$here/lib.sh"

prefix=/opt/janus
purge=no
while [[ $# -gt 0 ]]; do
  case $1 in
    --dry-run) dry_run=yes ;;
    --purge) purge=yes ;;
    --prefix)
      [[ ${2-} == /* ]] || fail "--prefix needs an absolute path, found '${2-}'" './uninstall.sh --prefix /opt/janus' 2
      prefix=${2%/}
      shift
      ;;
    -h | --help)
      say 'usage: sudo ./uninstall.sh [--dry-run] [--prefix FOLDER] [--purge]'
      say '  --purge  removes the audit trail, keys, configuration and accounts, too'
      exit 0
      ;;
    *) fail "there is no option $1" './uninstall.sh --help' 2 ;;
  esac
  shift
done
[[ $dry_run == yes || $EUID -eq 0 ]] || fail 'root is needed' 'sudo ./uninstall.sh'

stop_and_remove_units() {
  local unit
  for unit in "${helpers[@]}" janus_agentd.service "${services[@]/%/.service}"; do
    [[ -e $units/$unit ]] || continue
    [[ $unit != janus_agentd.service ]] || run systemctl disable --quiet "$unit"
    run systemctl stop "$unit"
    run rm -f "$units/$unit"
  done
  run systemctl daemon-reload
  run rm -rf /run/janus/restarts
}

# Nobody runs as one of them any more, so nobody writes what is removed.
end_processes() {
  local account
  for account in "${accounts[@]}"; do
    ! has_account "$account" || run pkill -KILL -u "$account" || true
  done
  # The kernel may need a moment to be done with what was killed.
  [[ $dry_run == yes ]] || for ((tries = 0; tries < 100; tries++)); do
    pgrep -u "$(printf '%s\n' "${accounts[@]}" | paste -sd,)" >/dev/null 2>&1 || break
    sleep 0.1
  done
}

remove_accounts() {
  local name
  for name in "${accounts[@]}"; do ! has_account "$name" || run userdel "$name"; done
  for name in "${groups[@]}"; do ! has_group "$name" || run groupdel "$name"; done
}

stop_and_remove_units
end_processes
run rm -f /etc/sudoers.d/janus /etc/logrotate.d/janus
# The ports that they closed are nobody's any more.
! command -v nft >/dev/null || run nft destroy table inet janus 2>/dev/null || run nft delete table inet janus 2>/dev/null || true
[[ $(readlink /usr/local/bin/ubos 2>/dev/null || true) != "$prefix"/* ]] || run rm -f /usr/local/bin/ubos
run rm -rf "$prefix/releases" "$prefix/current"
[[ ! -d $prefix ]] || run rmdir --ignore-fail-on-non-empty "$prefix"
if [[ $purge == yes ]]; then
  run rm -rf "$state" "$configuration" "$logs"
  remove_accounts
  say '✓ Janus is gone, with its audit trail.'
else
  # What actions left behind is nobody's proof of anything.
  run rm -rf "$state/workspaces" "$state/vitals" "$state/egress"
  say "✓ Janus is gone. The audit trail stays in $state, the configuration in $configuration; --purge removes them, too."
fi
