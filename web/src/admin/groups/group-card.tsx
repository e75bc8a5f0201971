/** One group among the others: how many are in it, what it opens, and what can be done with it. */
import { ActionIcon, Button, Card, Group as Row, Text } from '@mantine/core';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import type { Group } from '#api/types.ts';
import { t } from '#words/words.ts';
import { GroupOpens } from './group-opens.tsx';
import textStyles from '#shell/text.module.css';

type GroupCardProps = { group: Group; onOpen: (kind: 'edit' | 'delete' | 'members') => void };

export function GroupCard({ group, onOpen }: GroupCardProps) {
  const { id, name, description, member_count: count } = group;
  return (
    <Card padding="md" component="article" aria-label={name} h="100%">
      <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Text>
      <Text size="sm" c="dimmed" mih={22} mb="xs" className={textStyles['clamp']}>
        {description || t('No description.')}
      </Text>
      <GroupOpens groupId={id} />
      <Row justify="space-between" mt="auto" gap={4}>
        <Button variant="default" size="compact-sm" onClick={() => onOpen('members')}>
          {t('{count, plural, one {1 member} other {# members}}', { count })}
        </Button>
        <Row gap={2}>
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => onOpen('edit')}
            aria-label={t('Edit {name}', { name })}
          >
            {t('Edit')}
          </Button>
          <ActionIcon
            variant="subtle"
            color="red"
            aria-label={t('Delete {name}', { name })}
            onClick={() => onOpen('delete')}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Row>
      </Row>
    </Card>
  );
}
