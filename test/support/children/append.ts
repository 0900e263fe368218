import { anEntry, openTrail } from '../trail/trails.js';

/** Appends `count` records (0: for ever) to the trail in a folder, and reports each one once it is acknowledged. */
const [folder = '', name = '', count = '0', bytes = '10'] = process.argv.slice(2);
const { trail } = openTrail(folder);
for (let index = 0; count === '0' || index < Number(count); index += 1) {
  const receipt = await trail.append('proposals', anEntry(`${name}/${index}`, { padding: 'x'.repeat(Number(bytes)) }));
  await new Promise((resolve) => process.send?.({ id: `${name}/${index}`, receipt }, resolve));
}
process.disconnect();
