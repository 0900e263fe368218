#!/usr/bin/env bash
# Installs the agent on this machine in eleven steps. Each looks afterwards whether it did what it says; run again, it changes what differs.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
# shellcheck source=deploy/janus/lib.sh
source "$here/lib.sh"
# shellcheck source=deploy/janus/steps.sh
source "$here/steps.sh"
# shellcheck source=deploy/janus/steps-system.sh
source "$here/steps-system.sh"
# shellcheck source=deploy/janus/upgrade.sh
source "$here/upgrade.sh"

usage() {
  cat <<'WORDS'
usage: sudo ./install_agent.sh [--dry-run] [--prefix FOLDER]

  --dry-run         say what would be done, and change nothing (needs no root)
  --prefix FOLDER   where the program goes (default: /opt/janus)

Exit codes: 0 installed, 1 a step failed, 2 the command line is wrong, 69 something that it needs is missing.
WORDS
}

prefix=/opt/janus
while [[ $# -gt 0 ]]; do
  case $1 in
    --dry-run) dry_run=yes ;;
    --prefix)
      [[ ${2-} == /* ]] || fail "--prefix needs an absolute path, found '${2-}'" './install_agent.sh --prefix /opt/janus' 2
      prefix=${2%/}
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      fail "there is no option $1" './install_agent.sh --help' 2
      ;;
  esac
  shift
done

# step N WORDS FUNCTION: does it, then has it verify itself.
step() {
  say "[$1/11] $2"
  "$3"
  [[ $dry_run == yes ]] || "verify_$3"
}

step 1 'Environment check' check_environment
step 2 'Dependencies' install_dependencies
step 3 'User creation' create_users
step 4 'Directory setup' set_up_directories
step 5 'Runtime environment' set_up_runtime
step 6 'Code deployment' deploy_code
step 7 'Configuration' deploy_configuration
step 8 'Constitutional memory' copy_charter
step 9 'Systemd service' install_units
step 10 'Security' configure_security
step 11 'Verification' verify_installation
if [[ $dry_run == yes ]]; then
  say 'Nothing was changed.'
  exit 0
fi
end_upgrade
if [[ -n $old ]]; then
  say "✓ Janus $(version_of "$prefix/current") is installed and runs; before it was $old. What waited waits on: ubos proposals list"
  exit 0
fi
say "✓ Janus $(version_of "$prefix/current") is installed, in mode alpha. Next:"
say '  sudo nano /etc/janus/agent.yaml        # the name of the vessel, who approves'
say '  sudo systemctl start janus_agentd      # it is enabled: from now on it starts with the machine'
say '  sudo usermod -aG janus-operators NAME  # who may use ubos without root'
say '  ubos status'
