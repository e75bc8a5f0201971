/** The eight states in a person's words and one colour each. */
import { Badge } from '@mantine/core';
import type { PluginState } from '#api/types.ts';
import { msg, t, type Message } from '#words/words.ts';
import textStyles from './text.module.css';

type Look = { label: Message; color: 'teal' | 'yellow' | 'red' | 'gray' | 'harbour'; meaning: Message };

const looks: Record<PluginState, Look> = {
  pending: { label: msg('Starting'), color: 'gray', meaning: msg('It has not answered yet.') },
  online: { label: msg('Online'), color: 'teal', meaning: msg('Everything works.') },
  degraded: {
    label: msg('Degraded'),
    color: 'yellow',
    meaning: msg('It works, and says that a part of it does not.'),
  },
  offline: { label: msg('Offline'), color: 'red', meaning: msg('It does not answer.') },
  incompatible: {
    label: msg('Incompatible'),
    color: 'yellow',
    meaning: msg('It speaks another version of the contract.'),
  },
  rejected: { label: msg('Refused'), color: 'red', meaning: msg('Its manifest was refused.') },
  awaiting_approval: {
    label: msg('Awaiting approval'),
    color: 'harbour',
    meaning: msg('It asks for more rights than it has.'),
  },
  disabled: { label: msg('Switched off'), color: 'gray', meaning: msg('A superuser switched it off.') },
};

export function stateLook(state: PluginState): Look {
  return looks[state];
}

export function StateBadge({ state }: { state: PluginState }) {
  const look = looks[state];
  return (
    <Badge color={look.color} title={t(look.meaning)} className={textStyles['whole']}>
      {t(look.label)}
    </Badge>
  );
}
