import { rounded } from '../lib/statistics.mjs';

const text = (value) => (value === undefined || value === null ? '-' : String(rounded(value)));
const cell = ({ end_s, wait_p95_s, above_90_s, kills }) =>
  `${end_s === null ? 'never' : text(end_s)} / ${text(wait_p95_s)} / ${text(above_90_s)} / ${kills}`;

/** Rows of the simulation, one for each scenario: seconds until all is done, 95 % of the waits, seconds above 90 % memory, OOM kills. */
export function simulatedRows({ simulated = {} }) {
  const names = Object.keys(Object.values(simulated)[0]?.by ?? {});
  return [
    ['simulated: end / wait p95 / above 90 % / kills', ...names],
    ...Object.entries(simulated).map(([id, { what, by }]) => [`${id}  ${what}`, ...names.map((name) => cell(by[name]))]),
  ];
}

/** Rows of the same real jobs under each: seconds until all were done. */
export function realRows({ real = {} }) {
  const kinds = ['cpu', 'io'].flatMap((kind) => (real[kind] ? [[`${real.jobs} ${kind} jobs`, real[kind]]] : []));
  const names = Object.keys(kinds[0]?.[1] ?? {});
  return kinds.length === 0
    ? []
    : [
        ['real jobs: seconds until all are done', ...names],
        ...kinds.map(([kind, found]) => [kind, ...names.map((name) => text(found[name]))]),
      ];
}
