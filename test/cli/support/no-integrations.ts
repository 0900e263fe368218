import type { JanusConfig } from '../../../src/config/config.js';

/** Nothing of the vessel goes anywhere. */
export const noIntegrations = (at: (name: string) => string): Pick<JanusConfig, 'backup' | 'cockpit' | 'commsHub'> => ({
  backup: { enabled: false, repository: at('repository'), passwordFile: at('backup.password'), hour: 3, minute: 0 },
  cockpit: {
    ...{ enabled: false, user: 'cockpit', host: '127.0.0.1', port: 22 },
    ...{ keyFile: at('cockpit.key'), givenKeyFile: at('cockpit.key'), knownHosts: at('cockpit.known_hosts') },
  },
  commsHub: { enabled: false, endpoint: 'http://localhost:8080/comms', isLocal: true },
});
