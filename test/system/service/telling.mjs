// How people are told on a server: a process of its own, whose script and hub may hang, fail and be away.
const words = `
told=/srv/janus/notifier/told
# A script as people have one: it writes down who it is and what it is told, behind what it is given to do first.
script() {
  cat >/usr/local/bin/janus_notify.sh <<EOF_SCRIPT
#!/bin/bash
\${1:-}
printf '%s %s %s\\n' "\\$(id -un)" "\\$JANUS_EVENT" "\\$(jq -r .event_id <<<"\\$1")" >>$told
EOF_SCRIPT
  chmod 0755 /usr/local/bin/janus_notify.sh
}
was_told() { grep -q "$1" $told; }
nothing_twice() { [[ -z $(sort $told | uniq -d) ]] || { sort $told | uniq -d; return 1; }; }`;

export const telling = [
  {
    name: 'people are told by an account of its own, and an operator can try that without root (spec A6, D1)',
    script: `${words}
      script; act 'echo told' waits; until_so 30 was_told "janus-notifier requested $id"; yes_to "$id"; until_so 60 ended; until_so 30 was_told "completed"; nothing_twice
      sudo -u ana sudo -n -u janus-notifier ubos notify test; was_told 'janus-notifier test'; not sudo -u ana sudo -n -u janus-notifier ubos status
      [[ $(jq -r .event /srv/janus/approval_queue.jsonl | grep -c .) -ge 2 ]]`,
  },
  {
    name: 'brain and notifier are killed, stopped and started: nobody hears anything twice, and what was missed is told (spec A6)',
    script: `${words}
      act 'echo one' waits; one=$id; until_so 30 was_told "$one"; kill -KILL "$(main_of janus-notifier)"; act 'echo two' waits; two=$id; until_so 30 was_told "$two"
      systemctl stop janus-notifier; missed() { as ubos status | tr -d '\\n' | grep -q 'notifier.*stopped'; }; until_so 30 missed; not healthy; act 'echo three' waits; three=$id; yes_to "$three"; until_so 60 ended; is completed
      not was_told "$three"; systemctl start janus-notifier; until_so 30 was_told "requested $three"; until_so 30 healthy; systemctl restart janus_agentd; until_so 120 healthy
      for id in $one $two; do as ubos reject "$id" --reason 'it was a test'; done; until_so 30 was_told "decided $two"; nothing_twice`,
  },
  {
    name: 'a unit that ends again and again is named by ubos status, and people hear of it once, until somebody starts it (spec K2, O3)',
    script: `${words}
      comes_back() { [[ $(main_of janus-witness) != 0 && $(main_of janus-witness) != "$1" ]]; }
      for round in 1 2 3; do healthy; witness=$(main_of janus-witness); kill -KILL "$witness"; until_so 30 comes_back "$witness"; done
      names_it() { as ubos status --json | grep -q 'janus-witness ended and was started again 3 times'; }; until_so 10 names_it; not healthy
      until_so 30 was_told 'crash_loop crash_loop/janus-witness'; journalctl -u janus-witness | grep -q 'status=9/KILL'; sleep 11; nothing_twice
      systemctl restart janus-witness; until_so 30 healthy; not names_it`,
  },
  {
    name: 'a script that fails is named, one that hangs holds nobody back, and what cannot be reached is not: the port of the server (spec A6, D5)',
    script: `${words}
      script '(exec 3<>/dev/tcp/127.0.0.1/7233) && touch /srv/janus/notifier/reached'; act 'echo fails' waits; until_so 30 was_told "requested $id"; [[ ! -e /srv/janus/notifier/reached ]]
      script 'echo "no room at all" >&2; exit 3'; yes_to "$id"; until_so 60 ended; failing() { as ubos status | tr -d '\\n' | grep -q 'no room at all'; }; until_so 30 failing; not healthy
      script 'sleep 1000'; act 'echo hangs'; until_so 60 ended; is completed; hanging() { as ubos status | tr -d '\\n' | grep -q 'no end after'; }; until_so 60 hanging
      script; sudo -n -u janus-notifier ubos notify test; act 'echo well'; until_so 60 ended; until_so 90 healthy`,
  },
  {
    name: 'the comms hub of this machine hears of a stop once, although it was away; the journal has what the seed looks for there (spec D3, D1)',
    script: `${words}
      sed -i 's/^integrations:/integrations:\\n  comms_hub: { enabled: true, endpoint: "http:\\/\\/localhost:8080\\/comms" }/' /etc/janus/agent.yaml; ubos config validate; systemctl restart janus_agentd
      touch /srv/janus/EMERGENCY_STOP; until_so 20 test -e /srv/janus/controls/stop.json; away() { as ubos status | tr -d '\\n' | grep -q 'localhost:8080'; }; until_so 30 away
      node=/opt/janus/current/bin/node; $node -e 'require("http").createServer((q, a) => { let t = ""; q.on("data", (c) => t += c).on("end", () => { require("fs").appendFileSync("/root/heard", q.headers["x-janus-event"] + " " + t.replace(/\\n/g, " ") + "\\n"); a.end(); }); }).listen(8080, "127.0.0.1")' >/dev/null 2>&1 & hub=$!
      stop=$(jq -r .id /srv/janus/controls/stop.json); heard() { [[ $(grep -c "^emergency_stop .*$stop" /root/heard) == 1 ]]; }; until_so 60 heard || { cut -c1-200 /root/heard; false; }; as ubos resume "$stop" --reason 'it was a test'; until_so 60 healthy; heard; kill $hub
      as ubos think --wait >/dev/null || true; cycle() { journalctl -u janus_agentd | grep -q thinking_cycle; }; until_so 60 cycle
      sed -i '/^  comms_hub: { enabled: true/d' /etc/janus/agent.yaml; rm -f /usr/local/bin/janus_notify.sh; systemctl restart janus_agentd; until_so 120 healthy`,
  },
];
