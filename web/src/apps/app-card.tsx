import { ActionIcon, Group, Text } from '@mantine/core';
import IconArrowLeft from '@tabler/icons-react/dist/esm/icons/IconArrowLeft.mjs';
import IconArrowRight from '@tabler/icons-react/dist/esm/icons/IconArrowRight.mjs';
import IconPin from '@tabler/icons-react/dist/esm/icons/IconPin.mjs';
import IconPinFilled from '@tabler/icons-react/dist/esm/icons/IconPinFilled.mjs';
import { Link } from '@tanstack/react-router';
import type { Plugin } from '#api/types.ts';
import { PluginIcon } from '#shell/plugin-icon.tsx';
import { StateBadge } from '#shell/plugin-state.tsx';

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
    <li className="app-card">
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <span className="app-icon" data-dimmed={!isOnline || undefined}>
          <PluginIcon plugin={plugin} size={22} />
        </span>
        <div style={{ minWidth: 0, flex: 1 }}>
          <Link
            to="/extensions/$pluginId"
            params={{ pluginId: plugin.id }}
            className="app-card-link breakable"
          >
            {plugin.name}
          </Link>
          <Text size="xs" c="dimmed">
            Version {plugin.version}
            {plugin.stage === 'stable' ? '' : ` · ${plugin.stage}`}
          </Text>
        </div>
        <ActionIcon
          className="app-card-tools"
          variant="subtle"
          color={isPinned ? 'harbour' : 'gray'}
          aria-pressed={isPinned}
          aria-label={isPinned ? `Unpin ${plugin.name}` : `Pin ${plugin.name} to Home`}
          onClick={onPin}
        >
          {isPinned ? <IconPinFilled size={18} /> : <IconPin size={18} />}
        </ActionIcon>
      </Group>
      <Text size="sm" c="dimmed" className="clamp" style={{ flex: 1 }}>
        {plugin.description}
      </Text>
      <Group gap="xs" justify="space-between">
        <Group gap={6}>
          <StateBadge state={plugin.state} />
        </Group>
        {onMove ? (
          <Group gap={2} className="app-card-tools">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Move ${plugin.name} forward`}
              disabled={isFirst}
              onClick={() => onMove(-1)}
            >
              <IconArrowLeft size={16} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Move ${plugin.name} back`}
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
