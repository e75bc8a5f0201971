/**
 * Anthropic's Messages form on the one side, the OpenAI-compatible form that containers speak on the other.
 * @see https://docs.anthropic.com/en/api/messages
 */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { z } from 'zod';
import type { ServerEvent } from './server-events.ts';

export const anthropicVersion = '2023-06-01';
const defaultMaxTokens = 4096;

const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const content = z.union([z.string(), z.array(part)]);
const chatRequest = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content })).min(1),
  max_tokens: z.int().positive().optional(),
  max_completion_tokens: z.int().positive().optional(),
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  stop: z.union([z.string(), z.array(z.string())]).optional(),
  stream: z.boolean().optional(),
  response_format: z
    .looseObject({ type: z.string(), json_schema: z.looseObject({ schema: z.unknown() }).optional() })
    .optional(),
});

export type Translated = { ok: true; body: Record<string, unknown> } | { ok: false; detail: string };

/** @returns what Anthropic is asked; text alone, for that is what `ai.chat` promises */
export function toMessages(asked: unknown): Translated {
  const read = chatRequest.safeParse(asked);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { ok: false, detail: say`${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}` };
  }
  const { model, messages, temperature, top_p: topP, stop, stream, response_format: format } = read.data;
  const instructions = messages
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map((message) => textOf(message.content));
  const schema = format?.json_schema?.schema;
  if (format && format.type !== 'text')
    instructions.push(
      schema === undefined
        ? 'Answer with one JSON object alone.'
        : `Answer with one JSON object alone, that fits this JSON Schema: ${JSON.stringify(schema)}`,
    );
  const turns = messages
    .filter(({ role }) => role === 'user' || role === 'assistant')
    .map(({ role, content: said }) => ({ role, content: textOf(said) }));
  if (turns.length === 0) return { ok: false, detail: 'messages: none of them is a user’s' };
  return {
    ok: true,
    body: {
      model,
      max_tokens: read.data.max_completion_tokens ?? read.data.max_tokens ?? defaultMaxTokens,
      messages: turns,
      ...(instructions.length > 0 ? { system: instructions.join('\n\n') } : {}),
      ...(temperature === undefined ? {} : { temperature: Math.min(temperature, 1) }),
      ...(topP === undefined ? {} : { top_p: topP }),
      ...(stop === undefined ? {} : { stop_sequences: [stop].flat() }),
      ...(stream ? { stream: true } : {}),
    },
  };
}

function textOf(said: z.output<typeof content>): string {
  if (typeof said === 'string') return said;
  return said.map(({ text = '' }) => text).join('\n');
}

const tokens = z.number().nonnegative().catch(0);
const message = z.object({
  id: z.string().catch('message'),
  model: z.string().catch(''),
  content: z.array(part),
  stop_reason: z.string().nullable().catch(null),
  usage: z.object({ input_tokens: tokens, output_tokens: tokens }),
});

const reasons: Readonly<Record<string, string>> = { max_tokens: 'length', refusal: 'content_filter' };

/** @returns `null` for what is no message */
export function fromMessage(answer: unknown, createdAt: number): Record<string, unknown> | null {
  const read = message.safeParse(answer);
  if (!read.success) return null;
  const { id, model, content: parts, stop_reason: reason, usage } = read.data;
  const { input_tokens: input, output_tokens: output } = usage;
  return {
    id,
    object: 'chat.completion',
    created: Math.floor(createdAt / 1000),
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: textOf(parts.filter(({ type }) => type === 'text')) },
        finish_reason: reasons[reason ?? ''] ?? 'stop',
      },
    ],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  };
}

const start = z.object({
  message: z.object({ id: z.string(), model: z.string(), usage: z.object({ input_tokens: tokens }) }),
});
const delta = z.object({ delta: z.object({ text: z.string() }) });
const end = z.object({
  delta: z.object({ stop_reason: z.string().nullable().catch(null) }),
  usage: z.object({ output_tokens: tokens }),
});

/** Events of a streamed message as chunks of a streamed completion, the last with the tokens. */
export function messageStream(createdAt: number): (event: ServerEvent) => Record<string, unknown>[] {
  let about = { id: 'message', model: '', input: 0 };
  const chunk = (more: Record<string, unknown>): Record<string, unknown> => ({
    id: about.id,
    object: 'chat.completion.chunk',
    created: Math.floor(createdAt / 1000),
    model: about.model,
    ...more,
  });
  const choice = (said: Record<string, unknown>, reason: string | null = null) =>
    chunk({ choices: [{ index: 0, delta: said, finish_reason: reason }] });
  return ({ event, data }) => {
    const parsed = parse(data);
    if (event === 'message_start') {
      const read = start.safeParse(parsed);
      if (!read.success) return [];
      const { id, model, usage } = read.data.message;
      about = { id, model, input: usage.input_tokens };
      return [choice({ role: 'assistant', content: '' })];
    }
    if (event === 'content_block_delta') {
      const read = delta.safeParse(parsed);
      return read.success ? [choice({ content: read.data.delta.text })] : [];
    }
    if (event !== 'message_delta') return [];
    const read = end.safeParse(parsed);
    if (!read.success) return [];
    const output = read.data.usage.output_tokens;
    const usage = {
      prompt_tokens: about.input,
      completion_tokens: output,
      total_tokens: about.input + output,
    };
    const reason = reasons[read.data.delta.stop_reason ?? ''] ?? 'stop';
    return [choice({}, reason), chunk({ choices: [], usage })];
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
