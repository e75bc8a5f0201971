/** What a container is told of the connections that its manifest asks for: `GET /internal/connections`. */
import { z } from 'zod';

/** With the value `true`: the call is refused (409) where the connection leads outside of the operator's network. */
export const localOnlyHeader = 'x-berth-local-only';

/**
 * What a call of a language model used, on every answer that came whole, as JSON. A stream says it in
 * `berth_usage` of the event that holds `usage`.
 */
export const usageHeader = 'x-berth-usage';

export const callUsage = z.object({
  input_tokens: z.int().nonnegative(),
  output_tokens: z.int().nonnegative(),
  /** The provider did not say its tokens: they are guessed by the length of the text. */
  is_estimate: z.boolean(),
  /** `null`: the connection has no price. */
  cost: z.number().nonnegative().nullable(),
  /** Of the cost: three letters such as EUR. */
  currency: z.string().regex(/^[A-Z]{3}$/),
});
export type CallUsage = z.output<typeof callUsage>;

/** @returns `null` where the answer does not say */
export function usageIn(headers: Headers): CallUsage | null {
  try {
    return callUsage.parse(JSON.parse(headers.get(usageHeader) ?? ''));
  } catch {
    return null;
  }
}

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
