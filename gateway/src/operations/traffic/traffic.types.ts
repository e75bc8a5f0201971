/** Answers of a container that no request asked for; so long its connections are not used again. */
export type UnsolicitedAnswers = { count: number; distrustedForMs: number };

/** What is under way right now. */
export type OpenNow = { requests: number; streams: number };
