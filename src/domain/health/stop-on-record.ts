import type { HealthReadings } from './readings.js';

/** A stop that the trail knows, where nothing on the disk says so. */
export const stopWithoutFile = (id: string): NonNullable<HealthReadings['emergencyStop']> => ({
  found: `${id} is on record, although nothing of it is left on this disk`,
  next: `when all is well again: ubos resume ${id} --reason WHY`,
});
