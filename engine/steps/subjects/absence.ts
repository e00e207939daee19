/** Of what is not there nothing else can be said; both words for it together are one too many. */
export function absenceExcludes(claims: readonly string[]): readonly (readonly [string, string])[] {
  return [
    ['absent', 'gone'],
    ...claims.flatMap((claim) => [['absent', claim] as const, ['gone', claim] as const]),
  ]
}
