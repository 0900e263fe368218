import type { Restic } from '../../../adapters/backup/restic.js';
import type { JanusConfig } from '../../../config/config.js';
import { JanusError } from '../../../domain/errors.js';
import type { Context } from '../../command.js';

/** The password belongs to whoever makes the backups. */
async function assertReadable(file: string): Promise<void> {
  const { access, constants } = await import('node:fs/promises');
  try {
    await access(file, constants.R_OK);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new JanusError(
      isMissing ? 'CONFIG_INVALID' : 'NOT_PERMITTED',
      `${file} ${isMissing ? 'does not exist' : 'is not for this account to read'}`,
      {
        cause: error,
        next: isMissing ? 'ubos backup init (makes a repository and its password)' : 'the same with sudo',
      },
    );
  }
}

/** The repository that is configured. Throws CONFIG_INVALID and NOT_PERMITTED where its password cannot be read. */
export async function openRepository(context: Context): Promise<{ readonly config: JanusConfig; readonly restic: Restic }> {
  const config = await context.config();
  const { createRestic } = await import('../../../adapters/backup/restic.js');
  const { repository, passwordFile } = config.backup;
  await assertReadable(passwordFile);
  return { config, restic: createRestic({ repository, passwordFile, state: config.paths.state, signal: context.signal }) };
}
