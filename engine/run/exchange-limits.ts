/** So much of a body is kept, in characters. */
export const BODY_KEPT = 64 * 1024
