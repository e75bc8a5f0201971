import { IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';

import styles from './beside.module.css';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import { wholeLibrary } from '../model/location.ts';

/** Documents that look like this one, and that it lies at several places. Nothing where there is neither. */
export function Similar({ document }: { document: DocumentDetail }) {
  const { api } = useSurroundings();
  const { data = [] } = useQuery({
    queryKey: ['documents', 'similar', document.id, document.status],
    queryFn: ({ signal }) => api.similar(document.id, signal),
    enabled: document.pages !== null,
    staleTime: 60_000,
  });
  const places = document.places.filter(({ isMissing }) => !isMissing).length;
  if (data.length === 0 && places < 2) return null;
  return (
    <section className={styles['section']} aria-label="Duplicates">
      <h2>
        <IconCopy size={16} aria-hidden /> Duplicates
      </h2>
      {places > 1 && <p className={styles['quiet']}>The same file lies at {places} places.</p>}
      <ul className={styles['similar']}>
        {data.map(({ id, title, category, likeness }) => (
          <li key={id}>
            Looks like <Link to={{ view: 'document', id, list: wholeLibrary }}>{title}</Link>{' '}
            <small>
              ({Math.floor(likeness * 100)} %{category === null ? '' : `, in ${category}`})
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
