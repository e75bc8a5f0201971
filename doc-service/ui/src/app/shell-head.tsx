import type { PageHead, Shell } from '@berth/plugin-kit/frame';
import { useEffect, useState } from 'react';

import { pathOf, wholeLibrary } from '../model/location.ts';
import { UploadDialog } from './rest-of-pages.ts';

const upload = { id: 'upload', title: 'Upload', icon: 'upload' };
const head: PageHead = {
  tabs: [
    { title: 'Library', path: pathOf({ view: 'library', list: wholeLibrary }) },
    { title: 'Inbox', path: pathOf({ view: 'inbox' }) },
    { title: 'Activity', path: pathOf({ view: 'activity' }) },
  ],
  action: upload,
};

/** In place of the bar where the shell draws the head: what belongs into it is handed over. */
export function ShellHead({ shell }: { shell: Shell }) {
  const [isUploadOpen, setUploadOpen] = useState(false);
  useEffect(() => {
    shell.reportHead(head);
    return shell.onAction((id) => {
      if (id === upload.id) setUploadOpen(true);
    });
  }, [shell]);
  return isUploadOpen ? <UploadDialog onClose={() => setUploadOpen(false)} /> : null;
}
