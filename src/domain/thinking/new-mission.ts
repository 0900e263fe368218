import type { MissionDraft } from '../model/draft.js';
import { shorten } from '../text/visible.js';
import type { Metrics } from './metrics.js';
import type { MissionFile } from './playbook.schema.js';
import { isSuccess } from './missions.js';
import { parseTrigger } from './trigger.js';

type Mission = MissionFile['missions'][number];

/** What a person typed of a new mission. The sentence itself becomes its objective: no model rewords what a person wants. */
export interface TypedMission {
  readonly sentence: string;
  readonly id?: string;
  readonly title?: string;
  readonly priority?: number;
  readonly expiresAt?: string;
  /** Conditions by their metric. */
  readonly success: Readonly<Record<string, string>>;
  readonly allowed: readonly string[];
}

/** As it will stand in the file: what was not said is not in it. */
export type NewMission = Pick<Mission, 'id' | 'title' | 'objective' | 'priority' | 'active' | 'expires_at'> & {
  readonly allowed_action_types?: readonly string[];
  readonly success?: Readonly<Record<string, string>>;
};

const [titleMax, idMax] = [80, 48];

/** A name that nobody has, made of a title: "Keep the disk free" is keep-the-disk-free, and keep-the-disk-free-2 where that is taken. */
export function missionIdOf(title: string, taken: ReadonlySet<string>): string {
  const slug = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, idMax)
    .replace(/^-+|-+$/g, '');
  const base = slug === '' ? 'mission' : slug;
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(id)) return id;
  }
}

/** What a person typed, and of a model's draft only what the person left open. */
export function newMission(typed: TypedMission, draft: MissionDraft | undefined, taken: ReadonlySet<string>): NewMission {
  const title = typed.title ?? draft?.title ?? shorten(typed.sentence, titleMax);
  const success = Object.keys(typed.success).length > 0 ? typed.success : (draft?.success ?? {});
  const allowed = typed.allowed.length > 0 ? typed.allowed : (draft?.actionTypes ?? []);
  return {
    id: typed.id ?? missionIdOf(title, taken),
    ...{ title, objective: typed.sentence, priority: typed.priority ?? 0, active: true },
    ...(allowed.length > 0 && { allowed_action_types: allowed }),
    ...(typed.expiresAt !== undefined && { expires_at: typed.expiresAt }),
    ...(Object.keys(success).length > 0 && { success }),
  };
}

const numbersIn = (text: string) => [...text.matchAll(/\d+(?:\.\d+)?/g)].map(([number]) => Number(number));

/** What is sound in a new mission, and hardly meant. */
export function newMissionRemarks({ objective, success }: NewMission, metrics: Metrics): string[] {
  if (success === undefined) return ['it says no success, so no cycle ever finds it reached'];
  const parsed = parseTrigger(success);
  const compared = 'trigger' in parsed ? parsed.trigger.map(({ literal }) => literal) : [];
  const missing = numbersIn(objective).filter((number) => !compared.includes(number));
  return [
    ...(isSuccess({ success }, metrics) ? ['its success holds already: the next cycle records it as reached, and that closes it'] : []),
    ...missing.map((number) => `the sentence says ${number}, its success does not`),
  ];
}
