#!/bin/sh
# A certificate for trying Berth out, signed by nobody: browsers will warn. Existing files stay.
#
#   sh nginx/self-signed.sh [FOLDER] [NAME …]      default: nginx/tls, localhost
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/tls}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- localhost

if [ -e "$folder/privkey.pem" ] || [ -e "$folder/fullchain.pem" ]; then
  echo "There is a certificate in $folder already; it stays."
  exit 0
fi

names="IP:127.0.0.1"
for name in "$@"; do names="$names,DNS:$name"; done

mkdir -p "$folder"
chmod 755 "$folder"
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj "/CN=$1" \
  -addext "subjectAltName=$names" -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null
chmod 644 "$folder/fullchain.pem"
# nginx runs as uid 101 in its container. Where the owner cannot be changed, the key of this trial may be read by all.
chown 101:101 "$folder/privkey.pem" 2>/dev/null || chmod 644 "$folder/privkey.pem"
echo "Made $folder/fullchain.pem and privkey.pem for $*, good for 90 days."
