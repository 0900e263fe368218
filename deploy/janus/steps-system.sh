# shellcheck shell=bash
# Steps 7 to 11 of install_agent.sh: what rules the agent, and what starts it.

# What is there already is somebody's, and stays.
deploy_configuration() {
  local name
  for name in agent.yaml policy.json playbooks.json mission_objectives.json; do put_new "$source_folder/deploy/etc/$name" "$configuration/$name"; done
  put_new "$source_folder/deploy/etc/backup.env" "$configuration/backup.env"
  put 0644 root:root /etc/logrotate.d/janus <"$source_folder/deploy/etc/logrotate"
}
put_new() {
  [[ -e $2 ]] || put 0644 root:root "$2" <"$1"
}
verify_deploy_configuration() {
  JANUS_CONFIG=$configuration/agent.yaml setpriv_as janus /usr/local/bin/ubos config validate >/dev/null ||
    fail 'the configuration is not sound' 'ubos config validate, and mend what it names'
  logrotate --debug /etc/logrotate.d/janus 2>/dev/null || fail 'the agent log could not be rotated' 'sudo logrotate --debug /etc/logrotate.d/janus'
}

copy_charter() {
  put 0644 root:root "$state/constitutional_memory/charter.md" <"$source_folder/deploy/etc/charter.md"
}
verify_copy_charter() {
  [[ -s $state/constitutional_memory/charter.md ]] || fail 'the charter is empty' "ls -l $state/constitutional_memory"
}

# Those of an older release that this one has not are ended, and go.
remove_former_units() {
  local file name
  for file in "$prefix"/releases/*/deploy/janus/units/janus* ${kept:+"$kept"/release/deploy/janus/units/janus*}; do
    name=${file##*/}
    if [[ ! -f $units/$name || -e $source_folder/deploy/janus/units/$name ]]; then continue; fi
    run systemctl disable --quiet --now "$name" || true
    run rm -f "$units/$name"
  done
}
install_units() {
  local unit
  remove_former_units
  for unit in janus_agentd.service "${services[@]/%/.service}" "${helpers[@]}"; do
    sed "s#@PREFIX@#$prefix#g" "$source_folder/deploy/janus/units/$unit" | put 0644 root:root "$units/$unit"
  done
  run systemctl daemon-reload
  run systemctl enable --quiet janus_agentd
}
verify_install_units() {
  local unit
  for unit in janus_agentd "${services[@]}" "${helpers[@]}"; do
    [[ $(systemctl show --property=LoadState --value "$unit") == loaded ]] || fail "systemd does not know $unit" "systemctl status $unit"
  done
  systemctl is-enabled --quiet janus_agentd || fail 'janus_agentd is not enabled' 'sudo systemctl enable janus_agentd'
}

configure_security() {
  put 0440 root:root /etc/sudoers.d/janus <"$source_folder/deploy/janus/sudoers"
  if [[ $(cat /proc/sys/kernel/apparmor_restrict_unprivileged_userns 2>/dev/null || printf 0) == 1 && ! -e /etc/apparmor.d/bwrap ]]; then
    put 0644 root:root /etc/apparmor.d/bwrap <"$source_folder/deploy/apparmor/bwrap"
    run apparmor_parser --replace /etc/apparmor.d/bwrap
  fi
}
verify_configure_security() {
  visudo --check --quiet --file=/etc/sudoers.d/janus || fail 'the rules for sudo are not sound' 'sudo rm /etc/sudoers.d/janus, and look at its source'
}

verify_installation() { :; }
verify_verify_installation() {
  setpriv_as janus-hands bwrap --unshare-all --ro-bind / / true || fail 'janus-hands can make no sandbox' 'ubos doctor' 69
}
