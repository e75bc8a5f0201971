/** Picks one account by name or e-mail; asks the gateway while one types. */
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#api/client.ts';
import type { UserPage } from '#api/types.ts';
import { t } from '#words/words.ts';

type PersonSelectProps = { label: string; value: string | null; onChange: (id: string | null) => void };

export function PersonSelect({ label, value, onChange }: PersonSelectProps) {
  const [words, setWords] = useState('');
  const [chosen, setChosen] = useState<{ value: string; label: string } | null>(null);
  // The name of whoever is chosen stands in the field and is no search.
  const [asked] = useDebouncedValue(words === chosen?.label ? '' : words, 200);
  const users = useQuery({
    queryKey: ['admin-users', 'pick', asked],
    queryFn: async ({ signal }) =>
      (
        await request<UserPage>(
          `/api/admin/users?${new URLSearchParams({ q: asked, page_size: '20' }).toString()}`,
          { signal },
        )
      ).data.items,
    placeholderData: keepPreviousData,
  });
  const found = (users.data ?? []).map(({ id, name, email }) => ({
    value: id,
    label: name && name !== email ? `${name} (${email})` : email,
  }));
  const data = chosen && !found.some((item) => item.value === chosen.value) ? [chosen, ...found] : found;
  return (
    <Select
      label={label}
      placeholder={t('Name or e-mail')}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('Clear the person') }}
      data={data}
      filter={({ options }) => options}
      searchValue={words}
      onSearchChange={setWords}
      value={value}
      onChange={(id, option) => {
        setChosen(option === null ? null : { value: option.value, label: option.label });
        onChange(id);
      }}
      nothingFoundMessage={users.isPending ? t('Looking') : t('Nobody is called that')}
      w={{ base: '100%', sm: 300 }}
    />
  );
}
