# What every script of this folder begins with: the notification, its words, and the settings. docs/notifications.md
# shellcheck shell=bash disable=SC2034 # title, body and urgent are for those who read this
set -euo pipefail

fail() {
  printf '%s\n' "$1" >&2
  exit 2
}
for program in jq "${programs[@]:-}"; do
  [[ -z $program ]] || command -v "$program" >/dev/null || fail "$program is not installed, or not in $PATH"
done
notification=${1-}
[[ $(jq 'type == "object" and has("event")' 2>/dev/null <<<"$notification") == true ]] || fail 'the argument is no notification: try ubos notify test'

settings=$(dirname "$0")/notify.env
[[ -e $settings ]] || settings=/etc/janus/notify.env
# NAME: its value in the settings, or nothing. They are read, never run.
setting() {
  [[ ! -e $settings ]] || [[ -r $settings ]] || fail "$settings cannot be read by $(id -un)"
  [[ ! -e $settings ]] || sed -n "s/^$1=//p" "$settings" | tail -n 1 | tr -d '\r'
}
# NAME MEANING: its value, which has to be there.
need() {
  local value
  value=$(setting "$1")
  [[ -n $value ]] || fail "$1 is missing in $settings: $2"
  printf '%s' "$value"
}
# KEY: what the notification says there, or nothing.
field() { jq -r --arg key "$1" '.[$key] // ""' <<<"$notification"; }

title=$(jq -r '"\(.vessel_id): \(.event)" + if .action_type == "" then "" else " \(.action_type) (\(.risk_level))" end' <<<"$notification")
# A decision can be made only where one is asked for.
body=$(jq -r '[.summary, if .expires_at then "until \(.expires_at)" else empty end, if .digest_words then "digest \(.digest_words)" else empty end,
  .review_command, if .event | IN("requested", "previewed", "reminder", "escalation", "extended") then .approve_command, .reject_command else empty end]
  | map(select(. != "")) | join("\n")' <<<"$notification")
# Somebody has to look now: a high risk, or what holds or harms the vessel.
case $(field risk_level)/$(field event) in
  high/* | */emergency_stop | */vessel_paused | */constitutional_violation | */watchdog_violation | */rollback_failed | */audit_*) urgent=yes ;;
  *) urgent=no ;;
esac
