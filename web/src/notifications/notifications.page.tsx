/** `/notifications`: what a person was told, readable again. */
import { Button, Group, Switch, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import IconBell from '@tabler/icons-react/dist/esm/icons/IconBell.mjs';
import { Link } from '@tanstack/react-router';
import {
  fetchNotifications,
  type Notification,
  type NotificationChoices,
  useChangeNotifications,
} from '#api/notifications.ts';
import { iconNamed } from '#shell/icons.ts';
import { Page } from '#shell/page.tsx';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { tellFailure } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import styles from './notifications.module.css';
import textStyles from '#shell/text.module.css';

const pageSize = 30;
const pollMs = 15_000;

export function NotificationsPage() {
  const list = useInfiniteQuery({
    queryKey: ['notifications', 'list'],
    queryFn: ({ pageParam, signal }) => fetchNotifications(pageSize, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: pollMs,
  });
  const change = useChangeNotifications();
  const { data, error, isPending } = list;
  const first = data?.pages[0];
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const unread = first?.unread ?? 0;
  const doChange = (wish: Parameters<typeof change.mutate>[0]) =>
    change.mutate(wish, { onError: (failure) => tellFailure(t('This was not kept'), failure) });
  return (
    <Page
      title={t('Notifications')}
      lead={t('What happened while you looked elsewhere.')}
      reading
      action={
        <Group gap="xs">
          {unread > 0 ? (
            <Button onClick={() => doChange({ read: null })}>{t('Mark all as read')}</Button>
          ) : null}
          {items.length > 0 ? (
            <Button variant="default" onClick={() => doChange({ clear: true })}>
              {t('Clear')}
            </Button>
          ) : null}
        </Group>
      }
    >
      {isPending ? <Loading rows={4} /> : null}
      {error && !data ? (
        <Failure
          what={t('Your notifications could not be listed')}
          error={error}
          onRetry={() => void list.refetch()}
        />
      ) : null}
      {first ? (
        <ByMail choices={first.choices} onChange={(by_mail) => doChange({ choices: { by_mail } })} />
      ) : null}
      {first && items.length === 0 ? (
        <Notice icon={IconBell} title={t('Nothing to tell')}>
          {t('Extensions that go away or come back, requests for access and your own changes are kept here.')}
        </Notice>
      ) : null}
      <ul className={styles['news']} aria-label={t('Notifications')}>
        {items.map((item) => (
          <One key={item.id} item={item} onRead={() => doChange({ read: [item.id] })} />
        ))}
      </ul>
      {list.hasNextPage ? (
        <Button
          variant="default"
          mt="md"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('Show earlier ones')}
        </Button>
      ) : null}
    </Page>
  );
}

function ByMail({ choices, onChange }: { choices: NotificationChoices; onChange: (next: boolean) => void }) {
  if (!choices.has_mail) return null;
  return (
    <Switch
      mb="md"
      checked={choices.by_mail}
      onChange={(event) => onChange(event.currentTarget.checked)}
      label={t('Also by e-mail')}
      description={t('For what matters: an extension that is away, and what waits for a decision.')}
    />
  );
}

const icons: Record<string, string> = {
  offline: 'plug-connected',
  back: 'plug-connected',
  approval: 'shield',
  request: 'inbox',
  decided: 'key',
  settings: 'settings',
};

function One({ item, onRead }: { item: Notification; onRead: () => void }) {
  const KindIcon = iconNamed(icons[item.kind] ?? 'bell');
  const [to = '', hash] = item.link.split('#');
  const isLink = /^\/(?![/\\])/.test(to);
  return (
    <li data-unread={!item.is_read || undefined}>
      <KindIcon size={18} aria-hidden />
      <div style={{ minWidth: 0, flex: 1 }}>
        <Text size="sm" fw={item.is_read ? 400 : 600} className={textStyles['breakable']}>
          {isLink ? (
            <Link
              to={to}
              {...(hash === undefined ? {} : { hash })}
              onClick={item.is_read ? undefined : onRead}
            >
              {item.title}
            </Link>
          ) : (
            item.title
          )}
        </Text>
        {item.detail === '' ? null : (
          <Text size="sm" c="dimmed">
            {item.detail}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          <When at={item.at} />
        </Text>
      </div>
      {item.is_read ? null : (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={onRead}
          aria-label={t('Mark as read: {title}', { title: item.title })}
        >
          {t('Mark as read')}
        </Button>
      )}
    </li>
  );
}
