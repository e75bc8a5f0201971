import { decimalSign } from '@berth/plugin-kit/frame/words.ts';
import { NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import styles from './beside.module.css';
import { useBeside } from './use-beside.ts';
import type { Field, FieldValue, OwnField } from '../api/library-wire.ts';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { Link } from '../context/link.tsx';
import { wholeLibrary } from '../model/location.ts';
import { fieldWords } from '../model/fields.ts';
import { CommittedText } from '../parts/committed-text.tsx';
import { t } from '../words/words.ts';

/** The archive's own fields of this document: each saves by itself. */
export function OwnFields({ document }: { document: DocumentDetail }) {
  const { api } = useSurroundings();
  const { data } = useQuery({
    queryKey: ['fields'],
    queryFn: ({ signal }) => api.fields(signal),
    staleTime: 60_000,
    enabled: document.mayEdit,
  });
  if (!document.mayEdit) return <FixedFields fields={document.fields} />;
  const fields = data?.items ?? [];
  if (fields.length === 0) return null;
  return (
    <section className={styles['section']} aria-label={t('Fields')}>
      {fields.map((field) => (
        <OneField key={field.id} field={field} document={document} />
      ))}
    </section>
  );
}

function FixedFields({ fields }: { fields: readonly OwnField[] }) {
  if (fields.length === 0) return null;
  return (
    <section className={styles['section']} aria-label={t('Fields')}>
      <dl className={styles['values']}>
        {fields.map((field) => (
          <div key={field.id} style={{ display: 'contents' }}>
            <dt>{field.name}</dt>
            <dd>
              <Value field={field} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Value({ field }: { field: OwnField }) {
  const { reader } = useSurroundings();
  if (field.kind !== 'link') return fieldWords(field.value, field.kind, reader);
  if (field.linked === null) return t('A document that you do not see');
  return <Link to={{ view: 'document', id: field.linked.id, list: wholeLibrary }}>{field.linked.title}</Link>;
}

function OneField({ field, document }: { field: Field; document: DocumentDetail }) {
  const { api } = useSurroundings();
  const save = useBeside(document.id);
  const present = document.fields.find(({ id }) => id === field.id);
  const value = present?.value ?? null;
  const commit = (next: FieldValue | null) =>
    void save(
      () => api.setFields(document.id, { [field.key]: next }),
      t('{name} was not saved.', { name: field.name }),
    );
  const text = typeof value === 'string' ? value : '';
  switch (field.kind) {
    case 'text':
      return (
        <CommittedText
          label={field.name}
          value={text}
          onCommit={(next) => commit(next === '' ? null : next)}
        />
      );
    case 'date':
      return (
        <TextInput
          type="date"
          label={field.name}
          defaultValue={text}
          key={text}
          onBlur={({ currentTarget }) =>
            currentTarget.value !== text && commit(currentTarget.value === '' ? null : currentTarget.value)
          }
        />
      );
    case 'choice':
      return (
        <NativeSelect
          label={field.name}
          value={text}
          data={['', ...new Set([...(text === '' ? [] : [text]), ...field.choices])]}
          onChange={({ currentTarget }) => commit(currentTarget.value === '' ? null : currentTarget.value)}
        />
      );
    case 'number':
      return (
        <NumberField name={field.name} value={typeof value === 'number' ? value : null} onCommit={commit} />
      );
    case 'money':
      return (
        <MoneyField name={field.name} value={typeof value === 'object' ? value : null} onCommit={commit} />
      );
    case 'link':
      return (
        <>
          <CommittedText
            label={field.name}
            description={t('The address of another document, or its id')}
            value={text}
            onCommit={(next) => commit(next === '' ? null : (idIn(next) ?? next))}
          />
          {present && (
            <p className={styles['quiet']}>
              <Value field={present} />
            </p>
          )}
        </>
      );
  }
}

type NumberProps = { name: string; value: number | null; onCommit: (value: number | null) => void };

function NumberField({ name, value, onCommit }: NumberProps) {
  const { reader } = useSurroundings();
  const [typed, setTyped] = useState<string | number>(value ?? '');
  const commit = () => {
    const next = typed === '' ? null : Number(typed);
    if (next !== value && !Number.isNaN(next)) onCommit(next);
  };
  return (
    <NumberInput
      label={name}
      value={typed}
      onChange={setTyped}
      onBlur={commit}
      decimalSeparator={decimalSign(reader.locale)}
      hideControls
    />
  );
}

type MoneyProps = {
  name: string;
  value: { amount: string; currency: string } | null;
  onCommit: (value: { amount: string; currency: string } | null) => void;
};

function MoneyField({ name, value, onCommit }: MoneyProps) {
  const { reader } = useSurroundings();
  const [typed, setTyped] = useState<string | number>(value?.amount ?? '');
  const [currency, setCurrency] = useState(value?.currency ?? 'EUR');
  const commit = () => {
    const next = typed === '' ? null : { amount: String(typed), currency: currency.trim().toUpperCase() };
    if (next?.amount !== value?.amount || (next && next.currency !== value?.currency)) onCommit(next);
  };
  return (
    <div className={styles['money']}>
      <NumberInput
        label={name}
        value={typed}
        onChange={setTyped}
        onBlur={commit}
        decimalSeparator={decimalSign(reader.locale)}
        decimalScale={2}
        fixedDecimalScale
        hideControls
      />
      <TextInput
        label={t('Currency')}
        aria-label={t('Currency of {name}', { name })}
        value={currency}
        maxLength={3}
        onChange={({ currentTarget }) => setCurrency(currentTarget.value)}
        onBlur={commit}
      />
    </div>
  );
}

function idIn(text: string): string | null {
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text)?.[0]?.toLowerCase() ?? null;
}
