/** What a key of Redis holds; `none`: it is not there. */
export type KeyType = 'none' | 'string' | 'hash' | 'list' | 'set' | 'zset' | 'stream'
