import type { HookBindings, HookLogger } from '@berth/plugin-kit/hooks/hooks.ts';

export type BindingKind = keyof HookBindings;

/** One hook of a module. */
export type Bound<Hook> = { hook: Hook; module: string; logger: HookLogger };

/** All hooks of all modules, in the order of the modules and of their lists. */
export type Hooks = {
  [Kind in BindingKind]-?: readonly Bound<NonNullable<HookBindings[Kind]>[number]>[];
};
