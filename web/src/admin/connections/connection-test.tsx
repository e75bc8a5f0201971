/** Tries a connection at once, and says step by step how far it came. */
import { Button, Group, Loader, Stack, Text, ThemeIcon } from '@mantine/core';
import type {
  Connection,
  ConnectionTest,
  ConnectionTestStep,
} from '@berth/plugin-kit/contract/wire/connections.ts';
import { useQuery } from '@tanstack/react-query';
import IconCheck from '@tabler/icons-react/dist/esm/icons/IconCheck.mjs';
import IconMinus from '@tabler/icons-react/dist/esm/icons/IconMinus.mjs';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import { tryConnection } from '#api/connections.ts';
import { Dialog } from '#shell/dialog.tsx';
import { Failure } from '#shell/states.tsx';
import { locale, msg, t } from '#words/words.ts';
import { duration } from '../traffic/numbers.rules.ts';
import { stepWords } from './connection-words.ts';
import textStyles from '#shell/text.module.css';

const looks = {
  ok: { icon: IconCheck, color: 'teal', words: msg('went well') },
  failed: { icon: IconX, color: 'red', words: msg('failed') },
  skipped: { icon: IconMinus, color: 'gray', words: msg('not reached') },
} as const;

export function TryConnection({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const test = useQuery({
    queryKey: ['connection-test', connection.id],
    queryFn: () => tryConnection(connection.id),
    gcTime: 0,
    staleTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  return (
    <Dialog onClose={onClose} title={t('Test of {name}', { name: connection.name })}>
      <Stack aria-live="polite" aria-busy={test.isFetching}>
        {test.isFetching ? (
          <Group gap="sm">
            <Loader size="sm" />
            <Text size="sm">{t('Asking {host} …', { host: new URL(connection.options.url).host })}</Text>
          </Group>
        ) : (
          <Outcome test={test.data} error={test.error} />
        )}
        <Group justify="flex-end">
          <Button variant="default" loading={test.isFetching} onClick={() => void test.refetch()}>
            {t('Try again')}
          </Button>
          <Button onClick={onClose}>{t('Close')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function Outcome({ test, error }: { test: ConnectionTest | undefined; error: unknown }) {
  return test ? <Steps test={test} /> : <Failure what={t('It could not be tried')} error={error} />;
}

function Steps({ test }: { test: ConnectionTest }) {
  return (
    <Stack gap="xs" component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
      {test.steps.map((step) => (
        <Step key={step.step} {...step} />
      ))}
    </Stack>
  );
}

function Step({ step, outcome, detail, ms }: ConnectionTestStep) {
  const { icon: StepIcon, color, words } = looks[outcome];
  return (
    <Group component="li" gap="sm" align="flex-start" wrap="nowrap">
      <ThemeIcon size="sm" radius="xl" color={color} variant="light" mt={1}>
        <StepIcon size={14} aria-hidden />
      </ThemeIcon>
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={550}>
          {t(stepWords[step])}{' '}
          <Text span size="sm" c="dimmed" fw={400}>
            {t(words)}
            {ms === null ? '' : `, ${duration(ms, locale())}`}
          </Text>
        </Text>
        {detail === '' ? null : (
          <Text size="sm" className={textStyles['breakable']}>
            {detail}
          </Text>
        )}
      </div>
    </Group>
  );
}
