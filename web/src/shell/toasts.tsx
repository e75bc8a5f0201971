/** Small words about what just happened, at the edge of the screen and in a live region. */
import { CloseButton, Text } from '@mantine/core';
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import { useEffect, useSyncExternalStore } from 'react';
import { ApiError } from '#api/client.ts';
import { useLocale } from '#words/use-locale.ts';
import { t } from '#words/words.ts';
import styles from './toasts.module.css';

type Toast = { id: number; tone: 'good' | 'bad'; text: string; detail?: string };

const shownMs = { good: 4000, bad: 12_000 };
let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function tell(text: string): void {
  add({ tone: 'good', text });
}

/** Says what failed; a request id is there to be quoted. */
export function tellFailure(text: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : '';
  const id = error instanceof ApiError ? error.requestId : null;
  add({ tone: 'bad', text, detail: id ? t('{reason} (request {id})', { reason, id }) : reason });
}

export function Toasts() {
  useLocale();
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className={styles['toasts']} role="status" aria-live="polite">
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(toast.id), shownMs[toast.tone]);
    return () => clearTimeout(timer);
  }, [toast]);
  const Icon = toast.tone === 'good' ? IconCircleCheck : IconAlertTriangle;
  return (
    <div className={styles['toast']}>
      <Icon
        size={18}
        aria-hidden
        color={toast.tone === 'good' ? 'var(--mantine-color-teal-6)' : 'var(--mantine-color-error)'}
      />
      <div>
        <Text size="sm" fw={550}>
          {toast.text}
        </Text>
        {toast.detail ? (
          <Text size="sm" c="dimmed">
            {toast.detail}
          </Text>
        ) : null}
      </div>
      <CloseButton size="sm" ml="auto" aria-label={t('Dismiss')} onClick={() => dismiss(toast.id)} />
    </div>
  );
}

function add(toast: Omit<Toast, 'id'>): void {
  lastId += 1;
  toasts = [...toasts.slice(-3), { ...toast, id: lastId }];
  for (const listener of listeners) listener();
}

function dismiss(id: number): void {
  toasts = toasts.filter((toast) => toast.id !== id);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
