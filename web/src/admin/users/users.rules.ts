/** What the address of the users' page says: words, filters, order, page. Whatever is not understood is left out. */

export const userColumns = ['name', 'created_at', 'last_sign_in_at'] as const;
export type UserColumn = (typeof userColumns)[number];
export type UserOrder = UserColumn | `-${UserColumn}`;

export type UsersSearch = {
  q?: string;
  page?: number;
  sort?: UserOrder;
  right?: 'superuser' | 'user';
  state?: 'active' | 'off';
};

const orders: readonly UserOrder[] = userColumns.flatMap((column): UserOrder[] => [column, `-${column}`]);

export function readUsersSearch(search: Record<string, unknown>): UsersSearch {
  const { q, page, right, state } = search;
  const sort = orders.find((order) => order === search['sort']);
  return {
    ...(typeof q === 'string' && q !== '' ? { q } : {}),
    ...(typeof page === 'number' && page >= 2 ? { page: Math.floor(page) } : {}),
    ...(sort ? { sort } : {}),
    ...(right === 'superuser' || right === 'user' ? { right } : {}),
    ...(state === 'active' || state === 'off' ? { state } : {}),
  };
}

/** The same as the gateway spells it. */
export function usersQueryString(
  { q = '', page = 1, sort, right, state }: UsersSearch,
  pageSize: number,
): string {
  const query = new URLSearchParams({ q, page: String(page), page_size: String(pageSize) });
  if (sort) query.set('sort', sort);
  if (right) query.set('is_superuser', String(right === 'superuser'));
  if (state) query.set('is_active', String(state === 'active'));
  return query.toString();
}

/** A click on a head: up, then down, then as it was. The newest first where it is a time. */
export function nextOrder(now: UserOrder | undefined, column: UserColumn): UserOrder | undefined {
  const [first, second]: [UserOrder, UserOrder] =
    column === 'name' ? [column, `-${column}`] : [`-${column}`, column];
  if (now === first) return second;
  return now === second ? undefined : first;
}

/** For `aria-sort`. */
export function sortOf(now: UserOrder | undefined, column: UserColumn): 'ascending' | 'descending' | 'none' {
  if (now === column) return 'ascending';
  return now === `-${column}` ? 'descending' : 'none';
}
