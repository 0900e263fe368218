import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { JanusError } from '../../domain/errors.js';
import { isWithin } from '../../domain/text/path-within.js';
import { errnoWords } from '../../domain/text/errno-words.js';
import { makeFolder } from '../files/durable.js';

export interface LogFolderSettings {
  readonly logs: readonly string[];
  /** Folders that accounts of actions must reach: what lies above one of them may be passed through, and still not be listed. */
  readonly reached: readonly string[];
}

/**
 * Makes the folders of logs that are missing, for their owner alone. Throws CONFIG_INVALID where one cannot be made, or not be written to: a
 * worker whose logs have no place would say that it is ready, and start nothing.
 */
export async function ensureLogFolders({ logs, reached }: LogFolderSettings): Promise<void> {
  for (const folder of new Set(logs.map((log) => dirname(log)))) {
    const mode = reached.some((each) => isWithin(each, folder)) ? 0o711 : 0o700;
    try {
      await makeFolder(folder, mode);
      accessSync(folder, constants.W_OK | constants.X_OK);
    } catch (error) {
      const names = logs.filter((log) => dirname(log) === folder).map((log) => log.slice(folder.length + 1));
      throw new JanusError('CONFIG_INVALID', `${folder} can hold no logs (${names.join(', ')}): ${errnoWords(error)}`, {
        cause: error,
        next: 'name a folder that this account may write to, in logging of agent.yaml, or make that one: ubos config show',
      });
    }
  }
}
