/** Lists, changes and removes entries of `services.yaml`. Comments and all other entries stay as they are. */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { isMap, isScalar, parseDocument, type Document, type Node, type YAMLMap } from 'yaml';
import type { Approving } from '#plugins/registry/approving.types.ts';
import type { ServicesEdit } from './services-edit.rules.ts';
import { readServicesYaml } from './sources.rules.ts';

export type ListedEntry = { id: string; url: string; approve: Approving; caFile: string | null };

/** Those that can be read, in the order of the file. */
export function entriesOf(text: string | null): ListedEntry[] {
  return readServicesYaml(text ?? '').services.map(({ id, origin, approving, caFile = null }) => ({
    id,
    url: origin,
    approve: approving,
    caFile,
  }));
}

export function withoutService(text: string | null, id: string): ServicesEdit {
  return edited(text, id, ({ document, list }) => {
    // A comment above the first entry is the list's own for the library: that of the next one stays there.
    list.delete(id);
    return document;
  });
}

/** What is said over TLS stays: an authority goes only where the address is no `https:` any more. */
export function withChangedService(
  text: string | null,
  id: string,
  { url, approve }: Pick<ListedEntry, 'url' | 'approve'>,
): ServicesEdit {
  return edited(text, id, ({ document, list }) => {
    const present = list.get(id, true);
    if (isMap(present)) {
      setScalar(document, present, 'url', url);
      if (approve !== 'auto' || present.has('approve')) setScalar(document, present, 'approve', approve);
      if (!url.startsWith('https:')) present.delete('ca');
    } else if (approve === 'auto' && isScalar(present)) present.value = url;
    else {
      const made: Node = document.createNode({ url, approve });
      if (isScalar(present) && present.comment !== undefined) made.commentBefore = present.comment;
      list.set(id, made);
    }
    return document;
  });
}

type Place = { document: Document; list: YAMLMap };

function edited(text: string | null, id: string, edit: (place: Place) => Document): ServicesEdit {
  const document: Document = parseDocument(text ?? '', { merge: false, schema: 'core' });
  const { isWhole, problems } = readServicesYaml(text ?? '');
  if (!isWhole || document.errors.length > 0)
    return {
      ok: false,
      reason: 'unreadable',
      detail: say`services.yaml must be mended first: ${problems[0] ?? 'it is not YAML'}`,
    };
  const list = document.get('services', true);
  if (!isMap(list) || !list.has(id))
    return { ok: false, reason: 'missing', detail: say`services.yaml has no entry "${id}".` };
  return { ok: true, text: edit({ document, list }).toString({ lineWidth: 0 }) };
}

/** In place, so that a comment beside the value stays. */
function setScalar(document: Document, map: YAMLMap, key: string, value: string): void {
  const present = map.get(key, true);
  if (isScalar(present)) present.value = value;
  else map.set(key, document.createNode(value));
}
