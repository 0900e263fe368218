import type { OraclesConfig } from '../../../src/config/sections/oracles.js';

const nowhere = { baseUrl: 'http://127.0.0.1:9', isLocal: true };

/** A configuration in which nobody is asked, or those who are named. */
export const someOracles = (change: Partial<OraclesConfig> = {}): OraclesConfig => ({
  enabled: false,
  endpoints: { groq: nowhere, wolfram: nowhere, datacommons: nowhere },
  groqModel: 'tiny',
  dailyMax: { groq: 100, wolfram: 60, datacommons: 200 },
  perCycleMax: 4,
  cacheMilliseconds: 86_400_000,
  timeoutMilliseconds: 20_000,
  responseBytesMax: 262_144,
  ...change,
});

/** As the documentation of Wolfram|Alpha shows it: full results, output=json, format=plaintext. */
export const wolframSays = (plaintext: string) => ({
  queryresult: {
    success: true,
    error: false,
    numpods: 2,
    datatypes: '',
    timing: 0.6,
    pods: [
      {
        title: 'Input interpretation',
        scanner: 'Identity',
        id: 'Input',
        position: 100,
        error: false,
        numsubpods: 1,
        subpods: [{ title: '', plaintext: 'Moon | distance from Earth' }],
      },
      {
        title: 'Result',
        scanner: 'Data',
        id: 'Result',
        position: 200,
        error: false,
        numsubpods: 1,
        primary: true,
        subpods: [{ title: '', plaintext }],
      },
    ],
  },
});

/** As the documentation of Data Commons shows it: REST v2, /v2/observation. */
export const observationsOf = (variable: string, entity: string, observations: readonly { date: string; value: number }[]) => ({
  byVariable: {
    [variable]: {
      byEntity: {
        [entity]: {
          orderedFacets: [{ facetId: '2176550201', observations, obsCount: observations.length, earliestDate: '2020', latestDate: '2024' }],
        },
      },
    },
  },
  facets: {
    '2176550201': {
      importName: 'USCensusPEP_Annual_Population',
      measurementMethod: 'CensusPEPSurvey',
      observationPeriod: 'P1Y',
      provenanceUrl: 'https://www.census.gov/',
    },
  },
});

/** /v2/node */
export const nodesOf = (node: string, property: string, nodes: readonly object[]) => ({
  data: { [node]: { arcs: { [property]: { nodes } } } },
});
