import { Center, EmptyState } from '@mantine/core';
import { IconFrame } from '@tabler/icons-react';

import { Themed } from './themed.tsx';
import { t } from '../words/words.ts';

/** Shown when the page was opened by itself, where nobody hands it a token. */
export function Standalone() {
  return (
    <Themed>
      <Center h="100%" component="main">
        <EmptyState
          icon={<IconFrame />}
          title={t('Documents opens inside Berth')}
          description={t('Open it from the Extensions list of your gateway.')}
        />
      </Center>
    </Themed>
  );
}
