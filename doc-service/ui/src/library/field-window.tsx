import { decimalSign } from '@berth/plugin-kit/frame/words.ts';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import styles from './bulk-bar.module.css';
import type { Apply } from './selection.ts';
import { fieldWords } from './done-words.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { typedValue } from '../model/fields.ts';
import { t } from '../words/words.ts';

/** One of the archive's own fields, the same value for all that is selected. */
export function FieldWindow({ apply }: { apply: Apply }) {
  const { api, reader } = useSurroundings();
  const { data } = useQuery({ queryKey: ['fields'], queryFn: ({ signal }) => api.fields(signal) });
  const fields = data?.items ?? [];
  const [key, setKey] = useState('');
  const [typed, setTyped] = useState('');
  const field = fields.find((one) => one.key === key) ?? fields[0];
  if (field === undefined)
    return (
      <p className={styles['words']}>
        {data === undefined ? t('Loading…') : t('The archive has no fields.')}
      </p>
    );
  const value = typedValue(field.kind, typed, reader);
  return (
    <form
      className={styles['window']}
      onSubmit={(event) => {
        event.preventDefault();
        if (value === undefined) return;
        apply(
          { fields: { [field.key]: value } },
          fieldWords(field.name, value === null ? null : typed.trim()),
        );
      }}
    >
      <NativeSelect
        label={t('Field')}
        data-autofocus
        value={field.key}
        data={fields.map((one) => ({ value: one.key, label: one.name }))}
        onChange={({ currentTarget }) => {
          setKey(currentTarget.value);
          setTyped('');
        }}
      />
      {field.kind === 'choice' ? (
        <NativeSelect
          label={t('Value')}
          value={typed}
          data={['', ...field.choices]}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      ) : (
        <TextInput
          label={t('Value')}
          description={
            field.kind === 'money'
              ? t('Such as {amount} EUR; empty takes it away', {
                  amount: `12${decimalSign(reader.locale)}50`,
                })
              : t('Empty takes it away')
          }
          type={field.kind === 'date' ? 'date' : 'text'}
          value={typed}
          error={value === undefined && t('This is no value of the field.')}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      )}
      <Button type="submit" disabled={value === undefined}>
        {t('Set the field')}
      </Button>
    </form>
  );
}
