import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';

type Props = Omit<TextInputProps, 'value' | 'onChange' | 'defaultValue'> & {
  value: string;
  onCommit: (value: string) => void;
};

/** A line that saves by itself: on Enter and when it is left. Escape takes back. */
export function CommittedText({ value, onCommit, ...rest }: Props) {
  const [typed, setTyped] = useState(value);
  const [from, setFrom] = useState(value);
  if (value !== from) {
    setFrom(value);
    setTyped(value);
  }
  const commit = () => {
    const clean = typed.normalize('NFC').trim();
    setTyped(clean);
    if (clean !== value) onCommit(clean);
  };
  return (
    <TextInput
      {...rest}
      value={typed}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key !== 'Escape') return;
        if (typed !== value) event.stopPropagation();
        setTyped(value);
      }}
    />
  );
}
