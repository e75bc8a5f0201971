import { Badge, Progress, Textarea } from '@mantine/core';
import type { ReactNode } from 'react';

import styles from './proposal-line.module.css';
import type { Proposal } from '../api/suggestions.ts';
import { fieldName, percent, sourceWords, valueWords } from '../model/proposals.ts';
import { t } from '../words/words.ts';

type Props = {
  proposal: Proposal;
  /** What is typed instead; null: it is not being edited. */
  typed?: string | null;
  onTyped?: (typed: string) => void;
  onEnter?: () => void;
  onEscape?: () => void;
  children?: ReactNode;
};

/** One proposal: the value, what is there now, why, how sure, and from where. */
export function ProposalLine({ proposal, typed = null, onTyped, onEnter, onEscape, children }: Props) {
  const { field, value, current, isNew, reason, confidence, method, page } = proposal;
  const name = fieldName(field);
  const now = valueWords(current);
  return (
    <li className={styles['line']} data-field={field}>
      <div className={styles['head']}>
        <span className={styles['name']}>{name}</span>
        {isNew && (
          <Badge size="sm" variant="outline" color="gray">
            {t('New')}
          </Badge>
        )}
        <span className={styles['sure']} title={t('How sure: {percent}', { percent: percent(confidence) })}>
          <Progress
            className={styles['bar'] ?? ''}
            value={confidence * 100}
            size="sm"
            aria-label={t('{name}: how sure', { name })}
            color={confidence >= 0.9 ? 'teal' : 'harbour'}
          />
          {percent(confidence)}
        </span>
        {children}
      </div>
      {typed === null ? (
        <p className={styles['value']}>{valueWords(value)}</p>
      ) : (
        <Textarea
          aria-label={name}
          autosize
          minRows={1}
          value={typed}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onEscape?.();
            if (event.key !== 'Enter') return;
            event.preventDefault();
            onEnter?.();
          }}
          onChange={(event) => onTyped?.(event.currentTarget.value.replaceAll('\n', ' '))}
        />
      )}
      <p className={styles['why']}>
        {now !== '' && <span>{t('Now: {now}.', { now })} </span>}
        {reason} <span>{sourceWords(method, page)}.</span>
      </p>
    </li>
  );
}
