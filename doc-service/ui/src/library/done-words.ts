import { t } from '../words/words.ts';

/** What is told after many documents were changed: a whole sentence each, with their number. */

/** @param count how many were changed */
export type DoneWords = (count: number) => string;

export const trashedWords: DoneWords = (count) =>
  t('{count, plural, one {1 document moved to the trash.} other {# documents moved to the trash.}}', {
    count,
  });

export const restoredWords: DoneWords = (count) =>
  t('{count, plural, one {1 document taken out of the trash.} other {# documents taken out of the trash.}}', {
    count,
  });

export const outOfFolderWords: DoneWords = (count) =>
  t(
    '{count, plural, one {1 document taken out of its folder.} other {# documents taken out of ' +
      'their folders.}}',
    { count },
  );

export function movedWords(path: string): DoneWords {
  return (count) =>
    t('{count, plural, one {1 document moved to {path}.} other {# documents moved to {path}.}}', {
      count,
      path,
    });
}

export function typedWords(type: string | null): DoneWords {
  return (count) =>
    type === null
      ? t('{count, plural, one {1 document without a type.} other {# documents without a type.}}', { count })
      : t('{count, plural, one {1 document of the type {type}.} other {# documents of the type {type}.}}', {
          count,
          type,
        });
}

export function correspondentWords(name: string | null): DoneWords {
  return (count) =>
    name === null
      ? t(
          '{count, plural, one {1 document without a correspondent.} other {# documents ' +
            'without a correspondent.}}',
          { count },
        )
      : t('{count, plural, one {1 document of {name}.} other {# documents of {name}.}}', { count, name });
}

export function taggedWords(added: readonly string[], removed: readonly string[]): DoneWords {
  const [add, remove] = [added.join(', '), removed.join(', ')];
  return (count) => {
    if (remove === '')
      return t('{count, plural, one {1 document tagged {add}.} other {# documents tagged {add}.}}', {
        count,
        add,
      });
    if (add === '')
      return t('{count, plural, one {1 document without {remove}.} other {# documents without {remove}.}}', {
        count,
        remove,
      });
    return t(
      '{count, plural, one {1 document tagged {add} and without {remove}.} other {# documents ' +
        'tagged {add} and without {remove}.}}',
      { count, add, remove },
    );
  };
}

/** @param value null: it was taken away */
export function fieldWords(field: string, value: string | null): DoneWords {
  return (count) =>
    value === null
      ? t('{count, plural, one {1 document without {field}.} other {# documents without {field}.}}', {
          count,
          field,
        })
      : t(
          '{count, plural, one {1 document with {field} {value}.} other {# documents with {field} {value}.}}',
          {
            count,
            field,
            value,
          },
        );
}
