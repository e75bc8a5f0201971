/** An archive of any size, straight into PostgreSQL: what the service would have written, without the files. */
import { createHash, randomUUID } from 'node:crypto';
import { chmod, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { vectorOf } from '../../../doc-service/src/search/vector.rules.ts';
import { analyze, type Token } from '../../../doc-service/src/search/words.rules.ts';
import { relatedWords } from '../../../doc-service/src/search/language.rules.ts';
import { randomFrom, vocabularyOf, type Language, type Vocabulary } from './words.ts';

/** Words that stand in a known share of all documents. */
export const planted = { inNinety: 'Blattkopf', inTwenty: 'Abschlag', inThree: 'Quittenmus' };
const phrase = 'pale morning lantern';
export const plantedPhrase = phrase;

const rowsAFile = 20_000;
const types = ['Invoice', 'Letter', 'Contract', 'Statement', 'Bescheid', 'Rechnung'];
const tags = Array.from({ length: 60 }, (_, index) => `tag-${index + 1}`);
const firstDay = Date.UTC(2010, 0, 1);

type Row = { document: string; chunk: string };
/** `forms` of each word, the exact one first, with its stems. */
type Lexemes = Map<string, string[]>;

/**
 * @param mostUnique so many are written word by word; the rest are the same texts under other names and days
 * @param folder where the server can read files
 */
export async function buildArchive(
  client: Client,
  {
    size,
    mostUnique,
    folder,
    say,
  }: { size: number; mostUnique: number; folder: string; say: (line: string) => void },
): Promise<void> {
  const vocabularies = { german: vocabularyOf('german', 1), english: vocabularyOf('english', 2) };
  const lexemes = {
    german: await lexemesOf(client, 'german', vocabularies.german),
    english: await lexemesOf(client, 'english', vocabularies.english),
  };
  await client.query(`SET maintenance_work_mem = '1GB'; SET synchronous_commit = off`);
  await client.query(
    `DROP INDEX document_chunks_words_idx, document_chunks_words_parts_idx, documents_names_idx, documents_tag_keys_idx,
       search_words_trigrams_idx`,
  );
  const random = randomFrom(size);
  const unique = Math.min(size, mostUnique);
  for (let from = 0; from < unique; from += rowsAFile) {
    const count = Math.min(rowsAFile, unique - from);
    await load(client, folder, count, (index) => {
      const language: Language = random() < 0.5 ? 'german' : 'english';
      return rowOf({
        number: from + index + 1,
        last: unique,
        language,
        vocabulary: vocabularies[language],
        lexemes: lexemes[language],
        random,
      });
    });
    say(`${from + count} documents`);
  }
  for (let from = unique; from < size; from += unique) {
    await copyRows(client, from, Math.min(unique, size - from));
    say(`${Math.min(size, from + unique)} documents`);
  }
  say('indexes');
  await client.query(
    `SELECT setval('documents_seq_seq', ${size + 1}, false);
     CREATE INDEX document_chunks_words_idx ON document_chunks USING GIN (words);
     CREATE INDEX document_chunks_words_parts_idx ON document_chunks USING GIN (words) WHERE is_part;
     CREATE INDEX documents_names_idx ON documents USING GIN (names);
     CREATE INDEX documents_tag_keys_idx ON documents USING GIN (tag_keys);
     INSERT INTO search_languages VALUES ('german'), ('english')`,
  );
  await noteVocabulary(client, Object.values(vocabularies));
  await client.query('CREATE INDEX search_words_trigrams_idx ON search_words USING GIN (word gin_trgm_ops)');
  await client.query('VACUUM (ANALYZE)');
}

async function lexemesOf(client: Client, language: Language, { words }: Vocabulary): Promise<Lexemes> {
  const exact = words.map((word) => analyze(word)[0]?.forms ?? []);
  const related = exact.map(([word = '']) => [word, ...relatedWords(word, language)]);
  const { rows } = await client.query<{ word: string; stems: string[] | null }>(
    `SELECT word, ts_lexize('${language}_stem', word) AS stems FROM unnest($1::text[]) AS one(word)`,
    [[...new Set(related.flat())]],
  );
  const stems = new Map(rows.map((row) => [row.word, row.stems ?? []]));
  return new Map(
    words.map((word, index) => [
      word,
      [
        ...new Set([
          ...(exact[index] ?? []),
          ...(related[index] ?? []).flatMap((one) => stems.get(one) ?? []),
        ]),
      ],
    ]),
  );
}

type RowOptions = {
  number: number;
  last: number;
  language: Language;
  vocabulary: Vocabulary;
  lexemes: Lexemes;
  random: () => number;
};

function rowOf({ number, last, language, vocabulary, lexemes, random }: RowOptions): Row {
  const id = randomUUID();
  // Letters of 40 to 700 words, most of them short.
  const length = 40 + Math.floor(random() ** 3 * 660);
  const words = Array.from({ length }, () => vocabulary.pick(random));
  const extra = [
    ...(random() < 0.9 ? [planted.inNinety] : []),
    ...(random() < 0.2 ? [planted.inTwenty] : []),
    ...([3, Math.floor(last / 2), last - 2].includes(number) ? [planted.inThree] : []),
    ...(random() < 0.01 ? phrase.split(' ') : []),
  ];
  words.splice(Math.floor(random() * length), 0, ...extra);
  const title = `${types[number % types.length] ?? ''} ${vocabulary.pick(random)} ${number}`;
  const filename = `scan-${String(number).padStart(7, '0')}.pdf`;
  const category = `${language}/${2010 + (number % 17)}/${vocabulary.words[100 + (number % 40)] ?? ''}`;
  const own = [tags[Math.floor(random() ** 2 * 60)] ?? '', tags[Math.floor(random() * 60)] ?? ''].slice(
    0,
    number % 3,
  );
  const tokensOf = (text: string): Token[] => analyze(text);
  const names = `${vectorOf(tokensOf(title), 'A', () => [])} ${vectorOf(tokensOf(`${filename} \n ${category}`), 'B', () => [])}`;
  const blocks = `'#${number >> 12}' '##${number >> 16}'`;
  const at = new Date(firstDay + number * 500_000).toISOString();
  const type = random() < 0.6 ? (types[number % types.length] ?? '') : null;
  const document = [
    id,
    createHash('sha256').update(id).digest('hex'),
    String(20_000 + Math.floor(random() * 2_000_000)),
    title,
    filename,
    category,
    'searchable',
    'watch',
    't',
    '1',
    '1',
    type ?? '\\N',
    type?.toLowerCase() ?? '\\N',
    `{${[...new Set(own)].join(',')}}`,
    `{${[...new Set(own)].join(',')}}`,
    language,
    `${names} ${blocks}`,
    String(number),
    at,
    at,
  ].join('\t');
  const text = sentences(words);
  return {
    document,
    chunk: [id, String(number), '0', '1', text, 'f', `${bodyOf(words, lexemes)} ${names} ${blocks}`].join(
      '\t',
    ),
  };
}

/** The word that is in three documents stays in three. */
async function copyRows(client: Client, by: number, count: number): Promise<void> {
  const blocks = `array_to_tsvector(ARRAY['#' || (o.seq >> 12), '##' || (o.seq >> 16)])`;
  const newBlocks = `array_to_tsvector(ARRAY['#' || ((o.seq + ${by}) >> 12), '##' || ((o.seq + ${by}) >> 16)])`;
  const renamed = (vector: string): string =>
    `ts_delete(${vector}, tsvector_to_array(${blocks})) || ${newBlocks}`;
  await client.query(`
    CREATE TEMP TABLE copied AS SELECT d.id, gen_random_uuid() AS copy FROM documents d JOIN document_chunks c ON c.document_id = d.id
      WHERE d.seq <= ${count} AND NOT c.words @@ '${planted.inThree.toLowerCase()}'::tsquery;
    INSERT INTO documents (id, sha256, size_bytes, title, filename, category, status, source, is_shared, pages, read_pages,
        type, type_key, tags, tag_keys, language, names, seq, created_at, updated_at)
      SELECT copied.copy, md5(copied.copy::text) || md5(o.id::text), o.size_bytes + ${by}, o.title || ' ' || ${by}, o.filename || ${by},
        o.category, o.status, o.source, o.is_shared, o.pages, o.read_pages, o.type, o.type_key, o.tags, o.tag_keys, o.language,
        ${renamed('o.names')}, o.seq + ${by}, o.created_at + ${by} * interval '500 s', o.updated_at
      FROM copied JOIN documents o ON o.id = copied.id ORDER BY o.seq;
    INSERT INTO document_chunks (document_id, seq, chunk, first_page, text, is_part, words)
      SELECT copied.copy, o.seq + ${by}, c.chunk, c.first_page, c.text, c.is_part, ${renamed('c.words')}
      FROM copied JOIN documents o ON o.id = copied.id JOIN document_chunks c ON c.document_id = o.id ORDER BY o.seq;
    DROP TABLE copied`);
}

function sentences(words: readonly string[]): string {
  return words.map((word, index) => (index % 11 === 10 ? `${word}.` : word)).join(' ');
}

/** What the service's own `vectorOf` says, from lexemes that are known already. */
function bodyOf(words: readonly string[], lexemes: Lexemes): string {
  let vector = '';
  for (const [index, word] of words.entries()) {
    const forms = lexemes.get(word) ?? analyze(word)[0]?.forms ?? [];
    for (const [at, form] of forms.entries()) vector += `'${form}':${index + 1}${at === 0 ? 'C' : ''} `;
  }
  return vector;
}

async function load(
  client: Client,
  folder: string,
  count: number,
  rowAt: (index: number) => Row,
): Promise<void> {
  const files = { documents: join(folder, 'documents.copy'), chunks: join(folder, 'chunks.copy') };
  const [documents, chunks] = [await open(files.documents, 'w'), await open(files.chunks, 'w')];
  for (let from = 0; from < count; from += 1000) {
    const rows = Array.from({ length: Math.min(1000, count - from) }, (_, index) => rowAt(from + index));
    await documents.write(`${rows.map((row) => row.document).join('\n')}\n`);
    await chunks.write(`${rows.map((row) => row.chunk).join('\n')}\n`);
  }
  await documents.close();
  await chunks.close();
  for (const file of Object.values(files)) await chmod(file, 0o644);
  await client.query(
    `COPY documents (id, sha256, size_bytes, title, filename, category, status, source, is_shared, pages, read_pages,
       type, type_key, tags, tag_keys, language, names, seq, created_at, updated_at) FROM '${files.documents}'`,
  );
  await client.query(
    `COPY document_chunks (document_id, seq, chunk, first_page, text, is_part, words) FROM '${files.chunks}'`,
  );
  for (const file of Object.values(files)) await rm(file);
}

/** How often a word is seen falls with its rank. */
async function noteVocabulary(client: Client, vocabularies: readonly Vocabulary[]): Promise<void> {
  for (const { words } of vocabularies)
    await client.query(
      `INSERT INTO search_words (word, seen) SELECT word, 1000000 / at FROM unnest($1::text[]) WITH ORDINALITY AS one(word, at)
       ON CONFLICT DO NOTHING`,
      [words.map((word) => analyze(word)[0]?.forms.at(1) ?? analyze(word)[0]?.forms[0] ?? word)],
    );
}
