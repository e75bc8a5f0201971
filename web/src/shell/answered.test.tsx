import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ApiError } from '#api/client.ts';
import { Answered, bothAnswered, type Query } from './answered.tsx';

const refetch = (): Promise<void> => Promise.resolve();
const unanswered: Query<string> = { data: undefined, error: null, refetch };
const refused = (status: number) => new ApiError({ status, kind: 'refused', message: 'No.' });

const shown = (query: Partial<Query<string>>, missing?: string): string =>
  renderToStaticMarkup(
    <MantineProvider>
      <Answered query={{ ...unanswered, ...query }} what="It could not be read" missing={missing}>
        {(data) => `an answer: ${data}`}
      </Answered>
    </MantineProvider>,
  );

test('G4: a query shows that it is asked, then its answer', () => {
  expect(shown({})).toContain('aria-busy="true"');
  expect(shown({ data: 'four' })).toContain('an answer: four');
});

test('G4: a failed query says so, with the way to try again', () => {
  const text = shown({ error: refused(500) });
  expect(text).toContain('It could not be read');
  expect(text).toContain('Try again');
});

test('G4: an answer stays while asking anew fails, and gives way to a refusal', () => {
  expect(shown({ data: 'four', error: refused(503) })).toContain('an answer: four');
  expect(shown({ data: 'four', error: new TypeError('no network') })).toContain('an answer: four');
  for (const status of [403, 404]) {
    const text = shown({ data: 'four', error: refused(status) });
    expect(text).not.toContain('four');
    expect(text).toContain('It could not be read');
  }
});

test('G4: what is not there has its own words where the page has some', () => {
  expect(shown({ error: refused(404) }, 'There is no such user')).toContain('There is no such user');
  expect(shown({ error: refused(403) }, 'There is no such user')).toContain('It could not be read');
});

test('G4: two queries as one are answered when both are, and fail when one does', () => {
  const both = (first: Partial<Query<string>>, second: Partial<Query<string>>) =>
    bothAnswered({ ...unanswered, ...first }, { ...unanswered, ...second });
  expect(both({ data: 'a' }, {}).data).toBeUndefined();
  expect(both({ data: 'a' }, { data: 'b' }).data).toEqual(['a', 'b']);
  expect(both({ data: 'a' }, { error: refused(500) }).error).toBeInstanceOf(ApiError);
});
