/**
 * Where a browser wants to go, kept in the `state` that the provider gives back: also a browser that has lost
 * the flow, as the oldest of many tabs does, is led there. Sealed, so that the provider learns nothing of it.
 */
import { randomBytes } from 'node:crypto';
import { sealer } from '@berth/plugin-kit/base/sealed.ts';
import { z } from 'zod';
import { safeReturnTo } from './return-to.rules.ts';

export type ReturnAddress = { returnTo: string; isLink: boolean };

export type ReturnAddresses = {
  /** Not to be guessed, and another one each time. */
  stateFor: (providerId: string, address: ReturnAddress) => string;
  /** `null`: not ours, or of another provider. It tells nothing of who comes back. */
  addressIn: (providerId: string, state: string) => ReturnAddress | null;
};

/** Some providers refuse a long `state`. A longer address is lost with its flow. */
const maxAddressLength = 512;
/** Of 32 bytes in base64url. */
const idLength = 43;
const addressForm = z.object({ returnTo: z.string(), isLink: z.boolean() });

/** @param secret of the gateway; a key is derived from it */
export function returnAddresses(secret: Uint8Array): ReturnAddresses {
  const box = sealer(secret, 'return address of a sign-in');
  return {
    stateFor: (providerId, { returnTo, isLink }) => {
      const id = randomBytes(32).toString('base64url');
      const address = { returnTo: returnTo.length > maxAddressLength ? '/' : returnTo, isLink };
      return `${id}${box.seal(Buffer.from(JSON.stringify(address)), `${providerId} ${id}`).toString('base64url')}`;
    },
    addressIn: (providerId, state) => {
      const id = state.slice(0, idLength);
      const plain = box.open(Buffer.from(state.slice(idLength), 'base64url'), `${providerId} ${id}`);
      const address = plain && addressForm.safeParse(JSON.parse(plain.toString())).data;
      return address ? { ...address, returnTo: safeReturnTo(address.returnTo) } : null;
    },
  };
}
