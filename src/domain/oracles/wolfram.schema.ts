import { z } from 'zod';

const podSchema = z.object({
  id: z.string().catch(''),
  primary: z.boolean().catch(false),
  subpods: z.array(z.object({ plaintext: z.string().catch('') })).catch([]),
});

/** Full results, v2, output=json; of it only what is used. */
const wolframSchema = z.object({
  queryresult: z.object({
    success: z.boolean(),
    error: z
      .union([z.boolean(), z.object({ code: z.union([z.string(), z.number()]), msg: z.string().catch('it gives no reason') })])
      .catch(false),
    pods: z.array(podSchema).catch([]),
  }),
});

/** Neither the result is named nor the question said again: the first pod that says something. */
const isEcho = ({ id }: z.output<typeof podSchema>) => id === 'Input';
const plain = ({ subpods }: z.output<typeof podSchema>) =>
  subpods
    .map(({ plaintext }) => plaintext.trim().replace(/\s*\n\s*/g, '; '))
    .filter((line) => line !== '')
    .join('; ');

export interface WolframSaid {
  /** Undefined: no pod has a text. */
  readonly result?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Undefined where it is no query result at all. */
export function parseWolfram(value: unknown): WolframSaid | undefined {
  const parsed = wolframSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { success, error, pods } = parsed.data.queryresult;
  if (typeof error === 'object') return { error: { code: String(error.code), message: error.msg } };
  if (error) return { error: { code: '', message: 'it gives no reason' } };
  if (!success) return {};
  const telling = pods.filter((pod) => !isEcho(pod) && plain(pod) !== '');
  const chosen = telling.find(({ primary }) => primary) ?? telling.find(({ id }) => id === 'Result') ?? telling[0];
  return chosen === undefined ? {} : { result: plain(chosen) };
}
