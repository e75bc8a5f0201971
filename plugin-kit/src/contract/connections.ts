/** What a container is told of the connections that its manifest asks for: `GET /internal/connections`. */
import { z } from 'zod';

/** With the value `true`: the call is refused (409) where the connection leads outside of the operator's network. */
export const localOnlyHeader = 'x-berth-local-only';

export const connectionState = z.object({
  name: z.string(),
  kind: z.string(),
  /** `false`: no superuser has given it a connection yet. */
  is_bound: z.boolean(),
  /** What is sent stays inside the operator's own network. */
  is_local: z.boolean(),
  /** Which model answers, where the kind has one. */
  model: z.string().nullable(),
});
export type ConnectionState = z.output<typeof connectionState>;

export const connectionStates = z.object({ items: z.array(connectionState).max(16) });
