/**
 * Small cards that extensions declare, drawn by the shell from data: each by itself, so that a slow one holds
 * no other.
 */
import { translateBy } from '@berth/plugin-kit/contract/translations.ts';
import { languageOf } from '@berth/plugin-kit/frame/words.ts';
import { Anchor, Progress, Skeleton, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type ContributedItem, widgetQuery, type WidgetData } from '#api/contributions.ts';
import { isServed } from '#api/plugins.ts';
import type { Plugin, PluginWidget } from '#api/types.ts';
import { iconNamed } from '#shell/icons.ts';
import { innerPath } from '#shell/inner-path.ts';
import { PluginIcon } from '#shell/plugin-icon.tsx';
import { useReader } from '#shell/times.tsx';
import { t } from '#words/words.ts';
import cardStyles from './app-card.module.css';
import styles from './widgets.module.css';
import navStyles from '#shell/nav.module.css';
import pageStyles from '#shell/page.module.css';
import textStyles from '#shell/text.module.css';

export function Widgets({ plugins }: { plugins: readonly Plugin[] }) {
  const shown = plugins
    .filter(isServed)
    .flatMap((plugin) => plugin.widgets.map((widget) => ({ plugin, widget })));
  if (shown.length === 0) return null;
  return (
    <section aria-label={t('At a glance')}>
      <Title order={2} mt="xl" mb="sm">
        {t('At a glance')}
      </Title>
      <ul className={`${pageStyles['cards']} ${styles['widgets']}`}>
        {shown.map(({ plugin, widget }) => (
          <WidgetCard key={`${plugin.id} ${widget.id}`} plugin={plugin} widget={widget} />
        ))}
      </ul>
    </section>
  );
}

function WidgetCard({ plugin, widget }: { plugin: Plugin; widget: PluginWidget }) {
  const { data, isPending, isError } = useQuery(widgetQuery(plugin.id, widget.id));
  return (
    <li className={cardStyles['card']} data-kind={widget.kind}>
      <div className={styles['head']}>
        <PluginIcon plugin={plugin} size={16} />
        <Title order={3} size="sm" className={textStyles['breakable']}>
          {widget.title}
        </Title>
        <Text size="xs" c="dimmed" ml="auto" truncate maw="45%">
          {plugin.name}
        </Text>
      </div>
      {isPending ? <Skeleton height={widget.kind === 'list' ? 96 : 30} /> : null}
      {isError ? (
        <Text size="sm" c="dimmed" role="status">
          {t('{name} did not answer. This is asked again by itself.', { name: plugin.name })}
        </Text>
      ) : null}
      {data ? <WidgetBody plugin={plugin} widget={widget} data={data} /> : null}
    </li>
  );
}

function WidgetBody({ plugin, widget, data }: { plugin: Plugin; widget: PluginWidget; data: WidgetData }) {
  const { locale } = useReader();
  if (data.kind === 'list')
    return data.items.length === 0 ? (
      <Text size="sm" c="dimmed">
        {widget.empty ?? t('Nothing yet.')}
      </Text>
    ) : (
      <ul className={styles['list']}>
        {data.items.map((item, index) => (
          <li key={`${index} ${item.path ?? item.title}`}>
            <Item plugin={plugin} item={item} />
          </li>
        ))}
      </ul>
    );
  const figure = data.value.toLocaleString(locale);
  if (data.kind === 'number') {
    const unit = translateBy(plugin.translations, languageOf(locale))(data.unit);
    return (
      <InPage plugin={plugin} path={data.path} name={widget.title}>
        <span className={styles['value']}>{figure}</span>
        {unit === '' ? null : (
          <Text span size="sm" c="dimmed">
            {' '}
            {unit}
          </Text>
        )}
      </InPage>
    );
  }
  const percent = Math.min(100, Math.max(0, data.max === 0 ? 0 : (data.value / data.max) * 100));
  const words = t('{value} of {max}', { value: figure, max: data.max.toLocaleString(locale) });
  return (
    <InPage plugin={plugin} path={data.path} name={widget.title}>
      <Progress value={percent} aria-label={`${widget.title}: ${words}`} w="100%" />
      <Text span size="sm" c="dimmed">
        {words}
      </Text>
    </InPage>
  );
}

function Item({ plugin, item }: { plugin: Plugin; item: ContributedItem }) {
  const ItemIcon = iconNamed(item.icon ?? plugin.icon);
  const words = (
    <>
      <ItemIcon size={16} aria-hidden />
      <span className={navStyles['label']}>{item.title}</span>
      {item.subtitle === '' ? null : (
        <Text span size="xs" c="dimmed" truncate maw="40%">
          {item.subtitle}
        </Text>
      )}
    </>
  );
  if (item.path === null) return <span className={navStyles['link']}>{words}</span>;
  return (
    <Link
      to="/extensions/$pluginId"
      params={{ pluginId: plugin.id }}
      hash={innerPath(item.path)}
      className={navStyles['link']}
    >
      {words}
    </Link>
  );
}

type InPageProps = { plugin: Plugin; path: string | null; name: string; children: ReactNode };

function InPage({ plugin, path, name, children }: InPageProps) {
  if (path === null) return <div>{children}</div>;
  return (
    <Anchor
      component={Link}
      to={`/extensions/${plugin.id}`}
      hash={innerPath(path)}
      c="inherit"
      underline="never"
      className={styles['link']}
    >
      <VisuallyHidden>{name}: </VisuallyHidden>
      {children}
    </Anchor>
  );
}
