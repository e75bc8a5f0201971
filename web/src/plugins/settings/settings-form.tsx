/** The generated form: draws the plan, and says what its value became. */
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import type { JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { pointerPart } from '@berth/plugin-kit/contract/json-pointer.ts';
import { ActionIcon, Card, Group, Stack, Text, Title } from '@mantine/core';
import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { t } from '#words/words.ts';
import { activeFields, definitionsOf } from './active-fields.ts';
import { type Draft, isGroup, memberOf, withMember } from './draft.ts';
import { FieldView } from './field.tsx';
import { errorsByPlace } from './form-errors.ts';
import type { Change, ChangeAt } from './field-props.ts';
import { Errors } from './field-words.tsx';
import { type FormContext, FormProvider, useForm } from './form-context.ts';
import { useGradually } from './fields/use-gradually.ts';
import type { FormPlan, GroupField, RootShapes, Section } from './form-plan.types.ts';
import type { LiveForm } from './live-form.ts';
import { matchesSearch } from './form-search.ts';
import { richWords } from './rich-words.tsx';
import { useRootShape } from './root-shapes.tsx';
import { AddEntry } from './fields/group-field.tsx';
import { JsonEditor } from './fields/json-field.tsx';

type SettingsFormProps = {
  plan: FormPlan;
  schema: JsonObject;
  value: Draft;
  errors: readonly FieldError[];
  search: string;
  isReadOnly: boolean;
  live?: LiveForm | null;
  /** Without cards: in a window that has a frame already. */
  isBare?: boolean;
  /** Hears which of several shapes the person fills in: what is said to be wrong speaks of that one. */
  onShape?: (schema: JsonObject | null) => void;
  /** Stays the same function while the form is on the page. */
  onChange: (change: (old: Draft) => Draft) => void;
};

export function SettingsForm(props: SettingsFormProps) {
  const { shapes } = props.plan;
  return shapes ? <ShapedForm {...props} shapes={shapes} /> : <PlainForm {...props} />;
}

function ShapedForm({ shapes, ...props }: SettingsFormProps & { shapes: RootShapes }) {
  const { schema, value, isReadOnly, onChange, onShape } = props;
  const definitions = useMemo(() => definitionsOf(schema), [schema]);
  const { plan, picker } = useRootShape({ shapes, value, definitions, isReadOnly, onChange });
  useEffect(() => {
    const shape = shapes.field.shapes[shapes.plans.indexOf(plan)];
    onShape?.(shape ? { ...definitions, ...shape.schema } : null);
  }, [shapes, plan, definitions, onShape]);
  return (
    <div>
      {picker}
      <PlainForm {...props} key={shapes.plans.indexOf(plan)} plan={plan} />
    </div>
  );
}

function PlainForm({
  plan,
  schema,
  value,
  errors,
  search,
  isReadOnly,
  live = null,
  isBare = false,
  onChange,
}: SettingsFormProps) {
  const definitions = useMemo(() => definitionsOf(schema), [schema]);
  const places = useMemo(
    () => errorsByPlace(plan, value, errors, definitions),
    [plan, value, errors, definitions],
  );
  const isChecked = errors.length > 0;
  const context = useMemo(
    (): FormContext => ({ live, definitions, isReadOnly, isChecked, errors: places, search, FieldView }),
    [live, definitions, isReadOnly, isChecked, places, search],
  );
  const change = useCallback<Change>((next) => onChange((old) => next(old) ?? old), [onChange]);
  const atRoot = places.get('');
  if (plan.root.kind === 'json' || !isGroup(value)) {
    return (
      <JsonEditor
        label={t('All settings')}
        description={
          plan.root.kind === 'json'
            ? t('This extension describes its settings in a way that no form can show. Written as JSON.')
            : t('What is stored does not fit the form of this extension. Written as JSON.')
        }
        value={value}
        error={errors.map(({ pointer, detail }) => `${pointer} ${detail}`.trim()).join(' ') || undefined}
        isFixed={isReadOnly}
        isRequired
        change={change}
      />
    );
  }
  return (
    <FormProvider value={context}>
      <Sections
        plan={plan}
        root={plan.root}
        value={value}
        definitions={definitions}
        search={search}
        isBare={isBare}
        change={change}
        isReadOnly={isReadOnly}
      />
      <Errors list={atRoot} />
    </FormProvider>
  );
}

type SectionsProps = Pick<SettingsFormProps, 'plan' | 'search' | 'isReadOnly' | 'isBare'> & {
  root: GroupField;
  value: { [key: string]: Draft };
  definitions: JsonObject;
  change: Change;
};

/** A row of cards, one a section. What a search leaves out stays there unseen, with what is typed into it. */
function Sections({ plan, root, value, definitions, search, isReadOnly, isBare, change }: SectionsProps) {
  const { fields, others } = useMemo(
    () => activeFields(root, value, definitions),
    [root, value, definitions],
  );
  const changeAt = useCallback<ChangeAt>(
    (slot, next) =>
      change((old) =>
        isGroup(old) ? withMember(old, String(slot), next(memberOf(old, String(slot)))) : old,
      ),
    [change],
  );
  const extra = root.extra ?? {
    ...root,
    kind: 'json' as const,
    description: '',
    isReadOnly: false,
    preset: undefined,
  };
  const undescribed = others.map((key) => ({
    key,
    field: { ...extra, title: key },
    isRequired: false,
    isExtra: true,
  }));
  const cards = plan.sections.map((section) => {
    const own = fields
      .filter(({ key }) => section.keys.includes(key))
      .map((member) => ({ ...member, isExtra: false }));
    const members = section === plan.sections[0] && root.extra ? [...own, ...undescribed] : own;
    return {
      section,
      members,
      shown: members.filter(({ key, field }) => matchesSearch(search, key, field, section.title)),
    };
  });
  const rest = root.extra ? [] : undescribed;
  const restShown = rest.filter(({ key, field }) => matchesSearch(search, key, field, t('Other values')));
  const { isChecked } = useForm();
  const isNeeded = isChecked || search.trim() !== '';
  const drawn = useGradually(
    cards.reduce((count, { members }) => count + members.length, 0),
    isNeeded,
  );
  const before = (section: Section): number =>
    cards
      .slice(
        0,
        cards.findIndex((card) => card.section === section),
      )
      .reduce((count, { members }) => count + members.length, 0);
  const hits = cards.reduce((count, { shown }) => count + shown.length, restShown.length);
  return (
    <Stack gap="lg">
      {cards.map(({ section, members, shown }) => (
        <SectionCard
          key={section.id}
          {...section}
          isBare={isBare === true}
          isHidden={search.trim() !== '' ? shown.length === 0 : members.length === 0 && !root.extra}
          canFold={cards.length > 1}
        >
          {members
            .slice(0, Math.max(0, drawn - before(section)))
            .map(({ key, field, isRequired, isExtra }) => (
              <div key={key} hidden={!shown.some((member) => member.key === key)}>
                <FieldView
                  field={field}
                  value={memberOf(value, key)}
                  pointer={pointerPart(key)}
                  slot={key}
                  isRequired={isRequired}
                  isSection={section.keys.length === 1 && field.kind === 'group'}
                  isRemovable={isExtra}
                  changeAt={changeAt}
                />
              </div>
            ))}
          {section === plan.sections[0] && root.extra && !isReadOnly ? (
            <AddEntry group={root} value={value} entry={root.extra} change={change} />
          ) : null}
        </SectionCard>
      ))}
      {rest.length > 0 ? (
        <SectionCard
          id="section-others"
          title={t('Other values')}
          description={t('Stored, and not described by this extension.')}
          isHidden={restShown.length === 0}
          canFold
        >
          {rest.map(({ key, field }) => (
            <div key={key} hidden={!restShown.some((member) => member.key === key)}>
              <FieldView
                field={field}
                value={memberOf(value, key)}
                pointer={pointerPart(key)}
                slot={key}
                isRequired={false}
                isRemovable
                changeAt={changeAt}
              />
            </div>
          ))}
        </SectionCard>
      ) : null}
      {hits === 0 && search.trim() !== '' ? (
        <Text size="sm" c="dimmed" role="status">
          {t('No setting has to do with “{search}”.', { search: search.trim() })}
        </Text>
      ) : null}
    </Stack>
  );
}

type SectionCardProps = {
  id: string;
  title: string;
  description: string;
  isHidden: boolean;
  canFold: boolean;
  isBare?: boolean;
  children: React.ReactNode;
};

function SectionCard({ id, title, description, isHidden, canFold, isBare, children }: SectionCardProps) {
  const { isChecked, search } = useForm();
  const [isFolded, setFolded] = useState(false);
  // What is looked for, and what is wrong, is never behind a fold.
  const isClosed = isFolded && !isChecked && search.trim() === '';
  if (isBare) return isHidden ? null : <Stack gap="lg">{children}</Stack>;
  return (
    <Card
      id={id}
      component="section"
      aria-labelledby={`${id}-title`}
      hidden={isHidden}
      style={{ scrollMarginTop: 16, ...(isHidden ? { display: 'none' } : {}) }}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2} id={`${id}-title`}>
          {title}
        </Title>
        {canFold ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-expanded={!isClosed}
            aria-controls={`${id}-fields`}
            aria-label={isClosed ? t('Show {title}', { title }) : t('Fold {title}', { title })}
            onClick={() => setFolded(!isClosed)}
          >
            <IconChevronDown size={18} style={{ rotate: isClosed ? '-90deg' : '0deg' }} />
          </ActionIcon>
        ) : null}
      </Group>
      {/* What is typed into a closed section stays there unseen. */}
      <div id={`${id}-fields`} hidden={isClosed}>
        {description ? (
          <Text size="sm" c="dimmed" mt={2}>
            {richWords(description)}
          </Text>
        ) : null}
        <Stack gap="lg" mt="md">
          {children}
        </Stack>
      </div>
    </Card>
  );
}
