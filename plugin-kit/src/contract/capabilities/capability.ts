/**
 * What a container is asked of a capability that its manifest declares: `POST {path}/{operation}`, with the
 * body `{context, input}`. The gateway alone asks; the header below never comes from a person.
 */
import { z } from 'zod';
import { jsonObject } from './options.ts';

export const capabilityKinds = ['configuration', 'logs', 'documents', 'identity'] as const;
export type CapabilityKind = (typeof capabilityKinds)[number];

/** The versions of the protocols that this gateway speaks. */
export const servedCapabilityVersions: readonly number[] = [1];

/** Holds the id of the capability. The gateway strips every `x-berth-…` that a person sends. */
export const capabilityHeader = 'x-berth-capability';

/** The place that the gateway asks for; the assertion says which person asks. */
export const capabilityContext = z.object({
  org: z.string(),
  workspace: z.object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    type: z.string().nullable(),
  }),
  /** As the caller chose it, such as `production`. */
  environment: z.string().nullable(),
  capability: z.string(),
  /** Capability, then workspace type, then workspace, the later one winning. */
  options: jsonObject,
});
export type CapabilityContext = z.output<typeof capabilityContext>;

export function isCapabilityKind(kind: string): kind is CapabilityKind {
  return capabilityKinds.some((known) => known === kind);
}
