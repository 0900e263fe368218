import { anEntry, openTrail } from '../trail/trails.js';

/** Appends for ever to the trail in a folder, with a rotation behind each few records, and reports each one once it is acknowledged. */
const [folder = '', name = '', every = '3', bytes = '10', count = '0'] = process.argv.slice(2);
const { trail } = openTrail(folder);
for (let index = 0; count === '0' || index < Number(count); index += 1) {
  const receipt = await trail.append('proposals', anEntry(`${name}/${index}`, { padding: 'x'.repeat(Number(bytes)) }));
  await new Promise((resolve) => process.send?.({ id: `${name}/${index}`, receipt }, resolve));
  if (index % Number(every) === 0) await trail.rotate('proposals');
}
process.disconnect();
