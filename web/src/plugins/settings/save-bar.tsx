import { Badge, Button, Collapse, Group, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { t } from '#words/words.ts';
import { type Change, wordsFor } from './changes.ts';
import saveBarStyles from '#shell/save-bar.module.css';

type SaveBarProps = {
  changes: readonly Change[];
  isSecret: (change: Change) => boolean;
  /** What the form calls a setting. */
  nameOf: (change: Change) => string;
  isSaving: boolean;
  fieldsToMend: number;
  message: string | null;
  onDiscard: () => void;
  onSave: () => void;
};

/** Appears with the first change, and stays in sight. */
export function SaveBar({
  changes,
  isSecret,
  nameOf,
  isSaving,
  fieldsToMend,
  message,
  onDiscard,
  onSave,
}: SaveBarProps) {
  const [isOpen, review] = useDisclosure(false);
  if (changes.length === 0) return null;
  return (
    <section className={saveBarStyles['saveBar']} data-save-bar aria-label={t('Unsaved changes')}>
      <Collapse expanded={isOpen}>
        <div
          style={{ maxHeight: '38vh', overflowY: 'auto' }}
          tabIndex={isOpen ? 0 : -1}
          role="region"
          aria-label={t('Changes')}
        >
          <Table mb="sm" fz="sm" verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('Setting')}</Table.Th>
                <Table.Th>{t('Now')}</Table.Th>
                <Table.Th>{t('After saving')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changes.map((change) => (
                <Table.Tr key={change.pointer}>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{nameOf(change)}</Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    {wordsFor(change.before, isSecret(change))}
                  </Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    {change.isUnready ? t('not ready yet') : wordsFor(change.after, isSecret(change))}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </Collapse>
      <Group gap="sm">
        <Text size="sm" fw={600} role="status">
          {t('{count, plural, one {1 change} other {# changes}}', { count: changes.length })}
        </Text>
        {fieldsToMend > 0 ? (
          <Badge color="red">
            {t('{count, plural, one {1 field to mend} other {# fields to mend}}', { count: fieldsToMend })}
          </Badge>
        ) : null}
        {message ? (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {message}
          </Text>
        ) : null}
        <Group gap="xs" ml="auto">
          <Button variant="subtle" size="sm" onClick={review.toggle} aria-expanded={isOpen}>
            {t('Review')}
          </Button>
          <Button variant="default" size="sm" onClick={onDiscard} disabled={isSaving}>
            {t('Discard')}
          </Button>
          <Button size="sm" onClick={onSave} loading={isSaving}>
            {t('Save')}
          </Button>
        </Group>
      </Group>
    </section>
  );
}
