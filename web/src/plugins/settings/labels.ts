import { t } from '#words/words.ts';
import type { Field } from './form-plan.types.ts';

/**
 * The titles on the way to a setting, as the form shows them: `Proxy › Address`. What has none is called by
 * its key.
 */
export function labelOf(root: Field, path: readonly string[]): string {
  let at: Field | undefined = root;
  return path
    .map((key) => {
      const isPlace: boolean = at !== undefined && isListed(at);
      at = at && below(at, key);
      if (isPlace) return String(Number(key) + 1);
      return at && at.title !== t('Value') && at.title !== '' ? at.title : key || '…';
    })
    .join(' › ');
}

function below(field: Field, key: string): Field | undefined {
  if (field.kind === 'list') return field.item;
  if (field.kind === 'tuple') return field.places[Number(key)] ?? field.rest ?? undefined;
  if (field.kind === 'shapes' && field.isFree) return { ...field, title: key };
  if (field.kind === 'shapes') return first(field.shapes.map((shape) => below(shape.field, key)));
  if (field.kind === 'map') return { ...field.entry, title: key };
  if (field.kind === 'kinds') return first(field.branches.map((branch) => below(branch.group, key)));
  if (field.kind !== 'group') return undefined;
  const inner = field.conditions.flatMap(({ yes, no }) =>
    [yes, no].map((part) => below({ ...field, ...part, extra: null }, key)),
  );
  return field.members.get(key) ?? first(inner) ?? (field.extra ? { ...field.extra, title: key } : undefined);
}

function isListed(field: Field): boolean {
  if (field.kind === 'shapes') return field.shapes.some((shape) => isListed(shape.field));
  return field.kind === 'list' || field.kind === 'tuple';
}

function first(fields: readonly (Field | undefined)[]): Field | undefined {
  return fields.find((field) => field !== undefined);
}
