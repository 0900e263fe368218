# shellcheck shell=bash
# Certificates and tokens, made by openssl. Two authorities: who has a client certificate reaches the frontend, which asks for a token besides; the ports
# between the server's own services ask for none, so no certificate of a client may open them.

year=365

# authority NAME WORDS
authority() {
  [[ ! -e $cluster/tls/$1.key ]] || return 0
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days $((10 * year)) -subj "/CN=$2" \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -keyout "$cluster/tls/$1.key" -out "$cluster/tls/$1.crt" 2>/dev/null
}

# certificate AUTHORITY FILE SUBJECT USE NAMES DAYS
certificate() {
  local file=$2
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days "$6" -subj "/CN=$3" \
    -CA "$cluster/tls/$1.crt" -CAkey "$cluster/tls/$1.key" \
    -addext 'basicConstraints=critical,CA:FALSE' -addext "extendedKeyUsage=$4" -addext "subjectAltName=$5" \
    -keyout "$file.key" -out "$file.crt" 2>/dev/null
}

base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
# The public half tells which key it is.
key_id() { openssl pkey -in "$cluster/tokens/token.key" -pubout -outform DER | openssl dgst -sha256 -r | cut -c1-16; }

write_key_set() {
  local hex
  hex=$(openssl rsa -in "$cluster/tokens/token.key" -noout -modulus | sed 's/^Modulus=//')
  printf '{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"%s","e":"AQAB","n":"%s"}]}\n' \
    "$(key_id)" "$(printf '%b' "$(printf '%s' "$hex" | sed 's/../\\x&/g')" | base64url)" | put "$cluster/tokens/jwks.json"
}

# Makes what is missing, and the server's two certificates anew: they last a year.
make_keys() {
  needs openssl
  load_settings
  local address="DNS:$NAME"
  [[ ! $NAME =~ ^[0-9.]+$ && $NAME != *:* ]] || address=IP:$NAME
  mkdir -p "$cluster/tls" "$cluster/tokens"
  authority client-ca 'Temporal clients'
  authority internode-ca 'Temporal between its services'
  certificate client-ca "$cluster/tls/frontend" "$NAME" serverAuth "$address" $year
  certificate internode-ca "$cluster/tls/internode" internode serverAuth,clientAuth DNS:internode $year
  [[ -e $cluster/tokens/token.key ]] || openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out "$cluster/tokens/token.key" 2>/dev/null
  write_key_set
  hand_over
  say "✓ keys and certificates are in $cluster; the server's last $year days. Keep client-ca.key, internode-ca.key and token.key where no vessel runs"
}

# token SUBJECT SECONDS PERMISSION...: a JWT as the server's own claim mapper reads it.
token() {
  local subject=$1 seconds=$2 now head body permission list=''
  shift 2
  for permission in "$@"; do list+=${list:+,}\"$permission\"; done
  now=$(date +%s)
  head=$(printf '{"alg":"RS256","typ":"JWT","kid":"%s"}' "$(key_id)" | base64url)
  body=$(printf '{"sub":"%s","iat":%d,"exp":%d,"permissions":[%s]}' "$subject" "$now" $((now + seconds)) "$list" | base64url)
  printf '%s.%s.%s\n' "$head" "$body" "$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -sign "$cluster/tokens/token.key" | base64url)"
}

# write_profile FOLDER ADDRESS NAMESPACE TOKEN: what temporal, ubos and the workers read, next to the files that it names.
write_profile() {
  local folder=$1
  put "$folder/temporal.toml" <<TOML
[profile.default]
address = "$2"
namespace = "$3"
api_key = "$4"

[profile.default.tls]
server_name = "$NAME"
server_ca_cert_path = "$folder/ca.crt"
client_cert_path = "$folder/client.crt"
client_key_path = "$folder/client.key"
TOML
}

# make_client NAME SECONDS PERMISSION...: a folder to be brought to who is meant: certificate (of whole days), token, profile.
make_client() {
  local name=$1 seconds=$2 folder=$cluster/clients/$1
  shift 2
  needs openssl
  load_settings
  [[ -e $cluster/tls/client-ca.key && -e $cluster/tokens/token.key ]] || fail "there are no keys in $cluster" "$0 keys"
  mkdir -p "$folder"
  certificate client-ca "$folder/client" "$name" clientAuth "DNS:$name" $(((seconds + 86399) / 86400))
  cp "$cluster/tls/client-ca.crt" "$folder/ca.crt"
  write_profile "$folder" "$NAME:$FRONTEND_PORT" "${1%%:*}" "$(token "$name" "$seconds" "$@")"
}
