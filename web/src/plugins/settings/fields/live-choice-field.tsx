/**
 * A text or a number with choices of the moment from the container. What is typed counts too: the choices are
 * an offer.
 */
import { Combobox, Loader, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '#words/words.ts';
import { commonProps } from '../control-words.ts';
import type { FieldProps } from '../field-props.ts';
import { useForm } from '../form-context.ts';
import type { NumberField, TextField } from '../form-plan.types.ts';
import type { LiveChoices, LiveForm } from '../live-form.ts';
import { useDigits } from './number-field.tsx';

type Source = { live: LiveForm; path: string };
/** What stands in the box, and what becomes of what is typed. */
type Written = { text: string; write: (text: string) => void; fault: string | null };

export function LiveTextControl({ live, path, ...props }: FieldProps<TextField> & Source) {
  const { value, standing, isRequired, change } = props;
  const text = typeof value === 'string' ? value : '';
  const write = (next: string): void =>
    change(() => (next === '' && standing === 'member' && !isRequired ? undefined : next));
  return (
    <Choices
      label={props.label}
      common={commonProps(props)}
      source={{ live, path }}
      text={text}
      write={write}
      fault={null}
    />
  );
}

export function LiveNumberControl({ live, path, ...props }: FieldProps<NumberField> & Source) {
  const { shown, write, fault } = useDigits(props);
  return (
    <Choices
      label={props.label}
      common={commonProps(props)}
      source={{ live, path }}
      text={shown}
      write={write}
      fault={fault}
    />
  );
}

type ChoicesProps = Written & { label: string; common: ReturnType<typeof commonProps>; source: Source };

function Choices({ label, common, source: { live, path }, text, write, fault }: ChoicesProps) {
  const client = useQueryClient();
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const [q] = useDebouncedValue(text, 200);
  const { isReadOnly } = useForm();
  const choices = useQuery({
    queryKey: ['choices', live.key, path, q],
    queryFn: ({ signal }) => live.choices(path, q, signal),
    enabled: box.dropdownOpened,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 10_000,
  });
  // The container is gone: what it offered before is the best that there is.
  const items = choices.isError
    ? lastChoices(client, ['choices', live.key, path], text)
    : (choices.data?.items ?? []);
  const { readOnly, ...shared } = common;
  const isFixed = readOnly || isReadOnly;
  return (
    <Combobox
      store={box}
      shadow="md"
      onOptionSubmit={(chosen) => {
        write(chosen);
        box.closeDropdown();
      }}
    >
      <Combobox.Target>
        <TextInput
          {...shared}
          {...(fault === null ? {} : { error: fault })}
          readOnly={isFixed}
          value={text}
          autoComplete="off"
          maw={420}
          rightSection={choices.isFetching ? <Loader size={16} /> : <Combobox.Chevron />}
          onChange={(event) => {
            write(event.currentTarget.value);
            box.openDropdown();
            box.updateSelectedOptionIndex();
          }}
          onClick={() => (isFixed ? undefined : box.openDropdown())}
          onFocus={() => (isFixed ? undefined : box.openDropdown())}
          onBlur={() => box.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options
          mah={260}
          style={{ overflowY: 'auto' }}
          aria-label={t('Choices for {label}', { label })}
        >
          {items.map((item) => (
            <Combobox.Option key={String(item.value)} value={String(item.value)}>
              <Text size="sm">{item.title ?? String(item.value)}</Text>
              {item.description ? (
                <Text size="xs" c="dimmed">
                  {item.description}
                </Text>
              ) : null}
            </Combobox.Option>
          ))}
          {items.length === 0 && choices.data ? (
            <Combobox.Empty>
              {text === ''
                ? t('There is nothing to choose from yet.')
                : t('Nothing like that. What you typed is taken as it is.')}
            </Combobox.Empty>
          ) : null}
        </Combobox.Options>
        {choices.error ? (
          <Combobox.Footer>
            <Text size="xs" c="dimmed" role="status">
              {items.length > 0
                ? t('The extension does not answer: these choices may be old.')
                : t('The extension does not answer now. You can type the value.')}
            </Text>
          </Combobox.Footer>
        ) : null}
        {choices.data?.has_more ? (
          <Combobox.Footer>
            <Text size="xs" c="dimmed">
              {t('There are more: type to find them.')}
            </Text>
          </Combobox.Footer>
        ) : null}
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** What was offered while this form was open, each value once, as far as it has to do with the text. */
function lastChoices(client: QueryClient, queryKey: readonly string[], text: string): LiveChoices['items'] {
  const known = client.getQueriesData<LiveChoices>({ queryKey }).flatMap(([, found]) => found?.items ?? []);
  const byValue = new Map(known.map((item) => [String(item.value), item]));
  const wanted = text.trim().toLowerCase();
  return [...byValue].flatMap(([value, item]) =>
    `${value} ${item.title ?? ''}`.toLowerCase().includes(wanted) ? [item] : [],
  );
}
