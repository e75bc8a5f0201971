import { ActionIcon, Group, Text } from '@mantine/core';
import IconArrowLeft from '@tabler/icons-react/dist/esm/icons/IconArrowLeft.mjs';
import IconArrowRight from '@tabler/icons-react/dist/esm/icons/IconArrowRight.mjs';
import IconPin from '@tabler/icons-react/dist/esm/icons/IconPin.mjs';
import IconPinFilled from '@tabler/icons-react/dist/esm/icons/IconPinFilled.mjs';
import { Link } from '@tanstack/react-router';
import type { Plugin } from '#api/types.ts';
import { PluginIcon } from '#shell/plugin-icon.tsx';
import { StateBadge } from '#shell/plugin-state.tsx';
import { msg, t } from '#words/words.ts';
import cardStyles from './app-card.module.css';
import textStyles from '#shell/text.module.css';

const stages = {
  beta: msg('Beta'),
  experimental: msg('Experimental'),
  deprecated: msg('Deprecated'),
};

type AppCardProps = {
  plugin: Plugin;
  isPinned: boolean;
  onPin: () => void;
  onMove?: (step: -1 | 1) => void;
  isFirst?: boolean;
  isLast?: boolean;
};

export function AppCard({ plugin, isPinned, onPin, onMove, isFirst = false, isLast = false }: AppCardProps) {
  const isOnline = plugin.state === 'online';
  return (
    <li className={cardStyles['card']}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <span className={cardStyles['icon']} data-dimmed={!isOnline || undefined}>
          <PluginIcon plugin={plugin} size={22} />
        </span>
        <div style={{ minWidth: 0, flex: 1 }}>
          <Link
            to="/extensions/$pluginId"
            params={{ pluginId: plugin.id }}
            className={`${cardStyles['link']} ${textStyles['breakable']}`}
          >
            {plugin.name}
          </Link>
          <Text size="xs" c="dimmed">
            {t('Version {version}', { version: plugin.version })}
            {plugin.stage === 'stable' ? '' : ` · ${t(stages[plugin.stage])}`}
          </Text>
        </div>
        <ActionIcon
          className={cardStyles['tools']}
          variant="subtle"
          color={isPinned ? 'harbour' : 'gray'}
          aria-pressed={isPinned}
          aria-label={
            isPinned
              ? t('Unpin {name}', { name: plugin.name })
              : t('Pin {name} to Home', { name: plugin.name })
          }
          onClick={onPin}
        >
          {isPinned ? <IconPinFilled size={18} /> : <IconPin size={18} />}
        </ActionIcon>
      </Group>
      <Text size="sm" c="dimmed" className={textStyles['clamp']} style={{ flex: 1 }}>
        {plugin.description}
      </Text>
      <Group gap="xs" justify="space-between">
        <Group gap={6}>
          <StateBadge state={plugin.state} />
        </Group>
        {onMove ? (
          <Group gap={2} className={cardStyles['tools']}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('Move {name} forward', { name: plugin.name })}
              disabled={isFirst}
              onClick={() => onMove(-1)}
            >
              <IconArrowLeft size={16} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('Move {name} back', { name: plugin.name })}
              disabled={isLast}
              onClick={() => onMove(1)}
            >
              <IconArrowRight size={16} />
            </ActionIcon>
          </Group>
        ) : null}
      </Group>
    </li>
  );
}
