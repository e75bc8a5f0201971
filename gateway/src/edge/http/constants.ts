/** Numbers that several parts of the edge share. */

/** Above this copying costs more than a second buffer in the write. */
export const joinedBytes = 8 * 1024;
/**
 * 102 and 103, before the answer itself. Each gives the container its whole time again, so they are counted.
 */
export const maxInterimAnswers = 64;
/** How long a client may take to read why its request, stream or socket ends. */
export const lingerMs = 2_000;
