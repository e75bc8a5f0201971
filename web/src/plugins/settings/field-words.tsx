import { Text } from '@mantine/core';
import { richWords } from './rich-words.tsx';

export function Heading({ title, description }: { title: string; description: string }) {
  return (
    <>
      <Text fw={600} size="sm">
        {title}
      </Text>
      {description ? (
        <Text size="sm" c="dimmed">
          {richWords(description)}
        </Text>
      ) : null}
    </>
  );
}

export function Errors({ list }: { list: readonly string[] | undefined }) {
  if (!list || list.length === 0) return null;
  return (
    <Text size="xs" c="var(--mantine-color-error)" role="alert" mt={4} tabIndex={-1} data-mend>
      {list.join(' ')}
    </Text>
  );
}
