/** What a form asks of the container while it is open: choices of the moment, and whether a draft works. */
import { type JsonObject, stringifyJson } from '@berth/plugin-kit/contract/exact-json.ts';
import type { Choice } from '@berth/plugin-kit/contract/live.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { request } from '#api/client.ts';

export type LiveChoices = { items: Choice[]; has_more: boolean };
export type Verdict = { ok: boolean; message: string; errors: FieldError[] };

export type LiveForm = {
  /** Tells one form's answers from another's. */
  key: string;
  choices: (path: string, q: string, signal: AbortSignal) => Promise<LiveChoices>;
  /** `null`: nothing can be checked here. Errors also go to their fields. */
  check: ((path: string) => Promise<Verdict>) | null;
};

export async function fetchChoices(
  pluginId: string,
  actionId: string | null,
  asked: { path: string; q: string; signal: AbortSignal },
): Promise<LiveChoices> {
  const query = new URLSearchParams({ from: asked.path, q: asked.q });
  if (actionId !== null) query.set('action', actionId);
  const path = `/api/plugins/${encodeURIComponent(pluginId)}/choices?${query.toString()}`;
  return (await request<LiveChoices>(path, { signal: asked.signal })).data;
}

export async function askCheck(pluginId: string, path: string, settings: JsonObject): Promise<Verdict> {
  const url = `/api/plugins/${encodeURIComponent(pluginId)}/settings/check`;
  // Exact numbers leave as they were written.
  const body: unknown = JSON.parse(stringifyJson({ path, settings }));
  return (await request<Verdict>(url, { method: 'POST', body })).data;
}
