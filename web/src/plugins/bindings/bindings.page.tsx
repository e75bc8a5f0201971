/** What is bound to a workspace or to a type: one section a kind, one default in each. */
import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { capabilityKinds } from '@berth/plugin-kit/contract/capabilities/capability.ts';
import type { Binding, Capability } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { useQuery } from '@tanstack/react-query';
import IconInfoCircle from '@tabler/icons-react/dist/esm/icons/IconInfoCircle.mjs';
import { Link, useBlocker, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '#api/client.ts';
import { generalError } from '#api/field-errors.ts';
import {
  adminWorkspacesQuery,
  bindingsQuery,
  capabilitiesQuery,
  workspaceTypesQuery,
  type BindingOwner,
} from '#api/workspaces.ts';
import { Answered, bothAnswered } from '#shell/answered.tsx';
import { DialogForm } from '#shell/dialog-form.tsx';
import { Page } from '#shell/page.tsx';
import { t } from '#words/words.ts';
import { isSameCapability, type OwnBinding } from './bindings.rules.ts';
import { KindBindings } from './kind-bindings.tsx';
import { OptionsDialog } from './options-dialog.tsx';
import { useBindingsForm } from './use-bindings-form.ts';

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
      <Answered query={bothAnswered(bindings, capabilities)} what={t('The bindings could not be read')}>
        {([items, { items: capabilities }]) => (
          <Editor
            // A saved list begins anew.
            key={bindings.dataUpdatedAt}
            owner={owner}
            items={items}
            ofType={ofType.data ?? []}
            capabilities={capabilities}
          />
        )}
      </Answered>
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
  const form = useBindingsForm(owner, items);
  const { list, save, isChanged, change } = form;
  const [open, setOpen] = useState<OwnBinding | null>(null);
  const guard = useBlocker({
    shouldBlockFn: () => isChanged && !save.isPending,
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  });
  const kinds = [...new Set([...capabilityKinds, ...items.map(({ kind }) => kind)])];
  const offered = open && capabilities.find((each) => isSameCapability(each, open));
  return (
    <Stack gap="lg">
      {kinds.map((kind) => (
        <KindBindings key={kind} {...{ kind, form, ofType, capabilities }} onOptions={setOpen} />
      ))}
      <SaveLine
        isChanged={isChanged}
        isPending={save.isPending}
        refusal={generalError(
          save.error,
          save.error instanceof ApiError ? save.error.errors.map((e) => e.pointer) : [],
        )}
        onSave={save.mutate}
        onDiscard={form.discard}
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
          schema={offered?.options_schema ?? null}
          layers={open}
          beneath={{ ...offered?.default_options, ...offered?.options }}
          hasEnvironments
          errors={form.errorsOf(open)}
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
