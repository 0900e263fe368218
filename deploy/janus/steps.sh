# shellcheck shell=bash
# The eleven steps of install_agent.sh. A step is a function, and verify_ with its name looks at what it did.

# command:package, what actions and the agent itself need of the distribution.
needed=(bwrap:bubblewrap jq:jq rg:ripgrep python3:python3-minimal perl:perl-base setfacl:acl nft:nftables sudo:sudo curl:curl git:git sqlite3:sqlite3 restic:restic logrotate:logrotate sftp:openssh-client)

version_of() { sed -n '/"version":/{s/.*: "\(.*\)".*/\1/p;q}' "$1/package.json"; }

missing_packages() {
  local each
  for each in "${needed[@]}"; do command -v "${each%%:*}" >/dev/null || printf '%s\n' "${each#*:}"; done
  [[ $(ldconfig -p) == *libstdc++.so.6* ]] || printf 'libstdc++6\n'
}

check_environment() {
  [[ $dry_run == yes || $EUID -eq 0 ]] || fail 'root is needed: accounts, units and /etc are changed' 'sudo ./install_agent.sh'
  local id version
  id=$(os_release ID)
  version=$(os_release VERSION_ID)
  case "$id $version" in
    'ubuntu 24.04' | 'debian 12' | 'debian 13') ;;
    *) fail "this is $id $version: Ubuntu 24.04 and Debian 12 or 13 are supported" 'install it on one of those' 69 ;;
  esac
  [[ $(uname -m) == x86_64 ]] || fail "this machine is $(uname -m): there are releases for x86_64" 'npm run release, on a machine of that kind' 69
  [[ -d /run/systemd/system ]] || fail 'systemd does not run here' 'boot the machine with systemd' 69
  local max
  max=$(cat /proc/sys/user/max_user_namespaces 2>/dev/null || printf 0)
  [[ $max -gt 0 ]] || fail 'user namespaces are switched off: no sandbox can be made' 'sudo sysctl -w user.max_user_namespaces=15000' 69
  local free
  free=$(df --output=avail -k "$(existing_parent "$prefix")" | tail -n 1)
  [[ $free -ge 4194304 ]] || fail "$prefix has $((free / 1024)) MB free, and 4096 are needed" 'make room, or name another --prefix' 69
  check_ports
}

os_release() { sed -n "s/^$1=//p" /etc/os-release | tr -d '"'; }

existing_parent() {
  local path=$1
  while [[ ! -d $path ]]; do path=$(dirname "$path"); done
  printf '%s' "$path"
}

# Ours, or nobody's.
check_ports() {
  systemctl is-active --quiet janus-server 2>/dev/null && return
  local port
  for port in 7233 8233; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      fail "port $port is taken by something else" "ss -ltnp 'sport = :$port', and stop it" 69
    fi
  done
}
verify_check_environment() { :; }

install_dependencies() {
  local packages
  mapfile -t packages < <(missing_packages)
  [[ ${#packages[@]} -gt 0 ]] || return 0
  say "  installing ${packages[*]}"
  run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null ||
    fail "the packages ${packages[*]} could not be installed" "sudo apt-get update && sudo apt-get install ${packages[*]}" 69
}
verify_install_dependencies() {
  local packages
  mapfile -t packages < <(missing_packages)
  [[ ${#packages[@]} -eq 0 ]] || fail "still missing: ${packages[*]}" "sudo apt-get install ${packages[*]}" 69
  [[ ! -u $(command -v bwrap) ]] || fail 'bwrap is setuid: such a one is refused' "sudo chmod u-s $(command -v bwrap)" 69
}

create_users() {
  local name
  for name in "${groups[@]}"; do has_group "$name" || run groupadd --system "$name"; done
  for name in "${accounts[@]}"; do
    has_account "$name" || run useradd --system --user-group --no-create-home --home-dir "$state" --shell /usr/sbin/nologin "$name"
  done
  # Whoever may ask janus-egress for a way out.
  for name in janus janus-hands janus-notifier; do run usermod --append --groups janus-egress "$name"; done
}
verify_create_users() {
  local name
  for name in "${accounts[@]}"; do
    has_account "$name" || fail "there is no account $name" "sudo useradd --system $name"
    [[ $(id -u "$name") -ne 0 ]] || fail "the account $name is root" "look at /etc/passwd"
  done
  for name in "${groups[@]}"; do has_group "$name" || fail "there is no group $name" "sudo groupadd --system $name"; done
}

set_up_directories() {
  folder 0751 janus:janus "$state"
  # What is written into it may be read by operators, by the witness, the notifier and who sends copies of it where its mode lets a group read it, by others where it says so.
  run setfacl -b -m 'g:janus-operators:rx,u:janus-audit:rx,g:janus-notifier:rx,g:janus-cockpit:rx' \
    -m 'd:u::rwx,d:g::rx,d:o::rx,d:g:janus-operators:rx,d:u:janus-audit:rx,d:g:janus-notifier:rx,d:g:janus-cockpit:rx' "$state"
  read_by_others
  folder 0755 root:root "$state/constitutional_memory"
  folder 0755 janus:janus "$state/intel_cache"
  folder 0755 janus:janus "$state/keys"
  folder 0755 janus:janus "$state/policies"
  folder 0700 janus:janus "$state/mind"
  folder 0700 janus:janus "$state/evidence"
  folder 0755 janus-hands:janus-hands "$state/hands"
  folder 0711 janus-hands:janus-hands "$state/workspaces"
  # The brain compares it with the histories each night.
  folder 2750 janus-hands:janus "$state/ledger"
  folder 1755 janus-hands:janus-hands "$state/controls"
  run setfacl -b -m 'g:janus-operators:rwx' -m 'd:u::rwx,d:g::rx,d:o::rx,d:u:janus-hands:rwx,d:u:janus:rx,d:g:janus-operators:rx' "$state/controls"
  folder 1755 janus:janus "$state/vitals"
  # Operators see in it how each process is.
  run setfacl -b -m 'u:janus-hands:rwx,u:janus-notifier:rwx' -m 'd:u::rwx,d:g::rx,d:o::rx,d:g:janus-operators:rx' "$state/vitals"
  folder 0700 janus-notifier:janus-notifier "$state/notifier"
  folder 0755 janus-cockpit:janus-cockpit "$state/cockpit"
  folder 2750 janus-egress:janus-egress "$state/egress"
  folder 0711 janus-egress:janus-egress "$state/workspaces/.egress"
  folder 0755 janus-audit:janus-audit "$state/heads"
  folder 0700 janus-audit:janus-audit "$state/audit"
  folder 0700 temporal:temporal "$state/temporal"
  # The brain asks for a backup in a folder of its own; the rest belongs to whoever makes them.
  folder 0755 root:root "$state/backup"
  folder 0755 janus:janus "$state/backup/ask"
  folder 0700 temporal:temporal "$state/backup/copy"
  folder 0755 root:root "$configuration"
  folder 2770 janus:janus-log "$logs"
  run setfacl -b -m 'u:janus-hands:rwx' "$logs"
  [[ -e $logs/agent.log ]] || put 0660 janus:janus-log "$logs/agent.log" </dev/null
}
# What an older release has written already: the logs, and how far they were told. Their owner says so, and not root, who would follow a link that he laid.
read_by_others() {
  local files
  mapfile -t files < <(find "$state" -maxdepth 1 -type f -user janus \( -name '*.jsonl' -o -name '*.cursor' \) 2>/dev/null)
  [[ ${#files[@]} -eq 0 ]] || run setpriv_as janus setfacl -m g:janus-notifier:r,g:janus-cockpit:r "${files[@]}"
}
verify_set_up_directories() {
  setpriv_as janus test -w "$state" || fail "janus cannot write $state" "namei -l $state"
  setpriv_as janus-hands test -w "$state/workspaces" || fail "janus-hands cannot write $state/workspaces" "namei -l $state/workspaces"
  ! setpriv_as janus-hands test -w "$state" || fail "janus-hands can write $state" "getfacl $state"
  ! setpriv_as janus-notifier test -w "$state" || fail "janus-notifier can write $state" "getfacl $state"
  ! setpriv_as nobody test -r "$state" || fail "anybody can list $state" "chmod o-r $state"
}
setpriv_as() {
  local account=$1
  shift
  setpriv --reuid "$account" --regid "$(id -g "$account")" --init-groups -- "$@"
}

# A release has the programs beside it; a clone makes one first.
set_up_runtime() {
  source_folder=$(cd "$here/../.." && pwd)
  if [[ ! -x $source_folder/bin/node ]]; then
    [[ -f $source_folder/scripts/release.mjs ]] || fail "$source_folder is neither a release nor a clone" 'unpack janus-VERSION-linux-x64.tar.gz and start its deploy/janus/install_agent.sh'
    command -v npm >/dev/null || fail 'this is a clone, and there is no npm to make a release of it' 'take a release: janus-VERSION-linux-x64.tar.gz' 69
    run npm --prefix "$source_folder" run --silent release
    [[ $dry_run == yes ]] || unpack_release
  fi
}
unpack_release() {
  local archive
  archive=$(find "$source_folder/release" -name 'janus-*-linux-x64.tar.gz' -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-)
  unpacked=$(mktemp -d)
  trap 'rm -rf "$unpacked"' EXIT
  tar -xzf "$archive" --strip-components=1 -C "$unpacked"
  source_folder=$unpacked
}
verify_set_up_runtime() {
  (cd "$source_folder" && sha256sum --check --quiet SHA256SUMS) ||
    fail "what lies in $source_folder is not what was released" 'unpack the archive again'
  "$source_folder/bin/node" --version >/dev/null || fail 'its Node does not run here' "ldd $source_folder/bin/node" 69
}

deploy_code() {
  local version target staged
  version=$(version_of "$source_folder")
  target=$prefix/releases/$version
  folder 0755 root:root "$prefix"
  folder 0755 root:root "$prefix/releases"
  if [[ $dry_run == yes ]]; then
    say "  would copy: $source_folder to $target, and name it $prefix/current"
    ! is_upgrade "$source_folder" || say "  would wait for what runs, stop janus_agentd, and start it when all is done"
    return
  fi
  staged=$target
  if ! cmp -s "$source_folder/SHA256SUMS" "$target/SHA256SUMS" || ! (cd "$target" && sha256sum --check --status SHA256SUMS); then
    staged=$prefix/releases/.new
    rm -rf "$staged"
    cp -r --no-preserve=ownership,timestamps "$source_folder" "$staged"
    chmod -R u=rwX,go=rX "$staged"
  fi
  begin_upgrade "$staged"
  if [[ $staged != "$target" ]]; then
    set_aside "$target"
    mv "$staged" "$target"
  fi
  ln -sfn "$target" "$prefix/.current"
  mv -fT "$prefix/.current" "$prefix/current"
  ln -sfn "$prefix/current/bin/ubos" /usr/local/bin/ubos
}
verify_deploy_code() {
  setpriv_as nobody /usr/local/bin/ubos version >/dev/null || fail 'ubos does not run' "$prefix/current/bin/ubos version"
}
