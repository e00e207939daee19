/** What keys take for a duration: `1h30m`, `1.5s`, `100ms`; never negative. */
export const DURATION = /^(?:\d+(?:\.\d+)?(?:h|ms|m|us|s|ns))+$/
