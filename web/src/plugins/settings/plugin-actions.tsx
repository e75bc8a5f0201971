/** The buttons of an extension: what its manifest lists and this person may start. */
import { Button, Card, Group, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Plugin, PluginAction } from '#api/types.ts';
import { t } from '#words/words.ts';
import { ActionDialog } from './action-dialog.tsx';
import { readSettingsSearch } from './settings-search.rules.ts';

export function PluginActions({ plugin }: { plugin: Plugin }) {
  const [open, setOpen] = useState<PluginAction | null>(null);
  const { action: askedId } = readSettingsSearch(useSearch({ strict: false }));
  const asked = plugin.actions.find(({ id }) => id === askedId);
  const navigate = useNavigate();
  useEffect(() => {
    if (askedId === undefined) return;
    if (asked) setOpen(asked);
    // Once is enough: a reload opens no dialog.
    void navigate({ to: '.', search: {}, replace: true });
  }, [askedId, asked, navigate]);
  if (plugin.actions.length === 0) return null;
  return (
    <Card component="section" aria-labelledby="actions-title" mb="lg">
      <Title order={2} id="actions-title" mb="md">
        {t('Actions')}
      </Title>
      <Group gap="sm">
        {plugin.actions.map((action) => (
          <Button
            key={action.id}
            variant="default"
            aria-haspopup="dialog"
            onClick={() => setOpen(action)}
            style={{ maxWidth: '100%' }}
          >
            {action.title}
          </Button>
        ))}
      </Group>
      {open ? (
        <ActionDialog key={open.id} plugin={plugin} action={open} onClose={() => setOpen(null)} />
      ) : null}
    </Card>
  );
}
