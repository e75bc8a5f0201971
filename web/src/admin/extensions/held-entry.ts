/** An entry of the list while a window is open on it, and what became of it meanwhile. */
import type { ListedService } from '@berth/plugin-kit/contract/wire/offers.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '#api/client.ts';
import { servicesQuery } from '#api/offers.ts';
import { t } from '#words/words.ts';
import { approveWords } from './approve-field.tsx';

type Held = {
  /** As it was last shown; `null`: it is no longer in the list. */
  entry: ListedService | null;
  etag: string | null;
};

/** A change is held against what was last shown: after a refusal that is the list as it is by then. */
export function useHeldEntry(service: ListedService, etag: string | null) {
  const client = useQueryClient();
  const [held, setHeld] = useState<Held>({ entry: service, etag });
  const [meanwhile, setMeanwhile] = useState<string | null>(null);
  /** After a refusal. @returns the entry as it is now, where the list was changed meanwhile */
  const readAnew = async (refusal: Error): Promise<ListedService | null> => {
    if (!isStale(refusal)) {
      await client.invalidateQueries({ queryKey: servicesQuery.queryKey });
      return null;
    }
    // A list that is on its way already may be from before the change.
    await client.cancelQueries({ queryKey: servicesQuery.queryKey });
    const list = await client.fetchQuery({ ...servicesQuery, staleTime: 0 }).catch(() => null);
    if (list === null) return null;
    const entry = list.data.items.find(({ id }) => id === service.id) ?? null;
    setHeld({ entry, etag: list.etag });
    setMeanwhile(changeWords(held.entry, entry));
    return entry;
  };
  /** What to say of a refusal because of a change meanwhile; `null`: it was refused for another reason. */
  const wordsFor = (refusal: Error | null) => (refusal && isStale(refusal) ? meanwhile : null);
  return { ...held, readAnew, wordsFor };
}

function isStale(error: Error): boolean {
  return error instanceof ApiError && error.status === 412;
}

function changeWords(before: ListedService | null, now: ListedService | null): string {
  if (now === null)
    return t(
      'This entry left the list meanwhile. Close this window, and add it again if it is still wanted.',
    );
  const changes = [
    ...(before?.url === now.url ? [] : [t('Its address is {url} now.', { url: now.url })]),
    ...(before?.approve === now.approve
      ? []
      : [t('Its approval is “{choice}” now.', { choice: t(approveWords[now.approve]) })]),
  ];
  return changes.length === 0
    ? t('The list was changed meanwhile, but not this entry. Nothing was done yet: press the button again.')
    : [
        t('This entry was changed meanwhile.'),
        ...changes,
        t('Nothing was done yet: look at it, and press the button again.'),
      ].join(' ');
}
