/** One entry of the sidebar; collapsed, its name is a hint beside it. */
import { Tooltip, VisuallyHidden } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { t } from '#words/words.ts';
import navStyles from './nav.module.css';

type NavLinkProps = {
  to: string;
  label: string;
  icon: Icon;
  isActive: boolean;
  waiting: number;
  isCollapsed: boolean;
  onLeave?: () => void;
};

/** @param waiting how much of it waits for the person */
export function NavLink({
  to,
  label,
  icon: LinkIcon,
  isActive,
  waiting,
  isCollapsed,
  onLeave,
}: NavLinkProps) {
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
        {waiting === 0 ? null : isCollapsed ? (
          <span className={navStyles['count']} />
        ) : (
          <>
            <VisuallyHidden>, {t('{count} waiting', { count: waiting })}</VisuallyHidden>
            <span className={navStyles['count']} aria-hidden>
              {waiting > 99 ? '99+' : waiting}
            </span>
          </>
        )}
      </Link>
    </Hint>
  );
}

export function Hint({ label, isShown, children }: { label: string; isShown: boolean; children: ReactNode }) {
  return (
    <Tooltip label={label} position="right" disabled={!isShown} withinPortal>
      <div>{children}</div>
    </Tooltip>
  );
}
