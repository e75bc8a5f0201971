/** Saving a draft: what changed is sent, and what another person saved meanwhile is met. */
import { type JsonObject, parseJson } from '@berth/plugin-kit/contract/exact-json.ts';
import { changeBetween } from '@berth/plugin-kit/contract/json-patch.ts';
import { useState } from 'react';
import { ApiError, request } from '#api/client.ts';
import { tell } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { type Conflict, mergeThree, withValue } from './changes.ts';
import type { SettingsSource } from './settings-load.ts';
import type { SettingsDraft, Stored } from './use-settings-draft.ts';

type Rival = Stored & { merged: JsonObject; conflicts: Conflict[] };

export function useSaving(source: SettingsSource, form: SettingsDraft, onSaved?: () => void) {
  const { stored, value, setMessage } = form;
  const [isSaving, setSaving] = useState(false);
  const [rival, setRival] = useState<Rival | null>(null);

  const meet = async () => {
    try {
      const { settings, etag } = await source.load();
      setRival({ settings, etag, ...mergeThree(stored.settings, value, settings) });
    } catch (error) {
      setMessage(
        error instanceof Error ? error.message : t('Another person saved meanwhile. Nothing was changed.'),
      );
    }
  };
  const refuse = async (error: unknown) => {
    if (error instanceof ApiError && error.status === 412) return meet();
    if (error instanceof ApiError && error.errors.length > 0) {
      form.showErrors(error.errors);
      const isOfAll = error.errors.some(({ pointer }) => pointer === '' || pointer === '/');
      return setMessage(isOfAll ? error.message : null);
    }
    form.setErrors([]);
    setMessage(error instanceof Error ? error.message : t('Nothing was saved.'));
  };
  const save = async () => {
    const found = form.faultsOf(form.draft);
    if (found.length > 0) return form.showErrors(found);
    setSaving(true);
    try {
      const { type, body } = changeBetween(stored.settings, value);
      const headers = { 'content-type': type, ...(stored.etag ? { 'if-match': stored.etag } : {}) };
      const { data: settings, etag } = await request<JsonObject>(source.path, {
        method: 'PATCH',
        body,
        headers,
        parse: parseJson,
      });
      form.adopt({ settings, etag }, settings);
      tell(t('Settings saved'));
      onSaved?.();
    } catch (error) {
      await refuse(error);
    } finally {
      setSaving(false);
    }
  };
  /** @param mine pointers of the conflicts in which the person's own value stays */
  const choose = (mine: ReadonlySet<string>) => {
    if (!rival) return;
    const kept = rival.conflicts.filter(({ pointer }) => mine.has(pointer));
    const { settings, etag } = rival;
    form.adopt(
      { settings, etag },
      kept.reduce((merged, one) => withValue(merged, one.path, one.mine), rival.merged),
    );
    setRival(null);
  };
  return { isSaving, save, rival, choose, turnBack: () => setRival(null) };
}
