/** The client at the other end, and how it reached the gateway. */
export type ClientInfo = {
  /** The rightmost address that no trusted proxy has. */
  clientAddress: string;
  proto: 'http' | 'https';
  /** One of ours, in its one spelling: may hold a port. */
  host: string;
};
