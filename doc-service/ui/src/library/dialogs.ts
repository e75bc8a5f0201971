/** What a list needs only once a person reaches for it. */
import { fetched } from '../parts/fetched.tsx';

const load = {
  display: async () => (await import('./display-dialog.tsx')).DisplayDialog,
  exporting: async () => (await import('./export-dialog.tsx')).ExportDialog,
  fields: async () => (await import('./fields-dialog.tsx')).FieldsDialog,
  view: async () => (await import('./view-dialog.tsx')).ViewDialog,
  folder: async () => (await import('./folder-dialog.tsx')).FolderDialog,
  rights: async () => (await import('./folder-rights.tsx')).FolderRights,
  drawer: async () => (await import('./folder-drawer.tsx')).FolderDrawer,
  bulk: async () => (await import('./bulk-bar.tsx')).BulkBar,
};

export const DisplayDialog = fetched(load.display);
export const ExportDialog = fetched(load.exporting);
export const FieldsDialog = fetched(load.fields);
export const ViewDialog = fetched(load.view);
export const FolderDialog = fetched(load.folder);
export const FolderRights = fetched(load.rights);
export const FolderDrawer = fetched(load.drawer);
export const BulkBar = fetched(load.bulk);

/** Fetches them all, so that none is waited for later. Where one cannot be fetched, showing it says so. */
export function fetchDialogs(): void {
  for (const one of Object.values(load)) one().catch(() => undefined);
}
