import { isMask } from '@berth/plugin-kit/contract/settings.ts';
import { parseJson, stringifyJson } from '@berth/plugin-kit/contract/exact-json.ts';
import { Button, Group, Input, PasswordInput, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '#words/words.ts';
import { commonProps, wrapperOrder } from '../control-words.ts';
import { fillIn, isSettled, SecretEdit, type Slot, Unready } from '../draft.ts';
import type { FieldProps } from '../field-props.ts';
import type { SecretField } from '../form-plan.types.ts';
import { richWords } from '../rich-words.tsx';
import { readNumber } from './number-field.tsx';

/**
 * Never shows what is set, because it never knows: the mask stands for it. Set, replaced, cleared and not set
 * are four things.
 */
export function SecretControl(props: FieldProps<SecretField>) {
  const { field, value, label, standing, isFixed, error, change } = props;
  const [isReplacing, setReplacing] = useState(false);
  const kept = isMask(value) ? value : null;
  const mask = value instanceof SecretEdit ? value.mask : kept;
  const isCleared = value instanceof SecretEdit && value.next === undefined;
  const isTyped = value instanceof SecretEdit && value.next !== undefined;
  const keep = (): void => {
    setReplacing(false);
    if (mask !== null) change(() => mask);
  };
  const clear = (): void => {
    if (mask !== null) change(() => new SecretEdit(mask, undefined));
  };
  if (mask !== null && !isTyped && !isReplacing) {
    return (
      <Input.Wrapper
        label={standing === 'item' || props.isBare ? undefined : label}
        description={richWords(field.description)}
        error={error}
        inputWrapperOrder={wrapperOrder}
        labelElement="div"
      >
        <Group gap="xs" mih={36} role="group" aria-label={label}>
          <Text size="sm" c="dimmed">
            {isCleared ? t('It will be cleared when you save.') : t('A value is set. It is never shown.')}
          </Text>
          {isFixed ? null : (
            <>
              {isCleared ? (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  onClick={keep}
                  aria-label={t('Keep {label}', { label })}
                >
                  {t('Keep it')}
                </Button>
              ) : null}
              <Button
                size="compact-sm"
                variant="default"
                aria-label={t('Replace {label}', { label })}
                onClick={() => setReplacing(true)}
              >
                {t('Replace')}
              </Button>
              {isCleared || standing === 'item' ? null : (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  aria-label={t('Clear {label}', { label })}
                  onClick={clear}
                >
                  {t('Clear')}
                </Button>
              )}
            </>
          )}
        </Group>
      </Input.Wrapper>
    );
  }
  const text = typedText(value);
  const write = (typed: string): void =>
    change(() => {
      // Until something is typed the old one stays.
      if (typed === '') return mask ?? (standing === 'member' ? undefined : new Unready('', fillIn()));
      const next = readSecret(typed, field);
      return mask === null ? next : new SecretEdit(mask, next);
    });
  const shared = commonProps(props);
  const reason = reasonOf(value);
  return (
    <Group align="flex-start" gap="xs">
      <PasswordInput
        {...shared}
        error={reason ?? error}
        aria-invalid={error ? true : undefined}
        flex="1 1 220px"
        placeholder={mask === null ? t('Not set') : t('The new value; until you type, the old one stays')}
        autoComplete="new-password"
        spellCheck={false}
        autoFocus={isReplacing}
        description={
          shared.description ??
          (error || standing === 'item' ? undefined : t('Kept secret: it cannot be read back.'))
        }
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('Show or hide what you type'), tabIndex: 0 }}
      />
      {mask === null ? null : (
        <Button
          variant="subtle"
          mt={standing === 'item' ? 0 : 24}
          onClick={keep}
          aria-label={t('Keep the old one: {label}', { label })}
        >
          {t('Keep the old one')}
        </Button>
      )}
    </Group>
  );
}

/** A secret that is no text is typed as the number, or the JSON, that it is. */
function readSecret(typed: string, { isText, isWhole }: SecretField): Exclude<SecretEdit['next'], undefined> {
  if (isText) return typed;
  if (isWhole) return readNumber(typed);
  try {
    return parseJson(typed);
  } catch {
    return new Unready(typed, t('This is not JSON yet: write a number, true, or a whole value.'));
  }
}

function typedText(value: Slot): string {
  const typed = value instanceof SecretEdit ? value.next : value;
  if (typed instanceof Unready) return typed.text;
  if (typeof typed === 'string') return isMask(typed) ? '' : typed;
  return isSettled(typed) && typed !== null ? stringifyJson(typed) : '';
}

function reasonOf(value: Slot): string | undefined {
  const typed = value instanceof SecretEdit ? value.next : value;
  return typed instanceof Unready && typed.text !== '' ? typed.reason : undefined;
}
