/** One event in the table, and all of it in a window. */
import { Badge, Table, Text, UnstyledButton } from '@mantine/core';
import type { AuditEvent } from '#api/access.ts';
import { Dialog } from '#shell/dialog.tsx';
import { exactTime, useReader, When } from '#shell/times.tsx';
import { t } from '#words/words.ts';
import { actionWords, detailLines, outcomeLook } from './audit.rules.ts';
import styles from './event-row.module.css';
import textStyles from '#shell/text.module.css';

type EventRowProps = {
  event: AuditEvent;
  /** What it was done to, in names. */
  target: string;
  onOpen: () => void;
};

export function EventRow({ event, target, onOpen }: EventRowProps) {
  const look = outcomeLook[event.outcome];
  const who = event.actor?.email ?? event.actor?.id ?? t('Not signed in');
  return (
    <Table.Tr>
      <Table.Td data-head>
        <UnstyledButton onClick={onOpen} aria-haspopup="dialog" fz="sm" fw={550} className={styles['opener']}>
          {actionWords(event.action)}
        </UnstyledButton>
      </Table.Td>
      <Table.Td data-label={t('Who')}>
        <div style={{ minWidth: 0 }}>
          <Text size="sm" className={styles['oneLine']} title={who}>
            {who}
          </Text>
          <Text size="xs" c="dimmed" className={textStyles['mono']}>
            {event.address ?? ''}
          </Text>
        </div>
      </Table.Td>
      <Table.Td data-label={t('To what')}>
        <Text size="sm" className={styles['twoLines']} lineClamp={2} title={target}>
          {target}
        </Text>
      </Table.Td>
      <Table.Td data-label={t('Outcome')}>
        <Badge className={textStyles['whole']} color={look.color}>
          {t(look.label)}
        </Badge>
      </Table.Td>
      <Table.Td data-label={t('When')}>
        <Text size="sm">
          <When at={event.at} />
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

export function EventDetails({ event, onClose }: { event: AuditEvent; onClose: () => void }) {
  const reader = useReader();
  const lines = [
    {
      name: t('who'),
      value: event.actor
        ? [event.actor.email, event.actor.id].filter(Boolean).join(' · ')
        : t('not signed in'),
    },
    { name: t('action'), value: event.action },
    { name: t('target'), value: event.target ?? t('none given') },
    { name: t('outcome'), value: t(outcomeLook[event.outcome].label) },
    ...detailLines(event),
    { name: t('address'), value: event.address ?? t('none given') },
    { name: t('request id'), value: event.request_id ?? t('none given') },
    { name: t('row'), value: String(event.seq) },
    { name: t('hash'), value: event.hash },
  ];
  return (
    <Dialog onClose={onClose} title={actionWords(event.action)} size="lg">
      <Text size="sm" c="dimmed" mb="sm">
        {exactTime(event.at, reader)}, <When at={event.at} />
      </Text>
      <dl className={styles['facts']}>
        {lines.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={textStyles['mono']}>{value}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
