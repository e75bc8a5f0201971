import { useProfile, useSaveProfile } from '#api/session.ts';
import { tellFailure } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';

export function usePins() {
  const pinned = useProfile()?.pinned_apps ?? [];
  const save = useSaveProfile();
  const keep = (pinned_apps: string[]) =>
    save.mutate({ pinned_apps }, { onError: (error) => tellFailure(t('The pins were not saved'), error) });
  return { pinned, keep };
}
