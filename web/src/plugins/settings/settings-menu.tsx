/** What is done with all settings at once: a file out, a file in, sections back to their defaults. */
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { ActionIcon, Alert, Button, Checkbox, FileButton, Group, Menu, Stack, Text } from '@mantine/core';
import IconDots from '@tabler/icons-react/dist/esm/icons/IconDots.mjs';
import IconDownload from '@tabler/icons-react/dist/esm/icons/IconDownload.mjs';
import IconRestore from '@tabler/icons-react/dist/esm/icons/IconRestore.mjs';
import IconUpload from '@tabler/icons-react/dist/esm/icons/IconUpload.mjs';
import { useState } from 'react';
import { Dialog } from '#shell/dialog.tsx';
import { t } from '#words/words.ts';
import { ChangeTable } from './change-table.tsx';
import { changesBetween, type Change } from './changes.ts';
import { exportText, type ImportReading, readImport } from './exchange.ts';
import type { FormPlan } from './form-plan.types.ts';

type SettingsMenuProps = {
  id: string;
  schema: JsonObject;
  plan: FormPlan;
  /** As they are stored. */
  present: JsonObject;
  isReadOnly: boolean;
  nameOf: (path: readonly string[]) => string;
  isSecret: (change: Change) => boolean;
  /** Into the form alone: it is reviewed and saved like any change. */
  onPut: (settings: JsonObject) => void;
};

export function SettingsMenu(props: SettingsMenuProps) {
  const [open, setOpen] = useState<'import' | 'reset' | null>(null);
  const { id, schema, present, isReadOnly } = props;
  return (
    <>
      <Menu position="bottom-end" shadow="md" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" size="lg" aria-label={t('More for these settings')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconDownload size={16} />}
            onClick={() => saveFile(`${id}-settings.json`, exportText(schema, id, present))}
          >
            {t('Export to a file')}
          </Menu.Item>
          {isReadOnly ? null : (
            <>
              <Menu.Item leftSection={<IconUpload size={16} />} onClick={() => setOpen('import')}>
                {t('Import from a file …')}
              </Menu.Item>
              <Menu.Item leftSection={<IconRestore size={16} />} onClick={() => setOpen('reset')}>
                {t('Reset to defaults …')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {open === 'import' ? <ImportDialog {...props} onClose={() => setOpen(null)} /> : null}
      {open === 'reset' ? <ResetDialog {...props} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

type DialogProps = SettingsMenuProps & { onClose: () => void };

function ImportDialog({ id, plan, present, nameOf, isSecret, onPut, onClose }: DialogProps) {
  const [reading, setReading] = useState<ImportReading | null>(null);
  const isFixed = (key: string): boolean =>
    plan.root.kind === 'group' && plan.root.members.get(key)?.isReadOnly === true;
  const take = async (file: File | null): Promise<void> => {
    if (file) setReading(readImport(id, present, { text: await file.text(), isFixed }));
  };
  const changes = reading?.ok ? changesBetween(present, reading.next) : [];
  return (
    <Dialog onClose={onClose} title={t('Import settings')} size="lg">
      <Stack gap="md">
        <Text size="sm">
          {t(
            'A file that was exported here or on another Berth. You see what it changes before ' +
              'anything is saved.',
          )}
        </Text>
        <FileButton accept="application/json,.json" onChange={(file) => void take(file)}>
          {(button) => (
            <Button variant="default" leftSection={<IconUpload size={16} aria-hidden />} {...button}>
              {t('Choose a file')}
            </Button>
          )}
        </FileButton>
        {reading && !reading.ok ? (
          <Alert color="red" role="alert">
            {reading.detail}
          </Alert>
        ) : null}
        {reading?.ok && changes.length === 0 ? (
          <Text size="sm" role="status">
            {t('The file says what is set already.')}
          </Text>
        ) : null}
        {changes.length > 0 ? (
          <ChangeTable {...{ changes, nameOf, isSecret }} heads={[t('Now'), t('In the file')]} />
        ) : null}
        {reading?.ok && reading.withoutSecret.length > 0 ? (
          <Alert color="yellow">
            {t('Secrets are in no file: type those that are missing in the form.')}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('Cancel')}
          </Button>
          <Button
            disabled={changes.length === 0}
            onClick={() => {
              if (reading?.ok) onPut(reading.next);
              onClose();
            }}
          >
            {t('Put into the form')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function ResetDialog({ plan, present, nameOf, isSecret, onPut, onClose }: DialogProps) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const { root } = plan;
  const isReset = (key: string): boolean =>
    root.kind === 'group' &&
    root.members.get(key)?.isReadOnly !== true &&
    plan.sections.some((section) => chosen.includes(section.id) && section.keys.includes(key));
  const next: JsonObject = Object.fromEntries(Object.entries(present).filter(([key]) => !isReset(key)));
  const changes = changesBetween(present, next);
  return (
    <Dialog onClose={onClose} title={t('Reset to defaults')} size="lg">
      <Stack gap="md">
        <Checkbox.Group
          label={t('Which sections')}
          description={t('What was set there is removed, so that the defaults hold again.')}
          value={[...chosen]}
          onChange={setChosen}
        >
          <Stack gap={8} mt="sm">
            {plan.sections.map(({ id, title }) => (
              <Checkbox key={id} value={id} label={title} />
            ))}
          </Stack>
        </Checkbox.Group>
        {changes.length > 0 ? (
          <ChangeTable {...{ changes, nameOf, isSecret }} heads={[t('Now'), t('After saving')]} />
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('Cancel')}
          </Button>
          <Button
            disabled={changes.length === 0}
            onClick={() => {
              onPut(next);
              onClose();
            }}
          >
            {t('Put into the form')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
