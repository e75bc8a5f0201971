/** How objects, lists and their entries stand on the page. Texts of containers are text: nothing here reads markup. */
import { Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import IconArrowDown from '@tabler/icons-react/dist/esm/icons/IconArrowDown.mjs';
import IconArrowUp from '@tabler/icons-react/dist/esm/icons/IconArrowUp.mjs';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import {
  ADDITIONAL_PROPERTY_FLAG,
  type ArrayFieldItemTemplateProps,
  type ArrayFieldTemplateProps,
  canExpand,
  type FieldTemplateProps,
  getUiOptions,
  type ObjectFieldTemplateProps,
  type TemplatesType,
} from '@rjsf/utils';
import { ActionIcon } from '@mantine/core';
import type { Section } from './form-schema.ts';
import { matchesSearch } from './form-search.ts';

type Settings = Record<string, unknown>;
export type FormContext = { sections: readonly Section[]; search: string; isReadOnly: boolean };

function contextOf(registry: { formContext: FormContext }): FormContext {
  return registry.formContext;
}

/** The root is a row of cards, one a section; what is inside is a quiet indent. */
function ObjectTemplate(props: ObjectFieldTemplateProps<Settings, Settings, FormContext>) {
  const { properties, fieldPathId, title, description, registry, schema, uiSchema, formData, onAddProperty, disabled, readonly, errorSchema } = props;
  const { sections, search } = contextOf(registry);
  if (fieldPathId.path.length === 0) {
    const rest = properties.filter((property) => !property.hidden);
    return (
      <Stack gap="lg">
        {sections.map((section) => {
          const shown = section.keys
            .flatMap((key) => rest.find((property) => property.name === key) ?? [])
            .filter(({ name }) => matchesSearch(search, name, schema, section.title));
          if (shown.length === 0) return null;
          return (
            <Card key={section.id} id={section.id} component="section" aria-labelledby={`${section.id}-title`} style={{ scrollMarginTop: 16 }}>
              <Title order={2} id={`${section.id}-title`} mb={section.description ? 2 : 'md'}>
                {section.title}
              </Title>
              {section.description ? (
                <Text size="sm" c="dimmed" mb="md">
                  {section.description}
                </Text>
              ) : null}
              <Stack gap="lg">
                {shown.map((property) => (
                  <div key={property.name}>{property.content}</div>
                ))}
              </Stack>
            </Card>
          );
        })}
      </Stack>
    );
  }
  // An object at the top is a section already, and its card says its name.
  const isSection = fieldPathId.path.length === 1 && sections.some((section) => section.keys.length === 1 && section.keys[0] === fieldPathId.path[0]);
  const isItem = typeof fieldPathId.path.at(-1) === 'number';
  const canAdd = canExpand(schema, uiSchema ?? {}, formData) && !disabled && !readonly;
  return (
    <div>
      {isSection || isItem ? null : (
        <>
          <Text fw={600} size="sm">
            {title}
          </Text>
          {description ? (
            <Text size="sm" c="dimmed">
              {description}
            </Text>
          ) : null}
        </>
      )}
      <Stack gap="md" mt={isSection || isItem ? 0 : 'sm'} className={isSection || isItem ? '' : 'nested'}>
        {properties
          .filter((property) => !property.hidden)
          .map((property) => (
            <div key={property.name}>{property.content}</div>
          ))}
        {canAdd ? (
          <div>
            <Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={onAddProperty}>
              Add an entry
            </Button>
          </div>
        ) : null}
      </Stack>
      <Errors list={errorSchema?.__errors} />
    </div>
  );
}

function ArrayTemplate({ title, schema, items, canAdd, onAddClick, disabled, readonly, rawErrors }: ArrayFieldTemplateProps<Settings, Settings, FormContext>) {
  const isFixed = Boolean(disabled || readonly);
  const description = typeof schema['description'] === 'string' ? schema['description'] : '';
  return (
    <div role="group" aria-label={title}>
      <Text fw={500} size="sm">
        {title}
      </Text>
      {description ? (
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      ) : null}
      <Stack gap="xs" mt={6}>
        {items}
        {items.length === 0 ? (
          <Text size="sm" c="dimmed">
            None yet.
          </Text>
        ) : null}
        {canAdd && !isFixed ? (
          <div>
            <Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={onAddClick} aria-label={`Add to ${title}`}>
              Add
            </Button>
          </div>
        ) : null}
      </Stack>
      <Errors list={rawErrors} />
    </div>
  );
}

function ArrayItemTemplate({ children, buttonsProps, hasToolbar, index, schema }: ArrayFieldItemTemplateProps<Settings, Settings, FormContext>) {
  const { hasMoveUp, hasMoveDown, hasRemove, onMoveUpItem, onMoveDownItem, onRemoveItem, disabled, readonly } = buttonsProps;
  const isFixed = Boolean(disabled || readonly);
  const isObject = schema['type'] === 'object';
  const entry = `entry ${index + 1}`;
  const tools =
    hasToolbar && !isFixed ? (
      <Group gap={2} wrap="nowrap">
        {hasMoveUp || hasMoveDown ? (
          <>
            <ActionIcon variant="subtle" color="gray" disabled={!hasMoveUp} aria-label={`Move ${entry} up`} onClick={onMoveUpItem}>
              <IconArrowUp size={16} />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" disabled={!hasMoveDown} aria-label={`Move ${entry} down`} onClick={onMoveDownItem}>
              <IconArrowDown size={16} />
            </ActionIcon>
          </>
        ) : null}
        {hasRemove ? (
          <ActionIcon variant="subtle" color="red" aria-label={`Remove ${entry}`} onClick={onRemoveItem}>
            <IconTrash size={16} />
          </ActionIcon>
        ) : null}
      </Group>
    ) : null;
  if (!isObject) {
    return (
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <div style={{ flex: 1, minWidth: 0 }}>{children}</div>
        <div style={{ paddingTop: 4 }}>{tools}</div>
      </Group>
    );
  }
  return (
    <Card padding="md" radius="md">
      <Group justify="space-between" mb="xs">
        <Text size="sm" fw={550}>
          {index + 1}
        </Text>
        {tools}
      </Group>
      {children}
    </Card>
  );
}

/** Around every field: hidden ones, the way back to the default, and the name of an entry of a map. */
function FieldTemplate(props: FieldTemplateProps<Settings, Settings, FormContext>) {
  const { children, hidden, schema, uiSchema, formData, fieldPathId, onChange, readonly, disabled, label, onKeyRenameBlur, onRemoveProperty } = props;
  if (hidden) return null;
  const preset = schema['default'];
  const value: unknown = formData;
  const isScalar = preset !== undefined && (preset === null || typeof preset !== 'object');
  const canReset =
    isScalar && value !== undefined && value !== preset && !readonly && !disabled && schema['readOnly'] !== true && getUiOptions(uiSchema).widget !== 'secret';
  const body = (
    <>
      {children}
      {canReset ? (
        <Button
          variant="transparent"
          size="compact-xs"
          px={0}
          mt={2}
          onClick={() => onChange(undefined, fieldPathId.path)}
          aria-label={`Reset to ${String(preset)}: ${label}`}
        >
          Reset to {String(preset)}
        </Button>
      ) : null}
    </>
  );
  if (!(ADDITIONAL_PROPERTY_FLAG in schema)) return body;
  return (
    <Group gap="xs" wrap="nowrap" align="flex-end">
      <TextInput label="Name" defaultValue={label} key={label} onBlur={onKeyRenameBlur} readOnly={readonly} flex={1} miw={0} />
      <div style={{ flex: 2, minWidth: 0 }}>{body}</div>
      {readonly ? null : (
        <ActionIcon variant="subtle" color="red" size="lg" aria-label={`Remove ${label}`} onClick={onRemoveProperty}>
          <IconTrash size={16} />
        </ActionIcon>
      )}
    </Group>
  );
}

export function Errors({ list }: { list: readonly string[] | undefined }) {
  if (!list || list.length === 0) return null;
  return (
    <Text size="xs" c="var(--mantine-color-error)" role="alert" mt={4}>
      {list.join(' ')}
    </Text>
  );
}

export const templates: Partial<TemplatesType<Settings, Settings, FormContext>> = {
  ObjectFieldTemplate: ObjectTemplate,
  ArrayFieldTemplate: ArrayTemplate,
  ArrayFieldItemTemplate: ArrayItemTemplate,
  FieldTemplate,
};
