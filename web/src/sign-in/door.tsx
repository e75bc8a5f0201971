/** The frame of every page that one sees before being signed in. */
import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { t } from '#words/words.ts';
import textStyles from '#shell/text.module.css';
import styles from './door.module.css';

export function Door({
  title,
  lead,
  children,
  foot,
}: {
  title: string;
  lead?: string;
  children: ReactNode;
  foot?: ReactNode;
}) {
  useEffect(() => {
    document.title = t('{title} · Berth', { title });
  }, [title]);
  return (
    <main className={styles['door']}>
      <Stack w="100%" maw={420} gap="lg">
        <Group justify="center" gap="xs">
          <img src="/mark.svg" alt="" width={32} height={32} />
          <Text fw={650} size="lg">
            Berth
          </Text>
        </Group>
        <Card shadow="sm" padding="xl">
          <Title order={1} mb={lead ? 4 : 'md'}>
            {title}
          </Title>
          {lead ? (
            <Text c="dimmed" size="sm" mb="md" className={textStyles['breakable']}>
              {lead}
            </Text>
          ) : null}
          {children}
        </Card>
        {foot ? (
          <Text size="sm" c="dimmed" ta="center">
            {foot}
          </Text>
        ) : null}
      </Stack>
    </main>
  );
}

export function DoorLink({ href, children }: { href: string; children?: ReactNode }) {
  return (
    <Anchor href={href} size="sm" underline="always">
      {children}
    </Anchor>
  );
}
