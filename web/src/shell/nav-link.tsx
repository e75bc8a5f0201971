/** What the sidebar is made of: entries and heads; collapsed, a name is a hint beside its icon. */
import { Tooltip, VisuallyHidden } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { t } from '#words/words.ts';
import navStyles from './nav.module.css';

/** What every part of the sidebar has to know; `onLeave` closes the drawer that it is on a phone. */
export type InSidebar = { isCollapsed: boolean; onLeave?: (() => void) | undefined };

type PlaceLinkProps = InSidebar & {
  to: string;
  label: string;
  icon: Icon;
  /** Where it is not said: on its very page. */
  isActive?: boolean;
  /** How much of it waits for the person. */
  waiting?: number;
};

export function PlaceLink({ to, label, icon: LinkIcon, waiting = 0, ...rest }: PlaceLinkProps) {
  const { isCollapsed, onLeave } = rest;
  const { pathname } = useLocation();
  const isActive = rest.isActive ?? pathname === to;
  const name = waiting > 0 ? t('{label}, {waiting} waiting', { label, waiting }) : label;
  return (
    <Hint label={name} isShown={isCollapsed}>
      <Link
        to={to}
        className={navStyles['link']}
        data-active={isActive || undefined}
        aria-current={isActive ? 'page' : undefined}
        aria-label={isCollapsed ? name : undefined}
        onClick={onLeave}
      >
        <LinkIcon size={18} aria-hidden />
        {isCollapsed ? null : <span className={navStyles['label']}>{label}</span>}
        {waiting === 0 ? null : <Waiting count={waiting} isCollapsed={isCollapsed} />}
      </Link>
    </Hint>
  );
}

export function SectionHead({ title, isCollapsed }: { title: string; isCollapsed: boolean }) {
  return isCollapsed ? <div style={{ height: 12 }} /> : <h2 className={navStyles['heading']}>{title}</h2>;
}

function Waiting({ count, isCollapsed }: { count: number; isCollapsed: boolean }) {
  // The link's own name says it.
  if (isCollapsed) return <span className={navStyles['count']} />;
  return (
    <>
      <VisuallyHidden>, {t('{count} waiting', { count })}</VisuallyHidden>
      <span className={navStyles['count']} aria-hidden>
        {count > 99 ? '99+' : count}
      </span>
    </>
  );
}

export function Hint({ label, isShown, children }: { label: string; isShown: boolean; children: ReactNode }) {
  return (
    <Tooltip label={label} position="right" disabled={!isShown} withinPortal>
      <div>{children}</div>
    </Tooltip>
  );
}
