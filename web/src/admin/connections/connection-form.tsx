/** Adds a connection (`null`) or changes one. The key is typed, kept or removed; it is never shown. */
import {
  Accordion,
  Button,
  Group,
  NumberInput,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  TextInput,
} from '@mantine/core';
import {
  connectionProviders,
  type Connection,
  type ConnectionOptions,
} from '@berth/plugin-kit/contract/wire/connections.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { saveConnection } from '#api/connections.ts';
import { errorFor, generalError } from '#api/field-errors.ts';
import { DialogForm } from '#shell/dialog-form.tsx';
import { tell } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { optionsFor, providerWords } from './connection-words.ts';

type Secret = { kind: 'kept' } | { kind: 'removed' } | { kind: 'typed'; text: string };

const pointers = [
  '/name',
  '/secret',
  ...[
    'url',
    'model',
    'embedding_model',
    'api_version',
    'auth_header',
    'auth_value',
    'methods',
    'paths',
    'user',
    'from',
  ].map((field) => `/options/${field}`),
  ...['requests_per_minute', 'max_concurrent', 'timeout_seconds', 'monthly_tokens', 'monthly_cost'].map(
    (field) => `/options/limits/${field}`,
  ),
  ...['input_per_million', 'output_per_million', 'currency'].map((field) => `/options/price/${field}`),
];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

export function ConnectionForm({
  connection,
  onClose,
}: {
  connection: Connection | null;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [name, setName] = useState(connection?.name ?? '');
  const [options, setOptions] = useState(connection?.options ?? optionsFor('openai'));
  const [secret, setSecret] = useState<Secret>(
    connection?.secret ? { kind: 'kept' } : { kind: 'typed', text: '' },
  );
  const save = useMutation({
    mutationFn: () =>
      saveConnection(connection?.id ?? null, {
        name: name.trim(),
        options: sent(options),
        ...secretOf(secret),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['admin-connections'] });
      tell(connection ? t('Connection saved') : t('Connection added'));
      onClose();
    },
  });
  const set = (change: Partial<ConnectionOptions>) => setOptions({ ...options, ...change });
  const at = (field: string) => errorFor(save.error, `/options/${field}`);
  return (
    <DialogForm
      title={connection ? t('Edit {name}', { name: connection.name }) : t('Add a connection')}
      action={connection ? t('Save') : t('Add connection')}
      isPending={save.isPending}
      refusal={generalError(save.error, pointers)}
      closeOnClickOutside={false}
      onSubmit={save.mutate}
      onClose={onClose}
    >
      <Select
        label={t('Provider')}
        data={connectionProviders.map((value) => ({ value, label: t(providerWords[value].label) }))}
        value={options.provider}
        allowDeselect={false}
        disabled={connection !== null}
        onChange={(value) => {
          const provider = connectionProviders.find((one) => one === value);
          if (provider) setOptions(optionsFor(provider, options));
        }}
      />
      <TextInput
        label={t('Name')}
        description={t('By this you tell it from others.')}
        required
        withAsterisk={false}
        maxLength={80}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errorFor(save.error, '/name')}
      />
      <TextInput
        label={t('Address')}
        description={t(providerWords[options.provider].urlHint)}
        required
        withAsterisk={false}
        value={options.url}
        onChange={(event) => set({ url: event.currentTarget.value })}
        error={at('url')}
      />
      <Switch
        label={t('Inside my network')}
        description={t('Private addresses and plain http are allowed, and what is sent stays in the house.')}
        checked={options.is_local}
        onChange={(event) => set({ is_local: event.currentTarget.checked })}
      />
      <ProviderFields options={options} set={set} at={at} />
      <SecretField
        label={t(providerWords[options.provider].secret)}
        secret={secret}
        isSet={connection?.secret != null}
        error={errorFor(save.error, '/secret')}
        onChange={setSecret}
      />
      <LimitFields options={options} set={set} at={at} />
    </DialogForm>
  );
}

type FieldsProps = {
  options: ConnectionOptions;
  set: (change: Partial<ConnectionOptions>) => void;
  at: (field: string) => string | null;
};

function ProviderFields({ options, set, at }: FieldsProps) {
  const line = (
    field: 'embedding_model' | 'api_version' | 'user' | 'from' | 'auth_header' | 'auth_value',
  ) => ({
    value: options[field] ?? '',
    error: at(field),
    onChange: (event: { currentTarget: HTMLInputElement }) => set({ [field]: event.currentTarget.value }),
  });
  if (options.provider === 'http')
    return (
      <>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={t('Header of the key')} {...line('auth_header')} />
          <TextInput
            label={t('Its value')}
            description={t('{place} stands for the key', { place: '{secret}' })}
            {...line('auth_value')}
          />
        </SimpleGrid>
        <TagsInput
          label={t('Methods')}
          data={methods}
          value={options.methods ?? []}
          error={at('methods')}
          onChange={(value) => set({ methods: value })}
        />
        <TagsInput
          label={t('Paths')}
          description={t('Such as /v1/items, or /v1/** for everything below')}
          value={options.paths ?? []}
          error={at('paths')}
          onChange={(value) => set({ paths: value })}
        />
      </>
    );
  if (options.provider === 'smtp')
    return (
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t('User')} autoComplete="off" {...line('user')} />
        <TextInput label={t('From')} description={t('Messages leave under this address')} {...line('from')} />
      </SimpleGrid>
    );
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <TextInput
        label={t('Model')}
        required
        withAsterisk={false}
        value={options.model ?? ''}
        error={at('model')}
        onChange={(event) => set({ model: event.currentTarget.value })}
      />
      {options.provider === 'anthropic' ? null : (
        <TextInput
          label={t('Model for embeddings')}
          placeholder={t('No model')}
          {...line('embedding_model')}
        />
      )}
      {options.provider === 'azure' ? <TextInput label={t('API version')} {...line('api_version')} /> : null}
    </SimpleGrid>
  );
}

type SecretFieldProps = {
  label: string;
  secret: Secret;
  isSet: boolean;
  error: string | null;
  onChange: (secret: Secret) => void;
};

function SecretField({ label, secret, isSet, error, onChange }: SecretFieldProps) {
  if (secret.kind === 'typed')
    return (
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <PasswordInput
          label={label}
          description={t('Sealed in Berth, never shown again')}
          autoComplete="new-password"
          flex={1}
          value={secret.text}
          error={error}
          onChange={(event) => onChange({ kind: 'typed', text: event.currentTarget.value })}
        />
        {isSet ? (
          <Button variant="default" onClick={() => onChange({ kind: 'kept' })}>
            {t('Keep the old one')}
          </Button>
        ) : null}
      </Group>
    );
  const isKept = secret.kind === 'kept';
  return (
    <Group align="flex-end" gap="xs">
      <TextInput
        label={label}
        readOnly
        flex={1}
        value={isKept ? t('Is set') : t('Will be removed')}
        error={error}
      />
      <Button variant="default" onClick={() => onChange({ kind: 'typed', text: '' })}>
        {t('Replace')}
      </Button>
      <Button variant="default" onClick={() => onChange({ kind: isKept ? 'removed' : 'kept' })}>
        {isKept ? t('Remove') : t('Keep')}
      </Button>
    </Group>
  );
}

function LimitFields({ options, set, at }: FieldsProps) {
  const { limits, price } = options;
  const limit = (field: keyof typeof limits, emptied: number | null = limits[field]) => ({
    value: limits[field] ?? '',
    min: 1,
    error: at(`limits/${field}`),
    onChange: (value: string | number) =>
      set({
        limits: { ...limits, [field]: typeof value === 'number' ? value : emptied },
      }),
  });
  const cost = (field: 'input_per_million' | 'output_per_million') => ({
    value: price[field],
    min: 0,
    error: at(`price/${field}`),
    onChange: (value: string | number) => set({ price: { ...price, [field]: Number(value) || 0 } }),
  });
  const isModel = ['openai', 'azure', 'anthropic'].includes(options.provider);
  return (
    <Accordion variant="contained">
      <Accordion.Item value="limits">
        <Accordion.Control>{isModel ? t('Limits and price') : t('Limits')}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="sm">
            <SimpleGrid cols={{ base: 1, xs: 3 }}>
              <NumberInput label={t('Calls a minute')} {...limit('requests_per_minute')} />
              <NumberInput label={t('Calls at once')} {...limit('max_concurrent')} />
              <NumberInput label={t('Seconds to wait')} {...limit('timeout_seconds')} />
            </SimpleGrid>
            {isModel ? (
              <>
                <SimpleGrid cols={{ base: 1, xs: 2 }}>
                  <NumberInput
                    label={t('Tokens a month')}
                    placeholder={t('No limit')}
                    thousandSeparator=" "
                    {...limit('monthly_tokens', null)}
                  />
                  <NumberInput
                    label={t('{currency} a month', { currency: price.currency })}
                    placeholder={t('No limit')}
                    {...limit('monthly_cost', null)}
                    min={0}
                  />
                </SimpleGrid>
                <SimpleGrid cols={{ base: 1, xs: 3 }}>
                  <NumberInput label={t('Price of a million in')} {...cost('input_per_million')} />
                  <NumberInput label={t('Price of a million out')} {...cost('output_per_million')} />
                  <TextInput
                    label={t('Currency')}
                    maxLength={3}
                    value={price.currency}
                    error={at('price/currency')}
                    onChange={(event) =>
                      set({ price: { ...price, currency: event.currentTarget.value.toUpperCase() } })
                    }
                  />
                </SimpleGrid>
              </>
            ) : null}
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

/** An empty line is a field that is not there. */
function sent(options: ConnectionOptions): ConnectionOptions {
  const { embedding_model: embeddingModel, user, ...others } = options;
  return {
    ...others,
    ...(embeddingModel ? { embedding_model: embeddingModel } : {}),
    ...(user ? { user } : {}),
  };
}

function secretOf(secret: Secret): { secret?: string | null } {
  if (secret.kind === 'removed') return { secret: null };
  return secret.kind === 'typed' && secret.text !== '' ? { secret: secret.text } : {};
}
