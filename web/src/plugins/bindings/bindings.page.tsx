/** What is bound to a workspace or to a type: one section a kind, one default in each. */
import {
  Alert,
  Anchor,
  Button,
  Card,
  Group,
  Radio,
  Select,
  Stack,
  Text,
  Title,
  VisuallyHidden,
} from '@mantine/core';
import { capabilityKinds } from '@berth/plugin-kit/contract/capabilities/capability.ts';
import type { Binding, Capability } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconInfoCircle from '@tabler/icons-react/dist/esm/icons/IconInfoCircle.mjs';
import { Link, useBlocker, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '#api/client.ts';
import { generalError } from '#api/field-errors.ts';
import {
  adminWorkspacesQuery,
  bindingsQuery,
  capabilitiesQuery,
  saveBindings,
  workspaceTypesQuery,
  type BindingOwner,
} from '#api/workspaces.ts';
import { kindWords } from '#shell/capabilities/capability-words.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { Page } from '#shell/page.tsx';
import { Failure, Loading } from '#shell/states.tsx';
import { tell } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { BindingRow, InheritedRow } from './binding-row.tsx';
import { formOf, isSameCapability, ownOf, withAdded, withDefault, withRemoved } from './bindings.rules.ts';
import type { OwnBinding } from './bindings.rules.ts';
import { OptionsDialog } from './options-dialog.tsx';

export function WorkspaceBindingsPage() {
  return <BindingsPage kind="workspaces" />;
}

export function TypeBindingsPage() {
  return <BindingsPage kind="workspace-types" />;
}

function BindingsPage({ kind }: { kind: BindingOwner['kind'] }) {
  const { ownerId: id = '' } = useParams({ strict: false });
  const owner = { kind, id };
  const bindings = useQuery(bindingsQuery(owner));
  const capabilities = useQuery(capabilitiesQuery);
  const workspaces = useQuery({ ...adminWorkspacesQuery, enabled: kind === 'workspaces' });
  const types = useQuery({ ...workspaceTypesQuery, enabled: kind === 'workspace-types' });
  const typeId = workspaces.data?.find((one) => one.id === id)?.type_id ?? null;
  const ofType = useQuery({
    ...bindingsQuery({ kind: 'workspace-types', id: typeId ?? '' }),
    enabled: typeId !== null,
  });
  const named = [...(workspaces.data ?? []), ...(types.data ?? [])].find((one) => one.id === id);
  const error = bindings.error ?? capabilities.error;
  return (
    <Page
      title={t('Bindings of {name}', { name: named?.name ?? '…' })}
      above={
        <>
          {t('Admin')} ·{' '}
          <Anchor component={Link} to="/admin/workspaces" inherit>
            {t('Workspaces')}
          </Anchor>
        </>
      }
      lead={
        kind === 'workspaces'
          ? t('Which extension answers for this workspace, by kind.')
          : t('Which extension answers for workspaces of this type, by kind.')
      }
    >
      {bindings.data && capabilities.data ? (
        <Editor
          // A saved list begins anew.
          key={bindings.dataUpdatedAt}
          owner={owner}
          items={bindings.data}
          ofType={ofType.data ?? []}
          capabilities={capabilities.data.items}
        />
      ) : error ? (
        <Failure
          what={t('The bindings could not be read')}
          error={error}
          onRetry={() => void Promise.all([bindings.refetch(), capabilities.refetch()])}
        />
      ) : (
        <Loading rows={4} />
      )}
    </Page>
  );
}

type EditorProps = {
  owner: BindingOwner;
  items: readonly Binding[];
  /** What the workspace's type binds: what is bound here too is overridden. */
  ofType: readonly Binding[];
  capabilities: readonly Capability[];
};

function Editor({ owner, items, ofType, capabilities }: EditorProps) {
  const client = useQueryClient();
  const source = owner.kind === 'workspaces' ? 'workspace' : 'workspace_type';
  const [first] = useState(() => ownOf(items, source));
  const [list, setList] = useState<readonly OwnBinding[]>(first);
  const [open, setOpen] = useState<OwnBinding | null>(null);
  const save = useMutation({
    mutationFn: () => saveBindings(owner, formOf(list)),
    onSuccess: async () => {
      tell(t('Bindings saved'));
      await Promise.all(
        ['admin-workspaces', 'admin-capabilities', 'workspaces'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      );
    },
  });
  const isChanged = list !== first && JSON.stringify(list) !== JSON.stringify(first);
  const guard = useBlocker({
    shouldBlockFn: () => isChanged && !save.isPending,
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  });
  const inherited = items.filter(
    (one) => one.source !== source && list.every((own) => !isSameCapability(own, one)),
  );
  const kinds = [...new Set([...capabilityKinds, ...items.map(({ kind }) => kind)])];
  const errorsOf = (own: OwnBinding) => {
    const at = `/bindings/${list.indexOf(own)}`;
    const errors = save.error instanceof ApiError ? save.error.errors : [];
    return errors
      .filter(({ pointer }) => pointer.startsWith(`${at}/`))
      .map((error) => ({ ...error, pointer: error.pointer.slice(at.length) }));
  };
  const found = (one: OwnBinding | Binding) => capabilities.find((each) => isSameCapability(each, one));
  const change = (next: OwnBinding[]) => {
    setList(next);
    save.reset();
  };
  return (
    <Stack gap="lg">
      {kinds.map((kind) => {
        const own = list.filter((one) => one.kind === kind);
        return (
          <KindSection
            key={kind}
            kind={kind}
            own={own}
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
                  capability={found(one)}
                  isOverride={ofType.some((item) => isSameCapability(item, one))}
                  errors={errorsOf(one)}
                  onOptions={() => setOpen(one)}
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
                  capability={found(one)}
                  isBeaten={own.length > 0}
                  onOverride={() => {
                    const capability = found(one);
                    if (capability) change(withAdded(list, capability));
                  }}
                />
              ))}
          </KindSection>
        );
      })}
      <SaveLine
        isChanged={isChanged}
        isPending={save.isPending}
        refusal={generalError(
          save.error,
          save.error instanceof ApiError ? save.error.errors.map((e) => e.pointer) : [],
        )}
        onSave={save.mutate}
        onDiscard={() => change([...first])}
      />
      {guard.status === 'blocked' ? (
        <DialogForm
          title={t('Leave without saving?')}
          action={t('Leave')}
          isDanger
          isPending={false}
          onSubmit={guard.proceed}
          onClose={guard.reset}
        >
          <Text size="sm">{t('What you changed in the bindings is not saved.')}</Text>
        </DialogForm>
      ) : null}
      {open ? (
        <OptionsDialog
          title={t('Options of {label}', { label: open.label })}
          action={t('Take over')}
          schema={found(open)?.options_schema ?? null}
          layers={open}
          beneath={{ ...found(open)?.default_options, ...found(open)?.options }}
          hasEnvironments
          errors={errorsOf(open)}
          refusal={null}
          isPending={false}
          onSave={(layers) => {
            change(list.map((one) => (one === open ? { ...one, ...layers } : one)));
            setOpen(null);
          }}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </Stack>
  );
}

type KindSectionProps = {
  kind: string;
  own: readonly OwnBinding[];
  free: readonly Capability[];
  onAdd: (capability: Capability) => void;
  children: React.ReactNode;
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

type SaveLineProps = {
  isChanged: boolean;
  isPending: boolean;
  refusal: string | null;
  onSave: () => void;
  onDiscard: () => void;
};

function SaveLine({ isChanged, isPending, refusal, onSave, onDiscard }: SaveLineProps) {
  return (
    <>
      {refusal === null ? null : (
        <Alert color="red" variant="light" role="alert" icon={<IconInfoCircle size={20} />}>
          {t('{refusal} Nothing was changed.', { refusal })}
        </Alert>
      )}
      <Group justify="flex-end" gap="sm">
        <Text size="sm" c="dimmed" role="status">
          {isChanged ? t('Not saved yet.') : ''}
        </Text>
        <Button variant="default" disabled={!isChanged || isPending} onClick={onDiscard}>
          {t('Discard')}
        </Button>
        <Button disabled={!isChanged} loading={isPending} onClick={onSave}>
          {t('Save bindings')}
        </Button>
      </Group>
    </>
  );
}

function optionOf(one: Capability): string {
  const label = `${one.plugin_name ?? one.plugin_id}: ${one.label}`;
  return one.state === 'disabled' ? t('{label} (held)', { label }) : label;
}

function keyOf(one: { plugin_id: string; capability_id: string } | undefined): string {
  return one ? `${one.plugin_id}/${one.capability_id}` : '';
}
