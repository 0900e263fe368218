import { openSlots } from '../../../src/adapters/controls/slots.js';

/** Takes so many places of a table, and holds them until it is killed. */
const [file = '', count = '0'] = process.argv.slice(2);
const slots = openSlots(file, 4_096);
for (let taken = 0; taken < Number(count); taken += 1) slots.take({ limit: 64, memoryMb: 10, memoryCeilingMb: 1_000_000 });
process.send?.('held');
process.once('message', () => process.disconnect());
