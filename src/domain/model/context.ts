import type { Sha256 } from '../text/canonical.js';
import { canonicalJson } from '../text/canonical.js';

/** `outside`: text that somebody else could have written, such as logs, tool output, the web, oracles, names of files (spec T5). */
export type Trust = 'own' | 'outside';

/** One thing that the mind knows, and may name as evidence. */
export interface Fact {
  /** `m:disk_usage_percent`, `h:janus-…`, `p:janus-…`, `l:3`, `o:1`. */
  readonly id: string;
  /** One line of visible characters. */
  readonly text: string;
  readonly value?: number | boolean | string | null;
  readonly trust: Trust;
  /** As the review screen names it: "metric", "trail", "agent log", "oracle wolfram". */
  readonly source: string;
}

export interface MissionView {
  readonly id: string;
  readonly title: string;
  readonly objective: string;
  readonly priority: number;
  /** In snake case; absent: every type. */
  readonly allowedActionTypes?: readonly string[];
}

/** What the mind knows when it thinks: JSON, at most `contextBytesMax`. */
export interface ThinkingContext {
  readonly vesselId: string;
  readonly takenAt: string;
  readonly mode: string;
  readonly missions: readonly MissionView[];
  readonly facts: readonly Fact[];
  /** SHA-256 over all the rest. */
  readonly digest: string;
}

export const contextBytesMax = 65_536;

const factId = /^[a-z]:[A-Za-z0-9_.-]{1,64}$/;

/** Where a digest stands for a context, it stands for every word of it. Throws TypeError on what no context can hold: whoever collects bounds. */
export function sealContext(sha256: Sha256, content: Omit<ThinkingContext, 'digest'>): ThinkingContext {
  const bad = content.facts.find(({ id }) => !factId.test(id));
  if (bad !== undefined) throw new TypeError(`${JSON.stringify(bad.id)} is no id of a fact`);
  const text = canonicalJson(content);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > contextBytesMax) throw new TypeError(`a context of ${bytes} bytes, at most ${contextBytesMax}`);
  return { ...content, digest: sha256(`janus.context.v1\0${text}`) };
}

/** Who else could have written a part of this context: each source once, in order of the alphabet. */
export function outsideSources({ facts }: Pick<ThinkingContext, 'facts'>): string[] {
  return [...new Set(facts.filter(({ trust }) => trust === 'outside').map(({ source }) => source))].sort();
}
