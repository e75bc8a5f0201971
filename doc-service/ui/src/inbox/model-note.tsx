import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';

import styles from './inbox.module.css';
import type { Model } from '../api/suggestions.ts';

const calm = new Set(['off', 'not-connected', 'answered']);

/** Whether a model helps, and what to do where it does not. */
export function ModelNote({ model }: { model: Model | null }) {
  if (model === null) return null;
  if (calm.has(model.state))
    return (
      <p className={styles['note']}>
        {model.state === 'answered'
          ? `A model ${model.isLocal ? 'in the house' : 'outside the house'} helps${model.name === null ? '' : `: ${model.name}`}.`
          : 'No model is connected: the archive proposes by itself, from the documents that it holds.'}
      </p>
    );
  return (
    <Alert
      className={styles['alert'] ?? ''}
      color="orange"
      variant="light"
      icon={<IconInfoCircle />}
      title={titleOf(model.state)}
    >
      {model.detail} {nextOf(model.state)} The archive goes on proposing by itself.
    </Alert>
  );
}

function titleOf(state: string): string {
  if (state === 'budget') return 'The budget of the model is used up';
  if (state === 'rate') return 'The model is asked too often';
  if (state === 'refused') return 'The model refuses the key';
  if (state === 'daily-limit') return 'Enough for today';
  return 'The model does not help right now';
}

function nextOf(state: string): string {
  if (state === 'budget') return 'A superuser can raise it on the page Connections.';
  if (state === 'refused') return 'A superuser can test the connection on the page Connections.';
  if (state === 'daily-limit') return 'The settings say how many a day.';
  return 'It is tried again by itself.';
}
