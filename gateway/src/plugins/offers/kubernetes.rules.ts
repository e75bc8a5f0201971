/**
 * The objects of Kubernetes that run an entry of a catalogue: as little of the cluster as the compose service
 * has of its machine.
 */
import { stringify } from 'yaml';
import type { CatalogueEntry } from './catalogue-document.rules.ts';

type Variables = Readonly<Record<string, string>>;
export type KubernetesObject = {
  apiVersion: 'v1' | 'apps/v1';
  kind: 'PersistentVolumeClaim' | 'Service' | 'Deployment';
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: object;
};

type EnvVar = {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string; optional: boolean } };
};

/** Where containers reach the gateway: the name of its Service in the same namespace. */
const gateway = 'http://gateway';
const volumeSize = '1Gi';

/** @returns them in the order in which they are made */
export function kubernetesObjects(
  entry: CatalogueEntry,
  variables: Variables,
  namespace: string,
): KubernetesObject[] {
  const { id, port } = entry;
  const labels = { 'app.kubernetes.io/name': id, 'app.kubernetes.io/managed-by': 'berth' };
  const named = (name: string) => ({ name, namespace, labels });
  const volumes = entry.volumes.map(({ name, path }) => ({ name, path, claim: `${id}-${name}` }));
  const claims = volumes.map(({ claim }): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: named(claim),
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: volumeSize } } },
  }));
  return [
    ...claims,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: named(id),
      spec: { selector: labels, ports: [{ name: 'http', port, targetPort: port, protocol: 'TCP' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: named(id),
      spec: {
        replicas: 1,
        // A volume is one Pod's: the new one waits for the old one to go.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            // Else Kubernetes tells it the address of every Service, in variables that may be its own.
            enableServiceLinks: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1000,
              fsGroup: 1000,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [containerOf(entry, variables, volumes)],
            volumes: [
              { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
              ...volumes.map(({ name, claim }) => ({
                name: `data-${name}`,
                persistentVolumeClaim: { claimName: claim },
              })),
            ],
          },
        },
      },
    },
  ];
}

function containerOf(
  { id, image, command, port, ...entry }: CatalogueEntry,
  variables: Variables,
  volumes: readonly { name: string; path: string }[],
) {
  return {
    name: id,
    // An entry that is built from source has no image: it is pushed to a registry first.
    image: image ?? `registry.example/${id}:latest`,
    ...(command === undefined ? {} : { args: command }),
    env: [
      { name: 'PORT', value: String(port) },
      { name: 'HOST', value: '0.0.0.0' },
      { name: 'BERTH_GATEWAY_URL', value: `${gateway}:8000` },
      { name: 'BERTH_INTERNAL_URL', value: `${gateway}:8010` },
      ...entry.variables.flatMap(({ name, default: otherwise, ...variable }): EnvVar[] => {
        if (variable.is_secret)
          return [
            {
              name,
              valueFrom: { secretKeyRef: { name: id, key: name, optional: !variable.is_required } },
            },
          ];
        const value = variables[name] ?? otherwise;
        return value === undefined || value === '' ? [] : [{ name, value: escaped(value) }];
      }),
    ],
    ports: [{ name: 'http', containerPort: port }],
    readinessProbe: { httpGet: { path: '/health', port } },
    resources: { limits: { memory: '512Mi' }, requests: { memory: '128Mi', cpu: '50m' } },
    securityContext: {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      ...volumes.map(({ name, path }) => ({ name: `data-${name}`, mountPath: path })),
    ],
  };
}

/** To be applied by hand. */
export function kubernetesSnippet(entry: CatalogueEntry, variables: Variables, namespace: string): string {
  return kubernetesObjects(entry, variables, namespace)
    .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}

/** Kubernetes reads `$(NAME)` as the value of another variable: what a person typed is meant as it is. */
function escaped(value: string): string {
  return value.replaceAll('$(', '$$$$(');
}
