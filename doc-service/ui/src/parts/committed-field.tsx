import { Autocomplete, type AutocompleteProps } from '@mantine/core';
import { useState } from 'react';

type Props = Omit<AutocompleteProps, 'value' | 'onChange' | 'defaultValue'> & {
  value: string;
  onCommit: (value: string) => void;
};

/** A field with suggestions that saves by itself: on Enter, on a choice and when it is left. Escape takes back. */
export function CommittedField({ value, onCommit, ...rest }: Props) {
  const [typed, setTyped] = useState(value);
  const [from, setFrom] = useState(value);
  if (value !== from) {
    setFrom(value);
    setTyped(value);
  }
  const commit = (next: string) => {
    const clean = next.normalize('NFC').trim();
    setTyped(clean);
    if (clean !== value) onCommit(clean);
  };
  return (
    <Autocomplete
      {...rest}
      value={typed}
      onChange={setTyped}
      onOptionSubmit={commit}
      onBlur={() => commit(typed)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.defaultPrevented) commit(typed);
        if (event.key !== 'Escape') return;
        // Escape takes back what was typed first, and leaves the view with the next press.
        if (typed !== value) event.stopPropagation();
        setTyped(value);
      }}
    />
  );
}
