/** A plugin, or its settings, that one may know of and not open: what is missing, and how to ask for it. */
import { Button, CopyButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconLock from '@tabler/icons-react/dist/esm/icons/IconLock.mjs';
import { fetchManifest } from '#api/plugins.ts';
import { useMe } from '#api/session.ts';
import type { Plugin } from '#api/types.ts';
import { Loading, Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { AskForAccess } from './ask-for-access.tsx';
import { missingRight, requestFor, settingsReadRule, wordsForMissing } from './missing-right.ts';

export function NoRight({ plugin, to }: { plugin: Plugin; to: 'page' | 'settings' }) {
  const me = useMe();
  const manifest = useQuery({
    queryKey: ['manifest', plugin.id],
    queryFn: ({ signal }) => fetchManifest(plugin.id, signal),
    retry: false,
  });
  if (manifest.isPending) return <Loading rows={2} />;
  const missing = manifest.data
    ? missingRight(
        to === 'page' ? manifest.data['access'] : settingsReadRule(manifest.data),
        me?.groups.map(({ name }) => name) ?? [],
      )
    : null;
  const what = to === 'page' ? plugin.name : t('the settings of {name}', { name: plugin.name });
  return (
    <Notice
      icon={IconLock}
      title={
        to === 'page'
          ? t('{name} is not open to you', { name: plugin.name })
          : t('These settings are not open to you')
      }
      action={
        <>
          {to === 'page' ? <AskForAccess pluginId={plugin.id} name={plugin.name} /> : null}
          {me && missing ? (
            <CopyButton value={requestFor(missing, me.email, what)}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? t('Copied: send it to an admin') : t('Copy a request for access')}
                </Button>
              )}
            </CopyButton>
          ) : null}
        </>
      }
    >
      {missing ? wordsForMissing(missing) : t('Ask an admin.')} {t('It opens here at once when you get it.')}
    </Notice>
  );
}
