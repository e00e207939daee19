import { valueAt } from '../../base/json.ts'
import type { Settings, SettingsDescription } from '../description.ts'

const STORM = ['processing', 'storm']
const RATE = ['middleware', 'rate_limit']

/** Reads the gateway's own configuration file, with the defaults the gateway applies. */
function read(
  configuration: unknown,
  place: { readonly namespace: string; readonly url: string; readonly version: string },
): Settings {
  const text = (path: readonly string[], fallback: string): string => {
    const value = valueAt(configuration, path)
    return typeof value === 'string' && value !== '' ? value : fallback
  }
  const count = (path: readonly string[], fallback: number): number => {
    const value = valueAt(configuration, path)
    return typeof value === 'number' && value !== 0 ? value : fallback
  }
  return {
    window: text([...STORM, 'inactivity_timeout'], '60s'),
    maxWindow: text([...STORM, 'max_window_duration'], '5m'),
    bufferThreshold: count([...STORM, 'buffer_threshold'], 5),
    rateThreshold: count([...STORM, 'rate_threshold'], 0),
    patternThreshold: count([...STORM, 'pattern_threshold'], 0),
    dedupTtl: text(['processing', 'deduplication', 'ttl'], '5m'),
    rateMemory: '60s',
    patternMemory: '120s',
    requestsPerMinute: count([...RATE, 'requests_per_minute'], 0),
    burst: count([...RATE, 'burst'], 0),
    fallbackNamespace: text(['processing', 'crd', 'fallback_namespace'], place.namespace),
    ...place,
  }
}

export const settings: SettingsDescription = {
  fields: {
    window: { type: 'duration', summary: 'How long a storm window stays open after its last alert.' },
    maxWindow: { type: 'duration', summary: 'How long a storm window stays open at most.' },
    bufferThreshold: { type: 'int', summary: 'How many buffered alerts open a storm window.' },
    rateThreshold: { type: 'int', summary: 'Above how many alerts of one name a storm is suspected.' },
    patternThreshold: { type: 'int', summary: 'Above how many resources of one name a storm is suspected.' },
    dedupTtl: { type: 'duration', summary: 'How long Redis remembers an object for deduplication.' },
    rateMemory: { type: 'duration', summary: 'How long the rate of an alert is counted.' },
    patternMemory: { type: 'duration', summary: 'How long the resources of an alert are remembered.' },
    requestsPerMinute: { type: 'int', summary: 'Requests a client may make in a minute; 0 = no limit.' },
    burst: { type: 'int', summary: 'Requests a client may make at once beyond the limit.' },
    fallbackNamespace: { type: 'string', summary: 'Where objects go whose namespace does not exist.' },
    namespace: { type: 'string', summary: 'Where the gateway itself runs.' },
    url: { type: 'string', summary: 'Where this thread reaches the gateway.' },
    version: { type: 'string', summary: 'The preset or version that is deployed.' },
  },
  read,
}
