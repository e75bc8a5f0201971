import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconPlugConnected from '@tabler/icons-react/dist/esm/icons/IconPlugConnected.mjs';
import { Link } from '@tanstack/react-router';
import { adminPluginsQuery } from '#api/plugins.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { PluginCard } from './plugin-card.tsx';
import textStyles from '#shell/text.module.css';

const pollMs = 5000;

export function PluginsPage() {
  const plugins = useQuery({ ...adminPluginsQuery, refetchInterval: pollMs });
  return (
    <Page
      title={t('Extensions')}
      above={t('Admin')}
      lead={t('Every service that Berth was told of, and how far it came with each.')}
      action={
        plugins.data && plugins.data.items.length > 0 ? (
          <Button component={Link} to="/admin/add-extension">
            {t('Add an extension')}
          </Button>
        ) : null
      }
    >
      <Answered query={plugins} what={t('The extensions could not be listed')}>
        {(data) => (
          <Stack>
            <SourceProblems problems={data.source_problems ?? []} />
            {data.items.map((plugin) => (
              <PluginCard key={plugin.id} plugin={plugin} />
            ))}
            {data.items.length === 0 ? <HowToAdd /> : null}
          </Stack>
        )}
      </Answered>
    </Page>
  );
}

/** What is wrong beside the services themselves: lines of the lists that name them, a second gateway. */
function SourceProblems({ problems }: { problems: readonly string[] }) {
  if (problems.length === 0) return null;
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconAlertTriangle size={20} />}
      title={t('Something is not as it should be')}
      role="status"
    >
      <Text size="sm" mb={6}>
        {t('The services that could be read are served. This is to be looked at:')}
      </Text>
      <List size="sm" spacing={4}>
        {problems.map((problem) => (
          <List.Item key={problem} className={textStyles['breakable']}>
            {problem}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function HowToAdd() {
  return (
    <Notice
      icon={IconPlugConnected}
      title={t('There is no extension yet')}
      action={
        <Button component={Link} to="/admin/add-extension">
          {t('Add the first extension')}
        </Button>
      }
    >
      {t('Choose one from the catalogue, or type the address of a container.')}
    </Notice>
  );
}
