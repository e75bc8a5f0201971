import { TagsInput, type TagsInputProps } from '@mantine/core';

import { cleanTags, mostTags, tagCharacters } from '../model/tags.ts';

type Props = Omit<TagsInputProps, 'value' | 'onChange' | 'data'> & {
  tags: readonly string[];
  suggestions: readonly string[];
  onTags: (tags: string[]) => void;
};

/** Tags in their order; Enter or a comma ends one, Backspace takes the last one away. */
export function TagField({ tags, suggestions, onTags, ...rest }: Props) {
  return (
    <TagsInput
      {...rest}
      value={[...tags]}
      data={[...suggestions]}
      limit={50}
      maxTags={mostTags}
      maxLength={tagCharacters}
      acceptValueOnBlur
      splitChars={[',', ';']}
      onChange={(next) => onTags(cleanTags(next))}
    />
  );
}
