# Two images from one file: `--target gateway` and `--target doc-service`. Neither has a build tool or a package manager's
# cache in it, both run as uid 1000, and neither writes anywhere but in its volumes.

ARG NODE_IMAGE=node:24-bookworm-slim

# ── What package-lock.json says of each server, without development's part ──────────────────────────────────────────────
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY plugin-kit/package.json plugin-kit/
COPY gateway/package.json gateway/
COPY doc-service/package.json doc-service/
COPY web/package.json web/
COPY cli/package.json cli/
COPY doc-service/ui/package.json doc-service/ui/
COPY scripts/nothing/package.json scripts/nothing/
COPY scripts/testing/package.json scripts/testing/
COPY scripts/bench/package.json scripts/bench/

FROM packages AS gateway-packages
RUN npm ci --ignore-scripts --omit=dev --workspace gateway --workspace plugin-kit --workspace cli

FROM packages AS doc-service-packages
RUN npm ci --ignore-scripts --omit=dev --workspace doc-service --workspace plugin-kit

# ── What is generated: database clients and pages ───────────────────────────────────────────────────────────────────────
FROM packages AS made
RUN npm ci --ignore-scripts
COPY . .
RUN node --input-type=module -e "import { prepare } from './scripts/start/prepare.ts'; await prepare(console.log)"

# ── gateway ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
FROM ${NODE_IMAGE} AS gateway
# The last: memory that a burst needed goes back to the machine.
ENV NODE_ENV=production BERTH_HOST=0.0.0.0 BERTH_PORT=8000 BERTH_DATA=/var/lib/berth MALLOC_TRIM_THRESHOLD_=131072
WORKDIR /app
COPY --from=gateway-packages /app ./
COPY --from=made /app/plugin-kit/src ./plugin-kit/src
COPY --from=made /app/gateway/src ./gateway/src
COPY --from=made /app/web/dist ./web/dist
COPY --from=made /app/prisma/gateway/migrations ./prisma/gateway/migrations
# Keys, a way back in for the owner, the check of the audit.
COPY --from=made /app/cli ./cli
COPY --from=made /app/scripts ./scripts
# An empty volume takes over the owner of the folder that it is mounted on.
RUN install -d -o 1000 -g 1000 -m 700 /var/lib/berth /var/lib/berth/keys
USER 1000:1000
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.BERTH_PORT + '/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=32", "gateway/src/main.ts"]

# ── doc-service ─────────────────────────────────────────────────────────────────────────────────────────────────────────
FROM ${NODE_IMAGE} AS doc-service
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8001 BERTH_WATCH_DIR=/watch BERTH_VAULT_DIR=/var/lib/berth-documents/vault
WORKDIR /app
COPY --from=doc-service-packages /app ./
COPY --from=made /app/plugin-kit/src ./plugin-kit/src
COPY --from=made /app/plugin-kit/frame.js ./plugin-kit/
COPY --from=made /app/doc-service/src ./doc-service/src
COPY --from=made /app/doc-service/ui/dist ./doc-service/ui/dist
COPY --from=made /app/prisma/doc-service/migrations ./prisma/doc-service/migrations
RUN install -d -o 1000 -g 1000 -m 700 /var/lib/berth-documents /var/lib/berth-documents/vault && install -d /watch
USER 1000:1000
EXPOSE 8001
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "doc-service/src/main.ts"]

# ── The containers of examples/, for the catalogue's entries that name them ─────────────────────────────────────────────
FROM ${NODE_IMAGE} AS examples
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=doc-service-packages /app ./
COPY --from=made /app/plugin-kit/src ./plugin-kit/src
COPY --from=made /app/plugin-kit/frame.js ./plugin-kit/
COPY --from=made /app/examples ./examples
RUN install -d -o 1000 -g 1000 -m 700 /data
USER 1000:1000
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "examples/hello/hello.ts"]
