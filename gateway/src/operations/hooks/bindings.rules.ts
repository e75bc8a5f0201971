/** Reads what `install` of a module gave: the six lists, each hook with its name and its methods. Pure. */
import { hooksApiVersion, type HookBindings, type HookLogger } from '@berth/plugin-kit/hooks/hooks.ts';
import type { BindingKind, Bound, Hooks } from './hooks.types.ts';

/** The methods of each kind. */
const methods: Record<BindingKind, readonly string[]> = {
  identity_providers: ['resolve'],
  submission_guards: ['check'],
  usage_sinks: ['emit'],
  permission_checkers: ['accessible_ids', 'require'],
  resource_registrars: ['register', 'deregister'],
  supplier_resolvers: ['resolve'],
};

type Reading<Value> = { ok: true; value: Value } | { ok: false; reason: string };

/**
 * @returns why a module of this version cannot be loaded; `null`: it can. A module that says nothing is of
 * version 1.
 */
export function versionFault(version: unknown): string | null {
  if (version === undefined || version === hooksApiVersion || version === String(hooksApiVersion))
    return null;
  return `it is written for api_version ${told(version)}, and this gateway has version ${hooksApiVersion}`;
}

/** @param given the bindings themselves, or an object with `bindings` that is disposed of at the stop */
export function readInstalled(
  given: unknown,
): Reading<{ bindings: HookBindings; dispose: (() => unknown) | null }> {
  const dispose = disposerOf(given);
  const bindings = isObject(given) && 'bindings' in given ? given['bindings'] : given;
  if (!isObject(bindings) || Array.isArray(bindings))
    return {
      ok: false,
      reason: `install() returned ${told(given)} in place of bindings or an async disposable that holds them`,
    };
  const fault = Object.keys(bindings)
    .map((kind) =>
      isKind(kind) ? listFault(kind, bindings[kind]) : `install() returned the unknown list "${kind}"`,
    )
    .find((reason) => reason !== null);
  if (fault !== undefined) return { ok: false, reason: fault };
  // Each list was looked at just now: hooks have a name and their methods.
  return { ok: true, value: { bindings, dispose } };
}

/** Adds the hooks of one module behind those of the modules before it. */
export function joined(hooks: Hooks, module: string, bindings: HookBindings, logger: HookLogger): Hooks {
  const more = <Hook>(before: readonly Bound<Hook>[], list: readonly Hook[] = []): Bound<Hook>[] => [
    ...before,
    ...list.map((hook) => ({ hook, module, logger })),
  ];
  return {
    identity_providers: more(hooks.identity_providers, bindings.identity_providers),
    submission_guards: more(hooks.submission_guards, bindings.submission_guards),
    usage_sinks: more(hooks.usage_sinks, bindings.usage_sinks),
    permission_checkers: more(hooks.permission_checkers, bindings.permission_checkers),
    resource_registrars: more(hooks.resource_registrars, bindings.resource_registrars),
    supplier_resolvers: more(hooks.supplier_resolvers, bindings.supplier_resolvers),
  };
}

export const noHooks: Hooks = {
  identity_providers: [],
  submission_guards: [],
  usage_sinks: [],
  permission_checkers: [],
  resource_registrars: [],
  supplier_resolvers: [],
};

function listFault(kind: BindingKind, list: unknown): string | null {
  if (list === undefined) return null;
  if (!Array.isArray(list)) return `install() returned ${told(list)} as ${kind}, which is a list`;
  for (const [index, hook] of list.entries()) {
    const where = `${kind}[${index}]`;
    if (!isObject(hook) || typeof hook['name'] !== 'string' || hook['name'] === '')
      return `install() returned ${where} without a name`;
    const missing = methods[kind].find((method) => typeof hook[method] !== 'function');
    if (missing !== undefined) return `install() returned ${where} ("${hook['name']}") without ${missing}()`;
  }
  return null;
}

function disposerOf(given: unknown): (() => unknown) | null {
  if (!isObject(given)) return null;
  for (const symbol of [Symbol.asyncDispose, Symbol.dispose]) {
    const dispose: unknown = Reflect.get(given, symbol);
    if (typeof dispose === 'function') return (): unknown => Reflect.apply(dispose, given, []);
  }
  return null;
}

function isKind(name: string): name is BindingKind {
  return name in methods;
}

/** Objects of classes too: what counts is what they have. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function told(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' || typeof value === 'function'
    ? `a ${typeof value}`
    : JSON.stringify(value);
}
