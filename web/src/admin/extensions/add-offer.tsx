/**
 * Adds a known container: what it will ask for, what it needs, then its connection report; or what to write
 * by hand.
 */
import { Alert, Button, Code, CopyButton, Group, List, Stack, Tabs, Text, TextInput } from '@mantine/core';
import type {
  AddedService,
  AddingState,
  Approve,
  Offer,
  OfferSnippets,
} from '@berth/plugin-kit/contract/wire/offers.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { errorFor, generalError } from '#api/field-errors.ts';
import { addOffer, previewOffer } from '#api/offers.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { ApproveField } from './approve-field.tsx';
import { ComingUp } from './coming-up.tsx';
import textStyles from '#shell/text.module.css';

type AddOfferProps = { offer: Offer; adding: AddingState; onClose: () => void };

export function AddOffer({ offer, adding, onClose }: AddOfferProps) {
  const client = useQueryClient();
  const host = adding.runtime === null ? '127.0.0.1' : offer.id;
  const [url, setUrl] = useState(`http://${host}:${offer.port}`);
  const [approve, setApprove] = useState<Approve>('first');
  const [variables, setVariables] = useState<Record<string, string>>({});
  const [added, setAdded] = useState<AddedService | null>(null);
  const chosen = {
    catalogue: offer.catalogue,
    entry: offer.id,
    url: url.trim(),
    approve,
    variables: Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== '')),
  };
  const preview = useMutation({ mutationFn: () => previewOffer(chosen) });
  const add = useMutation({
    mutationFn: async () => ({ outcome: await addOffer(chosen), snippets: await previewOffer(chosen) }),
    onSuccess: async ({ outcome }) => {
      setAdded(outcome);
      await client.invalidateQueries({ queryKey: ['admin-offers'] });
    },
  });
  if (added)
    return (
      <ComingUp id={added.id} name={offer.name} onClose={onClose}>
        {added.detail === null ? null : (
          <Text size="sm" className={textStyles['breakable']}>
            {added.detail}
          </Text>
        )}
        {added.outcome === 'listed' && add.data ? <ContainerSnippets snippets={add.data.snippets} /> : null}
      </ComingUp>
    );
  const asking = adding.can_write ? add : preview;
  const open = offer.variables.filter(({ is_secret: isSecret }) => !isSecret);
  const pointers = ['/url', '/approve', ...open.map(({ name }) => `/variables/${name}`)];
  return (
    <DialogForm
      title={
        adding.can_write
          ? t('Add {name}', { name: offer.name })
          : t('How to add {name}', { name: offer.name })
      }
      action={adding.can_write ? t('Add extension') : t('Show what to write')}
      isPending={asking.isPending}
      refusal={generalError(asking.error, pointers)}
      closeOnClickOutside={false}
      onSubmit={asking.mutate}
      onClose={onClose}
    >
      <WhatItAsksFor offer={offer} />
      <TextInput
        label={t('Address')}
        description={t('Where Berth reaches its container.')}
        required
        withAsterisk={false}
        data-autofocus
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={errorFor(asking.error, '/url')}
      />
      <ApproveField value={approve} onChange={setApprove} />
      {open.map(({ name, description, default: otherwise, is_required: isRequired }) => (
        <TextInput
          key={name}
          label={name}
          description={description}
          required={isRequired && otherwise === null}
          withAsterisk={false}
          placeholder={otherwise ?? ''}
          value={variables[name] ?? ''}
          onChange={(event) => setVariables({ ...variables, [name]: event.currentTarget.value })}
          error={errorFor(asking.error, `/variables/${name}`)}
        />
      ))}
      <Secrets offer={offer} />
      {adding.runtime === null ? null : (
        <Text size="sm" c="dimmed" className={textStyles['breakable']}>
          <Words
            text={
              adding.runtime.starts
                ? msg('It is put into <file/> and started.')
                : msg('It is put into <file/>. You start it.')
            }
            parts={{ file: <Code>{adding.runtime.file}</Code> }}
          />
        </Text>
      )}
      {preview.data ? (
        <>
          <Snippet name="services.yaml" text={preview.data.services} />
          <ContainerSnippets snippets={preview.data} />
        </>
      ) : null}
    </DialogForm>
  );
}

/** One of the two is needed. */
function ContainerSnippets({ snippets }: { snippets: OfferSnippets }) {
  return (
    <Tabs defaultValue="compose" keepMounted={false}>
      <Tabs.List aria-label={t('Where it runs')} mb="sm">
        <Tabs.Tab value="compose">Docker Compose</Tabs.Tab>
        <Tabs.Tab value="kubernetes">Kubernetes</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="compose">
        <Snippet name="compose.yaml" text={snippets.compose} />
      </Tabs.Panel>
      <Tabs.Panel value="kubernetes">
        <Snippet name="kubernetes.yaml" text={snippets.kubernetes} />
      </Tabs.Panel>
    </Tabs>
  );
}

function WhatItAsksFor({ offer }: { offer: Offer }) {
  const { access, connections, capabilities } = offer.asks_for;
  return (
    <Alert color="gray" variant="light" title={t('What it will ask for')}>
      <List size="sm" spacing={4}>
        <List.Item className={textStyles['breakable']}>{access}</List.Item>
        {connections.map(({ name, kind, reason }) => (
          <List.Item key={name} className={textStyles['breakable']}>
            {t('A connection of the kind {kind}. {reason}', { kind, reason })}
          </List.Item>
        ))}
        {capabilities.map((kind) => (
          <List.Item key={kind}>{t('It offers {kind} to workspaces.', { kind })}</List.Item>
        ))}
        <List.Item className={textStyles['breakable']}>
          {offer.image === null ? t('It is built from the source beside the compose file.') : offer.image}
        </List.Item>
      </List>
    </Alert>
  );
}

function Secrets({ offer }: { offer: Offer }) {
  const secrets = offer.variables.filter(({ is_secret: isSecret }) => isSecret);
  if (secrets.length === 0) return null;
  return (
    <Text size="sm" component="div" className={textStyles['breakable']}>
      <Words
        text={msg('Set these in <file/> beside the compose file. Secrets are not typed in here.')}
        parts={{ file: <Code>.env</Code> }}
      />
      <List size="sm" mt={4}>
        {secrets.map(({ name, description }) => (
          <List.Item key={name}>
            <Code>{name}</Code> {description}
          </List.Item>
        ))}
      </List>
    </Text>
  );
}

function Snippet({ name, text }: { name: string; text: string }) {
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text size="sm" fw={550}>
          {t('Add to {name}', { name })}
        </Text>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="compact-sm"
              onClick={copy}
              aria-label={t('Copy for {name}', { name })}
            >
              {copied ? t('Copied') : t('Copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code block tabIndex={0} aria-label={t('For {name}', { name })} mah={280} style={{ overflow: 'auto' }}>
        {text}
      </Code>
    </Stack>
  );
}
