import { Button } from '@mantine/core';
import { IconChecks } from '@tabler/icons-react';
import { useState } from 'react';

import type { InboxFolder } from '../api/suggestions.ts';
import { useDecisions } from '../context/decisions.ts';
import { percent } from '../model/proposals.ts';
import { t } from '../words/words.ts';

type Props = { folders: readonly InboxFolder[]; folder: string | null; sureFrom: number };

/** Accepts what is sure in one folder, at once; undone at once too. */
export function BatchButton({ folders, folder, sureFrom }: Props) {
  const decisions = useDecisions();
  const [isSaving, setSaving] = useState(false);
  if (folder === null) return null;
  const sure = folders
    .filter((one) => one.folder === folder || (folder !== '' && one.folder.startsWith(`${folder}/`)))
    .reduce((sum, one) => sum + one.sure, 0);
  const accept = async (): Promise<void> => {
    setSaving(true);
    await decisions.confirmFolder(folder, sureFrom);
    setSaving(false);
  };
  return (
    <Button
      variant="default"
      leftSection={<IconChecks size={16} aria-hidden />}
      disabled={sure === 0}
      loading={isSaving}
      title={t('Accepts each proposal here that is at least {percent} sure', { percent: percent(sureFrom) })}
      onClick={() => void accept()}
    >
      {t('Accept all from {percent} ({sure})', { percent: percent(sureFrom), sure })}
    </Button>
  );
}
