/** One event in the table, and all of it in a window. */
import { Badge, Button, CopyButton, Group, Table, Text, UnstyledButton } from '@mantine/core';
import type { AuditEvent } from '#api/access.ts';
import { Dialog } from '#shell/dialog.tsx';
import { exactTime, useReader, When } from '#shell/times.tsx';
import { t } from '#words/words.ts';
import { actionWords, outcomeLook } from './audit.rules.ts';
import { detailLines } from './details.rules.ts';
import { targetWords, type Names } from './target.rules.ts';
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

type EventDetailsProps = { event: AuditEvent; names: Names; onClose: () => void };

/** In words; what machines call it by is behind "Copy details". */
export function EventDetails({ event, names, onClose }: EventDetailsProps) {
  const reader = useReader();
  const lines = [
    { key: 'who', name: t('Who'), value: event.actor?.email ?? event.actor?.id ?? t('Not signed in') },
    { key: 'what', name: t('To what'), value: targetWords(event, names) },
    { key: 'outcome', name: t('Outcome'), value: t(outcomeLook[event.outcome].label) },
    ...detailLines(event, names),
    { key: 'from', name: t('From where'), value: event.address ?? t('none given') },
    { key: 'row', name: t('Row'), value: String(event.seq) },
    { key: 'hash', name: t('Hash'), value: event.hash },
  ];
  return (
    <Dialog onClose={onClose} title={actionWords(event.action)} size="lg">
      <Text size="sm" c="dimmed" mb="sm">
        {exactTime(event.at, reader)}, <When at={event.at} />
      </Text>
      <dl className={styles['facts']}>
        {lines.map(({ key, name, value }) => (
          <div key={key}>
            <dt>{name}</dt>
            <dd className={textStyles[technical.has(key) ? 'mono' : 'breakable']}>{value}</dd>
          </div>
        ))}
      </dl>
      <Group justify="flex-end" mt="md">
        <CopyButton value={JSON.stringify(event, null, 2)}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? t('Copied') : t('Copy details')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Dialog>
  );
}

const technical: ReadonlySet<string> = new Set(['fields', 'from', 'hash', 'last_hash', 'pointers', 'prefix']);
