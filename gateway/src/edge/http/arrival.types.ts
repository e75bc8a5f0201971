/** Who is at the other end, and how they reached the gateway. */
export type Arrival = {
  /** The rightmost address that no trusted proxy has. */
  clientAddress: string;
  proto: 'http' | 'https';
  /** One of ours, in its one spelling: may hold a port. */
  host: string;
};
