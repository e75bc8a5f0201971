import { Alert, Button } from '@mantine/core';
import { useState } from 'react';

import { reasonOf } from './states.tsx';
import { t } from '../words/words.ts';

type Props = { query: { error: Error | null; refetch: () => Promise<unknown> }; what: string };

/** In the place of one part of a page that stands without it: that it failed, and the way to try again. */
export function PartFailure({ query: { error, refetch }, what }: Props) {
  // While it is asked for again there is no error: what was said stays, and the focus on its button.
  const [last, setLast] = useState(error);
  if (error !== null && error !== last) setLast(error);
  if (last === null) return null;
  return (
    <Alert color="red" variant="light" mt="md" title={t('Could not load {what}', { what })}>
      <p>{reasonOf(last)}</p>
      <Button size="compact-sm" variant="default" onClick={() => void refetch()}>
        {t('Retry')}
      </Button>
    </Alert>
  );
}
