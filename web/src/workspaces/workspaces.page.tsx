/** The workspaces in which the person may do something. */
import { Anchor, Badge, Card, Group, SimpleGrid, Text, Title } from '@mantine/core';
import type { WorkspaceSummary } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useQuery } from '@tanstack/react-query';
import IconLayoutGrid from '@tabler/icons-react/dist/esm/icons/IconLayoutGrid.mjs';
import { Link } from '@tanstack/react-router';
import { ownWorkspacesQuery } from '#api/workspaces.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import textStyles from '#shell/text.module.css';

export function WorkspacesPage() {
  const list = useQuery(ownWorkspacesQuery);
  return (
    <Page title={t('Workspaces')} lead={t('Configuration and logs of what you work on.')}>
      <Answered query={list} what={t('The workspaces could not be listed')} rows={3}>
        {(data) =>
          data.items.length === 0 ? (
            <Notice icon={IconLayoutGrid} title={t('No workspace is open to you')}>
              {t('Ask an administrator to give one of your groups rights in a workspace.')}
            </Notice>
          ) : (
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {data.items.map((workspace) => (
                <WorkspaceCard key={workspace.id} workspace={workspace} />
              ))}
            </SimpleGrid>
          )
        }
      </Answered>
    </Page>
  );
}

function WorkspaceCard({ workspace: { slug, name, description, type } }: { workspace: WorkspaceSummary }) {
  return (
    <Card component="article" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2} size="h3" className={textStyles['breakable']}>
          <Anchor component={Link} to={`/workspaces/${slug}`} inherit>
            {name}
          </Anchor>
        </Title>
        {type === null ? null : (
          <Badge color="gray" tt="none" className={textStyles['whole']}>
            {type.name}
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed" className={textStyles['breakable']}>
        {description || slug}
      </Text>
    </Card>
  );
}
