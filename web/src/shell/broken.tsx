/** When the shell's own code fails: what to do about it, and the words to pass on. */
import { Button, Code, CopyButton } from '@mantine/core';
import IconBug from '@tabler/icons-react/dist/esm/icons/IconBug.mjs';
import IconRefresh from '@tabler/icons-react/dist/esm/icons/IconRefresh.mjs';
import { Component, type ReactNode } from 'react';
import { ApiError } from '#api/client.ts';
import { t } from '#words/words.ts';
import { isOutdated, reportOf } from './broken.rules.ts';
import { Failure, Notice } from './states.tsx';
import { tellFailure } from './toasts.tsx';

const reload = () => location.reload();

/** Reloading without a connection would lose what is still on the screen. */
async function reloadIfReachable(): Promise<void> {
  try {
    await fetch('/', { method: 'HEAD', cache: 'no-store' });
    reload();
  } catch (error) {
    tellFailure(t('Berth cannot be reached yet'), error);
  }
}

/** In the place of a page; the sidebar stays. */
export function Broken({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error instanceof ApiError)
    return <Failure what={t('This page could not be shown')} error={error} onRetry={onRetry} />;
  if (isOutdated(error)) {
    return (
      <Notice
        icon={IconRefresh}
        title={t('This page could not be fetched')}
        isWholePage
        action={<Button onClick={() => void reloadIfReachable()}>{t('Load it again')}</Button>}
      >
        {t(
          'The connection broke while it was on its way, or Berth was updated meanwhile. What is ' +
            'saved is safe.',
        )}
      </Notice>
    );
  }
  const report = reportOf(error, location.pathname);
  return (
    <Notice
      icon={IconBug}
      title={t('This page broke')}
      isWholePage
      action={
        <>
          <Button onClick={onRetry}>{t('Try again')}</Button>
          <Button variant="default" onClick={reload}>
            {t('Reload')}
          </Button>
          <CopyButton value={report}>
            {({ copied, copy }) => (
              <Button variant="subtle" onClick={copy}>
                {copied ? t('Copied') : t('Copy the report')}
              </Button>
            )}
          </CopyButton>
        </>
      }
    >
      {t('What is saved is safe. If it breaks again, pass the report on to an admin.')}
      <Code block mt="md" ta="start" tabIndex={0}>
        {report}
      </Code>
    </Notice>
  );
}

/** Around everything: where not even the frame could be drawn, there is still a way on. */
export class LastResort extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error: error ?? new Error(t('Something broke.')) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <main>
        <Broken error={error} onRetry={() => this.setState({ error: null })} />
      </main>
    );
  }
}
