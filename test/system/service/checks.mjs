// What must hold on an installed machine, in this order: each script is played in the box as root, and has to end with 0.
const install = '/root/release/deploy/janus/install_agent.sh';
const uninstall = '/root/release/deploy/janus/uninstall.sh';

export const beforeReboot = [
  {
    name: 'a dry run says all eleven steps and changes nothing (spec D1)',
    script: `${install} --dry-run >/tmp/said; grep -c '^\\[[0-9]*/11\\]' /tmp/said | grep -qx 11; [[ ! -e /etc/janus && ! -e /opt/janus && ! -e /srv/janus ]]; not getent passwd janus`,
  },
  {
    name: 'the agent is installed without a network, and once more without a difference (spec D1)',
    script: `${install}; echo '# mine' >>/etc/janus/agent.yaml; ${install} >/dev/null; tail -n 1 /etc/janus/agent.yaml | grep -qx '# mine'`,
  },
  {
    name: 'a release that somebody changed is not installed (spec D4)',
    script: `echo '# x' >>/root/release/bin/ubos; not ${install} 2>/tmp/said >&2; grep -q 'is not what was released' /tmp/said; sed -i '$d' /root/release/bin/ubos; ${install} >/dev/null`,
  },
  {
    name: 'it starts with all of its parts, and an operator without root sees that it is well (spec D1, D2)',
    script: `useradd --create-home --groups janus-operators ana; systemctl start janus_agentd; until_so 120 healthy; for unit in janus_agentd janus-server janus-hands janus-egress janus-witness janus-guard janus-notifier; do systemctl is-active $unit; done`,
  },
  {
    name: 'what an operator approves runs to its end, and is in the trail (spec D2)',
    script: `act 'echo hello'; until_so 60 ended; [[ $(state) == completed ]]; as ubos audit verify; as grep -q "$id" /srv/janus/proposals.jsonl`,
  },
  {
    name: 'no account reads or writes what is not its own (spec D1)',
    script: `
      may() { setpriv --reuid "$1" --regid "$(id -g "$1")" --init-groups test "$2" "$3"; }
      for each in proposals.jsonl keys/permit.key mission_log.jsonl audit/heads.key temporal/temporal.db; do not may janus-hands -r /srv/janus/$each; not may janus-egress -r /srv/janus/$each; not may nobody -r /srv/janus/$each; done
      for each in audit/heads.key hands/hands.key temporal/temporal.db; do [[ -e /srv/janus/$each ]] || ls -R /srv/janus; not may janus -r /srv/janus/$each; done
      not may janus -w /etc/janus/agent.yaml; not may janus-hands -w /srv/janus; not may janus-audit -w /srv/janus/proposals.jsonl; for each in proposals.jsonl mission_log.jsonl; do may janus-notifier -r /srv/janus/$each; not may janus-notifier -w /srv/janus/$each; done
      for each in keys/permit.key audit/heads.key hands/hands.key temporal/temporal.db mind evidence; do not may janus-notifier -r /srv/janus/$each; done; may janus -r /srv/janus/ledger`,
  },
  {
    name: 'another account of the machine reaches no port that takes orders; a new operator does at once (spec D5)',
    script: `
      reach() { setpriv --reuid "$1" --regid "$(id -g "$1")" --init-groups bash -c "exec 3<>/dev/tcp/127.0.0.1/$2" 2>/dev/null; }
      uid=$(id -u temporal); open=$(awk -v uid="$uid" '$4 == "0A" && $8 == uid { split($2, at, ":"); print at[2] }' /proc/net/tcp /proc/net/tcp6 | sort -u); [[ $(wc -w <<<"$open") -ge 2 ]]
      for port in $open; do for who in nobody janus-egress janus-audit janus-notifier; do not reach $who $((16#$port)); done; reach janus $((16#$port)); reach ana $((16#$port)); done
      for port in 9464 9465; do for who in nobody janus-egress janus-notifier; do not reach $who $port; done; reach janus $port; reach ana $port; done
      useradd ben; not reach ben 7233; usermod --append --groups janus-operators ben; until_so 10 reach ben 7233`,
  },
  {
    name: 'the brain dies while an action runs: the action ends undisturbed, and its end is recorded (spec K2)',
    script: `
      act 'sleep 15'; until_so 60 runs 'sleep 15'; action=$(pgrep -u janus-hands -f -o 'sleep 15'); hands=$(main_of janus-hands); brain=$(main_of janus_agentd)
      kill -KILL "$brain"; until_so 60 systemctl is-active janus_agentd; [[ $(main_of janus-hands) == "$hands" ]]
      until_so 60 ended; [[ $(state) == completed ]] || { state; false; }`,
  },
  {
    name: 'the hands die while an action runs: nothing of it is left, and it is not run again (spec K2)',
    script: `
      act 'sleep 300'; until_so 60 runs 'sleep 300'; kill -KILL "$(main_of janus-hands)"; until_so 10 gone 'sleep 300'
      until_so 60 systemctl is-active janus-hands; until_so 120 ended; gone 'sleep 300'`,
  },
  {
    name: 'a worker whose event loop hangs is ended by the watchdog and started again; hands go on (spec K2)',
    script: `
      mkdir -p /run/systemd/system/janus_agentd.service.d; printf '[Service]\\nWatchdogSec=6\\n' >/run/systemd/system/janus_agentd.service.d/short.conf
      systemctl daemon-reload; systemctl restart janus_agentd; until_so 120 healthy; brain=$(main_of janus_agentd); hands=$(main_of janus-hands)
      kill -STOP "$brain"; until_so 40 test ! -d /proc/"$brain"; until_so 60 systemctl is-active janus_agentd
      [[ $(main_of janus-hands) == "$hands" ]]; journalctl -u janus_agentd | grep -q 'Watchdog timeout'; rm -r /run/systemd/system/janus_agentd.service.d; systemctl daemon-reload`,
  },
  {
    name: "the seed's emergency file ends what runs, while brain and hands hang; nothing starts until it is resumed (spec K1)",
    script: `
      until_so 60 healthy; act 'sleep 400'; until_so 60 runs 'sleep 400'; hands=$(main_of janus-hands); brain=$(main_of janus_agentd); kill -STOP "$brain" "$hands"
      touch /srv/janus/EMERGENCY_STOP; until_so 5 gone 'sleep 400'; kill -CONT "$brain" "$hands"
      stop=$(until_so 20 test -e /srv/janus/controls/stop.json && jq -r .id /srv/janus/controls/stop.json); not healthy
      as ubos resume "$stop" --reason 'it was a test'; [[ ! -e /srv/janus/EMERGENCY_STOP ]]; until_so 60 healthy`,
  },
  {
    name: 'the emergency file lies on a mount whose server falls silent: that is a stop, what runs is ended, and people learn of it at once (spec K1)',
    script: `
      config=/etc/janus/agent.yaml; exec 3<>/dev/fuse; mkdir /mnt/away; /opt/janus/current/bin/node /root/silent-mount.mjs >/dev/null 2>&1 & server=$!
      mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0,allow_other away /mnt/away; exec 3>&-
      cp -p $config /root/kept; sed -i 's|emergency_stop_file: .*|emergency_stop_file: /mnt/away/EMERGENCY_STOP|' $config; systemctl restart janus_agentd; until_so 120 healthy
      act 'sleep 450'; until_so 60 runs 'sleep 450'; kill -USR2 $server; until_so 15 gone 'sleep 450'; until_so 15 test -e /srv/janus/controls/stop.json
      timeout -s KILL 60 runuser -u ana -- ubos status >/root/said 2>&1 || [[ $? != 137 ]]; grep -q 'no answer' /root/said; timeout -s KILL 60 ubos stop --reason 'once more' >/root/said 2>&1 || [[ $? != 137 ]]; grep -q 'does not answer' /root/said; act 'echo under a silent mount' waits; until_so 60 is suspended; as ubos reject "$id" --reason 'it was a test'
      kill -KILL $server; umount -l /mnt/away; cp -p /root/kept $config; systemctl restart janus_agentd; until_so 60 systemctl is-active janus_agentd; not healthy
      as ubos resume "$(jq -r .id /srv/janus/controls/stop.json)" --reason 'it answers again'; until_so 120 healthy`,
  },
  {
    name: "a backup is made; all but it is destroyed; the seed's own words bring it back, and nothing runs until somebody says yes (spec D3)",
    script: `
      mkdir -p /mnt/cockpit/balaur_backups; sed -i 's/cockpit_sync: { enabled: false/cockpit_sync: { enabled: true/' /etc/janus/agent.yaml; ubos backup init; systemctl restart janus_agentd; until_so 120 healthy || as ubos status
      act 'echo restored' waits; waiting=$id; deadline=$(as ubos proposals show "$id" --json | jq -r .deadline); as ubos backup run; ubos backup verify
      act 'echo newer'; until_so 60 ended; newer=$id; systemctl stop janus_agentd; until_so 60 none_of_ours
      rm -rf /srv/janus; ${install} >/dev/null; rm -rf /srv/janus/workspaces/*; rm -f /srv/janus/approval_queue.jsonl
      sudo restic restore latest --repo /mnt/cockpit/balaur_backups --target /srv/janus; systemctl start janus_agentd
      id=$waiting; until_so 120 state; [[ $(state) == proposed && $(as ubos proposals show "$id" --json | jq -r .deadline) == "$deadline" ]]; not healthy; as ubos status | tr -d '\\n' | grep -q 'acknowledge-restore'
      as ubos approve "$id" --digest "$(as ubos proposals show "$id" --json | jq -r .digest)" >/dev/null 2>&1; sleep 5; not ended
      as ubos audit acknowledge-restore --reason 'the disk was lost'; until_so 60 healthy; [[ $(as ubos status --json | jq -r .mode) == alpha ]]; as ubos audit verify
      id=$newer; not as ubos proposals show "$newer" --json`,
  },
  {
    name: 'a backup is put back over a folder in use, whose server was killed (spec D3)',
    script: `
      act 'echo over' waits; over=$id; as ubos backup run; act 'echo newest'; until_so 60 ended; systemctl kill --signal=KILL janus-server janus_agentd janus-hands; systemctl stop janus_agentd; until_so 60 none_of_ours
      sudo restic restore latest --repo /mnt/cockpit/balaur_backups --target /srv/janus; systemctl start janus_agentd; id=$over; until_so 120 state; [[ $(state) == proposed ]]
      as ubos audit acknowledge-restore --reason 'tried it'; until_so 60 healthy; grep -q set_aside /srv/janus/mission_log.jsonl; ls /srv/janus/before-restore-*/temporal.db-wal; as ubos audit verify`,
  },
  {
    name: 'a stop of janus_agentd leaves no process of any account, and a start brings all back (spec K2)',
    script: `act 'sleep 500'; until_so 60 runs 'sleep 500'; systemctl stop janus_agentd; until_so 60 none_of_ours || { of_ours; false; }; systemctl start janus_agentd; until_so 120 healthy`,
  },
];

const nothingComesBack = `until_so 60 none_of_ours || { of_ours; false; }; for n in 1 2 3 4 5 6 7 8; do sleep 1; none_of_ours || { of_ours; exit 1; }; done`;
const upAgain = `systemctl enable --quiet janus_agentd; systemctl start janus_agentd; until_so 120 healthy`;

export const shutdowns = [
  {
    name: "the seed's nuclear shutdown, killall and then disable, leaves no process, and nothing comes back (spec K2)",
    script: `act 'sleep 600'; until_so 60 runs 'sleep 600'; killall -9 -u janus; sleep 3; systemctl disable janus_agentd; ${nothingComesBack}; ${upAgain}`,
  },
  {
    name: 'in the other order, and at once, it does the same (spec K2)',
    script: `systemctl disable janus_agentd; healthy; killall -9 -u janus; ${nothingComesBack}; ${upAgain}; killall -9 -u janus; systemctl disable janus_agentd; ${nothingComesBack}; ${upAgain}`,
  },
  {
    name: 'what was never enabled is started by a word, and stopped while it waits for its server (spec K2)',
    script: `
      systemctl stop janus_agentd; until_so 60 none_of_ours; systemctl disable janus_agentd; systemctl start janus_agentd; until_so 120 healthy; systemctl enable --quiet janus_agentd
      systemctl stop janus_agentd; until_so 60 none_of_ours; drop=/run/systemd/system/janus-server.service.d; mkdir -p $drop; printf '[Unit]\\nConditionPathExists=/nowhere\\n' >$drop/away.conf
      systemctl daemon-reload; systemctl start --no-block janus_agentd; until_so 20 pgrep -u janus; until_so 30 pgrep -u janus-hands
      systemctl stop janus_agentd; until_so 60 none_of_ours || { of_ours; false; }; rm -r $drop; systemctl daemon-reload; ${upAgain}`,
  },
];

export const leaveOneWaiting = {
  name: 'a proposal waits, and is suspended by an emergency stop (spec K1)',
  script: `
    act 'echo later' waits; as ubos proposals show "$id" --json | jq -r '.proposal_id, .deadline' >/root/waits; is proposed
    sudo -u ana sudo -n /usr/bin/touch /srv/janus/EMERGENCY_STOP; until_so 30 is suspended; jq -r .id /srv/janus/controls/stop.json >/root/stop`,
};

export const afterReboot = [
  {
    name: 'the machine boots again: the agent is there by itself, and the stop still stands: nothing can be approved (spec D2, K1)',
    script: `
      stands() { as ubos status | grep -q 'EMERGENCY STOP'; }; id=$(head -n 1 /root/waits); until_so 120 stands; until_so 60 is suspended
      systemctl is-active janus-guard; [[ $(jq -r .id /srv/janus/controls/stop.json) == $(cat /root/stop) ]]
      not as ubos approve "$id" --digest "$(as ubos proposals show "$id" --json | jq -r .digest)"`,
  },
  {
    name: 'lifted by its id, what waited waits on with its deadline, and can be approved (spec D2, K1)',
    script: `
      as ubos resume "$(cat /root/stop)" --reason 'the machine is well'; [[ ! -e /srv/janus/EMERGENCY_STOP ]]; until_so 120 healthy
      id=$(head -n 1 /root/waits); until_so 30 is proposed; [[ $(as ubos proposals show "$id" --json | jq -r .deadline) == $(tail -n 1 /root/waits) ]]
      as ubos approve "$id" --digest "$(as ubos proposals show "$id" --json | jq -r .digest)" --wait; is completed`,
  },
  {
    name: 'uninstalled, the trail stays and still verifies; purged, nothing is left (spec D1)',
    script: `
      ${uninstall}; none_of_ours; [[ ! -e /opt/janus && ! -e /usr/local/bin/ubos && ! -e /etc/systemd/system/janus_agentd.service ]]
      JANUS_CONFIG=/etc/janus/agent.yaml /root/release/bin/ubos audit verify >/dev/null
      ${uninstall} --purge; [[ ! -e /srv/janus && ! -e /etc/janus && ! -e /var/log/janus ]]; not getent passwd janus; not getent group janus-operators`,
  },
];
