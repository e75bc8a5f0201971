/** The outbox, as it is on the wire. */
import { queryOptions } from '@tanstack/react-query';
import { request } from '#api/client.ts';

export type OutboxLetter = {
  id: string;
  /** `null`: sealed under a key that is gone. */
  to: string | null;
  subject: string | null;
  state: 'waiting' | 'retrying' | 'given_up';
  attempts: number;
  created_at: string;
  next_at: string | null;
  last_error: string | null;
};
export type Outbox = {
  configured: boolean;
  waiting: number;
  given_up: number;
  oldest_at: string | null;
  last_error: string | null;
  items: OutboxLetter[];
  next_cursor: string | null;
};

export async function fetchOutbox(
  limit: number,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Outbox> {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { cursor }) });
  return (await request<Outbox>(`/api/admin/mail?${query}`, signal ? { signal } : {})).data;
}

/** How much mail there is, for the navigation. */
export const outboxCountsQuery = queryOptions({
  queryKey: ['admin-mail', 'counts'],
  queryFn: ({ signal }) => fetchOutbox(1, null, signal),
});
