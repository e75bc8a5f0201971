/** One entry an extension; for a superuser without any, how to add one. */
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { isSwitchedOff, usePlugins } from '#api/plugins.ts';
import { useMe } from '#api/session.ts';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { type InSidebar, SectionHead } from './nav-link.tsx';
import { PluginEntry } from './plugin-entry.tsx';
import navStyles from './nav.module.css';

/** More of them than this scroll among themselves. */
const shownWhole = 8;

export function ExtensionLinks({ isCollapsed, onLeave }: InSidebar) {
  const me = useMe();
  const { plugins: all, isPending } = usePlugins();
  // A superuser can switch it on again. For others it would be an entry that leads nowhere.
  const plugins = all.filter((plugin) => me?.is_superuser || !isSwitchedOff(plugin));
  if (plugins.length > 0)
    return (
      <section
        aria-label={t('Extensions')}
        {...(plugins.length > shownWhole ? { className: navStyles['many'] } : {})}
      >
        <SectionHead title={t('Extensions')} isCollapsed={isCollapsed} />
        {plugins.map((plugin) => (
          <PluginEntry key={plugin.id} plugin={plugin} isCollapsed={isCollapsed} onLeave={onLeave} />
        ))}
      </section>
    );
  if (!me?.is_superuser || isPending || isCollapsed) return null;
  return (
    <section aria-label={t('Extensions')}>
      <SectionHead title={t('Extensions')} isCollapsed={isCollapsed} />
      <Text size="sm" c="dimmed" px={10}>
        <Words
          text={msg('None yet. <link>Add one</link>')}
          parts={{
            link: (
              <Link
                to="/admin/add-extension"
                style={{ color: 'var(--mantine-color-anchor)' }}
                onClick={onLeave}
              />
            ),
          }}
        />
      </Text>
    </section>
  );
}
