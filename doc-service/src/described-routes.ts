/** What the rooms beside the documents say of their routes. */
import { arrivalsDescriptions } from '#arrivals/arrivals.room.ts';
import { importingDescriptions } from '#importing/importing.room.ts';
import { mailDescriptions } from '#mail/mail.room.ts';
import { suggestionsDescriptions } from '#suggestions/suggestions.room.ts';

export const describedRoutes = {
  ...suggestionsDescriptions,
  ...importingDescriptions,
  ...mailDescriptions,
  ...arrivalsDescriptions,
};
