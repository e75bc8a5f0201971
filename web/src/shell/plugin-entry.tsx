/** An extension in the sidebar, with its own pages below it while it is open. */
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { badgesQuery, type BadgeCounts } from '#api/contributions.ts';
import { isHealthy, isServed } from '#api/plugins.ts';
import type { Plugin } from '#api/types.ts';
import { midSentence, t } from '#words/words.ts';
import { innerPath } from './inner-path.ts';
import { Hint, type InSidebar } from './nav-link.tsx';
import { PluginIcon } from './plugin-icon.tsx';
import { stateLook } from './plugin-state.tsx';
import navStyles from './nav.module.css';

export function PluginEntry({ plugin, isCollapsed, onLeave }: InSidebar & { plugin: Plugin }) {
  const { pathname, hash } = useLocation();
  const root = `/extensions/${plugin.id}`;
  const isOpen = pathname === root || pathname.startsWith(`${root}/`);
  const look = stateLook(plugin.state);
  const inner = isOpen && !isCollapsed ? plugin.nav : [];
  const here = innerPath(hash === '' ? '/' : hash);
  const current = pathname === root ? bestMatch(inner, here) : null;
  const counts = useQuery({ ...badgesQuery(plugin.id), enabled: plugin.has_badges && isServed(plugin) }).data;
  const total = sumOf(counts, plugin.nav);
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // Opened by an address or by search, it comes into view among many.
    if (isOpen) link.current?.scrollIntoView({ block: 'nearest' });
  }, [isOpen]);
  return (
    <>
      <Hint
        label={isHealthy(plugin) ? plugin.name : `${plugin.name}: ${t(look.label)}`}
        isShown={isCollapsed}
      >
        <Link
          ref={link}
          to={root}
          className={navStyles['link']}
          data-active={(isOpen && current === null) || undefined}
          data-dimmed={!isHealthy(plugin) || undefined}
          aria-current={isOpen && current === null ? 'page' : undefined}
          aria-expanded={plugin.nav.length > 0 ? isOpen : undefined}
          aria-label={isCollapsed ? nameOf(plugin, total) : undefined}
          onClick={onLeave}
        >
          <PluginIcon plugin={plugin} size={18} />
          {isCollapsed ? null : <span className={navStyles['label']}>{plugin.name}</span>}
          {inner.length > 0 ? null : <Count of={total} isDot={isCollapsed} />}
          {isHealthy(plugin) ? null : (
            <>
              {isCollapsed ? null : <VisuallyHidden>, {midSentence(t(look.label))}</VisuallyHidden>}
              <span
                className={navStyles['dot']}
                style={{ background: `var(--mantine-color-${look.color}-6)` }}
              />
            </>
          )}
        </Link>
      </Hint>
      {inner.map((item) => (
        <Link
          key={item.id}
          to={root}
          hash={innerPath(item.path).replace(/^#/, '')}
          activeOptions={{ includeHash: true }}
          className={`${navStyles['link']} ${navStyles['inner']}`}
          data-active={current === item.id || undefined}
          aria-current={current === item.id ? 'page' : undefined}
          onClick={onLeave}
        >
          <span className={navStyles['label']}>{item.title}</span>
          <Count of={counts?.[item.id] ?? 0} />
        </Link>
      ))}
    </>
  );
}

function Count({ of: count, isDot = false }: { of: number; isDot?: boolean }) {
  if (count === 0) return null;
  if (isDot) return <span className={navStyles['count']} />;
  return (
    <>
      <VisuallyHidden>, {t('{count} waiting', { count })}</VisuallyHidden>
      <span className={navStyles['count']} aria-hidden>
        {count > 99 ? '99+' : count}
      </span>
    </>
  );
}

function withCount(name: string, count: number): string {
  return count === 0 ? name : t('{name}, {count} waiting', { name, count });
}

function nameOf(plugin: Plugin, count: number): string {
  const name = withCount(plugin.name, count);
  return isHealthy(plugin) ? name : `${name}, ${midSentence(t(stateLook(plugin.state).label))}`;
}

/** Of entries that the person sees: the gateway tells of no others, and a page might. */
function sumOf(counts: BadgeCounts | undefined, nav: Plugin['nav']): number {
  return counts === undefined ? 0 : nav.reduce((sum, { id }) => sum + (counts[id] ?? 0), 0);
}

/** The entry whose path is the longest beginning of where one is. */
function bestMatch(nav: Plugin['nav'], here: string): string | null {
  let best: { id: string; length: number } | null = null;
  for (const item of nav) {
    const path = innerPath(item.path);
    const fits =
      here === path || here.startsWith(path.endsWith('/') ? path : `${path}/`) || here.startsWith(`${path}?`);
    if (fits && (best === null || path.length > best.length)) best = { id: item.id, length: path.length };
  }
  return best?.id ?? null;
}
