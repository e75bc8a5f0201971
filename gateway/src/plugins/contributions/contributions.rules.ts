/**
 * What an extension gives to the shell, read from its answers: plain texts, numbers and paths of its own
 * page. Pure.
 */
import type { SearchField, WidgetField } from '@berth/plugin-kit/contract/shell-fields.ts';

export type ShellItem = { title: string; subtitle: string; path: string | null; icon: string | null };
export type WidgetData =
  | { kind: 'list'; items: ShellItem[] }
  | { kind: 'number'; value: number; unit: string; path: string | null }
  | { kind: 'progress'; value: number; max: number; path: string | null };

const maxText = 200;
const maxPath = 2048;
const maxItems = 20;
const maxBadge = 1_000_000;

/**
 * @returns counts above zero, by nav id; everything else in the answer is left out; `null` for what is no
 * such answer
 */
export function badgesIn(answer: unknown, navIds: readonly string[]): Record<string, number> | null {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return null;
  return Object.fromEntries(
    navIds.flatMap((id): [string, number][] => {
      const count = memberOf(answer, id);
      return typeof count === 'number' && Number.isInteger(count) && count > 0
        ? [[id, Math.min(count, maxBadge)]]
        : [];
    }),
  );
}

/** @returns `null` where the answer holds no list */
export function itemsIn(
  answer: unknown,
  { items, template }: Pick<SearchField, 'items' | 'template'>,
  most = maxItems,
): ShellItem[] | null {
  const list = items
    .split('/')
    .slice(1)
    .reduce<unknown>((value, part) => memberOf(value, part), answer);
  if (!Array.isArray(list)) return null;
  return list.slice(0, Math.min(most, maxItems)).flatMap((item: unknown): ShellItem[] => {
    const title = textOf(filled(template.title, item));
    if (title === '') return [];
    const own = memberOf(item, 'icon');
    const icon =
      template.icon ?? (typeof own === 'string' && /^[a-z][a-z0-9-]{0,62}$/.test(own) ? own : null);
    return [
      { title, subtitle: textOf(filled(template.subtitle, item)), path: pathOf(template.path, item), icon },
    ];
  });
}

/** @returns `null` for an answer that the template cannot be filled from */
export function widgetIn(answer: unknown, widget: WidgetField): WidgetData | null {
  if (widget.kind === 'list') {
    const items = itemsIn(answer, widget);
    return items && { kind: 'list', items };
  }
  const value = numberOf(widget.value, answer);
  const path = widget.link === '' ? null : pathOf(widget.link, answer);
  if (value === null) return null;
  if (widget.kind === 'number') return { kind: 'number', value, unit: widget.unit, path };
  const max = numberOf(widget.max, answer);
  return max === null || max < 0 ? null : { kind: 'progress', value, max, path };
}

/** `{name}` becomes the member of that name; what is no text, number or truth becomes nothing. */
export function filled(
  template: string,
  value: unknown,
  write: (text: string) => string = (text) => text,
): string {
  return template.replaceAll(/\{([A-Za-z0-9_][A-Za-z0-9_.-]{0,80})\}/g, (_, name: string) => {
    const found = name.split('.').reduce<unknown>((inner, part) => memberOf(inner, part), value);
    return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
      ? write(String(found))
      : '';
  });
}

function textOf(text: string): string {
  const plain = text.replaceAll(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, ' ').trim();
  return plain.length > maxText ? `${plain.slice(0, maxText - 1).toWellFormed()}…` : plain.toWellFormed();
}

/**
 * A value cannot leave its segment of the path; only a template that is nothing but a place gives the whole
 * path.
 */
function pathOf(template: string, value: unknown): string | null {
  const isWhole = /^\{[^{}]+\}$/.test(template);
  const path = filled(
    template,
    value,
    isWhole ? undefined : (text) => encodeURIComponent(text.toWellFormed()),
  );
  return path.length <= maxPath && /^#\/[^\s\\<>"\u0000-\u001f\u007f]*$/.test(path) ? path : null;
}

function numberOf(template: string, value: unknown): number | null {
  const text = filled(template, value).trim();
  const number = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}
