import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { slowTier, tierIn } from './scripts/test-tiers.ts';

const tier = tierIn(process.env);
/** Of a project's files, those of the tier. */
const ofTier = (include: string, isOurs: (file: string) => boolean) => ({
  include: tier === 'slow' ? slowTier.filter(isOurs) : [include],
  exclude: ['**/node_modules/**', '**/dist/**', ...(tier === 'fast' ? slowTier : [])],
});
const isEndToEnd = (file: string): boolean => file.startsWith('web/e2e/');

/** The long ones begin first, so that no worker waits for one of them at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      /\/e2e\/|\.browser\.test|catastrophes|hazards|floods|memory|scripts\/start/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** The edge's own files run with both switches as they are by default; these are the other three combinations. */
const edgeCombinations = [
  { fastPath: 'off', pool: 'own' },
  { fastPath: 'on', pool: 'undici' },
  { fastPath: 'off', pool: 'undici' },
];

export default defineConfig({
  test: {
    globalSetup: ['scripts/testing/postgres.setup.ts'],
    setupFiles: ['scripts/testing/patience.setup.ts'],
    // What holds at last is waited for; how long that takes is the machine's affair. Tests and hooks end long
    // after.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Most tests wait for processes, sockets and databases; one worker a core would leave the cores idle.
    maxWorkers: Math.max(4, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          ...ofTier(
            '{plugin-kit,gateway,doc-service,web/src,cli,scripts,examples}/**/*.test.{ts,tsx}',
            (file) => !isEndToEnd(file),
          ),
        },
      },
      ...edgeCombinations.map(({ fastPath, pool }) => ({
        extends: true as const,
        test: {
          name: `edge: fast path ${fastPath}, pool ${pool}`,
          include: ['gateway/src/edge/edge.{advisories,failures,hazards,limits,live,wire}.test.ts'],
          env: { BERTH_EDGE_FAST_PATH: fastPath, BERTH_EDGE_POOL: pool },
        },
      })),
      {
        extends: true,
        test: {
          name: 'e2e',
          ...ofTier('web/e2e/**/*.test.ts', isEndToEnd),
          // A browser, a gateway, a service and a database each: more of them than cores only wait for each other.
          maxWorkers: Math.max(2, availableParallelism()),
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
