import type { GrantSettings } from '../domain/modes/grant.js';
import type { JanusConfig } from './config.js';

/** What may run without a person by this configuration. Brain and hands read their own. */
export const grantSettings = ({
  operationalMode: ceiling,
  modes: { exclude, vetoSeconds },
  playbooksRun,
  tools,
}: Pick<JanusConfig, 'modes' | 'operationalMode' | 'playbooksRun' | 'tools'>): GrantSettings => ({
  ...{ ceiling, exclude, vetoSeconds, playbooksRun },
  shells: tools.filter(({ shell }) => shell).map(({ name }) => name),
});
