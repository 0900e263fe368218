// Keys of agent.yaml whose effect only an installed machine shows. The first of the two turns them, the last puts back what was there.
const words = `
config=/etc/janus/agent.yaml; log=/var/log/janus/agent.log
# How many steps of $id the agent log has in phase $1.
steps() { jq -R 'fromjson? // empty' $log | jq -s --arg id "$id" --arg phase "$1" '[.[] | select(.event_type == "proposal_step" and .phase == $phase and (.action | contains($id)))] | length'; }
all_ended() { [[ $(steps begins) -ge 3 && $(steps begins) == "$(steps ended)" ]]; }
stays_down() { journalctl -u "$1" -o cat | grep -q "$1 ended by itself and stays down"; }
names() { as ubos status | grep -q "systemctl start $1"; }`;

export const turnedKeys = [
  {
    name: 'with debug.trace_proposals each step of a proposal is in the agent log, its beginning and its end (spec O1)',
    script: `${words}
      cp -p $config /root/before-keys; sed -i 's/^debug:/watchdog: { restart_on_failure: false }\\ndebug:\\n  trace_proposals: true/' $config; ubos config validate; systemctl restart janus_agentd; until_so 120 healthy
      act 'echo traced'; until_so 60 is completed; until_so 30 all_ended || { steps begins; steps ended; false; }`,
  },
  {
    name: 'with watchdog.restart_on_failure: false hands and brain stay down where they were killed, named by ubos status, until somebody starts them (spec K2)',
    script: `${words}
      for unit in janus-hands janus_agentd; do
        kill -KILL "$(main_of $unit)"; until_so 30 stays_down $unit; sleep 3; not systemctl is-active $unit; until_so 30 names $unit; not healthy; systemctl start $unit; until_so 120 healthy
      done
      cp -p /root/before-keys $config; systemctl restart janus_agentd; until_so 120 healthy`,
  },
];
