/** Which of several sources is asked, and for which environment. */
import { Alert, Button, Group, Select } from '@mantine/core';
import type { WorkspaceSource } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import IconSwitchHorizontal from '@tabler/icons-react/dist/esm/icons/IconSwitchHorizontal.mjs';
import { capabilityStates } from '#shell/capabilities/capability-words.ts';
import { Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import type { WorkspaceSearch } from './workspace-search.rules.ts';

type SourceSwitchProps = {
  sources: readonly WorkspaceSource[];
  chosen: WorkspaceSource | undefined;
  onChoose: (id: string) => void;
};

export function SourceSwitch({ sources, chosen, onChoose }: SourceSwitchProps) {
  if (sources.length < 2 || chosen === undefined) return null;
  return (
    <Select
      label={t('Source')}
      w={{ base: '100%', sm: 320 }}
      mb="md"
      data={sources.map((one) => ({ value: one.source_id, label: wordsOf(one) }))}
      value={chosen.source_id}
      allowDeselect={false}
      onChange={(id) => id && onChoose(id)}
    />
  );
}

function wordsOf({ label, is_default: isDefault, state }: WorkspaceSource): string {
  return [
    label,
    isDefault ? t('(default)') : '',
    state === 'available' ? '' : `– ${t(capabilityStates[state].label)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Several are bound, and none is the default: a person says which. */
export function ChooseSource({ sources, onChoose }: Omit<SourceSwitchProps, 'chosen'>) {
  return (
    <Notice
      icon={IconSwitchHorizontal}
      title={t('Choose a source')}
      action={
        <Group gap="sm" justify="center">
          {sources.map((one) => (
            <Button key={one.source_id} variant="default" onClick={() => onChoose(one.source_id)}>
              {wordsOf(one)}
            </Button>
          ))}
        </Group>
      }
    >
      {t('Several extensions answer here, and none is the default.')}
    </Notice>
  );
}

const withoutEnvironment = '';

type EnvironmentSwitchProps = {
  names: readonly string[];
  chosen: string | null;
  onChoose: (name: string) => void;
};

export function EnvironmentSwitch({ names, chosen, onChoose }: EnvironmentSwitchProps) {
  if (names.length === 0) return null;
  return (
    <Select
      label={t('Environment')}
      w={{ base: '100%', sm: 220 }}
      mb="md"
      data={[
        { value: withoutEnvironment, label: t('None in particular') },
        ...names.map((name) => ({ value: name, label: name })),
      ]}
      value={chosen ?? withoutEnvironment}
      allowDeselect={false}
      onChange={(name) => name !== null && onChoose(name)}
    />
  );
}

type GonePlaceProps = {
  search: WorkspaceSearch;
  sources: readonly WorkspaceSource[];
  chosen: WorkspaceSource | undefined;
};

/** An old link names what is no longer there: what is shown in its place is said, and not taken for it. */
export function GonePlace({ search: { source, env }, sources, chosen }: GonePlaceProps) {
  if (chosen === undefined) return null;
  const isSourceGone = source !== undefined && !sources.some((one) => one.source_id === source);
  const isEnvironmentGone = env !== undefined && !chosen.environments.includes(env);
  if (!isSourceGone && !isEnvironmentGone) return null;
  return (
    <Alert color="yellow" mb="md" role="status">
      {isSourceGone
        ? t('The source of this link is no longer bound here. What is shown is of {label}.', {
            label: chosen.label,
          })
        : t('There is no environment {name} here any more. What is shown is of none in particular.', {
            name: env ?? '',
          })}
    </Alert>
  );
}
