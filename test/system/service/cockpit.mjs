// A copy of the trail goes to another machine, which is this one: an account of its own behind an sshd on the loopback interface.
const words = `
send() { systemctl start janus-cockpit; }
said() { as ubos status | tr -d '\\n' | grep -q "$1"; }`;

export const cockpit = [
  {
    name: 'the cockpit gets a copy of the trail that verifies there, by an account of its own, with a key that belongs to root alone (spec D3)',
    script: `${words}
      useradd --create-home --shell /bin/bash cockpit; install -d -m 0755 /run/sshd; install -d -o cockpit -m 0700 /home/cockpit/.ssh; ssh-keygen -A >/dev/null; send; not journalctl -u janus-cockpit -o cat --grep 'were sent'; ssh-keygen -q -t ed25519 -N '' -f /etc/janus/cockpit.key
      printf 'restrict,command="internal-sftp" %s\\n' "$(cat /etc/janus/cockpit.key.pub)" >/home/cockpit/.ssh/authorized_keys; chown cockpit /home/cockpit/.ssh/authorized_keys
      /usr/sbin/sshd; keys() { ssh-keyscan 127.0.0.1 2>/dev/null >/etc/janus/cockpit.known_hosts; test -s /etc/janus/cockpit.known_hosts; }; until_so 20 keys
      sed -i 's#cockpit_sync: { enabled: true, #cockpit_sync: { enabled: true, endpoint: "ssh://cockpit@127.0.0.1", #' /etc/janus/agent.yaml; ubos config validate
      send; node=/opt/janus/current/bin/node; copy=/home/cockpit/janus/janus-in-balaur; $node /opt/janus/current/deploy/audit-verify.mjs $copy; [[ -z $(find $copy -name '*.part') ]]; [[ -z $(find $copy -name '*.key') ]]
      for who in janus janus-hands janus-notifier janus-cockpit nobody; do not setpriv --reuid $who --regid "$(id -g $who)" --init-groups test -r /etc/janus/cockpit.key; done; not setpriv --reuid janus-cockpit --regid "$(id -g janus-cockpit)" --init-groups bash -c 'exec 3<>/dev/tcp/127.0.0.1/7233'`,
  },
  {
    name: 'a cockpit that is another machine, silent or full is named, nobody waits for it, and nothing of it is left running (spec D3)',
    script: `${words}
      systemctl restart janus_agentd; until_so 120 healthy; sed -i.kept 's/AAAA/AAAB/' /etc/janus/cockpit.known_hosts; not send; said 'does not name'; not healthy; mv /etc/janus/cockpit.known_hosts.kept /etc/janus/cockpit.known_hosts
      pkill -STOP -x sshd; systemctl start --no-block janus-cockpit; until_so 20 pgrep -u janus-cockpit -x ssh; act 'echo while the cockpit is silent'; until_so 60 ended; is completed; systemctl stop janus-cockpit; not pgrep -u janus-cockpit; pkill -CONT -x sshd
      mount -t tmpfs -o size=4k,mode=0777 tmpfs /home/cockpit/janus; not send; said 'cockpit'; umount -l /home/cockpit/janus; send; until_so 30 healthy
      pkill -x sshd; sed -i 's#endpoint: "ssh://cockpit@127.0.0.1", ##' /etc/janus/agent.yaml; rm /etc/janus/cockpit.key; systemctl restart janus_agentd; until_so 120 healthy`,
  },
];
