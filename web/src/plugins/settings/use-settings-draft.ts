/** The draft of settings: what is stored, what is under the person's hands, and what is wrong with it. */
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import { changesBetween, withUnready } from './changes.ts';
import { type Draft, settle } from './draft.ts';
import { check } from './form-errors.ts';
import type { Loaded, SettingsSource } from './settings-load.ts';

export type Stored = Pick<Loaded, 'settings' | 'etag'>;
export type SettingsDraft = ReturnType<typeof useSettingsDraft>;

/** @param form where the keyboard goes on after a save, and where fields to mend are */
export function useSettingsDraft(
  source: SettingsSource,
  { schema, settings, etag }: Loaded,
  form: RefObject<HTMLElement | null>,
) {
  const [stored, setStored] = useState<Stored>({ settings, etag });
  const [draft, setDraft] = useState<Draft>(settings);
  const latest = useRef(draft);
  const shape = useRef<JsonObject | null>(null);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [message, setMessage] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const [round, setRound] = useState(0);
  const base = stored.settings;
  const { value, unready } = useMemo(() => settle(draft), [draft]);
  const changes = useMemo(
    () => withUnready(changesBetween(base, value), unready, base),
    [base, value, unready],
  );

  const faultsOf = useCallback(
    (next: Draft): readonly FieldError[] => {
      const settled = settle(next);
      const unreadyAt = new Set(settled.unready.map(({ pointer }) => pointer));
      return [
        ...settled.unready,
        ...check(shape.current ?? schema, base, settled.value).filter(
          ({ pointer }) => !unreadyAt.has(pointer),
        ),
      ];
    },
    [schema, base],
  );
  // What was said of the shape that was left is not true of this one.
  const noteShape = useCallback(
    (chosen: JsonObject | null) => {
      shape.current = chosen;
      setErrors((shown) => (shown.length > 0 ? faultsOf(latest.current) : shown));
    },
    [faultsOf],
  );
  const put = useCallback((next: Draft) => {
    latest.current = next;
    setDraft(next);
    setMessage(null);
  }, []);
  // The same function for as long as nothing was saved: fields that did not change are not drawn again.
  const edit = useCallback(
    (change: (old: Draft) => Draft) => {
      const next = change(latest.current);
      put(next);
      setErrors((shown) => (shown.length > 0 ? faultsOf(next) : shown));
    },
    [faultsOf, put],
  );
  /** Fields keep small states of their own (a secret being replaced): they begin anew. */
  const beginAnew = () => setRound((count) => count + 1);

  return {
    stored,
    draft,
    value,
    changes,
    errors,
    message,
    search,
    round,
    live: useLive(source, latest, setErrors),
    faultsOf,
    noteShape,
    edit,
    setSearch,
    setErrors,
    setMessage,
    /** From outside of the fields, and into the form alone: it is reviewed and saved like any change. */
    takeOver: (settings: JsonObject) => {
      edit(() => settings);
      beginAnew();
    },
    adopt: (fresh: Stored, newDraft: JsonObject) => {
      setStored(fresh);
      put(newDraft);
      setErrors([]);
      beginAnew();
      // The button that was used goes away with the save bar; the keyboard goes on from the form.
      form.current?.focus({ preventScroll: true });
    },
    showErrors: (found: readonly FieldError[]) => {
      setSearch('');
      setErrors(found);
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-mend]')?.focus(),
      );
    },
  };
}

/** What a check of the container found wrong is shown at its fields. */
function useLive(
  source: SettingsSource,
  latest: RefObject<Draft>,
  setErrors: (errors: readonly FieldError[]) => void,
) {
  return useMemo(() => {
    const made = source.live?.(() => settle(latest.current).value) ?? null;
    const ask = made?.check;
    if (!made || !ask) return made;
    const check = async (path: string) => {
      const verdict = await ask(path);
      setErrors(verdict.errors);
      return verdict;
    };
    return { ...made, check };
  }, [source, latest, setErrors]);
}
