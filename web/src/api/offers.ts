/** What can be added: catalogues, and the list of services. */
import type {
  AddedService,
  OfferChoice,
  OfferList,
  OfferSnippets,
  RemovedService,
  ServiceChange,
  ServiceForm,
  ServiceList,
} from '@berth/plugin-kit/contract/wire/offers.ts';
import { queryOptions } from '@tanstack/react-query';
import { request, type Answer } from '#api/client.ts';

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

const services = '/api/admin/services';

/** With the version of the file, which a change and a removal are held against. */
export const servicesQuery = queryOptions({
  queryKey: ['admin-offers', 'services'],
  queryFn: ({ signal }) => request<ServiceList>(services, { signal }),
});

export async function changeService(
  id: string,
  body: ServiceChange,
  etag: string | null,
): Promise<Answer<ServiceList>> {
  return request<ServiceList>(`${services}/${id}`, { method: 'PUT', body, headers: ifMatch(etag) });
}

export async function removeService(
  id: string,
  isStopping: boolean,
  etag: string | null,
): Promise<RemovedService> {
  const path = `${services}/${id}${isStopping ? '?stop=true' : ''}`;
  return (await request<RemovedService>(path, { method: 'DELETE', headers: ifMatch(etag) })).data;
}

function ifMatch(etag: string | null): Record<string, string> {
  return etag === null ? {} : { 'if-match': etag };
}
