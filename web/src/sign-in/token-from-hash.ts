/** The token of a link: read once, and gone from the address bar, the history and screenshots. */
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { tokenInHash } from './setup-token.ts';

/** @param page where it is, without the hash @returns an empty text: the link is not whole */
export function useTokenFromHash(page: '/reset' | '/verify' | '/register'): string {
  const { hash } = useLocation();
  const navigate = useNavigate();
  const [token, setToken] = useState(() => tokenInHash(location.hash));
  useEffect(() => {
    if (hash === '') return;
    const found = tokenInHash(hash);
    if (found !== '') setToken(found);
    void navigate({ to: page, search: true, hash: '', replace: true });
  }, [hash, navigate, page]);
  return token;
}
