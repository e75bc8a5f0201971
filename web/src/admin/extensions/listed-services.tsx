/** What `services.yaml` lists: each entry with its address, to be changed or removed. */
import { Badge, Button, Checkbox, Code, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import type { Approve, ListedService, ServiceList } from '@berth/plugin-kit/contract/wire/offers.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Answer } from '#api/client.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { changeService, removeService, servicesQuery } from '#api/offers.ts';
import { Answered } from '#shell/answered.tsx';
import { DialogForm } from '#shell/dialog-form.tsx';
import { StateBadge } from '#shell/plugin-state.tsx';
import { tell } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { ApproveField } from './approve-field.tsx';
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

type EntryProps = { service: ListedService; etag: string | null; onClose: () => void };
const pointers = ['/url', '/approve'];

function ChangeEntry({ service: { id, ...before }, etag, onClose }: EntryProps) {
  const client = useQueryClient();
  const [url, setUrl] = useState(before.url);
  const [approve, setApprove] = useState<Approve>(before.approve);
  const change = useMutation({
    mutationFn: () => changeService(id, { url: url.trim(), approve }, etag),
    onSuccess: (answer) => {
      client.setQueryData(servicesQuery.queryKey, answer);
      tell(t('The entry of {name} was changed.', { name: id }));
      onClose();
    },
    onError: () => client.invalidateQueries({ queryKey: servicesQuery.queryKey }),
  });
  return (
    <DialogForm
      title={t('Change {name}', { name: id })}
      action={t('Save')}
      isPending={change.isPending}
      refusal={generalError(change.error, pointers)}
      closeOnClickOutside={false}
      onSubmit={change.mutate}
      onClose={onClose}
    >
      <TextInput
        label={t('Address')}
        description={t('http://host:port, without a path.')}
        required
        withAsterisk={false}
        data-autofocus
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={errorFor(change.error, '/url')}
      />
      <ApproveField value={approve} onChange={setApprove} />
      {before.has_ca && !url.trim().startsWith('https:') ? (
        <Text size="sm" c="dimmed">
          {t('Its certificate authority leaves the entry: over http:// nothing is proved.')}
        </Text>
      ) : null}
    </DialogForm>
  );
}

function RemoveEntry({ service, etag, onClose }: EntryProps) {
  const client = useQueryClient();
  const [isStopping, setStopping] = useState(false);
  const { id, is_run_here: isRunHere } = service;
  const remove = useMutation({
    mutationFn: () => removeService(id, isStopping, etag),
    onSuccess: ({ outcome, detail }) => {
      const done =
        outcome === 'stopped'
          ? t('{name} was removed, and its container stopped.', { name: id })
          : t('{name} was removed from the list.', { name: id });
      tell(detail === null ? done : `${done} ${detail}`);
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: servicesQuery.queryKey }),
  });
  return (
    <DialogForm
      title={t('Remove {name}?', { name: id })}
      action={isStopping ? t('Remove and stop') : t('Remove')}
      isDanger
      isPending={remove.isPending}
      refusal={generalError(remove.error, [])}
      onSubmit={remove.mutate}
      onClose={onClose}
    >
      <Text size="sm">
        {t(
          'Its entry leaves the list, and nobody can open it any more. What Berth knows of it, such as ' +
            'rights and history, is there again when it is added again.',
        )}
      </Text>
      {isRunHere ? (
        <Checkbox
          label={t('Stop its container and remove it')}
          description={t('Its volumes stay, with its data. Without this the container runs on.')}
          checked={isStopping}
          onChange={(event) => setStopping(event.currentTarget.checked)}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {t('Its container runs on: stop it where you started it.')}
        </Text>
      )}
    </DialogForm>
  );
}
