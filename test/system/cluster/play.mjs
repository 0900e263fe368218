import { checks } from './checks.mjs';
import { makePlace } from './place.mjs';
import { makeVessel } from './vessel.mjs';

/** How many results there are. */
export const checksPlanned = checks.length;

/** Two vessels against a Temporal server on PostgreSQL that asks for certificate and token. Calls `onResult` once for each check. */
export async function playCluster(folder, onResult) {
  const place = await makePlace(folder);
  const vessels = [];
  try {
    await place.client('janus', 'vessels:write');
    await place.call('database');
    await place.start();
    await place.call('namespace', 'vessels', '3');
    for (const name of ['first', 'second']) vessels.push(makeVessel(folder, name, place.profile('janus')));
    const [first, second] = vessels;
    const scene = { place, first, second };
    for (const check of checks) {
      const start = Date.now();
      const said = await check.play(scene).then(
        () => undefined,
        (error) => error.message.slice(-800),
      );
      onResult(said === undefined, check.name, { seconds: Math.round((Date.now() - start) / 1_000), said });
    }
  } catch (error) {
    throw new Error(`${error.message}\n${place.words()}`, { cause: error });
  } finally {
    await Promise.all(vessels.map((vessel) => vessel.rest('SIGKILL')));
    await place.close();
  }
}
