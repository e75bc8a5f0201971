import { Button, Menu } from '@mantine/core';
import IconDownload from '@tabler/icons-react/dist/esm/icons/IconDownload.mjs';
import { t } from '#words/words.ts';
import { auditQueryString, type AuditSearch } from './audit.rules.ts';

/** All that the filters find, not only what is shown. */
export function Export({ search }: { search: AuditSearch }) {
  const href = (format: string) => `/api/admin/audit/export?${auditQueryString(search, { format })}`;
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          {t('Export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={href('csv')} download="audit.csv">
          {t('CSV, for a spreadsheet')}
        </Menu.Item>
        <Menu.Item component="a" href={href('ndjson')} download="audit.ndjson">
          {t('NDJSON, for programs')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
