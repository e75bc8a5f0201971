/** What a person was told, and what they wish to be told. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from '#api/client.ts';

export type Notification = {
  id: string;
  kind: string;
  title: string;
  detail: string;
  /** A path of the shell; empty for none. */
  link: string;
  at: string;
  is_read: boolean;
};
export type NotificationChoices = { has_mail: boolean; by_mail: boolean; dismissed: string[] };
export type NotificationPage = {
  items: Notification[];
  unread: number;
  choices: NotificationChoices;
  next_cursor: string | null;
};

const pollMs = 15_000;
const address = '/api/notifications';

export async function fetchNotifications(
  limit: number,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<NotificationPage> {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { cursor }) });
  return (await request<NotificationPage>(`${address}?${query}`, signal ? { signal } : {})).data;
}

/** For the count in the sidebar, and what was put away on Home. */
export const newestNotificationsQuery = queryOptions({
  queryKey: ['notifications', 'newest'],
  queryFn: ({ signal }) => fetchNotifications(1, null, signal),
  refetchInterval: pollMs,
  staleTime: pollMs / 2,
});

export function useUnread(): number {
  return useQuery(newestNotificationsQuery).data?.unread ?? 0;
}

type Change = { read: string[] | null } | { clear: true } | { choices: Partial<NotificationChoices> };

export function useChangeNotifications() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: Change) => {
      if ('choices' in change) await request(`${address}/choices`, { method: 'PATCH', body: change.choices });
      else if ('clear' in change) await request(address, { method: 'DELETE' });
      else
        await request(`${address}/read`, {
          method: 'POST',
          body: change.read === null ? {} : { ids: change.read },
        });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['notifications'] }),
  });
}
