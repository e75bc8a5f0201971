/** What differs between two states of settings, setting by setting. */
import { Table } from '@mantine/core';
import { t } from '#words/words.ts';
import { type Change, wordsFor } from './changes.ts';
import tableStyles from '#shell/table.module.css';
import textStyles from '#shell/text.module.css';

type ChangeTableProps = {
  changes: readonly Change[];
  nameOf: (path: readonly string[]) => string;
  isSecret: (change: Change) => boolean;
  /** Over the two columns of values. */
  heads: readonly [string, string];
};

export function ChangeTable({ changes, nameOf, isSecret, heads }: ChangeTableProps) {
  return (
    <div className={tableStyles['wrap']}>
      <Table fz="sm" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Setting')}</Table.Th>
            <Table.Th>{heads[0]}</Table.Th>
            <Table.Th>{heads[1]}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map((change) => (
            <Table.Tr key={change.pointer}>
              <Table.Td className={textStyles['breakable']}>{nameOf(change.path)}</Table.Td>
              <Table.Td className={textStyles['breakable']}>
                {wordsFor(change.before, isSecret(change))}
              </Table.Td>
              <Table.Td className={textStyles['breakable']}>
                {wordsFor(change.after, isSecret(change))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
