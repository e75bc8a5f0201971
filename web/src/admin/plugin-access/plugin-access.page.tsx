import { Anchor, Button, Card, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconPuzzleOff from '@tabler/icons-react/dist/esm/icons/IconPuzzleOff.mjs';
import { Link, useParams } from '@tanstack/react-router';
import type { Grant } from '#api/access.ts';
import { request } from '#api/client.ts';
import { adminPluginsQuery } from '#api/plugins.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { ExtensionUse } from '../connections/extension-use.tsx';
import { AddGrant, GrantTable } from './grants.tsx';
import { PeopleCard } from './people.tsx';
import { WhyCard } from './why.tsx';

export function PluginAccessPage() {
  const { pluginId = '' } = useParams({ strict: false });
  const plugins = useQuery(adminPluginsQuery);
  const plugin = plugins.data?.items.find(({ id }) => id === pluginId);
  const path = `/api/admin/plugins/${encodeURIComponent(pluginId)}`;
  const grants = useQuery({
    queryKey: ['admin-grants', pluginId],
    queryFn: async ({ signal }) =>
      (await request<{ items: Grant[] }>(`${path}/grants`, { signal })).data.items,
  });
  const name = plugin?.name ?? pluginId;
  return (
    <Page
      title={t('Who may use {name}', { name })}
      above={
        <>
          {t('Admin')} ·{' '}
          <Anchor component={Link} to="/admin/plugins" inherit>
            {t('Extensions')}
          </Anchor>
        </>
      }
      lead={t(
        'Its manifest says which groups may use it. Exceptions come on top, and a denial is ' +
          'stronger than all else.',
      )}
      reading
    >
      <Answered
        query={grants}
        what={t('Access could not be read')}
        missing={
          <Notice
            icon={IconPuzzleOff}
            title={t('There is no such extension')}
            action={
              <Button component={Link} to="/admin/plugins" variant="default">
                {t('See all extensions')}
              </Button>
            }
          >
            {t('Berth was never told of one with this id, or it was removed.')}
          </Notice>
        }
      >
        {(exceptions) => (
          <Stack gap="lg">
            <PeopleCard pluginId={pluginId} path={path} />
            <Card component="section" aria-labelledby="words">
              <Title order={2} size="h3" id="words" mb="sm">
                {t('Exceptions to the manifest')}
              </Title>
              <GrantTable pluginId={pluginId} path={path} grants={exceptions} />
              <AddGrant pluginId={pluginId} path={path} />
            </Card>
            <WhyCard pluginId={pluginId} path={path} />
            <ExtensionUse pluginId={pluginId} />
          </Stack>
        )}
      </Answered>
    </Page>
  );
}
