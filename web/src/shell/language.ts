/** Which language the shell speaks: the one that the person chose, else the browser's, else English. */
import { useIsMutating, useQueryClient } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
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
 * browser. One that was made elsewhere waits for the next page: this one may be half filled in.
 */
export function useLanguageOfProfile(): void {
  const choice = useProfile()?.locale;
  // A choice that is being saved is shown already, and may be refused.
  const isSaving = useIsMutating({ mutationKey: ['profile'] }) > 0;
  const path = useLocation({ select: ({ pathname }) => pathname });
  const client = useQueryClient();
  const isMadeHere = useRef(false);
  const spokenAt = useRef<string | null>(null);
  useEffect(() => {
    if (isSaving) isMadeHere.current = true;
    if (choice === undefined || isSaving) return;
    keepLocale(choice);
    if (spokenAt.current === path && !isMadeHere.current) return;
    isMadeHere.current = false;
    spokenAt.current = path;
    const before = locale();
    void speak([choice, ...navigator.languages])
      // What servers say comes in the language that was asked for.
      .then(() => (locale() === before ? undefined : client.invalidateQueries()))
      .catch(() => undefined);
  }, [choice, isSaving, path, client]);
}

function nameLanguage(): void {
  document.documentElement.lang = locale();
}
