/** The pages of superusers, and the access requests for those who decide some. */
import IconActivity from '@tabler/icons-react/dist/esm/icons/IconActivity.mjs';
import IconCloudLock from '@tabler/icons-react/dist/esm/icons/IconCloudLock.mjs';
import IconHistory from '@tabler/icons-react/dist/esm/icons/IconHistory.mjs';
import IconInbox from '@tabler/icons-react/dist/esm/icons/IconInbox.mjs';
import IconLayoutGridAdd from '@tabler/icons-react/dist/esm/icons/IconLayoutGridAdd.mjs';
import IconMail from '@tabler/icons-react/dist/esm/icons/IconMail.mjs';
import IconPlugConnected from '@tabler/icons-react/dist/esm/icons/IconPlugConnected.mjs';
import IconPuzzle from '@tabler/icons-react/dist/esm/icons/IconPuzzle.mjs';
import IconSettings from '@tabler/icons-react/dist/esm/icons/IconSettings.mjs';
import IconUsers from '@tabler/icons-react/dist/esm/icons/IconUsers.mjs';
import IconUsersGroup from '@tabler/icons-react/dist/esm/icons/IconUsersGroup.mjs';
import { useLocation } from '@tanstack/react-router';
import { useDecidesRequests, usePending } from '#api/pending.ts';
import { useMe } from '#api/session.ts';
import { t } from '#words/words.ts';
import { type InSidebar, PlaceLink, SectionHead } from './nav-link.tsx';

export function AdminLinks(here: InSidebar) {
  const me = useMe();
  const pending = usePending(me);
  const decides = useDecidesRequests(me);
  const isAdmin = me?.is_superuser === true;
  if (!isAdmin && !decides) return null;
  return (
    <section aria-label={t('Admin')}>
      <SectionHead title={t('Admin')} isCollapsed={here.isCollapsed} />
      {isAdmin ? <PeopleAndExtensions {...here} approvals={pending.approvals} /> : null}
      <PlaceLink
        {...here}
        to="/admin/requests"
        label={t('Access requests')}
        icon={IconInbox}
        waiting={pending.requests}
      />
      {isAdmin ? <House {...here} mail={pending.mail} /> : null}
    </section>
  );
}

function PeopleAndExtensions({ approvals, ...here }: InSidebar & { approvals: number }) {
  const { pathname } = useLocation();
  return (
    <>
      <PlaceLink
        {...here}
        to="/admin/users"
        label={t('Users')}
        icon={IconUsers}
        isActive={pathname.startsWith('/admin/users')}
      />
      <PlaceLink {...here} to="/admin/groups" label={t('Groups')} icon={IconUsersGroup} />
      <PlaceLink
        {...here}
        to="/admin/plugins"
        label={t('Extensions')}
        icon={IconPlugConnected}
        isActive={pathname.startsWith('/admin/plugins') || pathname === '/admin/add-extension'}
        waiting={approvals}
      />
    </>
  );
}

type HouseProps = InSidebar & { mail: ReturnType<typeof usePending>['mail'] };

function House({ mail, ...here }: HouseProps) {
  const { pathname } = useLocation();
  return (
    <>
      <PlaceLink {...here} to="/admin/connections" label={t('Connections')} icon={IconCloudLock} />
      <PlaceLink
        {...here}
        to="/admin/workspaces"
        label={t('Manage workspaces')}
        icon={IconLayoutGridAdd}
        isActive={pathname.startsWith('/admin/workspace')}
      />
      <PlaceLink {...here} to="/admin/capabilities" label={t('Capabilities')} icon={IconPuzzle} />
      <PlaceLink {...here} to="/admin/traffic" label={t('Traffic')} icon={IconActivity} />
      {mail.isShown ? (
        <PlaceLink {...here} to="/admin/mail" label={t('Mail')} icon={IconMail} waiting={mail.givenUp} />
      ) : null}
      <PlaceLink {...here} to="/admin/audit" label={t('Audit')} icon={IconHistory} />
      <PlaceLink {...here} to="/admin/settings" label={t('Settings')} icon={IconSettings} />
    </>
  );
}
