/**
 * The questions about capabilities. Only what reads is asked; a connection that is not set up leaves answers
 * out.
 */
import {
  capabilityHeader,
  isCapabilityKind,
  type CapabilityKind,
} from '../contract/capabilities/capability.ts';
import { capabilityPath } from '../contract/capabilities/capability-spec.ts';
import { fillVariables, type OptionsObject } from '../contract/capabilities/options.ts';
import { configurationProtocol } from '../contract/capabilities/configuration.ts';
import { documentsProtocol } from '../contract/capabilities/documents.ts';
import { identityProtocol } from '../contract/capabilities/identity.ts';
import { logsProtocol } from '../contract/capabilities/logs.ts';
import type { CapabilitySpec, Manifest } from '../contract/manifest.ts';
import { excerpt, jsonOf, note, seen, type Answer, type Ask, type Finding } from './asking.ts';

type Reading = { operation: string; input: unknown; answer: { safeParse: (value: unknown) => Parsed } };
type Parsed = {
  success: boolean;
  error?: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } | undefined;
};

const page = { query: '', limit: 5, cursor: null };

function readingsOf(kind: CapabilityKind, now: number): Reading[] {
  const hour = 3_600_000;
  const range = { from: new Date(now - hour).toISOString(), to: new Date(now).toISOString() };
  const ofKind: Record<CapabilityKind, Reading[]> = {
    configuration: [{ operation: 'keys', input: {}, answer: configurationProtocol.keys.answer }],
    logs: [
      { operation: 'search', input: { ...page, ...range, filters: [] }, answer: logsProtocol.search.answer },
      { operation: 'schema', input: {}, answer: logsProtocol.schema.answer },
    ],
    documents: [{ operation: 'search', input: page, answer: documentsProtocol.search.answer }],
    identity: [{ operation: 'people', input: page, answer: identityProtocol.people.answer }],
  };
  return ofKind[kind];
}

/** @param known asks with an assertion for this container @param ask asks without one */
export async function askCapabilities(
  { ask, known }: { ask: Ask; known: Ask },
  manifest: Manifest,
  findings: Finding[],
  now: number,
): Promise<void> {
  for (const spec of manifest.capabilities) {
    const { id, kind } = spec;
    note(
      findings,
      `Is the kind of the capability "${id}" one that a gateway knows?`,
      isCapabilityKind(kind),
      kind,
      'Use configuration, logs, documents or identity; another kind waits for a newer gateway.',
    );
    if (!isCapabilityKind(kind)) continue;
    for (const reading of readingsOf(kind, now)) await askReading({ ask, known }, spec, reading, findings);
  }
}

async function askReading(
  { ask, known }: { ask: Ask; known: Ask },
  spec: CapabilitySpec,
  { operation, input, answer }: Reading,
  findings: Finding[],
): Promise<void> {
  const path = `${capabilityPath(spec)}/${operation}`;
  const workspace = { id: '00000000-0000-4000-8000-000000000002', slug: 'conformance', name: 'Conformance' };
  const context = {
    org: 'default',
    workspace: { ...workspace, type: null },
    environment: null,
    capability: spec.id,
    options: filled(spec.default_options),
  };
  const headers = { 'content-type': 'application/json', [capabilityHeader]: spec.id };
  const body = JSON.stringify({ context, input });
  const stranger = await ask(path, { method: 'POST', headers, body });
  note(
    findings,
    `Is POST ${path} refused without an assertion?`,
    stranger?.status === 401 || stranger?.status === 403,
    seen(stranger),
    'Verify x-berth-assertion and answer 401 without it.',
  );
  const person = await known(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  note(
    findings,
    `Is POST ${path} refused without ${capabilityHeader}?`,
    person !== null && person.status >= 400 && person.status < 500,
    seen(person),
    'The gateway alone sends this header: without it a person asks, past the permissions of the workspace.',
  );
  const found = await known(path, { method: 'POST', headers, body });
  const isSetUp = found?.status !== 503;
  note(
    findings,
    `Is POST ${path} answered in the form of the kind "${spec.kind}"?`,
    !isSetUp || faultOf(found, answer) === null,
    isSetUp ? (faultOf(found, answer) ?? 'as it should be') : 'not set up (503): left out',
    'Answer 200 with what plugin-kit/src/contract/capabilities says of the kind.',
  );
}

function filled(options: OptionsObject): OptionsObject {
  const values = { org_slug: 'default', workspace_slug: 'conformance', workspace_id: 'conformance' };
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, fillVariables(value, values)]),
  );
}

function faultOf(found: Answer | null, answer: Reading['answer']): string | null {
  if (found?.status !== 200) return `${seen(found)} ${excerpt(found?.text ?? '')}`;
  const read = answer.safeParse(jsonOf(found));
  if (read.success) return null;
  const [issue] = read.error?.issues ?? [];
  return `${issue?.path.map((part) => `/${String(part)}`).join('') ?? ''}: ${issue?.message ?? ''}`;
}
