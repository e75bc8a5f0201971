/** One binding: its own, which can be changed, or one that comes from the type or applies everywhere. */
import { ActionIcon, Badge, Button, Code, Group, List, Radio, Text } from '@mantine/core';
import type { Binding, Capability } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs';
import { capabilityStates, sourceWords } from '#shell/capabilities/capability-words.ts';
import { t } from '#words/words.ts';
import type { OwnBinding } from './bindings.rules.ts';
import textStyles from '#shell/text.module.css';

type BindingRowProps = {
  binding: OwnBinding;
  name: string;
  /** Absent where nothing of it is known any more. */
  capability: Capability | undefined;
  /** The type binds it too, or it applies everywhere. */
  isOverride: boolean;
  errors: readonly FieldError[];
  onOptions: () => void;
  onRemove: () => void;
};

export function BindingRow(props: BindingRowProps) {
  const { binding, name, capability, errors } = props;
  const count = Object.keys(binding.options).length;
  const words = count === 0 ? t('Options') : t('Options ({count})', { count });
  const { label } = binding;
  // The name begins with the words that can be read on it.
  const called =
    count === 0 ? t('Options of {label}', { label }) : t('Options ({count}) of {label}', { count, label });
  return (
    <Group justify="space-between" gap="sm" py={6}>
      <div style={{ flex: '1 1 260px', minWidth: 0 }}>
        <Radio
          value={name}
          label={
            <>
              {binding.label}{' '}
              <Text span size="sm" c="dimmed">
                {ofPlugin(capability?.plugin_name ?? binding.plugin_id, binding.is_default)}
              </Text>
            </>
          }
        />
        {props.isOverride ? (
          <Text size="sm" c="dimmed" ml={32}>
            {t('Overridden here')}
          </Text>
        ) : null}
        {capability && capability.state !== 'available' ? (
          <Text size="sm" c="dimmed" ml={32} className={textStyles['breakable']}>
            {capability.detail}
          </Text>
        ) : null}
        {errors.length === 0 ? null : (
          <List size="sm" ml={32} c="var(--mantine-color-error)" role="alert">
            {errors.map(({ pointer, detail }) => (
              <List.Item key={`${pointer} ${detail}`} className={textStyles['breakable']}>
                <Code>{pointer}</Code> {detail}
              </List.Item>
            ))}
          </List>
        )}
      </div>
      <Group gap="xs">
        <StateOf state={capability?.state ?? 'unavailable'} />
        <Button variant="default" size="compact-sm" onClick={props.onOptions} aria-label={called}>
          {words}
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={props.onRemove}
          aria-label={t('Unbind {label}', { label: binding.label })}
        >
          <IconX size={16} />
        </ActionIcon>
      </Group>
    </Group>
  );
}

type InheritedRowProps = {
  binding: Binding;
  /** Absent where nothing of it is known any more. */
  capability: Capability | undefined;
  isBeaten: boolean;
  onOverride: () => void;
};

export function InheritedRow({ binding, capability, isBeaten, onOverride }: InheritedRowProps) {
  return (
    <Group
      justify="space-between"
      gap="sm"
      py={8}
      px="sm"
      style={{ borderRadius: 8, background: 'var(--mantine-color-default-hover)' }}
    >
      <div style={{ flex: '1 1 260px', minWidth: 0 }}>
        <Text size="sm" className={textStyles['breakable']}>
          {binding.label}{' '}
          <Text span size="sm" c="dimmed">
            {ofPlugin(capability?.plugin_name ?? binding.plugin_id, binding.is_default && !isBeaten)}
          </Text>
        </Text>
        <Text size="sm" c="dimmed">
          {t(sourceWords[binding.source])}
          {binding.detail === null ? '' : `. ${binding.detail}`}
        </Text>
      </div>
      <Group gap="xs">
        <StateOf state={binding.state} />
        <Button
          variant="default"
          size="compact-sm"
          onClick={onOverride}
          aria-label={t('Override here: {label}', { label: binding.label })}
        >
          {t('Override here')}
        </Button>
      </Group>
    </Group>
  );
}

function StateOf({ state }: { state: Binding['state'] }) {
  const { label, color } = capabilityStates[state];
  return (
    <Badge color={color} className={textStyles['whole']}>
      {t(label)}
    </Badge>
  );
}

function ofPlugin(plugin: string, isDefault: boolean): string {
  return isDefault ? t('of {plugin}, the default', { plugin }) : t('of {plugin}', { plugin });
}
