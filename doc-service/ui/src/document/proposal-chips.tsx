import { ActionIcon } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';

import styles from './proposal-chips.module.css';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useDecisions } from '../context/decisions.ts';
import { usedWords } from '../model/format.ts';
import { fieldName, percent, valueWords } from '../model/proposals.ts';
import { t } from '../words/words.ts';

/** What is proposed for this document, and why its text was sent to no model where that is so. */
export function ProposalChips({ document }: { document: DocumentDetail }) {
  const { suggestions, reader } = useSurroundings();
  const decisions = useDecisions();
  const { data } = useQuery({
    queryKey: ['suggestions', 'of', document.id],
    queryFn: ({ signal }) => suggestions.of(document.id, signal),
    enabled: document.status === 'searchable',
  });
  const pending = data?.items.filter(({ isPending }) => isPending) ?? [];
  const { detail = null, state = 'off', used = null } = data?.model ?? {};
  if (pending.length === 0 && detail === null) return null;
  return (
    <section className={styles['chips']} aria-label={t('Proposals')}>
      {pending.length > 0 && <h2>{t('Proposed')}</h2>}
      <ul>
        {pending.map(({ field, value, reason, confidence }) => (
          <li key={field} title={reason}>
            <span className={styles['text']}>
              <small>
                {fieldName(field)} · {percent(confidence)}
              </small>
              {valueWords(value)}
            </span>
            {data?.mayEdit === true && (
              <>
                <ActionIcon
                  variant="subtle"
                  size={28}
                  aria-label={t('Accept {field}', { field: fieldName(field) })}
                  onClick={() => void decisions.confirm(document.id, { [field]: value })}
                >
                  <IconCheck size={16} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={28}
                  aria-label={t('Reject {field}', { field: fieldName(field) })}
                  onClick={() => void decisions.reject(document.id, [field])}
                >
                  <IconX size={16} />
                </ActionIcon>
              </>
            )}
          </li>
        ))}
      </ul>
      {detail !== null && state !== 'answered' && <p>{detail}</p>}
      {used !== null && used.tokens > 0 && (
        <p>{t('The model used {used} for this document.', { used: usedWords(used, reader) })}</p>
      )}
    </section>
  );
}
