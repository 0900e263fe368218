# shellcheck shell=bash
# An upgrade: a release is installed over another one whose agent runs. What waits, waits on; where the new one does not get ready, the old one comes back.

# The version that ran before; empty where this is no upgrade. And the one that is to run.
old=
new=
# Whether all was well with it.
is_well=no
# What is put back where the new release does not get ready.
kept=
drain_seconds=900
ready_seconds=300

# NEW: whether installing that folder means to end an agent that runs. One that crashes and is started again, again and again, runs.
is_upgrade() {
  [[ -d $prefix/current && $(systemctl is-active janus_agentd || true) == @(active|activating|reloading) ]] && ! cmp -s "$1/SHA256SUMS" "$prefix/current/SHA256SUMS"
}

# NEW: all that can be tried while the old release still runs, then its end.
begin_upgrade() {
  is_upgrade "$1" || return 0
  JANUS_CONFIG=$configuration/agent.yaml setpriv_as janus "$1/bin/ubos" config validate >/dev/null ||
    fail "Janus $(version_of "$1") does not take the configuration; nothing was changed" "JANUS_CONFIG=$configuration/agent.yaml $1/bin/ubos config validate"
  drain
  old=$(version_of "$prefix/current")
  new=$(version_of "$1")
  say "  from $old to $new"
  is_well=yes
  JANUS_CONFIG=$configuration/agent.yaml "$prefix/current/bin/ubos" status --exit-code >/dev/null 2>&1 || is_well=no
  keep_old
  trap roll_back EXIT
  systemctl stop janus_agentd
  # The stop of the agent waits for all but its server.
  systemctl stop "${services[@]}"
  keep_database "$1"
}

# How many run; no number where the page cannot be read, or is just being written.
running() {
  local count=0
  ! systemctl is-active --quiet janus-hands || count=$(jq -r .work.running "$state/controls/state.json" 2>/dev/null || printf unknown)
  printf '%s' "$count"
}

# What runs ends by itself: an action that is ended in its middle has to be rolled back, or settled by somebody.
drain() {
  local end=$((SECONDS + drain_seconds))
  [[ $(running) == 0 ]] || say "  waiting up to $((drain_seconds / 60)) minutes for what runs"
  until [[ $(running) == 0 ]]; do
    ((SECONDS < end)) || fail 'something still runs; nothing was changed' 'ubos proposals list, then this command again; ubos stop --now --reason WHY ends what runs'
    sleep 0.5
  done
}

keep_old() {
  kept=$(mktemp -d "$prefix/.before.XXXXXX")
  mkdir "$kept/units"
  find "$units" -maxdepth 1 -type f -name 'janus*' -exec cp -a {} "$kept/units" \;
  cp -a /etc/sudoers.d/janus "$kept/sudoers"
  cp -a "$state/constitutional_memory/charter.md" "$kept/charter.md"
  readlink "$prefix/current" >"$kept/current"
}

# NEW: another server may write the database in a way that the old one cannot read. Half a copy, as on a full disk, never has the name of a whole one.
keep_database() {
  ! cmp -s "$1/bin/temporal" "$prefix/current/bin/temporal" || return 0
  cp -a --reflink=auto "$state/temporal" "$kept/temporal.part" || fail "the server's database could not be copied" "df -h $prefix"
  mv "$kept/temporal.part" "$kept/temporal"
}

# FOLDER: makes room for a release of the same version. The one that ran is kept for the way back.
set_aside() {
  [[ -d $1 ]] || return 0
  if [[ -n $kept && $(cat "$kept/current") == "$1" ]]; then
    mv "$1" "$kept/release"
  else
    rm -rf "$1"
  fi
}

# Whether all that is to run runs, and the agent is as well as it was.
is_up() {
  systemctl is-active --quiet janus_agentd "${services[@]}" || return 1
  [[ $is_well == no ]] || JANUS_CONFIG=$configuration/agent.yaml "$prefix/current/bin/ubos" status --exit-code >/dev/null 2>&1
}

# One that ends before it is ready fails the start; systemd would try again for ever.
start_and_look() {
  local end=$((SECONDS + ready_seconds))
  systemctl start janus_agentd || return 1
  until is_up; do
    ((SECONDS < end)) || return 1
    sleep 0.5
  done
}

end_upgrade() {
  [[ -n $old ]] || return 0
  say '  starting it'
  start_and_look || fail "Janus $new did not get ready" 'journalctl -u janus_agentd -u janus-hands -u janus-server'
  trap 'rm -rf "${unpacked-}"' EXIT
  local each
  for each in "$prefix/releases"/*; do
    [[ $each == "$(readlink "$prefix/current")" || $each == "$(cat "$kept/current")" ]] || rm -rf "$each"
  done
  rm -rf "$kept"
}

roll_back() {
  trap - EXIT
  set +e
  printf '  going back to %s\n' "$old" >&2
  systemctl stop janus_agentd "${helpers[@]}" "${services[@]}" 2>/dev/null
  find "$units" -maxdepth 1 -type f -name 'janus*' -delete
  cp -a "$kept/units/." "$units"
  cp -a "$kept/sudoers" /etc/sudoers.d/janus
  cp -a "$kept/charter.md" "$state/constitutional_memory/charter.md"
  if [[ -d $kept/release ]]; then
    rm -rf "$(cat "$kept/current")"
    mv "$kept/release" "$(cat "$kept/current")"
  fi
  ln -sfn "$(cat "$kept/current")" "$prefix/.current"
  mv -fT "$prefix/.current" "$prefix/current"
  if [[ -d $kept/temporal ]]; then
    rm -rf "$state/temporal"
    mv "$kept/temporal" "$state/temporal"
  fi
  systemctl daemon-reload
  systemctl reset-failed janus_agentd "${services[@]}" 2>/dev/null
  rm -rf "${unpacked-}"
  if start_and_look; then
    rm -rf "$kept"
    printf '✗ Janus %s is not installed: %s runs again, and what waited waits on.\n' "$new" "$old" >&2
  else
    printf '✗ Janus %s is not installed, and %s does not get ready either.\n  next: journalctl -u janus_agentd; what was there before lies in %s\n' "$new" "$old" "$kept" >&2
  fi
  exit 1
}
