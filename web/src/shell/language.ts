/** Which language the shell speaks: the one that the person chose, else the browser's, else English. */
import { useIsMutating } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keepLocale, keptLocale } from '#api/kept-locale.ts';
import { useProfile } from '#api/session.ts';
import { locale, speak, subscribe } from '#words/words.ts';

/** Before the first picture. A catalogue that cannot be fetched leaves English. */
export async function startLanguage(): Promise<void> {
  subscribe(nameLanguage);
  await speak([keptLocale(), ...navigator.languages]).catch(() => undefined);
  nameLanguage();
}

/**
 * The choice follows the person to every browser that they sign in with. An empty one leaves it to the
 * browser.
 */
export function useLanguageOfProfile(): void {
  const choice = useProfile()?.locale;
  // A choice that is being saved is shown already, and may be refused.
  const isSaving = useIsMutating({ mutationKey: ['profile'] }) > 0;
  useEffect(() => {
    if (choice === undefined || isSaving) return;
    keepLocale(choice);
    void speak([choice, ...navigator.languages]).catch(() => undefined);
  }, [choice, isSaving]);
}

function nameLanguage(): void {
  document.documentElement.lang = locale();
}
