/** What is said of changes to settings: their names, and their values without what is secret. */
import type { Json, JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { maskSecrets, secretMask } from '@berth/plugin-kit/contract/settings.ts';
import { type Conflict, valueAt, withValue } from './changes.ts';
import type { Field } from './form-plan.types.ts';
import { labelOf } from './labels.ts';

type Path = readonly string[];
type At = { path: Path };

export type ChangeWords = ReturnType<typeof changeWordsOf>;

/** @param root of the form's plan */
export function changeWordsOf(schema: JsonObject, root: Field) {
  const nameAt = (path: Path): string => labelOf(root, path);
  /** Secrets inside of lists are masked too, typed ones like kept ones. */
  const masked = (path: Path, shown: Json | undefined): Json | undefined =>
    shown === undefined ? undefined : valueAt(maskSecrets(schema, withValue({}, path, shown)), path);
  return {
    nameAt,
    nameOf: ({ path }: At): string => nameAt(path),
    isSecret: ({ path }: At): boolean => {
      // Ask the one function that knows what is secret: does it mask a value that stands here?
      const probe = withValue({}, path, 'x');
      return valueAt(maskSecrets(schema, probe), path) === secretMask;
    },
    maskedChange: <C extends At & { before: Json | undefined; after: Json | undefined }>(change: C) => ({
      ...change,
      before: masked(change.path, change.before),
      after: masked(change.path, change.after),
    }),
    maskedConflict: (one: Conflict): Conflict => ({
      ...one,
      mine: masked(one.path, one.mine),
      theirs: masked(one.path, one.theirs),
    }),
  };
}
