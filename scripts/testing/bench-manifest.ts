/** What the container of the bench says of itself. */
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';

export const benchManifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'bench',
  name: 'Bench',
  version: '1.0.0',
  access: { required_groups: ['bench-admin'], allow_superuser: true },
  identity: { claims: ['email', 'name', 'groups'] },
  routes: [
    { path: '/socket', methods: ['GET'], stream: 'websocket', limits: { max_concurrent: 10_000 } },
    { path: '/reports/*/lines', methods: ['GET', 'POST'] },
    {
      path: '/**',
      methods: ['GET', 'HEAD', 'POST'],
      limits: { max_body_bytes: 1024 ** 4, max_concurrent: 10_000 },
    },
  ],
};
