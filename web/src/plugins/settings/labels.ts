import { isObject, type Json, type JsonObject } from '@berth/plugin-kit/contract/settings.ts';

/** The titles on the way to a setting, as the form shows them: `Proxy › Address`. What has none is called by its key. */
export function labelOf(schema: JsonObject, path: readonly string[]): string {
  let at: Json | undefined = schema;
  return path
    .map((key) => {
      const properties: Json | undefined = isObject(at) ? at['properties'] : undefined;
      at = isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
      const title = isObject(at) ? at['title'] : undefined;
      return typeof title === 'string' && title.trim() !== '' ? title : key;
    })
    .join(' › ');
}
