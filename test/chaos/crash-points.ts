import type { Patch } from '../support/patched-build.js'

/** Where a process can be made to die by `CRASH_AT=point:pass`, of a build with these patches. */
export const crashPoints = ['before-commit', 'commit-sent', 'before-publish', 'before-answer'] as const
export type CrashPoint = (typeof crashPoints)[number]

const here = (point: CrashPoint) => `globalThis.crashAt('${point}');`

export const crashPointPatches: readonly Patch[] = [
  {
    file: 'src/main.js',
    from: "import { createApp } from './app.js';",
    to: `import { createApp } from './app.js';
const [crashPoint, crashPass] = (process.env.CRASH_AT ?? '').split(':');
let crashPasses = 0;
globalThis.crashAt = (point) => {
    if (point === crashPoint && ++crashPasses >= Number(crashPass)) process.kill(process.pid, 'SIGKILL');
};`,
  },
  {
    file: 'src/ledger/prepare-batch.js',
    from: 'const writing = together(',
    to: `${here('before-commit')} const writing = together(`,
  },
  {
    file: 'src/ledger/prepare-batch.js',
    from: 'left.leave(written, isUnderLock);',
    to: `left.leave(written, isUnderLock); ${here('commit-sent')}`,
  },
  {
    file: 'src/ledger/append.js',
    from: 'for (const commit of commits)',
    to: `${here('before-publish')} for (const commit of commits)`,
  },
  {
    file: 'src/ledger/append.js',
    from: 'prepared.entries.forEach(',
    to: `${here('before-answer')} prepared.entries.forEach(`,
  },
]
