/** Adds an entry to the text of `services.yaml`. Comments, order and all other entries stay as they are. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { isMap, isScalar, parseDocument, type Document } from 'yaml';
import type { Approving } from '#plugins/registry/approving.types.ts';
import { readServicesYaml } from './sources.rules.ts';

export type NewService = { id: string; url: string; approve: Approving; ca?: string | undefined };
export type ServicesEdit =
  | { ok: true; text: string }
  | { ok: false; reason: 'unreadable' | 'taken' | 'missing' | 'stale'; detail: string };

/** @param text `null` where there is no file yet */
export function withService(text: string | null, service: NewService): ServicesEdit {
  const document = parseDocument(text ?? '', { merge: false, schema: 'core' });
  const { isWhole, services, unread, problems } = readServicesYaml(text ?? '');
  if (!isWhole || document.errors.length > 0)
    return {
      ok: false,
      reason: 'unreadable',
      detail: say`services.yaml must be mended first: ${problems[0] ?? 'it is not YAML'}`,
    };
  if (services.some(({ id }) => id === service.id) || unread.includes(service.id))
    return { ok: false, reason: 'taken', detail: say`services.yaml has an entry "${service.id}" already` };
  insert(document, service);
  const edited = document.toString({ lineWidth: 0 });
  return { ok: true, text: edited };
}

/** The entry alone, for people who write the file by hand. */
export function serviceSnippet(service: NewService): string {
  const edit = withService(null, service);
  return edit.ok ? edit.text : '';
}

function insert(document: Document, { id, url, approve, ca }: NewService): void {
  const value = approve === 'auto' && ca === undefined ? url : { url, approve, ...(ca ? { ca } : {}) };
  const top = document.contents;
  if (!isMap(top)) {
    document.contents = document.createNode({ services: { [id]: value } });
    return;
  }
  const list = top.get('services', true);
  // `services:` with nothing below it, or with a comment alone, reads as an empty value.
  if (list === undefined || (isScalar(list) && list.value === null))
    document.set('services', document.createNode({ [id]: value }));
  else if (isMap(list) && list.items.length === 0)
    // `services: {}`: one entry a line, where comments can stand.
    document.set('services', document.createNode({ [id]: value }));
  else document.setIn(['services', id], document.createNode(value));
}
