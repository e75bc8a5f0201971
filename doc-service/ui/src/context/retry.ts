import { useMutation, useQueryClient } from '@tanstack/react-query';

import { useSurroundings } from './app-context.tsx';

/** Sends a stuck document through the pipeline again. */
export function useRetryDocument() {
  const { api } = useSurroundings();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, password }: { id: string; password?: string }) => api.retry(id, password),
    onSuccess: () => queries.invalidateQueries(),
  });
}
