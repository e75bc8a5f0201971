/** One workspace: a tab for each thing that may be seen, a switch where several extensions answer. */
import { Anchor, Group, Tabs } from '@mantine/core';
import type { WorkspaceDetail, WorkspaceSource } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useQuery } from '@tanstack/react-query';
import IconLock from '@tabler/icons-react/dist/esm/icons/IconLock.mjs';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Place } from '#api/capability-calls.ts';
import { ApiError } from '#api/client.ts';
import { workspaceQuery } from '#api/workspaces.ts';
import { Page } from '#shell/page.tsx';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { msg, t } from '#words/words.ts';
import { NothingBound } from './capability-failure.tsx';
import { ConfigurationTab } from './configuration-tab.tsx';
import { LogsTab } from './logs-tab.tsx';
import { ChooseSource, EnvironmentSwitch, GonePlace, SourceSwitch } from './place-switches.tsx';
import { atSource, readWorkspaceSearch, type WorkspaceSearch } from './workspace-search.rules.ts';

const tabs = [
  { tab: 'configuration', label: msg('Configuration'), permission: 'configuration:read' },
  { tab: 'logs', label: msg('Logs'), permission: 'logs:read' },
] as const;

export function WorkspacePage() {
  const { workspace: slug = '' } = useParams({ strict: false });
  const found = useQuery({ ...workspaceQuery(slug), retry: false });
  if (found.data) return <Workspace workspace={found.data} />;
  if (found.error instanceof ApiError && found.error.status === 404)
    return (
      <Notice icon={IconLock} title={t('This workspace is not open to you')} isWholePage>
        {t('There is none under this address, or none of your groups has a right in it.')}
      </Notice>
    );
  return (
    <Page title={t('Workspace')} above={t('Workspaces')}>
      {found.error ? (
        <Failure
          what={t('The workspace could not be read')}
          error={found.error}
          onRetry={() => void found.refetch()}
        />
      ) : (
        <Loading rows={4} />
      )}
    </Page>
  );
}

function Workspace({ workspace }: { workspace: WorkspaceDetail }) {
  const search = readWorkspaceSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const open = tabs.filter(({ permission }) => workspace.permissions.includes(permission));
  const tab = open.find((one) => one.tab === search.tab)?.tab ?? open[0]?.tab;
  const go = (next: WorkspaceSearch) =>
    void navigate({
      to: `/workspaces/${workspace.slug}`,
      search: readWorkspaceSearch(next),
      replace: true,
      resetScroll: false,
    });
  const sources = tab === undefined ? [] : workspace.sources[tab];
  const source = sources.length > 1 ? (search.source ?? null) : null;
  const chosen = sources.find((one) => one.source_id === source) ?? defaultOf(sources);
  const environment = chosen?.environments.find((name) => name === search.env) ?? null;
  const place = { workspace: workspace.slug, source: chosen?.source_id ?? null, environment };
  return (
    <Page
      title={workspace.name}
      above={
        <Anchor component={Link} to="/workspaces" inherit>
          {t('Workspaces')}
        </Anchor>
      }
      lead={workspace.description}
    >
      {tab === undefined ? (
        <Notice icon={IconLock} title={t('Nothing here is open to you yet')}>
          {t(
            'Your rights in this workspace are for programs alone. Ask for the right to read its ' +
              'configuration or logs.',
          )}
        </Notice>
      ) : (
        <Tabs
          value={tab}
          onChange={(next) => go({ tab: next === 'logs' ? 'logs' : 'configuration' })}
          keepMounted={false}
        >
          <Tabs.List aria-label={workspace.name} mb="md">
            {open.map((one) => (
              <Tabs.Tab key={one.tab} value={one.tab}>
                {t(one.label)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value={tab}>
            <Group gap="md" align="flex-start">
              <SourceSwitch
                sources={sources}
                chosen={chosen}
                onChoose={(id) => go({ ...atSource(search, id, sources), tab })}
              />
              <EnvironmentSwitch
                names={chosen?.environments ?? []}
                chosen={environment}
                onChoose={(name) => go({ ...search, tab, env: name })}
              />
            </Group>
            <GonePlace search={search} sources={sources} chosen={chosen} />
            {chosen === undefined ? (
              <NoSource sources={sources} onChoose={(id) => go({ ...search, tab, source: id })} />
            ) : (
              <TabContent
                // What was revealed of one source is forgotten with it.
                key={`${place.source ?? ''} ${environment ?? ''}`}
                {...{ tab, place, search }}
                permissions={workspace.permissions}
                isWritable={chosen.writable}
                onSearch={(next) => go({ ...next, tab })}
              />
            )}
          </Tabs.Panel>
        </Tabs>
      )}
    </Page>
  );
}

type NoSourceProps = { sources: readonly WorkspaceSource[]; onChoose: (id: string) => void };

function NoSource({ sources, onChoose }: NoSourceProps) {
  return sources.length === 0 ? <NothingBound /> : <ChooseSource sources={sources} onChoose={onChoose} />;
}

type TabContentProps = {
  tab: 'configuration' | 'logs';
  place: Place;
  permissions: WorkspaceDetail['permissions'];
  isWritable: boolean;
  search: WorkspaceSearch;
  onSearch: (next: WorkspaceSearch) => void;
};

function TabContent({ tab, place, permissions, isWritable, search, onSearch }: TabContentProps) {
  return tab === 'configuration' ? (
    <ConfigurationTab place={place} permissions={permissions} isWritable={isWritable} />
  ) : (
    <LogsTab place={place} search={search} onSearch={onSearch} />
  );
}

function defaultOf(sources: readonly WorkspaceSource[]): WorkspaceSource | undefined {
  return (
    sources.find(({ is_default: isDefault }) => isDefault) ?? (sources.length === 1 ? sources[0] : undefined)
  );
}
