/** The settings of one extension under a person's hands: edited, checked, and only what changed is sent. */
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { type Json, type JsonObject, parseJson } from '@berth/plugin-kit/contract/exact-json.ts';
import { changeBetween } from '@berth/plugin-kit/contract/json-patch.ts';
import { maskSecrets, secretMask } from '@berth/plugin-kit/contract/settings.ts';
import { Alert, Anchor, Button, Group, TextInput } from '@mantine/core';
import IconHistory from '@tabler/icons-react/dist/esm/icons/IconHistory.mjs';
import IconLock from '@tabler/icons-react/dist/esm/icons/IconLock.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useBlocker } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { ApiError, request } from '#api/client.ts';
import { tell } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import {
  changesBetween,
  type Conflict,
  mergeThree,
  pathOf,
  valueAt,
  withUnready,
  withValue,
} from './changes.ts';
import { ConflictDialog } from './conflict.tsx';
import { type Draft, settle } from './draft.ts';
import { check } from './form-errors.ts';
import { SettingsHistory } from './history.tsx';
import type { PastChange } from './history.types.ts';
import { labelOf } from './labels.ts';
import { LeaveDialog } from './leave-dialog.tsx';
import { planForm } from './form-plan.ts';
import { countIn } from './form-search.ts';
import { SaveBar } from './save-bar.tsx';
import { SettingsForm } from './settings-form.tsx';

import { SettingsMenu } from './settings-menu.tsx';
import type { Loaded, SettingsSource } from './settings-load.ts';
import styles from './settings-editor.module.css';
import pageStyles from '#shell/page.module.css';

type SettingsEditorProps = {
  source: SettingsSource;
  loaded: Loaded;
  onSaved?: () => void;
  children?: React.ReactNode;
};

/** @param props `children` stand above the form */
export function SettingsEditor({ source, loaded, onSaved, children }: SettingsEditorProps) {
  const { schema, ui } = loaded;
  const plan = useMemo(() => planForm(schema, ui), [schema, ui]);
  const [base, setBase] = useState(loaded.settings);
  const [etag, setEtag] = useState(loaded.etag);
  const [draft, setDraft] = useState<Draft>(loaded.settings);
  const latest = useRef(draft);
  const shape = useRef<JsonObject | null>(null);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [message, setMessage] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [search, setSearch] = useState('');
  const [rival, setRival] = useState<{
    settings: JsonObject;
    etag: string | null;
    merged: JsonObject;
    conflicts: Conflict[];
  } | null>(null);
  const [round, setRound] = useState(0);
  const [isHistoryOpen, setHistoryOpen] = useState(false);
  const form = useRef<HTMLDivElement>(null);
  const { value, unready } = useMemo(() => settle(draft), [draft]);
  const changes = useMemo(
    () => withUnready(changesBetween(base, value), unready, base),
    [base, value, unready],
  );
  const { isReadOnly } = source;
  const hasIndex = plan.sections.length > 2 && !plan.shapes;
  const isLong = useMemo(() => countIn(plan.root, 8) > 8, [plan]);
  const guard = useBlocker({
    // An action of the palette opens on this very page, and what is typed stays.
    shouldBlockFn: ({ current, next }) =>
      current.pathname !== next.pathname && changes.length > 0 && !isSaving,
    enableBeforeUnload: () => changes.length > 0,
    withResolver: true,
  });

  const isSecret = ({ path }: { path: readonly string[] }) => {
    // Ask the one function that knows what is secret: does it mask a value that stands here?
    const probe = withValue({}, path, 'x');
    return valueAt(maskSecrets(schema, probe), path) === secretMask;
  };
  const nameOf = ({ path }: { path: readonly string[] }) => labelOf(plan.root, path);
  /** For showing: secrets inside of lists are masked too, typed ones like kept ones. */
  const masked = (path: readonly string[], shown: Json | undefined) =>
    shown === undefined ? undefined : valueAt(maskSecrets(schema, withValue({}, path, shown)), path);
  const put = (next: Draft) => {
    latest.current = next;
    setDraft(next);
  };
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
  // The same function for as long as nothing was saved: fields that did not change are not drawn again.
  const edit = useCallback(
    (change: (old: Draft) => Draft) => {
      const next = change(latest.current);
      latest.current = next;
      setDraft(next);
      setMessage(null);
      setErrors((shown) => (shown.length > 0 ? faultsOf(next) : shown));
    },
    [faultsOf],
  );
  const adopt = (settings: JsonObject, newEtag: string | null, newDraft: JsonObject) => {
    setBase(settings);
    setEtag(newEtag);
    put(newDraft);
    setErrors([]);
    setMessage(null);
    // Fields keep small states of their own (a secret being replaced): they begin anew.
    setRound((count) => count + 1);
    // The button that was used goes away with the save bar; the keyboard goes on from the form.
    form.current?.focus({ preventScroll: true });
  };
  const showErrors = (found: readonly FieldError[]) => {
    setSearch('');
    setErrors(found);
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-mend]')?.focus(),
    );
  };
  const save = async () => {
    const found = faultsOf(draft);
    if (found.length > 0) return showErrors(found);
    setSaving(true);
    try {
      const { type, body } = changeBetween(base, value);
      const headers = { 'content-type': type, ...(etag ? { 'if-match': etag } : {}) };
      const answer = await request<JsonObject>(source.path, {
        method: 'PATCH',
        body,
        headers,
        parse: parseJson,
      });
      adopt(answer.data, answer.etag, answer.data);
      tell(t('Settings saved'));
      onSaved?.();
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) await meet();
      else if (error instanceof ApiError && error.errors.length > 0) {
        showErrors(error.errors);
        setMessage(
          error.errors.some((item) => item.pointer === '' || item.pointer === '/') ? error.message : null,
        );
      } else {
        setErrors([]);
        setMessage(error instanceof Error ? error.message : t('Nothing was saved.'));
      }
    } finally {
      setSaving(false);
    }
  };
  const meet = async () => {
    try {
      const { settings, etag: theirEtag } = await source.load();
      setRival({ settings, etag: theirEtag, ...mergeThree(base, value, settings) });
    } catch (error) {
      setMessage(
        error instanceof Error ? error.message : t('Another person saved meanwhile. Nothing was changed.'),
      );
    }
  };
  /** Into the form alone: it is reviewed and saved like any change. */
  const putBack = (past: readonly PastChange[]) => {
    edit(() =>
      past.reduce((settings, { pointer, before }) => withValue(settings, pathOf(pointer), before), value),
    );
    setRound((count) => count + 1);
    setHistoryOpen(false);
  };
  const putAll = (settings: JsonObject) => {
    edit(() => settings);
    setRound((count) => count + 1);
    setHistoryOpen(false);
  };
  const live = useMemo(() => {
    const made = source.live?.(() => settle(latest.current).value) ?? null;
    const ask = made?.check;
    if (!made || !ask) return made;
    const check = async (path: string) => {
      const verdict = await ask(path);
      setErrors(verdict.errors);
      return verdict;
    };
    return { ...made, check };
  }, [source]);
  const choose = (mine: ReadonlySet<string>) => {
    if (!rival) return;
    const chosen = rival.conflicts.filter((conflict) => mine.has(conflict.pointer));
    const next = chosen.reduce(
      (settings, conflict) => withValue(settings, conflict.path, conflict.mine),
      rival.merged,
    );
    adopt(rival.settings, rival.etag, next);
    setRival(null);
  };

  return (
    <div className={pageStyles['page']} style={{ maxWidth: hasIndex ? 1080 : 820 }}>
      {isReadOnly ? (
        <Alert
          color="gray"
          variant="light"
          icon={<IconLock size={18} />}
          mb="lg"
          title={t('You can look, not change')}
        >
          {t('Changing the settings of {name} needs a right that you do not have.', { name: source.name })}
        </Alert>
      ) : null}
      {children}
      <Group mb="lg" gap="sm" justify={isLong ? 'space-between' : 'flex-end'}>
        {isLong ? (
          <TextInput
            w={{ base: '100%', xs: 340 }}
            aria-label={t('Search the settings')}
            placeholder={t('Search the settings')}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        ) : null}
        <Group gap={4} ml="auto">
          {source.historyPath === null ? null : (
            <Button
              variant="subtle"
              leftSection={<IconHistory size={16} aria-hidden />}
              onClick={() => setHistoryOpen(true)}
              aria-haspopup="dialog"
            >
              {t('History')}
            </Button>
          )}
          <SettingsMenu
            id={source.id}
            {...{ schema, plan, isReadOnly, isSecret }}
            present={base}
            nameOf={(path) => labelOf(plan.root, path)}
            onPut={putAll}
          />
        </Group>
      </Group>
      <div className={styles['grid']} data-index={hasIndex || undefined}>
        <div ref={form} tabIndex={-1} style={{ outline: 'none' }}>
          <SettingsForm
            key={round}
            plan={plan}
            schema={schema}
            value={draft}
            errors={errors}
            search={search}
            isReadOnly={isReadOnly}
            live={live}
            onShape={noteShape}
            onChange={edit}
          />
          <SaveBar
            changes={changes.map((change) => ({
              ...change,
              before: masked(change.path, change.before),
              after: masked(change.path, change.after),
            }))}
            isSecret={isSecret}
            nameOf={nameOf}
            isSaving={isSaving}
            fieldsToMend={new Set(errors.map((item) => item.pointer)).size}
            message={message}
            onDiscard={() => adopt(base, etag, base)}
            onSave={() => void save()}
          />
        </div>
        {hasIndex ? (
          <nav className={styles['index']} aria-label={t('Sections')}>
            {plan.sections.map((section) => (
              <Anchor
                key={section.id}
                href={`#${section.id}`}
                underline="never"
                onClick={(event) => {
                  event.preventDefault();
                  document.querySelector(`#${section.id}`)?.scrollIntoView({ behavior: 'smooth' });
                }}
              >
                {section.title}
              </Anchor>
            ))}
          </nav>
        ) : null}
      </div>
      {isHistoryOpen && source.historyPath !== null ? (
        <SettingsHistory
          path={source.historyPath}
          present={base}
          isSecret={isSecret}
          onRestoreAll={isReadOnly ? null : putAll}
          nameOf={(path) => labelOf(plan.root, path)}
          onRestore={isReadOnly ? null : putBack}
          onClose={() => setHistoryOpen(false)}
        />
      ) : null}
      {rival ? (
        <ConflictDialog
          conflicts={rival.conflicts.map((one) => ({
            ...one,
            mine: masked(one.path, one.mine),
            theirs: masked(one.path, one.theirs),
          }))}
          isSecret={isSecret}
          nameOf={nameOf}
          onChoose={choose}
          onClose={() => setRival(null)}
        />
      ) : null}
      {guard.status === 'blocked' ? (
        <LeaveDialog count={changes.length} onStay={guard.reset} onLeave={guard.proceed} />
      ) : null}
    </div>
  );
}
