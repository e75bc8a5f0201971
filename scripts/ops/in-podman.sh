#!/bin/bash
# Runs a command where compose.yaml can be brought up for real without a Docker engine: podman behind Docker's API, in a network,
# mount and process world of its own that ends with the command. Nothing of the machine's network is touched.
#
#   bash scripts/ops/in-podman.sh bash scripts/ops/try-compose.sh
#
# Wants root on Debian with: podman runc netavark aardvark-dns catatonit buildah iptables debootstrap, the docker client and its
# compose plugin (2.24 or later). The base images are stand-ins made by debootstrap, of the same Debian and the same Node: they
# prove the Dockerfile's steps, users, paths and limits, not the published images.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
export LAB=${BERTH_LAB:-/var/tmp/berth-lab}
version=$(node -p "require('$root/package.json').version")
mkdir -p "$LAB/networks"

cat >"$LAB/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[network]
network_backend = "netavark"
network_config_dir = "$LAB/networks"
CONF
storage() { printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/store"\nrunroot = "%s"\n' "$LAB" "$1"; }
storage "$LAB/run" >"$LAB/storage-build.conf"
storage /run/ctr >"$LAB/storage.conf"
export CONTAINERS_CONF=$LAB/containers.conf CONTAINERS_STORAGE_CONF=$LAB/storage-build.conf

has() { podman image exists "$1"; }
build() {
  podman build --pull=never --format docker --network host \
    -v /etc/ssl/certs/ca-certificates.crt:/etc/ssl/certs/ca-certificates.crt:ro \
    --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$@"
}

hub=docker.io/library
if ! has $hub/node:24-bookworm-slim; then
  fs=$LAB/fs
  [ -e "$fs/etc/debian_version" ] || debootstrap --variant=minbase --include=ca-certificates,libstdc++6 bookworm "$fs"
  cp "$root/node_modules/node/bin/node" "$fs/usr/local/bin/node"
  mkdir -p "$fs/usr/local/lib/node_modules"
  cp -a "$(npm root -g)/npm" "$fs/usr/local/lib/node_modules/"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$fs/usr/local/bin/npm"
  chroot "$fs" sh -c 'id node >/dev/null 2>&1 || { groupadd -g 1000 node && useradd -u 1000 -g node -m node; }'
  tar -C "$fs" -c . | podman import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - $hub/node:24-bookworm-slim
fi
if ! has localhost/berth-lab/nginx; then
  build -t localhost/berth-lab/nginx -f - "$LAB/networks" <<'FILE'
FROM node:24-bookworm-slim
RUN groupadd -r -g 101 nginx && useradd -r -u 101 -g nginx nginx \
 && apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/*
FILE
fi
if ! has localhost/berth-lab/postgres; then
  # What compose.yaml relies on of the real one: uid 999, scripts of the first start, the volume's place.
  build -t localhost/berth-lab/postgres -f - "$LAB/networks" <<'FILE'
FROM node:24-bookworm-slim
RUN groupadd -r -g 999 postgres && useradd -r -u 999 -g postgres -d /var/lib/postgresql postgres \
 && apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql-15 && rm -rf /var/lib/apt/lists/* /var/lib/postgresql \
 && install -d -o 999 -g 999 -m 1777 /var/lib/postgresql
ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/15/docker
RUN printf '%s\n' '#!/bin/bash' 'set -e' 'if [ ! -s "$PGDATA/PG_VERSION" ]; then' \
  'initdb -U postgres --pwfile=<(printf %s "$POSTGRES_PASSWORD") $POSTGRES_INITDB_ARGS' \
  'echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"' \
  'pg_ctl -w -o "-c listen_addresses=" start' 'bash /docker-entrypoint-initdb.d/databases.sh' 'pg_ctl -w stop' 'fi' \
  'exec postgres -c "listen_addresses=*"' >/entry && chmod 755 /entry
ENTRYPOINT ["/entry"]
FILE
fi
for service in gateway doc-service; do
  [ -n "${BERTH_LAB_KEEP_IMAGES:-}" ] && has "localhost/berth-lab/$service:$version" && continue
  build --target "$service" -t "localhost/berth-lab/$service:$version" "$root"
done

export NGINX_IMAGE=localhost/berth-lab/nginx POSTGRES_IMAGE=localhost/berth-lab/postgres
export BERTH_GATEWAY_IMAGE=localhost/berth-lab/gateway:$version BERTH_DOC_SERVICE_IMAGE=localhost/berth-lab/doc-service:$version
export BERTH_TRY_BUILD=0 CONTAINERS_STORAGE_CONF=$LAB/storage.conf DOCKER_HOST=unix:///run/podman.sock

exec unshare --net --mount --pid --fork --kill-child --mount-proc -- catatonit -- bash -c '
  set -e
  mount -t tmpfs tmpfs /run
  mkdir -p /run/lock /run/netns /run/containers
  umount /sys/fs/cgroup/unified 2>/dev/null || true
  mount -t tmpfs tmpfs /dev/shm
  ip link set lo up
  printf "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n" >/run/resolv.conf
  mount --bind /run/resolv.conf /etc/resolv.conf
  podman rm -fa >/dev/null 2>&1 || true
  podman volume prune -f >/dev/null 2>&1 || true
  podman system service --time=0 "$DOCKER_HOST" >"$LAB/podman.log" 2>&1 &
  # podman leaves health checks to systemd; here nobody else asks.
  while :; do
    for id in $(podman ps -q --filter status=running 2>/dev/null); do timeout 10 podman healthcheck run "$id" >/dev/null 2>&1 || true; done
    sleep 1
  done &
  until [ -S /run/podman.sock ]; do sleep 0.1; done
  "$@"' in-podman "$@"
