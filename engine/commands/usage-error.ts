/** A command line that cannot be followed: exit code 2. */
export class UsageError extends Error {}
