/** `capabilities` of a manifest: what is declared, and what no single field can say. */
import { z } from 'zod';
import { absolutePath, foreignSchema, itemId, text } from '../manifest-values.ts';
import type { FieldError } from '../problem.ts';
import { segmentsOf } from '../route-pattern.ts';
import { say } from '../say.ts';
import { jsonObject, optionFaults } from './options.ts';

export const capabilitySpec = z.looseObject({
  kind: itemId.describe(
    '`configuration`, `logs`, `documents` or `identity`; others wait for a newer gateway.',
  ),
  id: itemId.describe('Stays the same between versions: bindings name it.'),
  label: text(80).optional().describe('What people read. Default: the name of the extension.'),
  description: text(300).default(''),
  api_version: z.int().min(1).max(1000).default(1).describe('Of the protocol of the kind.'),
  path: absolutePath
    .optional()
    .describe('Below this the gateway asks it: `POST {path}/{operation}`. Default: `/capabilities/{id}`.'),
  connection: itemId
    .optional()
    .describe('The name of one of `connections`: without it the capability cannot be used.'),
  writable: z.boolean().default(false).describe('`configuration`: keys can be set and deleted.'),
  options_schema: foreignSchema.optional().describe('JSON Schema of the options.'),
  default_options: jsonObject.default({}).describe('Options that bindings override. Never a secret.'),
});

type Declared = {
  capabilities: readonly z.output<typeof capabilitySpec>[];
  /** By name. */
  connections: readonly string[];
  routes: readonly { path: string }[];
  ui?: { entry: string } | undefined;
};

export function capabilityPath({ id, path }: { id: string; path?: string | undefined }): string {
  return (path ?? `/capabilities/${id}`).replace(/\/$/, '');
}

/** @returns what contradicts the rest of the manifest */
export function capabilityFaults({ capabilities, connections, routes, ui }: Declared): FieldError[] {
  return capabilities.flatMap((capability, index) => {
    const at = `/capabilities/${index}`;
    const path = capabilityPath(capability);
    const faults: FieldError[] = optionFaults(capability.default_options, `${at}/default_options`);
    if (capability.connection !== undefined && !connections.includes(capability.connection))
      faults.push({ pointer: `${at}/connection`, detail: 'names none of `connections`' });
    const others = capabilities.slice(0, index);
    if (
      others.some((other) => isWithin(capabilityPath(other), path) || isWithin(path, capabilityPath(other)))
    )
      faults.push({ pointer: `${at}/path`, detail: 'lies within the path of another capability' });
    if (path === '' || path === '/plugin' || path.startsWith('/plugin/') || (ui && isWithin(ui.entry, path)))
      faults.push({ pointer: `${at}/path`, detail: 'must be a folder of its own, not below /plugin' });
    // People would get by a route what a workspace lets others have.
    const route = routes.findIndex((one) => reaches(one.path, path));
    if (route >= 0)
      faults.push({
        pointer: `/routes/${route}/path`,
        detail: say`takes ${path}, where the gateway alone asks the capability "${capability.id}"`,
      });
    return faults;
  });
}

function isWithin(folder: string, path: string): boolean {
  const base = folder.replace(/\/$/, '');
  return path === base || path.startsWith(`${base}/`);
}

/** Whether a route's pattern takes the path or something below it. */
function reaches(pattern: string, path: string): boolean {
  const wanted = partsOf(path);
  for (const [index, part] of partsOf(pattern).entries()) {
    if (part === '**' || index >= wanted.length) return true;
    if (part !== '*' && part !== wanted[index]) return false;
  }
  return partsOf(pattern).length >= wanted.length;
}

function partsOf(path: string): string[] {
  return segmentsOf(path).filter((part) => part !== '');
}
