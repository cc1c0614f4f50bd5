import { isMainThread } from 'node:worker_threads'

/**
 * For processes that run tests. One that ends by itself is taken apart by Node, which was seen to wait there for ever for
 * requests that never end (`CleanupHandles`, one time in ten of those that cut connections). All has been told by then, so
 * the process leaves as it would by `process.exit`, behind whoever else listens for its end.
 */
if (isMainThread) process.once('beforeExit', () => process.on('exit', () => process.exit()))
