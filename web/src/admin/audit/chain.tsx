import { Badge, Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconShieldCheck from '@tabler/icons-react/dist/esm/icons/IconShieldCheck.mjs';
import IconShieldX from '@tabler/icons-react/dist/esm/icons/IconShieldX.mjs';
import { useState } from 'react';
import type { AuditVerdict } from '#api/access.ts';
import { request } from '#api/client.ts';
import { t } from '#words/words.ts';
import textStyles from '#shell/text.module.css';

const verdictStaleMs = 5 * 60_000;

function chainWords({ data, error }: { data: AuditVerdict | undefined; error: unknown }): string {
  if (error) return t('The chain could not be checked');
  if (!data) return t('Checking the chain');
  return data.whole
    ? t('Chain whole: {count, plural, one {1 row} other {# rows}}', { count: data.rows })
    : t('The chain is broken');
}

/** Whether every row still follows the one before it. */
export function Chain() {
  const verdict = useQuery({
    queryKey: ['admin-audit-chain'],
    queryFn: async ({ signal }) => (await request<AuditVerdict>('/api/admin/audit/verify', { signal })).data,
    staleTime: verdictStaleMs,
  });
  const [isOpen, setOpen] = useState(false);
  const isWhole = verdict.data?.whole ?? true;
  const Shield = isWhole ? IconShieldCheck : IconShieldX;
  const color = isWhole ? 'teal' : 'red';
  const lost = verdict.data?.not_written ?? 0;
  return (
    <Group gap="xs" mb="md">
      <Button
        variant="light"
        size="compact-sm"
        color={verdict.isPending || verdict.error ? 'gray' : color}
        leftSection={<Shield size={16} aria-hidden />}
        loading={verdict.isFetching}
        onClick={() => setOpen(true)}
        aria-haspopup="dialog"
      >
        {chainWords(verdict)}
      </Button>
      {lost > 0 ? (
        <Badge color="red">
          {t('{count, plural, one {1 event could not be written} other {# events could not be written}}', {
            count: lost,
          })}
        </Badge>
      ) : null}
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={t('The chain')} size="lg">
        <Stack>
          <Text size="sm">
            {isWhole
              ? t(
                  'Each row holds the hash of the one before it, and all of them fit: none was changed or ' +
                    'taken out.',
                )
              : t('{reason} Somebody changed the table in the database itself.', {
                  reason: verdict.data?.fault?.reason ?? '',
                })}
          </Text>
          {verdict.data?.head ? (
            <div>
              <Text size="sm">
                {t(
                  'It ends here. Noted somewhere else, this shows later whether rows were cut off at the ' +
                    'end:',
                )}
              </Text>
              <Code block className={textStyles['codeWrap']} mt={6}>
                {verdict.data.head.seq}:{verdict.data.head.hash}
              </Code>
            </div>
          ) : null}
          <Group justify="flex-end">
            <Button variant="default" loading={verdict.isFetching} onClick={() => void verdict.refetch()}>
              {t('Check again')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
