import { TagsInput } from '@mantine/core';
import { t } from '../words/words.ts';

type Props = {
  label: string;
  groups: readonly string[];
  suggestions: readonly string[];
  disabled?: boolean;
  onGroups: (groups: string[]) => void;
};

/** Names of groups; one that is not suggested is typed. */
export function GroupField({ label, groups, suggestions, disabled = false, onGroups }: Props) {
  return (
    <TagsInput
      label={label}
      placeholder={groups.length === 0 ? t('No group') : ''}
      value={[...groups]}
      data={[...suggestions]}
      disabled={disabled}
      maxTags={100}
      limit={50}
      acceptValueOnBlur
      onChange={(next) => onGroups(next.map((name) => name.trim()).filter((name) => name !== ''))}
    />
  );
}
