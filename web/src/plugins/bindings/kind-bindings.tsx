/** The bindings of one kind: what is bound here, with one default, and what is inherited. */
import { Card, Group, Radio, Select, Stack, Title, VisuallyHidden } from '@mantine/core';
import type { Binding, Capability } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import type { ReactNode } from 'react';
import { kindWords } from '#shell/capabilities/capability-words.ts';
import { t } from '#words/words.ts';
import { BindingRow, InheritedRow } from './binding-row.tsx';
import { isSameCapability, withAdded, withDefault, withRemoved } from './bindings.rules.ts';
import type { OwnBinding } from './bindings.rules.ts';
import type { BindingsForm } from './use-bindings-form.ts';

type KindBindingsProps = {
  kind: string;
  form: BindingsForm;
  ofType: readonly Binding[];
  capabilities: readonly Capability[];
  onOptions: (binding: OwnBinding) => void;
};

export function KindBindings({ kind, form, ofType, capabilities, onOptions }: KindBindingsProps) {
  const { list, change, inherited, errorsOf } = form;
  const own = list.filter((one) => one.kind === kind);
  const offered = (one: OwnBinding | Binding) => capabilities.find((each) => isSameCapability(each, one));
  return (
    <KindSection
      kind={kind}
      free={capabilities.filter(
        (one) => one.kind === kind && own.every((each) => !isSameCapability(each, one)),
      )}
      onAdd={(capability) => change(withAdded(list, capability))}
    >
      <Radio.Group
        hidden={own.length === 0}
        label={<VisuallyHidden>{t('Default of {kind}', { kind: kindWords(kind) })}</VisuallyHidden>}
        value={keyOf(own.find(({ is_default: isDefault }) => isDefault))}
        onChange={(key) => {
          const chosen = own.find((one) => keyOf(one) === key);
          if (chosen) change(withDefault(list, chosen));
        }}
      >
        {own.map((one) => (
          <BindingRow
            key={keyOf(one)}
            binding={one}
            name={keyOf(one)}
            capability={offered(one)}
            isOverride={ofType.some((item) => isSameCapability(item, one))}
            errors={errorsOf(one)}
            onOptions={() => onOptions(one)}
            onRemove={() => change(withRemoved(list, one))}
          />
        ))}
      </Radio.Group>
      {inherited
        .filter((one) => one.kind === kind)
        .map((one) => (
          <InheritedRow
            key={keyOf(one)}
            binding={one}
            capability={offered(one)}
            isBeaten={own.length > 0}
            onOverride={() => {
              const capability = offered(one);
              if (capability) change(withAdded(list, capability));
            }}
          />
        ))}
    </KindSection>
  );
}

type KindSectionProps = {
  kind: string;
  free: readonly Capability[];
  onAdd: (capability: Capability) => void;
  children: ReactNode;
};

function KindSection({ kind, free, onAdd, children }: KindSectionProps) {
  return (
    <Card component="section" aria-label={kindWords(kind)}>
      <Group justify="space-between" mb="sm" gap="sm">
        <Title order={2}>{kindWords(kind)}</Title>
        <Select
          aria-label={t('Bind to {kind}', { kind: kindWords(kind) })}
          placeholder={free.length === 0 ? t('No extension offers more') : t('Bind an extension')}
          disabled={free.length === 0}
          w={{ base: '100%', sm: 280 }}
          value={null}
          data={free.map((one) => ({
            value: keyOf(one),
            label: optionOf(one),
          }))}
          onChange={(key) => {
            const chosen = free.find((one) => keyOf(one) === key);
            if (chosen) onAdd(chosen);
          }}
        />
      </Group>
      <Stack gap="sm">{children}</Stack>
    </Card>
  );
}

function optionOf(one: Capability): string {
  const label = `${one.plugin_name ?? one.plugin_id}: ${one.label}`;
  return one.state === 'disabled' ? t('{label} (held)', { label }) : label;
}

function keyOf(one: { plugin_id: string; capability_id: string } | undefined): string {
  return one ? `${one.plugin_id}/${one.capability_id}` : '';
}
