/** What providers, kinds and steps are called on the screen, and what a form begins with. */
import type {
  ConnectionOptions,
  ConnectionProvider,
  ConnectionTestStep,
} from '@berth/plugin-kit/contract/wire/connections.ts';
import { locale, type Message, msg, termOf } from '#words/words.ts';

type ProviderWords = { label: Message; url: string; urlHint: Message; secret: Message };

export const providerWords: Readonly<Record<ConnectionProvider, ProviderWords>> = {
  openai: {
    label: msg('OpenAI-compatible'),
    url: 'https://api.openai.com/v1',
    urlHint: msg('OpenAI, Ollama (http://localhost:11434/v1), vLLM, LM Studio and others'),
    secret: msg('API key'),
  },
  azure: {
    label: msg('Azure OpenAI'),
    url: 'https://name.openai.azure.com',
    urlHint: msg('The address of the resource, without a path'),
    secret: msg('API key'),
  },
  anthropic: {
    label: msg('Anthropic'),
    url: 'https://api.anthropic.com',
    urlHint: msg('Without a path'),
    secret: msg('API key'),
  },
  http: {
    label: msg('HTTP service'),
    url: 'https://',
    urlHint: msg('Paths that extensions ask for come behind it'),
    secret: msg('Key'),
  },
  smtp: {
    label: msg('Mail server'),
    url: 'smtps://mail.example.com:465',
    urlHint: msg('smtps:// for TLS from the first byte, smtp:// for STARTTLS'),
    secret: msg('Password'),
  },
};

const kindLabels: Readonly<Record<string, Message>> = {
  'ai.chat': msg('Language model'),
  'ai.embeddings': msg('Embeddings'),
  http: msg('HTTP service'),
  smtp: msg('Mail'),
};

export function kindWords(kind: string): string {
  return termOf(kindLabels, kind);
}

export const stepWords: Readonly<Record<ConnectionTestStep['step'], Message>> = {
  address: msg('Address'),
  connect: msg('Connection'),
  key: msg('Key'),
  answer: msg('Answer'),
};

const limits = {
  requests_per_minute: 60,
  max_concurrent: 4,
  timeout_seconds: 120,
  monthly_tokens: null,
  monthly_cost: null,
};
const price = { input_per_million: 0, output_per_million: 0, currency: 'EUR' };

/** What a form for this provider shows at first; limits and prices that were typed stay. */
export function optionsFor(provider: ConnectionProvider, before?: ConnectionOptions): ConnectionOptions {
  const common = {
    provider,
    url: providerWords[provider].url,
    is_local: false,
    limits: before?.limits ?? limits,
    price: before?.price ?? price,
  };
  if (provider === 'http')
    return {
      ...common,
      auth_header: 'authorization',
      auth_value: 'Bearer {secret}',
      methods: ['GET', 'HEAD'],
      paths: ['/**'],
    };
  if (provider === 'smtp') return { ...common, from: '' };
  return {
    ...common,
    model: before?.model ?? '',
    ...(provider === 'azure' ? { api_version: '2024-10-21' } : {}),
  };
}

/** @param amount in the currency */
export function moneyWords(amount: number, currency: string | null): string {
  const digits = amount !== 0 && amount < 1 ? 4 : 2;
  const text = amount.toLocaleString(locale(), { minimumFractionDigits: 2, maximumFractionDigits: digits });
  return currency === null ? text : `${text} ${currency}`;
}

/** The twelve latest months, this one first: `2026-11`. */
export function latestMonths(today: Date): string[] {
  return Array.from({ length: 12 }, (_, back) =>
    new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  );
}
