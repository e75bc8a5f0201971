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
import { Page } from '#shell/page.tsx';
import { rank } from '#shell/search.rules.ts';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { When } from '#shell/times.tsx';
import { tellFailure } from '#shell/toasts.tsx';
import { AddByAddress } from './add-by-address.tsx';
import { AddOffer } from './add-offer.tsx';
import { OfferCard } from './offer-card.tsx';

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
      title="Add an extension"
      above="Admin"
      lead="Choose a known container, or type the address of any other."
      action={<Button onClick={() => setOpen({ window: 'address' })}>Add by address</Button>}
    >
      {list.isPending ? (
        <Loading rows={4} />
      ) : !list.data ? (
        <Failure
          what="The catalogue could not be read"
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : (
        <Stack gap="lg">
          <Hindrances list={list.data} />
          <Offers list={list.data} onAdd={(offer) => setOpen({ window: 'offer', offer })} />
          <Sources list={list.data} />
        </Stack>
      )}
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
          title="Berth cannot write its list of services"
        >
          {adding.why_not} Each card shows what to write.
        </Alert>
      )}
      {faulty.map(({ id, name, problem }) => (
        <Alert
          key={id}
          color="yellow"
          variant="light"
          icon={<IconAlertTriangle size={20} />}
          title={`The catalogue ${name} could not be renewed`}
          className="breakable"
        >
          It was refused: {problem}. Its last good copy is shown.
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
      <Notice icon={IconPackages} title="The catalogue is empty">
        Add an extension by its address.
      </Notice>
    );
  return (
    <section aria-labelledby="offers">
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={2} id="offers">
          Catalogue
        </Title>
        <TextInput
          aria-label="Search the catalogue"
          placeholder="Search"
          leftSection={<IconSearch size={16} aria-hidden />}
          w={{ base: '100%', sm: 280 }}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </Group>
      {found.length === 0 ? (
        <Notice
          icon={IconPackages}
          title="Nothing is called that"
          action={
            <Button variant="default" onClick={() => setWords('')}>
              Show all
            </Button>
          }
        >
          {`No entry of the catalogue fits “${words.trim()}”.`}
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
    onError: (error) => tellFailure('The catalogues could not be fetched', error),
  });
  return (
    <section aria-labelledby="catalogues">
      <Group justify="space-between" gap="sm" mb="xs">
        <Title order={2} size="h4" id="catalogues">
          Where these come from
        </Title>
        {sources.length > 1 ? (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconRefresh size={14} />}
            loading={refresh.isPending}
            onClick={() => refresh.mutate()}
          >
            Fetch again
          </Button>
        ) : null}
      </Group>
      <Stack gap={4}>
        {sources.map(({ id, name, serial, issued_at: issuedAt, fetched_at: fetchedAt }) => (
          <Text key={id} size="sm" c="dimmed" className="breakable">
            {name}
            {id === 'shipped' ? ', shipped with Berth' : `, ${id}`}
            {serial === null ? ', nothing was read yet' : `, serial ${serial}`}
            {issuedAt === null ? null : (
              <>
                , issued <When at={issuedAt} />
              </>
            )}
            {fetchedAt === null ? null : (
              <>
                , fetched <When at={fetchedAt} />
              </>
            )}
          </Text>
        ))}
      </Stack>
    </section>
  );
}
