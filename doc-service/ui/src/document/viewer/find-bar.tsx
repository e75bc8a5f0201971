import { ActionIcon, CloseButton, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import type { Ref } from 'react';

import type { Find } from './find.ts';
import styles from './viewer.module.css';
import { useSurroundings } from '../../context/app-context.tsx';
import { formatCount } from '../../model/format.ts';
import { useTypedQuery } from '../../parts/use-typed-query.ts';
import { t } from '../../words/words.ts';

/** The search waits for a pause in typing. */
const pauseMs = 300;

type Props = {
  ref: Ref<HTMLInputElement>;
  find: string;
  search: Find;
  onFind: (find: string) => void;
};

/** Search in the document. Enter leads to the next place, Shift-Enter to the one before. */
export function FindBar({ ref, find, search, onFind }: Props) {
  const { typed, setTyped, searchNow } = useTypedQuery(find, onFind, pauseMs);
  const hasHits = search.total > 0;
  return (
    <div className={styles['find']} role="search" aria-label={t('In this document')}>
      <TextInput
        ref={ref}
        className={styles['findField']}
        size="xs"
        aria-label={t('Search in this document')}
        placeholder={t('Search in this document')}
        value={typed}
        maxLength={500}
        spellCheck={false}
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={
          typed === '' ? null : (
            <CloseButton
              size={24}
              aria-label={t('End the search in this document')}
              onClick={() => setTyped('')}
            />
          )
        }
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            if (typed.trim() === find) search.step(event.shiftKey ? -1 : 1);
            else searchNow();
          }
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          setTyped('');
          event.currentTarget.blur();
        }}
      />
      <span className={styles['found']} role="status">
        <Outcome find={find} search={search} />
      </span>
      <ActionIcon.Group>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t('Previous place')}
          disabled={!hasHits}
          onClick={() => search.step(-1)}
        >
          <IconChevronUp size={16} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t('Next place')}
          disabled={!hasHits}
          onClick={() => search.step(1)}
        >
          <IconChevronDown size={16} />
        </ActionIcon>
      </ActionIcon.Group>
    </div>
  );
}

function Outcome({ find, search: { hits, number, total, isFailed } }: Pick<Props, 'find' | 'search'>) {
  const { reader } = useSurroundings();
  if (find === '') return null;
  if (isFailed) return t('Not available now');
  if (hits === undefined) return t('Searching…');
  if (total === 0) return t('Not found');
  const all = hits.isAll
    ? formatCount(total, reader)
    : t('more than {count}', { count: formatCount(total, reader) });
  if (number > 0) return t('{number} of {all}', { number: formatCount(number, reader), all });
  return t('{all} on {count, plural, one {1 page} other {# pages}}', { all, count: hits.pages.length });
}
