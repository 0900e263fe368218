import { isBuilt, isInstalled } from '../prepare.mjs';
import { which } from '../run.mjs';
import { downloadMegabytes, isTemporalHere } from '../temporal-binaries.mjs';

/** What may have to be done before anything can start, with its time on two cores and a fast line. */
const tasks = [
  { what: 'npm packages (200 MB)', seconds: 30, isDone: isInstalled, fetched: true },
  { what: 'bubblewrap', seconds: 10, isDone: () => which('bwrap') !== undefined, fetched: true },
  { what: `Temporal (${downloadMegabytes} MB)`, seconds: 5, isDone: () => isTemporalHere('temporal'), fetched: true },
  { what: 'the build', seconds: 20, isDone: () => isInstalled() && isBuilt() },
];

const inWords = (seconds) => (seconds > 40 ? 'a minute' : `${seconds} seconds`);

/** What this run does before it starts anything, and about how long that takes; undefined where there is nothing to do. */
export function preparation(all = tasks) {
  const missing = all.filter(({ isDone }) => !isDone());
  if (missing.length === 0) return undefined;
  const fetched = missing.filter((task) => task.fetched).map(({ what }) => what);
  const total = missing.reduce((sum, { seconds }) => sum + seconds, 0);
  const words = [
    ...(fetched.length > 0 ? [`fetches ${fetched.join(', ')}`] : []),
    ...missing.flatMap(({ fetched: is }) => (is ? [] : ['builds'])),
  ];
  return `${words.join(', then ')}: about ${inWords(total)}; next time nothing of this is needed`;
}
