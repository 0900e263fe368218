import { JanusError } from '../../../domain/errors.js';
import type { Context } from '../../command.js';
import { wrap } from '../../terminal/output.js';

/** What agent.yaml still asks for, or again: as long as that is so, no worker starts. To be asked once the files of keys are as they shall be. */
export async function sayWhatLacks(context: Context): Promise<void> {
  try {
    await context.config();
  } catch (error) {
    if (!(error instanceof JanusError)) throw error;
    context.stderr.write(`${wrap(`  No worker starts with this configuration: ${error.message}`, context.columns, 2)}\n`);
  }
}
