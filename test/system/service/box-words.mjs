// Functions of bash that the checks share inside the box.
export const words = `
as() { runuser -u ana -- "$@"; }
# Asks for an action of low risk and gives it a yes; its id is in $id. No two checks share a command: what one rejects is refused to the next for a week.
act() {
  printf '%s\\n' 'mission_context: See whether this vessel works' 'action_type: look' "rationale: Somebody wants to see that number $RANDOM$RANDOM ends" \\
    'expected_outcome: it ends' 'risk_level: low' 'risk_mitigation: Reads only' 'tool_name: shell' "tool_args: ['$1']" >/home/ana/p.yaml
  answer=$(as ubos propose -f /home/ana/p.yaml --json) || { printf '%s\\n' "$answer"; return 1; }
  id=$(jq -r .proposal_id <<<"$answer")
  [[ \${2-} == waits ]] || yes_to "$id" >/dev/null 2>&1
}
is() { [[ $(state) == "$1" ]]; }
state() { as ubos proposals show "$id" --json | jq -r .status; }
# Where set -e is to see that something is so that should not be.
not() { ! "$@"; }
# until_so SECONDS COMMAND...: asks until it holds.
until_so() {
  local end=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do ((SECONDS < end)) || { echo "not so: $*"; return 1; }; sleep 0.2; done
}
ended() { case $(state) in completed | indeterminate | failed | rolled_back | rejected | stale | expired) ;; *) return 1 ;; esac; }
runs() { pgrep -u janus-hands -f "$1"; }
gone() { ! runs "$1"; }
main_of() { systemctl show --property=MainPID --value "$1"; }
# That there is none is no failure.
of_ours() { ps -o user=,pid=,args= -u janus,janus-hands,janus-egress,janus-audit,janus-notifier,janus-cockpit,temporal || true; }
none_of_ours() { [[ -z $(of_ours) ]]; }
# another VERSION [FILE CONTENT]: a release like the one that was installed, in /root/VERSION, but for its version and one file.
another() {
  rm -rf "/root/$1"; cp -r /root/release "/root/$1"; sed -i 's/"version": "[^"]*"/"version": "'"$1"'"/' "/root/$1/package.json"
  [[ $# -eq 1 ]] || printf '%s\\n' "$3" >"/root/$1/$2"
  (cd "/root/$1" && find . -type f ! -name SHA256SUMS -printf '%P\\n' | sort | xargs -d '\\n' sha256sum >SHA256SUMS)
}
yes_to() { as ubos approve "$1" --digest "$(as ubos proposals show "$1" --json | jq -r .digest)"; }
healthy() { as ubos status --exit-code; }
`;
