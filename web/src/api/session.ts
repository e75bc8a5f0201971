/** Who is signed in, and what they chose for themselves. */
import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError, forgetAnswers, rememberCsrfToken, request } from '#api/client.ts';
import { forgetRecent } from '#api/recent.ts';
import type { AuthOptions, Profile, Session } from '#api/types.ts';

/** `null`: nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      const { data } = await request<Session>('/api/auth/session', { signal, asksWhoIAm: true });
      rememberCsrfToken(data.csrf_token);
      return data;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: async ({ signal }) => (await request<{ wanted: boolean }>('/api/auth/setup', { signal })).data,
});

export const authOptionsQuery = queryOptions({
  queryKey: ['auth-options'],
  queryFn: async ({ signal }) => (await request<AuthOptions>('/api/auth/options', { signal })).data,
});

export const profileQuery = queryOptions({
  queryKey: ['profile'],
  queryFn: async ({ signal }) => (await request<Profile>('/api/profile', { signal })).data,
  staleTime: 60_000,
});

/** A new session is a new person: nothing that was shown before may stay. */
export function beginSession(client: QueryClient, session: Session): void {
  endSession(client);
  rememberCsrfToken(session.csrf_token);
  client.setQueryData(sessionQuery.queryKey, session);
}

export function endSession(client: QueryClient): void {
  forgetRecent();
  rememberCsrfToken(null);
  forgetAnswers();
  client.clear();
  client.setQueryData(sessionQuery.queryKey, null);
}

/** A new password is kept, and the old cookie over, a moment before the browser has the new one. */
const secondLookMs = 1_000;
/** So often in a row: whoever is signed in is refused all the same. */
const mostLooks = 3;
const inARowMs = 5_000;

/**
 * For when a request learns that there is no session. It may have gone out with a cookie that was just
 * replaced, by a new password or a sign-in in another window: who is signed in now decides.
 * @returns what to call then
 */
export function askWhoIsSignedIn(client: QueryClient, onChange: () => void): () => void {
  let looks: number[] = [];
  let asking: Promise<void> | null = null;
  const look = async (): Promise<Session | null> => {
    try {
      return (await request<Session>('/api/auth/session', { asksWhoIAm: true })).data;
    } catch {
      return null;
    }
  };
  const lookTwice = async (): Promise<Session | null> => {
    looks = [...looks.filter((at) => performance.now() - at < inARowMs), performance.now()];
    if (looks.length > mostLooks) return null;
    const session = await look();
    if (session) return session;
    await new Promise((resolve) => setTimeout(resolve, secondLookMs));
    return look();
  };
  const ask = async (): Promise<void> => {
    const before = client.getQueryData(sessionQuery.queryKey);
    const session = await lookTwice();
    // Meanwhile they signed out or in by themselves.
    if (client.getQueryData(sessionQuery.queryKey) !== before) return;
    if (session && session.user.id === before?.user.id) {
      rememberCsrfToken(session.csrf_token);
      return void client.invalidateQueries();
    }
    if (session) beginSession(client, session);
    else endSession(client);
    onChange();
  };
  return () => {
    if (client.getQueryData(sessionQuery.queryKey) === null) return;
    asking ??= ask().finally(() => (asking = null));
  };
}

/** Inside the frame somebody is signed in: the router lets nobody else in. */
export function useMe(): Session['user'] | null {
  return useQuery(sessionQuery).data?.user ?? null;
}

export function useProfile(): Profile | undefined {
  return useQuery(profileQuery).data;
}

/**
 * Shown at once, and sent one after the other: two quick clicks are two changes, not a race. What is not
 * named stays.
 */
export function useSaveProfile() {
  const client = useQueryClient();
  return useMutation({
    mutationKey: ['profile'],
    scope: { id: 'profile' },
    mutationFn: async (change: Partial<Profile>) =>
      (await request<Profile>('/api/profile', { method: 'PUT', body: change })).data,
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey: profileQuery.queryKey });
      client.setQueryData(profileQuery.queryKey, (before) => (before ? { ...before, ...change } : before));
    },
    onSuccess: (saved, { full_name: name }) => {
      // The name is shown elsewhere too: in the sidebar, on Home, in lists of people.
      if (name !== undefined)
        void client.invalidateQueries({
          predicate: ({ queryKey }) => queryKey[0] !== profileQuery.queryKey[0],
        });
      // While another change waits its turn, what is shown is newer than this answer.
      if (client.isMutating({ mutationKey: ['profile'] }) <= 1)
        client.setQueryData(profileQuery.queryKey, saved);
    },
    onError: () => client.invalidateQueries({ queryKey: profileQuery.queryKey }),
  });
}
