import { useIsFetching } from '@tanstack/react-query';
import { useEffect } from 'react';

import { fetchDialogs } from '../library/dialogs.ts';
import { fetched } from '../parts/fetched.tsx';

/** What the first list does not need is fetched when it is opened, or once nothing else is under way. */
const load = {
  document: async () => (await import('../document/document-page.tsx')).DocumentPage,
  inbox: async () => (await import('../inbox/inbox-page.tsx')).InboxPage,
  activity: async () => (await import('../activity/activity-page.tsx')).ActivityPage,
  upload: async () => (await import('../upload/upload-dialog.tsx')).UploadDialog,
  uploads: async () => (await import('../upload/upload-panel.tsx')).UploadPanel,
  importing: async () => (await import('../importing/import-page.tsx')).ImportPage,
};

export const DocumentPage = fetched(load.document);
export const InboxPage = fetched(load.inbox);
export const ActivityPage = fetched(load.activity);
export const ImportPage = fetched(load.importing);

export const UploadDialog = fetched(load.upload);
export const UploadList = fetched(load.uploads);

const quietMs = 500;

/**
 * Fetches the other pages and dialogs in a quiet moment: opening one then waits for nothing, and an address
 * whose capability ends after some hours is not asked for them later.
 */
export function RestOfPages(): null {
  const isBusy = useIsFetching() > 0;
  useEffect(() => {
    if (isBusy) return;
    const timer = setTimeout(() => {
      fetchDialogs();
      for (const one of Object.values(load)) one().catch(() => undefined);
    }, quietMs);
    return () => clearTimeout(timer);
  }, [isBusy]);
  return null;
}
