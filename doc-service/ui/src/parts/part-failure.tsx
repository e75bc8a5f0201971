import { Alert, Button } from '@mantine/core';

import { reasonOf } from './states.tsx';
import { t } from '../words/words.ts';

type Props = { query: { error: Error | null; refetch: () => Promise<unknown> }; what: string };

/** In the place of one part of a page that stands without it: that it failed, and the way to try again. */
export function PartFailure({ query: { error, refetch }, what }: Props) {
  if (error === null) return null;
  return (
    <Alert color="red" variant="light" mt="md" title={t('Could not load {what}', { what })}>
      <p>{reasonOf(error)}</p>
      <Button size="compact-sm" variant="default" onClick={() => void refetch()}>
        {t('Retry')}
      </Button>
    </Alert>
  );
}
