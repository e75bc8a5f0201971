import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';

import styles from './inbox.module.css';
import type { Model } from '../api/suggestions.ts';
import { modelState } from '../model/model-states.ts';
import { t } from '../words/words.ts';

const calm = new Set(['off', 'not-connected', 'answered']);

/** Whether a model helps, and what to do where it does not. */
export function ModelNote({ model }: { model: Model | null }) {
  if (model === null) return null;
  if (calm.has(model.state))
    return (
      <p className={styles['note']}>
        {model.state === 'answered'
          ? helpWords(model)
          : t('No model is connected: the archive proposes by itself, from the documents that it holds.')}
      </p>
    );
  const { title, next } = modelState(model.state);
  const beside = t('The archive goes on proposing by itself.');
  return (
    <Alert
      className={styles['alert'] ?? ''}
      color="orange"
      variant="light"
      icon={<IconInfoCircle />}
      title={t(title)}
    >
      {model.detail} {t(next)} {beside}
    </Alert>
  );
}

function helpWords({ isLocal, name }: Model): string {
  if (name === null)
    return isLocal ? t('A model in the house helps.') : t('A model outside the house helps.');
  return isLocal
    ? t('A model in the house helps: {name}.', { name })
    : t('A model outside the house helps: {name}.', { name });
}
