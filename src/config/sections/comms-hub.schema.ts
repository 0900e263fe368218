import { z } from 'zod';
import { section } from './parts.schema.js';

/** agent.yaml, section `integrations.comms_hub`: where what happens to the vessel is reported, beside the notification script (spec D3). */
export const commsHubSchema = section({
  enabled: z.boolean().default(false).describe('Alerts of the vessel are posted to a hub too'),
  endpoint: z
    .url({ protocol: /^https?$/, error: 'an address such as http://localhost:8080/comms' })
    .max(512)
    .default('http://localhost:8080/comms')
    .describe('Where to; beyond this machine https://, through janus-egress'),
});

export type CommsHubDocument = z.output<typeof commsHubSchema>;
