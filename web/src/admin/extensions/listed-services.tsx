/** What `services.yaml` lists: each entry with its address, to be changed or removed. */
import { Badge, Button, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ListedService, ServiceList } from '@berth/plugin-kit/contract/wire/offers.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Answer } from '#api/client.ts';
import { servicesQuery } from '#api/offers.ts';
import { Answered } from '#shell/answered.tsx';
import { StateBadge } from '#shell/plugin-state.tsx';
import { t } from '#words/words.ts';
import { ChangeEntry, RemoveEntry } from './entry-dialogs.tsx';
import textStyles from '#shell/text.module.css';

type Open = { window: 'change' | 'remove'; service: ListedService; etag: string | null } | null;

export function ListedServices() {
  const list = useQuery({ ...servicesQuery, refetchInterval: 10_000 });
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <section aria-labelledby="listed">
      <Title order={2} id="listed" mb="xs">
        {t('In your list of services')}
      </Title>
      <Answered query={list} what={t('The list of services could not be read')} rows={2}>
        {(data) => <Entries answer={data} onOpen={setOpen} />}
      </Answered>
      {open?.window === 'change' ? <ChangeEntry {...open} onClose={close} /> : null}
      {open?.window === 'remove' ? <RemoveEntry {...open} onClose={close} /> : null}
    </section>
  );
}

type EntriesProps = { answer: Answer<ServiceList>; onOpen: (open: Open) => void };

function Entries({ answer: { data, etag }, onOpen }: EntriesProps) {
  const { items, services_file: file, can_write: canWrite } = data;
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm" className={textStyles['breakable']}>
        {items.length === 0 ? t('{file} lists nothing yet.', { file }) : file}
      </Text>
      <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
        {items.map((service) => (
          <Paper component="li" key={service.id} withBorder p="sm" aria-label={service.id}>
            <Group justify="space-between" gap="sm">
              <div style={{ minWidth: 0, flex: '1 1 14rem' }}>
                <Group gap="xs">
                  <Text fw={600} className={textStyles['breakable']}>
                    {service.id}
                  </Text>
                  {service.state === null ? (
                    <Badge color="gray">{t('Not known yet')}</Badge>
                  ) : (
                    <StateBadge state={service.state} />
                  )}
                </Group>
                <Code className={textStyles['breakable']}>{service.url}</Code>
              </div>
              {canWrite ? (
                <Group gap="xs">
                  <Button
                    variant="default"
                    size="compact-md"
                    aria-label={t('Change {name}', { name: service.id })}
                    onClick={() => onOpen({ window: 'change', service, etag })}
                  >
                    {t('Change')}
                  </Button>
                  <Button
                    variant="default"
                    size="compact-md"
                    aria-label={t('Remove {name}', { name: service.id })}
                    onClick={() => onOpen({ window: 'remove', service, etag })}
                  >
                    {t('Remove')}
                  </Button>
                </Group>
              ) : null}
            </Group>
          </Paper>
        ))}
      </Stack>
    </>
  );
}
