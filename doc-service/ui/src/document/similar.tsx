import { IconCopy } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';

import styles from './beside.module.css';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import { wholeLibrary } from '../model/location.ts';
import { Words } from '../words/with-parts.tsx';
import { msg, t } from '../words/words.ts';

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
    <section className={styles['section']} aria-label={t('Duplicates')}>
      <h2>
        <IconCopy size={16} aria-hidden /> {t('Duplicates')}
      </h2>
      {places > 1 && (
        <p className={styles['quiet']}>{t('The same file lies at {places} places.', { places })}</p>
      )}
      <ul className={styles['similar']}>
        {data.map(({ id, title, category, likeness }) => (
          <li key={id}>
            <Words
              text={msg('Looks like <document/> <how/>')}
              parts={{
                document: <Link to={{ view: 'document', id, list: wholeLibrary }}>{title}</Link>,
                how: <small>({likenessOf(likeness, category)})</small>,
              }}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function likenessOf(likeness: number, category: string | null): string {
  const percent = Math.floor(likeness * 100);
  return category === null ? `${percent} %` : t('{percent} %, in {path}', { percent, path: category });
}
