/** What a group opens to its members, and what it closes to them. */
import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { groupAccessQuery, type NamedExtension } from '#api/access.ts';
import { t } from '#words/words.ts';
import textStyles from '#shell/text.module.css';

export function GroupOpens({ groupId }: { groupId: string }) {
  const access = useQuery(groupAccessQuery);
  if (!access.data) return null;
  const found = access.data.find(({ group_id: id }) => id === groupId);
  if (!found) return <Line>{t('Opens no extension.')}</Line>;
  return (
    <>
      {found.opens.length > 0 ? <Names verb={t('Opens')} extensions={found.opens} /> : null}
      {found.closes.length > 0 ? <Names verb={t('Closes')} extensions={found.closes} /> : null}
    </>
  );
}

function Names({ verb, extensions }: { verb: string; extensions: readonly NamedExtension[] }) {
  return (
    <Line>
      {verb}{' '}
      {extensions.map(({ id, name }, index) => (
        <span key={id}>
          {index === 0 ? '' : ', '}
          <Anchor component={Link} to={`/admin/plugins/${id}`} inherit underline="always">
            {name}
          </Anchor>
        </span>
      ))}
    </Line>
  );
}

function Line({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="dimmed" className={textStyles['breakable']} mb="xs">
      {children}
    </Text>
  );
}
