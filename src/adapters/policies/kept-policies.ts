import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { policyDigest } from '../../domain/policy/amendment.js';
import type { AuditRecord } from '../../domain/trail/records.js';
import type { PolicyRule } from '../../domain/policy/rule.js';
import { makeFolder, replaceFile } from '../files/durable.js';
import { sha256 } from '../files/sha256.js';

/** What the files say, and does not count. */
export interface HeldPolicy {
  readonly policy: string;
  readonly looser: readonly string[];
  readonly stricter: readonly string[];
}

/** The policy that is adopted, for whoever looks. The trail has it for good. */
export interface AdoptedPage {
  readonly policy: string;
  /** ISO 8601. */
  readonly at: string;
  readonly of: string | null;
  readonly looser: readonly string[];
  readonly stricter: readonly string[];
  /** What becomes of a looser one. */
  readonly amendments: 'recorded' | 'required';
  /** When the brain started last, the files said this, and it kept to what is adopted; null: they said nothing that is looser. */
  readonly held: HeldPolicy | null;
}

const mode = 0o644;
const fileOf = (folder: string, policy: string) => join(folder, `${policy}.json`);
const pageOf = (folder: string) => join(folder, 'adopted.json');

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** Keeps a policy under its digest, so that a later one can be compared with it. */
export async function keepPolicy(folder: string, rules: readonly PolicyRule[]): Promise<string> {
  const policy = policyDigest(sha256, rules);
  await makeFolder(folder, 0o755);
  await replaceFile(fileOf(folder, policy), `${JSON.stringify(rules, undefined, 1)}\n`, { mode });
  return policy;
}

/** The rules of a kept policy; undefined where they are gone, or are not what the digest says. */
export async function readPolicy(folder: string, policy: string): Promise<readonly PolicyRule[] | undefined> {
  const rules = /^[0-9a-f]{64}$/.test(policy) ? await readJson(fileOf(folder, policy)) : undefined;
  if (!Array.isArray(rules)) return undefined;
  try {
    return policyDigest(sha256, rules as PolicyRule[]) === policy ? (rules as PolicyRule[]) : undefined;
  } catch {
    // What canonical JSON cannot carry never was a policy.
    return undefined;
  }
}

export const showAdopted = (folder: string, page: AdoptedPage): Promise<void> =>
  replaceFile(pageOf(folder), `${JSON.stringify(page, undefined, 1)}\n`, { mode });

const textsIn = (value: unknown) => (Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []);
const textIn = (value: unknown) => (typeof value === 'string' ? value : '');

/** The page that a record of the mission log comes to. */
export function adoptedPage(record: AuditRecord, held: HeldPolicy | null): AdoptedPage {
  const { timestamp: at, policy, of, looser, stricter, amendments } = record;
  return {
    ...{ policy: textIn(policy), at, of: textIn(of) || null, looser: textsIn(looser), stricter: textsIn(stricter) },
    ...{ amendments: amendments === 'required' ? 'required' : 'recorded', held },
  };
}

function heldIn(value: unknown): HeldPolicy | null {
  const { policy, looser, stricter } = (value ?? {}) as Partial<Record<keyof HeldPolicy, unknown>>;
  return textIn(policy) === '' ? null : { policy: textIn(policy), looser: textsIn(looser), stricter: textsIn(stricter) };
}

/** Undefined where no brain has run here. */
export async function readAdopted(folder: string): Promise<AdoptedPage | undefined> {
  const { at, held, ...said } = ((await readJson(pageOf(folder))) ?? {}) as Partial<Record<keyof AdoptedPage, unknown>>;
  if (textIn(said.policy) === '' || textIn(at) === '') return undefined;
  return adoptedPage({ ...said, timestamp: textIn(at) } as unknown as AuditRecord, heldIn(held));
}
