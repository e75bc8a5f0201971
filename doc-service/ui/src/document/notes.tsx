import { ActionIcon, Button, Textarea } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';

import styles from './beside.module.css';
import { useBeside } from './use-beside.ts';
import type { Note } from '../api/library-wire.ts';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { Moment } from '../parts/moment.tsx';
import { t } from '../words/words.ts';

/** What people wrote to the document; each changes their own. */
export function Notes({ document }: { document: DocumentDetail }) {
  const { api } = useSurroundings();
  const save = useBeside(document.id);
  return (
    <section className={styles['section']} aria-label={t('Notes')}>
      <h2>{t('Notes')}</h2>
      {document.notes.length > 0 && (
        <ol className={styles['notes']}>
          {document.notes.map((note) => (
            <li key={note.id}>
              <OneNote note={note} documentId={document.id} />
            </li>
          ))}
        </ol>
      )}
      <NoteForm
        label={t('New note')}
        button={t('Add note')}
        initial=""
        onSave={(text) => save(() => api.addNote(document.id, text), t('The note was not saved.'))}
      />
    </section>
  );
}

function OneNote({ note, documentId }: { note: Note; documentId: string }) {
  const { api } = useSurroundings();
  const save = useBeside(documentId);
  const [isEdited, setEdited] = useState(false);
  if (isEdited)
    return (
      <NoteForm
        label={t('Note')}
        button={t('Save')}
        initial={note.text}
        onCancel={() => setEdited(false)}
        onSave={async (text) => {
          const isSaved = await save(
            () => api.editNote(documentId, note.id, text),
            t('The note was not saved.'),
          );
          if (isSaved) setEdited(false);
          return isSaved;
        }}
      />
    );
  return (
    <>
      <p className={styles['noteText']}>{note.text}</p>
      <p className={styles['noteFoot']}>
        <span>
          {note.by}, <Moment at={note.at} />
          {note.editedAt !== null && ` ${t('(edited)')}`}
        </span>
        {note.isOwn && (
          <span>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('Edit the note')}
              onClick={() => setEdited(true)}
            >
              <IconPencil size={15} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('Delete the note')}
              onClick={() =>
                void save(() => api.removeNote(documentId, note.id), t('The note was not deleted.'))
              }
            >
              <IconTrash size={15} />
            </ActionIcon>
          </span>
        )}
      </p>
    </>
  );
}

type FormProps = {
  label: string;
  button: string;
  initial: string;
  onSave: (text: string) => Promise<boolean>;
  onCancel?: () => void;
};

function NoteForm({ label, button, initial, onSave, onCancel }: FormProps) {
  const [typed, setTyped] = useState(initial);
  const [isSaving, setSaving] = useState(false);
  const submit = async () => {
    if (typed.trim() === '') return;
    setSaving(true);
    if (await onSave(typed)) setTyped(initial);
    setSaving(false);
  };
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Textarea
        label={label}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={10_000}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <div className={styles['buttons']}>
        <Button
          type="submit"
          size="compact-sm"
          variant="default"
          disabled={typed.trim() === ''}
          loading={isSaving}
        >
          {button}
        </Button>
        {onCancel && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onCancel}>
            {t('Cancel')}
          </Button>
        )}
      </div>
    </form>
  );
}
