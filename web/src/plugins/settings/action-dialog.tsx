/** One action: its question, its form, how far it is, and how it ended. */
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import type { ActionProgress } from '@berth/plugin-kit/contract/live.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { Alert, Button, Group, Loader, Progress, Stack, Table, Text } from '@mantine/core';
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { ApiError } from '#api/client.ts';
import { fetchManifest } from '#api/plugins.ts';
import type { Plugin, PluginAction, PluginManifest } from '#api/types.ts';
import { Dialog } from '#shell/dialog.tsx';
import { Answered } from '#shell/answered.tsx';
import { locale, t } from '#words/words.ts';
import { type Draft, settle } from './draft.ts';
import { check } from './form-errors.ts';
import { planForm } from './form-plan.ts';
import { fetchChoices, type LiveForm } from './live-form.ts';
import { SettingsForm } from './settings-form.tsx';
import { type ActionEnd, runAction } from './run-action.ts';
import textStyles from '#shell/text.module.css';

type ActionProps = { plugin: Plugin; action: PluginAction; onClose: () => void };

export function ActionDialog({ plugin, action, onClose }: ActionProps) {
  const manifest = useQuery({
    queryKey: ['manifest', plugin.id, plugin.version, locale()],
    queryFn: ({ signal }) => fetchManifest(plugin.id, signal),
    enabled: action.has_input,
  });
  return (
    <Dialog onClose={onClose} title={action.title} size="md">
      {action.has_input ? (
        <Answered query={manifest} what={t('Its form could not be read')} rows={2}>
          {(data) => <ActionRun {...{ plugin, action, onClose }} schema={inputSchemaOf(data, action.id)} />}
        </Answered>
      ) : (
        <ActionRun {...{ plugin, action, onClose }} schema={null} />
      )}
    </Dialog>
  );
}

function inputSchemaOf(manifest: PluginManifest, actionId: string): JsonObject | null {
  return manifest.actions?.find(({ id }) => id === actionId)?.input_schema ?? null;
}

function ActionRun({ plugin, action, schema, onClose }: ActionProps & { schema: JsonObject | null }) {
  const plan = useMemo(() => (schema ? planForm(schema, {}) : null), [schema]);
  const [draft, setDraft] = useState<Draft>({});
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [step, setStep] = useState<ActionProgress>({});
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const live = useMemo(
    (): LiveForm => ({
      key: `${plugin.id} ${action.id}`,
      choices: (path, q, signal) => fetchChoices(plugin.id, action.id, { path, q, signal }),
      check: null,
    }),
    [plugin.id, action.id],
  );
  const run = useMutation<ActionEnd, Error, JsonObject>({
    mutationFn: (input) => {
      stop.current = new AbortController();
      setStep({});
      return runAction(plugin.id, action.id, input, { signal: stop.current.signal, onProgress: setStep });
    },
    onError: (error) => setErrors(error instanceof ApiError ? error.errors : []),
  });
  const start = (): void => {
    const { value, unready } = settle(draft);
    const found = schema ? [...unready, ...check(schema, {}, value)] : [];
    setErrors(found);
    if (found.length === 0) run.mutate(value);
  };
  if (run.isPending) return <Running step={step} onClose={onClose} />;
  if (run.data) return <Ended end={run.data} onClose={onClose} onAgain={() => run.reset()} />;
  return (
    <Stack gap="md">
      {action.confirm ? <Text size="sm">{action.confirm}</Text> : null}
      {plan && schema ? (
        <SettingsForm
          plan={plan}
          schema={schema}
          value={draft}
          errors={errors}
          search=""
          isReadOnly={false}
          isBare
          live={live}
          onChange={setDraft}
        />
      ) : null}
      {run.error && errors.length === 0 ? (
        <Alert color="red" icon={<IconAlertTriangle size={18} />} role="alert">
          {run.error.message}
        </Alert>
      ) : null}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('Cancel')}
        </Button>
        <Button onClick={start}>{action.title}</Button>
      </Group>
    </Stack>
  );
}

function Running({ step, onClose }: { step: ActionProgress; onClose: () => void }) {
  const { done, total, message } = step;
  const share = done !== undefined && total !== undefined && total > 0 ? Math.min(1, done / total) : null;
  return (
    <Stack gap="sm">
      {share === null ? (
        <Loader size="sm" aria-label={t('Under way')} />
      ) : (
        <Progress value={share * 100} aria-label={t('How far it is')} size="lg" />
      )}
      <Text size="sm" role="status">
        {message || (share === null ? t('Under way …') : `${Math.round(share * 100)} %`)}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('Close')}
        </Button>
      </Group>
    </Stack>
  );
}

function Ended({ end, onClose, onAgain }: { end: ActionEnd; onClose: () => void; onAgain: () => void }) {
  const isGood = end.outcome === 'ok';
  const facts = Object.entries(end.facts);
  return (
    <Stack gap="md">
      <Alert
        color={isGood ? 'teal' : 'red'}
        icon={isGood ? <IconCircleCheck size={18} /> : <IconAlertTriangle size={18} />}
        role={isGood ? 'status' : 'alert'}
      >
        {end.message || (isGood ? t('Done.') : t('It did not succeed.'))}
      </Alert>
      {facts.length > 0 ? (
        <Table fz="sm" aria-label={t('Result')}>
          <Table.Tbody>
            {facts.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row">{name}</Table.Th>
                <Table.Td className={textStyles['breakable']}>{String(value)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
      <Group justify="flex-end">
        {isGood ? null : (
          <Button variant="default" onClick={onAgain}>
            {t('Try again')}
          </Button>
        )}
        <Button onClick={onClose} data-autofocus>
          {t('Close')}
        </Button>
      </Group>
    </Stack>
  );
}
