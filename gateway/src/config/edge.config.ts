/** Whose HTTP readers and writers the edge uses: the operator's answer on the day of an advisory. */
import { z } from 'zod';

export const edgeEnvironment = z.object({
  BERTH_EDGE_FAST_PATH: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      'Whether the gateway reads plain requests to extensions itself. `off`: Node’s HTTP server reads all of them, which costs more CPU for each.',
    ),
  BERTH_EDGE_POOL: z
    .enum(['own', 'undici'])
    .default('own')
    .describe(
      'What writes requests to containers and reads their answers: the gateway itself (`own`) or `undici`, which costs more CPU for each.',
    ),
});

export function edgeConfig(read: z.output<typeof edgeEnvironment>) {
  return {
    edge: { isFastPathOn: read.BERTH_EDGE_FAST_PATH === 'on', transport: read.BERTH_EDGE_POOL },
  };
}
