import { Badge, Button, Collapse, Group, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type Change, wordsFor } from './changes.ts';

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
    <section className="save-bar" aria-label="Unsaved changes">
      <Collapse expanded={isOpen}>
        <div
          style={{ maxHeight: '38vh', overflowY: 'auto' }}
          tabIndex={isOpen ? 0 : -1}
          role="region"
          aria-label="Changes"
        >
          <Table mb="sm" fz="sm" verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Setting</Table.Th>
                <Table.Th>Now</Table.Th>
                <Table.Th>After saving</Table.Th>
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
                    {change.isUnready ? 'not ready yet' : wordsFor(change.after, isSecret(change))}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </Collapse>
      <Group gap="sm">
        <Text size="sm" fw={600} role="status">
          {changes.length === 1 ? '1 change' : `${changes.length} changes`}
        </Text>
        {fieldsToMend > 0 ? (
          <Badge color="red">
            {fieldsToMend === 1 ? '1 field to mend' : `${fieldsToMend} fields to mend`}
          </Badge>
        ) : null}
        {message ? (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {message}
          </Text>
        ) : null}
        <Group gap="xs" ml="auto">
          <Button variant="subtle" size="sm" onClick={review.toggle} aria-expanded={isOpen}>
            Review
          </Button>
          <Button variant="default" size="sm" onClick={onDiscard} disabled={isSaving}>
            Discard
          </Button>
          <Button size="sm" onClick={onSave} loading={isSaving}>
            Save
          </Button>
        </Group>
      </Group>
    </section>
  );
}
