import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';

import styles from './inbox.module.css';
import type { Model } from '../api/suggestions.ts';
import { modelState } from '../model/model-states.ts';

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
  const { title, next } = modelState(model.state);
  return (
    <Alert
      className={styles['alert'] ?? ''}
      color="orange"
      variant="light"
      icon={<IconInfoCircle />}
      title={title}
    >
      {model.detail} {next} The archive goes on proposing by itself.
    </Alert>
  );
}
