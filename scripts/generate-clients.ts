/** `npm run generate`: the database clients, where the schemas have changed. They belong to the commit of the schema. */
import { prepareClients } from './start/prepare.ts';

await prepareClients((line) => console.log(line));
