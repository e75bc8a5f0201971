import { Badge } from '@mantine/core';

import boxStyles from './boxes.module.css';
import styles from './document-fields.module.css';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import { useShortcuts } from '../context/shortcuts.ts';
import { useFacets, useFolderPaths } from '../context/values.ts';
import { wholeLibrary } from '../model/location.ts';
import { CommittedField } from '../parts/committed-field.tsx';
import { CommittedText } from '../parts/committed-text.tsx';
import { TagField } from '../parts/tag-field.tsx';
import { Words } from '../words/with-parts.tsx';
import { msg, t } from '../words/words.ts';

const tagFieldId = 'document-tags';
const nothing: { types: []; correspondents: []; tags: [] } = { types: [], correspondents: [], tags: [] };

/** Type, correspondent, date, tags and folder: each saves by itself. */
export function DocumentFields({ document }: { document: DocumentDetail }) {
  return document.mayEdit ? <EditableFields document={document} /> : <FixedFields document={document} />;
}

function EditableFields({ document }: { document: DocumentDetail }) {
  const { edits } = useSurroundings();
  const { types, correspondents, tags } = useFacets().data ?? nothing;
  const folders = useFolderPaths();
  useShortcuts({
    t: (event) => {
      event.preventDefault();
      window.document.querySelector<HTMLElement>(`#${tagFieldId}`)?.focus();
    },
  });
  const move = (path: string) => {
    const category = path === '' ? null : path;
    const done = () =>
      category === null ? t('Taken out of its folder.') : t('Moved to {path}.', { path: category });
    void edits.bulk({ ids: [document.id] }, { category }, done);
  };

  return (
    <section className={styles['fields']} aria-label={t('Type, correspondent, date, tags and folder')}>
      <CommittedField
        label={t('Type')}
        placeholder={t('Such as Invoice')}
        value={document.type ?? ''}
        data={types.map(({ value }) => value)}
        maxLength={100}
        clearable
        clearButtonProps={{ 'aria-label': t('No type') }}
        onCommit={(type) => void edits.change(document, { type: type === '' ? null : type })}
      />
      <CommittedField
        label={t('Correspondent')}
        placeholder={t('From whom, or for whom')}
        value={document.correspondent ?? ''}
        data={correspondents.map(({ value }) => value)}
        limit={50}
        maxLength={200}
        clearable
        clearButtonProps={{ 'aria-label': t('No correspondent') }}
        onCommit={(name) => void edits.change(document, { correspondent: name === '' ? null : name })}
      />
      <CommittedText
        type="date"
        label={t('Date')}
        value={document.date ?? ''}
        onCommit={(date) => void edits.change(document, { date: date === '' ? null : date })}
      />
      <TagField
        id={tagFieldId}
        label={t('Tags')}
        placeholder={document.tags.length === 0 ? t('Add a tag') : ''}
        tags={document.tags}
        suggestions={tags.map(({ value }) => value)}
        onTags={(next) => void edits.change(document, { tags: next })}
      />
      <CommittedField
        label={t('Folder')}
        placeholder={t('No folder')}
        value={document.category ?? ''}
        data={folders}
        limit={50}
        maxLength={1000}
        clearable
        clearButtonProps={{ 'aria-label': t('No folder') }}
        onCommit={move}
      />
    </section>
  );
}

function hasWords({ type, correspondent, date, tags }: DocumentDetail): boolean {
  return type !== null || correspondent !== null || date !== null || tags.length > 0;
}

function FixedFields({ document }: { document: DocumentDetail }) {
  return (
    <section className={styles['fixed']} aria-label={t('Type, correspondent, date, tags and folder')}>
      {hasWords(document) && (
        <ul className={styles['tags']}>
          {document.type !== null && (
            <li>
              <Link to={{ view: 'library', list: { ...wholeLibrary, type: document.type } }}>
                <Badge variant="default" component="span" tt="none">
                  {document.type}
                </Badge>
              </Link>
            </li>
          )}
          {document.correspondent !== null && (
            <li>
              <Link
                to={{ view: 'library', list: { ...wholeLibrary, correspondent: document.correspondent } }}
              >
                {document.correspondent}
              </Link>
            </li>
          )}
          {document.date !== null && <li>{document.date}</li>}
          {document.tags.map((tag) => (
            <li key={tag}>
              <Link to={{ view: 'library', list: { ...wholeLibrary, tags: [tag] } }}>#{tag}</Link>
            </li>
          ))}
        </ul>
      )}
      <p className={boxStyles['aside']}>
        <Words
          text={msg('You may read this document. Changing it needs the group <group/>.')}
          parts={{ group: <code>doc-service-admin</code> }}
        />
      </p>
    </section>
  );
}
