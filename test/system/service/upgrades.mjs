// Each goes on from the release that the one before has left.
const installed = `[[ $(readlink /opt/janus/current) == "/opt/janus/releases/$1" ]]`;
const words = `
installs() { "/root/$1/deploy/janus/install_agent.sh" >/root/said 2>&1; }
is_installed() { ${installed}; }
deadline() { as ubos proposals show "$id" --json | jq -r .deadline; }
on_failure() { tail -n 20 /root/said; systemctl --no-pager --lines 0 status janus_agentd | head -n 5; }
trap 'echo "line: $BASH_COMMAND"; on_failure' ERR`;

export const upgrades = [
  {
    name: 'a unit that the new release does not have is ended and removed, and no other; whoever becomes an operator while systemd reloads is one, and rules that a firewall took away come back (spec D4, D5)',
    script: `${words}
      another 0.1.7 deploy/janus/units/janus-former.service "$(printf '[Service]\\nExecStart=/bin/sleep 9999\\nUser=nobody\\n[Install]\\nWantedBy=multi-user.target\\n')"; installs 0.1.7
      cp /root/0.1.7/deploy/janus/units/janus-former.service /etc/systemd/system/; printf '[Service]\\nExecStart=/bin/sleep 9998\\n' >/etc/systemd/system/janus-mine.service; systemctl daemon-reload; systemctl enable --quiet --now janus-former
      another 0.1.8; installs 0.1.8; is_installed 0.1.8; not systemctl is-active janus-former; [[ -z $(find /etc/systemd/system -name 'janus-former*') && -e /etc/systemd/system/janus-mine.service ]]; rm /etc/systemd/system/janus-mine.service
      useradd cleo; sleep 2; (for n in 1 2 3 4 5 6; do systemctl daemon-reload; done) & usermod --append --groups janus-operators cleo; wait; allowed() { nft -n list table inet janus | grep -q "[ ,]$(id -u cleo)[ ,]"; }; until_so 30 allowed
      nft flush ruleset; closed() { nft list table inet janus; }; until_so 30 closed`,
  },
  {
    name: 'a newer release is installed over the one that runs: what runs ends first, what waits keeps its deadline, and all is started (spec D4)',
    script: `${words}
      another 0.1.9; act 'echo after the upgrade' waits; waits=$id; until=$(deadline); act 'sleep 60'; ran=$id; until_so 60 runs 'sleep 60'
      installs 0.1.9; grep -q 'waiting up to' /root/said; grep -q 'before it was' /root/said; is_installed 0.1.9
      id=$ran; is completed; healthy; id=$waits; is proposed; [[ $(deadline) == "$until" ]]; yes_to "$id"; until_so 60 is completed`,
  },
  {
    name: 'one that does not get ready is taken back: the one before runs again, and what waits can be approved (spec D4)',
    script: `${words}
      another 0.1.10 dist/worker/main.js 'process.exit(3);'; act 'echo after the failure' waits; until=$(deadline)
      not installs 0.1.10; grep -q '0.1.10 is not installed: 0.1.9 runs again' /root/said; is_installed 0.1.9
      until_so 60 healthy; is proposed; [[ $(deadline) == "$until" ]]; yes_to "$id"; until_so 60 is completed; [[ -z $(find /opt/janus -maxdepth 1 -name '.before.*') ]]`,
  },
  {
    name: 'one of the same version that does not get ready is taken back as well (spec D4)',
    script: `${words}
      sums=$(sha256sum </opt/janus/current/SHA256SUMS); another 0.1.9 dist/worker/main.js 'process.exit(3);'
      not installs 0.1.9; is_installed 0.1.9; [[ $(sha256sum </opt/janus/current/SHA256SUMS) == "$sums" ]]; until_so 60 healthy`,
  },
  {
    name: 'one that does not take the configuration changes nothing: the agent is not even stopped (spec D4)',
    script: `${words}
      another 0.1.11 dist/cli/main.js 'process.exit(2);'; agent=$(main_of janus_agentd)
      not installs 0.1.11; grep -q 'does not take the configuration; nothing was changed' /root/said; is_installed 0.1.9; [[ $(main_of janus_agentd) == "$agent" ]]; healthy`,
  },
];
