/** What can be added: known containers of signed catalogues as cards, and any other by its address. */
import { Alert, Button, Group, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import type { Offer, OfferList } from '@berth/plugin-kit/contract/wire/offers.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconAlertTriangle from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs';
import IconLock from '@tabler/icons-react/dist/esm/icons/IconLock.mjs';
import IconPackages from '@tabler/icons-react/dist/esm/icons/IconPackages.mjs';
import IconRefresh from '@tabler/icons-react/dist/esm/icons/IconRefresh.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useState } from 'react';
import { offersQuery, refreshCatalogues } from '#api/offers.ts';
import { Answered } from '#shell/answered.tsx';
import { Page } from '#shell/page.tsx';
import { rank } from '#shell/search.rules.ts';
import { Notice } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { tellFailure } from '#shell/toasts.tsx';
import { Words } from '#words/with-parts.tsx';
import { msg, t } from '#words/words.ts';
import { AddByAddress } from './add-by-address.tsx';
import { AddOffer } from './add-offer.tsx';
import { ListedServices } from './listed-services.tsx';
import { OfferCard } from './offer-card.tsx';
import textStyles from '#shell/text.module.css';

const pollMs = 5000;

type Open = { window: 'address' } | { window: 'offer'; offer: Offer } | null;

export function AddExtensionPage() {
  const list = useQuery({ ...offersQuery, refetchInterval: pollMs });
  const [open, setOpen] = useState<Open>(null);
  const close = () => {
    setOpen(null);
    // What was added is known by now.
    void list.refetch();
  };
  return (
    <Page
      title={t('Add an extension')}
      above={t('Admin')}
      lead={t('Choose a known container, or type the address of any other.')}
      action={<Button onClick={() => setOpen({ window: 'address' })}>{t('Add by address')}</Button>}
    >
      <Answered query={list} what={t('The catalogue could not be read')}>
        {(data) => (
          <Stack gap="lg">
            <Hindrances list={data} />
            <Offers list={data} onAdd={(offer) => setOpen({ window: 'offer', offer })} />
            <ListedServices />
            <Sources list={data} />
          </Stack>
        )}
      </Answered>
      {open?.window === 'address' && list.data ? (
        <AddByAddress adding={list.data.adding} onClose={close} />
      ) : null}
      {open?.window === 'offer' && list.data ? (
        <AddOffer offer={open.offer} adding={list.data.adding} onClose={close} />
      ) : null}
    </Page>
  );
}

function Hindrances({ list: { adding, sources } }: { list: OfferList }) {
  const faulty = sources.filter(({ problem }) => problem !== null);
  return (
    <>
      {adding.why_not === null ? null : (
        <Alert
          color="yellow"
          variant="light"
          icon={<IconLock size={20} />}
          title={t('Berth cannot write its list of services')}
        >
          {t('{reason} Each card shows what to write.', { reason: adding.why_not })}
        </Alert>
      )}
      {faulty.map(({ id, name, problem }) => (
        <Alert
          key={id}
          color="yellow"
          variant="light"
          icon={<IconAlertTriangle size={20} />}
          title={t('The catalogue {name} could not be renewed', { name })}
          className={textStyles['breakable']}
        >
          {t('It was refused: {problem}. Its last good copy is shown.', { problem })}
        </Alert>
      ))}
    </>
  );
}

function Offers({ list, onAdd }: { list: OfferList; onAdd: (offer: Offer) => void }) {
  const [words, setWords] = useState('');
  const found =
    words.trim() === ''
      ? list.items
      : rank(words, list.items, ({ id, name, summary, publisher }) =>
          [name, id, summary, publisher.name].join(' '),
        );
  if (list.items.length === 0)
    return (
      <Notice icon={IconPackages} title={t('The catalogue is empty')}>
        {t('Add an extension by its address.')}
      </Notice>
    );
  return (
    <section aria-labelledby="offers">
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={2} id="offers">
          {t('Catalogue')}
        </Title>
        <TextInput
          aria-label={t('Search the catalogue')}
          placeholder={t('Search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          w={{ base: '100%', sm: 280 }}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </Group>
      {found.length === 0 ? (
        <Notice
          icon={IconPackages}
          title={t('Nothing is called that')}
          action={
            <Button variant="default" onClick={() => setWords('')}>
              {t('Show all')}
            </Button>
          }
        >
          {t('No entry of the catalogue fits “{words}”.', { words: words.trim() })}
        </Notice>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
          {found.map((offer) => (
            <OfferCard
              key={`${offer.catalogue} ${offer.id}`}
              offer={offer}
              canWrite={list.adding.can_write}
              onAdd={() => onAdd(offer)}
            />
          ))}
        </SimpleGrid>
      )}
    </section>
  );
}

function Sources({ list: { sources } }: { list: OfferList }) {
  const client = useQueryClient();
  const refresh = useMutation({
    mutationFn: refreshCatalogues,
    onSuccess: (fresh) => client.setQueryData(offersQuery.queryKey, fresh),
    onError: (error) => tellFailure(t('The catalogues could not be fetched'), error),
  });
  return (
    <section aria-labelledby="catalogues">
      <Group justify="space-between" gap="sm" mb="xs">
        <Title order={2} size="h4" id="catalogues">
          {t('Where these come from')}
        </Title>
        {sources.length > 1 ? (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconRefresh size={14} />}
            loading={refresh.isPending}
            onClick={() => refresh.mutate()}
          >
            {t('Fetch again')}
          </Button>
        ) : null}
      </Group>
      <Stack gap={4}>
        {sources.map(({ id, name, serial, issued_at: issuedAt, fetched_at: fetchedAt }) => (
          <Text key={id} size="sm" c="dimmed" className={textStyles['breakable']}>
            {name}
            {` · ${id === 'shipped' ? t('shipped with Berth') : id} · `}
            {serial === null ? t('nothing was read yet') : t('serial {serial}', { serial })}
            {issuedAt === null ? null : (
              <>
                {' · '}
                <Words text={msg('issued <when/>')} parts={{ when: <When at={issuedAt} /> }} />
              </>
            )}
            {fetchedAt === null ? null : (
              <>
                {' · '}
                <Words text={msg('fetched <when/>')} parts={{ when: <When at={fetchedAt} /> }} />
              </>
            )}
          </Text>
        ))}
      </Stack>
    </section>
  );
}
