#!/bin/bash
# Brings compose.yaml up for real, as an operator would, and looks whether what it promises is so. Opt-in: it takes minutes.
#
#   bash scripts/ops/try-compose.sh                                   on a machine with Docker
#   bash scripts/ops/in-podman.sh bash scripts/ops/try-compose.sh     on one without
#
# Leaves nothing behind: containers, volumes and networks of the project berth-try go at the end.
set -euo pipefail

cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
https=${BERTH_TRY_PORT:-18443}
url=https://localhost:$https
passed=0
failed=0

secret() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
compose() { docker compose -p berth-try --env-file "$scratch/env" "$@"; }
finish() {
  if [ "$failed" -gt 0 ] || [ "$passed" -eq 0 ]; then compose logs --tail 30 2>&1 | tail -120 || true; fi
  compose down -t 5 -v >/dev/null 2>&1 || true
  rm -rf "$scratch"
}
trap finish EXIT

check() { # what is promised, then a command that succeeds when it is so
  local promise=$1
  shift
  if "$@" >"$scratch/said" 2>&1; then
    passed=$((passed + 1))
    echo "  ok    $promise"
  else
    failed=$((failed + 1))
    echo "  FAIL  $promise"
    sed 's/^/        /' "$scratch/said" | tail -5
  fi
}
not() { ! "$@"; }
within() { # seconds, command
  local until=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $until ] || return 1
    sleep 0.3
  done
}
ask() { curl -sS --cacert "$scratch/tls/fullchain.pem" -b "$scratch/cookies" -c "$scratch/cookies" --max-time 20 "$@"; }
status() { ask -o "$scratch/body" -w '%{http_code}' "$@"; }
answers() { # status, curl's arguments
  local wanted=$1 got
  shift
  got=$(status "$@")
  [ "$got" = "$wanted" ] || { echo "answered $got: $(head -c 300 "$scratch/body")"; return 1; }
}
inside() { # service, javascript
  compose exec -T "$1" node -e "$2"
}
post() { printf '%s' "$2" | status -H 'content-type: application/json' -H "origin: $url" --data-binary @- "$url$1"; }
documents=$url/api/plugins/doc-service/app/documents

mkdir -p "$scratch/watch" "$scratch/config" "$scratch/acme"
chmod 755 "$scratch" "$scratch/watch" "$scratch/config" "$scratch/acme"
sh nginx/self-signed.sh "$scratch/tls" localhost
node scripts/ops/one-page-pdf.mjs "berth compose trial" >"$scratch/watch/trial.pdf"
chmod 644 "$scratch/watch/trial.pdf"
cat >"$scratch/env" <<ENV
BERTH_PUBLIC_URL=$url
BERTH_WATCH_DIR=$scratch/watch
POSTGRES_PASSWORD=$(secret)
BERTH_DB_PASSWORD=$(secret)
BERTH_DOCUMENTS_DB_PASSWORD=$(secret)
BERTH_HTTP_PORT=127.0.0.1:${BERTH_TRY_HTTP_PORT:-18080}
BERTH_HTTPS_PORT=127.0.0.1:$https
BERTH_TLS_DIR=$scratch/tls
BERTH_ACME_DIR=$scratch/acme
BERTH_CONFIG_DIR=$scratch/config
BERTH_FRONT_PREFIX=172.31.78
ENV

echo 'Before the start'
check 'without passwords nothing starts' not docker compose --env-file .env.example config -q

echo 'Starting'
[ "${BERTH_TRY_BUILD:-1}" = 0 ] || compose build
started=$SECONDS
compose up -d --no-build --wait --wait-timeout 240
echo "  up in $((SECONDS - started)) s"

echo 'The way in'
check 'HTTP/2 over TLS reaches the gateway' [ "$(ask -o /dev/null -w '%{http_code} %{http_version}' "$url/health/ready")" = '200 2' ]
check 'plain HTTP is sent to HTTPS' answers 308 "http://localhost:${BERTH_TRY_HTTP_PORT:-18080}/"
check 'the page is served' answers 200 "$url/"
check 'hazard P12: under a name that is not ours nothing is' answers 421 -H 'Host: rebound.example' "$url/"
check 'nginx does not tell its version' not grep -qi '^server: nginx/' <(ask -I "$url/")
token=$(compose logs --no-log-prefix gateway | sed -n 's/.*#token=\([A-Za-z0-9_-]*\).*/\1/p' | tail -1)
check 'the first account is made with the token of the log' [ "$(post /api/auth/setup "{\"token\":\"$token\",\"email\":\"ann@example.org\",\"password\":\"Correct-Horse-7\"}")" = 201 ]
: >"$scratch/cookies"
check 'signing in works' [ "$(post /api/auth/session '{"email":"ann@example.org","password":"Correct-Horse-7"}')" = 200 ]
check 'and opens with a cookie for this host alone' grep -q __Host-berth_session "$scratch/cookies"
check 'doc-service answers through all of it' within 60 answers 200 "$documents"
check 'the PDF of the watched folder becomes searchable' within 60 eval "answers 200 '$documents?q=trial' && grep -q '\"searchable\"' '$scratch/body'"

echo 'Walls'
for service in gateway doc-service; do
  check "$service: no root, no capability, no new privileges" inside "$service" '
    const status = require("fs").readFileSync("/proc/self/status", "utf8");
    if (process.getuid() !== 1000 || !/^CapEff:\s+0+$/m.test(status) || !/^CapBnd:\s+0+$/m.test(status) || !/^NoNewPrivs:\s+1$/m.test(status)) throw new Error(status);'
  check "$service: its root cannot be written" inside "$service" '
    for (const path of ["/app/x", "/etc/x", "/x"]) { try { require("fs").writeFileSync(path, ""); } catch (error) { if (error.code === "EROFS") continue; throw error; } throw new Error(path); }'
done
check 'doc-service: the watched folder cannot be written' inside doc-service 'try { require("fs").writeFileSync("/watch/x", ""); } catch (error) { process.exit(error.code === "EROFS" ? 0 : 1); } process.exit(1)'
check 'gateway: the keys are closed to others and cannot be written' inside gateway '
  const fs = require("fs"), dir = "/var/lib/berth/keys";
  for (const name of fs.readdirSync(dir)) if ((fs.statSync(dir + "/" + name).mode & 0o077) !== 0) throw new Error(name);
  try { fs.writeFileSync(dir + "/x", ""); } catch (error) { process.exit(error.code === "EROFS" ? 0 : 1); } process.exit(1)'
check 'hazard H8: doc-service publishes no port' not compose port doc-service 8001
check 'hazard H8: nor does the gateway' not compose port gateway 8000
check 'hazard H8: nor does postgres' not compose port postgres 5432
default_route='require("fs").readFileSync("/proc/net/route", "utf8").split("\n").slice(1).some((line) => line.split("\t")[1] === "00000000")'
check 'doc-service has no route out' inside doc-service "process.exit($default_route ? 1 : 0)"
check 'the gateway has one (mail, single sign-on)' inside gateway "process.exit($default_route ? 0 : 1)"
check 'doc-service cannot reach nginx' inside doc-service '
  const socket = require("net").connect({ host: "172.31.78.2", port: 443, timeout: 3000 });
  socket.on("connect", () => process.exit(1)).on("error", () => process.exit(0)).on("timeout", () => process.exit(0));'
check 'nginx does not even know the name doc-service' not compose exec -T nginx getent hosts doc-service
check 'nginx: uid 101, no capability' compose exec -T nginx sh -c '[ "$(id -u)" = 101 ] && grep -q "^CapEff:.*0000000000000000$" /proc/self/status'
check 'nobody reads the database of the other' inside doc-service '
  const { Client } = require("pg");
  const client = new Client({ connectionString: process.env.DOC_DATABASE_URL.replace(/berth_documents$/, "berth") });
  client.connect().then(() => process.exit(1), (error) => process.exit(error.code === "42501" ? 0 : 1));'

echo 'When something dies'
compose kill doc-service >/dev/null 2>&1
check 'doc-service dead: 503' within 30 answers 503 "$documents"
check 'and the gateway answers as ever' answers 200 "$url/api/users/me"
compose start doc-service >/dev/null 2>&1
check 'doc-service back: 200' within 90 answers 200 "$documents"
compose kill gateway >/dev/null 2>&1
check 'gateway dead: nginx says 503, when to come back' eval "answers 503 '$url/api/users/me' && grep -q 'starting or being upgraded' '$scratch/body'"
compose up -d --no-build --no-deps --force-recreate --wait gateway >/dev/null 2>&1
check 'a new gateway container: found at once, still signed in' within 10 answers 200 "$url/api/users/me"
check 'and doc-service with it' within 60 answers 200 "$documents"

echo 'What an operator does'
check 'the audit is whole' compose exec -T gateway node cli/src/berth.ts audit verify
check 'a way back in' compose exec -T -e BERTH_DATA=/tmp gateway node cli/src/berth.ts reset-admin
password=$(compose exec -T gateway sh -c 'cat /tmp/new-credentials-*' | sed -n 's/^password: //p' || true)
check 'with a password that works' [ "$(post /api/auth/session "{\"email\":\"ann@example.org\",\"password\":\"$password\"}")" = 200 ]
check 'both databases can be dumped' eval '(for name in berth berth_documents; do compose exec -T postgres pg_dump -U postgres -Fc "$name" >"$scratch/$name.dump" && grep -qa ^PGDMP "$scratch/$name.dump" || exit 1; done)'
check 'new keys beside the old: still signed in' eval "compose run --rm keys node cli/src/berth.ts keys /var/lib/berth/keys --rotate && answers 200 '$url/api/users/me'"

printf '\n%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
