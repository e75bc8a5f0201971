/** How far Berth came with a container, stage by stage, and what to do where it stopped. */
import { Group, Stack, Text } from '@mantine/core';
import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import IconCircleDashed from '@tabler/icons-react/dist/esm/icons/IconCircleDashed.mjs';
import IconCircleX from '@tabler/icons-react/dist/esm/icons/IconCircleX.mjs';
import type { PluginStage } from '#api/types.ts';
import { When } from '#shell/times.tsx';
import { Words } from '#words/with-parts.tsx';
import { type Message, msg, t, termOf } from '#words/words.ts';
import textStyles from '#shell/text.module.css';

export function ConnectionReport({ stages }: { stages: readonly PluginStage[] }) {
  return (
    <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
      {stages.map((stage) => (
        <StageRow key={stage.name} stage={stage} />
      ))}
    </Stack>
  );
}

const stageWords: Readonly<Record<string, Message>> = {
  resolve: msg('Its name leads to an address'),
  connect: msg('It takes connections'),
  health: msg('It says that it is alive'),
  manifest: msg('It says what it is'),
  schema: msg('What it says fits the contract'),
  compatible: msg('It speaks a version that is served here'),
  approved: msg('Its rights are approved'),
};

const outcomes = {
  ok: { icon: IconCircleCheck, color: 'var(--mantine-color-teal-6)', words: msg('Passed') },
  failed: { icon: IconCircleX, color: 'var(--mantine-color-error)', words: msg('Failed') },
  unknown: { icon: IconCircleDashed, color: 'var(--mantine-color-dimmed)', words: msg('Not reached yet') },
};

function StageRow({ stage }: { stage: PluginStage }) {
  const { icon: OutcomeIcon, color, words } = outcomes[stage.outcome];
  return (
    <Group component="li" align="flex-start" wrap="nowrap" gap="sm">
      <OutcomeIcon size={20} color={color} role="img" aria-label={t(words)} style={{ flex: 'none' }} />
      <div style={{ minWidth: 0 }}>
        <Text size="sm" {...(stage.outcome === 'unknown' ? { c: 'dimmed' } : {})}>
          {termOf(stageWords, stage.name)}
          {stage.last_success_at ? (
            <Text span size="xs" c="dimmed">
              {' · '}
              <Words
                text={msg('last time <when/>')}
                parts={{ when: <When at={stage.last_success_at ?? ''} /> }}
              />
            </Text>
          ) : null}
        </Text>
        {stage.outcome === 'failed' && stage.last_error ? (
          <>
            <Text className={textStyles['mono']}>{stage.last_error.message}</Text>
            {stage.last_error.hint ? (
              <Text size="sm" c="dimmed">
                {stage.last_error.hint}
              </Text>
            ) : null}
          </>
        ) : null}
      </div>
    </Group>
  );
}
