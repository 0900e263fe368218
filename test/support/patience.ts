/**
 * How long any test waits for what has to come. On a quiet machine it is there at once; at a load of 30 it takes minutes, and is no fault.
 * Shorter than the time of a case (`testTimeout`), so that a case says what it waited for.
 */
export const patienceMilliseconds = 300_000;
