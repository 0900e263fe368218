import { sha256 } from '../../../src/adapters/files/sha256.js';
import type { Candidate } from '../../../src/domain/model/candidate.js';
import type { Catalogue, CatalogueEntry } from '../../../src/domain/model/catalogue.js';
import type { ThinkingContext } from '../../../src/domain/model/context.js';
import { sealContext } from '../../../src/domain/model/context.js';

export const anEntry = (change: Partial<CatalogueEntry> = {}): CatalogueEntry => ({
  id: 'list_large_files',
  actionType: 'disk_report',
  description: 'Lists large files of a folder',
  parameters: [
    { name: 'folder', description: 'Where to look', shape: { kind: 'choice', values: ['/usr/lib', '/usr/share'] } },
    { name: 'megabytes', description: 'Least size', shape: { kind: 'integer', min: 1, max: 500 } },
  ],
  steps: [{ tool_name: 'shell', tool_args: ['find {folder} -xdev -type f -size +{megabytes}M'] }],
  rollback: [],
  rollbackPlan: '',
  networkDomains: [],
  risk: 'low',
  ...change,
});

export const aCatalogue = (...entries: readonly CatalogueEntry[]): Catalogue => ({
  entries: entries.length > 0 ? entries : [anEntry()],
  digest: 'c'.repeat(64),
});

export const aContext = (change: Partial<Omit<ThinkingContext, 'digest'>> = {}): ThinkingContext =>
  sealContext(sha256, {
    vesselId: 'janus-in-balaur',
    takenAt: '2026-01-02T12:00:00Z',
    mode: 'alpha',
    missions: [{ id: 'vessel-health', title: 'Keep the vessel healthy', objective: 'Disks stay within their bounds.', priority: 1 }],
    facts: [
      { id: 'm:disk_usage_percent', text: 'disk_usage_percent is 91.2', value: 91.2, trust: 'own', source: 'metric' },
      { id: 'm:load1', text: 'load1 is 0.4', value: 0.4, trust: 'own', source: 'metric' },
    ],
    ...change,
  });

export const aCandidate = (change: Partial<Candidate> = {}): Candidate => ({
  action: 'list_large_files',
  parameters: { folder: '/usr/lib', megabytes: 100 },
  missionId: 'vessel-health',
  rationale: 'The disk is nearly full, so it helps to know what fills it',
  evidence: ['m:disk_usage_percent'],
  ...change,
});
