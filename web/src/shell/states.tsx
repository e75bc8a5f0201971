/**
 * The states that every page has besides its good one: loading, empty, failed, no right. Each names the next
 * step.
 */
import { Button, CopyButton, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconCloudOff from '@tabler/icons-react/dist/esm/icons/IconCloudOff.mjs';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiError, isUnreachable } from '#api/client.ts';
import { t } from '#words/words.ts';
import textStyles from './text.module.css';

const skeletonAfterMs = 150;

/** Nothing for 150 ms, so that quick answers do not flicker; then the shape of what comes. */
export function Loading({ rows = 4, label = t('Loading') }: { rows?: number; label?: string }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), skeletonAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Stack gap="md" role="status" aria-label={label} aria-busy="true">
      {isLate
        ? Array.from({ length: rows }, (_, row) => (
            <Skeleton key={row} height={row === 0 ? 28 : 52} width={row === 0 ? '40%' : '100%'} />
          ))
        : null}
    </Stack>
  );
}

type NoticeProps = {
  icon: Icon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  isWholePage?: boolean;
};

/** @param isWholePage there is no other heading: this one is the page's. */
export function Notice({ icon: NoticeIcon, title, children, action, isWholePage = false }: NoticeProps) {
  return (
    <Stack align="center" gap="xs" py={56} px="md" ta="center" w="100%" maw={520} mx="auto">
      <NoticeIcon size={34} stroke={1.4} aria-hidden color="var(--mantine-color-dimmed)" />
      <Title order={isWholePage ? 1 : 2} size="h2" className={textStyles['breakable']} maw="100%">
        {title}
      </Title>
      {children ? (
        <Text c="dimmed" size="sm" component="div" className={textStyles['breakable']} maw="100%">
          {children}
        </Text>
      ) : null}
      {action ? (
        <Group mt="sm" justify="center">
          {action}
        </Group>
      ) : null}
    </Stack>
  );
}

/** What happened, what to do, and the request id to quote. */
export function Failure({ what, error, onRetry }: { what: string; error: unknown; onRetry?: () => void }) {
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <Notice
      icon={isUnreachable(error) ? IconCloudOff : IconAlertTriangle}
      title={what}
      action={
        <>
          {onRetry ? (
            <Button variant="default" onClick={onRetry}>
              {t('Try again')}
            </Button>
          ) : null}
          {requestId ? (
            <CopyButton value={requestId}>
              {({ copied, copy }) => (
                <Button variant="subtle" onClick={copy}>
                  {copied ? t('Copied') : t('Copy request id {id}', { id: requestId.slice(0, 8) })}
                </Button>
              )}
            </CopyButton>
          ) : null}
        </>
      }
    >
      {error instanceof Error ? error.message : t('Something broke.')}
    </Notice>
  );
}
