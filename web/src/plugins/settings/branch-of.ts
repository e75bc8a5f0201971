import { memberOf, type Slot } from './draft.ts';
import type { KindsField } from './form-plan.types.ts';

/** The kind that a value names itself to be. */
export function branchOf(field: KindsField, value: Slot) {
  const tag = memberOf(value, field.discriminator);
  return field.branches.find((branch) => branch.tag === tag) ?? null;
}
