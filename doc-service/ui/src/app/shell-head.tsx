import type { PageHead, Shell } from '@berth/plugin-kit/frame';
import { useEffect, useState } from 'react';

import { useSurroundings } from '../context/app-context.tsx';
import { pathOf, wholeLibrary } from '../model/location.ts';
import { UploadDialog } from './rest-of-pages.ts';
import { t } from '../words/words.ts';

const upload = 'upload';

function headOf(): PageHead {
  return {
    tabs: [
      { title: t('Library'), path: pathOf({ view: 'library', list: wholeLibrary }) },
      { title: t('Inbox'), path: pathOf({ view: 'inbox' }) },
      { title: t('Activity'), path: pathOf({ view: 'activity' }) },
    ],
    action: { id: upload, title: t('Upload'), icon: 'upload' },
  };
}

/** In place of the bar where the shell draws the head: what belongs into it is handed over. */
export function ShellHead({ shell }: { shell: Shell }) {
  const { reader } = useSurroundings();
  const [isUploadOpen, setUploadOpen] = useState(false);
  // Its words are in the reader's language.
  useEffect(() => shell.reportHead(headOf()), [shell, reader.locale]);
  useEffect(
    () =>
      shell.onAction((id) => {
        if (id === upload) setUploadOpen(true);
      }),
    [shell],
  );
  return isUploadOpen ? <UploadDialog onClose={() => setUploadOpen(false)} /> : null;
}
