import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Email } from './email.tsx';

const markupOf = (text: string) =>
  renderToStaticMarkup(Email({ children: text })).replace(/^<span[^>]*>|<\/span>$/g, '');

test('G7: an e-mail address breaks before its @ and its dots, and other text where it always does', () => {
  expect(markupOf('ada.quay@harbour.example.org')).toBe(
    'ada<wbr/>.quay<wbr/>@harbour<wbr/>.example<wbr/>.org',
  );
  expect(markupOf('Ada Quay. (you)')).toBe('Ada Quay. (you)');
  expect(markupOf('<b>@x')).toBe('&lt;b&gt;<wbr/>@x');
});
