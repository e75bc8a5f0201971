/** The settings of one extension under a person's hands: edited, checked, and only what changed is sent. */
import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { changeWordsOf } from './change-words.ts';
import { pathOf, withValue } from './changes.ts';
import { ConflictDialog } from './conflict.tsx';
import { EditorBar, ReadOnlyNotice, SectionIndex } from './editor-bar.tsx';
import { planForm } from './form-plan.ts';
import { countIn } from './form-search.ts';
import { SettingsHistory } from './history.tsx';
import type { PastChange } from './history.types.ts';
import { LeaveDialog } from './leave-dialog.tsx';
import { SaveBar } from './save-bar.tsx';
import { SettingsForm } from './settings-form.tsx';
import type { Loaded, SettingsSource } from './settings-load.ts';
import { SettingsMenu } from './settings-menu.tsx';
import { useSaving } from './use-saving.ts';
import { useSettingsDraft } from './use-settings-draft.ts';
import pageStyles from '#shell/page.module.css';
import styles from './settings-editor.module.css';

type SettingsEditorProps = {
  source: SettingsSource;
  loaded: Loaded;
  onSaved?: () => void;
  children?: ReactNode;
};

/** @param props `children` stand above the form */
export function SettingsEditor({ source, loaded, onSaved, children }: SettingsEditorProps) {
  const { schema, ui } = loaded;
  const { isReadOnly, historyPath } = source;
  const plan = useMemo(() => planForm(schema, ui), [schema, ui]);
  const words = useMemo(() => changeWordsOf(schema, plan.root), [schema, plan]);
  const form = useRef<HTMLDivElement>(null);
  const draft = useSettingsDraft(source, loaded, form);
  const { stored, changes, errors } = draft;
  const saving = useSaving(source, draft, onSaved);
  const [isHistoryOpen, setHistoryOpen] = useState(false);
  const hasIndex = plan.sections.length > 2 && !plan.shapes;
  const isLong = useMemo(() => countIn(plan.root, 8) > 8, [plan]);
  const guard = useBlocker({
    // An action of the palette opens on this very page, and what is typed stays.
    shouldBlockFn: ({ current, next }) =>
      current.pathname !== next.pathname && changes.length > 0 && !saving.isSaving,
    enableBeforeUnload: () => changes.length > 0,
    withResolver: true,
  });
  const putAll: typeof draft.takeOver = (settings) => {
    draft.takeOver(settings);
    setHistoryOpen(false);
  };
  const putBack = (past: readonly PastChange[]) =>
    putAll(
      past.reduce(
        (settings, { pointer, before }) => withValue(settings, pathOf(pointer), before),
        draft.value,
      ),
    );
  const { isSecret, nameOf, nameAt } = words;

  return (
    <div className={pageStyles['page']} style={{ maxWidth: hasIndex ? 1080 : 820 }}>
      {isReadOnly ? <ReadOnlyNotice name={source.name} /> : null}
      {children}
      <EditorBar
        search={draft.search}
        onSearch={isLong ? draft.setSearch : null}
        onHistory={historyPath === null ? null : () => setHistoryOpen(true)}
        menu={
          <SettingsMenu
            id={source.id}
            {...{ schema, plan, isReadOnly, isSecret }}
            present={stored.settings}
            nameOf={nameAt}
            onPut={putAll}
          />
        }
      />
      <div className={styles['grid']} data-index={hasIndex || undefined}>
        <div ref={form} tabIndex={-1} style={{ outline: 'none' }}>
          <SettingsForm
            key={draft.round}
            {...{ plan, schema, errors, isReadOnly }}
            value={draft.draft}
            search={draft.search}
            live={draft.live}
            onShape={draft.noteShape}
            onChange={draft.edit}
          />
          <SaveBar
            changes={changes.map(words.maskedChange)}
            {...{ isSecret, nameOf }}
            isSaving={saving.isSaving}
            fieldsToMend={new Set(errors.map((item) => item.pointer)).size}
            message={draft.message}
            onDiscard={() => draft.adopt(stored, stored.settings)}
            onSave={() => void saving.save()}
          />
        </div>
        {hasIndex ? <SectionIndex sections={plan.sections} /> : null}
      </div>
      {isHistoryOpen && historyPath !== null ? (
        <SettingsHistory
          path={historyPath}
          present={stored.settings}
          isSecret={isSecret}
          nameOf={nameAt}
          onRestoreAll={isReadOnly ? null : putAll}
          onRestore={isReadOnly ? null : putBack}
          onClose={() => setHistoryOpen(false)}
        />
      ) : null}
      {saving.rival ? (
        <ConflictDialog
          conflicts={saving.rival.conflicts.map(words.maskedConflict)}
          {...{ isSecret, nameOf }}
          onChoose={saving.choose}
          onClose={saving.turnBack}
        />
      ) : null}
      {guard.status === 'blocked' ? (
        <LeaveDialog count={changes.length} onStay={guard.reset} onLeave={guard.proceed} />
      ) : null}
    </div>
  );
}
