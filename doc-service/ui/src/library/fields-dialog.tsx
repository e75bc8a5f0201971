import { ActionIcon, Button, NativeSelect, Skeleton, TagsInput, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import styles from './bulk-bar.module.css';
import { useLibraryWork } from './use-views.ts';
import { fieldKinds, type Field, type FieldKind } from '../api/library-wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { CommittedText } from '../parts/committed-text.tsx';
import { Trouble } from '../parts/states.tsx';
import { Words } from '../words/with-parts.tsx';
import { msg, t, type Message } from '../words/words.ts';
import { Modal } from '../parts/modal.tsx';

const kindNames: Record<FieldKind, Message> = {
  text: msg('Text'),
  number: msg('Number'),
  money: msg('Money'),
  date: msg('Date'),
  choice: msg('Choice'),
  link: msg('Link to a document'),
};

/** Which fields the archive has beside title, type and tags. Superusers say so; others read it. */
export function FieldsDialog({ onClose }: { onClose: () => void }) {
  const { api } = useSurroundings();
  const fields = useQuery({ queryKey: ['fields'], queryFn: ({ signal }) => api.fields(signal) });
  return (
    <Modal
      opened
      onClose={onClose}
      lockScroll={false}
      title={t('Fields of the archive')}
      closeButtonProps={{ 'aria-label': t('Close') }}
      size="lg"
    >
      {fields.error !== null && (
        <Trouble failure={fields.error} what={t('the fields')} onRetry={() => void fields.refetch()} />
      )}
      {fields.data === undefined && fields.error === null && <Skeleton height={120} />}
      {fields.data !== undefined && (
        <div className={styles['window']}>
          <p className={styles['words']}>
            <Words
              text={msg('Each field is on every document, and a filter such as <filter/>.')}
              parts={{ filter: <code>amount:100..200</code> }}
            />
            {!fields.data.mayEdit && ` ${t('Superusers say which there are.')}`}
          </p>
          {fields.data.items.length === 0 && <p className={styles['words']}>{t('There is none yet.')}</p>}
          {fields.data.items.map((field) => (
            <OneField key={field.id} field={field} mayEdit={fields.data.mayEdit} />
          ))}
          {fields.data.mayEdit && <NewField />}
        </div>
      )}
    </Modal>
  );
}

function OneField({ field, mayEdit }: { field: Field; mayEdit: boolean }) {
  const { api } = useSurroundings();
  const work = useLibraryWork();
  const [isAsked, setAsked] = useState(false);
  if (!mayEdit)
    return (
      <p className={styles['words']}>
        {field.name}{' '}
        <small>({t('{kind}, filter {key}', { kind: t(kindNames[field.kind]), key: field.key })})</small>
      </p>
    );
  return (
    <div className={styles['window']} role="group" aria-label={field.name}>
      <div className={styles['row']}>
        <CommittedText
          label={t('{kind}, filter {key}', { kind: t(kindNames[field.kind]), key: field.key })}
          value={field.name}
          maxLength={60}
          onCommit={(name) =>
            name !== '' && void work(() => api.changeField(field.id, { name }), t('The field was not saved.'))
          }
        />
        {isAsked ? (
          <Button
            color="red"
            onClick={() => void work(() => api.removeField(field.id), t('The field was not deleted.'))}
          >
            {t('Delete with its values')}
          </Button>
        ) : (
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t('Delete {name}', { name: field.name })}
            onClick={() => setAsked(true)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        )}
      </div>
      {field.kind === 'choice' && (
        <TagsInput
          label={t('Choices of {name}', { name: field.name })}
          value={field.choices}
          onChange={(choices) =>
            choices.length > 0 &&
            void work(() => api.changeField(field.id, { choices }), t('The choices were not saved.'))
          }
        />
      )}
    </div>
  );
}

function NewField() {
  const { api } = useSurroundings();
  const work = useLibraryWork();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<FieldKind>('text');
  const [choices, setChoices] = useState<string[]>([]);
  const isReady = name.trim() !== '' && (kind !== 'choice' || choices.length > 0);
  const make = async () => {
    const field = { name: name.trim(), kind, ...(kind === 'choice' ? { choices } : {}) };
    if (!(await work(() => api.makeField(field), t('The field was not made.')))) return;
    setName('');
    setChoices([]);
  };
  return (
    <form
      className={styles['window']}
      aria-label={t('New field')}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void make();
      }}
    >
      <div className={styles['row']}>
        <TextInput
          label={t('New field')}
          placeholder={t('Such as Invoice number')}
          value={name}
          maxLength={60}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <NativeSelect
          label={t('Kind')}
          value={kind}
          data={fieldKinds.map((value) => ({ value, label: t(kindNames[value]) }))}
          onChange={({ currentTarget }) =>
            setKind(fieldKinds.find((one) => one === currentTarget.value) ?? 'text')
          }
        />
      </div>
      {kind === 'choice' && (
        <TagsInput
          label={t('Choices')}
          description={t('Enter ends one')}
          value={choices}
          onChange={setChoices}
        />
      )}
      <Button type="submit" disabled={!isReady}>
        {t('Add the field')}
      </Button>
    </form>
  );
}
