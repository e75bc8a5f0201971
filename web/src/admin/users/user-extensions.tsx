/** What is open to one person and why; and on request what is not, and why not. */
import { Anchor, Badge, Button, Card, Group, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { PersonExtension } from '#api/access.ts';
import { t } from '#words/words.ts';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

export function UserExtensions({ extensions }: { extensions: readonly PersonExtension[] }) {
  const [isWhole, setWhole] = useState(false);
  const closed = extensions.filter((extension) => !extension.is_open).length;
  const shown = isWhole ? extensions : extensions.filter((extension) => extension.is_open);
  return (
    <Card component="section" aria-labelledby="extensions">
      <Title order={2} size="h3" id="extensions" mb={4}>
        {t('Extensions')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm" role="status">
        {openWords(extensions.length - closed)}
      </Text>
      {shown.length > 0 ? (
        <div className={tableStyles['wrap']} tabIndex={0} role="region" aria-label={t('Extensions and why')}>
          <Table className={tableStyles['cardsOnPhones']} verticalSpacing={6} horizontalSpacing="md">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('Extension')}</Table.Th>
                <Table.Th>{t('Why')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((extension) => (
                <Row key={extension.id} extension={extension} />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      ) : null}
      {closed > 0 ? (
        <Button mt="sm" variant="default" size="compact-sm" onClick={() => setWhole(!isWhole)}>
          {isWhole
            ? t('Show only those that are open')
            : t('{count, plural, one {Show 1 that is not open} other {Show # that are not open}}', {
                count: closed,
              })}
        </Button>
      ) : null}
    </Card>
  );
}

function Row({ extension: { id, name, is_open: isOpen, explanation } }: { extension: PersonExtension }) {
  return (
    <Table.Tr>
      <Table.Td data-head>
        <Group gap={6}>
          <Anchor component={Link} to={`/admin/plugins/${id}`} size="sm" className={textStyles['breakable']}>
            {name}
          </Anchor>
          {isOpen ? null : (
            <Badge color="gray" className={textStyles['whole']}>
              {t('Not open')}
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td data-label={t('Why')}>
        <div>
          {explanation.map((sentence) => (
            <Text size="sm" key={sentence} className={textStyles['breakable']}>
              {sentence}
            </Text>
          ))}
        </div>
      </Table.Td>
    </Table.Tr>
  );
}

function openWords(count: number): string {
  if (count === 0) return t('No extension is open to them.');
  return t('{count, plural, one {1 extension is open to them.} other {# extensions are open to them.}}', {
    count,
  });
}
