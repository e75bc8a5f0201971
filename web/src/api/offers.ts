/** What can be added: catalogues, and the list of services. */
import type {
  AddedService,
  OfferChoice,
  OfferList,
  OfferSnippets,
  ServiceForm,
} from '@berth/plugin-kit/contract/wire/offers.ts';
import { queryOptions } from '@tanstack/react-query';
import { request } from '#api/client.ts';

const path = '/api/admin/catalogue';

export const offersQuery = queryOptions({
  queryKey: ['admin-offers'],
  queryFn: async ({ signal }) => (await request<OfferList>(path, { signal })).data,
});

export async function refreshCatalogues(): Promise<OfferList> {
  return (await request<OfferList>(`${path}/refresh`, { method: 'POST' })).data;
}

type Chosen = OfferChoice & { catalogue: string; entry: string };

export async function previewOffer(body: Chosen): Promise<OfferSnippets> {
  return (await request<OfferSnippets>(`${path}/preview`, { method: 'POST', body })).data;
}

export async function addOffer(body: Chosen): Promise<AddedService> {
  return (await request<AddedService>(`${path}/add`, { method: 'POST', body })).data;
}

export async function addService(body: ServiceForm): Promise<AddedService> {
  return (await request<AddedService>('/api/admin/services', { method: 'POST', body })).data;
}
