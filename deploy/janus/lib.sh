# shellcheck shell=bash
# What install_agent.sh and uninstall.sh share: names, words, and how a command is run.

state=/srv/janus
configuration=/etc/janus
logs=/var/log/janus
units=/etc/systemd/system
services=(janus-server janus-hands janus-egress janus-witness janus-guard janus-notifier)
# What looks after them.
helpers=(janus-backup.path janus-backup.service janus-restored.service janus-disabled.timer janus-disabled.service janus-ports.path janus-ports.timer janus-ports.service janus-cockpit.timer janus-cockpit.service)
# ACCOUNT:GROUPS, in the order in which they are made.
accounts=(janus janus-hands janus-egress janus-audit janus-notifier janus-cockpit temporal)
groups=(janus-operators janus-log)

dry_run=no

say() { printf '%s\n' "$*"; }

# fail WHAT NEXT: an expected failure, and what to type then.
fail() {
  printf '✗ %s\n' "$1" >&2
  [[ $# -lt 2 ]] || printf '  next: %s\n' "$2" >&2
  exit "${3:-1}"
}

# Runs a command that changes something, or only says it.
run() {
  if [[ $dry_run == yes ]]; then
    printf '  would run: %s\n' "$*"
  else
    "$@"
  fi
}

# put MODE OWNER FILE: what comes on stdin becomes that file, as a whole or not at all.
put() {
  local mode=$1 owner=$2 file=$3 aside
  if [[ $dry_run == yes ]]; then
    cat >/dev/null
    printf '  would write: %s (%s, %s)\n' "$file" "$owner" "$mode"
    return
  fi
  aside=$(mktemp "$file.XXXXXX")
  cat >"$aside"
  chown "$owner" "$aside"
  chmod "$mode" "$aside"
  mv -f "$aside" "$file"
}

# folder MODE OWNER PATH: makes it, or gives it the owner and the mode that it should have; what lies in it stays as it is.
folder() {
  run install -d -m "$1" -o "${2%:*}" -g "${2#*:}" "$3"
}

has_account() { getent passwd "$1" >/dev/null; }
has_group() { getent group "$1" >/dev/null; }
