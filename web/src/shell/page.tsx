/** The top of every page: breadcrumb, title, at most one primary action. */
import { Breadcrumbs, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { t } from '#words/words.ts';
import pageStyles from './page.module.css';
import textStyles from './text.module.css';

type PageProps = {
  title: string;
  above?: ReactNode;
  lead?: string;
  action?: ReactNode;
  reading?: boolean;
  children: ReactNode;
};

export function Page({ title, above, lead, action, reading = false, children }: PageProps) {
  useEffect(() => {
    document.title = t('{title} · Berth', { title });
  }, [title]);
  return (
    <div className={pageStyles['page']} data-reading={reading || undefined}>
      <Group justify="space-between" align="flex-end" mb="lg" gap="sm">
        <div style={{ minWidth: 0 }}>
          {above ? (
            <Breadcrumbs fz="sm" c="dimmed" mb={2}>
              <Text size="sm">{above}</Text>
            </Breadcrumbs>
          ) : null}
          <Title order={1} className={textStyles['breakable']}>
            {title}
          </Title>
          {lead ? (
            <Text c="dimmed" size="sm" mt={2} className={textStyles['breakable']}>
              {lead}
            </Text>
          ) : null}
        </div>
        {action}
      </Group>
      {children}
    </div>
  );
}
