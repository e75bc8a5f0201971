/** What is under way right now. */
export type OpenNow = { requests: number; streams: number };
