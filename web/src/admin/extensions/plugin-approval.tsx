/** What a manifest asks for on top of what was approved, and the two answers. */
import { Alert, Button, Code, Group, List, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import IconShieldQuestion from '@tabler/icons-react/dist/esm/icons/IconShieldQuestion.mjs';
import { request } from '#api/client.ts';
import type { AdminPlugin, ManifestDifference, WaitingManifest } from '#api/types.ts';
import { When } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import textStyles from '#shell/text.module.css';

export function PluginApproval({ plugin, waiting }: { plugin: AdminPlugin; waiting: WaitingManifest }) {
  const client = useQueryClient();
  const name = plugin.name || plugin.id;
  const decide = useMutation({
    // The digest says what was looked at: if something else waits by now, nothing is decided.
    mutationFn: (word: 'approve' | 'reject') =>
      request(`/api/admin/plugins/${plugin.id}/${word}`, {
        method: 'POST',
        body: { digest: waiting.digest },
      }),
    onSuccess: (_, word) =>
      tell(
        word === 'approve'
          ? t('{name}: approved', { name })
          : t('{name}: refused. It will not ask for this again.', { name }),
      ),
    onError: (error) => tellFailure(t('Nothing was decided'), error),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['admin-plugins'] }),
        client.invalidateQueries({ queryKey: ['plugins'] }),
      ]),
  });
  return (
    <Alert
      color="yellow"
      variant="light"
      mt="md"
      icon={<IconShieldQuestion size={20} />}
      title={plugin.version ? t('It asks for more') : t('It asks to be let in')}
    >
      <Text size="sm" mb="xs">
        <Words text={msg('Asked <when/>.')} parts={{ when: <When at={waiting.since} /> }} />{' '}
        {plugin.version ? t('What was approved before goes on serving.') : t('Nothing of it is served yet.')}
      </Text>
      <List size="sm" spacing="xs" aria-label={t('What {name} asks for', { name })}>
        {waiting.differences.map((difference) => (
          <List.Item key={`${difference.pointer} ${difference.what}`}>
            {difference.what}
            <Values difference={difference} />
          </List.Item>
        ))}
      </List>
      <Group mt="md" gap="sm">
        <Button
          size="compact-md"
          loading={decide.isPending && decide.variables === 'approve'}
          disabled={decide.isPending}
          onClick={() => decide.mutate('approve')}
          aria-label={t('Approve: {name}', { name })}
        >
          {t('Approve')}
        </Button>
        <Button
          size="compact-md"
          variant="default"
          loading={decide.isPending && decide.variables === 'reject'}
          disabled={decide.isPending}
          onClick={() => decide.mutate('reject')}
          aria-label={t('Refuse: {name}', { name })}
        >
          {t('Refuse')}
        </Button>
      </Group>
    </Alert>
  );
}

/** The place in the manifest, and what stands there now and would stand there then. */
function Values({ difference: { pointer, before, after } }: { difference: ManifestDifference }) {
  return (
    <Text size="xs" c="dimmed" className={textStyles['mono']} style={{ overflowWrap: 'anywhere' }}>
      {pointer === '' ? t('the manifest') : pointer}: <Code>{JSON.stringify(before)}</Code> →{' '}
      <Code>{JSON.stringify(after)}</Code>
    </Text>
  );
}
