/**
 * `/admin/settings`: the settings of Berth itself, in the form of every other. The environment wins, and is
 * named.
 */
import { isObject, type JsonObject, parseJson } from '@berth/plugin-kit/contract/exact-json.ts';
import { languageOf } from '@berth/plugin-kit/frame/words.ts';
import { Alert, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import IconRefresh from '@tabler/icons-react/dist/esm/icons/IconRefresh.mjs';
import { useEffect } from 'react';
import { request } from '#api/client.ts';
import { Failure, Loading } from '#shell/states.tsx';
import { locale, t } from '#words/words.ts';
import { SettingsEditor } from './settings-editor.tsx';
import type { Loaded, SettingsSource } from './settings-load.ts';
import pageStyles from '#shell/page.module.css';

const path = '/api/admin/settings';
const waitingKey = ['gateway-settings-waiting'];

type Described = { schema: JsonObject; ui: JsonObject; waiting_for_restart: string[] };

const describe = async (signal?: AbortSignal): Promise<Described> =>
  (await request<Described>(`${path}/schema`, signal ? { signal } : {})).data;

const source: SettingsSource = {
  id: 'berth',
  name: 'Berth',
  path,
  historyPath: null,
  isReadOnly: false,
  live: null,
  async load(signal): Promise<Loaded> {
    const [{ schema, ui }, settings] = await Promise.all([
      describe(signal),
      request<JsonObject>(path, { parse: parseJson, ...(signal ? { signal } : {}) }),
    ]);
    return { schema, ui, settings: settings.data, etag: settings.etag };
  },
};

export function BerthSettingsPage() {
  const client = useQueryClient();
  const loaded = useQuery({
    queryKey: ['gateway-settings', languageOf(locale())],
    queryFn: ({ signal }) => source.load(signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const title = t('Settings of Berth · Berth');
  useEffect(() => {
    document.title = title;
  }, [title]);
  if (loaded.isPending)
    return (
      <div className={pageStyles['page']} data-reading>
        <Loading rows={5} />
      </div>
    );
  if (loaded.error)
    return (
      <Failure
        what={t('The settings could not be read')}
        error={loaded.error}
        onRetry={() => void client.resetQueries({ queryKey: ['gateway-settings'] })}
      />
    );
  return (
    <SettingsEditor
      source={source}
      loaded={loaded.data}
      onSaved={() => void client.invalidateQueries({ queryKey: waitingKey })}
    >
      <Text c="dimmed" size="sm" mb={2}>
        {t('Admin')}
      </Text>
      <Title order={1} mb="lg">
        {t('Settings of Berth')}
      </Title>
      <Waiting schema={loaded.data.schema} />
    </SettingsEditor>
  );
}

/** What was saved and holds only from the next start. */
function Waiting({ schema }: { schema: JsonObject }) {
  const { data } = useQuery({ queryKey: waitingKey, queryFn: ({ signal }) => describe(signal) });
  const waiting = data?.waiting_for_restart ?? [];
  if (waiting.length === 0) return null;
  return (
    <Alert
      color="yellow"
      icon={<IconRefresh size={18} />}
      mb="lg"
      role="status"
      title={t('Some of this holds from the next start of Berth')}
    >
      {waiting.map((name) => titleOf(schema, name)).join(', ')}
    </Alert>
  );
}

function titleOf(schema: JsonObject, name: string): string {
  const properties = schema['properties'];
  const part = isObject(properties) ? properties[name] : undefined;
  const title = isObject(part) ? part['title'] : undefined;
  return typeof title === 'string' ? title : name;
}
