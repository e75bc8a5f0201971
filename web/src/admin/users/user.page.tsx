/** One account: how it stands, its groups, and what is open to it and why. */
import { Anchor, Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconUserOff from '@tabler/icons-react/dist/esm/icons/IconUserOff.mjs';
import { Link, useParams } from '@tanstack/react-router';
import { personAccessQuery, type PersonAccess } from '#api/access.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { Notice } from '#shell/states.tsx';
import { Email } from '#shell/email.tsx';
import { t } from '#words/words.ts';
import { UserExtensions } from './user-extensions.tsx';
import { UserGroups } from './user-groups.tsx';
import textStyles from '#shell/text.module.css';

export function UserPage() {
  const { userId = '' } = useParams({ strict: false });
  const access = useQuery(personAccessQuery(userId));
  return (
    <Page
      title={access.data?.user.name ?? t('User')}
      above={
        <>
          {t('Admin')} ·{' '}
          <Anchor component={Link} to="/admin/users" inherit underline="always">
            {t('Users')}
          </Anchor>
        </>
      }
      reading
    >
      <Answered
        query={access}
        what={t('The user could not be read')}
        rows={5}
        missing={
          <Notice icon={IconUserOff} title={t('There is no such user')}>
            {t('The address may be old or mistyped.')}
          </Notice>
        }
      >
        {(found) => (
          <Stack gap="lg">
            <Account access={found} />
            <UserGroups userId={userId} groups={found.groups} />
            <UserExtensions extensions={found.extensions} />
          </Stack>
        )}
      </Answered>
    </Page>
  );
}

function Account({ access: { user, session_count: count } }: { access: PersonAccess }) {
  return (
    <Card component="section" aria-labelledby="account">
      <Title order={2} size="h3" id="account" mb={4}>
        {t('Account')}
      </Title>
      <Group gap="xs">
        <Text size="sm">
          <Email>{user.email}</Email>
        </Text>
        {user.is_superuser ? <Badge className={textStyles['whole']}>{t('Superuser')}</Badge> : null}
        {user.is_active ? null : (
          <Badge className={textStyles['whole']} color="red">
            {t('Not active')}
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed" mt={4}>
        {sessionWords(count)}
      </Text>
    </Card>
  );
}

function sessionWords(count: number): string {
  if (count === 0) return t('Signed in nowhere now.');
  return t('{count, plural, one {Signed in with 1 session.} other {Signed in with # sessions.}}', { count });
}
