import { Button, Code, CopyButton, EmptyState } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconMapQuestion } from '@tabler/icons-react';

import { Failure } from '../api/failure.ts';
import { useSurroundings, useTitle } from '../context/app-context.tsx';
import { wholeLibrary } from '../model/location.ts';
import styles from './parts.module.css';
import { t } from '../words/words.ts';

/** What happened, and the next step: for a view that has nothing to show instead. */
export function Trouble({ failure, what, onRetry }: { failure: Error; what: string; onRetry: () => void }) {
  if (failure instanceof Failure && failure.kind === 'gone') return <Nowhere what="document" />;
  const notAllowed = failure instanceof Failure && failure.kind === 'not-allowed';
  const requestId = failure instanceof Failure ? failure.requestId : null;
  return (
    <div className={styles['state']} role="alert">
      <EmptyState
        icon={notAllowed ? <IconLock /> : <IconAlertTriangle />}
        title={notAllowed ? t('You may not see {what}', { what }) : t('Could not load {what}', { what })}
        description={reasonOf(failure)}
      >
        {requestId !== null && <RequestId id={requestId} />}
        <EmptyState.Actions>
          <Button variant="default" onClick={onRetry}>
            {t('Retry')}
          </Button>
        </EmptyState.Actions>
      </EmptyState>
    </div>
  );
}

export function reasonOf(failure: Error): string {
  if (failure instanceof Failure) return failure.message;
  return t('The answer could not be understood. A newer page may be there: reload it.');
}

/** The address leads to nothing. */
export function Nowhere({ what }: { what: 'page' | 'document' }) {
  const { go } = useSurroundings();
  useTitle(t('Not found'));
  return (
    <div className={styles['state']}>
      <EmptyState
        icon={<IconMapQuestion />}
        title={what === 'document' ? t('This document is not here') : t('This page is not here')}
        description={
          what === 'document'
            ? t('It does not exist, or it is not yours to see.')
            : t('The address may be mistyped or out of date.')
        }
      >
        <EmptyState.Actions>
          <Button variant="default" onClick={() => go({ view: 'library', list: wholeLibrary })}>
            {t('Open the library')}
          </Button>
        </EmptyState.Actions>
      </EmptyState>
    </div>
  );
}

function RequestId({ id }: { id: string }) {
  return (
    <span className={styles['request']}>
      {t('Request')} <Code>{id}</Code>
      <CopyButton value={id}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="subtle" onClick={copy}>
            {copied ? t('Copied') : t('Copy')}
          </Button>
        )}
      </CopyButton>
    </span>
  );
}
