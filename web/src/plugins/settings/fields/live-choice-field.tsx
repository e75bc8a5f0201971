/**
 * A text with choices of the moment from the container. What is typed counts too: the choices are an offer.
 */
import { Combobox, Loader, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { t } from '#words/words.ts';
import { commonProps } from '../control-words.ts';
import type { FieldProps } from '../field-props.ts';
import { useForm } from '../form-context.ts';
import type { TextField } from '../form-plan.types.ts';
import type { LiveForm } from '../live-form.ts';

type LiveChoiceProps = FieldProps<TextField> & { live: LiveForm; path: string };

export function LiveChoiceControl({ live, path, ...props }: LiveChoiceProps) {
  const { value, standing, isRequired, change, label } = props;
  const text = typeof value === 'string' ? value : '';
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
  const items = choices.data?.items ?? [];
  const write = (next: string): void =>
    change(() => (next === '' && standing === 'member' && !isRequired ? undefined : next));
  const { readOnly, ...shared } = commonProps(props);
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
