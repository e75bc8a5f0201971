/** The eight states in a person's words and one colour each. */
import { Badge } from '@mantine/core';
import type { PluginState } from '#api/types.ts';

type Look = { label: string; color: 'teal' | 'yellow' | 'red' | 'gray' | 'harbour'; meaning: string };

const looks: Record<PluginState, Look> = {
  pending: { label: 'Starting', color: 'gray', meaning: 'It has not answered yet.' },
  online: { label: 'Online', color: 'teal', meaning: 'Everything works.' },
  degraded: { label: 'Degraded', color: 'yellow', meaning: 'It works, and says that a part of it does not.' },
  offline: { label: 'Offline', color: 'red', meaning: 'It does not answer.' },
  incompatible: {
    label: 'Incompatible',
    color: 'yellow',
    meaning: 'It speaks another version of the contract.',
  },
  rejected: { label: 'Refused', color: 'red', meaning: 'Its manifest was refused.' },
  awaiting_approval: {
    label: 'Awaiting approval',
    color: 'harbour',
    meaning: 'It asks for more rights than it has.',
  },
  disabled: { label: 'Switched off', color: 'gray', meaning: 'A superuser switched it off.' },
};

export function stateLook(state: PluginState): Look {
  return looks[state];
}

export function StateBadge({ state }: { state: PluginState }) {
  const look = looks[state];
  return (
    <Badge color={look.color} title={look.meaning} className="whole">
      {look.label}
    </Badge>
  );
}
