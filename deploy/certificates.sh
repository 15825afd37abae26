#!/usr/bin/env bash
# Makes what compose.yaml needs and no repository may hold, in deploy/secrets: an authority of its own, a certificate for
# each server, the members' key file, passwords. What is there is kept; delete deploy/secrets to begin anew.
#
#   deploy/certificates.sh [name of the site, localhost without one]
set -euo pipefail
site=${1:-localhost}
secrets=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/secrets
[[ $site =~ ^[A-Za-z0-9.-]+$ ]] || { echo "no name of a site: $site" >&2; exit 2; }
[[ ! -e $secrets/portal.env ]] || { echo "$secrets is there and is kept."; exit 0; }
umask 077
mkdir -p "$secrets"
cd "$secrets"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=StrokeCare private authority' \
  -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' -keyout ca.key -out ca.crt 2>/dev/null

certificate() { # file, names
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 825 -out "$1.crt" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$2") 2>/dev/null
  rm "$1.csr"
}
certificate mongo 'DNS:mongo1,DNS:mongo2,DNS:mongo3'
certificate postgres 'DNS:postgres'
certificate proxy "DNS:$site"
cat mongo.crt mongo.key >mongo.pem
cat proxy.crt proxy.key >proxy.pem

password() { openssl rand -hex 24; }
openssl rand -base64 756 >keyfile
postgres=$(password) portal=$(password)
printf '%s' "$postgres" >postgres-password
printf 'MONGO_ADMIN_PASSWORD=%s\nMONGO_PORTAL_PASSWORD=%s\n' "$(password)" "$portal" >mongo.env
# Last: with this file all of it is there.
printf 'DATABASE_URL=postgresql://strokecare:%s@postgres/strokecare?sslmode=verify-full&sslrootcert=/usr/local/share/ca-certificates/strokecare.crt\nMONGO_URI=mongodb://portal:%s@mongo1,mongo2,mongo3/?replicaSet=rs0&authSource=admin&tls=true\n' \
  "$postgres" "$portal" >portal.env
# The containers' own users read the authority's certificate.
chmod 0644 ca.crt
echo "Made in $secrets. Keep ca.key elsewhere: no server needs it."
