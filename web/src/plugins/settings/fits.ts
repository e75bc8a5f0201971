/**
 * Whether the control of a field can show a value as it is. What it cannot show is edited as JSON, and
 * nothing is lost.
 */
import { ExactNumber, isNumber } from '@berth/plugin-kit/contract/exact-json.ts';
import { branchOf } from './branch-of.ts';
import { Entries, isGroup, isSettled, type Slot, Unready } from './draft.ts';
import type { Field } from './form-plan.types.ts';

export function fits(field: Field, value: Slot): boolean {
  if (value === undefined) return true;
  // Whatever a secret is, it is typed unseen.
  if (field.kind === 'secret') return true;
  if (value === null)
    return (
      field.isNullable ||
      field.kind === 'choice' ||
      field.kind === 'json' ||
      (field.kind === 'shapes' && field.isFree === true)
    );
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' || value instanceof Unready;
    case 'number':
      return (isSettled(value) && isNumber(value)) || value instanceof Unready;
    case 'toggle':
      return typeof value === 'boolean';
    case 'choice':
      return isScalar(value) || value instanceof Unready;
    case 'multi':
      return (
        Array.isArray(value) && value.every(isScalar) && new Set(value.map(String)).size === value.length
      );
    case 'list':
    case 'tuple':
      return Array.isArray(value);
    case 'map':
      return isGroup(value) || value instanceof Entries;
    case 'group':
      return isGroup(value);
    case 'kinds':
      return (
        value instanceof Unready ||
        (isGroup(value) && (branchOf(field, value) !== null || Object.keys(value).length === 0))
      );
    case 'shapes':
      return field.shapes.some((shape) => fits(shape.field, value));
    case 'json':
      return true;
  }
}

function isScalar(value: Slot): boolean {
  return value === null || typeof value !== 'object' || value instanceof ExactNumber;
}
