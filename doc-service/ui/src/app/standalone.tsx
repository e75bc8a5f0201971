import { Center, EmptyState } from '@mantine/core';
import { IconFrame } from '@tabler/icons-react';

import { Themed } from './themed.tsx';

/** Shown when the page was opened by itself, where nobody hands it a token. */
export function Standalone() {
  return (
    <Themed>
      <Center h="100%" component="main">
        <EmptyState
          icon={<IconFrame />}
          title="Documents opens inside Berth"
          description="Open it from the Extensions list of your gateway."
        />
      </Center>
    </Themed>
  );
}
