/** kubectl asks for `application/json;as=Table;v=v1;g=meta.k8s.io,…`; the first form that the server knows counts. */
export function wantsTable(accept: string): boolean {
  return firstKnown(accept) === 'Table'
}

export function wantsPartial(accept: string): boolean {
  const form = firstKnown(accept)
  return form === 'PartialObjectMetadata' || form === 'PartialObjectMetadataList'
}

/** The version of aggregated discovery that is asked for, or undefined for the old lists. */
export function aggregatedVersion(accept: string): 'v2' | 'v2beta1' | undefined {
  for (const part of mediaTypes(accept)) {
    if (part.type !== 'application/json' || part.parameters['as'] !== 'APIGroupDiscoveryList') continue
    const version = part.parameters['v']
    if (version === 'v2' || version === 'v2beta1') return version
  }
  return undefined
}

const FORMS = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']

function firstKnown(accept: string): string | undefined {
  for (const { type, parameters } of mediaTypes(accept)) {
    if (type !== 'application/json' && type !== '*/*') continue
    const form = parameters['as']
    if (form === undefined) return undefined
    if (FORMS.includes(form) && parameters['v'] === 'v1' && parameters['g'] === 'meta.k8s.io') return form
  }
  return undefined
}

interface MediaType {
  readonly type: string
  readonly parameters: Readonly<Record<string, string | undefined>>
}

export function mediaTypes(accept: string): readonly MediaType[] {
  return accept
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [type = '', ...rest] = part.split(';').map((word) => word.trim())
      const parameters = Object.fromEntries(
        rest.map((word): [string, string] => {
          const [key = '', ...value] = word.split('=')
          return [key, value.join('=')]
        }),
      )
      return { type: type.toLowerCase(), parameters }
    })
}
