/** Reading and changing the settings of the gateway itself. */
import { createHash } from 'node:crypto';
import { Problem, type FieldError } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { isObject, maskSecrets, mergePatch, type JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import {
  asJson,
  asVariables,
  fromEnvironment,
  isSettingName,
  ownSettings,
  schemaFor,
  settingOfVariable,
  uiHints,
  variableOf,
  waitingForRestart,
  withKeptSecrets,
  type Environment,
  type OwnSettings,
} from './own-settings.rules.ts';

type Stored = { values: OwnSettings; revision: number };

export type OwnSettingsNeeds = {
  store: {
    read: () => Promise<Stored>;
    write: (values: OwnSettings, revision: number) => Promise<boolean>;
  };
  env: Environment;
  /** What the gateway was started with. */
  started: OwnSettings;
  /** What a start would say against these variables, beside the environment: `BERTH_X: words`. */
  faultsOf: (variables: Record<string, string>) => readonly string[];
  /** Hears of each change that was kept. */
  onChange: (values: OwnSettings) => void;
};

export type PresentOwnSettings = { settings: JsonObject; etag: string };

export function ownSettingsUseCases({ store, env, started, faultsOf, onChange }: OwnSettingsNeeds) {
  const schema = schemaFor(env);
  const shown = ({ values, revision }: Stored): PresentOwnSettings => {
    const all: JsonObject = { ...asJson(values), ...fromEnvironment(env) };
    const masked = maskSecrets(schema, all);
    const settings = isObject(masked) ? masked : {};
    const text = `${revision} ${JSON.stringify(settings)}`;
    return { settings, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"` };
  };

  /** @throws Problem 422 */
  const checked = (wanted: JsonObject): OwnSettings => {
    const read = ownSettings.safeParse(wanted);
    if (!read.success)
      throw new Problem('invalid', {
        errors: read.error.issues.map(({ path, message }) => ({
          pointer: path.map((part) => `/${String(part)}`).join(''),
          detail: message,
        })),
      });
    const errors = faultsOf(asVariables(read.data)).map(errorOf);
    if (errors.length > 0) throw new Problem('invalid', { errors });
    return read.data;
  };

  return {
    read: async (): Promise<PresentOwnSettings> => shown(await store.read()),
    describe: async () => ({
      schema,
      ui: uiHints(),
      waiting_for_restart: waitingForRestart(started, (await store.read()).values),
    }),
    /** @throws Problem 412 when `ifMatch` is not the present version, 422 with pointers */
    change: async (patch: JsonObject, ifMatch: string | null): Promise<PresentOwnSettings> => {
      const present = await store.read();
      if (ifMatch !== null && ifMatch !== '*' && ifMatch !== shown(present).etag) throw new Problem('stale');
      const fixed = Object.keys(patch).filter(
        (name) => isSettingName(name) && variableOf(name, env) !== null,
      );
      const errors = fixed.map((name) => ({
        pointer: `/${name}`,
        detail: say`is set by ${isSettingName(name) ? (variableOf(name, env) ?? '') : ''} in the environment`,
      }));
      if (errors.length > 0) throw new Problem('invalid', { errors });
      const wanted = mergePatch(asJson(present.values), withKeptSecrets(patch, present.values));
      const values = checked(isObject(wanted) ? wanted : {});
      if (!(await store.write(values, present.revision))) throw new Problem('stale');
      onChange(values);
      return shown({ values, revision: present.revision + 1 });
    },
  };
}

export type OwnSettingsUseCases = ReturnType<typeof ownSettingsUseCases>;

/** A finding about a variable, at the setting that it stands for; about another variable, at the whole. */
function errorOf(finding: string): FieldError {
  const [variable = ''] = finding.split(':', 1);
  const name = settingOfVariable(variable);
  return name === null
    ? { pointer: '', detail: finding }
    : { pointer: `/${name}`, detail: finding.slice(variable.length + 2) };
}
