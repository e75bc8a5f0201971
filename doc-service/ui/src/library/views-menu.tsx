import { Button, Menu } from '@mantine/core';
import {
  IconBookmark,
  IconCheck,
  IconColumns,
  IconDatabaseExport,
  IconForms,
  IconHome,
  IconHomeOff,
  IconPackageImport,
  IconPencil,
  IconPlus,
  IconTrash,
  IconUsers,
} from '@tabler/icons-react';
import { useState } from 'react';

import { DisplayDialog, ExportDialog, FieldsDialog, ViewDialog } from './dialogs.ts';
import { listOfView, useLibraryWork, useViews, viewOfList } from './use-views.ts';
import type { ViewTask } from './view-dialog.tsx';
import type { View } from '../api/library-wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import type { ListState } from '../model/location.ts';
import { t } from '../words/words.ts';

/** Saved views, and how the library looks. */
export function ViewsMenu({ list }: { list: ListState }) {
  const { api, go } = useSurroundings();
  const { data } = useViews();
  const work = useLibraryWork();
  const [task, setTask] = useState<ViewTask | null>(null);
  const [dialog, setDialog] = useState<'display' | 'fields' | 'export' | null>(null);
  const views = data?.items ?? [];
  const shown = JSON.stringify(viewOfList(list));
  const present = views.find((view) => JSON.stringify(viewOfList(listOfView(view))) === shown) ?? null;
  const first = data?.settings.defaultViewId ?? null;
  const beFirst = (id: string | null) =>
    data &&
    void work(() => api.saveLibrarySettings({ ...data.settings, defaultViewId: id }), t('It was not saved.'));

  return (
    <>
      <Menu position="bottom-end" shadow="md" width={260}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />}>
            {present?.name ?? t('Views')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.length > 0 && <Menu.Label>{t('Views')}</Menu.Label>}
          {views.map((view) => (
            <Menu.Item
              key={view.id}
              leftSection={view.id === present?.id ? <IconCheck size={16} /> : <IconBookmark size={16} />}
              rightSection={<Marks view={view} isFirst={view.id === first} />}
              onClick={() => go({ view: 'library', list: listOfView(view) })}
            >
              {view.name}
            </Menu.Item>
          ))}
          {views.length > 0 && <Menu.Divider />}
          {present === null && (
            <Menu.Item leftSection={<IconPlus size={16} />} onClick={() => setTask({ does: 'make' })}>
              {t('Save this list as a view')}
            </Menu.Item>
          )}
          {present !== null && (
            <Menu.Item
              leftSection={present.id === first ? <IconHomeOff size={16} /> : <IconHome size={16} />}
              onClick={() => beFirst(present.id === first ? null : present.id)}
            >
              {present.id === first ? t('Open all documents first') : t('Open this view first')}
            </Menu.Item>
          )}
          {present?.mayEdit === true && <EditItems view={present} onTask={setTask} />}
          <Menu.Divider />
          <Menu.Item leftSection={<IconColumns size={16} />} onClick={() => setDialog('display')}>
            {t('Columns and density')}
          </Menu.Item>
          <Menu.Item leftSection={<IconForms size={16} />} onClick={() => setDialog('fields')}>
            {t('Fields of the archive')}
          </Menu.Item>
          {data?.mayShare === true && (
            <>
              <Menu.Item leftSection={<IconDatabaseExport size={16} />} onClick={() => setDialog('export')}>
                {t('Export everything')}
              </Menu.Item>
              <Menu.Item leftSection={<IconPackageImport size={16} />} onClick={() => go({ view: 'import' })}>
                {t('Import from Paperless-ngx')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {task !== null && (
        <ViewDialog
          task={task}
          list={viewOfList(list)}
          mayShare={data?.mayShare === true}
          onClose={() => setTask(null)}
        />
      )}
      {dialog === 'display' && data && (
        <DisplayDialog settings={data.settings} onClose={() => setDialog(null)} />
      )}
      {dialog === 'fields' && <FieldsDialog onClose={() => setDialog(null)} />}
      {dialog === 'export' && <ExportDialog onClose={() => setDialog(null)} />}
    </>
  );
}

function EditItems({ view, onTask }: { view: View; onTask: (task: ViewTask) => void }) {
  const { api, notices } = useSurroundings();
  const work = useLibraryWork();
  const remove = async () => {
    if (await work(() => api.removeView(view.id), t('The view was not deleted.')))
      notices.tell(t('View {name} deleted.', { name: view.name }));
  };
  return (
    <>
      <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onTask({ does: 'change', view })}>
        {t('Rename or share')}
      </Menu.Item>
      <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => void remove()}>
        {t('Delete this view')}
      </Menu.Item>
    </>
  );
}

function Marks({ view, isFirst }: { view: View; isFirst: boolean }) {
  return (
    <>
      {view.isShared && <IconUsers size={14} role="img" aria-label={t('For everybody')} />}
      {isFirst && <IconHome size={14} role="img" aria-label={t('Opens first')} />}
    </>
  );
}
