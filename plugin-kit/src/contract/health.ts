/** What `GET /health` of a container says. */
import { z } from 'zod';

export const healthAnswer = z.looseObject({
  status: z.enum(['ok', 'degraded']),
  detail: z.string().max(500).optional(),
  checks: z.record(z.string(), z.unknown()).optional(),
});

export type HealthAnswer = z.output<typeof healthAnswer>;
