/** A row for each extension; opened, its routes. */
import { Anchor, Badge, Button, Group, Table, Text, TextInput, UnstyledButton } from '@mantine/core';
import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs';
import IconChevronRight from '@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs';
import { Link } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import type { LastCheck, PluginTraffic } from '#api/traffic.ts';
import { StateBadge } from '#shell/plugin-state.tsx';
import { useReader, When } from '#shell/times.tsx';
import { t } from '#words/words.ts';
import { limitsText } from './limits.rules.ts';
import { duration, rate, share, whole } from './numbers.rules.ts';
import { RouteTable } from './route-table.tsx';
import { Sparkline } from './sparkline.tsx';
import styles from './traffic.module.css';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

/** Drawn anew every few seconds: not a thousand rows at once. */
const shownAtOnce = 50;

export function PluginTable({ items }: { items: readonly PluginTraffic[] }) {
  const [words, setWords] = useState('');
  const [limit, setLimit] = useState(shownAtOnce);
  const wanted = words.trim().toLowerCase();
  const found = items.filter(({ id, name }) => `${name} ${id}`.toLowerCase().includes(wanted));
  return (
    <div>
      {items.length > shownAtOnce ? (
        <TextInput
          mb="sm"
          w={{ base: '100%', sm: 320 }}
          aria-label={t('Search extensions')}
          placeholder={t('Search extensions')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      ) : null}
      <Rows items={found.slice(0, limit)} />
      {found.length > limit ? (
        <Group justify="space-between" mt="sm">
          <Text size="sm" c="dimmed">
            {t('{limit} of {count} shown', { limit, count: found.length })}
          </Text>
          <Button variant="default" size="compact-sm" onClick={() => setLimit(limit + shownAtOnce)}>
            {t('Show more')}
          </Button>
        </Group>
      ) : null}
    </div>
  );
}

function Rows({ items }: { items: readonly PluginTraffic[] }) {
  return (
    <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Traffic by extension')}>
      <Table
        className={`${tableStyles['cardsOnPhones']} ${styles['table']}`}
        verticalSpacing="sm"
        horizontalSpacing="sm"
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th miw={170}>{t('Extension')}</Table.Th>
            <Table.Th ta="right" style={{ whiteSpace: 'nowrap' }}>
              {t('Requests / s')}
            </Table.Th>
            <Table.Th ta="right">p50</Table.Th>
            <Table.Th ta="right">p95</Table.Th>
            <Table.Th ta="right">p99</Table.Th>
            <Table.Th ta="right">5xx</Table.Th>
            <Table.Th ta="right">4xx</Table.Th>
            <Table.Th ta="right">{t('Streams')}</Table.Th>
            <Table.Th>{t('Limits hit')}</Table.Th>
            <Table.Th>{t('Last check')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <PluginRows key={item.id} item={item} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function PluginRows({ item }: { item: PluginTraffic }) {
  const { locale } = useReader();
  const [isOpen, setOpen] = useState(false);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  const { open, since_start: sums } = item;
  const routesId = `routes-of-${item.id}`;
  return (
    <Fragment>
      <Table.Tr>
        <Table.Td data-head>
          <Group gap="xs" wrap="wrap">
            <UnstyledButton
              className={styles['opener']}
              aria-expanded={isOpen}
              aria-controls={isOpen ? routesId : undefined}
              aria-label={t('Routes of {name}', { name: item.name })}
              onClick={() => setOpen(!isOpen)}
            >
              <Chevron size={16} aria-hidden />
              <span className={textStyles['breakable']}>{item.name}</span>
            </UnstyledButton>
            {item.state && item.state !== 'online' ? <StateBadge state={item.state} /> : null}
          </Group>
        </Table.Td>
        <Table.Td data-label={t('Requests / s')} data-wide ta="right">
          <Group gap="sm" justify="flex-end" wrap="nowrap">
            <Sparkline values={item.series.requests} width={56} height={20} />
            <span className={styles['figure']}>{rate(item.requests_per_second, locale)}</span>
          </Group>
        </Table.Td>
        <Figure label="p50" value={duration(item.p50_ms, locale)} />
        <Figure label="p95" value={duration(item.p95_ms, locale)} />
        <Figure label="p99" value={duration(item.p99_ms, locale)} />
        <Figure label="5xx" value={share(item.error_share, locale)} isBad={item.error_share > 0} />
        <Figure label="4xx" value={share(item.refused_share, locale)} />
        <Figure label={t('Streams')} value={whole(open.streams, locale)} />
        <Table.Td data-label={t('Limits hit')} data-wide>
          <Text size="sm" className={textStyles['breakable']}>
            {limitsText(sums.limits, locale)}
          </Text>
        </Table.Td>
        <Table.Td data-label={t('Last check')} data-wide>
          <Check check={item.last_check} />
        </Table.Td>
      </Table.Tr>
      {isOpen ? (
        <Table.Tr className={styles['routes']}>
          <Table.Td colSpan={10} id={routesId}>
            <RouteTable pluginId={item.id} name={item.name} />
            <Anchor component={Link} to="/admin/plugins" size="sm" mt="sm" display="inline-block">
              {t('Connection report of {name}', { name: item.name })}
            </Anchor>
          </Table.Td>
        </Table.Tr>
      ) : null}
    </Fragment>
  );
}

function Figure({ label, value, isBad = false }: { label: string; value: string; isBad?: boolean }) {
  return (
    <Table.Td
      data-label={label}
      ta="right"
      className={styles['figure']}
      {...(isBad ? { c: 'var(--mantine-color-error)', fw: 600 } : {})}
    >
      {value}
    </Table.Td>
  );
}

function Check({ check }: { check: LastCheck | null }) {
  if (!check)
    return (
      <Text size="sm" c="dimmed">
        {t('Not yet')}
      </Text>
    );
  // What waits for a superuser answered well.
  const bad =
    check.stage === 'approved'
      ? { label: t('To approve'), color: 'yellow' }
      : { label: t('Failed'), color: 'red' };
  const look = check.ok ? { label: t('Good'), color: 'teal' } : bad;
  return (
    <div>
      <Group gap={6}>
        <Badge className={textStyles['whole']} color={look.color}>
          {look.label}
        </Badge>
        <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
          <When at={check.at} />
        </Text>
      </Group>
      {check.message ? (
        <Text size="xs" c="dimmed" className={textStyles['breakable']} lineClamp={2} title={check.message}>
          {check.message}
        </Text>
      ) : null}
    </div>
  );
}
