import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { readUsersSearch, type UsersSearch } from './users.rules.ts';

type Change = { [Key in keyof UsersSearch]: UsersSearch[Key] | undefined };

export type UsersSearching = ReturnType<typeof useUsersSearch>;

/** What the address says of the list, and the words that are being typed. */
export function useUsersSearch() {
  const search = readUsersSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const [words, setWords] = useState(search.q ?? '');
  /**
   * Another filter or order begins at its first page; filters replace, pages and orders are steps that Back
   * undoes.
   */
  const show = (change: Change, replace = false) =>
    void navigate({
      to: '/admin/users',
      search: readUsersSearch({ ...search, page: undefined, ...change }),
      replace,
    });
  const findSoon = useDebouncedCallback((next: string) => show({ q: next }, true), 250);
  return {
    search,
    words,
    show,
    isFiltered: search.q !== undefined || search.right !== undefined || search.state !== undefined,
    find: (next: string) => {
      setWords(next);
      findSoon(next.trim());
    },
    clear: () => {
      setWords('');
      show({ q: undefined, right: undefined, state: undefined });
    },
  };
}
