/** `?`: the keys that there are, on every page and in the extension that is open. */
import type { KeyHelp } from '@berth/plugin-kit/contract/frame.ts';
import { Kbd, Stack, Table, Title } from '@mantine/core';
import { msg, t } from '#words/words.ts';
import { Dialog } from './dialog.tsx';
import { modKey, usePageKeys } from './global-keys.ts';
import textStyles from './text.module.css';

const everywhere = [
  { keys: `${modKey} K`, does: msg('Search: go to an extension or a page') },
  { keys: '?', does: msg('Show these keys') },
  { keys: 'Esc', does: msg('Close what is open') },
  { keys: '↑ ↓', does: msg('Choose in a list, a menu or the search') },
  { keys: 'Enter', does: msg('Open or take what is chosen') },
] as const;

export function KeysSheet({ onClose }: { onClose: () => void }) {
  const page = usePageKeys();
  return (
    <Dialog onClose={onClose} title={t('Keys')}>
      <Stack>
        {page && page.keys.length > 0 ? (
          <Keys title={t('In {page}', { page: page.of })} keys={page.keys} />
        ) : null}
        <Keys title={t('Everywhere')} keys={everywhere.map(({ keys, does }) => ({ keys, does: t(does) }))} />
      </Stack>
    </Dialog>
  );
}

function Keys({ title, keys }: { title: string; keys: readonly KeyHelp[] }) {
  return (
    <section aria-label={title}>
      <Title order={3} mb={4}>
        {title}
      </Title>
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody>
          {keys.map(({ keys: names, does }) => (
            <Table.Tr key={`${names} ${does}`}>
              <Table.Th scope="row" w={120} fw={400}>
                {names.split(' ').map((name) => (
                  <Kbd key={name} mr={4}>
                    {name}
                  </Kbd>
                ))}
              </Table.Th>
              <Table.Td className={textStyles['breakable']}>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
