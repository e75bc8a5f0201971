/** Why somebody may use an extension, or may not. */
import { Alert, Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import IconCircleX from '@tabler/icons-react/dist/esm/icons/IconCircleX.mjs';
import { useState } from 'react';
import type { Why } from '#api/access.ts';
import { request } from '#api/client.ts';
import { Answered } from '#shell/answered.tsx';
import { t } from '#words/words.ts';
import { PersonSelect } from '../person-select.tsx';
import type { PartProps } from './people.tsx';

export function WhyCard({ pluginId, path }: PartProps) {
  const [userId, setUserId] = useState<string | null>(null);
  const why = useQuery({
    queryKey: ['admin-why', pluginId, userId],
    queryFn: async ({ signal }) =>
      (await request<Why>(`${path}/why?user_id=${userId ?? ''}`, { signal })).data,
    enabled: userId !== null,
  });
  return (
    <Card component="section" aria-labelledby="why">
      <Title order={2} size="h3" id="why" mb={4}>
        {t('Why can they, or can they not?')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('Choose a person, and read which rule lets them in or keeps them out.')}
      </Text>
      <PersonSelect label={t('Whose access')} value={userId} onChange={setUserId} />
      <div role="status">
        {userId === null ? null : (
          <Answered query={why} what={t('It could not be asked')} rows={2}>
            {(answer) => <WhyAnswer why={answer} />}
          </Answered>
        )}
      </div>
    </Card>
  );
}

function WhyAnswer({ why }: { why: Why }) {
  const { may_use: mayUse, may, groups, grants, explanation, user } = why;
  return (
    <>
      <Alert
        mt="md"
        variant="light"
        color={mayUse ? 'teal' : 'gray'}
        icon={mayUse ? <IconCircleCheck size={20} /> : <IconCircleX size={20} />}
        title={
          mayUse
            ? t('{name} may use it', { name: user.name })
            : t('{name} may not use it', { name: user.name })
        }
      >
        <Stack gap={6}>
          {explanation.map((sentence) => (
            <Text size="sm" key={sentence}>
              {sentence}
            </Text>
          ))}
        </Stack>
      </Alert>
      <Group gap={6} mt="sm">
        {groups.map((group) => (
          <Badge key={group.name} color={group.is_member ? 'teal' : 'gray'}>
            {group.is_member
              ? t('In {name}', { name: group.name })
              : t('Not in {name}', { name: group.name })}
          </Badge>
        ))}
        {grants.map((grant) => (
          <Badge
            key={`${grant.via} ${grant.group?.id ?? ''}`}
            color={grant.effect === 'allow' ? 'teal' : 'red'}
          >
            {grantWords(grant)}
          </Badge>
        ))}
        <SettingsRight may={may} />
      </Group>
    </>
  );
}

function SettingsRight({ may }: Pick<Why, 'may'>) {
  if (may.write_settings) return <Badge>{t('May change its settings')}</Badge>;
  return may.read_settings ? <Badge>{t('May see its settings')}</Badge> : null;
}

function grantWords({ effect, group }: Why['grants'][number]): string {
  if (effect === 'allow')
    return group ? t('Allowed by {name}', { name: group.name }) : t('Allowed in person');
  return group ? t('Denied by {name}', { name: group.name }) : t('Denied in person');
}
