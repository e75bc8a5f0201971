/** What stands at an address that no page has. */
import { Button } from '@mantine/core';
import IconMapOff from '@tabler/icons-react/dist/esm/icons/IconMapOff.mjs';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { t } from '#words/words.ts';
import { Notice } from './states.tsx';

export function NoSuchPage() {
  useEffect(() => {
    document.title = t('Not found · Berth');
  }, []);
  return (
    <Notice
      icon={IconMapOff}
      title={t('There is no such page')}
      isWholePage
      action={
        <Button component={Link} to="/">
          {t('Go home')}
        </Button>
      }
    >
      {t('The address may be old or mistyped.')}
    </Notice>
  );
}
