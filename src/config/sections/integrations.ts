import type { AgentDocument } from './agent.schema.js';
import { toBackup } from './backup.js';
import { cockpitProblems, toCockpit } from './cockpit.js';
import { commsHubProblems, toCommsHub } from './comms-hub.js';
import type { Surroundings } from './endpoint.js';
import { oracleProblems, toOracles } from './oracles.js';

/** Services outside that the vessel may talk to. */
export const toIntegrations = ({ integrations }: AgentDocument, surroundings: Surroundings) => ({
  backup: toBackup(integrations.cockpit_sync, surroundings.at),
  cockpit: toCockpit(integrations.cockpit_sync, surroundings),
  commsHub: toCommsHub(integrations.comms_hub),
  oracles: toOracles(integrations.oracle_trinity, surroundings),
});

/** What no schema of one key sees: ways that others refer to, and hosts that nobody allows. */
export function integrationProblems({ integrations, security }: AgentDocument, where: Parameters<typeof cockpitProblems>[1]) {
  const { allowed_domains: allowed } = security.network;
  return [
    ...cockpitProblems(integrations.cockpit_sync, where),
    ...commsHubProblems(integrations.comms_hub, allowed, where),
    ...oracleProblems(integrations.oracle_trinity, allowed, where),
  ];
}
