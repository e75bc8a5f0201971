/** One known container: what it is, from where, and how it stands here. */
import { Anchor, Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import type { Offer } from '@berth/plugin-kit/contract/wire/offers.ts';
import IconRosetteDiscountCheck from '@tabler/icons-react/dist/esm/icons/IconRosetteDiscountCheck.mjs';
import { Link } from '@tanstack/react-router';
import { PluginIcon } from '#shell/plugin-icon.tsx';
import { msg, t } from '#words/words.ts';
import textStyles from '#shell/text.module.css';

const looks = {
  available: { label: msg('Available'), color: 'gray' },
  added: { label: msg('Added'), color: 'teal' },
  problem: { label: msg('Problem'), color: 'red' },
} as const;

type OfferCardProps = { offer: Offer; canWrite: boolean; onAdd: () => void };

export function OfferCard({ offer, canWrite, onAdd }: OfferCardProps) {
  const { id, name, version, summary, publisher, homepage, state } = offer;
  const look = looks[state];
  return (
    <Card component="article" aria-label={name}>
      <Stack gap="sm" h="100%" justify="space-between">
        <div>
          <Group gap="sm" wrap="nowrap" align="flex-start" mb="xs">
            <PluginIcon plugin={{ icon: offer.icon, icon_url: null }} size={28} />
            <div style={{ minWidth: 0, flex: 1 }}>
              <Title order={3} className={textStyles['breakable']}>
                {name}
              </Title>
              <Text size="sm" c="dimmed" className={textStyles['breakable']}>
                {version} · {publisher.name}
                {publisher.is_signed ? (
                  <IconRosetteDiscountCheck
                    size={15}
                    role="img"
                    aria-label={t('signed by its publisher')}
                    style={{ marginLeft: 4, verticalAlign: -2 }}
                  />
                ) : null}
              </Text>
            </div>
            <Badge color={look.color} className={textStyles['whole']}>
              {t(look.label)}
            </Badge>
          </Group>
          <Text size="sm" className={textStyles['breakable']}>
            {summary}
          </Text>
        </div>
        <Group justify="space-between" gap="sm">
          {homepage === null ? (
            <span />
          ) : (
            <Anchor
              href={homepage}
              target="_blank"
              rel="noreferrer"
              size="sm"
              aria-label={t('About {name}', { name })}
            >
              {t('About')}
            </Anchor>
          )}
          {state === 'available' ? (
            <Button
              size="compact-md"
              onClick={onAdd}
              aria-label={canWrite ? t('Add {name}', { name }) : t('How to add {name}', { name })}
            >
              {canWrite ? t('Add') : t('How to add')}
            </Button>
          ) : (
            <Anchor
              component={Link}
              to="/admin/plugins"
              hash={id}
              size="sm"
              aria-label={
                state === 'problem' ? t('What is wrong with {name}', { name }) : t('Show {name}', { name })
              }
            >
              {state === 'problem' ? t('What is wrong') : t('Show')}
            </Anchor>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
