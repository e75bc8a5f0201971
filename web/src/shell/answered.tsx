/** The place of what a query answers: loading, failed with the way to try again, or what the answer shows. */
import type { ReactNode } from 'react';
import { ApiError } from '#api/client.ts';
import { Failure, Loading } from './states.tsx';

export type Query<Data> = { data: Data | undefined; error: unknown; refetch: () => Promise<unknown> };

type AnsweredProps<Data> = {
  query: Query<Data>;
  /** What failed, where it fails. */
  what: string;
  /** How many rows the shape of what comes has. */
  rows?: number;
  /** In place of the failure where there is no such thing. */
  missing?: ReactNode;
  children: (data: Data) => ReactNode;
};

/**
 * An answer stays on the screen when asking anew fails for a moment. A refusal takes its place: what was
 * shown is not this person's any more, or is gone.
 */
export function Answered<Data>({ query, what, rows = 4, missing, children }: AnsweredProps<Data>): ReactNode {
  const { data, error } = query;
  if (data !== undefined && !isRefusal(error)) return children(data);
  if (!error) return <Loading rows={rows} />;
  if (missing !== undefined && error instanceof ApiError && error.status === 404) return missing;
  return <Failure what={what} error={error} onRetry={() => void query.refetch()} />;
}

/** Two queries as one: answered when both are, failed when one is. */
export function bothAnswered<A, B>(first: Query<A>, second: Query<B>): Query<readonly [A, B]> {
  const [a, b] = [first.data, second.data];
  return {
    data: a !== undefined && b !== undefined ? [a, b] : undefined,
    error: first.error ?? second.error,
    refetch: () => Promise.all([first.refetch(), second.refetch()]),
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && [403, 404].includes(error.status);
}
