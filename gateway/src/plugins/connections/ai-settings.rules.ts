/** `/api/settings/ai`: the one connection for language models, in flat words. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { secretMask, type ConnectionOptions } from '@berth/plugin-kit/contract/wire/connections.ts';
import { z } from 'zod';
import { optionsForm, secretForm } from './connections.rules.ts';
import type { Binding, Connection } from './connections.types.ts';

/** What is absent stays as it is. */
export const aiForm = z.strictObject({
  provider: z.enum(['openai', 'azure', 'anthropic']).optional(),
  url: z.string().max(500).optional(),
  model: z.string().max(200).optional(),
  embedding_model: z.string().max(200).nullable().optional(),
  api_version: z.string().max(40).optional(),
  is_local: z.boolean().optional(),
  api_key: secretForm.optional(),
  limits: z.record(z.string(), z.unknown()).optional(),
  price: z.record(z.string(), z.unknown()).optional(),
});

type Change = Omit<z.output<typeof aiForm>, 'api_key'>;

/** @throws Problem 422 naming each wrong field */
export function aiOptions(before: ConnectionOptions | null, change: Change): ConnectionOptions {
  const provider = change.provider ?? before?.provider ?? 'openai';
  const isSame = provider === before?.provider;
  const wanted = {
    ...(isSame ? before : { is_local: before?.is_local ?? false, model: before?.model, url: before?.url }),
    ...present(change),
    provider,
    limits: { ...before?.limits, ...change.limits },
    price: { ...before?.price, ...change.price },
  };
  const read = optionsForm.safeParse(withoutNull(wanted));
  if (read.success) return read.data;
  throw new Problem('invalid', {
    errors: read.error.issues.map(({ path, message }) => ({
      pointer: `/${path.join('/')}`,
      detail: message,
    })),
  });
}

export function aiWire(connection: Connection | null, bindings: readonly Binding[]) {
  const options = connection?.options;
  return {
    configured: connection !== null,
    connection_id: connection?.id ?? null,
    provider: options?.provider ?? null,
    url: options?.url ?? null,
    model: options?.model ?? null,
    embedding_model: options?.embedding_model ?? null,
    api_version: options?.api_version ?? null,
    is_local: options?.is_local ?? false,
    api_key: connection?.secret ? secretMask : null,
    limits: options?.limits ?? null,
    price: options?.price ?? null,
    used_by: bindings
      .filter(({ connectionId }) => connectionId === connection?.id)
      .map(({ pluginId, name }) => ({ plugin_id: pluginId, name })),
  };
}

function present(change: Change): Partial<Change> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** `null` takes a field away. */
function withoutNull(options: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== null && value !== undefined),
  );
}
