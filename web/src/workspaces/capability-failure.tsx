/** Why a capability gives no answer, and what to do: each reason has its own words. */
import { Button } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import IconClockPause from '@tabler/icons-react/dist/esm/icons/IconClockPause.mjs';
import IconKeyOff from '@tabler/icons-react/dist/esm/icons/IconKeyOff.mjs';
import IconLink from '@tabler/icons-react/dist/esm/icons/IconLink.mjs';
import IconLock from '@tabler/icons-react/dist/esm/icons/IconLock.mjs';
import IconPlugConnectedX from '@tabler/icons-react/dist/esm/icons/IconPlugConnectedX.mjs';
import IconSwitchHorizontal from '@tabler/icons-react/dist/esm/icons/IconSwitchHorizontal.mjs';
import { ApiError } from '#api/client.ts';
import { Failure, Notice } from '#shell/states.tsx';
import { msg, t, type Message } from '#words/words.ts';

type Words = { icon: Icon; title: Message; hint: Message };

const byKind: Readonly<Record<string, Words>> = {
  'capability-not-bound': {
    icon: IconLink,
    title: msg('No extension answers here'),
    hint: msg('A superuser binds one to this workspace or to its type.'),
  },
  'source-needed': {
    icon: IconSwitchHorizontal,
    title: msg('Choose a source'),
    hint: msg('Several extensions answer here, and none is the default.'),
  },
  'capability-unavailable': {
    icon: IconPlugConnectedX,
    title: msg('Its extension is not available'),
    hint: msg('It is bound and cannot be asked now. It comes back by itself.'),
  },
  'credentials-missing': {
    icon: IconKeyOff,
    title: msg('It has no credentials'),
    hint: msg('A superuser gives its extension a connection.'),
  },
  'not-allowed': {
    icon: IconLock,
    title: msg('You may not do this here'),
    hint: msg('An administrator gives one of your groups the right.'),
  },
  unavailable: {
    icon: IconClockPause,
    title: msg('It takes too long'),
    hint: msg('Ask for less, or try again in a moment.'),
  },
};

type CapabilityFailureProps = { what: string; error: unknown; onRetry: () => void };

export function CapabilityFailure({ what, error, onRetry }: CapabilityFailureProps) {
  const words = error instanceof ApiError ? byKind[error.kind] : undefined;
  if (!words || !(error instanceof ApiError)) return <Failure what={what} error={error} onRetry={onRetry} />;
  return (
    <Notice
      icon={words.icon}
      title={t(words.title)}
      action={
        <Button variant="default" onClick={onRetry}>
          {t('Try again')}
        </Button>
      }
    >
      {error.message} {t(words.hint)}
    </Notice>
  );
}

export function NothingBound() {
  const words = byKind['capability-not-bound'];
  if (!words) return null;
  return (
    <Notice icon={words.icon} title={t(words.title)}>
      {t(words.hint)}
    </Notice>
  );
}
